/* SPDX-License-Identifier: ISC */
/*
 * Ids mean others in the older state, so what the invitation refers to is found there
 * by its name, and the contact by being the same person.
 */
#include "rules/invited_parts.h"

#include "base/array.h"
#include "model/change.h"
#include "model/entity.h"
#include "rules/invitee.h"
#include "rules/person.h"

/* The reference to whatever bears the name, or its text. */
static int
put_named(struct carrying_invited *carrying, struct buf *out, const struct kind *kind,
    uint16_t slot, struct view name, struct fault *fault)
{
	carrying->found.count = 0;
	if (name.len > 0 &&
	    entity_find_key(carrying->to, kind, slot, kind_slot(kind, slot), name,
		&carrying->found, fault) != 0)
		return -1;
	if (carrying->found.count == 1)
		reference_put(out, carrying->found.at[0]);
	return buf_check(out, fault);
}

int
invited_organization(
    struct carrying_invited *carrying, struct record here, struct fault *fault)
{
	struct buf *out = &carrying->organization;
	struct view joined = record_get(here, INVITATION_JOINED_AT);
	struct record record;
	uint64_t id;
	int found = 0;

	buf_clear(out);
	if ((joined.len == 0 ||
		view_equal(joined, record_get(here, INVITATION_DECIDED_AT))) &&
	    reference_id(record_get(here, INVITATION_ORGANIZATION), &id))
		found = txn_record(carrying->from, id, &record, fault);
	return found == 1
	    ? put_named(carrying, out, &kind_organization, ORGANIZATION_NAME,
		  record_get(record, ORGANIZATION_NAME), fault)
	    : found;
}

/* Columns ext and attr have other slots in another store, and rules give none. */
static void
copy_fields(struct record_form *form, const struct kind *kind, struct record record)
{
	const struct field *field;
	size_t i;

	record_form_clear(form);
	for (i = 0; (field = kind_each(kind, i)) != NULL; i++)
		if (field->slot < RECORD_FIXED)
			record_form_set(
			    form, field->slot, record_get(record, field->slot));
}

static int
keep_campaign(struct carrying_invited *carrying, struct pair pair, struct fault *fault)
{
	struct pair *at = array_room(carrying->campaigns, carrying->campaign_count,
	    &carrying->campaign_room, sizeof(*at), fault);

	if (at == NULL)
		return -1;
	carrying->campaigns = at;
	at[carrying->campaign_count++] = pair;
	return 0;
}

/* The campaign of the invitation, which is made where the older state has none of that
 * name. One that was deleted is a text. */
static int
put_campaign(struct carrying_invited *carrying, struct view value, struct fault *fault)
{
	struct buf *out = &carrying->campaign;
	struct pair pair = { 0, 0 };
	struct record record;
	size_t i = 0;

	buf_clear(out);
	if (!reference_id(value, &pair.from)) {
		if (put_named(
			carrying, out, &kind_campaign, CAMPAIGN_NAME, value, fault) != 0)
			return -1;
		if (out->len == 0)
			buf_view(out, value);
		return buf_check(out, fault);
	}
	while (i < carrying->campaign_count && carrying->campaigns[i].from != pair.from)
		i++;
	if (i < carrying->campaign_count) {
		reference_put(out, carrying->campaigns[i].to);
		return buf_check(out, fault);
	}
	if (txn_record(carrying->from, pair.from, &record, fault) != 1 ||
	    put_named(carrying, out, &kind_campaign, CAMPAIGN_NAME,
		record_get(record, CAMPAIGN_NAME), fault) != 0)
		return -1;
	if (out->len == 0) {
		copy_fields(&carrying->form, &kind_campaign, record);
		if (change_create(carrying->to, &kind_campaign, &carrying->form, 0,
			CAUSE_INVITATION, &pair.to, fault) != 0)
			return -1;
		reference_put(out, pair.to);
	} else if (!reference_id(buf_as_view(out), &pair.to)) {
		return 0;
	}
	return keep_campaign(carrying, pair, fault);
}

/* The contact, where it is the same person in the older state. */
static int
put_contact(struct carrying_invited *carrying, struct view value, struct fault *fault)
{
	struct record here, there;
	uint64_t id;
	int found = 0;

	buf_clear(&carrying->contact);
	if (reference_id(value, &id))
		found = txn_record(carrying->from, id, &here, fault);
	if (found == 1)
		found = txn_record(carrying->to, id, &there, fault);
	if (found == 1)
		found = person_same(&(struct person){ carrying->from, here },
		    &(struct person){ carrying->to, there }, id, fault);
	if (found == 1)
		reference_put(&carrying->contact, id);
	return found < 0 ? -1 : buf_check(&carrying->contact, fault);
}

/* Nothing is there of the user and the organization that joining made (invited.c). */
static void
take_joining_back(struct record_form *form)
{
	static const uint16_t joining[] = { INVITATION_REGISTERED_AT,
		INVITATION_CONFIRMED_AT, INVITATION_CONNECTED_AT, INVITATION_JOINED_AT,
		INVITATION_DECIDED_AT, INVITATION_DECISION, INVITATION_USER };
	size_t i;

	for (i = 0; i < sizeof(joining) / sizeof(joining[0]); i++)
		record_form_set(form, joining[i], VIEW(""));
	if (invitation_is_sent(record_form_get(form, INVITATION_STATE)))
		record_form_set(form, INVITATION_STATE, VIEW("sent"));
}

int
invited_add(struct carrying_invited *carrying, uint64_t id, struct record here,
    struct fault *fault)
{
	struct record_form *form = &carrying->form;

	if (put_campaign(carrying, record_get(here, INVITATION_CAMPAIGN), fault) != 0 ||
	    put_contact(carrying, record_get(here, INVITATION_CONTACT), fault) != 0 ||
	    invited_organization(carrying, here, fault) != 0)
		return -1;
	copy_fields(form, &kind_invitation, here);
	take_joining_back(form);
	record_form_set(form, INVITATION_CAMPAIGN, buf_as_view(&carrying->campaign));
	record_form_set(form, INVITATION_CONTACT, buf_as_view(&carrying->contact));
	record_form_set(
	    form, INVITATION_ORGANIZATION, buf_as_view(&carrying->organization));
	buf_clear(&carrying->former_ids);
	buf_view(&carrying->former_ids, record_get(here, INVITATION_FORMER_IDS));
	if (invited_former(carrying, id, fault) != 0)
		return -1;
	carrying->counts->added++;
	return change_create(
	    carrying->to, &kind_invitation, form, 0, CAUSE_INVITATION, &id, fault);
}
