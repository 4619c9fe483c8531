/* SPDX-License-Identifier: ISC */
/*
 * Makes a comparison ready. What a value means follows from the type at the
 * end of its path; whatever cannot match by mistake (a picklist value, a user
 * that does not exist) is a fault here and never a silent nothing.
 */
#include "model/term.h"

#include "base/fold.h"
#include "model/number.h"
#include "model/order.h"
#include "model/vocabulary.h"

#include <stdlib.h>

/* What one operand says, while it is read. */
struct reading {
	struct term *term;
	const struct term_source *source;
	struct view whole, value;
	enum value_type type;
};

static int
mistake(const struct reading *reading, const char *why, struct fault *fault)
{
	return fault_set(fault, FAULT_USAGE, "%.*s: %s",
	    (int)(reading->whole.len > 200 ? 200 : reading->whole.len),
	    reading->whole.at, why);
}

static int
add_needle(struct term *term, struct arena *arena, struct view needle,
    struct fault *fault)
{
	struct view *needles;
	size_t room;

	if (term->needle_count == term->needle_room) {
		room = term->needle_room == 0 ? 1 : term->needle_room * 2;
		needles = arena_take(arena, room * sizeof(*needles));
		if (needles == NULL)
			return fault_memory(fault);
		if (term->needle_count > 0)
			memcpy(needles, term->needles,
			    term->needle_count * sizeof(*needles));
		term->needles = needles;
		term->needle_room = room;
	}
	term->needles[term->needle_count++] = needle;
	return 0;
}

/* Keeps the folded text as a needle. */
static int
keep_folded(struct reading *reading, struct fault *fault)
{
	struct buf *folded = &reading->source->scratch->folded;
	struct view needle;

	if (buf_check(folded, fault) == -1)
		return -1;
	needle = arena_copy(reading->source->arena, buf_as_view(folded));
	if (needle.len > 0 && needle.at == NULL)
		return fault_memory(fault);
	return add_needle(reading->term, reading->source->arena, needle, fault);
}

static int
keep_text(struct reading *reading, struct view text, struct fault *fault)
{
	const struct field *field = reading->term->path.field;
	struct buf *folded = &reading->source->scratch->folded;

	buf_clear(folded);
	if ((field->flags & FIELD_EXACT) != 0)
		buf_view(folded, text);
	else if (reading->term->test == TEST_EQUAL)
		value_index_text(folded, field, text);
	else if (field->type == TYPE_EMAIL && reading->term->test ==
	    TEST_PREFIX)
		fold_identity(folded, text);
	else
		fold_search(folded, text);
	return keep_folded(reading, fault);
}

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

static int
period(const struct reading *reading, struct view text, int64_t *from,
    int64_t *until, struct fault *fault)
{
	if (period_read(text, reading->source->options->now, from, until))
		return 0;
	return mistake(reading, "no date: write 2026, 2026-10, 2026-10-05, "
	    "today, -30d, or a range such as 2026-01..2026-03", fault);
}

static int64_t
day_of(int64_t time, bool up)
{
	int64_t days = time / 86400;

	if (time % 86400 < 0)
		days--;
	return up && days * 86400 != time ? days + 1 : days;
}

/* Records carry revisions and no times, so a period of created_at becomes one
 * of revisions. */
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

static int
read_time(struct reading *reading, struct fault *fault)
{
	struct term *term = reading->term;
	const struct field *field = term->path.field;
	struct view first = reading->value, last = reading->value;
	int64_t unused;

	(void)split_range(reading->value, &first, &last);
	term->test = TEST_RANGE;
	term->low = INT64_MIN;
	term->high = INT64_MAX;
	if (first.len > 0 && period(reading, first, &term->low, &unused,
	    fault) == -1)
		return -1;
	if (last.len > 0 && period(reading, last, &unused, &term->high,
	    fault) == -1)
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
	term->scale = strcmp(field->name, "created_at") == 0 ? SCALE_CREATED
	    : SCALE_UPDATED;
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
keep_range(struct reading *reading, struct view first, struct view last,
    struct fault *fault)
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
static int
read_number(struct reading *reading, struct fault *fault)
{
	struct view first = reading->value, last = reading->value;
	struct buf keys = BUF_EMPTY;
	size_t middle;
	int result = -1;

	(void)split_range(reading->value, &first, &last);
	reading->term->scale = SCALE_NUMBER;
	if ((first.len > 0 && !is_number(first)) ||
	    (last.len > 0 && !is_number(last)))
		return mistake(reading, "no number, nor a range such as 3..7",
		    fault);
	if (first.len > 0)
		order_number(&keys, first);
	middle = keys.len;
	if (last.len > 0)
		order_number(&keys, last);
	if (buf_check(&keys, fault) == 0)
		result = keep_range(reading,
		    view_until(buf_as_view(&keys), middle),
		    view_from(buf_as_view(&keys), middle), fault);
	buf_release(&keys);
	return result;
}

/* id and rev: whole numbers, so that an end becomes an open one. */
static int
read_id(struct reading *reading, struct fault *fault)
{
	struct term *term = reading->term;
	struct view first = reading->value, last = reading->value;
	uint64_t low = 0, high = INT64_MAX - 1;
	bool range = split_range(reading->value, &first, &last);

	if ((first.len > 0 && !entity_read_id(first, &low)) ||
	    (last.len > 0 && !entity_read_id(last, &high)) ||
	    low > INT64_MAX || high >= INT64_MAX)
		return mistake(reading, "no number, nor a range such as 3..7",
		    fault);
	term->scale = strcmp(term->path.field->name, "id") == 0 ? SCALE_ID
	    : SCALE_REV;
	if (term->scale == SCALE_ID && !range) {
		term->test = TEST_EQUAL;
		return ids_add(&term->targets, low, fault);
	}
	term->test = TEST_RANGE;
	term->low = (int64_t)low;
	term->high = (int64_t)high + 1;
	return 0;
}

/* Whether text has the form of the part: 2026, 2026-10, 2026-W41, 2026-10-05. */
static bool
is_part(enum date_part part, struct view text)
{
	static const char *const forms[] = {
		[PART_NONE] = "", [PART_YEAR] = "0000", [PART_MONTH] = "0000-00",
		[PART_WEEK] = "0000-W00", [PART_DAY] = "0000-00-00"
	};
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

static int
read_part(struct reading *reading, struct fault *fault)
{
	static const char *const examples[] = {
		[PART_NONE] = "", [PART_YEAR] = "a year is written 2026",
		[PART_MONTH] = "a month is written 2026-10",
		[PART_WEEK] = "a week is written 2026-W41",
		[PART_DAY] = "a day is written 2026-10-05"
	};
	enum date_part part = reading->term->path.part;
	struct view first = reading->value, last = reading->value;

	(void)split_range(reading->value, &first, &last);
	if ((first.len > 0 && !is_part(part, first)) ||
	    (last.len > 0 && !is_part(part, last)))
		return mistake(reading, examples[part], fault);
	return keep_range(reading, first, last, fault);
}

static int
no_such_value(const struct reading *reading, const char *picklist,
    const struct vocabulary *vocabulary, struct fault *fault)
{
	struct picklist_value value;
	struct buf text = BUF_EMPTY;
	size_t i;

	buf_printf(&text, "no such value, %s has:", reading->term->path.field
	    ->name);
	for (i = 0; vocabulary_value(vocabulary, picklist, i, &value); i++) {
		buf_text(&text, i == 0 ? " " : ", ");
		buf_view(&text, value.value);
	}
	(void)mistake(reading, buf_string(&text), fault);
	buf_release(&text);
	return -1;
}

/* The value of a closed picklist as it is spelled there (TR-6). */
static int
read_picklist(struct reading *reading, struct fault *fault)
{
	const struct field *field = reading->term->path.field;
	const struct vocabulary *vocabulary;
	struct picklist_value value;

	if ((field->flags & FIELD_OPEN) != 0)
		return keep_text(reading, reading->value, fault);
	if (vocabulary_of(&vocabulary, reading->source->txn, fault) == -1)
		return -1;
	if (vocabulary_find(vocabulary, field->of, reading->value, &value))
		return keep_text(reading, value.value, fault);
	return no_such_value(reading, field->of, vocabulary, fault);
}

static int
read_flag(struct reading *reading, struct fault *fault)
{
	struct value_rules rules = { NULL, DATE_ISO, 0, 0 };
	struct problem problem;
	struct buf flag = BUF_EMPTY;
	int result = -1;

	if (!value_read(&flag, reading->term->path.field, view_make(NULL, 0),
	    reading->value, &rules, &problem))
		(void)mistake(reading, "a flag is true or false", fault);
	else
		result = keep_text(reading, buf_as_view(&flag), fault);
	buf_release(&flag);
	return result;
}

static int
read_phone(struct reading *reading, struct fault *fault)
{
	struct buf *folded = &reading->source->scratch->folded;

	buf_clear(folded);
	phone_digits(folded, reading->value);
	if (folded->len == 0)
		return mistake(reading, "no digits of a phone number", fault);
	reading->term->scale = SCALE_PHONE;
	return keep_folded(reading, fault);
}

static bool
label_is_key(const struct kind *of, const struct field **label)
{
	*label = of == NULL || of->label == NULL ? NULL
	    : kind_field(of, view_of(of->label));
	return *label != NULL && ((*label)->flags & FIELD_KEY) != 0;
}

/* Whether some reference of any kind keeps the text, so that a user who has
 * no record yet can be asked for. */
static int
is_kept_somewhere(struct reading *reading, const char *of, bool *kept,
    struct fault *fault)
{
	const struct term *term = reading->term;
	struct txn *txn = reading->source->txn;
	const struct kind *kind;
	const struct field *field;
	struct ids ids = { NULL, 0, 0 };
	size_t i, j;
	int result = 0;

	*kept = false;
	for (i = 0; (kind = kind_at(i)) != NULL && result == 0; i++)
		for (j = 0; j < kind->count && result == 0; j++) {
			field = &kind->fields[j];
			if (field->type != TYPE_REFERENCE ||
			    strcmp(field->of, of) != 0 ||
			    (field->flags & FIELD_INDEXED) == 0)
				continue;
			result = index_find(txn, index_text_key(kind->number,
			    field->slot, term->needles[0]), &ids, fault);
		}
	*kept = ids.count > 0;
	ids_release(&ids);
	return result;
}

static bool
must_exist(const char *of)
{
	return strcmp(of, "user") == 0 || strcmp(of, "role") == 0 ||
	    strcmp(of, "campaign") == 0;
}

static int
read_reference(struct reading *reading, struct fault *fault)
{
	struct term *term = reading->term;
	const struct term_source *source = reading->source;
	const char *of_name = term->path.field->of;
	const struct kind *of = kind_by_name(view_of(of_name));
	const struct field *label;
	struct view text = reading->value;
	bool kept, me;

	me = strcmp(of_name, "user") == 0 && view_is(text, "me") &&
	    source->options->me != NULL;
	if (me)
		text = view_of(source->options->me);
	term->scale = SCALE_REFERENCE;
	if (keep_text(reading, text, fault) == -1)
		return -1;
	if (label_is_key(of, &label) && entity_find_text(source->txn, of,
	    label->slot, label, text, &term->targets, fault) == -1)
		return -1;
	if (of != NULL && term->targets.count == 0 &&
	    entity_resolve(source->txn, of, text, &term->targets, fault) == -1)
		return -1;
	if (term->targets.count > 0 || !must_exist(of_name) || me)
		return 0;
	if (is_kept_somewhere(reading, of_name, &kept, fault) == -1)
		return -1;
	if (kept)
		return 0;
	return fault_set(fault, FAULT_USAGE, "%.*s: there is no such %s",
	    (int)(reading->whole.len > 200 ? 200 : reading->whole.len),
	    reading->whole.at, of_name);
}

/* Prefix and substring of a reference look at its target's name: the targets
 * that have it are found now. */
static int
find_targets(struct reading *reading, struct fault *fault)
{
	struct term *term = reading->term;
	struct txn *txn = reading->source->txn;
	const struct kind *of = kind_by_name(view_of(term->path.field->of));
	const struct field *label;
	struct ids ids = { NULL, 0, 0 };
	struct term on_label = *term;
	struct record record;
	struct view prefix;
	size_t i;
	int found = 0;

	if (of != NULL && !label_is_key(of, &label))
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: write %s.FIELD to look into the %s",
		    (int)(reading->whole.len > 200 ? 200 : reading->whole.len),
		    reading->whole.at, term->path.field->name, of->name);
	if (keep_text(reading, reading->value, fault) == -1)
		return -1;
	term->scale = SCALE_REFERENCE;
	if (of == NULL)
		return 0;
	on_label = *term;
	on_label.path = PATH_EMPTY;
	on_label.path.field = label;
	on_label.path.slot = label->slot;
	on_label.scale = SCALE_TEXT;
	prefix = term->test == TEST_PREFIX ? term->needles[0]
	    : view_make(NULL, 0);
	if (index_find_prefix(txn, of->number, label->slot, prefix, &ids,
	    fault) == -1)
		found = -1;
	ids_sort(&ids);
	for (i = 0; i < ids.count && found != -1; i++) {
		found = txn_record(txn, ids.at[i], &record, fault);
		if (found == 1 && record_kind(record) == of->number)
			found = term_matches(&on_label, txn,
			    reading->source->scratch, ids.at[i], record, fault);
		if (found == 1)
			found = ids_add(&term->targets, ids.at[i], fault);
	}
	ids_release(&ids);
	return found == -1 ? -1 : 0;
}

static int
read_equal(struct reading *reading, struct fault *fault)
{
	reading->term->test = TEST_EQUAL;
	if (reading->term->path.part != PART_NONE) {
		reading->term->scale = SCALE_PART;
		return read_part(reading, fault);
	}
	switch (reading->type) {
	case TYPE_DATE:
	case TYPE_TIME:
		return read_time(reading, fault);
	case TYPE_NUMBER:
		return read_number(reading, fault);
	case TYPE_ID:
		return read_id(reading, fault);
	case TYPE_FLAG:
		return read_flag(reading, fault);
	case TYPE_PICKLIST:
		return read_picklist(reading, fault);
	case TYPE_PHONE:
		return read_phone(reading, fault);
	case TYPE_REFERENCE:
		return read_reference(reading, fault);
	case TYPE_TEXT:
	case TYPE_EMAIL:
	case TYPE_DOMAIN:
	case TYPES:
		break;
	}
	return keep_text(reading, reading->value, fault);
}

/* A prefix or a substring, of whatever type: of the text as it prints. */
static int
read_piece(struct reading *reading, enum term_test test, struct fault *fault)
{
	struct term *term = reading->term;
	struct buf *folded = &reading->source->scratch->folded;

	term->test = test;
	if (term->path.part != PART_NONE) {
		term->scale = SCALE_PART;
		return keep_text(reading, reading->value, fault);
	}
	if (reading->type == TYPE_REFERENCE)
		return find_targets(reading, fault);
	if (reading->type == TYPE_PHONE) {
		buf_clear(folded);
		phone_digits(folded, reading->value);
		if (folded->len > 0)
			term->scale = SCALE_PHONE;
	}
	return term->scale == SCALE_PHONE ? keep_folded(reading, fault)
	    : keep_text(reading, reading->value, fault);
}

/* email= and phone= look at all fields of their type (design A5). */
static void
widen(struct term *term)
{
	const struct path *path = &term->path;
	const struct field *field = path->field;
	size_t i;

	term->fields[term->field_count++] = field;
	if (term->test == TEST_PRESENT ||
	    !((field->type == TYPE_EMAIL && strcmp(field->name, "email") == 0) ||
	    (field->type == TYPE_PHONE && strcmp(field->name, "phone") == 0)))
		return;
	for (i = 0; i < path->kind->count && term->field_count < TERM_FIELDS;
	    i++)
		if (&path->kind->fields[i] != field &&
		    path->kind->fields[i].type == field->type)
			term->fields[term->field_count++] =
			    &path->kind->fields[i];
}

int
term_parse(struct term *term, const struct term_source *source,
    struct view whole, struct view name, enum term_operator operator,
    struct view value, struct fault *fault)
{
	struct reading reading = { term, source, whole, value, TYPE_TEXT };
	int result;

	*term = (struct term){ .path = PATH_EMPTY };
	if (path_parse(&term->path, source->txn, source->options->kind, name,
	    fault) == -1)
		return -1;
	result = path_type(&term->path, source->txn, &reading.type, fault);
	if (result == 0 && term->path.part != PART_NONE &&
	    reading.type != TYPE_DATE && reading.type != TYPE_TIME)
		result = mistake(&reading, "it is not declared as a date",
		    fault);
	if (result == 0 && value.len == 0)
		result = mistake(&reading, "a value is missing", fault);
	else if (result == 0 && operator == OPERATOR_CONTAINS)
		result = read_piece(&reading, TEST_CONTAINS, fault);
	else if (result == 0 && view_is(value, "*"))
		term->test = TEST_PRESENT;
	else if (result == 0 && value.at[value.len - 1] == '*') {
		reading.value.len--;
		result = read_piece(&reading, TEST_PREFIX, fault);
	} else if (result == 0)
		result = read_equal(&reading, fault);
	if (result == -1) {
		term_release(term);
		return -1;
	}
	widen(term);
	return 0;
}

int
term_of_id(struct term *term, const struct term_source *source, uint64_t id,
    struct fault *fault)
{
	*term = (struct term){ .path = PATH_EMPTY };
	if (path_parse(&term->path, source->txn, source->options->kind,
	    VIEW("id"), fault) == -1)
		return -1;
	term->test = TEST_EQUAL;
	term->scale = SCALE_ID;
	term->fields[term->field_count++] = term->path.field;
	return ids_add(&term->targets, id, fault);
}

static bool
same_path(const struct path *a, const struct path *b)
{
	size_t i;

	if (a->field != b->field || a->slot != b->slot || a->part != b->part ||
	    a->hop_count != b->hop_count)
		return false;
	for (i = 0; i < a->hop_count; i++)
		if (a->hops[i].field != b->hops[i].field)
			return false;
	return true;
}

int
term_merge(struct term *term, const struct term *other, struct arena *arena,
    struct fault *fault)
{
	size_t i;

	if (term->test != TEST_EQUAL || other->test != TEST_EQUAL ||
	    term->scale != other->scale || !same_path(&term->path, &other->path))
		return 0;
	for (i = 0; i < other->needle_count; i++)
		if (add_needle(term, arena, other->needles[i], fault) == -1)
			return -1;
	for (i = 0; i < other->targets.count; i++)
		if (ids_add(&term->targets, other->targets.at[i], fault) == -1)
			return -1;
	return 1;
}
