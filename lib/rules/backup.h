/* SPDX-License-Identifier: ISC */
#ifndef RULES_BACKUP_H
#define RULES_BACKUP_H

/*
 * A backup is a new directory that is a store itself: one snapshot, consistent
 * while others write, private whatever the umask, proved sound and on the disk
 * before it appears. Of one that fails nothing is left.
 */

#include "store/copy.h"
#include "store/nest.h"

struct backup {
	struct nest nest;
	const char *target;
	struct copied copied;
};

#define BACKUP_NONE ((struct backup){ .nest = NEST_CLOSED })

/* Copies the store for a backup that is to be called target, which must not be
 * there (FAULT_INPUT). A snapshot is held until this returns, so that the store
 * grows meanwhile if others write. */
int backup_begin(struct backup *backup, struct store *store, const char *target,
    struct fault *fault) MUST_CHECK;
/* Proves the copy and gives it its name. */
int backup_finish(struct backup *backup, struct fault *fault) MUST_CHECK;
/* Removes what was not finished. Accepts BACKUP_NONE. */
void backup_release(struct backup *backup);

/* Whether path lies in the directory, or is it; what is not there lies where
 * its parent does. */
bool backup_within(const char *path, const char *directory);

#endif
