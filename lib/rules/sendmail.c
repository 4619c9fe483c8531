/* SPDX-License-Identifier: ISC */
/*
 * Between fork and execve the child only calls what is safe there. It tells why it
 * could not become sendmail through a pipe that closes by itself when it did: so a
 * status of 127 of sendmail's own is not taken for one of ours. It has a session of
 * its own, as what is typed at a terminal is meant for us, who stop between two
 * messages.
 *
 * Sendmail may leave a process behind that keeps its output open, so the end of the
 * output wakes us up, and the end of the process is what is waited for.
 */
#include "rules/sendmail.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"

/* Milliseconds from SIGTERM to SIGKILL, and between two looks at most. */
#define GRACE 5000
#define PAUSE 20

struct child {
	pid_t pid;
	int output;  /* what it prints */
	int failing; /* errno, when it could not be run */
};

int
sendmail_check(const char *path, struct fault *fault)
{
	struct stat st;

	if (path[0] != '/')
		return fault_set(fault, FAULT_SYSTEM,
		    "sendmail: \"%s\" is no path from / on (contact-store set "
		    "sendmail=PATH)",
		    path);
	if (stat(path, &st) != 0 || access(path, X_OK) != 0)
		return fault_errno(fault, errno,
		    "sendmail: cannot run %s (contact-store set sendmail=PATH)", path);
	return S_ISREG(st.st_mode)
	    ? 0
	    : fault_set(fault, FAULT_SYSTEM, "sendmail: %s is no program", path);
}

enum sendmail_outcome
sendmail_status(int status)
{
	switch (status) {
	case EX_OK:
		return SENDMAIL_SENT;
	case EX_TEMPFAIL:
	case EX_UNAVAILABLE:
	case EX_OSERR:
	case EX_IOERR:
		return SENDMAIL_TEMPORARY;
	case EX_DATAERR:
	case EX_NOUSER:
	case EX_NOHOST:
	case EX_USAGE:
	case EX_NOPERM:
	case EX_CONFIG:
		return SENDMAIL_PERMANENT;
	default:
		return SENDMAIL_UNKNOWN;
	}
}

static int
write_all(int fd, struct view text, struct fault *fault)
{
	ssize_t n;

	for (; text.len > 0; text = view_from(text, (size_t)n)) {
		n = write(fd, text.at, text.len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return fault_errno(
			    fault, n == 0 ? EIO : errno, "keeping a message");
	}
	return lseek(fd, 0, SEEK_SET) == 0
	    ? 0
	    : fault_errno(fault, errno, "keeping a message");
}

/* A file without a name that has the message; where the system has none in memory,
 * one on disk. */
static int
keep_message(int *out, struct view message, struct fault *fault)
{
	const char *dir = getenv("TMPDIR");
	bool sealed = true;
	int fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	*out = -1;
	if (fd < 0) {
		sealed = false;
		fd = open(dir == NULL || dir[0] == '\0' ? "/tmp" : dir,
		    O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	}
	if (fd < 0)
		return fault_errno(fault, errno, "keeping a message");
	*out = fd;
	if (write_all(fd, message, fault) != 0)
		return -1;
	if (sealed &&
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
		return fault_errno(fault, errno, "sealing a message");
	return 0;
}

/* Puts the descriptors of the child in order: 0 the message, 1 and 2 its output, 3
 * the pipe for failures, which goes when it becomes sendmail. */
static bool
arrange(int message, int output, int failing)
{
	return dup2(message, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
	    dup2(output, STDERR_FILENO) >= 0 &&
	    dup3(failing, STDERR_FILENO + 1, O_CLOEXEC) >= 0;
}

/* In the child: becomes sendmail, or says why not. */
static void
become(const struct sendmail_job *job, char *const environment[], int message, int output,
    int failing)
{
	char *const arguments[] = { (char[]){ "sendmail" }, (char[]){ "-i" },
		(char[]){ "-f" }, (char *)(uintptr_t)job->sender, (char[]){ "--" },
		(char *)(uintptr_t)job->recipient, NULL };
	gid_t group = getgid();
	sigset_t none;
	int error;
	ssize_t n;

	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (setresgid(group, group, group) == 0 && chdir("/") == 0 &&
	    arrange(message, output, failing)) {
		failing = STDERR_FILENO + 1;
		closefrom(failing + 1);
		setsid();
		execve(job->path, arguments, environment);
	}
	error = errno;
	n = write(failing, &error, sizeof(error));
	(void)n;
	_exit(127);
}

/* A pipe whose ends are above 3, where they are in the way of nothing. */
static int
make_pipe(int ends[2], struct fault *fault)
{
	int low[2];

	if (pipe2(low, O_CLOEXEC) != 0)
		return fault_errno(fault, errno, "running sendmail");
	ends[0] = fcntl(low[0], F_DUPFD_CLOEXEC, STDERR_FILENO + 2);
	ends[1] = fcntl(low[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 2);
	close(low[0]);
	close(low[1]);
	if (ends[0] >= 0 && ends[1] >= 0)
		return 0;
	fault_errno(fault, errno, "running sendmail");
	if (ends[0] >= 0)
		close(ends[0]);
	if (ends[1] >= 0)
		close(ends[1]);
	return -1;
}

/* 0 when sendmail runs. */
static int
hear_failing(const struct child *child, const char *path, struct fault *fault)
{
	int error = 0;
	ssize_t n;

	do
		n = read(child->failing, &error, sizeof(error));
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return 0;
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	return fault_errno(
	    fault, n == sizeof(error) ? error : EIO, "sendmail: cannot run %s", path);
}

static int
start(
    struct child *child, const struct sendmail_job *job, int message, struct fault *fault)
{
	const char *zone = getenv("TZ");
	struct buf variable = BUF_EMPTY;
	char *environment[] = { (char[]){ "PATH=" _PATH_STDPATH },
		(char[]){ "LANG=C.UTF-8" }, NULL, NULL };
	int output[2] = { -1, -1 }, failing[2] = { -1, -1 };
	int result = -1;

	buf_printf(&variable, "TZ=%s", zone == NULL ? ":/etc/localtime" : zone);
	buf_string(&variable);
	if (buf_check(&variable, fault) != 0 || make_pipe(output, fault) != 0)
		goto done;
	environment[2] = variable.at;
	if (make_pipe(failing, fault) != 0)
		goto done;
	/* Who started us may have asked not to be told of children. */
	signal(SIGCHLD, SIG_DFL);
	child->pid = fork();
	if (child->pid == 0)
		become(job, environment, message, output[1], failing[1]);
	if (child->pid < 0) {
		fault_errno(fault, errno, "running sendmail");
		goto done;
	}
	close(failing[1]);
	failing[1] = -1;
	child->failing = failing[0];
	result = hear_failing(child, job->path, fault);
	if (result == 0) {
		child->output = output[0];
		output[0] = -1;
	}
done:
	for (size_t i = 0; i < 2; i++) {
		if (output[i] >= 0)
			close(output[i]);
		if (failing[i] >= 0)
			close(failing[i]);
	}
	buf_release(&variable);
	return result;
}

/* Keeps the last line, or what fits of it; what is no printable ASCII is a blank. */
static void
keep_line(struct sendmail_result *result, size_t *len, bool *ended, struct view text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c == '\n') {
			*ended = true;
			continue;
		}
		if (*ended)
			*len = 0;
		*ended = false;
		if (*len + 1 < sizeof(result->said))
			result->said[(*len)++] = c > ' ' && c < 0x7f ? (char)c : ' ';
	}
	result->said[*len] = '\0';
}

/* Reads what there is, having waited so long for it; false when no more comes. */
static bool
listen_to(struct child *child, struct sendmail_result *result, size_t *len, bool *ended,
    int wait)
{
	struct pollfd poller = { .fd = child->output, .events = POLLIN };
	char text[512];
	ssize_t n;

	if (poll(&poller, 1, wait) <= 0 || poller.revents == 0)
		return true;
	n = read(child->output, text, sizeof(text));
	if (n > 0)
		keep_line(result, len, ended, view_make(text, (size_t)n));
	return n > 0 || (n < 0 && errno == EINTR);
}

/* Whether the child has ended; then *status is how, or -1 where nobody knows. */
static bool
has_ended(const struct child *child, int *status)
{
	pid_t pid;

	do
		pid = waitpid(child->pid, status, WNOHANG);
	while (pid < 0 && errno == EINTR);
	if (pid < 0)
		*status = -1;
	return pid != 0;
}

/* Waits for its end, and brings that about when the patience is over; whether it was. */
static bool
await(struct child *child, const struct sendmail_job *job, struct sendmail_result *result,
    int *status)
{
	int64_t until = clock_milliseconds() + (int64_t)job->patience * 1000;
	bool open = true, late = false, killed = false, ended = false;
	size_t len = 0;
	int pause = 1;

	while (!has_ended(child, status)) {
		if (clock_milliseconds() >= until && !killed) {
			killed = late;
			kill(-child->pid, late ? SIGKILL : SIGTERM);
			late = true;
			until += GRACE;
		}
		if (open)
			open = listen_to(child, result, &len, &ended, pause);
		else
			poll(NULL, 0, pause);
		if (pause < PAUSE)
			pause++;
	}
	while (open && len < sizeof(result->said)) {
		struct pollfd poller = { .fd = child->output, .events = POLLIN };

		if (poll(&poller, 1, 0) <= 0)
			break;
		open = listen_to(child, result, &len, &ended, 0);
	}
	return late;
}

static void
judge(struct sendmail_result *result, int status, bool late)
{
	result->outcome = SENDMAIL_UNKNOWN;
	if (status != -1 && WIFEXITED(status)) {
		/* What it says in the end counts, even if it was asked to end. */
		result->outcome = sendmail_status(WEXITSTATUS(status));
		if (result->outcome != SENDMAIL_SENT)
			snprintf(result->reason, sizeof(result->reason), "status %d",
			    WEXITSTATUS(status));
	}
	if (result->outcome == SENDMAIL_UNKNOWN && late)
		snprintf(result->reason, sizeof(result->reason), "timeout");
	else if (status == -1 || !WIFEXITED(status))
		snprintf(result->reason, sizeof(result->reason), "signal");
}

int
sendmail_run(
    struct sendmail_result *result, const struct sendmail_job *job, struct fault *fault)
{
	struct child child = { .output = -1, .failing = -1 };
	int message, status = -1;
	bool late;

	*result = (struct sendmail_result){ .outcome = SENDMAIL_UNKNOWN };
	if (job->recipient[0] == '-' || job->recipient[0] == '\0' ||
	    job->sender[0] == '-' || job->sender[0] == '\0')
		return fault_set(fault, FAULT_INTERNAL,
		    "an address that is no argument was to be sent to");
	if (keep_message(&message, job->message, fault) != 0 ||
	    start(&child, job, message, fault) != 0) {
		if (message >= 0)
			close(message);
		return -1;
	}
	close(message);
	late = await(&child, job, result, &status);
	close(child.output);
	judge(result, status, late);
	return 0;
}
