/* SPDX-License-Identifier: ISC */
/*
 * Rows of an import that are about a record which was merged into another: by an
 * id of this store or of a system, or by the name of a company.
 */
#include "rules/merge.h"

#include "base/fold.h"
#include "model/merged.h"

static bool
has_id(struct view list, struct view id)
{
	struct buf scratch = BUF_EMPTY;
	struct view element;
	bool found = false;

	while (!found && list_next(&list, &element, &scratch))
		found = view_equal(element, id);
	buf_release(&scratch);
	return found;
}

/* The ids of a system in one cell: whether one is the record's own, and whether
 * one is of a record that was merged into it. */
static int
look_at_ids(struct import *import, const struct cell *cell, struct record record,
    bool *own, bool *others, struct fault *fault)
{
	struct buf text = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view rest = cell->value, name, id;
	enum name_class class;
	int found = txn_slot_name(import->txn, cell->slot, &class, &name, NULL, fault);

	while (found == 1 && list_next(&rest, &id, &scratch)) {
		buf_clear(&text);
		buf_view(&text, name);
		buf_char(&text, ':');
		buf_view(&text, id);
		if (merged_has(import->kind, record, buf_as_view(&text)))
			*others = true;
		else
			*own |= has_id(record_get(record, cell->slot), id);
	}
	if (found >= 0 &&
	    (buf_check(&text, fault) != 0 || buf_check(&scratch, fault) != 0))
		found = -1;
	buf_release(&text);
	buf_release(&scratch);
	return found < 0 ? -1 : 0;
}

/* What a merged company was called, as the list of what was merged has it. */
static int
put_name(struct buf *out, struct view name, struct fault *fault)
{
	buf_char(out, '=');
	fold_identity(out, name);
	return buf_check(out, fault);
}

int
merge_put_name(struct buf *list, struct view name, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	int result = put_name(&text, name, fault);

	if (result == 0)
		list_add(list, 0, buf_as_view(&text));
	buf_release(&text);
	return result;
}

/* Whether the name is that of a company which was merged into this one, and not its
 * own. */
static int
is_merged_name(struct import *import, struct record record, struct view name, bool *is,
    struct fault *fault)
{
	struct buf text = BUF_EMPTY, own = BUF_EMPTY;
	int result = put_name(&text, name, fault);

	if (result == 0)
		result = put_name(&own, record_get(record, ORGANIZATION_NAME), fault);
	*is = result == 0 && !view_equal(buf_as_view(&own), buf_as_view(&text)) &&
	    merged_has(import->kind, record, buf_as_view(&text));
	buf_release(&text);
	buf_release(&own);
	return result;
}

int
merge_by_name(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault)
{
	const struct field *field =
	    kind_slot(&kind_organization, ORGANIZATION_FORMER_NAMES);
	const struct cell *name = draft_cell(draft, ORGANIZATION_NAME);
	struct record record;
	bool is = false;
	size_t i;

	if (import->kind != &kind_organization || name == NULL || name->value.len == 0)
		return 0;
	import->others.count = 0;
	if (entity_find_key(import->txn, import->kind, field->slot, field, name->value,
		&import->others, fault) != 0)
		return -1;
	for (i = 0; !is && i < import->others.count; i++) {
		if (import_record(import, import->others.at[i], &record, fault) != 0 ||
		    is_merged_name(import, record, name->value, &is, fault) != 0)
			return -1;
		if (is)
			*id = import->others.at[i];
	}
	return 0;
}

int
merge_is_other(struct import *import, const struct draft *draft, uint64_t id,
    struct record record, bool *is_other, struct fault *fault)
{
	const struct field *field = kind_hidden(import->kind, "merged");
	const struct cell *cell,
	    *name = import->kind == &kind_organization
	    ? draft_cell(draft, ORGANIZATION_NAME)
	    : NULL;
	bool own = false, others = false, ids = false;
	size_t at = 0;
	int found = 0;

	*is_other = false;
	if (field == NULL || record_get(record, field->slot).len == 0)
		return 0;
	if (draft->has_id) {
		*is_other = draft->id != id;
		return 0;
	}
	while ((found = match_next_id(import, draft, &at, &cell, fault)) == 1) {
		ids = true;
		if (look_at_ids(import, cell, record, &own, &others, fault) != 0)
			return -1;
	}
	if (found == 0 && !ids && name != NULL &&
	    is_merged_name(import, record, name->value, &others, fault) != 0)
		return -1;
	*is_other = others && !own;
	return found;
}
