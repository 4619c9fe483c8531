/* SPDX-License-Identifier: ISC */
/*
 * A row without any key means the one contact that has all its cells:
 * those of its name are looked up, and printed beside the row.
 */
#include "base/fold.h"
#include "rules/import_run.h"

/* Whether all cells that the row gives are what the record prints. */
static int
all_equal(struct import *import, const struct draft *draft, uint64_t id,
    struct record record, bool *equal, struct fault *fault)
{
	const struct cell *cell;
	size_t i;

	*equal = true;
	for (i = 0; *equal && i < draft->count; i++) {
		cell = draft->cells + i;
		if (cell->value.len == 0 || (cell->flags & CELL_SPLIT) != 0)
			continue;
		buf_clear(&import->text);
		if (entity_print(&import->text, import->txn, import->kind, id, record,
			cell->slot, fault) != 0)
			return -1;
		*equal = fold_search_equal(buf_as_view(&import->text), cell->value);
	}
	return 0;
}

enum step
match_alike(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault)
{
	const struct field *field = kind_field(import->kind, VIEW("name"));
	const struct cell *cell;
	struct name_parts parts = { .first = { NULL, 0 } };
	struct buf name = BUF_EMPTY, folded = BUF_EMPTY;
	struct record record;
	struct ids ids = { NULL, 0, 0 };
	enum step step = STEP_FAULT;
	bool equal = false;
	size_t i;

	if (field == NULL || (field->flags & FIELD_INDEXED) == 0)
		return STEP_GO;
	cell = draft_cell(draft, field->slot);
	if (cell != NULL && cell->value.len > 0) {
		buf_view(&name, cell->value);
	} else if (import->kind == &kind_contact) {
		struct view *of[] = { &parts.first, &parts.middle, &parts.last,
			&parts.suffix };
		static const uint16_t slots[] = { CONTACT_FIRST_NAME, CONTACT_MIDDLE_NAME,
			CONTACT_LAST_NAME, CONTACT_SUFFIX };

		for (i = 0; i < 4; i++)
			if ((cell = draft_cell(draft, slots[i])) != NULL)
				*of[i] = cell->value;
		name_join(&name, &parts);
	}
	value_index_text(&folded, field, buf_as_view(&name));
	if (buf_check(&name, fault) != 0 || buf_check(&folded, fault) != 0)
		goto done;
	if (folded.len > 0 &&
	    index_find(import->txn,
		index_text_key(import->kind->number, field->slot, buf_as_view(&folded)),
		&ids, fault) != 0)
		goto done;
	for (i = 0; i < ids.count; i++) {
		int found = txn_record(import->txn, ids.at[i], &record, fault);

		if (found < 0 ||
		    (found == 1 &&
			all_equal(import, draft, ids.at[i], record, &equal, fault) != 0))
			goto done;
		if (found == 0 || record_kind(record) != import->kind->number || !equal)
			continue;
		if (*id != 0) {
			step = import_stop(import, STEP_ERROR, "AMBIGUOUS",
			    "#%llu and #%llu have exactly these cells",
			    (unsigned long long)*id, (unsigned long long)ids.at[i]);
			*id = 0;
			goto done;
		}
		*id = ids.at[i];
	}
	step = STEP_GO;
done:
	buf_release(&name);
	buf_release(&folded);
	ids_release(&ids);
	return step;
}
