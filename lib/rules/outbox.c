/* SPDX-License-Identifier: ISC */
/*
 * Every change goes by what the record says at that moment: an event may have shown
 * meanwhile that a message arrived, or somebody may have decided.
 */
#include "rules/outbox.h"

#include <stdlib.h>

#include "base/clock.h"
#include "model/change.h"
#include "model/entity.h"
#include "rules/invite.h"

/* Attempts until a temporary failure is a permanent one. */
#define TRIES 5

void
outbox_release(struct outbox *outbox)
{
	letters_release(&outbox->letters);
	invitees_release(&outbox->invitees);
	buf_release(&outbox->owner);
	buf_release(&outbox->tokens);
	buf_release(&outbox->number);
	buf_release(&outbox->claim);
	buf_release(&outbox->time);
	buf_release(&outbox->text);
}

static void
set_attempts(struct outbox *outbox, uint64_t attempts)
{
	buf_clear(&outbox->number);
	if (attempts > 0)
		buf_number(&outbox->number, attempts);
	record_form_set(&outbox->form, INVITATION_ATTEMPTS, buf_as_view(&outbox->number));
}

/* Writes the form over the invitation as it is. */
static int
update(struct outbox *outbox, struct txn *txn, uint64_t id, struct record record,
    struct fault *fault)
{
	bool changed;

	return change_update(txn, &kind_invitation, id, record, &outbox->form, 0,
	    CAUSE_INVITATION, &changed, fault);
}

/* 1, 0 when there is no such invitation, -1. */
static int
read_invitation(struct outbox *outbox, struct txn *txn, uint64_t id,
    struct record *record, struct fault *fault)
{
	int found = txn_record(txn, id, record, fault);

	if (found == 1 && record_kind(*record) != kind_invitation.number)
		found = 0;
	if (found == 1)
		record_form_from(&outbox->form, *record);
	return found;
}

/* The contact of an invitation: 1, 0 when there is none any more, -1. */
static int
read_contact(struct txn *txn, struct record record, struct outbox_taken *taken,
    struct record *contact, struct fault *fault)
{
	uint64_t id;
	int found = 0;

	if (reference_id(record_get(record, INVITATION_CONTACT), &id))
		found = txn_record(txn, id, contact, fault);
	if (found == 1 && record_kind(*contact) != kind_contact.number)
		found = 0;
	if (found == 1)
		taken->contact = id;
	return found;
}

/* By what the campaign was queued with. The contact may have got another address, or
 * have been merged, so who was invited before is asked once more. */
static int
judge(struct outbox *outbox, struct txn *txn, uint64_t id, struct record record,
    const struct outbox_taken *taken, struct record contact,
    const struct letters_campaign *campaign, struct invitee *invitee, struct fault *fault)
{
	struct invitees *invitees = &outbox->invitees;
	bool has_time;

	invitees->allows_idn = view_equal(
	    record_get(record, INVITATION_EMAIL), record_get(contact, CONTACT_EMAIL));
	invitees->has_again_after = campaign->has_again_after &&
	    date_read(record_get(record, INVITATION_QUEUED_AT), DATE_ISO, 0,
		&invitees->invited_until, &has_time);
	invitees->invited_until -= campaign->again_after;
	if (scenarios_read(&invitees->scenarios, txn, campaign->subdomains, fault) != 0)
		return -1;
	return invitee_judge(invitees, txn, taken->contact, contact, id, invitee, fault);
}

static int
suppress(struct outbox *outbox, struct txn *txn, uint64_t id, struct record record,
    const char *code, struct fault *fault)
{
	record_form_set(&outbox->form, INVITATION_STATE, VIEW("suppressed"));
	record_form_set(&outbox->form, INVITATION_REASON, view_of(code));
	record_form_set(&outbox->form, INVITATION_RETRY_AT, view_of(NULL));
	return update(outbox, txn, id, record, fault);
}

static int
meet_user(struct outbox *outbox, struct txn *txn, uint64_t id,
    const struct invitee *invitee, struct record contact, struct fault *fault)
{
	struct record record;
	uint64_t approved;

	if (invitee_approve(txn, invitee, contact, 0, &approved, fault) != 0 ||
	    read_invitation(outbox, txn, id, &record, fault) < 0)
		return -1;
	record_form_set(&outbox->form, INVITATION_RETRY_AT, view_of(NULL));
	return invitee_meet(&outbox->invitees, invitee, approved,
		   buf_as_view(&outbox->time), &outbox->form, fault) != 0
	    ? -1
	    : update(outbox, txn, id, record, fault);
}

/* Where there was no sender yet when it was queued, the Message-ID is made now. */
static int
put_message_id(struct outbox *outbox, uint64_t id, struct record record,
    const struct letters_campaign *campaign, const char *scenario, struct view *out,
    struct fault *fault)
{
	struct view from = template_from(campaign->template, scenario);

	*out = record_get(record, INVITATION_MESSAGE_ID);
	if (out->len > 0)
		return 0;
	buf_clear(&outbox->text);
	if (invite_message_id(&outbox->text, id,
		from.len > 0 ? from : buf_as_view(&outbox->letters.sender), fault) != 0)
		return -1;
	*out = buf_as_view(&outbox->text);
	return 0;
}

/* The record of a claim: from now on it may have been sent. */
static int
record_claim(struct outbox *outbox, struct txn *txn, uint64_t id, struct record record,
    struct record contact, const struct invitee *invitee, const char *why,
    const struct letter *letter, struct fault *fault)
{
	struct record_form *form = &outbox->form;
	struct view tokens = record_get(record, INVITATION_TOKENS);

	buf_clear(&outbox->tokens);
	buf_view(&outbox->tokens, tokens);
	if (tokens.len > 0)
		buf_char(&outbox->tokens, ';');
	buf_text(&outbox->tokens, letter->head.hash);
	buf_clear(&outbox->claim);
	buf_printf(&outbox->claim, "%s ", buf_string(&outbox->owner));
	buf_view(&outbox->claim, buf_as_view(&outbox->time));
	if (buf_check(&outbox->tokens, fault) != 0 ||
	    buf_check(&outbox->claim, fault) != 0)
		return -1;
	set_attempts(
	    outbox, invitation_number(record_get(record, INVITATION_ATTEMPTS)) + 1);
	record_form_set(form, INVITATION_TOKENS, buf_as_view(&outbox->tokens));
	record_form_set(form, INVITATION_CLAIM, buf_as_view(&outbox->claim));
	record_form_set(form, INVITATION_STATE, VIEW("unknown"));
	record_form_set(form, INVITATION_REASON, view_of(why));
	record_form_set(form, INVITATION_RETRY_AT, view_of(NULL));
	record_form_set(form, INVITATION_RESULT, view_of(NULL));
	record_form_set(form, INVITATION_SCENARIO, view_of(invitee->scenario.name));
	record_form_set(form, INVITATION_EMAIL, record_get(contact, CONTACT_EMAIL));
	record_form_set(
	    form, INVITATION_ORGANIZATION, record_get(contact, CONTACT_ORGANIZATION));
	return update(outbox, txn, id, record, fault);
}

static int
begin_letter(struct outbox *outbox, struct txn *txn, uint64_t id, struct record record,
    struct record contact, const struct invitee *invitee,
    const struct letters_campaign *campaign, const struct outbox_taken *taken,
    struct letter *letter, struct fault *fault)
{
	struct letter_to to = { .invitation = id,
		.contact = taken->contact,
		.record = contact,
		.scenario = invitee->scenario.name,
		.date = txn_now(txn) };

	if (put_message_id(
		outbox, id, record, campaign, to.scenario, &to.message_id, fault) != 0)
		return -1;
	record_form_set(&outbox->form, INVITATION_MESSAGE_ID, to.message_id);
	return letter_begin(letter, &outbox->letters, campaign, txn, &to, fault);
}

/* An invitation that is to be sent, whose contact is there. */
static int
take(struct outbox *outbox, struct txn *txn, uint64_t id, struct record record,
    struct record contact, const char *why, struct letter *letter,
    struct outbox_taken *taken, struct fault *fault)
{
	const struct letters_campaign *campaign;
	struct invitee invitee;
	uint64_t of;

	if (!reference_id(record_get(record, INVITATION_CAMPAIGN), &of))
		return 0;
	if (letters_campaign(&outbox->letters, txn, of, &campaign, fault) != 0 ||
	    judge(outbox, txn, id, record, taken, contact, campaign, &invitee, fault) !=
		0)
		return -1;
	buf_view(&taken->email, record_get(contact, CONTACT_EMAIL));
	buf_view(&taken->why, invitee.why);
	taken->code = invitee.code != NULL    ? invitee.code
	    : invitee.scenario.reason != NULL ? invitee.scenario.reason
					      : invitee.scenario.name;
	taken->reason = invitee.scenario.reason;
	taken->step = invitee.code != NULL ? OUTBOX_SUPPRESSED
	    : invitee.user != 0		   ? OUTBOX_USER
					   : OUTBOX_CLAIMED;
	if (taken->step == OUTBOX_SUPPRESSED)
		return suppress(outbox, txn, id, record, invitee.code, fault);
	if (taken->step == OUTBOX_USER)
		return meet_user(outbox, txn, id, &invitee, contact, fault);
	return begin_letter(outbox, txn, id, record, contact, &invitee, campaign, taken,
		   letter, fault) != 0
	    ? -1
	    : record_claim(
		  outbox, txn, id, record, contact, &invitee, why, letter, fault);
}

int
outbox_claim(struct outbox *outbox, struct txn *txn, uint64_t id, const char *why,
    struct letter *letter, struct outbox_taken *taken, struct fault *fault)
{
	struct record record, contact;
	int found = read_invitation(outbox, txn, id, &record, fault);

	taken->step = OUTBOX_GONE;
	taken->contact = 0;
	taken->code = taken->reason = NULL;
	buf_clear(&taken->email);
	buf_clear(&taken->why);
	buf_clear(&outbox->time);
	time_print(&outbox->time, txn_now(txn));
	if (found != 1)
		return found;
	if (!view_is(record_get(record, INVITATION_STATE), "queued") ||
	    !outbox_is_due(record, txn_now(txn)))
		return 0;
	found = read_contact(txn, record, taken, &contact, fault);
	if (found < 0 ||
	    (found == 1 &&
		take(outbox, txn, id, record, contact, why, letter, taken, fault) != 0))
		return -1;
	if (found == 0) {
		taken->step = OUTBOX_SUPPRESSED;
		taken->code = "ERASED";
		buf_view(&taken->email, record_get(record, INVITATION_EMAIL));
		buf_text(&taken->why, "the contact was deleted");
		if (suppress(outbox, txn, id, record, taken->code, fault) != 0)
			return -1;
	}
	return buf_check(&taken->email, fault) != 0 ||
		buf_check(&taken->why, fault) != 0 || buf_check(&outbox->time, fault) != 0
	    ? -1
	    : 0;
}

/* When the next attempt may be made, after so many. */
static void
put_retry(struct outbox *outbox, struct txn *txn, uint64_t attempts)
{
	static const int64_t minutes[] = { 15, 60, 240, 240 };
	size_t i = attempts == 0 ? 0 : (size_t)attempts - 1;

	if (i >= sizeof(minutes) / sizeof(minutes[0]))
		i = sizeof(minutes) / sizeof(minutes[0]) - 1;
	buf_clear(&outbox->text);
	time_print(&outbox->text, txn_now(txn) + minutes[i] * 60);
	record_form_set(&outbox->form, INVITATION_RETRY_AT, buf_as_view(&outbox->text));
}

/* The fields that say how it ended. */
static void
fill_ending(struct outbox *outbox, struct txn *txn, struct record record,
    const struct outbox_end *end, enum outbox_ending *ending)
{
	struct record_form *form = &outbox->form;
	uint64_t attempts = invitation_number(record_get(record, INVITATION_ATTEMPTS));
	const char *state = "unknown", *reason = end->reason;

	switch (*ending) {
	case OUTBOX_SENT:
		state = "sent";
		reason = end->scenario;
		record_form_set(form, INVITATION_SENT_AT, buf_as_view(&outbox->time));
		break;
	case OUTBOX_LATER:
		if (attempts >= TRIES) {
			*ending = OUTBOX_FAILED;
			state = "failed";
			reason = "retries";
			break;
		}
		state = "queued";
		put_retry(outbox, txn, attempts);
		break;
	case OUTBOX_NOT_RUN:
		state = "queued";
		reason = end->scenario;
		set_attempts(outbox, attempts > 0 ? attempts - 1 : 0);
		break;
	case OUTBOX_FAILED:
		state = "failed";
		break;
	case OUTBOX_UNKNOWN:
		break;
	}
	record_form_set(form, INVITATION_STATE, view_of(state));
	record_form_set(form, INVITATION_REASON, view_of(reason));
}

int
outbox_settle(struct outbox *outbox, struct txn *txn, uint64_t id,
    const struct outbox_end *end, enum outbox_ending *ending, struct fault *fault)
{
	struct record record;
	int found = read_invitation(outbox, txn, id, &record, fault);

	*ending = end->ending;
	if (found != 1)
		return found;
	buf_clear(&outbox->time);
	time_print(&outbox->time, txn_now(txn));
	buf_clear(&outbox->claim);
	buf_text(&outbox->claim, end->reason == NULL ? "" : end->reason);
	if (end->said.len > 0) {
		buf_text(&outbox->claim, outbox->claim.len > 0 ? ": " : "");
		buf_view(&outbox->claim, end->said);
	}
	record_form_set(&outbox->form, INVITATION_RESULT, buf_as_view(&outbox->claim));
	record_form_set(&outbox->form, INVITATION_CLAIM, view_of(NULL));
	if (view_is(record_get(record, INVITATION_STATE), "unknown"))
		fill_ending(outbox, txn, record, end, ending);
	return buf_check(&outbox->time, fault) != 0 ||
		buf_check(&outbox->claim, fault) != 0 ||
		buf_check(&outbox->text, fault) != 0
	    ? -1
	    : update(outbox, txn, id, record, fault);
}

/* When something is known of it that only who has the message can have done; empty
 * where nothing is. */
static struct view
met_at(struct record invitation)
{
	unsigned slot = INVITATION_VISITED_AT;

	while (slot < INVITATION_UNSUBSCRIBED_AT &&
	    record_get(invitation, (uint16_t)slot).len == 0)
		slot++;
	return record_get(invitation, (uint16_t)slot);
}

int
outbox_requeue(struct outbox *outbox, struct txn *txn, uint64_t id, struct fault *fault)
{
	struct record record;
	struct view met;
	int found = read_invitation(outbox, txn, id, &record, fault);

	if (found != 1)
		return found;
	set_attempts(outbox, 0);
	met = met_at(record);
	record_form_set(
	    &outbox->form, INVITATION_STATE, met.len > 0 ? VIEW("sent") : VIEW("queued"));
	if (met.len > 0)
		record_form_set(&outbox->form, INVITATION_SENT_AT, met);
	record_form_set(&outbox->form, INVITATION_REASON, view_of(NULL));
	record_form_set(&outbox->form, INVITATION_CLAIM, view_of(NULL));
	record_form_set(&outbox->form, INVITATION_RETRY_AT, view_of(NULL));
	return update(outbox, txn, id, record, fault);
}

int
outbox_cancel(struct outbox *outbox, struct txn *txn, uint64_t id, struct fault *fault)
{
	struct record record;
	int found = read_invitation(outbox, txn, id, &record, fault);

	return found == 1 ? suppress(outbox, txn, id, record, "CANCELLED", fault) : found;
}
