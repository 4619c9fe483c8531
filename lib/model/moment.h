/* SPDX-License-Identifier: ISC */
#ifndef MODEL_MOMENT_H
#define MODEL_MOMENT_H

/*
 * Points in the history of a store as options take them, REV|TIME: digits
 * alone are a revision, anything else is a time or period as queries have it,
 * in the store's zone.
 */

#include "model/entity.h"

/*
 * Each reads text for an option, "--at" in messages; txn is one of the present.
 * What cannot be read, a revision above the last one, and what was pruned are
 * a FAULT_USAGE that says what there is.
 */

/* As things stood: *rev is the revision asked for, or the last one that is not
 * behind the period, 0 before the first; *when is the end of that state: its
 * revision's time, or the last second of the period, at most now. */
int moment_at(struct txn *txn, const char *option, const char *text, int64_t now,
    uint64_t *rev, int64_t *when, struct fault *fault) MUST_CHECK;

/* What changed since: the runs after *rev. Of a period these are all from its
 * beginning on, as far back as anything is known. */
int moment_since(struct txn *txn, const char *option, const char *text, int64_t now,
    uint64_t *rev, struct fault *fault) MUST_CHECK;

#endif
