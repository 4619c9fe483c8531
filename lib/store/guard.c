/* SPDX-License-Identifier: ISC */
/*
 * The programs are linked with --wrap=open, so that LMDB's calls of open(2)
 * come here where it is a static archive; ours come as well, and go on. What is
 * opened is looked at through its descriptor, so nothing can come between.
 */
#include "store/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

/* The linker makes up this name. */
int __wrap_open(const char *path, int flags, ...);

static _Thread_local struct guard *standing;

void
guard_begin(struct guard *guard, const struct directory *directory, const char *path)
{
	*guard = (struct guard){ .directory = directory, .path = path };
	standing = guard;
}

int
guard_finish(struct guard *guard, struct fault *fault)
{
	standing = NULL;
	if (guard->refused)
		*fault = guard->said;
	return guard->refused ? -1 : 0;
}

static const char *
file_of_store(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	return strcmp(name, "data.mdb") == 0 || strcmp(name, "lock.mdb") == 0 ? name
									      : NULL;
}

static int
refuse(int fd)
{
	standing->refused = true;
	if (fd >= 0)
		close(fd);
	errno = EACCES;
	return -1;
}

/* O_NONBLOCK, lest a FIFO in the place of a file is waited for. A store is never
 * made here, so data.mdb is there. */
static int
open_guarded(const char *name, int flags, mode_t mode)
{
	const struct directory *directory = standing->directory;
	struct stat st;
	int fd;

	if (strcmp(name, "data.mdb") == 0)
		flags &= ~O_CREAT;
	fd = openat(
	    directory->fd, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
	if (fd < 0 && (errno == ELOOP || errno == ENXIO)) {
		fault_set(&standing->said, FAULT_PERMISSION,
		    "%s/%s: is a link, which a store must not have", standing->path,
		    name);
		return refuse(fd);
	}
	if (fd >= 0 && fstat(fd, &st) != 0) {
		fault_errno(&standing->said, errno, "%s/%s", standing->path, name);
		return refuse(fd);
	}
	if (fd >= 0 &&
	    permissions_check(
		&directory->permissions, &st, standing->path, name, &standing->said) != 0)
		return refuse(fd);
	return fd;
}

int
__wrap_open(const char *path, int flags, ...)
{
	const char *name = standing == NULL ? NULL : file_of_store(path);
	mode_t mode = 0;
	va_list ap;

	if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (name != NULL)
		return open_guarded(name, flags, mode);
	return openat(AT_FDCWD, path, flags | O_CLOEXEC, mode);
}
