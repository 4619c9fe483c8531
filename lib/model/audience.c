/* SPDX-License-Identifier: ISC */
/* Whose an Only Myself contact is, is told where rights ask for it, too. */
#include "model/audience.h"

#include "model/viewer.h"

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

int
audience_sees(enum audience audience, const char *me, struct txn *txn,
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
			return viewer_owns(me == NULL ? "" : me, txn, contact, fault);
		break;
	}
	return 1;
}
