/* SPDX-License-Identifier: ISC */
#ifndef RULES_STATUSES_H
#define RULES_STATUSES_H

/*
 * Keeps the client status of contacts true to their jobs and the candidate
 * status to their placements (TR-23 to TR-42), whoever writes a job or a
 * placement: every change of these is seen where it is made. What follows for
 * a contact is noted in the order in which things happen and written once, at
 * the end of the run. Undoing, loading and restoring bring back what was, so
 * they keep none.
 */

#include "model/change.h"

struct statuses;

/* Those of the run, which begin to watch when they are first asked for. They
 * live as long as the transaction. */
int statuses_of(
    struct statuses **statuses, struct txn *txn, struct fault *fault) MUST_CHECK;

/* The input line that the changes to come are of, and whether these are told in
 * the order in which they happened, as events are; the rows of a snapshot are
 * all of one moment, whichever comes first. */
void statuses_at(struct statuses *statuses, uint64_t line, bool in_order);

/* What is to be said of the changes since it was asked last, as a code and a
 * sentence (TR-41 STILL_ASSIGNED, TR-42 WAS_DNU, TW-21 FROZEN), or NULL. The
 * sentence lives until the next change. */
const char *statuses_remark(struct statuses *statuses, struct view *message);

/* Open jobs whose contact it is, as far as the run has come. */
int statuses_open_jobs(struct statuses *statuses, uint64_t contact, uint64_t *count,
    struct fault *fault) MUST_CHECK;

/* When the latest event of a job that was taken happened, by what it says of
 * itself; INT64_MIN for none. */
int statuses_latest(struct statuses *statuses, uint64_t job, int64_t *latest,
    struct fault *fault) MUST_CHECK;

/* Whether a job of this status is still to be filled; none is. */
int status_is_open(
    struct txn *txn, struct view status, bool *open, struct fault *fault) MUST_CHECK;

/* Writes the statuses that differ, in order of contact. Adds the number of
 * contacts that the run had not changed before to *also. */
int statuses_settle(
    struct statuses *statuses, uint64_t *also, struct fault *fault) MUST_CHECK;

#endif
