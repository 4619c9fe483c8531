/* SPDX-License-Identifier: ISC */
/*
 * The copy is made under another name beside its place and renamed without
 * replacing anything, so that a backup is there whole or not at all.
 */
#include "rules/backup.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rules/proof.h"

/* The real path of what path names, or of the directory that it would be made
 * in; NULL when neither is there. The caller frees it. */
static char *
real_place(const char *path)
{
	char *real = realpath(path, NULL), *copy, *slash;

	if (real != NULL || errno != ENOENT)
		return real;
	copy = strdup(path);
	if (copy == NULL)
		return NULL;
	slash = copy + strlen(copy);
	while (slash > copy && slash[-1] == '/')
		*--slash = '\0';
	slash = strrchr(copy, '/');
	if (slash != NULL)
		slash[slash == copy] = '\0';
	real = realpath(slash == NULL ? "." : copy, NULL);
	free(copy);
	return real;
}

bool
backup_within(const char *path, const char *directory)
{
	char *inner = real_place(path), *outer = realpath(directory, NULL);
	size_t len = outer == NULL ? 0 : strlen(outer);
	bool within = inner != NULL && outer != NULL && strncmp(inner, outer, len) == 0 &&
	    (inner[len] == '\0' || inner[len] == '/' || len == 1);

	free(inner);
	free(outer);
	return within;
}

/* lstat of the name itself: slashes behind it would follow a link. */
static int
look_at(const char *path, struct stat *st)
{
	size_t len = strlen(path);
	char *bare;
	int rc, error;

	while (len > 1 && path[len - 1] == '/')
		len--;
	bare = strndup(path, len);
	if (bare == NULL)
		return -1;
	rc = lstat(bare, st);
	error = errno;
	free(bare);
	errno = error;
	return rc;
}

static int
check_target(const struct backup *backup, struct store *store, struct fault *fault)
{
	struct stat st;

	if (look_at(backup->target, &st) == 0)
		return fault_set(fault, FAULT_INPUT,
		    "%s: is there already; a backup makes a new directory",
		    backup->target);
	if (errno != ENOENT)
		return fault_errno(fault, errno, "%s", backup->target);
	if (backup_within(backup->target, store_path(store)))
		return fault_set(fault, FAULT_INPUT,
		    "%s: lies within the store, with which it would be lost",
		    backup->target);
	return 0;
}

int
backup_begin(
    struct backup *backup, struct store *store, const char *target, struct fault *fault)
{
	struct txn *txn;
	int result;

	*backup = BACKUP_NONE;
	backup->target = target;
	if (check_target(backup, store, fault) != 0)
		return -1;
	if (nest_open_beside(&backup->nest, target, "backup", fault) != 0)
		return fault_wrap(fault, "no backup can be made at %s", target);
	nest_tidy(backup->nest.parent, "backup", false);
	if (txn_begin(&txn, store, fault) != 0)
		return -1;
	result = copy_store(&backup->copied, txn, backup->nest.path, 0, fault);
	txn_end(txn);
	return result == 0 ? 0 : fault_wrap(fault, "no backup was made at %s", target);
}

int
backup_finish(struct backup *backup, struct fault *fault)
{
	int placed = -1;

	if (proof_copy(backup->nest.path, fault) == 0 &&
	    nest_settle(&backup->nest, fault) == 0)
		placed = nest_place(&backup->nest, fault);
	if (placed == 0)
		fault_set(
		    fault, FAULT_INPUT, "something of this name has been made meanwhile");
	return placed == 1
	    ? 0
	    : fault_wrap(fault, "no backup was made at %s", backup->target);
}

void
backup_release(struct backup *backup)
{
	nest_close(&backup->nest);
}
