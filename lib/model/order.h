/* SPDX-License-Identifier: ISC */
#ifndef MODEL_ORDER_H
#define MODEL_ORDER_H

/*
 * The order of values, as keys that memcmp compares: text by its folding,
 * numbers and dates by value, blank last whichever way the rest goes. Sorts
 * rows by several of them.
 */

#include "model/query.h"

/* Appends the key of a decimal number. */
void order_number(struct buf *out, struct view number);

/* Appends the key of a value of that type, terminated, so that further keys
 * may follow. */
void order_key(struct buf *out, enum value_type type, struct view value, bool descending);

/* Rows to be sorted: ids with their keys. { 0 } is empty. */
struct order_row {
	uint64_t prefix; /* first bytes of the key */
	uint64_t id;
	size_t at, len;
};

struct order {
	struct order_row *rows;
	size_t count, room;
	struct buf keys;
};

int order_add(
    struct order *order, uint64_t id, struct view key, struct fault *fault) MUST_CHECK;
/* Rows with equal keys stand in order of id. */
void order_sort(struct order *order);
void order_release(struct order *order);

#endif
