/* SPDX-License-Identifier: ISC */
/*
 * A row without any key means the one record that has all its cells: those of
 * its name are looked up, else those that refer to what it refers to, such as the notes
 * of a contact, and printed beside the row.
 */
#include "base/fold.h"
#include "rules/import_run.h"

/* After so many records that the index gave, a table is made. */
#define ALIKE_MOST 20000

/* Whether all cells that the row gives are what the record prints. */
static int
all_equal(struct import *import, const struct draft *draft, uint64_t id,
    struct record record, bool *equal, struct fault *fault)
{
	const struct field *field;
	const struct cell *cell;
	struct index_key key;
	size_t i;

	*equal = true;
	for (i = 0; *equal && i < draft->count; i++) {
		cell = draft->cells + i;
		if (cell->value.len == 0 || (cell->flags & CELL_SPLIT) != 0)
			continue;
		if (import_field(import, cell->slot, &field, fault) != 0)
			return -1;
		if (field != NULL && field->type == TYPE_REFERENCE &&
		    (field->flags & FIELD_LIST) == 0) {
			if (match_reference(import, draft, cell, field, &key,
				&import->stored, fault) != 0)
				return -1;
			*equal = view_equal(
			    record_get(record, cell->slot), buf_as_view(&import->stored));
			continue;
		}
		buf_clear(&import->text);
		if (entity_print(&import->text, import->txn, import->kind, id, record,
			cell->slot, fault) != 0)
			return -1;
		*equal = fold_search_equal(buf_as_view(&import->text), cell->value);
	}
	return 0;
}

/* The name that the row gives, folded; empty where it gives none. */
static int
draft_name(struct import *import, const struct draft *draft, const struct field *field,
    struct buf *folded, struct fault *fault)
{
	static const uint16_t slots[] = { CONTACT_FIRST_NAME, CONTACT_MIDDLE_NAME,
		CONTACT_LAST_NAME, CONTACT_SUFFIX };
	const struct cell *cell = draft_cell(draft, field->slot);
	struct name_parts parts = { .first = { NULL, 0 } };
	struct view *of[] = { &parts.first, &parts.middle, &parts.last, &parts.suffix };
	struct buf name = BUF_EMPTY;
	size_t i;
	int result;

	if (cell != NULL && cell->value.len > 0) {
		buf_view(&name, cell->value);
	} else if (import->kind == &kind_contact) {
		for (i = 0; i < 4; i++)
			if ((cell = draft_cell(draft, slots[i])) != NULL)
				*of[i] = cell->value;
		name_join(&name, &parts);
	}
	value_index_text(folded, field, buf_as_view(&name));
	result = buf_check(&name, fault) != 0 ? -1 : buf_check(folded, fault);
	buf_release(&name);
	return result;
}

/* The first cell that refers to something by which the index knows records. */
static const struct cell *
first_reference(
    const struct import *import, const struct draft *draft, const struct field **field)
{
	size_t i;

	for (i = 0; i < draft->count; i++) {
		*field = kind_slot(import->kind, draft->cells[i].slot);
		if (*field != NULL && (*field)->type == TYPE_REFERENCE &&
		    ((*field)->flags & FIELD_INDEXED) != 0 &&
		    draft->cells[i].value.len > 0)
			return draft->cells + i;
	}
	return NULL;
}

/* Many refer to one: the longest text of the row beside the reference tells more. */
static void
choose_parts(
    struct import *import, const struct draft *draft, const struct cell *reference)
{
	const struct cell *longest = NULL, *cell;
	const struct field *field;
	size_t i;

	for (i = 0; i < draft->count; i++) {
		cell = draft->cells + i;
		field = kind_slot(import->kind, cell->slot);
		if (field != NULL && field->type == TYPE_TEXT && field->derive == NULL &&
		    (longest == NULL || cell->value.len > longest->value.len))
			longest = cell;
	}
	if (longest == NULL || longest->value.len == 0)
		return;
	import->alike.slots[0] = reference->slot;
	import->alike.slots[1] = longest->slot;
	import->alike.count = 2;
}

/* The records of the kind that refer to what the row refers to first. */
static int
find_referring(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct field *field;
	const struct cell *cell = first_reference(import, draft, &field);
	struct buf values = BUF_EMPTY;
	struct index_key key;
	bool whole = false;
	int result = 0;

	if (cell == NULL)
		return 0;
	if (import->alike.looked > ALIKE_MOST && import->alike.count == 0)
		choose_parts(import, draft, cell);
	if (import->alike.count > 0)
		result = match_draft_values(
		    import, &import->alike, draft, &values, &whole, fault);
	if (result == 0 && whole)
		result =
		    match_table_find(import, &import->alike, buf_as_view(&values), fault);
	else if (result == 0)
		result = match_reference(import, draft, cell, field, &key,
			     &import->stored, fault) != 0
		    ? -1
		    : index_find(import->txn, key, &import->ids, fault);
	import->alike.looked += import->ids.count;
	buf_release(&values);
	return result;
}

static int
find_candidates(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct field *field = kind_field(import->kind, VIEW("name"));
	struct buf folded = BUF_EMPTY;
	int result;

	import->ids.count = 0;
	if (field == NULL || (field->flags & FIELD_INDEXED) == 0)
		return find_referring(import, draft, fault);
	result = draft_name(import, draft, field, &folded, fault);
	if (result == 0 && folded.len > 0)
		result = index_find(import->txn,
		    index_text_key(
			import->kind->number, field->slot, buf_as_view(&folded)),
		    &import->ids, fault);
	buf_release(&folded);
	return result;
}

enum step
match_alike(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault)
{
	struct record record;
	const struct ids *ids = &import->ids;
	bool equal = false;
	size_t i;

	if (find_candidates(import, draft, fault) != 0)
		return STEP_FAULT;
	for (i = 0; i < ids->count; i++) {
		int found = txn_record(import->txn, ids->at[i], &record, fault);

		if (found < 0 ||
		    (found == 1 &&
			all_equal(import, draft, ids->at[i], record, &equal, fault) != 0))
			return STEP_FAULT;
		if (found == 0 || record_kind(record) != import->kind->number || !equal)
			continue;
		if (*id != 0) {
			uint64_t first = *id;

			*id = 0;
			return import_stop(import, STEP_ERROR, "AMBIGUOUS",
			    "#%llu and #%llu have exactly these cells",
			    (unsigned long long)first, (unsigned long long)ids->at[i]);
		}
		*id = ids->at[i];
	}
	return STEP_GO;
}
