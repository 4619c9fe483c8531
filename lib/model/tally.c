/* SPDX-License-Identifier: ISC */
/*
 * A table from combinations of values to their counts. Values are compared as
 * they print, byte for byte; their order is that of a sort.
 */
#include "model/tally.h"

#include <stdlib.h>

static uint64_t
hash_cells(const struct view *cells, size_t count)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	size_t i, j;

	for (i = 0; i < count; i++) {
		for (j = 0; j < cells[i].len; j++)
			hash = (hash ^ (unsigned char)cells[i].at[j]) *
			    UINT64_C(0x100000001b3);
		hash = (hash ^ 0xff) * UINT64_C(0x100000001b3);
	}
	return hash ^ hash >> 32;
}

static bool
same_cells(const struct view *a, const struct view *b, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!view_equal(a[i], b[i]))
			return false;
	return true;
}

static struct tally_row *
row_of(const struct tally *tally, const struct view *cells)
{
	size_t columns = tally->columns->count, mask = tally->room - 1, i;

	i = (size_t)hash_cells(cells, columns) & mask;
	while (tally->rows[i].cells != NULL &&
	    !same_cells(tally->rows[i].cells, cells, columns))
		i = (i + 1) & mask;
	return &tally->rows[i];
}

static int
grow(struct tally *tally, struct fault *fault)
{
	struct tally wider = *tally;
	size_t i;

	wider.room = tally->room == 0 ? 64 : tally->room * 2;
	wider.rows = calloc(wider.room, sizeof(*wider.rows));
	if (wider.rows == NULL)
		return fault_memory(fault);
	for (i = 0; i < tally->room; i++)
		if (tally->rows[i].cells != NULL)
			*row_of(&wider, tally->rows[i].cells) = tally->rows[i];
	free(tally->rows);
	*tally = wider;
	return 0;
}

static int
count_cells(struct tally *tally, struct fault *fault)
{
	size_t columns = tally->columns->count, i;
	struct tally_row *row;

	if (tally->count * 2 >= tally->room && grow(tally, fault) == -1)
		return -1;
	row = row_of(tally, tally->cells);
	if (row->cells == NULL) {
		row->cells = arena_take(&tally->arena, columns * sizeof(struct view));
		if (row->cells == NULL)
			return fault_memory(fault);
		for (i = 0; i < columns; i++) {
			row->cells[i] = arena_copy(&tally->arena, tally->cells[i]);
			if (row->cells[i].len > 0 && row->cells[i].at == NULL)
				return fault_memory(fault);
		}
		tally->count++;
	}
	row->count++;
	return 0;
}

/* Counts all combinations of the elements of lists from a column on. */
static int
combine(struct tally *tally, size_t column, struct fault *fault)
{
	struct buf element_text = BUF_EMPTY;
	struct view whole, list, element;
	int result = 0;

	while (column < tally->columns->count &&
	    (!column_is_list(tally->columns->at[column]) ||
		tally->cells[column].len == 0))
		column++;
	if (column == tally->columns->count)
		return count_cells(tally, fault);
	whole = list = tally->cells[column];
	while (result == 0 && list_next(&list, &element, &element_text)) {
		tally->cells[column] = element;
		result = combine(tally, column + 1, fault);
	}
	tally->cells[column] = whole;
	if (result == 0)
		result = buf_check(&element_text, fault);
	buf_release(&element_text);
	return result;
}

int
tally_open(struct tally *tally, const struct columns *columns, struct fault *fault)
{
	*tally = (struct tally){ .columns = columns };
	tally->cells = calloc(columns->count, sizeof(struct view));
	return tally->cells == NULL ? fault_memory(fault) : 0;
}

int
tally_add(struct tally *tally, uint64_t id, struct record record, struct fault *fault)
{
	size_t i;

	for (i = 0; i < tally->columns->count; i++)
		if (column_view(
			tally->columns->at[i], id, record, &tally->cells[i], fault) == -1)
			return -1;
	return combine(tally, 0, fault);
}

int
tally_sort(struct tally *tally, struct fault *fault)
{
	struct order order = { NULL, 0, 0, BUF_EMPTY };
	struct tally_row *sorted;
	struct buf key = BUF_EMPTY;
	enum value_type type;
	size_t i, j;
	int result = 0;

	sorted = calloc(tally->count + 1, sizeof(*sorted));
	if (sorted == NULL)
		return fault_memory(fault);
	for (i = 0; i < tally->room && result == 0; i++) {
		if (tally->rows[i].cells == NULL)
			continue;
		buf_clear(&key);
		for (j = 0; j < tally->columns->count && result == 0; j++) {
			result = column_type(tally->columns->at[j], &type, fault);
			order_key(&key, type, tally->rows[i].cells[j], false);
		}
		/* Values that fold alike stand in order of their bytes. */
		for (j = 0; j < tally->columns->count; j++)
			buf_view(&key, tally->rows[i].cells[j]);
		if (result == 0)
			result = buf_check(&key, fault);
		if (result == 0)
			result = order_add(&order, i, buf_as_view(&key), fault);
	}
	order_sort(&order);
	for (i = 0; i < order.count; i++)
		sorted[i] = tally->rows[order.rows[i].id];
	order_release(&order);
	buf_release(&key);
	free(tally->rows);
	tally->rows = sorted;
	tally->room = tally->count;
	return result;
}

void
tally_close(struct tally *tally)
{
	free(tally->rows);
	free(tally->cells);
	arena_release(&tally->arena);
	*tally = (struct tally){ .columns = NULL };
}
