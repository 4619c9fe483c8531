/* SPDX-License-Identifier: ISC */
/*
 * What is taken from a contact on its way out is kept in one stored field,
 * `organization`, `visibility` and `primary` as they were, one a line, so that
 * reviving gives back exactly that (TW-42).
 */
#include "rules/archive.h"

#include <stdlib.h>

#define VISIBILITY "\nvisibility="
#define PRIMARY	   "\nprimary="

bool
archive_holds(const struct import *import, struct record record)
{
	return import->kind == &kind_contact &&
	    (record_get(record, CONTACT_ARCHIVED_AT).len > 0 || archive_rejected(record));
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

int
archive_inactive(struct import *import, uint64_t contact, struct fault *fault)
{
	struct view was = record_form_get(&import->form, CONTACT_ORGANIZATION);
	struct buf text = BUF_EMPTY, inactive = BUF_EMPTY;
	bool primary;
	uint64_t id;
	int result = -1;

	if (inactive_organization(import, &id, fault) != 0 ||
	    is_primary(import, was, contact, &primary, fault) != 0)
		return -1;
	reference_put(&inactive, id);
	buf_text(&text, "organization=");
	buf_view(&text, was);
	buf_text(&text, VISIBILITY);
	buf_view(&text, record_form_get(&import->form, CONTACT_VISIBILITY));
	buf_text(&text, primary ? PRIMARY "true" : PRIMARY "false");
	if (buf_check(&text, fault) != 0 || buf_check(&inactive, fault) != 0 ||
	    apply_set(import, CONTACT_REVIVAL, buf_as_view(&text), fault) != 0)
		goto done;
	/* TW-12: Inactive itself is never a former organization. */
	if (was.len > 0 && !view_equal(was, buf_as_view(&inactive)) &&
	    keep_former(import, was, fault) != 0)
		goto done;
	if (apply_set(import, CONTACT_ORGANIZATION, buf_as_view(&inactive), fault) != 0)
		goto done;
	buf_clear(&text);
	time_print(&text, txn_now(import->txn));
	if (buf_check(&text, fault) != 0 ||
	    apply_set(import, CONTACT_ARCHIVED_AT, buf_as_view(&text), fault) != 0)
		goto done;
	result = apply_set(
	    import, CONTACT_VISIBILITY, VIEW("Myself and All Career Advisors"), fault);
done:
	buf_release(&text);
	buf_release(&inactive);
	return result;
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

/* Takes one part off the end of what was kept for reviving. */
static struct view
take_part(struct view *kept, const char *name)
{
	size_t len = strlen(name), at;

	for (at = kept->len; at-- > 0;)
		if (view_begins(view_from(*kept, at), view_of(name))) {
			struct view part = view_from(*kept, at + len);

			*kept = view_until(*kept, at);
			return part;
		}
	return (struct view){ NULL, 0 };
}

struct view
archive_left(struct view revival)
{
	take_part(&revival, PRIMARY);
	take_part(&revival, VISIBILITY);
	return view_from(revival, strlen("organization="));
}

int
archive_revive(struct import *import, struct record record, struct fault *fault)
{
	static const struct view none = { NULL, 0 };
	struct revival *revival = &import->revival;
	struct record_form *form = &import->form;
	struct view kept =
	    arena_copy(&import->arena, record_get(record, CONTACT_REVIVAL));

	if (kept.at == NULL && record_get(record, CONTACT_REVIVAL).len > 0)
		return fault_memory(fault);
	if (archive_rejected(record))
		record_form_set(form, CONTACT_APPROVAL, none);
	if (kept.len > 0) {
		revival->primary = view_is(take_part(&kept, PRIMARY), "true");
		record_form_set(form, CONTACT_VISIBILITY, take_part(&kept, VISIBILITY));
		revival->organization = view_from(kept, strlen("organization="));
		record_form_set(form, CONTACT_ORGANIZATION, revival->organization);
	}
	record_form_set(form, CONTACT_REVIVAL, none);
	record_form_set(form, CONTACT_ARCHIVED_AT, none);
	revival->under_way = true;
	import->touched = true;
	return 0;
}

int
archive_back(struct import *import, struct fault *fault)
{
	struct view rest = record_form_get(&import->form, CONTACT_FORMER_ORGANIZATIONS),
		    element;
	struct view back = import->revival.organization;
	struct buf former = BUF_EMPTY;
	int result = -1;

	if (back.len == 0 || import->makes_employer ||
	    !view_equal(back, record_form_get(&import->form, CONTACT_ORGANIZATION)))
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
