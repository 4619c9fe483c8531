/* SPDX-License-Identifier: ISC */
/* Contacts keep the name as text while there is no such organization (A4). */
#include "model/inactive.h"

#include "model/entity.h"

/* How many of the contacts are not archived. */
static int
count_others(
    struct txn *txn, const struct ids *contacts, size_t *count, struct fault *fault)
{
	struct record record;
	int found;

	for (size_t i = 0; i < contacts->count; i++) {
		found = txn_record(txn, contacts->at[i], &record, fault);
		if (found < 0)
			return -1;
		*count += found == 1 && record_get(record, CONTACT_ARCHIVED_AT).len == 0;
	}
	return 0;
}

int
inactive_others(
    struct txn *txn, uint64_t organization, size_t *count, struct fault *fault)
{
	struct ids contacts = { NULL, 0, 0 };
	int result = entity_find_referring(
	    txn, &kind_contact, CONTACT_ORGANIZATION, organization, &contacts, fault);

	*count = 0;
	if (result == 0)
		result = count_others(txn, &contacts, count, fault);
	ids_release(&contacts);
	return result < 0 ? -1 : 0;
}

/* All organizations that answer to the name, as it is compared elsewhere. */
static int
find_organizations(
    struct txn *txn, struct view name, struct ids *organizations, struct fault *fault)
{
	static const uint16_t slots[] = { ORGANIZATION_NAME, ORGANIZATION_FORMER_NAMES };
	int result = 0;

	for (size_t i = 0; result == 0 && i < sizeof(slots) / sizeof(slots[0]); i++)
		result = entity_find_text(txn, &kind_organization, slots[i],
		    kind_slot(&kind_organization, slots[i]), name, organizations, fault);
	ids_sort(organizations);
	return result;
}

int
inactive_check(struct txn *txn, struct view name, struct fault *fault)
{
	struct ids organizations = { NULL, 0, 0 }, waiting = { NULL, 0, 0 };
	size_t count = 0, more;
	int result = find_organizations(txn, name, &organizations, fault);

	if (result == 0)
		result = entity_find_text(txn, &kind_contact, CONTACT_ORGANIZATION,
		    kind_slot(&kind_contact, CONTACT_ORGANIZATION), name, &waiting,
		    fault);
	if (result == 0)
		result = count_others(txn, &waiting, &count, fault);
	for (size_t i = 0; result == 0 && i < organizations.count; i++) {
		result = inactive_others(txn, organizations.at[i], &more, fault);
		count += more;
	}
	if (result == 0 && count > 0)
		result = fault_set(fault, FAULT_CONFLICT,
		    "inactive_organization: %zu of the contacts of \"%.*s\" %s not "
		    "inactive (contact-archive --inactive 'organization=%.*s' first, or "
		    "take another name)",
		    count, (int)view_until(name, 80).len, name.at,
		    count == 1 ? "is" : "are", (int)view_until(name, 80).len, name.at);
	ids_release(&organizations);
	ids_release(&waiting);
	return result < 0 ? -1 : 0;
}
