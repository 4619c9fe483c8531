/* SPDX-License-Identifier: ISC */
/*
 * A key is a byte that puts blanks last, the value in a form whose bytes order
 * as it does, and an end below all bytes of a value. For descending order the
 * bytes behind the first are inverted.
 */
#include "model/order.h"

#include "base/array.h"
#include "base/fold.h"

#include <endian.h>
#include <stdlib.h>

#define MARK_VALUE '\001'
#define MARK_BLANK '\002'

static void
invert(struct buf *buf, size_t from)
{
	size_t i;

	for (i = from; i < buf->len; i++)
		buf->at[i] = (char)~buf->at[i];
}

/* Sign, count of integer digits, digits. A negative number is the inversion
 * of its contrary, with an end above all digits. */
void
order_number(struct buf *out, struct view number)
{
	bool negative = number.len > 0 && number.at[0] == '-';
	const char *dot;
	struct view whole, fraction = { NULL, 0 };
	uint32_t digits;
	size_t start;

	if (number.len > 0 && (negative || number.at[0] == '+'))
		number = view_from(number, 1);
	dot = number.len == 0 ? NULL : memchr(number.at, '.', number.len);
	whole = dot == NULL ? number : view_until(number, (size_t)(dot - number.at));
	if (dot != NULL)
		fraction = view_from(number, whole.len + 1);
	while (whole.len > 0 && whole.at[0] == '0')
		whole = view_from(whole, 1);
	while (fraction.len > 0 && fraction.at[fraction.len - 1] == '0')
		fraction.len--;
	if (whole.len + fraction.len == 0)
		negative = false;
	buf_char(out, negative ? '1' : '2');
	start = out->len;
	digits = htobe32((uint32_t)whole.len);
	buf_put(out, &digits, sizeof(digits));
	buf_view(out, whole);
	buf_view(out, fraction);
	buf_char(out, '\0');
	if (negative)
		invert(out, start);
}

void
order_key(struct buf *out, enum value_type type, struct view value, bool descending)
{
	size_t start;

	if (value.len == 0) {
		buf_char(out, MARK_BLANK);
		return;
	}
	buf_char(out, MARK_VALUE);
	start = out->len;
	switch (type) {
	case TYPE_NUMBER:
	case TYPE_ID:
		order_number(out, value);
		break;
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_FLAG:
		/* Canonical text, whose order is the right one. */
		buf_view(out, value);
		buf_char(out, '\0');
		break;
	default:
		fold_search(out, value);
		buf_char(out, '\0');
		break;
	}
	if (descending)
		invert(out, start);
}

int
order_add(struct order *order, uint64_t id, struct view key, struct fault *fault)
{
	struct order_row *rows, *row;

	rows = array_room(order->rows, order->count, &order->room, sizeof(*rows), fault);
	if (rows == NULL)
		return -1;
	order->rows = rows;
	row = &order->rows[order->count++];
	*row = (struct order_row){ 0, id, order->keys.len, key.len };
	memcpy(&row->prefix, key.at, key.len < 8 ? key.len : 8);
	row->prefix = be64toh(row->prefix);
	buf_view(&order->keys, key);
	return buf_check(&order->keys, fault);
}

static int
compare_rows(const void *a, const void *b, void *keys)
{
	const struct order_row *x = a, *y = b;
	const char *bytes = keys;
	int c;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	c = view_compare(
	    view_make(bytes + x->at, x->len), view_make(bytes + y->at, y->len));
	return c != 0 ? c : (x->id > y->id) - (x->id < y->id);
}

void
order_sort(struct order *order)
{
	if (order->count > 1)
		qsort_r(order->rows, order->count, sizeof(*order->rows), compare_rows,
		    order->keys.at);
}

void
order_release(struct order *order)
{
	free(order->rows);
	buf_release(&order->keys);
	*order = (struct order){ NULL, 0, 0, BUF_EMPTY };
}
