/* SPDX-License-Identifier: ISC */
/*
 * What a record answers for from now on, and whom neither of the two is: the
 * hidden fields that lib/model/merged.h reads.
 */
#include "rules/merge.h"

/* Appends the ids of other systems as SYSTEM:ID, as lists have them. */
static int
list_externals(
    struct import *import, struct record merged, struct buf *list, struct fault *fault)
{
	struct buf text = BUF_EMPTY, scratch = BUF_EMPTY;
	uint32_t position = RECORD_FIXED;
	struct view name, ids, id;
	enum name_class class;
	uint16_t slot;
	int found = 0;

	while (found >= 0 && record_next(merged, &position, &slot, &ids)) {
		found = txn_slot_name(import->txn, slot, &class, &name, NULL, fault);
		while (
		    found == 1 && class == NAME_EXT && list_next(&ids, &id, &scratch)) {
			buf_clear(&text);
			buf_view(&text, name);
			buf_char(&text, ':');
			buf_view(&text, id);
			list_add(list, 0, buf_as_view(&text));
		}
	}
	if (found >= 0 &&
	    (buf_check(&text, fault) != 0 || buf_check(&scratch, fault) != 0))
		found = -1;
	buf_release(&text);
	buf_release(&scratch);
	return found < 0 ? -1 : 0;
}

int
merge_ids(struct import *import, uint64_t keep, uint64_t other, struct record merged,
    struct fault *fault)
{
	const struct field *field = kind_hidden(import->kind, "merged");
	const struct field *apart = kind_hidden(import->kind, "not_duplicate");
	struct view rest = record_get(merged, field->slot), lists[2], element;
	struct buf list = BUF_EMPTY, scratch = BUF_EMPTY;
	uint64_t id;
	size_t i;
	int result;

	buf_number(&list, other);
	while (list_next(&rest, &element, &scratch))
		list_add(&list, 0, element);
	result = list_externals(import, merged, &list, fault);
	if (result == 0 && import->kind == &kind_organization)
		result =
		    merge_put_name(&list, record_get(merged, ORGANIZATION_NAME), fault);
	if (result == 0)
		result = buf_check(&list, fault) != 0
		    ? -1
		    : apply_add(import, field, field->slot,
			  record_form_get(&import->form, field->slot), buf_as_view(&list),
			  fault);
	lists[0] = record_form_get(&import->form, apart->slot);
	lists[1] = record_get(merged, apart->slot);
	buf_clear(&list);
	for (i = 0; i < 2; i++)
		while (list_next(&lists[i], &element, &scratch))
			if (!reference_id(element, &id) || (id != keep && id != other))
				list_add(&list, 0, element);
	if (result == 0)
		result = buf_check(&list, fault) != 0
		    ? -1
		    : apply_set(import, apart->slot, buf_as_view(&list), fault);
	buf_release(&list);
	buf_release(&scratch);
	return result;
}
