/* SPDX-License-Identifier: ISC */
/*
 * A library to be preloaded: it stands before calls of the C library, counts
 * them, and makes a chosen one fail, or the process die at it (failing.h). What
 * it reports lies in a mapped file, so that it outlives any end of the process.
 * LMDB, though linked as an archive, makes its calls through here as well.
 */
#include "failing.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum how { HOW_ONCE, HOW_ON, HOW_SHORT, HOW_BEFORE, HOW_AFTER };

static const char *const names[] = FAILING_NAMES;
#define FAILING_CHANGES(name, changes) changes,
static const bool changing[] = { FAILING_CALLS(FAILING_CHANGES) true };

static struct {
	bool armed;
	enum failing_call call;
	uint64_t number;
	enum how how;
	int error;
} plan;

static struct failing_report unreported, *report = &unreported;
/* The call under way is the one behind which the process is to die. */
static _Thread_local bool dies_after;

/* The C library's own memory functions, as dlsym might ask for memory. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *at, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static void
die(void)
{
	syscall(SYS_kill, getpid(), SIGKILL);
}

/* Counts the call; whether it is one that the plan means. */
static bool
chosen(enum failing_call call, bool changes)
{
	uint64_t number = __atomic_add_fetch(&report->calls[call], 1, __ATOMIC_SEQ_CST);

	if (changes) {
		uint64_t nth =
		    __atomic_add_fetch(&report->calls[CALL_change], 1, __ATOMIC_SEQ_CST);

		if (plan.call == CALL_change)
			number = nth;
	}
	if (!plan.armed || (plan.call != call && !(plan.call == CALL_change && changes)))
		return false;
	return number == plan.number || (plan.how == HOW_ON && number > plan.number);
}

/* Whether the call has to fail, with errno set; may not return. */
static bool
strikes_as(enum failing_call call, int fd, bool changes, bool *halved)
{
	if (!chosen(call, changes))
		return false;
	if (__atomic_fetch_add(&report->hits, 1, __ATOMIC_SEQ_CST) == 0)
		report->fd = fd;
	switch (plan.how) {
	case HOW_BEFORE:
		die();
		break;
	case HOW_AFTER:
		dies_after = true;
		return false;
	case HOW_SHORT:
		if (halved != NULL)
			*halved = true;
		return false;
	default:
		break;
	}
	errno = plan.error;
	return true;
}

static bool
strikes(enum failing_call call, int fd)
{
	return strikes_as(call, fd, changing[call], NULL);
}

static void
done(void)
{
	if (dies_after)
		die();
}

static int
error_named(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} errors[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EINTR", EINTR },
		{ "EMFILE", EMFILE }, { "ENOMEM", ENOMEM }, { "EAGAIN", EAGAIN },
		{ "EACCES", EACCES }, { "ENOLCK", ENOLCK } };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(errors[i].name, name) == 0)
			return errors[i].number;
	return EIO;
}

/* A plan that cannot be read ends the process: nothing would be tested. */
static void
read_plan(const char *text)
{
	static const char *const hows[] = { "once", "on", "short", "before", "after" };
	char copy[100], *rest = copy, *part[4] = { NULL };
	size_t i, h;

	snprintf(copy, sizeof(copy), "%s", text);
	for (i = 0; i < 4 && rest != NULL; i++)
		part[i] = strsep(&rest, ":");
	for (i = 0; i < FAILING_COUNT && strcmp(names[i], part[0]) != 0; i++)
		continue;
	for (h = 0; h < 5 && (part[2] == NULL || strcmp(hows[h], part[2]) != 0); h++)
		continue;
	if (i == FAILING_COUNT || h == 5 || part[1] == NULL) {
		fprintf(stderr, "failing.so: FAILING=%s is no plan\n", text);
		_exit(99);
	}
	plan.call = (enum failing_call)i;
	plan.number = strtoull(part[1], NULL, 10);
	plan.how = (enum how)h;
	plan.error = error_named(part[3] == NULL ? "EIO" : part[3]);
	plan.armed = true;
}

__attribute__((constructor)) static void
arm(void)
{
	const char *file = getenv("FAILING_REPORT"), *text = getenv("FAILING");
	int fd = file == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR, 0);
	void *at;

	if (fd >= 0) {
		at = (void *)syscall(SYS_mmap, NULL, sizeof(*report),
		    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (at != MAP_FAILED)
			report = at;
		syscall(SYS_close, fd);
	}
	report->fd = -1;
	if (text != NULL)
		read_plan(text);
}

void *
malloc(size_t size)
{
	return strikes(CALL_malloc, -1) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return strikes(CALL_calloc, -1) ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *at, size_t size)
{
	return strikes(CALL_realloc, -1) ? NULL : __libc_realloc(at, size);
}

int
posix_memalign(void **at, size_t alignment, size_t size)
{
	void *got =
	    strikes(CALL_posix_memalign, -1) ? NULL : __libc_memalign(alignment, size);

	if (got == NULL)
		return ENOMEM;
	*at = got;
	return 0;
}

/* Puts the C library's function of that name into the pointer `own`. */
#define OWN(name)                                      \
	if (own == NULL) {                             \
		void *found = dlsym(RTLD_NEXT, #name); \
		memcpy(&own, &found, sizeof(own));     \
	}

/* A function that fails instead of being called. */
#define STAND_BEFORE(type, name, parameters, arguments, fd, failed) \
	type name parameters                                        \
	{                                                           \
		static type(*own) parameters;                       \
		type result;                                        \
                                                                    \
		OWN(name)                                           \
		if (strikes(CALL_##name, fd))                       \
			return failed;                              \
		result = own arguments;                             \
		done();                                             \
		return result;                                      \
	}

/* One that releases something: that is done even where it fails. */
#define STAND_BEHIND(name, parameters, arguments, fd, failed) \
	int name parameters                                   \
	{                                                     \
		static int(*own) parameters;                  \
		bool struck;                                  \
		int result, error;                            \
                                                              \
		OWN(name)                                     \
		struck = strikes(CALL_##name, fd);            \
		error = errno;                                \
		result = own arguments;                       \
		done();                                       \
		if (struck)                                   \
			errno = error;                        \
		return struck ? failed : result;              \
	}

/* One that moves bytes, which may be fewer than were asked for. */
#define STAND_AMONG(name, parameters, arguments, fd)                             \
	ssize_t name parameters                                                  \
	{                                                                        \
		static ssize_t(*own) parameters;                                 \
		bool halved = false;                                             \
		ssize_t result;                                                  \
                                                                                 \
		OWN(name)                                                        \
		if (strikes_as(CALL_##name, fd, changing[CALL_##name], &halved)) \
			return -1;                                               \
		if (halved && len > 1)                                           \
			len /= 2;                                                \
		result = own arguments;                                          \
		done();                                                          \
		return result;                                                   \
	}

/* clang-format off */
STAND_AMONG(read, (int fd, void *at, size_t len), (fd, at, len), fd)
STAND_AMONG(pread, (int fd, void *at, size_t len, off_t from), (fd, at, len, from), fd)
STAND_AMONG(write, (int fd, const void *at, size_t len), (fd, at, len), fd)
STAND_AMONG(pwrite, (int fd, const void *at, size_t len, off_t to), (fd, at, len, to), fd)
STAND_AMONG(copy_file_range,
    (int from, off64_t *at, int fd, off64_t *to, size_t len, unsigned flags),
    (from, at, fd, to, len, flags), fd)

STAND_BEFORE(FILE *, fopen, (const char *path, const char *mode), (path, mode), -1, NULL)
STAND_BEFORE(FILE *, tmpfile, (void), (), -1, NULL)
STAND_BEFORE(int, memfd_create, (const char *name, unsigned flags), (name, flags), -1, -1)
STAND_BEFORE(int, mkostemp, (char *path, int flags), (path, flags), -1, -1)
STAND_BEFORE(int, fsync, (int fd), (fd), fd, -1)
STAND_BEFORE(int, fdatasync, (int fd), (fd), fd, -1)
STAND_BEFORE(int, msync, (void *at, size_t len, int flags), (at, len, flags), -1, -1)
STAND_BEFORE(int, ftruncate, (int fd, off_t len), (fd, len), fd, -1)
STAND_BEFORE(int, fallocate, (int fd, int mode, off_t from, off_t len),
    (fd, mode, from, len), fd, -1)
STAND_BEFORE(void *, mmap, (void *at, size_t len, int kind, int flags, int fd, off_t from),
    (at, len, kind, flags, fd, from), fd, MAP_FAILED)
STAND_BEFORE(int, rename, (const char *from, const char *to), (from, to), -1, -1)
STAND_BEFORE(int, renameat, (int fd, const char *from, int target, const char *to),
    (fd, from, target, to), -1, -1)
STAND_BEFORE(int, renameat2,
    (int fd, const char *from, int target, const char *to, unsigned flags),
    (fd, from, target, to, flags), -1, -1)
STAND_BEFORE(int, link, (const char *from, const char *to), (from, to), -1, -1)
STAND_BEFORE(int, linkat, (int fd, const char *from, int target, const char *to, int flags),
    (fd, from, target, to, flags), -1, -1)
STAND_BEFORE(int, unlink, (const char *path), (path), -1, -1)
STAND_BEFORE(int, unlinkat, (int fd, const char *path, int flags), (fd, path, flags), -1, -1)
STAND_BEFORE(int, rmdir, (const char *path), (path), -1, -1)
STAND_BEFORE(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, -1)
STAND_BEFORE(int, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode), -1, -1)
STAND_BEFORE(char *, mkdtemp, (char *path), (path), -1, NULL)
STAND_BEFORE(int, fchmod, (int fd, mode_t mode), (fd, mode), fd, -1)
STAND_BEFORE(int, fstat, (int fd, struct stat *st), (fd, st), fd, -1)
STAND_BEFORE(int, flock, (int fd, int how), (fd, how), fd, -1)
STAND_BEFORE(int, dup2, (int fd, int to), (fd, to), fd, -1)
STAND_BEFORE(pid_t, fork, (void), (), -1, -1)
STAND_BEFORE(int, execve, (const char *path, char *const *argv, char *const *env),
    (path, argv, env), -1, -1)
STAND_BEFORE(ssize_t, getrandom, (void *at, size_t len, unsigned flags),
    (at, len, flags), -1, -1)
STAND_BEFORE(int, pthread_create,
    (pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *with),
    (thread, attributes, start, with), -1, plan.error)

STAND_BEHIND(close, (int fd), (fd), fd, -1)
STAND_BEHIND(fclose, (FILE *file), (file), file == NULL ? -1 : fileno(file), EOF)
STAND_BEHIND(fflush, (FILE *file), (file), file == NULL ? -1 : fileno(file), EOF)
/* clang-format on */

/* Of several parts only the first is written, or its half. */
static ssize_t
write_part(int fd, const struct iovec *part, off_t to)
{
	size_t len = part[0].iov_len > 1 ? part[0].iov_len / 2 : part[0].iov_len;

	return to < 0 ? (ssize_t)syscall(SYS_write, fd, part[0].iov_base, len)
		      : (ssize_t)syscall(SYS_pwrite64, fd, part[0].iov_base, len, to);
}

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	static ssize_t (*own)(int fd, const struct iovec *parts, int count);
	bool halved = false;
	ssize_t result;

	OWN(writev)
	if (strikes_as(CALL_writev, fd, true, &halved))
		return -1;
	result = halved ? write_part(fd, parts, -1) : own(fd, parts, count);
	done();
	return result;
}

ssize_t
pwritev(int fd, const struct iovec *parts, int count, off_t to)
{
	static ssize_t (*own)(int fd, const struct iovec *parts, int count, off_t to);
	bool halved = false;
	ssize_t result;

	OWN(pwritev)
	if (strikes_as(CALL_pwritev, fd, true, &halved))
		return -1;
	result = halved ? write_part(fd, parts, to) : own(fd, parts, count, to);
	done();
	return result;
}

static mode_t
mode_behind(int flags, va_list list)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	static int (*own)(const char *path, int flags, ...);
	va_list list;
	mode_t mode;
	int fd;

	OWN(open)
	va_start(list, flags);
	mode = mode_behind(flags, list);
	va_end(list);
	if (strikes_as(CALL_open, -1, (flags & (O_CREAT | O_TRUNC)) != 0, NULL))
		return -1;
	fd = own(path, flags, mode);
	done();
	return fd;
}

int
openat(int at, const char *path, int flags, ...)
{
	static int (*own)(int at, const char *path, int flags, ...);
	va_list list;
	mode_t mode;
	int fd;

	OWN(openat)
	va_start(list, flags);
	mode = mode_behind(flags, list);
	va_end(list);
	if (strikes_as(CALL_openat, -1, (flags & (O_CREAT | O_TRUNC)) != 0, NULL))
		return -1;
	fd = own(at, path, flags, mode);
	done();
	return fd;
}

int
fcntl(int fd, int command, ...)
{
	static int (*own)(int fd, int command, ...);
	va_list list;
	void *with;
	int result;

	OWN(fcntl)
	va_start(list, command);
	with = va_arg(list, void *);
	va_end(list);
	if (strikes(CALL_fcntl, fd))
		return -1;
	result = own(fd, command, with);
	done();
	return result;
}
