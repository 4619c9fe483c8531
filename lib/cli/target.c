/* SPDX-License-Identifier: ISC */
/*
 * A target is opened early, so that a wrong path stops the run in time, but
 * emptied late, so that a run that fails leaves the file of the last one.
 */
#include "cli/target.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TARGET_STEP = 256 * 1024, TARGET_MEMORY = 4 * 1024 * 1024 };

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool
target_in_store(const char *path, const char *store)
{
	const char *slash = strrchr(path, '/');
	struct buf dir = BUF_EMPTY;
	struct stat here, there;
	bool is;

	buf_put(&dir, path, slash == NULL ? 0 : (size_t)(slash + 1 - path));
	buf_text(&dir, ".");
	is = stat(buf_string(&dir), &here) == 0 && stat(store, &there) == 0 &&
	    same_file(&here, &there);
	buf_release(&dir);
	return is;
}

static bool
is_operand(const struct stat *st, const struct command *command)
{
	struct stat operand;

	for (size_t i = 0; i < command->operand_count; i++)
		if (stat(command->operands[i], &operand) == 0 && same_file(st, &operand))
			return true;
	return false;
}

int
target_open(struct target *target, const char *option, const char *path,
    const struct command *command, struct fault *fault)
{
	struct stat st;

	*target = (struct target){ .option = option,
		.path = path,
		.fd = -1,
		.backlog = BACKLOG_EMPTY(TARGET_MEMORY) };
	if (path == NULL)
		return 0;
	if (strcmp(path, "-") == 0) {
		target->fd = STDOUT_FILENO;
		target->standard = true;
		target->terminal = command->terminal;
		return 0;
	}
	if (*path == '\0')
		return fault_set(fault, FAULT_USAGE, "--%s: FILE is empty", option);
	if (target_in_store(path, command->store_path))
		return fault_set(
		    fault, FAULT_USAGE, "--%s: %s lies in the store", option, path);
	target->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
	target->made = target->fd >= 0;
	if (target->fd < 0 && errno == EEXIST)
		target->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	if (target->fd < 0 || fstat(target->fd, &st) < 0)
		return fault_errno(fault, errno, "--%s: cannot write %s", option, path);
	if (S_ISREG(st.st_mode) && is_operand(&st, command))
		return fault_set(fault, FAULT_USAGE, "--%s: %s is also read by this run",
		    option, path);
	target->terminal = isatty(target->fd);
	return 0;
}

int
target_check_differs(const struct target *a, const struct target *b, struct fault *fault)
{
	struct stat one, other;

	if (a->fd < 0 || b->fd < 0 || fstat(a->fd, &one) < 0 ||
	    fstat(b->fd, &other) < 0 || !same_file(&one, &other))
		return 0;
	/* Two rivers may end in /dev/null. */
	if (S_ISCHR(one.st_mode) && !(a->standard && b->standard))
		return 0;
	return fault_set(fault, FAULT_USAGE,
	    "--%s and --%s contradict each other: both would write %s", a->option,
	    b->option, a->standard || b->standard ? "standard output" : a->path);
}

int
target_step(struct target *target, struct fault *fault)
{
	if (target->out.len < TARGET_STEP && !target->out.failed)
		return 0;
	return backlog_add(&target->backlog, &target->out, fault);
}

void
target_restart(struct target *target)
{
	buf_clear(&target->out);
	backlog_clear(&target->backlog);
}

int
target_begin(struct target *target, struct sink **sink, struct fault *fault)
{
	struct stat st;

	target->made = false;
	if (!target->standard && fstat(target->fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    ftruncate(target->fd, 0) < 0)
		return fault_errno(fault, errno, "cannot empty %s", target->path);
	return sink_open(
	    sink, target->fd, target->standard ? "standard output" : target->path, fault);
}

int
target_write(struct target *target, struct fault *fault)
{
	struct sink *sink = NULL;
	struct buf buf = BUF_EMPTY;
	int rc = -1, more;

	if (backlog_add(&target->backlog, &target->out, fault) < 0 ||
	    target_begin(target, &sink, fault) < 0)
		goto done;
	while ((more = backlog_take(&target->backlog, &buf, fault)) > 0) {
		more = sink_write(sink, &buf, fault);
		if (more != 0)
			break;
	}
	if (more >= 0)
		rc = sink_finish(sink, fault);
done:
	sink_close(sink);
	buf_release(&buf);
	return rc;
}

/* An empty file would look as if the run had had nothing to say. */
static void
take_back(const struct target *target)
{
	struct stat made, there;

	if (target->made && fstat(target->fd, &made) == 0 && made.st_size == 0 &&
	    lstat(target->path, &there) == 0 && same_file(&made, &there))
		unlink(target->path);
}

void
target_close(struct target *target)
{
	if (target->option == NULL)
		return;
	take_back(target);
	if (target->fd >= 0 && !target->standard)
		close(target->fd);
	backlog_release(&target->backlog);
	buf_release(&target->out);
	*target = (struct target){ .fd = -1 };
}
