/* SPDX-License-Identifier: ISC */
/*
 * TW-26: rows that bring back who was erased. An external id says who is meant,
 * so one that was erased stops the row in any case; an address may be shared, so
 * it only stops a row that meets nobody who is there.
 */
#include "rules/import_run.h"

static enum step
suppress(struct import *import, uint64_t hash, const char *what)
{
	return import_stop(import, STEP_SUPPRESS, "ERASED",
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

static enum step
suppress_ids(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct cell *cell;
	enum name_class class;
	struct view name;
	uint64_t hash;
	size_t at = 0;
	int found;

	while ((found = match_next_id(import, draft, &at, &cell, fault)) == 1) {
		found =
		    txn_slot_name(import->txn, cell->slot, &class, &name, NULL, fault);
		buf_clear(&import->text);
		buf_text(&import->text, "ext.");
		buf_view(&import->text, name);
		if (found < 0 || buf_check(&import->text, fault) != 0)
			return STEP_FAULT;
		found = find_cell(import, buf_as_view(&import->text), &field_ext,
		    cell->value, &hash, fault);
		if (found != 0)
			return found < 0 ? STEP_FAULT
					 : suppress(import, hash, "external id");
	}
	return found < 0 ? STEP_FAULT : STEP_GO;
}

enum step
suppress_row(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault)
{
	enum step step = suppress_ids(import, draft, fault);
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
			step = found < 0 ? STEP_FAULT
					 : suppress(import, hash, "e-mail address");
	}
	return step;
}
