/* SPDX-License-Identifier: ISC */
/*
 * A file that went out with computed columns comes back with them. A cell that
 * says what the record says, before or after the row's own change, is no
 * change; a third value is refused, since it could not be kept.
 */
#include "rules/import_run.h"

static enum step
read_only(struct import *import, const struct field *field, struct view value)
{
	return import_stop(import, STEP_ERROR, "READ_ONLY",
	    "%s: is computed and cannot be made \"%.*s\"", field->name,
	    (int)(value.len < 80 ? value.len : 80), value.at);
}

enum step
apply_compare(struct import *import, const struct draft *draft, uint64_t id,
    const struct record *old, struct fault *fault)
{
	struct record_head head = { import->kind->number, (uint32_t)txn_rev(import->txn),
		(uint32_t)txn_rev(import->txn), 0, CAUSE_ROW };
	const struct field *field;
	const struct cell *cell;
	struct record record;
	void *bytes = NULL;
	size_t i;

	for (i = 0; i < draft->count; i++) {
		cell = draft->cells + i;
		if (cell->value.len == 0)
			continue;
		if (import_field(import, cell->slot, &field, fault) != 0)
			return STEP_FAULT;
		if (field == NULL ||
		    ((cell->flags & CELL_READ_ONLY) == 0 &&
			(field->flags & FIELD_RULES) == 0))
			continue;
		buf_clear(&import->text);
		if (old != NULL &&
		    entity_print(&import->text, import->txn, import->kind, id, *old,
			cell->slot, fault) != 0)
			return STEP_FAULT;
		if (view_equal(buf_as_view(&import->text), cell->value))
			continue;
		if (bytes == NULL) {
			record.len = record_size(&import->form);
			bytes = arena_take(&import->arena, record.len);
			if (bytes == NULL) {
				fault_memory(fault);
				return STEP_FAULT;
			}
			if (old != NULL)
				head.created = record_created(*old);
			record_encode(&import->form, &head, bytes);
			record.at = bytes;
		}
		buf_clear(&import->text);
		if (entity_print(&import->text, import->txn, import->kind, id, record,
			cell->slot, fault) != 0)
			return STEP_FAULT;
		if (!view_equal(buf_as_view(&import->text), cell->value))
			return read_only(import, field, cell->value);
	}
	return STEP_GO;
}
