/* SPDX-License-Identifier: ISC */
/* The ways back into use: each part that is kept goes to where it was taken. */
#include "rules/archive.h"
#include "rules/kept.h"

/* The slot of an attribute in the list of those that archiving set, whose value
 * before is told behind the name. */
static int
marked_slot(struct import *import, struct view element, uint16_t *slot,
    struct view *before, struct fault *fault)
{
	const char *equals = memchr(element.at, '=', element.len);
	const struct field *field;
	struct view name =
	    equals == NULL ? element : view_until(element, (size_t)(equals - element.at));

	*before = view_from(element, name.len + 1);
	field = kind_field(&kind_contact, name);
	if (field != NULL) {
		*slot = field->slot;
		return 1;
	}
	return txn_name_slot(
	    import->txn, NAME_ATTR, view_from(name, strlen("attr.")), false, slot, fault);
}

/* Takes back the attributes that archiving set. */
static int
unmark(struct import *import, struct view attributes, struct fault *fault)
{
	struct view element, before;
	uint16_t slot;
	int found;

	while (list_next(&attributes, &element, &import->scratch)) {
		found = marked_slot(import, element, &slot, &before, fault);
		if (found < 0)
			return -1;
		if (found == 1)
			record_form_set(&import->form, slot,
			    before.len == 0 ? (struct view){ NULL, 0 } : VIEW("false"));
	}
	return 0;
}

/* An organization that is gone since cannot be given back; one that was merged into
 * another is that one. */
static int
still_there(struct import *import, struct view *organization, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	struct record record;
	uint64_t id;
	int found;

	if (!reference_id(*organization, &id))
		return 0;
	found = txn_record(import->txn, id, &record, fault);
	if (found < 0)
		return -1;
	if (found == 1 && record_kind(record) == kind_organization.number)
		return 0;
	buf_printf(&text, "#%llu", (unsigned long long)id);
	import->others.count = 0;
	found = entity_resolve(
	    import->txn, &kind_organization, buf_as_view(&text), &import->others, fault);
	buf_clear(&text);
	if (found == 0 && import->others.count == 1)
		reference_put(&text, import->others.at[0]);
	if (found == 0)
		*organization = arena_copy(&import->arena, buf_as_view(&text));
	buf_release(&text);
	return found;
}

int
archive_revive(struct import *import, struct record record, struct fault *fault)
{
	static const struct view none = { NULL, 0 };
	struct revival *revival = &import->revival;
	struct record_form *form = &import->form;
	struct kept kept;

	if (kept_read(import, &kept, fault) != 0)
		return -1;
	if (archive_rejected(record))
		record_form_set(form, CONTACT_APPROVAL, kept.approval);
	if (kept.hidden)
		record_form_set(form, CONTACT_VISIBILITY, kept.visibility);
	if (unmark(import, kept.attributes, fault) != 0)
		return -1;
	revival->primary = kept.primary;
	revival->organization = record_get(record, CONTACT_ORGANIZATION);
	if (kept.moved) {
		if (still_there(import, &kept.organization, fault) != 0)
			return -1;
		revival->organization = kept.organization;
		record_form_set(form, CONTACT_ORGANIZATION, kept.organization);
	}
	record_form_set(form, CONTACT_REVIVAL, none);
	record_form_set(form, CONTACT_ARCHIVED_AT, none);
	revival->under_way = true;
	import->touched = true;
	return 0;
}

int
archive_approve(struct import *import, struct record record, struct fault *fault)
{
	static const struct view none = { NULL, 0 };
	struct kept kept;

	record_form_set(&import->form, CONTACT_APPROVAL, none);
	if (!archive_rejected(record))
		return 0;
	if (kept_read(import, &kept, fault) != 0)
		return -1;
	if (!kept.moved) {
		record_form_set(&import->form, CONTACT_ARCHIVED_AT, none);
		import->revival = (struct revival){ .under_way = true,
			.primary = kept.primary,
			.organization = record_get(record, CONTACT_ORGANIZATION) };
	}
	kept.rejected = false;
	return kept_write(import, &kept, fault);
}

int
archive_claim(
    struct import *import, const struct draft *draft, bool *claims, struct fault *fault)
{
	struct buf marks = BUF_EMPTY;
	struct view rest, element, before;
	const struct cell *cell;
	struct kept kept;
	uint16_t slot;
	int found = 0;

	*claims = false;
	/* What this store has printed says nothing new. */
	if (record_form_get(&import->form, CONTACT_REVIVAL).len == 0 || draft->has_rev)
		return 0;
	if (kept_read(import, &kept, fault) != 0)
		return -1;
	rest = kept.attributes;
	while (found >= 0 && list_next(&rest, &element, &import->scratch)) {
		found = marked_slot(import, element, &slot, &before, fault);
		cell = found == 1 ? draft_cell(draft, slot) : NULL;
		if (cell == NULL || !view_is(cell->value, "true"))
			list_add(&marks, 0, element);
	}
	if (found >= 0 && buf_check(&marks, fault) != 0)
		found = -1;
	if (found >= 0 && marks.len < kept.attributes.len) {
		*claims = true;
		kept.attributes = buf_as_view(&marks);
		found = kept_write(import, &kept, fault);
	}
	buf_release(&marks);
	return found < 0 ? -1 : 0;
}

int
archive_back(struct import *import, struct record old, struct fault *fault)
{
	struct view rest = record_form_get(&import->form, CONTACT_FORMER_ORGANIZATIONS),
		    element;
	struct view back = record_form_get(&import->form, CONTACT_ORGANIZATION);
	struct buf former = BUF_EMPTY;
	int result = -1;

	if (rest.len == 0 || back.len == 0 || import->makes_employer ||
	    view_equal(back, record_get(old, CONTACT_ORGANIZATION)))
		return 0;
	while (list_next(&rest, &element, &import->scratch))
		if (!view_equal(element, back))
			list_add(&former, 0, element);
	if (buf_check(&former, fault) == 0)
		result = apply_set(
		    import, CONTACT_FORMER_ORGANIZATIONS, buf_as_view(&former), fault);
	buf_release(&former);
	return result;
}
