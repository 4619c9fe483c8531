/* SPDX-License-Identifier: ISC */
#ifndef RULES_REMOVAL_H
#define RULES_REMOVAL_H

/*
 * Deleting records that somebody chose. What others refer to is in use and
 * stays, unless it is forced; then references to it become the text that a
 * person would have typed, or nothing when it is erased. What is about the record
 * alone, its notes and participations, goes with it (TW-24, TW-25). A value of a
 * picklist that is in use always stays, and an invitation that was sent unless it is
 * forced, since what a record has must be taken
 * when it is read again.
 */

#include "rules/erase.h"
#include "rules/import_run.h"

/* Removes the record, or says in import->code why it stays. */
enum step removal_take(struct import *import, uint64_t id, struct fault *fault);

/* Removes the record with what it owns, whoever refers to it; erasing may be
 * NULL. */
int removal_force(struct removal *removal, struct txn *txn, uint64_t id,
    struct erasing *erasing, uint64_t *also, struct fault *fault) MUST_CHECK;

/* removal_sent.c: whether what was gathered to go would let somebody be invited again;
 * import->code says so. */
enum step removal_check_sent(struct import *import, uint64_t id, struct fault *fault);

void removal_release(struct removal *removal);

#endif
