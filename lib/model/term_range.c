/* SPDX-License-Identifier: ISC */
/*
 * Values that may be ranges: dates and their parts, numbers, ids. A period of
 * created_at becomes one of revisions, since records carry no times.
 */
#include "base/fold.h"
#include "model/merged.h"
#include "model/number.h"
#include "model/order.h"
#include "model/settings.h"
#include "model/term_reading.h"

/* `2026..`, `..-30d`: splits at the first two dots; false when there are
 * none. */
static bool
split_range(struct view value, struct view *first, struct view *last)
{
	const char *dots;

	dots = value.len == 0 ? NULL : memmem(value.at, value.len, "..", 2);
	if (dots == NULL)
		return false;
	*first = text_trim(view_until(value, (size_t)(dots - value.at)));
	*last = text_trim(view_from(value, (size_t)(dots - value.at) + 2));
	return true;
}

/* Times are counted in the store's zone where they have none of their own, but
 * a date is the same day everywhere. */
static int
period(const struct reading *reading, struct view text, int64_t *from, int64_t *until,
    struct fault *fault)
{
	int zone = 0;

	if (reading->type == TYPE_TIME &&
	    setting_timezone(reading->source->txn, &zone, fault) == -1)
		return -1;
	if (period_read(text, reading->source->options->now, zone, from, until))
		return 0;
	return reading_mistake(reading,
	    "no date: write 2026, 2026-10, 2026-10-05, "
	    "today, -30d, or a range such as 2026-01..2026-03",
	    fault);
}

static int64_t
day_of(int64_t time, bool up)
{
	int64_t days = time / 86400;

	if (time % 86400 < 0)
		days--;
	return up && days * 86400 != time ? days + 1 : days;
}

static int
to_revisions(struct term *term, struct txn *txn, struct fault *fault)
{
	uint64_t rev;

	if (term->low != INT64_MIN) {
		if (txn_revision_at(txn, term->low, &rev, fault) == -1)
			return -1;
		term->low = (int64_t)rev;
	}
	if (term->high != INT64_MAX) {
		if (txn_revision_at(txn, term->high, &rev, fault) == -1)
			return -1;
		term->high = (int64_t)rev;
	}
	return 0;
}

int
reading_time(struct reading *reading, struct fault *fault)
{
	struct term *term = reading->term;
	const struct field *field = term->path.field;
	struct view first = reading->value, last = reading->value;
	int64_t unused;

	(void)split_range(reading->value, &first, &last);
	term->test = TEST_RANGE;
	term->low = INT64_MIN;
	term->high = INT64_MAX;
	if (first.len > 0 && period(reading, first, &term->low, &unused, fault) == -1)
		return -1;
	if (last.len > 0 && period(reading, last, &unused, &term->high, fault) == -1)
		return -1;
	if (reading->type == TYPE_DATE) {
		term->scale = SCALE_DAY;
		if (first.len > 0)
			term->low = day_of(term->low, false);
		if (last.len > 0)
			term->high = day_of(term->high, true);
		return 0;
	}
	term->scale = SCALE_TIME;
	if ((field->flags & FIELD_SYSTEM) == 0)
		return 0;
	term->scale =
	    strcmp(field->name, "created_at") == 0 ? SCALE_CREATED : SCALE_UPDATED;
	return to_revisions(term, reading->source->txn, fault);
}

static bool
is_number(struct view text)
{
	struct buf number = BUF_EMPTY;
	bool is = number_read(&number, text);

	buf_release(&number);
	return is;
}

static int
keep_range(
    struct reading *reading, struct view first, struct view last, struct fault *fault)
{
	struct term *term = reading->term;

	term->test = TEST_RANGE;
	term->first = arena_copy(reading->source->arena, first);
	term->last = arena_copy(reading->source->arena, last);
	if ((first.len > 0 && term->first.at == NULL) ||
	    (last.len > 0 && term->last.at == NULL))
		return fault_memory(fault);
	return 0;
}

/* The ends are kept as keys of order_number. */
int
reading_number(struct reading *reading, struct fault *fault)
{
	struct view first = reading->value, last = reading->value;
	struct buf keys = BUF_EMPTY;
	size_t middle;
	int result = -1;

	(void)split_range(reading->value, &first, &last);
	reading->term->scale = SCALE_NUMBER;
	if ((first.len > 0 && !is_number(first)) || (last.len > 0 && !is_number(last)))
		return reading_mistake(
		    reading, "no number, nor a range such as 3..7", fault);
	if (first.len > 0)
		order_number(&keys, first);
	middle = keys.len;
	if (last.len > 0)
		order_number(&keys, last);
	if (buf_check(&keys, fault) == 0)
		result = keep_range(reading, view_until(buf_as_view(&keys), middle),
		    view_from(buf_as_view(&keys), middle), fault);
	buf_release(&keys);
	return result;
}

/* id and rev: whole numbers, so that an end becomes an open one. */
int
reading_id(struct reading *reading, struct fault *fault)
{
	struct term *term = reading->term;
	struct view first = reading->value, last = reading->value;
	uint64_t low = 0, high = INT64_MAX - 1;
	bool range = split_range(reading->value, &first, &last);

	if ((first.len > 0 && !entity_read_id(first, &low)) ||
	    (last.len > 0 && !entity_read_id(last, &high)) || low > INT64_MAX ||
	    high >= INT64_MAX)
		return reading_mistake(
		    reading, "no number, nor a range such as 3..7", fault);
	term->scale = strcmp(term->path.field->name, "id") == 0 ? SCALE_ID : SCALE_REV;
	if (term->scale == SCALE_ID && !range) {
		term->test = TEST_EQUAL;
		if (merged_resolve(reading->source->txn, term->path.kind, &low, fault) ==
		    -1)
			return -1;
		return ids_add(&term->targets, low, fault);
	}
	term->test = TEST_RANGE;
	term->low = (int64_t)low;
	term->high = (int64_t)high + 1;
	return 0;
}

/* Whether text has the form of the part: 2026, 2026-10, 2026-W41 or
 * 2026-10-05. */
static bool
is_part(enum date_part part, struct view text)
{
	static const char *const forms[] = { [PART_NONE] = "",
		[PART_YEAR] = "0000",
		[PART_MONTH] = "0000-00",
		[PART_WEEK] = "0000-W00",
		[PART_DAY] = "0000-00-00" };
	const char *form = forms[part];
	size_t i;

	if (text.len != strlen(form))
		return false;
	for (i = 0; i < text.len; i++)
		if (form[i] == '0' ? text.at[i] < '0' || text.at[i] > '9'
				   : text.at[i] != form[i])
			return false;
	return true;
}

int
reading_part(struct reading *reading, struct fault *fault)
{
	static const char *const examples[] = { [PART_NONE] = "",
		[PART_YEAR] = "a year is written 2026",
		[PART_MONTH] = "a month is written 2026-10",
		[PART_WEEK] = "a week is written 2026-W41",
		[PART_DAY] = "a day is written 2026-10-05" };
	enum date_part part = reading->term->path.part;
	struct view first = reading->value, last = reading->value;

	(void)split_range(reading->value, &first, &last);
	if ((first.len > 0 && !is_part(part, first)) ||
	    (last.len > 0 && !is_part(part, last)))
		return reading_mistake(reading, examples[part], fault);
	return keep_range(reading, first, last, fault);
}
