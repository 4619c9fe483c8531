/* SPDX-License-Identifier: ISC */
/*
 * Which columns a cell is made of is found once, by their names; then each record's
 * values are put together as the table of the format says.
 */
#include "model/outside.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/mailable.h"
#include "model/outside_form.h"
#include "model/value.h"

struct cell {
	const struct outside_place *place;
	struct column *columns[FIELDS_MOST]; /* NULL where the field is not taken */
	struct buf text;
};

struct outside {
	struct txn *txn;
	const struct columns *columns;
	bool *placed; /* of the columns: whether a cell but a remark has it */
	struct cell *cells;
	size_t count;
	struct column *mailable; /* for mutt */
	struct buf element, seed;
};

/* Finds the columns of a place; false when there is nothing to make a cell of. */
static bool
open_cell(struct outside *outside, struct cell *cell, const struct outside_place *place)
{
	bool any = place->join == JOIN_WORD || place->join == JOIN_REMARK;
	size_t i, j;

	*cell = (struct cell){ .place = place, .text = BUF_EMPTY };
	if (any)
		return true;
	for (i = 0; i < outside->columns->count; i++)
		for (j = 0; j < FIELDS_MOST && place->fields[j] != NULL; j++)
			if (view_is(
				column_name(outside->columns->at[i]), place->fields[j])) {
				cell->columns[j] = outside->columns->at[i];
				outside->placed[i] = true;
				any = true;
			}
	return any;
}

/* What all UIDs of a store have in common: when and by whom it was begun. */
static int
open_uid(struct outside *outside, const struct kind *kind, struct fault *fault)
{
	const char *who = "";
	int64_t at = 0;

	if (txn_revision(outside->txn, 1, &at, &who, fault) == -1)
		return -1;
	buf_printf(&outside->seed, "%s %lld %s", kind->name, (long long)at, who);
	return buf_check(&outside->seed, fault);
}

int
outside_open(struct outside **outside, enum output output, struct txn *txn,
    const struct kind *kind, const struct columns *columns, struct fault *fault)
{
	const struct outside_form *form = NULL;
	struct outside *made;
	size_t i;

	*outside = NULL;
	if (outside_form_find(&form, output, kind, fault) == -1)
		return -1;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return fault_memory(fault);
	*made = (struct outside){ .txn = txn, .columns = columns };
	made->cells = calloc(form->count, sizeof(*made->cells));
	made->placed = calloc(columns->count, sizeof(*made->placed));
	if (made->cells == NULL || made->placed == NULL) {
		(void)fault_memory(fault);
		goto failed;
	}
	for (i = 0; i < form->count; i++)
		if (open_cell(made, &made->cells[made->count], &form->places[i]))
			made->count++;
	if (open_uid(made, kind, fault) == -1 ||
	    (output == OUTPUT_MUTT &&
		column_parse(&made->mailable, txn, kind, VIEW("mailable"), fault) == -1))
		goto failed;
	*outside = made;
	return 0;
failed:
	outside_close(made);
	return -1;
}

void
outside_close(struct outside *outside)
{
	size_t i;

	if (outside == NULL)
		return;
	for (i = 0; i < outside->count; i++)
		buf_release(&outside->cells[i].text);
	column_free(outside->mailable);
	buf_release(&outside->element);
	buf_release(&outside->seed);
	free(outside->cells);
	free(outside->placed);
	free(outside);
}

size_t
outside_count(const struct outside *outside)
{
	return outside->count;
}

void
outside_describe(const struct outside *outside, struct writer_column *columns)
{
	size_t i;

	for (i = 0; i < outside->count; i++)
		columns[i] = (struct writer_column){
			.name = view_of(outside->cells[i].place->name),
			.shape = outside->cells[i].place->shape,
		};
}

int
outside_tells(
    struct outside *outside, uint64_t id, struct record record, struct fault *fault)
{
	struct view value;

	if (outside->mailable == NULL)
		return 1;
	if (column_view(outside->mailable, id, record, &value, fault) == -1)
		return -1;
	return view_is(value, "true");
}

/* The name under which a record is one and the same in every address book: a UUID
 * of version 8 (RFC 9562) made of what it keeps as long as it lives and of what
 * tells this store from others. */
static int
put_uid(struct outside *outside, uint64_t id, struct record record, struct buf *out,
    struct fault *fault)
{
	static const char digits[] = "0123456789abcdef";
	struct buf *seed = &outside->seed;
	size_t length = seed->len, i;
	XXH128_canonical_t hash;
	const char *who;
	int64_t at = 0;

	if (txn_revision(outside->txn, record_created(record), &at, &who, fault) == -1)
		return -1;
	buf_char(seed, ' ');
	buf_number(seed, id);
	buf_char(seed, ' ');
	buf_number(seed, record_created(record));
	buf_char(seed, ' ');
	buf_number(seed, (uint64_t)at);
	if (buf_check(seed, fault) == -1)
		return -1;
	XXH128_canonicalFromHash(&hash, XXH3_128bits(seed->at, seed->len));
	seed->len = length;
	hash.digest[6] = (unsigned char)((hash.digest[6] & 0x0f) | 0x80);
	hash.digest[8] = (unsigned char)((hash.digest[8] & 0x3f) | 0x80);
	buf_text(out, "urn:uuid:");
	for (i = 0; i < sizeof(hash.digest); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf_char(out, '-');
		buf_char(out, digits[hash.digest[i] >> 4]);
		buf_char(out, digits[hash.digest[i] & 15]);
	}
	return 0;
}

/* 2026-10-05T08:30:00Z without what RFC 6350 has no room for (section 4.3.5). */
static void
put_stamp(struct buf *out, struct view time)
{
	size_t i;

	for (i = 0; i < time.len; i++)
		if (time.at[i] != '-' && time.at[i] != ':')
			buf_char(out, time.at[i]);
}

static int
add_addresses(
    struct outside *outside, struct cell *cell, struct view list, struct fault *fault)
{
	struct view address;
	int suppressed;

	while (list_next(&list, &address, &outside->element)) {
		suppressed = mailable_suppressed(outside->txn, address, fault);
		if (suppressed == -1)
			return -1;
		if (suppressed == 0)
			list_add(&cell->text, 0, address);
	}
	return 0;
}

/* Appends a value to the cell. */
static int
join(struct outside *outside, struct cell *cell, size_t index, struct view value,
    struct fault *fault)
{
	struct buf *text = &cell->text;

	switch (cell->place->join) {
	case JOIN_FIRST:
		if (text->len == 0)
			buf_view(text, value);
		break;
	case JOIN_UNITS:
		if (index > 0 && value.len == 0)
			break;
		/* fall through */
	case JOIN_PARTS:
		if (index > 0)
			buf_char(text, ';');
		list_add(text, text->len, value);
		break;
	case JOIN_EXTENSION:
		if (index > 0 && value.len > 0 && text->len > 0)
			buf_text(text, " x");
		if (index == 0 || text->len > 0)
			buf_view(text, value);
		break;
	case JOIN_REMARK:
		if (value.len > 0 && text->len > 0)
			buf_text(text, ", ");
		buf_view(text, value);
		break;
	case JOIN_ADDRESSES:
		return add_addresses(outside, cell, value, fault);
	case JOIN_STAMP:
		put_stamp(text, value);
		break;
	case JOIN_UID:
	case JOIN_WORD:
		break;
	}
	return 0;
}

/* All that no other cell has; of a list each element. */
static int
fill_remark(struct outside *outside, struct cell *cell, uint64_t id, struct record record,
    struct fault *fault)
{
	struct view value, element;
	struct column *column;
	size_t i;
	int result = 0;

	for (i = 0; i < outside->columns->count && result == 0; i++) {
		column = outside->columns->at[i];
		if (outside->placed[i])
			continue;
		if (column_view(column, id, record, &value, fault) == -1)
			return -1;
		if (!column_is_list(column))
			result = join(outside, cell, i, value, fault);
		else
			while (
			    result == 0 && list_next(&value, &element, &outside->element))
				result = join(outside, cell, i, element, fault);
	}
	return result;
}

static int
fill(struct outside *outside, struct cell *cell, uint64_t id, struct record record,
    struct fault *fault)
{
	const struct outside_place *place = cell->place;
	struct view value;
	size_t i;

	buf_clear(&cell->text);
	if (place->join == JOIN_UID)
		return put_uid(outside, id, record, &cell->text, fault);
	if (place->join == JOIN_WORD)
		buf_text(&cell->text, place->fields[0]);
	if (place->join == JOIN_REMARK)
		return fill_remark(outside, cell, id, record, fault);
	for (i = 0; i < FIELDS_MOST && place->fields[i] != NULL; i++) {
		value = VIEW("");
		if (cell->columns[i] != NULL &&
		    column_view(cell->columns[i], id, record, &value, fault) == -1)
			return -1;
		if (join(outside, cell, i, value, fault) == -1)
			return -1;
	}
	/* A card and a line have to be called something. */
	if (cell->text.len == 0 && place->always > 0 && place->join == JOIN_FIRST)
		buf_printf(&cell->text, "#%llu", (unsigned long long)id);
	return 0;
}

int
outside_cells(struct outside *outside, uint64_t id, struct record record,
    struct view *cells, struct fault *fault)
{
	struct cell *cell;
	size_t i;

	for (i = 0; i < outside->count; i++) {
		cell = &outside->cells[i];
		if (fill(outside, cell, id, record, fault) == -1 ||
		    buf_check(&cell->text, fault) == -1)
			return -1;
		cells[i] = buf_as_view(&cell->text);
	}
	return buf_check(&outside->element, fault);
}
