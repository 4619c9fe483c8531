/* SPDX-License-Identifier: ISC */
#ifndef STORE_CHANGES_H
#define STORE_CHANGES_H

/* Which records the last runs touched, found through the log and the images
 * without looking at all records. */

#include "store/index.h"

/*
 * Appends the ids of the records, of any kind, that runs after revision `since`
 * created, changed or removed, up to txn_rev, in no order and some perhaps
 * twice. 1; 0 when they would be more than `most`, or cannot be told in this
 * way: then ids says nothing.
 */
int changes_since(struct txn *txn, uint64_t since, uint64_t most, struct ids *ids,
    struct fault *fault) MUST_CHECK;

/* How many records runs after `since` removed, up to txn_rev; of what was
 * pruned nothing is known. */
int changes_removed(
    struct txn *txn, uint64_t since, uint64_t *removed, struct fault *fault) MUST_CHECK;

#endif
