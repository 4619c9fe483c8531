/* SPDX-License-Identifier: ISC */
/*
 * Ids are never given twice in a store, so a contact is the same in two states
 * of one store when its id is and it was created by the same run. Another store
 * may have a run of that number and second, too; so what they are is compared.
 */
#include "rules/person.h"

#include <string.h>

#include "model/entity.h"
#include "store/history.h"

int
person_addresses(struct record contact,
    int (*each)(void *context, struct view address, struct fault *fault), void *context,
    struct fault *fault)
{
	struct view list = record_get(contact, CONTACT_OTHER_EMAILS), element;
	struct view email = record_get(contact, CONTACT_EMAIL);
	struct buf scratch = BUF_EMPTY;
	int result = email.len == 0 ? 0 : each(context, email, fault);

	while (result == 0 && list_next(&list, &element, &scratch))
		result = each(context, element, fault);
	if (result == 0)
		result = buf_check(&scratch, fault);
	buf_release(&scratch);
	return result;
}

static int
same_address(void *context, struct view address, struct fault *fault)
{
	const struct view *wanted = context;
	struct buf a = BUF_EMPTY, b = BUF_EMPTY;
	int same;

	if (!email_key(&a, address) || !email_key(&b, *wanted))
		same = view_equal(address, *wanted);
	else
		same = view_equal(buf_as_view(&a), buf_as_view(&b));
	if (buf_check(&a, fault) != 0 || buf_check(&b, fault) != 0)
		same = -1;
	buf_release(&a);
	buf_release(&b);
	return same;
}

int
person_has_address(struct record contact, struct view address, struct fault *fault)
{
	return person_addresses(contact, same_address, &address, fault);
}

static int
address_in(void *context, struct view address, struct fault *fault)
{
	const struct record *other = context;

	return person_has_address(*other, address, fault);
}

static int
same_name(
    const struct person *a, const struct person *b, uint64_t id, struct fault *fault)
{
	const struct field *field = kind_slot(&kind_contact, CONTACT_NAME);
	struct buf scratch = BUF_EMPTY, other_scratch = BUF_EMPTY;
	struct view name, other;
	int same = -1;

	if (entity_value(a->txn, field, CONTACT_NAME, id, a->record, &scratch, &name,
		fault) == 0 &&
	    entity_value(b->txn, field, CONTACT_NAME, id, b->record, &other_scratch,
		&other, fault) == 0)
		same = name.len > 0 && view_equal(name, other);
	buf_release(&scratch);
	buf_release(&other_scratch);
	return same;
}

static bool
list_shares(struct view list, struct view other)
{
	struct buf scratch = BUF_EMPTY, other_scratch = BUF_EMPTY;
	struct view element, rest, candidate;
	bool shares = false;

	while (!shares && list_next(&list, &element, &scratch)) {
		rest = other;
		while (!shares && list_next(&rest, &candidate, &other_scratch))
			shares = view_equal(element, candidate);
	}
	buf_release(&scratch);
	buf_release(&other_scratch);
	return shares;
}

/* A column has another slot in another store. */
static int
same_external(const struct person *a, const struct person *b, struct fault *fault)
{
	uint32_t position = RECORD_FIXED;
	enum name_class class;
	struct view name, value;
	uint16_t slot, other;
	int found = 0, same = 0;

	while (found >= 0 && !same && record_next(a->record, &position, &slot, &value)) {
		found = txn_slot_name(a->txn, slot, &class, &name, NULL, fault);
		if (found != 1 || class != NAME_EXT)
			continue;
		found = txn_name_slot(b->txn, NAME_EXT, name, false, &other, fault);
		same = found == 1 && list_shares(value, record_get(b->record, other));
	}
	return found < 0 ? -1 : same;
}

/* Whether two records are the same, or have an address, the name or an external
 * id in common. */
static int
alike(const struct person *a, const struct person *b, uint64_t id, struct fault *fault)
{
	int same = a->record.len == b->record.len &&
	    memcmp(a->record.at, b->record.at, a->record.len) == 0;

	if (same == 0)
		same = person_addresses(a->record, address_in, (void *)&b->record, fault);
	if (same == 0)
		same = same_name(a, b, id, fault);
	if (same == 0)
		same = same_external(a, b, fault);
	return same;
}

/* Whether any version of the record is like the other one: that from which the
 * two states went on is among them, unless it was pruned. */
static int
ever_alike(struct txn *txn, const struct person *other, uint64_t id, struct fault *fault)
{
	struct person then = { .txn = txn };
	struct version_walk walk;
	uint64_t until;
	int found = 0, same = 0;

	if (version_walk_open(&walk, txn, id, fault) != 0)
		return -1;
	while (same == 0 &&
	    (found = version_walk_next(&walk, &then.record, &until, fault)) == 1)
		same = alike(&then, other, id, fault);
	version_walk_close(&walk);
	return found < 0 ? -1 : same;
}

int
person_same(const struct person *younger, const struct person *older, uint64_t id,
    struct fault *fault)
{
	uint32_t created = record_created(younger->record);
	int64_t time, other;
	const char *who;
	int found;

	if (record_kind(older->record) != kind_contact.number ||
	    record_created(older->record) != created)
		return 0;
	found = txn_revision(younger->txn, created, &time, &who, fault);
	if (found == 1)
		found = txn_revision(older->txn, created, &other, &who, fault);
	if (found == 1)
		found = time == other;
	return found == 1 ? ever_alike(younger->txn, older, id, fault) : found;
}
