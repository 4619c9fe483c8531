/* SPDX-License-Identifier: ISC */
/*
 * All that is held of a record: its fields, then an array for each kind that may
 * refer to it, then its history. Nothing but the ids of what refers to it is kept
 * in memory; the rest is handed on while it is printed.
 */
#include "card_parts.h"

#include <stdlib.h>

#include "model/account.h"
#include "model/past.h"
#include "model/record_history.h"
#include "model/vocabulary.h"

#define PIECE ((size_t)256 * 1024)

/* What a record of these kinds means is said by another one. */
static const struct {
	const struct kind *kind;
	const char *name;
} beyond[] = {
	{ &kind_participation, "event.title" },
	{ &kind_participation, "event.type" },
	{ &kind_participation, "event.starts_at" },
	{ &kind_placement, "job.title" },
	{ &kind_placement, "job.organization" },
};
#define BEYOND (sizeof(beyond) / sizeof(beyond[0]))

struct card_json {
	struct search *search;
	struct sink *sink;
	struct txn *present, *shown; /* which know and which show all versions */
	struct column *columns[BEYOND];
	struct buf out, value, name;
	struct json_nest nest;
	uint64_t withheld;
};

int
card_json_open(
    struct card_json **out, struct search *search, struct sink *sink, struct fault *fault)
{
	const struct past past = { .rev = txn_rev(search->txn), .deleted = true };
	struct card_json *json = calloc(1, sizeof(*json));
	size_t i;

	*out = json;
	if (json == NULL)
		return fault_memory(fault);
	json->search = search;
	json->sink = sink;
	json->nest = (struct json_nest){ &json->out, search->command->terminal, false };
	for (i = 0; i < BEYOND; i++)
		if (column_parse(&json->columns[i], search->txn, beyond[i].kind,
			view_of(beyond[i].name), fault) != 0)
			return -1;
	if (txn_begin(&json->present, search->store, fault) != 0)
		return -1;
	return past_begin(&json->shown, search->store, &past, fault);
}

void
card_json_close(struct card_json *json)
{
	size_t i;

	if (json == NULL)
		return;
	for (i = 0; i < BEYOND; i++)
		column_free(json->columns[i]);
	txn_end(json->shown);
	txn_end(json->present);
	buf_release(&json->out);
	buf_release(&json->value);
	buf_release(&json->name);
	free(json);
}

uint64_t
card_json_withheld(const struct card_json *json)
{
	return json->withheld;
}

/* 0; 1 when nobody reads any more; -1. */
static int
hand_on(struct card_json *json, size_t from, struct fault *fault)
{
	if (json->out.len < from || buf_check(&json->out, fault) != 0)
		return buf_check(&json->out, fault);
	return sink_write(json->sink, &json->out, fault);
}

static int
put_field(struct card_json *json, const struct subject *subject,
    const struct field *field, uint16_t slot, struct view name, enum value_type type,
    struct fault *fault)
{
	enum writer_shape shape = (field->flags & FIELD_LIST) != 0 ? SHAPE_LIST
	    : type == TYPE_NUMBER || type == TYPE_ID		   ? SHAPE_NUMBER
	    : type == TYPE_FLAG					   ? SHAPE_FLAG
								   : SHAPE_TEXT;

	buf_clear(&json->value);
	if (entity_print(&json->value, subject->txn, subject->kind, subject->id,
		subject->record, slot, fault) != 0 ||
	    buf_check(&json->value, fault) != 0)
		return -1;
	json_nest_cell(&json->nest, name, buf_as_view(&json->value), shape);
	return 0;
}

static int
put_extra(struct card_json *json, const struct subject *subject, uint16_t slot,
    struct fault *fault)
{
	const struct vocabulary *vocabulary;
	struct attribute_rule rule = { .type = TYPE_TEXT };
	enum name_class class;
	struct view name;
	int found = txn_slot_name(subject->txn, slot, &class, &name, NULL, fault);

	if (found != 1)
		return found;
	if (class == NAME_ATTR &&
	    (vocabulary_of(&vocabulary, subject->txn, fault) != 0 ||
		!vocabulary_attribute(vocabulary, name, &rule)))
		rule.type = TYPE_TEXT;
	buf_clear(&json->name);
	buf_text(&json->name, class == NAME_EXT ? "ext." : "attr.");
	buf_view(&json->name, name);
	if (buf_check(&json->name, fault) != 0)
		return -1;
	return put_field(json, subject, class == NAME_EXT ? &field_ext : &field_attr,
	    slot, buf_as_view(&json->name), rule.type, fault);
}

/* Columns that lead to other records. */
static int
put_beyond(struct card_json *json, const struct subject *subject, struct fault *fault)
{
	struct view value;
	size_t i;

	for (i = 0; i < BEYOND; i++) {
		if (beyond[i].kind != subject->kind)
			continue;
		if (column_view(json->columns[i], subject->id, subject->record, &value,
			fault) != 0)
			return -1;
		json_nest_cell(&json->nest, view_of(beyond[i].name), value, SHAPE_TEXT);
	}
	return 0;
}

/* The members of an object; whole: the arrays `user` and `employee` of a contact
 * say more than its fields of these names. */
static int
put_members(struct card_json *json, const struct subject *subject, bool whole,
    struct fault *fault)
{
	const struct kind *kind = subject->kind;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < kind->count; i++) {
		if (whole && kind == &kind_contact &&
		    (strcmp(kind->fields[i].name, "user") == 0 ||
			strcmp(kind->fields[i].name, "employee") == 0))
			continue;
		result = put_field(json, subject, kind->fields + i, kind->fields[i].slot,
		    view_of(kind->fields[i].name), kind->fields[i].type, fault);
	}
	while (result == 0 && record_next(subject->record, &position, &slot, &value))
		if (slot >= RECORD_FIXED)
			result = put_extra(json, subject, slot, fault);
	return result != 0 ? -1 : put_beyond(json, subject, fault);
}

static int
put_object(struct card_json *json, const struct subject *from, const struct kind *kind,
    uint64_t id, struct fault *fault)
{
	struct subject subject;
	int found = subject_turn(&subject, from, kind, id, fault);

	if (found != 1)
		return found;
	json_nest_begin(&json->nest, VIEW(""), '{');
	if (put_members(json, &subject, false, fault) != 0)
		return -1;
	json_nest_end(&json->nest, '}');
	return hand_on(json, PIECE, fault);
}

static int
put_array(struct card_json *json, const struct subject *subject, const char *name,
    const struct kind *kind, const struct related *related, struct fault *fault)
{
	size_t i;
	int result = 0;

	json->withheld += related->withheld;
	json_nest_begin(&json->nest, view_of(name), '[');
	for (i = 0; result == 0 && i < related->count; i++)
		result = put_object(json, subject, kind, related->rows[i].id, fault);
	json_nest_end(&json->nest, ']');
	return result;
}

/* Those of one kind that refer to the record. */
static int
put_related(struct card_json *json, const struct subject *subject,
    const struct kind *kind, struct fault *fault)
{
	const struct related_search search = { kind, NULL, subject->kind, subject->id };
	struct related related = RELATED_EMPTY;
	struct buf name = BUF_EMPTY;
	int result = related_find(&related, subject->txn, &search, fault);

	buf_text(&name, kind->name);
	if (subject->kind != &kind_contact || kind != &kind_employee)
		buf_char(&name, 's');
	if (result == 0)
		result =
		    put_array(json, subject, buf_string(&name), kind, &related, fault);
	buf_release(&name);
	related_release(&related);
	return result;
}

/* HS-14: one that is found by its address names no contact. */
static int
put_user(struct card_json *json, const struct subject *subject, struct fault *fault)
{
	struct related_row row = { 0, 0 };
	struct related related = { &row, 0, 0, 0 };
	struct record user;

	if (account_of(
		subject->txn, subject->id, subject->record, &row.id, &user, fault) != 0)
		return -1;
	related.count = row.id != 0;
	return put_array(json, subject, "user", &kind_user, &related, fault);
}

/* Which of the contact's addresses nothing is sent to: these are no references. */
static int
put_suppressions(
    struct card_json *json, const struct subject *subject, struct fault *fault)
{
	const uint16_t slots[] = { CONTACT_EMAIL, CONTACT_OTHER_EMAILS };
	const struct field *field = kind_slot(&kind_suppression, SUPPRESSION_ADDRESS);
	struct ids ids = { NULL, 0, 0 };
	struct buf scratch = BUF_EMPTY;
	struct view list, address;
	size_t i;
	int result = 0;

	for (i = 0; i < 2; i++) {
		list = record_get(subject->record, slots[i]);
		while (result == 0 && list_next(&list, &address, &scratch))
			result = entity_find_key(subject->txn, &kind_suppression,
			    SUPPRESSION_ADDRESS, field, address, &ids, fault);
	}
	ids_sort(&ids);
	json_nest_begin(&json->nest, VIEW("suppressions"), '[');
	for (i = 0; result == 0 && i < ids.count; i++)
		result = put_object(json, subject, &kind_suppression, ids.at[i], fault);
	json_nest_end(&json->nest, ']');
	buf_release(&scratch);
	ids_release(&ids);
	return result;
}

static int
put_change(void *context, const struct history_row *row, struct fault *fault)
{
	struct card_json *json = context;
	struct json_nest *nest = &json->nest;

	json_nest_begin(nest, VIEW(""), '{');
	buf_clear(&json->value);
	buf_number(&json->value, row->rev);
	json_nest_cell(nest, VIEW("rev"), buf_as_view(&json->value), SHAPE_NUMBER);
	buf_clear(&json->value);
	time_print(&json->value, row->when);
	json_nest_cell(nest, VIEW("when"), buf_as_view(&json->value), SHAPE_TEXT);
	json_nest_cell(nest, VIEW("who"), row->who, SHAPE_TEXT);
	json_nest_cell(nest, VIEW("program"), row->program, SHAPE_TEXT);
	json_nest_cell(nest, VIEW("field"), row->field, SHAPE_TEXT);
	json_nest_cell(nest, VIEW("from"), row->from, SHAPE_TEXT);
	json_nest_cell(nest, VIEW("to"), row->to, SHAPE_TEXT);
	json_nest_cell(nest, VIEW("cause"), view_of(cause_name(row->cause)), SHAPE_TEXT);
	json_nest_cell(nest, VIEW("job"), row->job, SHAPE_NUMBER);
	json_nest_end(nest, '}');
	return buf_check(&json->value, fault) != 0 ? -1 : hand_on(json, PIECE, fault);
}

static int
put_history(struct card_json *json, const struct subject *subject, struct fault *fault)
{
	const struct history_span span = { 0, txn_rev(subject->txn) };
	int result;

	json_nest_begin(&json->nest, VIEW("history"), '[');
	result = record_history_each(json->present, json->shown, subject->kind,
	    subject->id, &span, put_change, json, fault);
	json_nest_end(&json->nest, ']');
	return result;
}

int
card_json_add(struct card_json *json, const struct subject *subject, struct fault *fault)
{
	const struct kind *kind;
	size_t i;
	int result;

	json->nest.comma = false;
	json_nest_begin(&json->nest, VIEW(""), '{');
	result = put_members(json, subject, true, fault);
	for (i = 0; result == 0 && (kind = kind_at(i)) != NULL; i++) {
		if (!related_kind(kind, subject->kind))
			continue;
		result = subject->kind == &kind_contact && kind == &kind_user
		    ? put_user(json, subject, fault)
		    : put_related(json, subject, kind, fault);
	}
	if (result == 0 && subject->kind == &kind_contact)
		result = put_suppressions(json, subject, fault);
	if (result == 0)
		result = put_history(json, subject, fault);
	json_nest_end(&json->nest, '}');
	buf_char(&json->out, '\n');
	return result != 0 ? result : hand_on(json, 0, fault);
}
