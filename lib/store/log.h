/* SPDX-License-Identifier: ISC */
#ifndef STORE_LOG_H
#define STORE_LOG_H

/*
 * The log: a row for each run that changed the store, under its revision. It
 * says when, who, with which program and options, and how much; never what the
 * operands were, which is about people. Pruning keeps of old rows only what
 * records still need: the time and the user.
 */

#include "store/store.h"

struct log_row {
	uint64_t rev;
	int64_t now;  /* the time of the run */
	int64_t real; /* what the system's clock said */
	/* Ids that the run gave to new records; first_id > last_id: none. */
	uint64_t first_id, last_id;
	/* Records; one that was created and removed again does not count. */
	uint64_t created, updated, deleted;
	uint64_t undoes; /* the revision that this run took back, or 0 */
	struct view who, program, options;
};

/* The row of a revision; its texts live until the transaction's next write or
 * end. 1, 0 when the log does not know it, -1 when it is damaged. */
int log_row(
    struct txn *txn, uint64_t rev, struct log_row *row, struct fault *fault) MUST_CHECK;

/* All rows in order, from revision `from` on; those up to the horizon too.
 * The walk is the caller's storage. */
struct log_walk {
	struct engine_cursor *cursor;
	struct txn *txn;
	uint64_t from;
};
int log_walk_open(struct log_walk *walk, struct txn *txn, uint64_t from,
    struct fault *fault) MUST_CHECK;
int log_walk_next(
    struct log_walk *walk, struct log_row *row, struct fault *fault) MUST_CHECK;
void log_walk_close(struct log_walk *walk);

/* The revision up to which history was forgotten, 0 when none was: the store
 * can still be seen as it was after the horizon and after any later one. */
int log_horizon(struct txn *txn, uint64_t *rev, struct fault *fault) MUST_CHECK;

#endif
