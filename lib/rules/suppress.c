/* SPDX-License-Identifier: ISC */
/*
 * TW-26: rows that bring back who was erased. An external id says who is meant,
 * so one that was erased stops the row in any case; an address may be shared, so
 * it only stops a row that meets nobody who is there. An edit of a record by hand
 * takes neither, unless the record has it already.
 */
#include "rules/import_run.h"

static enum step
stop(struct import *import, enum step step, uint64_t hash, const char *what)
{
	return import_stop(import, step, "ERASED",
	    "who had this %s was erased (contact-archive -k erasure --delete %llu lets "
	    "it in again)",
	    what, (unsigned long long)hash);
}

/* Each element of a cell: 1 and the hash, 0, -1. */
static int
find_cell(struct import *import, struct view what, const struct field *field,
    struct view list, uint64_t *hash, struct fault *fault)
{
	struct view element;
	int found = 0;

	if ((field->flags & FIELD_LIST) == 0)
		return list.len == 0 ? 0
				     : erasures_find(import->erasures, import->kind, what,
					   list, hash, fault);
	while (found == 0 && list_next(&list, &element, &import->scratch))
		found = erasures_find(
		    import->erasures, import->kind, what, element, hash, fault);
	return found;
}

/* "ext.NAME" goes to import->text. */
static int
name_id(struct import *import, uint16_t slot, struct fault *fault)
{
	enum name_class class;
	struct view name;

	if (txn_slot_name(import->txn, slot, &class, &name, NULL, fault) < 0)
		return -1;
	buf_clear(&import->text);
	buf_text(&import->text, "ext.");
	buf_view(&import->text, name);
	return buf_check(&import->text, fault);
}

static enum step
suppress_ids(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct cell *cell;
	uint64_t hash;
	size_t at = 0;
	int found;

	while ((found = match_next_id(import, draft, &at, &cell, fault)) == 1) {
		if (name_id(import, cell->slot, fault) != 0)
			return STEP_FAULT;
		found = find_cell(import, buf_as_view(&import->text), &field_ext,
		    cell->value, &hash, fault);
		if (found != 0)
			return found < 0
			    ? STEP_FAULT
			    : stop(import, STEP_SUPPRESS, hash, "external id");
	}
	return found < 0 ? STEP_FAULT : STEP_GO;
}

/* What an edit gives to a field that hashes are kept of: the first element that the
 * record has not already. */
static enum step
refuse_cell(struct import *import, const struct cell *cell, const struct field *field,
    uint64_t id, struct fault *fault)
{
	bool is_id = field == &field_ext;
	struct view what, list = cell->value, element;
	struct record record;
	uint64_t hash;
	int found = 0;

	if (is_id && name_id(import, cell->slot, fault) != 0)
		return STEP_FAULT;
	what = is_id ? buf_as_view(&import->text) : VIEW("email");
	if (import_record(import, id, &record, fault) != 0)
		return STEP_FAULT;
	while (found == 0 && list_next(&list, &element, &import->scratch)) {
		found = erasures_find(
		    import->erasures, import->kind, what, element, &hash, fault);
		if (found != 1)
			continue;
		found = erasure_has(import->txn, record, what, element, fault);
		if (found == 0)
			return stop(import, STEP_ERROR, hash,
			    is_id ? "external id" : "e-mail address");
		found = found < 0 ? -1 : 0;
	}
	return found < 0 ? STEP_FAULT : STEP_GO;
}

static enum step
refuse_edit(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault)
{
	const struct cell *cell;
	const struct field *field;
	enum step step = STEP_GO;
	size_t i;

	for (i = 0; step == STEP_GO && i < draft->count; i++) {
		cell = draft->cells + i;
		if ((cell->flags & (CELL_CLEAR | CELL_READ_ONLY | CELL_REMOVE)) != 0)
			continue;
		if (import_field(import, cell->slot, &field, fault) != 0)
			return STEP_FAULT;
		if (field == &field_ext || field->type == TYPE_EMAIL)
			step = refuse_cell(import, cell, field, id, fault);
	}
	return step;
}

enum step
suppress_row(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault)
{
	enum step step = import->options.edits && id != 0
	    ? refuse_edit(import, draft, id, fault)
	    : suppress_ids(import, draft, fault);
	const struct field *field;
	uint64_t hash;
	size_t i;
	int found;

	for (i = 0; step == STEP_GO && id == 0 && i < draft->count; i++) {
		if (draft->cells[i].slot >= RECORD_FIXED)
			break;
		if (import_field(import, draft->cells[i].slot, &field, fault) != 0)
			return STEP_FAULT;
		if (field->type != TYPE_EMAIL)
			continue;
		found = find_cell(
		    import, VIEW("email"), field, draft->cells[i].value, &hash, fault);
		if (found != 0)
			step = found < 0
			    ? STEP_FAULT
			    : stop(import, STEP_SUPPRESS, hash, "e-mail address");
	}
	return step;
}
