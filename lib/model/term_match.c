/* SPDX-License-Identifier: ISC */
/*
 * Tests a record. The common case, text of the record itself, folds nothing
 * where the fields are exact and searches in place where it may; no test
 * allocates once the scratch has grown.
 */
#include "model/term.h"

#include "base/fold.h"
#include "model/order.h"

#include <stdlib.h>

static bool
needles_have(const struct term *term, struct view text)
{
	size_t low = 0, high = term->needle_count, middle;

	if (high == 1)
		return view_equal(term->needles[0], text);
	while (low < high) {
		middle = low + (high - low) / 2;
		if (view_compare(term->needles[middle], text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < term->needle_count && view_equal(term->needles[low], text);
}

static bool
view_contains(struct view text, struct view needle)
{
	return needle.len == 0 ||
	    (text.len >= needle.len &&
		memmem(text.at, text.len, needle.at, needle.len) != NULL);
}

/* Both are folded, or both as they stand. */
static bool
compare(const struct term *term, struct view text)
{
	switch (term->test) {
	case TEST_EQUAL:
		return needles_have(term, text);
	case TEST_PREFIX:
		return view_begins(text, term->needles[0]);
	case TEST_CONTAINS:
		return view_contains(text, term->needles[0]);
	case TEST_PRESENT:
		return text.len > 0;
	case TEST_RANGE:
		break;
	}
	return false;
}

static bool
text_matches(const struct term *term, const struct field *field, struct view value,
    struct term_scratch *scratch)
{
	if ((field->flags & FIELD_EXACT) != 0)
		return compare(term, value);
	if (term->test == TEST_CONTAINS)
		return fold_search_contains(value, term->needles[0]);
	buf_clear(&scratch->folded);
	value_index_text(&scratch->folded, field, value);
	return compare(term, buf_as_view(&scratch->folded));
}

static bool
phone_matches(const struct term *term, struct view value, struct term_scratch *scratch)
{
	buf_clear(&scratch->folded);
	phone_digits(&scratch->folded, value);
	return compare(term, buf_as_view(&scratch->folded));
}

/* first and last are the keys of numbers already. */
static bool
number_matches(const struct term *term, struct view value, struct term_scratch *scratch)
{
	struct view key;

	buf_clear(&scratch->folded);
	order_number(&scratch->folded, value);
	key = buf_as_view(&scratch->folded);
	return (term->first.len == 0 || view_compare(key, term->first) >= 0) &&
	    (term->last.len == 0 || view_compare(key, term->last) <= 0);
}

static bool
part_matches(const struct term *term, struct view value, struct term_scratch *scratch)
{
	struct view part;

	buf_clear(&scratch->folded);
	date_part_print(&scratch->folded, term->path.part, value);
	part = buf_as_view(&scratch->folded);
	if (term->test != TEST_RANGE)
		return compare(term, part);
	return part.len > 0 &&
	    (term->first.len == 0 || view_compare(part, term->first) >= 0) &&
	    (term->last.len == 0 || view_compare(part, term->last) <= 0);
}

static int64_t
floor_day(int64_t time)
{
	return time >= 0 ? time / 86400 : -((86399 - time) / 86400);
}

static bool
time_matches(const struct term *term, struct view value)
{
	int64_t time;
	bool has_time;

	if (!date_read(value, DATE_ISO, 0, &time, &has_time))
		return false;
	if (term->scale == SCALE_DAY)
		time = floor_day(time);
	return term->low <= time && time < term->high;
}

static bool
reference_matches(const struct term *term, const struct field *field, struct view value,
    struct term_scratch *scratch)
{
	uint64_t id;

	if (reference_id(value, &id))
		return ids_have(&term->targets, id);
	return term->needle_count > 0 && text_matches(term, field, value, scratch);
}

static bool
element_matches(const struct term *term, const struct field *field, struct view value,
    struct term_scratch *scratch)
{
	if (term->test == TEST_PRESENT)
		return value.len > 0;
	switch (term->scale) {
	case SCALE_TEXT:
		return text_matches(term, field, value, scratch);
	case SCALE_PHONE:
		return phone_matches(term, value, scratch);
	case SCALE_REFERENCE:
		return reference_matches(term, field, value, scratch);
	case SCALE_TIME:
	case SCALE_DAY:
		return time_matches(term, value);
	case SCALE_NUMBER:
		return number_matches(term, value, scratch);
	case SCALE_PART:
		return part_matches(term, value, scratch);
	case SCALE_ID:
	case SCALE_CREATED:
	case SCALE_UPDATED:
	case SCALE_REV:
		break;
	}
	return false;
}

static bool
within(const struct term *term, uint64_t number)
{
	return number <= INT64_MAX && term->low <= (int64_t)number &&
	    (int64_t)number < term->high;
}

static int
field_matches(const struct term *term, const struct field *field, uint16_t slot,
    struct txn *txn, struct term_scratch *scratch, uint64_t id, struct record record,
    struct fault *fault)
{
	struct view value, element;

	if (entity_value(
		txn, field, slot, id, record, &scratch->computed, &value, fault) == -1)
		return -1;
	if (value.len == 0)
		return 0;
	if ((field->flags & FIELD_LIST) == 0 || term->test == TEST_PRESENT)
		return element_matches(term, field, value, scratch);
	while (list_next(&value, &element, &scratch->element))
		if (element_matches(term, field, element, scratch))
			return 1;
	return 0;
}

struct match {
	const struct term *term;
	struct txn *txn;
	struct term_scratch *scratch;
};

/* The record at the end of the term's path. */
static int
match_record(void *context, uint64_t id, struct record record, struct fault *fault)
{
	const struct match *match = context;
	const struct term *term = match->term;
	size_t i;
	int result;

	if (term->test == TEST_PRESENT && term->scale >= SCALE_ID)
		return 1;
	switch (term->scale) {
	case SCALE_ID:
		return term->test == TEST_EQUAL ? ids_have(&term->targets, id)
						: within(term, id);
	case SCALE_CREATED:
		return within(term, record_created(record));
	case SCALE_UPDATED:
	case SCALE_REV:
		return within(term, record_rev(record));
	default:
		break;
	}
	if (term->field_count <= 1)
		return field_matches(term, term->path.field, term->path.slot, match->txn,
		    match->scratch, id, record, fault);
	for (i = 0; i < term->field_count; i++) {
		result = field_matches(term, term->fields[i], term->fields[i]->slot,
		    match->txn, match->scratch, id, record, fault);
		if (result != 0)
			return result;
	}
	return 0;
}

int
term_matches(const struct term *term, struct txn *txn, struct term_scratch *scratch,
    uint64_t id, struct record record, struct fault *fault)
{
	struct match match = { term, txn, scratch };
	int result;

	result = term->path.hop_count == 0
	    ? match_record(&match, id, record, fault)
	    : path_each(&term->path, txn, id, record, match_record, &match, fault);
	if (result == 0 &&
	    (buf_check(&scratch->folded, fault) == -1 ||
		buf_check(&scratch->element, fault) == -1))
		return -1;
	return result;
}

static int
compare_needles(const void *a, const void *b)
{
	return view_compare(*(const struct view *)a, *(const struct view *)b);
}

void
term_finish(struct term *term)
{
	ids_sort(&term->targets);
	if (term->needle_count > 1)
		qsort(term->needles, term->needle_count, sizeof(*term->needles),
		    compare_needles);
}

void
term_release(struct term *term)
{
	path_release(&term->path);
	ids_release(&term->targets);
	ids_release(&term->found);
}

void
scratch_release(struct term_scratch *scratch)
{
	buf_release(&scratch->computed);
	buf_release(&scratch->folded);
	buf_release(&scratch->element);
}
