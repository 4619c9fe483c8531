/* SPDX-License-Identifier: ISC */
/*
 * A library to be preloaded that writes down what a program does to files, as
 * powerlog.h has it. It keeps nothing in memory: what a descriptor is is asked of
 * the system each time. Bytes that reach a file through a map are not seen; only
 * lock.mdb is written so, and its content means nothing after a power cut.
 */
#include "powerlog.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define OWN(name)                                      \
	if (own == NULL) {                             \
		void *found = dlsym(RTLD_NEXT, #name); \
		memcpy(&own, &found, sizeof(own));     \
	}

static int
log_file(void)
{
	static int fd = -1;
	const char *path = getenv("POWERLOG");

	/* A high number, so that the program's own are what they would be. */
	if (fd < 0 && path != NULL) {
		int low = (int)syscall(SYS_openat, AT_FDCWD, path,
		    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

		fd = (int)syscall(SYS_fcntl, low, F_DUPFD_CLOEXEC, 900);
		syscall(SYS_close, low);
	}
	if (fd < 0)
		_exit(99);
	return fd;
}

/* One writev, so that events of several threads stay whole. */
static void
put(const struct event *event, const void *bytes)
{
	struct event copy = *event;
	struct iovec parts[2] = { { &copy, sizeof(copy) },
		{ (void *)(uintptr_t)bytes, event->len } };
	int error = errno;

	if (syscall(SYS_writev, log_file(), parts, 2) !=
	    (long)(sizeof(copy) + event->len))
		_exit(99);
	errno = error;
}

/* Whether it lies on the file system of the directory that POWERLOG_ROOT names. */
static bool
is_ours(const struct stat *st)
{
	static dev_t device;
	const char *root = getenv("POWERLOG_ROOT");
	struct stat root_st;

	if (device == 0 && root != NULL && stat(root, &root_st) == 0)
		device = root_st.st_dev;
	return st->st_dev == device;
}

/* The inode of a descriptor of a file or directory there, else 0. */
static uint64_t
inode_of(int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0 || !is_ours(&st) ||
	    (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return 0;
	return st.st_ino;
}

/* The directory that holds the path, and the last part of it into name. */
static uint64_t
place_of(int at, const char *path, char name[256])
{
	char one[4096], two[4096];
	struct stat st;

	snprintf(one, sizeof(one), "%s", path);
	snprintf(two, sizeof(two), "%s", path);
	snprintf(name, 256, "%s", basename(two));
	return fstatat(at, dirname(one), &st, 0) == 0 && is_ours(&st) ? st.st_ino : 0;
}

static uint64_t
inode_at(int at, const char *path)
{
	struct stat st;

	return fstatat(at, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_ino : 0;
}

static void
note_name(enum event_type type, int at, const char *path, uint64_t file)
{
	char name[256];
	struct event event = { .type = type, .file = file };
	int error = errno;

	event.dir = place_of(at, path, name);
	event.len = (uint32_t)strlen(name);
	if (event.dir != 0)
		put(&event, name);
	errno = error;
}

static void
note_file(enum event_type type, int fd, uint64_t offset)
{
	int error = errno;
	struct event event = { .type = type, .file = inode_of(fd), .offset = offset };

	if (event.file != 0)
		put(&event, NULL);
	errno = error;
}

static void
note_bytes(int fd, const void *bytes, ssize_t len, off_t at)
{
	int error = errno;
	struct event event = { .file = len > 0 ? inode_of(fd) : 0,
		.len = (uint32_t)len,
		.offset = (uint64_t)at };

	if (event.file == 0 || at < 0)
		return;
	event.type =
	    (syscall(SYS_fcntl, fd, F_GETFL) & O_DSYNC) != 0 ? EVENT_DSYNC : EVENT_WRITE;
	put(&event, bytes);
	errno = error;
}

ssize_t
write(int fd, const void *bytes, size_t len)
{
	off_t at = inode_of(fd) == 0 ? -1 : lseek(fd, 0, SEEK_CUR);
	ssize_t n;

	n = syscall(SYS_write, fd, bytes, len);
	note_bytes(fd, bytes, n, at);
	return n;
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	ssize_t n = syscall(SYS_pwrite64, fd, bytes, len, at);

	note_bytes(fd, bytes, n, at);
	return n;
}

/* The parts of a write, as far as it came. */
static void
note_parts(int fd, const struct iovec *parts, int count, ssize_t n, off_t at)
{
	for (int i = 0; i < count && n > 0 && at >= 0; i++) {
		ssize_t len =
		    (ssize_t)parts[i].iov_len < n ? (ssize_t)parts[i].iov_len : n;

		note_bytes(fd, parts[i].iov_base, len, at);
		at += len;
		n -= len;
	}
}

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	off_t at = inode_of(fd) == 0 ? -1 : lseek(fd, 0, SEEK_CUR);
	ssize_t n = syscall(SYS_writev, fd, parts, count);

	note_parts(fd, parts, count, n, at);
	return n;
}

ssize_t
pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
	static ssize_t (*own)(int fd, const struct iovec *parts, int count, off_t at);
	ssize_t n;

	OWN(pwritev)
	n = own(fd, parts, count, at);
	note_parts(fd, parts, count, n, at);
	return n;
}

/* Copied by the kernel: what came is read where it came from. */
ssize_t
copy_file_range(int from, off64_t *start, int fd, off64_t *to, size_t len, unsigned flags)
{
	off_t source = start != NULL ? *start : lseek(from, 0, SEEK_CUR);
	off_t at = to != NULL ? *to : lseek(fd, 0, SEEK_CUR);
	ssize_t n = syscall(SYS_copy_file_range, from, start, fd, to, len, flags);
	char *copy = n > 0 ? malloc((size_t)n) : NULL;

	if (n > 0 &&
	    (copy == NULL || syscall(SYS_pread64, from, copy, (size_t)n, source) != n))
		_exit(99);
	note_bytes(fd, copy, n, at);
	free(copy);
	return n;
}

int
fsync(int fd)
{
	int result = (int)syscall(SYS_fsync, fd);

	if (result == 0)
		note_file(EVENT_SYNC, fd, 0);
	return result;
}

int
fdatasync(int fd)
{
	int result = (int)syscall(SYS_fdatasync, fd);

	if (result == 0)
		note_file(EVENT_SYNC, fd, 0);
	return result;
}

int
ftruncate(int fd, off_t len)
{
	int result = (int)syscall(SYS_ftruncate, fd, len);

	if (result == 0)
		note_file(EVENT_CUT, fd, (uint64_t)len);
	return result;
}

int
fallocate(int fd, int mode, off_t from, off_t len)
{
	int result = (int)syscall(SYS_fallocate, fd, mode, from, len);
	struct stat st;

	if (result == 0 && fstat(fd, &st) == 0)
		note_file(EVENT_CUT, fd, (uint64_t)st.st_size);
	return result;
}

static int
opened(int at, const char *path, int flags, mode_t mode)
{
	bool makes = (flags & O_CREAT) != 0 && inode_at(at, path) == 0;
	int fd = (int)syscall(SYS_openat, at, path, flags, mode);

	if (fd >= 0 && makes)
		note_name(EVENT_MADE, at, path, inode_of(fd));
	else if (fd >= 0 && (flags & O_TRUNC) != 0)
		note_file(EVENT_CUT, fd, 0);
	return fd;
}

static mode_t
mode_behind(int flags, va_list list)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = mode_behind(flags, list);
	va_end(list);
	return opened(AT_FDCWD, path, flags, mode);
}

int
openat(int at, const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = mode_behind(flags, list);
	va_end(list);
	return opened(at, path, flags, mode);
}

/* By these names programs go that ask for large files themselves. */
int
open64(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = mode_behind(flags, list);
	va_end(list);
	return opened(AT_FDCWD, path, flags, mode);
}

int
openat64(int at, const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = mode_behind(flags, list);
	va_end(list);
	return opened(at, path, flags, mode);
}

int
mkdirat(int at, const char *path, mode_t mode)
{
	int result = (int)syscall(SYS_mkdirat, at, path, mode);

	if (result == 0)
		note_name(EVENT_MKDIR, at, path, inode_at(at, path));
	return result;
}

int
mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

char *
mkdtemp(char *path)
{
	static char *(*own)(char *path);
	char *made;

	OWN(mkdtemp)
	made = own(path);
	if (made != NULL)
		note_name(EVENT_MKDIR, AT_FDCWD, path, inode_at(AT_FDCWD, path));
	return made;
}

int
unlinkat(int at, const char *path, int flags)
{
	int result = (int)syscall(SYS_unlinkat, at, path, flags);

	if (result == 0)
		note_name(EVENT_UNLINK, at, path, 0);
	return result;
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int
rmdir(const char *path)
{
	return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int
linkat(int at, const char *path, int target, const char *to, int flags)
{
	int result = (int)syscall(SYS_linkat, at, path, target, to, flags);

	if (result == 0)
		note_name(EVENT_LINK, target, to, inode_at(target, to));
	return result;
}

int
link(const char *path, const char *to)
{
	return linkat(AT_FDCWD, path, AT_FDCWD, to, 0);
}

int
renameat2(int at, const char *path, int target, const char *to, unsigned flags)
{
	int result = (int)syscall(SYS_renameat2, at, path, target, to, flags);
	struct event event = { .type = (flags & RENAME_EXCHANGE) != 0 ? EVENT_EXCHANGE
								      : EVENT_RENAME };
	char names[512];
	size_t len;

	if (result == 0) {
		event.dir = place_of(at, path, names);
		len = strlen(names) + 1;
		event.other = place_of(target, to, names + len);
		event.len = (uint32_t)(len + strlen(names + len));
		put(&event, names);
	}
	return result;
}

int
renameat(int at, const char *path, int target, const char *to)
{
	return renameat2(at, path, target, to, 0);
}

int
rename(const char *path, const char *to)
{
	return renameat2(AT_FDCWD, path, AT_FDCWD, to, 0);
}
