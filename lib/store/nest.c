/* SPDX-License-Identifier: ISC */
/*
 * Names are looked up below the opened parent, so that the parent itself may
 * be renamed meanwhile. A nest has files in it and no directories.
 */
#include "store/nest.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
nest_open(struct nest *nest, const char *parent, const char *prefix, struct fault *fault)
{
	struct buf path = BUF_EMPTY;

	*nest = NEST_CLOSED;
	nest->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (nest->parent < 0)
		return fault_errno(fault, errno, "%s", parent);
	buf_printf(&path, "%s/%sXXXXXX", parent, prefix);
	if (buf_string(&path)[0] == '\0') {
		fault_memory(fault);
		goto fail;
	}
	if (mkdtemp(path.at) == NULL) {
		fault_errno(fault, errno, "%s", parent);
		goto fail;
	}
	nest->path = path.at;
	nest->name = strrchr(path.at, '/') + 1;
	return 0;
fail:
	buf_release(&path);
	nest_close(nest);
	return -1;
}

/* Calls fsync for a name below a directory. */
static int
put_on_disk(int parent, const char *name, int flags)
{
	int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags);
	int result = -1, error;

	if (fd >= 0)
		result = fsync(fd);
	error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return result;
}

int
nest_settle(struct nest *nest, struct fault *fault)
{
	int fd = openat(
	    nest->parent, nest->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int result = -1;

	if (fd >= 0 && (unlinkat(fd, "lock.mdb", 0) == 0 || errno == ENOENT) &&
	    (unlinkat(fd, "writer.lock", 0) == 0 || errno == ENOENT) &&
	    put_on_disk(fd, "data.mdb", 0) == 0 && fsync(fd) == 0)
		result = 0;
	else
		fault_errno(fault, errno, "%s", nest->path);
	if (fd >= 0)
		close(fd);
	return result;
}

int
nest_place(struct nest *nest, const char *name, struct fault *fault)
{
	if (renameat2(nest->parent, nest->name, nest->parent, name, RENAME_NOREPLACE) !=
	    0) {
		if (errno == EEXIST)
			return 0;
		return fault_errno(fault, errno, "%s", name);
	}
	if (fsync(nest->parent) != 0) {
		fault_errno(fault, errno, "%s", name);
		nest_remove(nest->parent, name);
		return -1;
	}
	free(nest->path);
	nest->path = NULL;
	return 1;
}

void
nest_close(struct nest *nest)
{
	if (nest->path != NULL)
		nest_remove(nest->parent, nest->name);
	free(nest->path);
	if (nest->parent >= 0)
		close(nest->parent);
	*nest = NEST_CLOSED;
}

void
nest_remove(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(fd, entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
	unlinkat(parent, name, AT_REMOVEDIR);
}
