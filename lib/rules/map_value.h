/* SPDX-License-Identifier: ISC */
#ifndef RULES_MAP_VALUE_H
#define RULES_MAP_VALUE_H

/* Lines `value FIELD WORD VALUE` of a map: words that a system has for the
 * values of a field. */

#include "base/buf.h"
#include "rules/map_file.h"

struct map_parser;

/* Reads what stands behind `value` into the shape's list. */
int map_value_read(
    struct map_parser *p, struct map_shape *to, struct fault *fault) MUST_CHECK;

/* Whether the fields of a shape's lines may have words, and each word stands
 * once. */
int map_value_check(const struct map_shape *shape, struct fault *fault) MUST_CHECK;

/* Appends the form in which words are compared: search folded, `_` and `-` as a
 * blank, of which none stand at the edges or side by side. */
void map_value_normal(struct buf *out, struct view text);

/* The lines of a shape and of those that it is like, as map_column_next has
 * their columns. */
const struct map_value *map_value_next(
    const struct map_shape **from, const struct map_value *at);

#endif
