/* SPDX-License-Identifier: ISC */
/*
 * Directories change their names by an exchange, so that there is never a
 * moment without a store. Those who wait for the lock of the directory that
 * went see that the path leads elsewhere, and open that (directory.c).
 */
#include "store/replace.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "store/directory.h"
#include "store/sharing.h"
#include "store/txn.h"

/* More stores of one revision than anybody puts aside. */
#define ASIDE_MOST 1000

/* The file gets the mode and group that files of the store have. */
static int
give(const struct directory *directory, int nest, const char *path, struct fault *fault)
{
	int fd = openat(nest, "data.mdb", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int result;

	if (fd < 0)
		return fault_errno(fault, errno, "%s/data.mdb", path);
	result = permissions_give(&directory->permissions, fd, path, "data.mdb", fault);
	if (result == 0 && fsync(fd) != 0)
		result = fault_errno(fault, errno, "%s/data.mdb", path);
	close(fd);
	return result;
}

int
replace_data(struct store *store, struct nest *nest, struct fault *fault)
{
	const struct directory *directory = store_directory(store);
	int fd = openat(
	    nest->parent, nest->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int result = -1;

	store_stop(store);
	if (fd < 0)
		return fault_errno(fault, errno, "%s", nest->path);
	if (give(directory, fd, nest->path, fault) != 0)
		goto done;
	/* The table of readers speaks of the file that goes. */
	if ((unlinkat(directory->fd, "lock.mdb", 0) != 0 && errno != ENOENT) ||
	    renameat(fd, "data.mdb", directory->fd, "data.mdb") != 0 ||
	    fsync(directory->fd) != 0)
		fault_errno(fault, errno, "%s/data.mdb", store_path(store));
	else
		result = 0;
done:
	close(fd);
	return result;
}

/* Gives the directory that went a name by which it is found. */
static int
put_aside(
    const struct nest *nest, const char *suffix, struct buf *former, struct fault *fault)
{
	size_t stem = (size_t)(nest->name - nest->path);
	int tries, rc = -1;

	for (tries = 1; rc != 0 && tries < ASIDE_MOST; tries++) {
		buf_clear(former);
		buf_put(former, nest->path, stem);
		buf_printf(former, "%s%s", nest->target, suffix);
		if (tries > 1)
			buf_printf(former, ".%d", tries);
		buf_string(former);
		if (former->failed) {
			errno = ENOMEM;
			break;
		}
		rc = renameat2(nest->parent, nest->name, nest->parent, former->at + stem,
		    RENAME_NOREPLACE);
		if (rc != 0 && errno != EEXIST)
			break;
	}
	if (rc != 0)
		return fault_errno(fault, errno,
		    "the store is restored, but what was there before could not be "
		    "renamed and lies in %s",
		    nest->path);
	if (fsync(nest->parent) != 0)
		return fault_errno(fault, errno,
		    "the store is restored, but after a power cut what was there before "
		    "may lie in %s instead of %s",
		    nest->path, former->at);
	return 0;
}

/* Both directories get each other's name; or neither does. */
static int
exchange(const struct store *store, const struct nest *nest, struct fault *fault)
{
	int error;

	if (renameat2(nest->parent, nest->name, nest->parent, nest->target,
		RENAME_EXCHANGE) != 0)
		return fault_errno(fault, errno, "%s", store_path(store));
	if (fsync(nest->parent) == 0)
		return 0;
	/* The nest goes at the end, so it must not have the store's place. */
	error = errno;
	if (renameat2(nest->parent, nest->name, nest->parent, nest->target,
		RENAME_EXCHANGE) == 0)
		return fault_errno(fault, error, "%s", store_path(store));
	return 0;
}

/* What comes is for the same users as what goes. */
static int
share(const struct directory *directory, const struct nest *nest, struct fault *fault)
{
	int fd = openat(
	    nest->parent, nest->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int result;

	if (fd < 0)
		return fault_errno(fault, errno, "%s", nest->path);
	result = sharing_follow(directory, fd, nest->path, fault);
	close(fd);
	return result;
}

/* Whether the target's name is that of the directory that the store holds. */
static bool
is_ours(const struct directory *directory, const struct nest *nest)
{
	struct stat there, held;

	return fstatat(nest->parent, nest->target, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstat(directory->fd, &held) == 0 && there.st_dev == held.st_dev &&
	    there.st_ino == held.st_ino;
}

int
replace_store(struct store *store, struct nest *nest, const char *suffix,
    struct buf *former, struct fault *fault)
{
	int result = 0;

	store_stop(store);
	if (!is_ours(store_directory(store), nest))
		return fault_set(fault, FAULT_CONFLICT,
		    "%s: another directory has taken its place meanwhile",
		    store_path(store));
	nest_let_go(nest);
	if (share(store_directory(store), nest, fault) != 0 ||
	    exchange(store, nest, fault) != 0)
		return -1;
	/* What is called as the nest was is the store that went. */
	if (suffix == NULL)
		nest_remove(nest->parent, nest->name);
	else
		result = put_aside(nest, suffix, former, fault);
	nest_forget(nest);
	return result;
}

void
replace_tidy(struct store *store)
{
	int directory = store_directory(store)->fd;
	int parent = openat(directory, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	nest_tidy(directory, "init", true);
	nest_tidy(directory, "compact", true);
	if (parent < 0)
		return;
	nest_tidy(parent, "restore", false);
	close(parent);
}

int
replace_bytes(uint64_t *bytes, const struct store *store, struct fault *fault)
{
	struct stat st;

	if (fstatat(store_directory(store)->fd, "data.mdb", &st, AT_SYMLINK_NOFOLLOW) !=
	    0)
		return fault_errno(fault, errno, "%s/data.mdb", store_path(store));
	*bytes = (uint64_t)st.st_size;
	return 0;
}

void
replace_discard(struct store *store)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "writer.lock",
		"alone.lock" };

	if (!store_created(store))
		return;
	store_stop(store);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(store_directory(store)->fd, names[i], 0);
	rmdir(store_path(store));
}
