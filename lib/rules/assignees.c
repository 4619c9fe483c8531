/* SPDX-License-Identifier: ISC */
/* Contacts are written at the end of the run, once for however many changes. */
#include "rules/assignees.h"

#include <stdlib.h>

#include "model/value.h"

static int
organization_changed(void *context, const struct kind *kind, uint64_t id,
    struct record old, struct record new, enum cause cause, struct fault *fault)
{
	struct assignees *assignees = context;

	(void)kind;
	(void)cause;
	return old.at == NULL || new.at == NULL ||
		view_equal(record_get(old, ORGANIZATION_ASSIGNED_TO),
		    record_get(new, ORGANIZATION_ASSIGNED_TO))
	    ? 0
	    : ids_add(&assignees->organizations, id, fault);
}

int
assignees_observe(struct assignees *assignees, struct txn *txn, struct fault *fault)
{
	const struct change_observer observer = { .context = assignees,
		.kind = &kind_organization,
		.changed = organization_changed };

	return change_observe(txn, &observer, fault);
}

/* Whether the contact is one of the organization's own and is given to somebody
 * else. */
static bool
follows(struct record contact, uint64_t organization, struct view assignee)
{
	uint64_t of;

	return record_kind(contact) == kind_contact.number &&
	    reference_id(record_get(contact, CONTACT_ORGANIZATION), &of) &&
	    of == organization &&
	    !view_is(record_get(contact, CONTACT_APPROVAL), "Rejected") &&
	    !view_equal(record_get(contact, CONTACT_ASSIGNED_TO), assignee);
}

static int
settle_one(struct txn *txn, uint64_t organization, struct view assignee,
    const struct ids *contacts, struct record_form *form, uint64_t *also,
    struct fault *fault)
{
	struct record contact;
	size_t i;
	bool changed;
	int found;

	for (i = 0; i < contacts->count; i++) {
		found = txn_record(txn, contacts->at[i], &contact, fault);
		if (found < 0)
			return -1;
		if (found == 0 || !follows(contact, organization, assignee))
			continue;
		*also += record_rev(contact) != txn_rev(txn);
		record_form_from(form, contact);
		record_form_set(form, CONTACT_ASSIGNED_TO, assignee);
		if (change_update(txn, &kind_contact, contacts->at[i], contact, form, 0,
			CAUSE_ORGANIZATION, &changed, fault) != 0)
			return -1;
	}
	return 0;
}

int
assignees_settle(
    struct assignees *assignees, struct txn *txn, uint64_t *also, struct fault *fault)
{
	struct ids *organizations = &assignees->organizations;
	struct record_form *form = malloc(sizeof(*form));
	struct ids contacts = { NULL, 0, 0 };
	struct buf assignee = BUF_EMPTY;
	struct record organization;
	size_t i;
	int result = form == NULL ? fault_memory(fault) : 0, found;

	ids_sort(organizations);
	for (i = 0; result == 0 && i < organizations->count; i++) {
		found = txn_record(txn, organizations->at[i], &organization, fault);
		if (found < 1) {
			result = found;
			continue;
		}
		/* Writing moves the pages on which it lies. */
		buf_clear(&assignee);
		buf_view(&assignee, record_get(organization, ORGANIZATION_ASSIGNED_TO));
		contacts.count = 0;
		result = buf_check(&assignee, fault) != 0 ||
			index_find(txn,
			    index_id_key(kind_contact.number, CONTACT_ORGANIZATION,
				organizations->at[i]),
			    &contacts, fault) != 0
		    ? -1
		    : settle_one(txn, organizations->at[i], buf_as_view(&assignee),
			  &contacts, form, also, fault);
	}
	organizations->count = 0;
	free(form);
	ids_release(&contacts);
	buf_release(&assignee);
	return result;
}

void
assignees_release(struct assignees *assignees)
{
	ids_release(&assignees->organizations);
}
