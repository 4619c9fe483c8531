/* SPDX-License-Identifier: ISC */
/*
 * A contact that is Only Myself is its creator's, whom the log knows; where it does
 * not, the one's whom it is assigned to.
 */
#include "model/audience.h"

#include "model/entity.h"

enum audience
audience_by_name(const char *name)
{
	if (name == NULL)
		return AUDIENCE_ANY;
	return strcmp(name, "student") == 0 ? AUDIENCE_STUDENT : AUDIENCE_STAFF;
}

/* An empty value is the default, which stands for the first of the picklist. */
static bool
is_or_default(struct record contact, uint16_t slot, const char *value)
{
	struct view stored = record_get(contact, slot);

	return stored.len == 0 || view_is(stored, value);
}

static int
is_own(const char *me, struct txn *txn, uint64_t id, struct record contact,
    struct fault *fault)
{
	struct buf owner = BUF_EMPTY;
	int64_t time;
	const char *who;
	int own = txn_revision(txn, record_created(contact), &time, &who, fault);

	if (own == 1 && who[0] != '\0')
		return me != NULL && strcmp(who, me) == 0;
	if (own < 0 ||
	    entity_print(&owner, txn, &kind_contact, id, contact, CONTACT_ASSIGNED_TO,
		fault) != 0 ||
	    buf_check(&owner, fault) != 0)
		own = -1;
	else
		own = me != NULL && owner.len > 0 && view_is(buf_as_view(&owner), me);
	buf_release(&owner);
	return own;
}

int
audience_sees(enum audience audience, const char *me, struct txn *txn, uint64_t id,
    struct record contact, struct fault *fault)
{
	switch (audience) {
	case AUDIENCE_ANY:
		break;
	case AUDIENCE_STUDENT:
		return is_or_default(contact, CONTACT_VISIBILITY, "Everyone") &&
		    is_or_default(contact, CONTACT_APPROVAL, "Approved") &&
		    record_get(contact, CONTACT_ARCHIVED_AT).len == 0;
	case AUDIENCE_STAFF:
		if (view_is(record_get(contact, CONTACT_APPROVAL), "Rejected"))
			return 0;
		if (view_is(record_get(contact, CONTACT_VISIBILITY), "Only Myself"))
			return is_own(me, txn, id, contact, fault);
		break;
	}
	return 1;
}
