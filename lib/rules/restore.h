/* SPDX-License-Identifier: ISC */
#ifndef RULES_RESTORE_H
#define RULES_RESTORE_H

/*
 * Taking a backup back: a copy of it takes the place of the store, whose
 * directory stays under another name. Who opted out since stays out, who was erased
 * since is erased again, and whoever was invited since stays so.
 */

#include "rules/erase_again.h"
#include "rules/invited.h"
#include "rules/optout.h"
#include "store/copy.h"

struct restored {
	struct copied copied;
	struct optouts optouts;
	struct erased_again again;
	struct invited invited;
	uint64_t rev;	   /* the last one of the restored store */
	struct buf former; /* where what was there lies now; empty: nowhere */
};

/* FAULT_INPUT when the store is the backup, or one lies within the other. */
int restore_check_apart(
    const char *store, const char *backup, struct fault *fault) MUST_CHECK;

/* FAULT_CONFLICT when the store has content, which it tells: for who has not
 * said --yes. */
int restore_guard(struct store *store, struct fault *fault) MUST_CHECK;

/*
 * Puts a copy of the backup in the place of the store, which is opened with
 * `alone` and can only be closed afterwards. Opt-outs of the store, and what
 * was sent from it, are carried over in a run of the restored one; ids that the store has given are not
 * given again. Where it fails, a store that opening made is removed. The
 * caller releases former.
 */
int restore_store(struct restored *restored, struct store *store, struct store *backup,
    const struct run *run, struct fault *fault) MUST_CHECK;

#endif
