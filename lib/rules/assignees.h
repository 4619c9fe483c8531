/* SPDX-License-Identifier: ISC */
#ifndef RULES_ASSIGNEES_H
#define RULES_ASSIGNEES_H

/*
 * Contacts follow when their organization is assigned to somebody else: all of
 * them, those that were assigned by hand too, but not the rejected, which are
 * frozen, and not former ones (CS-39 to CS-41).
 */

#include "model/change.h"
#include "store/ids.h"

/* Organizations whose assignee has changed in the run. All zero is none. */
struct assignees {
	struct ids organizations;
};

/* From now on notes them; they have to live as long as the transaction does, or
 * until change_unobserve. */
int assignees_observe(
    struct assignees *assignees, struct txn *txn, struct fault *fault) MUST_CHECK;

/* Writes the contacts that differ. Adds to *also those that the run had not
 * changed before. */
int assignees_settle(struct assignees *assignees, struct txn *txn, uint64_t *also,
    struct fault *fault) MUST_CHECK;

void assignees_release(struct assignees *assignees);

#endif
