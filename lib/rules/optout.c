/* SPDX-License-Identifier: ISC */
/*
 * Ids are never given twice in a store, so a contact is the same in two states
 * of one store when its id is and it was created by the same run. That tells
 * states of another store, too, whose ids mean others.
 */
#include "rules/optout.h"

#include <string.h>

#include "model/change.h"
#include "model/entity.h"

struct carrying {
	struct optouts *optouts;
	struct txn *to, *from;
};

static bool
is_set(struct record record, uint16_t slot)
{
	return view_is(record_get(record, slot), "true");
}

/* 1, 0 or -1. */
static int
is_suppressed(struct txn *to, struct view address, struct fault *fault)
{
	const struct field *field = kind_slot(&kind_suppression, SUPPRESSION_ADDRESS);
	struct ids ids = { NULL, 0, 0 };
	int found = entity_find_key(
	    to, &kind_suppression, SUPPRESSION_ADDRESS, field, address, &ids, fault);

	if (found == 0)
		found = ids.count > 0;
	ids_release(&ids);
	return found;
}

static int
suppress(struct carrying *carrying, struct view address, struct view reason,
    struct view at, struct fault *fault)
{
	struct record_form form;
	uint64_t id;
	int there;

	if (address.len == 0)
		return 0;
	there = is_suppressed(carrying->to, address, fault);
	if (there != 0)
		return there < 0 ? -1 : 0;
	record_form_clear(&form);
	record_form_set(&form, SUPPRESSION_ADDRESS, address);
	record_form_set(&form, SUPPRESSION_REASON, reason);
	record_form_set(&form, SUPPRESSION_AT, at);
	carrying->optouts->suppressions++;
	return change_create(
	    carrying->to, &kind_suppression, &form, 0, CAUSE_ROW, &id, fault);
}

/* Whether both states have the run that created the record: 1, 0, -1. */
static int
same_origin(struct carrying *carrying, struct record here, struct record there,
    struct fault *fault)
{
	uint64_t created = record_created(here);
	int64_t time_here, time_there;
	const char *who;
	int found;

	if (record_kind(there) != kind_contact.number || record_created(there) != created)
		return 0;
	found = txn_revision(carrying->from, created, &time_here, &who, fault);
	if (found == 1)
		found = txn_revision(carrying->to, created, &time_there, &who, fault);
	return found == 1 ? time_here == time_there : found;
}

static int
mark(struct carrying *carrying, uint64_t id, struct record here, struct record there,
    struct fault *fault)
{
	static const uint16_t slots[] = { CONTACT_DO_NOT_EMAIL, CONTACT_DO_NOT_CALL };
	struct record_form form;
	bool lacks = false, changed;
	size_t i;

	record_form_from(&form, there);
	for (i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		if (!is_set(here, slots[i]) || is_set(there, slots[i]))
			continue;
		record_form_set(&form, slots[i], VIEW("true"));
		lacks = true;
	}
	if (!lacks)
		return 0;
	carrying->optouts->contacts++;
	return change_update(
	    carrying->to, &kind_contact, id, there, &form, 0, CAUSE_ROW, &changed, fault);
}

/* A contact that the older state does not have. */
static int
suppress_contact(struct carrying *carrying, struct record record, struct fault *fault)
{
	struct view list = record_get(record, CONTACT_OTHER_EMAILS), element;
	struct buf scratch = BUF_EMPTY, at = BUF_EMPTY;
	int result = -1;

	time_print(&at, txn_now(carrying->to));
	if (buf_check(&at, fault) == 0)
		result = suppress(carrying, record_get(record, CONTACT_EMAIL),
		    VIEW("do_not_email"), buf_as_view(&at), fault);
	while (result == 0 && list_next(&list, &element, &scratch))
		result = suppress(
		    carrying, element, VIEW("do_not_email"), buf_as_view(&at), fault);
	buf_release(&scratch);
	buf_release(&at);
	return result;
}

static int
carry_contact(
    struct carrying *carrying, uint64_t id, struct record here, struct fault *fault)
{
	struct record there;
	int same;

	if (!is_set(here, CONTACT_DO_NOT_EMAIL) && !is_set(here, CONTACT_DO_NOT_CALL))
		return 0;
	same = txn_record(carrying->to, id, &there, fault);
	if (same == 1)
		same = same_origin(carrying, here, there, fault);
	if (same < 0)
		return -1;
	if (same == 1)
		return mark(carrying, id, here, there, fault);
	return is_set(here, CONTACT_DO_NOT_EMAIL)
	    ? suppress_contact(carrying, here, fault)
	    : 0;
}

int
optout_carry(
    struct optouts *optouts, struct txn *to, struct txn *from, struct fault *fault)
{
	struct carrying carrying = { optouts, to, from };
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found, result = 0;

	*optouts = (struct optouts){ 0, 0 };
	if (record_walk_open(&walk, from, 0, fault) != 0)
		return -1;
	while (
	    result == 0 && (found = record_walk_next(&walk, &id, &record, fault)) == 1) {
		if (record_kind(record) == kind_contact.number)
			result = carry_contact(&carrying, id, record, fault);
		else if (record_kind(record) == kind_suppression.number)
			result =
			    suppress(&carrying, record_get(record, SUPPRESSION_ADDRESS),
				record_get(record, SUPPRESSION_REASON),
				record_get(record, SUPPRESSION_AT), fault);
	}
	record_walk_close(&walk);
	return result == 0 && found < 0 ? -1 : result;
}
