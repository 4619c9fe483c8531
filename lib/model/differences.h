/* SPDX-License-Identifier: ISC */
#ifndef MODEL_DIFFERENCES_H
#define MODEL_DIFFERENCES_H

/*
 * What two states of one record differ in, field by field as they print: what
 * --diff, --history and undoing tell. A state without bytes (at is NULL) is
 * that of a record that is not there: all its fields are empty.
 */

#include "model/entity.h"

/* One field, all borrowed for the length of the call. Where a reference and the
 * text on the other side print alike, #ID stands for the reference. */
struct difference {
	uint16_t slot;
	struct view field; /* as in a column, "name" or "ext.crm" */
	struct view from, to;
};

/*
 * Calls each for every field that does not print the same in both states, the
 * kind's own in the order of its table, then extras. Fields with one of the
 * flags of `without` are left out: system fields, which differ always, are what
 * nearly everybody leaves out. A result of each other than 0 ends it and is
 * returned.
 */
int differences_each(struct txn *txn, const struct kind *kind, uint64_t id,
    struct record old, struct record new, unsigned without,
    int (*each)(void *context, const struct difference *difference, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/* Appends what the record is called, after a change if it is still there. */
int differences_name(struct buf *out, struct txn *txn, const struct kind *kind,
    uint64_t id, struct record old, struct record new, struct fault *fault) MUST_CHECK;

#endif
