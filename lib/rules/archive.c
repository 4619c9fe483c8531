/* SPDX-License-Identifier: ISC */
/*
 * What is taken from a contact on its way out is kept in one stored field,
 * `organization` and `visibility` as they were, one a line, so that reviving
 * gives back exactly that (TW-42).
 */
#include "rules/archive.h"

static int
set_copy(struct import *import, uint16_t slot, struct view value,
    struct fault *fault)
{
	struct view copy = arena_copy(&import->arena, value);

	if (copy.at == NULL && copy.len > 0)
		return fault_memory(fault);
	record_form_set(&import->form, slot, copy);
	return 0;
}

static int
inactive_organization(struct import *import, uint64_t *id,
    struct fault *fault)
{
	struct employer_given given = {
		.name = buf_as_view(&import->inactive_name)
	};

	import->others.count = 0;
	if (entity_resolve(import->txn, &kind_organization, given.name,
	    &import->others, fault) != 0)
		return -1;
	if (import->others.count > 0) {
		*id = import->others.at[0];
		return 0;
	}
	return employer_make(import, &given, false, id, fault);
}

/* TW-10: the organization that is left stays on record. */
static int
keep_former(struct import *import, struct view organization,
    struct fault *fault)
{
	struct view former = record_form_get(&import->form,
	    CONTACT_FORMER_ORGANIZATIONS);
	struct view rest = former, element;

	while (list_next(&rest, &element, &import->scratch))
		if (view_equal(element, organization))
			return 0;
	buf_clear(&import->text);
	buf_view(&import->text, former);
	list_add(&import->text, 0, organization);
	return buf_check(&import->text, fault) != 0 ? -1 :
	    set_copy(import, CONTACT_FORMER_ORGANIZATIONS,
	    buf_as_view(&import->text), fault);
}

int
archive_inactive(struct import *import, const struct draft *draft,
    struct fault *fault)
{
	struct view was = record_form_get(&import->form, CONTACT_ORGANIZATION);
	struct buf text = BUF_EMPTY;
	uint64_t id;
	int result = -1;

	(void)draft;
	if (inactive_organization(import, &id, fault) != 0)
		return -1;
	buf_text(&text, "organization=");
	buf_view(&text, was);
	buf_text(&text, "\nvisibility=");
	buf_view(&text, record_form_get(&import->form, CONTACT_VISIBILITY));
	if (buf_check(&text, fault) != 0 || set_copy(import, CONTACT_REVIVAL,
	    buf_as_view(&text), fault) != 0 ||
	    (was.len > 0 && keep_former(import, was, fault) != 0))
		goto done;
	buf_clear(&text);
	reference_put(&text, id);
	if (buf_check(&text, fault) != 0 || set_copy(import,
	    CONTACT_ORGANIZATION, buf_as_view(&text), fault) != 0)
		goto done;
	buf_clear(&text);
	time_print(&text, txn_now(import->txn));
	if (buf_check(&text, fault) != 0 || set_copy(import,
	    CONTACT_ARCHIVED_AT, buf_as_view(&text), fault) != 0)
		goto done;
	result = set_copy(import, CONTACT_VISIBILITY,
	    VIEW("Myself and All Career Advisors"), fault);
done:
	buf_release(&text);
	return result;
}
