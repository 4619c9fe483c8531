/* SPDX-License-Identifier: ISC */
/*
 * Names are looked up below the opened parent, so that the parent itself may
 * be renamed meanwhile. A nest has files in it and no directories.
 */
#include "store/nest.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A file that a nest has until what is in it is whole. */
#define UNFINISHED "unfinished"

/* Whether a name is that of a nest for `what`: mkdtemp adds six characters. */
static bool
is_nest(const char *name, const char *what)
{
	size_t len = strlen(name), most = strlen(what);

	return len >= most + 8 && name[0] == '.' && name[len - 7] == '.' &&
	    name[len - 8 - most] == '.' && memcmp(name + len - 7 - most, what, most) == 0;
}

static bool
is_known(const char *name)
{
	static const char *const known[] = { ".", "..", UNFINISHED, "data.mdb",
		"lock.mdb", "writer.lock", "sender.lock", "alone.lock" };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(name, known[i]) == 0)
			return true;
	return false;
}

/* Whether the directory is ours, holds nothing else than the files of a store,
 * and is unfinished or empty: a finished one may be a store by such a name. */
static bool
may_go(int nest, bool finished)
{
	int fd = openat(nest, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	struct stat st;
	bool known = fstat(nest, &st) == 0 && st.st_uid == geteuid();
	size_t count = 0;

	if (dir == NULL && fd >= 0)
		close(fd);
	while (dir != NULL && known && (entry = readdir(dir)) != NULL) {
		known = is_known(entry->d_name);
		finished = finished || strcmp(entry->d_name, UNFINISHED) == 0;
		count++;
	}
	if (dir != NULL)
		closedir(dir);
	/* Two of them are those of every directory. */
	return dir != NULL && known && (finished || count == 2);
}

void
nest_tidy(int parent, const char *what, bool finished)
{
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), nest;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (dir == NULL && fd >= 0)
		close(fd);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (!is_nest(entry->d_name, what))
			continue;
		nest = openat(parent, entry->d_name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		/* Whoever builds in it holds it. */
		if (nest >= 0 && flock(nest, LOCK_EX | LOCK_NB) == 0 &&
		    may_go(nest, finished))
			nest_remove(parent, entry->d_name);
		if (nest >= 0)
			close(nest);
	}
	if (dir != NULL)
		closedir(dir);
}

/* Holds the directory first and calls it unfinished then, so that what nest_tidy
 * may remove has a maker that is gone. */
static bool
hold(struct nest *nest)
{
	int mark;

	nest->held = open(nest->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (nest->held < 0 || flock(nest->held, LOCK_SH) != 0)
		return false;
	mark = openat(nest->held, UNFINISHED,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (mark >= 0)
		close(mark);
	return mark >= 0;
}

/* Forgets a nest that went while it was empty: to nest_tidy it was a leftover. */
static bool
lost(struct nest *nest, struct buf *path)
{
	if (errno != ENOENT || nest->path == NULL)
		return false;
	path->at = nest->path;
	nest->path = NULL;
	nest_let_go(nest);
	memcpy(path->at + path->len - 6, "XXXXXX", 6);
	return true;
}

static int
build(struct nest *nest, const char *parent, struct buf *path, struct fault *fault)
{
	int tries;

	*nest = NEST_CLOSED;
	if (buf_string(path)[0] == '\0')
		return fault_memory(fault);
	nest->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (tries = 0; nest->parent >= 0 && tries < 100; tries++) {
		if (mkdtemp(path->at) == NULL)
			break;
		nest->path = path->at;
		nest->name = strrchr(path->at, '/') + 1;
		if (hold(nest)) {
			*path = BUF_EMPTY;
			return 0;
		}
		if (!lost(nest, path))
			break;
	}
	fault_errno(fault, errno, "%s", parent);
	if (nest->path != NULL)
		*path = BUF_EMPTY;
	nest_close(nest);
	return -1;
}

int
nest_open(struct nest *nest, const char *parent, const char *what, struct fault *fault)
{
	struct buf path = BUF_EMPTY;
	int result;

	buf_printf(&path, "%s/.%s.XXXXXX", parent, what);
	result = build(nest, parent, &path, fault);
	buf_release(&path);
	return result;
}

int
nest_open_beside(
    struct nest *nest, const char *path, const char *what, struct fault *fault)
{
	struct buf parent = BUF_EMPTY, name = BUF_EMPTY, full = BUF_EMPTY;
	size_t end = strlen(path), slash;
	int result = -1;

	*nest = NEST_CLOSED;
	while (end > 1 && path[end - 1] == '/')
		end--;
	for (slash = end; slash > 0 && path[slash - 1] != '/'; slash--)
		;
	buf_put(&name, path + slash, end - slash);
	buf_put(&parent, slash == 0 ? "./" : path, slash == 0 ? 2 : slash);
	buf_string(&parent);
	buf_printf(
	    &full, "%s.%s.%s.XXXXXX", buf_string(&parent), buf_string(&name), what);
	if (buf_check(&parent, fault) == 0 && buf_check(&name, fault) == 0)
		result = build(nest, parent.at, &full, fault);
	if (result == 0) {
		nest->target = name.at;
		name = BUF_EMPTY;
	}
	buf_release(&parent);
	buf_release(&name);
	buf_release(&full);
	return result;
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

	if (fd >= 0 && put_on_disk(fd, "data.mdb", 0) == 0 &&
	    (unlinkat(fd, UNFINISHED, 0) == 0 || errno == ENOENT) &&
	    (unlinkat(fd, "lock.mdb", 0) == 0 || errno == ENOENT) &&
	    (unlinkat(fd, "writer.lock", 0) == 0 || errno == ENOENT) && fsync(fd) == 0)
		result = 0;
	else
		fault_errno(fault, errno, "%s", nest->path);
	if (fd >= 0)
		close(fd);
	return result;
}

int
nest_place(struct nest *nest, struct fault *fault)
{
	const char *name = nest->target;

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
	nest_forget(nest);
	return 1;
}

void
nest_let_go(struct nest *nest)
{
	if (nest->held >= 0)
		close(nest->held);
	nest->held = -1;
}

void
nest_forget(struct nest *nest)
{
	nest_let_go(nest);
	free(nest->path);
	nest->path = NULL;
}

void
nest_close(struct nest *nest)
{
	if (nest->path != NULL)
		nest_remove(nest->parent, nest->name);
	nest_forget(nest);
	free(nest->target);
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

	/* It is called unfinished to the end. */
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    strcmp(entry->d_name, UNFINISHED) != 0)
			unlinkat(fd, entry->d_name, 0);
	if (fd >= 0)
		unlinkat(fd, UNFINISHED, 0);
	if (dir != NULL)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
	unlinkat(parent, name, AT_REMOVEDIR);
}
