/* SPDX-License-Identifier: ISC */
/*
 * Ids that a source has merged into others: the old id is added behind the
 * master's own, so that rows which still bear it meet the master.
 */
#include <stdlib.h>

#include "base/array.h"
#include "rules/import_run.h"

static uint16_t
ext_slot(struct import *import, const struct draft *draft, struct view *value)
{
	const struct field *field;
	struct fault ignored;
	size_t i;

	for (i = 0; i < draft->count; i++) {
		*value = draft->cells[i].value;
		if (draft->cells[i].slot >= RECORD_FIXED &&
		    draft->cells[i].slot < FIELD_VIRTUAL && value->len > 0 &&
		    import_field(import, draft->cells[i].slot, &field, &ignored) == 0 &&
		    field == &field_ext)
			return draft->cells[i].slot;
	}
	return FIELD_NONE;
}

int
import_alias(struct import *import, const struct draft *draft, struct fault *fault)
{
	struct alias *aliases;
	struct view old;
	uint16_t slot = ext_slot(import, draft, &old);

	if (slot == FIELD_NONE)
		return 0;
	aliases = array_room(import->aliases, import->alias_count, &import->alias_cap,
	    sizeof(*aliases), fault);
	if (aliases == NULL)
		return -1;
	import->aliases = aliases;
	aliases = import->aliases + import->alias_count;
	*aliases = (struct alias){ .slot = slot, .line = draft->line };
	aliases->old = strndup(old.at, old.len);
	aliases->master = strndup(draft->master.at, draft->master.len);
	import->alias_count++;
	return aliases->old == NULL || aliases->master == NULL ? fault_memory(fault) : 0;
}

/* The old id goes to the master unless another record has it of its own. */
static int
settle(struct import *import, const struct alias *alias, struct fault *fault)
{
	struct record record;
	bool changed;

	import->others.count = 0;
	if (entity_find_key(import->txn, import->kind, alias->slot, &field_ext,
		view_of(alias->old), &import->others, fault) != 0)
		return -1;
	if (import->others.count > 0)
		return 0;
	if (entity_find_key(import->txn, import->kind, alias->slot, &field_ext,
		view_of(alias->master), &import->others, fault) != 0)
		return -1;
	if (import->others.count != 1)
		return 0;
	if (txn_record(import->txn, import->others.at[0], &record, fault) != 1)
		return -1;
	record_form_from(&import->form, record);
	buf_clear(&import->text);
	buf_view(&import->text, record_get(record, alias->slot));
	list_add(&import->text, 0, view_of(alias->old));
	if (buf_check(&import->text, fault) != 0)
		return -1;
	record_form_set(&import->form, alias->slot, buf_as_view(&import->text));
	import->counts.also += record_rev(record) != txn_rev(import->txn);
	return change_update(import->txn, import->kind, import->others.at[0], record,
	    &import->form, (uint32_t)alias->line, CAUSE_ROW, &changed, fault);
}

int
import_aliases(struct import *import, struct fault *fault)
{
	size_t i;
	int result = 0;

	for (i = 0; i < import->alias_count; i++) {
		if (result == 0)
			result = settle(import, import->aliases + i, fault);
		free(import->aliases[i].old);
		free(import->aliases[i].master);
	}
	import->alias_count = 0;
	return result;
}
