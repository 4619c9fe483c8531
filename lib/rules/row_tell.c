/* SPDX-License-Identifier: ISC */
/* What is told of a row: how people know it, what became of it, which fields changed. */
#include "rules/import_run.h"

/* What people know the row by: its first key, else its name. */
static void
put_key(struct import *import, const struct draft *draft, uint64_t id, struct buf *out)
{
	const struct field *field;
	struct view element;
	struct fault ignored;
	size_t i;

	for (i = draft->count; i > 0 && draft->cells[i - 1].slot >= RECORD_FIXED; i--) {
		element = draft->cells[i - 1].value;
		if (draft->cells[i - 1].slot >= FIELD_VIRTUAL || element.len == 0 ||
		    import_field(import, draft->cells[i - 1].slot, &field, &ignored) !=
			0 ||
		    field != &field_ext)
			continue;
		buf_view(out, element);
		return;
	}
	for (i = 0; i < draft->count; i++) {
		field = kind_slot(import->kind, draft->cells[i].slot);
		if (field == NULL || (field->flags & FIELD_KEY) == 0 ||
		    draft->cells[i].value.len == 0)
			continue;
		buf_view(out, draft->cells[i].value);
		return;
	}
	if (import->options.removes || import->inviting != NULL ||
	    import->kind == &kind_invitation_event ||
	    (import->options.decides != 0 && import->key_text.len > 0)) {
		buf_view(out, buf_as_view(&import->key_text));
	} else if (import->options.selects) {
		selection_key(import, id, out);
		if (out->len == 0)
			buf_view(out, buf_as_view(&import->key_text));
	} else if (import->kind == &kind_contact) {
		struct name_parts parts = { .first = { NULL, 0 } };
		const struct cell *cell;

		if ((cell = draft_cell(draft, CONTACT_FIRST_NAME)) != NULL)
			parts.first = cell->value;
		if ((cell = draft_cell(draft, CONTACT_LAST_NAME)) != NULL)
			parts.last = cell->value;
		name_join(out, &parts);
	}
}

int
import_tell(struct import *import, const struct draft *draft, uint64_t id,
    enum import_action action, struct fault *fault)
{
	struct import_result result = { .line = draft->line, .id = id, .action = action };
	struct buf key = BUF_EMPTY;
	int rc;

	import->counts.read++;
	import->file_rows += import->code == NULL || strcmp(import->code, "EMPTY") != 0;
	import->counts.by_action[action]++;
	if (!import->report.all && action != ACTION_ERROR)
		return 0;
	put_key(import, draft, id, &key);
	result.key = buf_as_view(&key);
	result.message = buf_as_view(&import->message);
	result.changed = buf_as_view(&import->changed);
	result.code = import->code == NULL ? "" : import->code;
	result.draft = draft;
	rc = buf_check(&key, fault) != 0 || buf_check(&import->message, fault) != 0 ||
		buf_check(&import->changed, fault) != 0
	    ? -1
	    : import->report.result(import->report.context, &result, fault);
	buf_release(&key);
	return rc;
}

int
import_name_changes(struct import *import, const struct kind *kind,
    const struct record *old, struct fault *fault)
{
	struct view was, is, name;
	enum name_class class;
	const struct field *field;
	size_t i;
	int found;

	buf_clear(&import->changed);
	for (i = 0; i < kind->count; i++) {
		field = kind->fields + i;
		if (field->slot >= RECORD_FIXED)
			continue;
		was = old == NULL ? (struct view){ NULL, 0 }
				  : record_get(*old, field->slot);
		is = record_form_get(&import->form, field->slot);
		if (view_equal(was, is))
			continue;
		if (import->changed.len > 0)
			buf_char(&import->changed, ' ');
		buf_text(&import->changed, field->name);
	}
	for (i = 0; i < import->form.extra_count; i++) {
		was = old == NULL ? (struct view){ NULL, 0 }
				  : record_get(*old, import->form.extras[i].slot);
		if (view_equal(was, import->form.extras[i].value))
			continue;
		found = txn_slot_name(
		    import->txn, import->form.extras[i].slot, &class, &name, NULL, fault);
		if (found < 0)
			return -1;
		if (import->changed.len > 0)
			buf_char(&import->changed, ' ');
		buf_text(&import->changed, class == NAME_EXT ? "ext." : "attr.");
		buf_view(&import->changed, name);
	}
	return buf_check(&import->changed, fault);
}
