/* SPDX-License-Identifier: ISC */
/*
 * All contacts of the younger state are looked at once, those that were deleted
 * as they were last. One that is in the older state, too, is marked there; what
 * the older state has no record of to mark is a suppressed address.
 */
#include "rules/optout.h"

#include "model/change.h"
#include "model/entity.h"
#include "model/mailable.h"
#include "model/vocabulary.h"
#include "rules/person.h"
#include "rules/suppression.h"
#include "store/history.h"

struct carrying {
	struct optouts *optouts;
	struct txn *to, *from, *all;
};

static bool
is_set(struct record record, uint16_t slot)
{
	return view_is(record_get(record, slot), "true");
}

static int
suppress(struct carrying *carrying, struct view address, struct view reason,
    struct view at, struct fault *fault)
{
	return address.len == 0 ? 0
				: suppression_add(carrying->to, address, reason, at,
				      &carrying->optouts->suppressions, fault);
}

/* Sets in the form what is set in the record and in the older one is not. */
static void
set_flag(struct record_form *form, struct record here, uint16_t slot)
{
	if (is_set(here, slot))
		record_form_set(form, slot, VIEW("true"));
}

/* Makes a contact of both states as it is not to be written to or called now.
 * A status that the older state has no such value for, or that forbids mail
 * beside other things, becomes do_not_email. */
static int
mark(struct carrying *carrying, uint64_t id, struct record here, struct record there,
    bool barred, struct fault *fault)
{
	struct view status = record_get(here, CONTACT_EMAIL_STATUS);
	const struct vocabulary *vocabulary;
	struct picklist_value value;
	struct record_form form;
	struct view why;
	bool changed;
	int still;

	if (vocabulary_of(&vocabulary, carrying->to, fault) != 0 ||
	    (still = mailable_barred(carrying->to, there, &why, fault)) < 0)
		return -1;
	record_form_from(&form, there);
	set_flag(&form, here, CONTACT_DO_NOT_EMAIL);
	set_flag(&form, here, CONTACT_DO_NOT_CALL);
	if (mailable_bad(status) &&
	    vocabulary_find(vocabulary, "email_status", status, &value))
		record_form_set(&form, CONTACT_EMAIL_STATUS, status);
	if (barred && still == 0 &&
	    !mailable_bad(record_form_get(&form, CONTACT_EMAIL_STATUS)))
		record_form_set(&form, CONTACT_DO_NOT_EMAIL, VIEW("true"));
	if (change_update(carrying->to, &kind_contact, id, there, &form, 0, CAUSE_ROW,
		&changed, fault) != 0)
		return -1;
	carrying->optouts->contacts += changed;
	return 0;
}

/* The addresses of one contact that are to be suppressed. */
struct doomed {
	struct carrying *carrying;
	uint64_t id;
	bool same;    /* the older state has the contact */
	bool deleted; /* the younger one has not */
	struct view reason, at;
};

/* Whether a contact of today has the address, which then speaks for itself. */
static int
borne(struct txn *txn, struct view address, struct fault *fault)
{
	static const uint16_t slots[] = { CONTACT_EMAIL, CONTACT_OTHER_EMAILS };
	struct ids ids = { NULL, 0, 0 };
	int result = 0;

	for (size_t i = 0; result == 0 && i < sizeof(slots) / sizeof(slots[0]); i++)
		result = entity_find_key(txn, &kind_contact, slots[i],
		    kind_slot(&kind_contact, slots[i]), address, &ids, fault);
	if (result == 0)
		result = ids.count > 0;
	ids_release(&ids);
	return result;
}

static int
suppress_address(void *context, struct view address, struct fault *fault)
{
	const struct doomed *doomed = context;
	struct carrying *carrying = doomed->carrying;
	struct record there;
	int has = 0;

	/* What was written before has made the record invalid. */
	if (doomed->same)
		has = txn_record(carrying->to, doomed->id, &there, fault);
	if (has == 1)
		has = person_has_address(there, address, fault);
	if (has == 0 && doomed->deleted)
		has = borne(carrying->from, address, fault);
	if (has != 0)
		return has < 0 ? -1 : 0;
	return suppress(carrying, address, doomed->reason, doomed->at, fault);
}

static int
suppress_contact(struct doomed *doomed, struct record here, struct fault *fault)
{
	struct buf at = BUF_EMPTY;
	int result = -1;

	time_print(&at, txn_now(doomed->carrying->to));
	doomed->at = buf_as_view(&at);
	if (buf_check(&at, fault) == 0)
		result = person_addresses(here, suppress_address, doomed, fault);
	buf_release(&at);
	return result;
}

static int
carry_contact(struct carrying *carrying, uint64_t id, struct record here, bool deleted,
    struct fault *fault)
{
	struct doomed doomed = { .carrying = carrying, .id = id, .deleted = deleted };
	struct record there;
	int same, barred = mailable_barred(carrying->from, here, &doomed.reason, fault);

	if (barred < 0 || (barred == 0 && !is_set(here, CONTACT_DO_NOT_CALL)))
		return barred;
	same = txn_record(carrying->to, id, &there, fault);
	if (same == 1)
		same = person_same(&(struct person){ carrying->from, here },
		    &(struct person){ carrying->to, there }, id, fault);
	if (same < 0 ||
	    (same == 1 && mark(carrying, id, here, there, barred == 1, fault) != 0))
		return -1;
	doomed.same = same == 1;
	return barred == 1 ? suppress_contact(&doomed, here, fault) : 0;
}

static int
carry_record(
    struct carrying *carrying, uint64_t id, struct record record, struct fault *fault)
{
	int deleted;

	if (record_kind(record) != kind_contact.number &&
	    record_kind(record) != kind_suppression.number)
		return 0;
	deleted = txn_deleted(carrying->all, id, fault);
	if (deleted < 0)
		return -1;
	if (record_kind(record) == kind_contact.number)
		return carry_contact(carrying, id, record, deleted == 1, fault);
	return deleted ? 0
		       : suppress(carrying, record_get(record, SUPPRESSION_ADDRESS),
			     record_get(record, SUPPRESSION_REASON),
			     record_get(record, SUPPRESSION_AT), fault);
}

int
optout_carry(struct optouts *optouts, struct txn *to, struct txn *from, struct txn *all,
    struct fault *fault)
{
	struct carrying carrying = { optouts, to, from, all };
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found, result = 0;

	*optouts = (struct optouts){ 0, 0 };
	if (record_walk_open(&walk, all, 0, fault) != 0)
		return -1;
	while (result == 0 && (found = record_walk_next(&walk, &id, &record, fault)) == 1)
		result = carry_record(&carrying, id, record, fault);
	record_walk_close(&walk);
	return result == 0 && found < 0 ? -1 : result;
}
