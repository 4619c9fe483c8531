/* SPDX-License-Identifier: ISC */
/* The ways out of use: what each takes from a contact is kept (kept.h). */
#include "rules/archive.h"

#include <stdlib.h>

#include "rules/kept.h"

bool
archive_holds(const struct import *import, struct record record)
{
	return import->kind == &kind_contact && archive_out_of_use(record);
}

bool
archive_out_of_use(struct record contact)
{
	return record_get(contact, CONTACT_ARCHIVED_AT).len > 0 ||
	    archive_rejected(contact);
}

bool
archive_rejected(struct record record)
{
	return view_is(record_get(record, CONTACT_APPROVAL), "Rejected");
}

static int
inactive_organization(struct import *import, uint64_t *id, struct fault *fault)
{
	struct employer_given given = { .name = buf_as_view(&import->inactive_name) };

	import->others.count = 0;
	if (entity_resolve(
		import->txn, &kind_organization, given.name, &import->others, fault) != 0)
		return -1;
	if (import->others.count > 0) {
		*id = import->others.at[0];
		return 0;
	}
	return employer_make(import, &given, false, id, fault);
}

/* TW-10: the organization that is left stays on record. */
static int
keep_former(struct import *import, struct view organization, struct fault *fault)
{
	struct view former = record_form_get(&import->form, CONTACT_FORMER_ORGANIZATIONS);
	struct view rest = former, element;

	while (list_next(&rest, &element, &import->scratch))
		if (view_equal(element, organization))
			return 0;
	buf_clear(&import->text);
	buf_view(&import->text, former);
	list_add(&import->text, 0, organization);
	return buf_check(&import->text, fault) != 0
	    ? -1
	    : apply_set(import, CONTACT_FORMER_ORGANIZATIONS, buf_as_view(&import->text),
		  fault);
}

/* Whether the contact is the primary one of the organization referred to. */
static int
is_primary(struct import *import, struct view organization, uint64_t contact,
    bool *primary, struct fault *fault)
{
	struct record record;
	uint64_t id;
	int found;

	*primary = false;
	if (!reference_id(organization, &id))
		return 0;
	found = txn_record(import->txn, id, &record, fault);
	if (found == 1)
		*primary =
		    reference_id(record_get(record, ORGANIZATION_PRIMARY_CONTACT), &id) &&
		    id == contact;
	return found < 0 ? -1 : 0;
}

/* TW-7. */
static int
hide(struct import *import, struct kept *kept, struct fault *fault)
{
	if (!kept->hidden)
		kept->visibility = record_form_get(&import->form, CONTACT_VISIBILITY);
	kept->hidden = true;
	return apply_set(
	    import, CONTACT_VISIBILITY, VIEW("Myself and All Career Advisors"), fault);
}

static int
date_archiving(struct import *import, struct fault *fault)
{
	struct buf now = BUF_EMPTY;
	int result = 0;

	time_print(&now, txn_now(import->txn));
	if (record_form_get(&import->form, CONTACT_ARCHIVED_AT).len == 0)
		result = buf_check(&now, fault) != 0
		    ? -1
		    : apply_set(import, CONTACT_ARCHIVED_AT, buf_as_view(&now), fault);
	buf_release(&now);
	return result;
}

static int
move_away(struct import *import, uint64_t contact, struct kept *kept, struct fault *fault)
{
	struct buf inactive = BUF_EMPTY;
	struct view was;
	uint64_t id;
	int result = -1;

	if (inactive_organization(import, &id, fault) != 0)
		return -1;
	reference_put(&inactive, id);
	was = record_form_get(&import->form, CONTACT_ORGANIZATION);
	if (buf_check(&inactive, fault) != 0 ||
	    is_primary(import, was, contact, &kept->primary, fault) != 0)
		goto done;
	kept->moved = true;
	kept->organization = was;
	/* TW-12: Inactive itself is never a former organization. */
	if (was.len > 0 && !view_equal(was, buf_as_view(&inactive)) &&
	    keep_former(import, was, fault) != 0)
		goto done;
	result = apply_set(import, CONTACT_ORGANIZATION, buf_as_view(&inactive), fault);
done:
	buf_release(&inactive);
	return result;
}

int
archive_inactive(struct import *import, uint64_t contact, struct fault *fault)
{
	struct kept kept;

	return kept_read(import, &kept, fault) != 0 ||
		move_away(import, contact, &kept, fault) != 0 ||
		hide(import, &kept, fault) != 0 || kept_write(import, &kept, fault) != 0
	    ? -1
	    : date_archiving(import, fault);
}

/* What of a list another one has not. */
static int
list_without(struct import *import, struct view list, struct view others, struct buf *out,
    struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct view element, rest, other;
	bool has;

	buf_clear(out);
	while (list_next(&list, &element, &import->scratch)) {
		has = false;
		rest = others;
		while (!has && list_next(&rest, &other, &scratch))
			has = view_equal(element, other);
		if (!has)
			list_add(out, 0, element);
	}
	buf_release(&scratch);
	return buf_check(out, fault);
}

int
archive_pass_ids(struct import *import, uint64_t archived, struct fault *fault)
{
	struct record_form *form = malloc(sizeof(*form));
	const struct field *field;
	struct record record;
	struct view list;
	bool changed;
	int result = -1;

	if (form == NULL)
		return fault_memory(fault);
	if (txn_record(import->txn, archived, &record, fault) != 1)
		goto done;
	record_form_from(form, record);
	for (size_t i = 0; i < import->form.extra_count; i++) {
		const struct record_extra *given = &import->form.extras[i];

		list = record_form_get(form, given->slot);
		if (import_field(import, given->slot, &field, fault) != 0)
			goto done;
		if (field != &field_ext || list.len == 0)
			continue;
		if (list_without(import, list, given->value, &import->text, fault) != 0)
			goto done;
		list = arena_copy(&import->arena, buf_as_view(&import->text));
		if (list.at == NULL && import->text.len > 0) {
			fault_memory(fault);
			goto done;
		}
		record_form_set(form, given->slot, list);
	}
	if (record_same(record, form)) {
		result = 0;
		goto done;
	}
	import->counts.also += record_rev(record) != txn_rev(import->txn);
	result = change_update(import->txn, import->kind, archived, record, form, 0,
	    CAUSE_ARCHIVE, &changed, fault);
done:
	free(form);
	return result;
}

/* TW-19 to TW-21. */
static int
reject(struct import *import, uint64_t contact, struct fault *fault)
{
	struct record_form *form = &import->form;
	struct kept kept;

	if (kept_read(import, &kept, fault) != 0 ||
	    (!kept.moved &&
		is_primary(import, record_form_get(form, CONTACT_ORGANIZATION), contact,
		    &kept.primary, fault) != 0))
		return -1;
	kept.rejected = true;
	kept.approval =
	    arena_copy(&import->arena, record_form_get(form, CONTACT_APPROVAL));
	return kept_write(import, &kept, fault) != 0 ||
		apply_set(import, CONTACT_APPROVAL, VIEW("Rejected"), fault) != 0
	    ? -1
	    : date_archiving(import, fault);
}

/* The slot of the flag that --attribute names. */
static int
attribute_slot(struct import *import, uint16_t *slot, struct fault *fault)
{
	const char *name = import->options.attribute;
	const struct field *field = kind_field(&kind_contact, view_of(name));

	if (field == NULL)
		return txn_name_slot(import->txn, NAME_ATTR,
			   view_from(view_of(name), strlen("attr.")), true, slot,
			   fault) < 0
		    ? -1
		    : 0;
	*slot = field->slot;
	return 0;
}

/* TW-17: the flag, and the visibility with it. */
static int
mark(struct import *import, uint16_t slot, struct fault *fault)
{
	const char *name = import->options.attribute;
	struct buf marks = BUF_EMPTY;
	struct view was;
	struct kept kept;
	int result = -1;

	if (kept_read(import, &kept, fault) != 0)
		return -1;
	was = record_form_get(&import->form, slot);
	buf_view(&marks, kept.attributes);
	if (!view_is(was, "true")) {
		buf_clear(&import->text);
		buf_printf(&import->text, "%s%s", name, was.len > 0 ? "=false" : "");
		list_add(&marks, 0, buf_as_view(&import->text));
	}
	kept.attributes = buf_as_view(&marks);
	if (buf_check(&import->text, fault) == 0 && buf_check(&marks, fault) == 0 &&
	    apply_set(import, slot, VIEW("true"), fault) == 0 &&
	    hide(import, &kept, fault) == 0)
		result = kept_write(import, &kept, fault);
	buf_release(&marks);
	return result;
}

int
archive_date(struct import *import, struct fault *fault)
{
	return view_is(record_form_get(&import->form, CONTACT_APPROVAL), "Rejected")
	    ? date_archiving(import, fault)
	    : 0;
}

enum step
archive_take(
    struct import *import, uint64_t id, struct record *record, struct fault *fault)
{
	unsigned does = import->options.archives;
	uint64_t inactive;
	uint16_t slot = FIELD_NONE;
	int result = 0;

	if (archive_rejected(*record) &&
	    (does & (ARCHIVE_INACTIVE | ARCHIVE_ATTRIBUTE)) != 0)
		return import_stop(import, STEP_SKIP, "FROZEN", "#%llu is rejected",
		    (unsigned long long)id);
	/* What is made here may move the pages that the record lies on. */
	if (((does & ARCHIVE_INACTIVE) != 0 &&
		record_get(*record, CONTACT_ARCHIVED_AT).len == 0 &&
		inactive_organization(import, &inactive, fault) != 0) ||
	    ((does & ARCHIVE_ATTRIBUTE) != 0 &&
		attribute_slot(import, &slot, fault) != 0) ||
	    ((does & (ARCHIVE_INACTIVE | ARCHIVE_ATTRIBUTE)) != 0 &&
		import_record(import, id, record, fault) != 0))
		return STEP_FAULT;
	record_form_from(&import->form, *record);
	import->touched = import->makes_employer = false;
	if ((does & ARCHIVE_INACTIVE) != 0 &&
	    record_get(*record, CONTACT_ARCHIVED_AT).len == 0)
		result = archive_inactive(import, id, fault);
	if (result == 0 && (does & ARCHIVE_ATTRIBUTE) != 0)
		result = mark(import, slot, fault);
	if (result == 0 && (does & ARCHIVE_REJECT) != 0 && !archive_rejected(*record))
		result = reject(import, id, fault);
	if (result == 0 && (does & ARCHIVE_APPROVE) != 0)
		result = archive_approve(import, *record, fault);
	if (result == 0 && (does & ARCHIVE_REVIVE) != 0 &&
	    (record_get(*record, CONTACT_REVIVAL).len > 0 ||
		archive_holds(import, *record)))
		result = archive_revive(import, *record, fault) != 0
		    ? -1
		    : archive_back(import, *record, fault);
	return result != 0 ? STEP_FAULT : STEP_GO;
}

int
archive_edited(struct import *import, const struct draft *draft, uint64_t id,
    struct record old, struct fault *fault)
{
	struct record_form *form = &import->form;
	bool moves = import->makes_employer ||
	    !view_equal(record_form_get(form, CONTACT_ORGANIZATION),
		record_get(old, CONTACT_ORGANIZATION));
	bool rejects = !archive_rejected(old) &&
	    view_is(record_form_get(form, CONTACT_APPROVAL), "Rejected");
	struct kept kept;

	if (kept_read(import, &kept, fault) != 0)
		return -1;
	/* TW-11. */
	if (kept.moved && moves) {
		kept.moved = false;
		apply_set_kept(import, CONTACT_ARCHIVED_AT, (struct view){ NULL, 0 });
	}
	if (draft_cell(draft, CONTACT_VISIBILITY) != NULL)
		kept.hidden = false;
	if (record_form_get(form, CONTACT_REVIVAL).len > 0 &&
	    kept_write(import, &kept, fault) != 0)
		return -1;
	if (!rejects)
		return 0;
	record_form_set(form, CONTACT_APPROVAL, record_get(old, CONTACT_APPROVAL));
	return reject(import, id, fault);
}
