/* SPDX-License-Identifier: ISC */
#ifndef MODEL_LOG_RECORD_H
#define MODEL_LOG_RECORD_H

/*
 * Rows of the log as records of a kind of their own, so that queries and
 * columns serve them as they serve what is stored. The kind is not among those
 * that a store has: no record of it is ever written.
 */

#include "model/kind.h"
#include "store/log.h"

extern const struct kind kind_log;

/* Makes the row a record, which borrows from *bytes (emptied first). The
 * record's id and revision are the row's revision. */
int log_record(struct buf *bytes, const struct log_row *row, struct record *record,
    struct fault *fault) MUST_CHECK;

#endif
