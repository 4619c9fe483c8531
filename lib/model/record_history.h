/* SPDX-License-Identifier: ISC */
#ifndef MODEL_RECORD_HISTORY_H
#define MODEL_RECORD_HISTORY_H

/*
 * X-31, TR-49: what happened to one record: each field that a run changed,
 * with when, by whom and why.
 */

#include "model/differences.h"

/* One field that one run changed; all is borrowed for the length of the call. */
struct history_row {
	uint64_t rev;
	uint32_t line; /* of the input, 0 for none */
	uint64_t id;
	struct view name; /* of the record after the run, before if it went */
	struct view field, from, to;
	enum cause cause;
	struct view job; /* for whose sake a rule did it, or empty */
	int64_t when;
	struct view who, program;
};

/* Which runs are told of: since < rev <= until. */
struct history_span {
	uint64_t since, until;
};

/*
 * Calls each for every change of the record, the oldest first. A record that
 * came into being has a row for each of its fields, from nothing, and one that
 * went has one for each to nothing. What several steps of one run did is told
 * as one. Nothing is told of runs up to the horizon.
 *
 * versions is a transaction of the present, which knows all versions. Values
 * print by shown: what references are called, and what fields are computed
 * from, is as it is there; fields that are computed from other records
 * (FIELD_ELSEWHERE) are left out, since nobody changed them here. A result of
 * each other than 0 ends it and is returned.
 */
int record_history_each(struct txn *versions, struct txn *shown, const struct kind *kind,
    uint64_t id, const struct history_span *span,
    int (*each)(void *context, const struct history_row *row, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

#endif
