/* SPDX-License-Identifier: ISC */
/*
 * The person comes first, by the rules of contacts: who is there already stays as it
 * is (HS-32).
 */
#include "rules/people.h"

#include "rules/beside.h"

/* Fields that an employee and a contact share. */
#define PEOPLE_EMPLOYEE 7

static bool
has_people(const struct kind *kind)
{
	return kind == &kind_event || kind == &kind_participation || kind == &kind_job;
}

const struct field *
people_field(const struct kind *kind, struct view name, uint16_t *slot)
{
	static const char *const bare[] = { "email", "first_name", "last_name", "name",
		"organization", "phone", "title" };
	const struct field *field = NULL;
	size_t i;

	if (!has_people(kind))
		return NULL;
	if (view_begins(name, VIEW("contact.")))
		field = kind_field(&kind_contact, view_from(name, 8));
	/* Beyond the first three a word may be about the event or the job. */
	for (i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
		if (view_is(name, bare[i]) && (i < 3 || kind == &kind_participation))
			field = kind_field(&kind_contact, name);
	if (field == NULL ||
	    (field->flags & (FIELD_DERIVED | FIELD_SYSTEM | FIELD_RULES)) != 0)
		return NULL;
	*slot = (uint16_t)(PEOPLE_SLOT + field->slot);
	return field;
}

/* The cells of the person, in a draft of its own. */
static int
part_cells(
    struct import *import, struct draft *draft, struct draft *person, struct fault *fault)
{
	size_t first = draft->count, i;

	while (first > 0 && draft->cells[first - 1].slot >= PEOPLE_SLOT)
		first--;
	*person = (struct draft){ .line = draft->line, .count = draft->count - first };
	if (person->count == 0)
		return 0;
	person->cells = arena_take(
	    &import->arena, (person->count + DRAFT_NAME_PARTS) * sizeof(*person->cells));
	if (person->cells == NULL)
		return fault_memory(fault);
	for (i = 0; i < person->count; i++) {
		person->cells[i] = draft->cells[first + i];
		person->cells[i].slot = (uint16_t)(person->cells[i].slot - PEOPLE_SLOT);
	}
	draft->count = first;
	draft_split_name(person);
	return 0;
}

static bool
is_blank(const struct draft *draft)
{
	size_t i;

	for (i = 0; i < draft->count; i++)
		if (draft->cells[i].value.len > 0)
			return false;
	return true;
}

/* The one record that a cell of the row means, 0 for none. */
static int
find_one(struct import *import, const struct draft *draft, const struct field *field,
    uint64_t *id, struct fault *fault)
{
	const struct cell *cell = draft_cell(draft, field->slot);

	*id = 0;
	if (cell == NULL || cell->value.len == 0)
		return 0;
	if (reference_find(import->txn, &import->systems, import->kind, draft, field,
		cell->value, &import->others, fault) != 0)
		return -1;
	if (import->others.count == 1)
		*id = import->others.at[0];
	return 0;
}

/* HS-29: where the contact comes from. */
static int
find_source(struct import *import, const struct draft *draft, uint64_t event,
    struct buf *source, struct fault *fault)
{
	const struct cell *type;
	struct record record;

	buf_clear(source);
	if (import->options.source != NULL) {
		buf_text(source, import->options.source);
	} else if (import->kind == &kind_job) {
		buf_text(source, "Job Posting");
	} else if (event != 0) {
		if (import_record(import, event, &record, fault) != 0)
			return -1;
		buf_view(source, record_get(record, EVENT_TYPE));
	} else if ((type = draft_cell(draft, EVENT_TYPE)) != NULL &&
	    import->kind == &kind_event) {
		buf_view(source, type->value);
	}
	if (source->len == 0)
		buf_text(source, "Event");
	return buf_check(source, fault);
}

/* The row names the contact from now on. */
static int
put_contact(struct import *import, struct draft *draft, const struct field *field,
    uint64_t id, struct fault *fault)
{
	struct cell *cells =
	    arena_take(&import->arena, (draft->count + 1) * sizeof(*cells));
	struct buf text = BUF_EMPTY;
	struct view value;
	size_t i, n = 0;

	buf_char(&text, '#');
	buf_number(&text, id);
	value = arena_copy(&import->arena, buf_as_view(&text));
	buf_release(&text);
	if (cells == NULL || value.at == NULL)
		return fault_memory(fault);
	for (i = 0; i < draft->count; i++)
		if (draft->cells[i].slot != field->slot)
			cells[n++] = draft->cells[i];
	cells[n++] = (struct cell){ .slot = field->slot, .value = value };
	draft->cells = cells;
	draft->count = n;
	draft_sort(draft);
	draft->contact = id;
	return 0;
}

static enum step
take_person(struct import *import, const char *source, struct draft *person, uint64_t *id,
    struct fault *fault)
{
	const struct beside_way way = {
		.kind = &kind_contact, .mode = IMPORT_CREATE, .source = source
	};
	struct beside beside;
	enum step step = STEP_FAULT;

	if (beside_take(import, &way, person, &beside, fault) == 0)
		step = beside.id == 0 ? beside_stop(import, &beside) : STEP_GO;
	*id = beside.id;
	beside_release(&beside);
	return step;
}

static enum step
unknown_event(struct import *import, const struct draft *draft, const struct field *field)
{
	const struct cell *cell = draft_cell(draft, field->slot);
	struct view text = cell == NULL ? VIEW("") : cell->value;

	return text.len == 0 ? import_stop(import, STEP_ERROR, "REQUIRED",
				   "event: a %s needs one", import->kind->name)
			     : import_stop(import, STEP_ERROR, "UNKNOWN_EVENT",
				   "event: no event answers to \"%.*s\"",
				   (int)(text.len < 80 ? text.len : 80), text.at);
}

enum step
people_take(
    struct import *import, struct draft *draft, uint64_t *person, struct fault *fault)
{
	const struct field *field, *of;
	struct buf source = BUF_EMPTY;
	struct draft who;
	uint64_t event = 0;
	enum step step;

	*person = 0;
	if (!has_people(import->kind))
		return STEP_GO;
	field = kind_field(import->kind, VIEW("contact"));
	of = kind_field(import->kind, VIEW("event"));
	if (part_cells(import, draft, &who, fault) != 0)
		return STEP_FAULT;
	if (is_blank(&who))
		return STEP_GO;
	if ((field != NULL && find_one(import, draft, field, person, fault) != 0) ||
	    (of != NULL && find_one(import, draft, of, &event, fault) != 0))
		return STEP_FAULT;
	if (*person != 0)
		return STEP_GO;
	/* Nobody is made for a row that has no event. */
	if (of != NULL && event == 0)
		return unknown_event(import, draft, of);
	step = find_source(import, draft, event, &source, fault) != 0
	    ? STEP_FAULT
	    : take_person(import, buf_string(&source), &who, person, fault);
	buf_release(&source);
	return step == STEP_GO && field != NULL &&
		put_contact(import, draft, field, *person, fault) != 0
	    ? STEP_FAULT
	    : step;
}

enum step
people_join(struct import *import, uint64_t event, uint64_t person, struct fault *fault)
{
	const struct beside_way way = { .kind = &kind_participation };
	struct buf values[2] = { BUF_EMPTY, BUF_EMPTY };
	struct cell cells[2] = { { .slot = PARTICIPATION_EVENT },
		{ .slot = PARTICIPATION_CONTACT } };
	struct draft draft = { .cells = cells, .count = 2 };
	struct beside beside = { .message = BUF_EMPTY };
	enum step step = STEP_FAULT;

	buf_printf(&values[0], "#%llu", (unsigned long long)event);
	buf_printf(&values[1], "#%llu", (unsigned long long)person);
	cells[0].value = buf_as_view(&values[0]);
	cells[1].value = buf_as_view(&values[1]);
	if (buf_check(&values[0], fault) == 0 && buf_check(&values[1], fault) == 0 &&
	    beside_take(import, &way, &draft, &beside, fault) == 0)
		step = beside.id == 0 ? beside_stop(import, &beside) : STEP_GO;
	beside_release(&beside);
	buf_release(&values[0]);
	buf_release(&values[1]);
	return step;
}

/* What a contact has of the employee that he is. */
static void
part_employee(const struct draft *draft, struct draft *person)
{
	static const struct {
		uint16_t of, slot;
	} shared[] = { { EMPLOYEE_FIRST_NAME, CONTACT_FIRST_NAME },
		{ EMPLOYEE_LAST_NAME, CONTACT_LAST_NAME },
		{ EMPLOYEE_EMAIL, CONTACT_EMAIL }, { EMPLOYEE_PHONE, CONTACT_PHONE },
		{ EMPLOYEE_TITLE, CONTACT_TITLE },
		{ EMPLOYEE_DEPARTMENT, CONTACT_DEPARTMENT },
		{ EMPLOYEE_ORGANIZATION, CONTACT_ORGANIZATION } };
	const struct cell *cell;
	size_t i;

	for (i = 0; i < PEOPLE_EMPLOYEE; i++) {
		cell = draft_cell(draft, shared[i].of);
		if (cell == NULL || cell->value.len == 0)
			continue;
		person->cells[person->count] = *cell;
		person->cells[person->count++].slot = shared[i].slot;
	}
}

enum step
people_of_employee(
    struct import *import, struct draft *draft, uint64_t id, struct fault *fault)
{
	const struct field *field = kind_slot(&kind_employee, EMPLOYEE_CONTACT);
	const struct cell *given = draft_cell(draft, EMPLOYEE_CONTACT);
	struct cell cells[PEOPLE_EMPLOYEE];
	struct draft who = { .line = draft->line, .cells = cells };
	struct record record;
	uint64_t person;
	enum step step;

	if (given != NULL && given->value.len > 0)
		return STEP_GO;
	if (id != 0 && import_record(import, id, &record, fault) != 0)
		return STEP_FAULT;
	if (id != 0 && record_get(record, EMPLOYEE_CONTACT).len > 0)
		return STEP_GO;
	part_employee(draft, &who);
	if (who.count == 0)
		return STEP_GO;
	step = take_person(import,
	    import->options.source == NULL ? "Employee" : import->options.source, &who,
	    &person, fault);
	return step == STEP_GO && put_contact(import, draft, field, person, fault) != 0
	    ? STEP_FAULT
	    : step;
}
