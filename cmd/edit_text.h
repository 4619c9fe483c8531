/* SPDX-License-Identifier: ISC */
#ifndef CMD_EDIT_TEXT_H
#define CMD_EDIT_TEXT_H

/*
 * Records as text that a person edits: a line FIELD: VALUE for each field that may be
 * changed, lines of a value behind a TAB, an empty line between records, `#` before
 * what is passed over.
 */

#include "model/entity.h"

/* Appends a record. */
int edit_text_put(struct buf *out, struct txn *txn, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault) MUST_CHECK;

/*
 * Appends edited text as JSON, an object for each record on the line on which the
 * record begins, so that messages about rows name lines of the text. *mistake becomes
 * "line N: ..." where the text cannot be read, and stays empty else.
 */
int edit_text_read(struct buf *json, struct view text, const struct kind *kind,
    struct buf *mistake, struct fault *fault) MUST_CHECK;

#endif
