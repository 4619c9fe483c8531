/* SPDX-License-Identifier: ISC */
/*
 * Makes a comparison ready. What a value means follows from the type at the
 * end of its path; whatever cannot match by mistake (a picklist value, a user
 * that does not exist) is a fault here and never a silent nothing.
 */
#include "base/fold.h"
#include "model/term_reading.h"
#include "model/vocabulary.h"

#include <stdlib.h>

int
reading_mistake(const struct reading *reading, const char *why, struct fault *fault)
{
	return fault_set(fault, FAULT_USAGE, "%.*s: %s",
	    (int)(reading->whole.len > 200 ? 200 : reading->whole.len), reading->whole.at,
	    why);
}

/* Keeps a needle that is folded and kept already. */
static int
add_needle(
    struct term *term, struct arena *arena, struct view needle, struct fault *fault)
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
/* Keeps what lies folded in the scratch. */
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

int
reading_keep_text(struct reading *reading, struct view text, struct fault *fault)
{
	const struct field *field = reading->term->path.field;
	struct buf *folded = &reading->source->scratch->folded;

	buf_clear(folded);
	if ((field->flags & FIELD_EXACT) != 0)
		buf_view(folded, text);
	else if (reading->term->test == TEST_EQUAL)
		value_index_text(folded, field, text);
	else if (field->type == TYPE_EMAIL && reading->term->test == TEST_PREFIX)
		fold_identity(folded, text);
	else
		fold_search(folded, text);
	return keep_folded(reading, fault);
}

static int
no_such_value(const struct reading *reading, const struct vocabulary *vocabulary,
    struct fault *fault)
{
	const struct field *field = reading->term->path.field;
	struct picklist_value value;
	struct buf text = BUF_EMPTY;
	size_t i;

	buf_printf(&text, "no such value, %s has:", field->name);
	for (i = 0; vocabulary_value(vocabulary, field->of, i, &value); i++) {
		buf_text(&text, i == 0 ? " " : ", ");
		buf_view(&text, value.value);
	}
	(void)reading_mistake(reading, buf_string(&text), fault);
	buf_release(&text);
	return -1;
}

/* TW-14: the value of a declared attribute, one of those of its own. */
static int
read_one_of(
    struct reading *reading, const struct vocabulary *vocabulary, struct fault *fault)
{
	const struct path *path = &reading->term->path;
	struct buf text = BUF_EMPTY, scratch = BUF_EMPTY;
	struct attribute_rule rule = { .type = TYPE_TEXT };
	struct view values, value;
	bool found = false;
	size_t start;
	int result;

	(void)vocabulary_attribute(vocabulary, path->name, &rule);
	buf_text(&text, "no such value, attr.");
	buf_view(&text, path->name);
	buf_text(&text, " has:");
	start = text.len;
	for (values = rule.values; !found && list_next(&values, &value, &scratch);) {
		found = fold_search_equal(value, reading->value);
		buf_text(&text, text.len == start ? " " : ", ");
		buf_view(&text, value);
	}
	result = found ? reading_keep_text(reading, value, fault)
		       : reading_mistake(reading, buf_string(&text), fault);
	buf_release(&text);
	buf_release(&scratch);
	return result;
}

/* The value of a closed picklist as it is spelled there (TR-6). */
static int
read_picklist(struct reading *reading, struct fault *fault)
{
	const struct field *field = reading->term->path.field;
	const struct vocabulary *vocabulary;
	struct picklist_value value;

	if ((field->flags & FIELD_OPEN) != 0)
		return reading_keep_text(reading, reading->value, fault);
	if (vocabulary_of(&vocabulary, reading->source->txn, fault) == -1)
		return -1;
	if (field == &field_attr)
		return read_one_of(reading, vocabulary, fault);
	if (vocabulary_find(vocabulary, field->of, reading->value, &value))
		return reading_keep_text(reading, value.value, fault);
	return no_such_value(reading, vocabulary, fault);
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
		(void)reading_mistake(reading, "a flag is true or false", fault);
	else
		result = reading_keep_text(reading, buf_as_view(&flag), fault);
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
		return reading_mistake(reading, "no digits of a phone number", fault);
	reading->term->scale = SCALE_PHONE;
	return keep_folded(reading, fault);
}

static int
read_equal(struct reading *reading, struct fault *fault)
{
	reading->term->test = TEST_EQUAL;
	if (reading->term->path.part != PART_NONE) {
		reading->term->scale = SCALE_PART;
		return reading_part(reading, fault);
	}
	switch (reading->type) {
	case TYPE_DATE:
	case TYPE_TIME:
		return reading_time(reading, fault);
	case TYPE_NUMBER:
		return reading_number(reading, fault);
	case TYPE_ID:
		return reading_id(reading, fault);
	case TYPE_FLAG:
		return read_flag(reading, fault);
	case TYPE_PICKLIST:
		return read_picklist(reading, fault);
	case TYPE_PHONE:
		return read_phone(reading, fault);
	case TYPE_REFERENCE:
		return reading_reference(reading, fault);
	case TYPE_TEXT:
	case TYPE_EMAIL:
	case TYPE_DOMAIN:
	case TYPES:
		break;
	}
	return reading_keep_text(reading, reading->value, fault);
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
		return reading_keep_text(reading, reading->value, fault);
	}
	if (reading->type == TYPE_REFERENCE)
		return reading_targets(reading, fault);
	if (reading->type == TYPE_PHONE) {
		buf_clear(folded);
		phone_digits(folded, reading->value);
		if (folded->len > 0)
			term->scale = SCALE_PHONE;
	}
	return term->scale == SCALE_PHONE
	    ? keep_folded(reading, fault)
	    : reading_keep_text(reading, reading->value, fault);
}

/* Whether a comparison of one field is one of the other, too: email= and phone= look
 * at all fields of their type (design A5), and a renamed organization answers to its
 * old names (CS-15). */
static bool
stands_for(const struct term *term, const struct field *field, const struct field *other)
{
	if (strcmp(field->name, "name") == 0)
		return term->test == TEST_EQUAL &&
		    strcmp(other->name, "former_names") == 0;
	return other->type == field->type &&
	    ((field->type == TYPE_EMAIL && strcmp(field->name, "email") == 0) ||
		(field->type == TYPE_PHONE && strcmp(field->name, "phone") == 0));
}

static void
widen(struct term *term)
{
	const struct path *path = &term->path;
	const struct field *field = path->field, *other;
	size_t i;

	term->fields[term->field_count++] = field;
	if (term->test == TEST_PRESENT)
		return;
	for (i = 0; i < path->kind->count && term->field_count < TERM_FIELDS; i++) {
		other = &path->kind->fields[i];
		if (other != field && stands_for(term, field, other))
			term->fields[term->field_count++] = other;
	}
}

int
term_parse(struct term *term, const struct term_source *source, struct view whole,
    struct view name, enum term_operator operator, struct view value, struct fault *fault)
{
	struct reading reading = { term, source, whole, value, TYPE_TEXT };
	int result;

	*term = (struct term){ .path = PATH_EMPTY };
	if (path_parse(&term->path, source->txn, source->options->kind, name, fault) ==
	    -1)
		return -1;
	result = path_type(&term->path, source->txn, &reading.type, fault);
	if (result == 0 && term->path.part != PART_NONE && reading.type != TYPE_DATE &&
	    reading.type != TYPE_TIME)
		result = reading_mistake(&reading, "it is not declared as a date", fault);
	if (result == 0 && value.len == 0)
		result = reading_mistake(&reading, "a value is missing", fault);
	else if (result == 0 && operator== OPERATOR_CONTAINS)
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
term_of_id(
    struct term *term, const struct term_source *source, uint64_t id, struct fault *fault)
{
	*term = (struct term){ .path = PATH_EMPTY };
	if (path_parse(
		&term->path, source->txn, source->options->kind, VIEW("id"), fault) == -1)
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
	    a->hop_count != b->hop_count || !view_equal(a->name, b->name))
		return false;
	for (i = 0; i < a->hop_count; i++)
		if (a->hops[i].field != b->hops[i].field)
			return false;
	return true;
}

int
term_merge(
    struct term *term, const struct term *other, struct arena *arena, struct fault *fault)
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
