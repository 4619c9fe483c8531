/* SPDX-License-Identifier: ISC */
#ifndef TABLE_JSON_INPUT_H
#define TABLE_JSON_INPUT_H

/*
 * Objects of JSON (RFC 8259) as rows. Members of a nested object become cells
 * named by their path (address.city). Numbers keep their digits as written. An
 * array is one cell, its elements joined by `;` with `\;` and `\\` escaped;
 * one that holds arrays or objects is kept as its JSON text.
 */

#include "table/split.h"

struct json_input;

int json_input_new(struct json_input **json, struct fault *fault) MUST_CHECK;
void json_input_free(struct json_input *json);

/* With learning set, the names of members become columns in order of
 * appearance; else members that are no column are passed over. */
void json_input_learn(struct json_input *json, bool learning);

/* The names of the columns; lives as long as json while it does not learn.
 * More than READER_COLUMNS_MAX are counted, not kept. */
const struct view *json_input_columns(const struct json_input *json, size_t *count);

/*
 * As split_record, for the value at the start of text, which must be an
 * object: one cell for each column. The cells are views of *values, which is
 * overwritten. Never SPLIT_STRAY and the like, but SPLIT_BAD_JSON and
 * SPLIT_CONTROL with bad_at and message, and SPLIT_NO_OBJECT with message for
 * a sound value that is none.
 */
enum split_result json_input_split(struct json_input *json, struct split *split,
    struct buf *values, struct view text, bool last);

/* Where reading goes on after the bad value at the start of text: the offset
 * of a line, or text.len when it is not to be seen yet. */
size_t json_input_resume(const struct split *split, struct view text);

/* The number of line ends in text. */
uint64_t json_input_lines(struct view text);

#endif
