/* SPDX-License-Identifier: ISC */
/*
 * Everything here runs once, before input is read, and must be cheap: a
 * lookup of one record takes about a millisecond in all.
 */
#include "cli/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/privilege.h"

/* open(2) returns the lowest free number, so going upwards fills each gap. A
 * descriptor that only reads makes every write to it an error (EBADF). */
static void
fill_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", O_RDONLY) != fd)
			_exit(5);
}

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* A store that was cut off or overwritten while it is mapped, or a disk that
 * fails, ends in a signal instead of an error. */
#ifndef SANITIZED
static const char *program_name;

static void
die_of_damage(int number)
{
	static const char text[] =
	    ": stopped by a fault while reading "
	    "(SIGBUS or SIGSEGV): the store is damaged, or its disk is full or failed, "
	    "restore a backup\n";
	ssize_t n = write(STDERR_FILENO, program_name, strlen(program_name));

	n = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)n;
	(void)number;
	_exit(5);
}
#endif

static void
catch_damage(const char *name)
{
#ifndef SANITIZED
	program_name = name;
	signal(SIGBUS, die_of_damage);
	signal(SIGSEGV, die_of_damage);
	/* LMDB divides by the size of a page. */
	signal(SIGFPE, die_of_damage);
#else
	(void)name;
#endif
}

void
process_prepare(const char *name)
{
	const struct rlimit none = { 0, 0 };
	int rc;

	fill_standard_streams();
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	/* A file that may grow no more is a failure like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	catch_damage(name);
	rc = setrlimit(RLIMIT_CORE, &none);
#ifdef PR_SET_DUMPABLE
	rc |= prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	(void)rc;
}

#ifdef CONTACT_STORE_DIR
static const char only_store[] = CONTACT_STORE_DIR;
#else
static const char only_store[] = "";
#endif

int
process_shed_group(struct fault *fault)
{
	return privilege_init(only_store[0] != '\0', fault);
}

int
process_store_path(struct buf *out, const char *given, struct fault *fault)
{
	const char *variable = getenv("CONTACT_STORE");
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");
	size_t start = out->len;

	if (only_store[0] != '\0' && given != NULL)
		return fault_set(fault, FAULT_PERMISSION,
		    "--store: these programs serve the store at %s alone", only_store);
	if (only_store[0] != '\0') {
		buf_text(out, only_store);
		return buf_check(out, fault);
	}
	if (given != NULL && *given == '\0')
		return fault_set(fault, FAULT_USAGE, "--store: DIR is empty");
	if (given != NULL)
		buf_text(out, given);
	else if (variable != NULL && *variable != '\0')
		buf_text(out, variable);
	else if (data != NULL && *data != '\0')
		buf_printf(out, "%s/contact", data);
	else if (home != NULL && *home != '\0')
		buf_printf(out, "%s/.local/share/contact", home);
	else
		return fault_set(fault, FAULT_USAGE,
		    "--store: no store is "
		    "named, and none of CONTACT_STORE, XDG_DATA_HOME and HOME "
		    "is set");
	while (out->len > start + 1 && out->at[out->len - 1] == '/')
		out->len--;
	return buf_check(out, fault);
}

/* The plain file is asked first: loading the modules of the name service
 * takes longer than a lookup in a store. */
static struct passwd *
find_user(uid_t uid)
{
	struct passwd *user = NULL;
	FILE *file = fopen("/etc/passwd", "re");

	if (file != NULL) {
		do
			user = fgetpwent(file);
		while (user != NULL && user->pw_uid != uid);
		fclose(file);
	}
	return user != NULL ? user : getpwuid(uid);
}

int
process_user(struct buf *out, struct fault *fault)
{
	struct passwd *user = find_user(getuid());

	if (user != NULL && user->pw_name[0] != '\0')
		buf_text(out, user->pw_name);
	else
		buf_number(out, getuid());
	return buf_check(out, fault);
}

int
process_group(const char *name, gid_t *group, struct fault *fault)
{
	struct group *found = getgrnam(name);
	unsigned long number;
	char *end;

	if (found != NULL) {
		*group = found->gr_gid;
		return 0;
	}
	errno = 0;
	number = strtoul(name, &end, 10);
	if (*name < '0' || *name > '9' || *end != '\0' || errno != 0 ||
	    number >= (gid_t)-1)
		return fault_set(
		    fault, FAULT_USAGE, "there is no group of users \"%s\"", name);
	*group = (gid_t)number;
	return 0;
}

void
process_group_name(struct buf *out, gid_t group)
{
	struct group *found = getgrgid(group);

	if (found != NULL && found->gr_name[0] != '\0')
		buf_text(out, found->gr_name);
	else
		buf_number(out, group);
}

bool
process_owns(const char *path)
{
	struct stat st;

	return getuid() == 0 || lstat(path, &st) < 0 || st.st_uid == getuid();
}

int
process_become_owner(const char *path, struct fault *fault)
{
	struct passwd *owner;
	struct stat st;
	gid_t group;

	if (geteuid() != 0 || lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) ||
	    st.st_uid == 0)
		return 0;
	owner = find_user(st.st_uid);
	/* Files of a store that is shared may be another member's. */
	group = owner == NULL || (st.st_mode & S_ISGID) != 0 ? st.st_gid : owner->pw_gid;
	if ((owner != NULL ? initgroups(owner->pw_name, owner->pw_gid)
			   : setgroups(0, NULL)) < 0 ||
	    setgid(group) < 0 || setuid(st.st_uid) < 0) {
		fault_errno(fault, errno, "%s: cannot become its owner", path);
		fault->kind = FAULT_PERMISSION;
		return -1;
	}
	return 0;
}

unsigned
process_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	unsigned long width;
	char *end;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns != NULL && *columns >= '0' && *columns <= '9') {
		width = strtoul(columns, &end, 10);
		if (*end == '\0' && width > 0 && width <= 10000)
			return (unsigned)width;
	}
	return 80;
}

/* Whether the directory in out, from start on, holds the maps. */
static bool
holds_maps(struct buf *out, size_t start)
{
	size_t len = out->len;
	bool holds;

	buf_text(out, "/maps");
	holds = access(buf_string(out) + start, R_OK | X_OK) == 0;
	out->len = len;
	return holds && !out->failed;
}

void
process_share(struct buf *out)
{
	/* Installed; built in the source tree; built in a directory below it. */
	static const char *const beside[] = { "../share/contact", "share", "../share",
		"../../share", "../../../share" };
	char program[4096];
	size_t start = out->len;
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	program[len < 0 ? 0 : len] = '\0';
	slash = strrchr(program, '/');
	for (size_t i = 0; slash != NULL && i < sizeof(beside) / sizeof(beside[0]); i++) {
		out->len = start;
		buf_put(out, program, (size_t)(slash + 1 - program));
		buf_text(out, beside[i]);
		if (holds_maps(out, start))
			return;
	}
	out->len = start;
#ifdef CONTACT_DATADIR
	buf_text(out, CONTACT_DATADIR);
	if (!holds_maps(out, start))
		out->len = start;
#endif
}
