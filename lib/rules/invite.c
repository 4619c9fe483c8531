/* SPDX-License-Identifier: ISC */
/*
 * The campaign is made with its first invitation, so that a selection of nobody makes
 * none. Invitations are written by no other import, and nothing is matched by their
 * keys, so they are made at once.
 */
#include "rules/invite.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "model/settings.h"
#include "model/token.h"
#include "rules/invitee.h"

struct inviting {
	struct invitees invitees;
	struct record_form form;
	struct buf sender, text, campaign_ref, contact_ref, now;
	uint64_t campaign; /* 0 until it is made */
	struct seen met;   /* contacts that rows have named */
};

int
invite_begin(struct import *import, struct fault *fault)
{
	const struct campaign *campaign = import->options.campaign;
	const struct field *name = kind_slot(&kind_campaign, CAMPAIGN_NAME);
	struct inviting *inviting = calloc(1, sizeof(*inviting));

	import->inviting = inviting;
	if (inviting == NULL)
		return fault_memory(fault);
	inviting->invitees.allows_idn = campaign->allows_idn;
	inviting->invitees.has_again_after = campaign->has_again_after;
	inviting->invitees.invited_until = txn_now(import->txn) - campaign->again_after;
	import->ids.count = 0;
	if (entity_find_key(import->txn, &kind_campaign, CAMPAIGN_NAME, name,
		view_of(campaign->name), &import->ids, fault) < 0)
		return -1;
	if (import->ids.count > 0)
		return fault_set(fault, FAULT_CONFLICT,
		    "campaign \"%.100s\" is there already, as #%" PRIu64
		    ": a campaign is queued once, take another name",
		    campaign->name, import->ids.at[0]);
	buf_view(&inviting->sender, campaign->sender);
	if (inviting->sender.len == 0 &&
	    setting_get(&inviting->sender, import->txn, "mail_sender", fault) != 0)
		return -1;
	time_print(&inviting->now, txn_now(import->txn));
	if (buf_check(&inviting->now, fault) != 0)
		return -1;
	if (campaign->queued != NULL &&
	    campaign->queued(campaign->context, import->txn, 0, fault) != 0)
		return -1;
	return scenarios_read(
	    &inviting->invitees.scenarios, import->txn, campaign->subdomains, fault);
}

void
invite_release(struct import *import)
{
	struct inviting *inviting = import->inviting;

	if (inviting == NULL)
		return;
	invitees_release(&inviting->invitees);
	buf_release(&inviting->sender);
	buf_release(&inviting->text);
	buf_release(&inviting->campaign_ref);
	buf_release(&inviting->contact_ref);
	buf_release(&inviting->now);
	seen_release(&inviting->met);
	free(inviting);
	import->inviting = NULL;
}

int
invite_message_id(struct buf *out, uint64_t id, struct view sender, struct fault *fault)
{
	const char *at = sender.len == 0 ? NULL : memrchr(sender.at, '@', sender.len);
	struct view domain;
	char token[TOKEN_LENGTH + 1];
	size_t end = 0;

	if (at == NULL)
		return 0;
	domain = view_from(sender, (size_t)(at + 1 - sender.at));
	while (end < domain.len && domain.at[end] != '>' && domain.at[end] != ' ')
		end++;
	domain = view_until(domain, end);
	if (token_make(token, fault) != 0)
		return -1;
	buf_number(out, id);
	buf_char(out, '.');
	buf_put(out, token, 12);
	buf_char(out, '@');
	buf_view(out, domain);
	return buf_check(out, fault);
}

int
invite_campaign(struct txn *txn, const char *name, uint64_t *id, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	int result = -1;

	*id = 0;
	if (name == NULL)
		return 0;
	if (entity_resolve(txn, &kind_campaign, view_of(name), &ids, fault) != 0)
		goto done;
	if (ids.count != 1) {
		fault_set(fault, FAULT_USAGE, "no campaign is named \"%.100s\"", name);
		goto done;
	}
	*id = ids.at[0];
	result = 0;
done:
	ids_release(&ids);
	return result;
}

static int
make_campaign(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct campaign *campaign = import->options.campaign;
	struct inviting *inviting = import->inviting;
	struct record_form *form = &inviting->form;

	if (inviting->campaign != 0)
		return 0;
	record_form_clear(form);
	record_form_set(form, CAMPAIGN_NAME, view_of(campaign->name));
	record_form_set(form, CAMPAIGN_TEMPLATE, campaign->template);
	record_form_set(form, CAMPAIGN_SUBJECT, campaign->subject);
	record_form_set(form, CAMPAIGN_SENDER, campaign->sender);
	record_form_set(form, CAMPAIGN_TEXT, campaign->text);
	if (campaign->subdomains)
		record_form_set(form, CAMPAIGN_SUBDOMAINS, VIEW("true"));
	buf_clear(&inviting->text);
	if (campaign->has_again_after)
		buf_number(&inviting->text, (uint64_t)campaign->again_after);
	record_form_set(form, CAMPAIGN_AGAIN_AFTER, buf_as_view(&inviting->text));
	if (change_create(import->txn, &kind_campaign, form, (uint32_t)draft->line,
		CAUSE_INVITATION, &inviting->campaign, fault) != 0)
		return -1;
	reference_put(&inviting->campaign_ref, inviting->campaign);
	return buf_check(&inviting->campaign_ref, fault);
}

/* The form of the contact's invitation; what it borrows is the arena's. */
static int
fill(struct import *import, uint64_t contact, struct record record,
    const struct invitee *invitee, struct fault *fault)
{
	struct inviting *inviting = import->inviting;
	struct record_form *form = &inviting->form;
	bool queued = invitee->code == NULL && invitee->user == 0;
	const char *reason =
	    invitee->code != NULL ? invitee->code : invitee->scenario.reason;

	record_form_clear(form);
	buf_clear(&inviting->contact_ref);
	reference_put(&inviting->contact_ref, contact);
	record_form_set(form, INVITATION_CAMPAIGN, buf_as_view(&inviting->campaign_ref));
	record_form_set(form, INVITATION_CONTACT, buf_as_view(&inviting->contact_ref));
	record_form_set(form, INVITATION_EMAIL,
	    arena_copy(&import->arena, record_get(record, CONTACT_EMAIL)));
	record_form_set(form, INVITATION_ORGANIZATION,
	    arena_copy(&import->arena, record_get(record, CONTACT_ORGANIZATION)));
	record_form_set(form, INVITATION_SCENARIO, view_of(invitee->scenario.name));
	record_form_set(
	    form, INVITATION_STATE, view_of(queued ? "queued" : "suppressed"));
	record_form_set(form, INVITATION_REASON, view_of(reason));
	record_form_set(form, INVITATION_QUEUED_AT, buf_as_view(&inviting->now));
	if (!queued)
		return buf_check(&inviting->contact_ref, fault);
	buf_clear(&inviting->text);
	if (invite_message_id(&inviting->text, txn_next_id(import->txn),
		buf_as_view(&inviting->sender), fault) != 0)
		return -1;
	record_form_set(form, INVITATION_MESSAGE_ID, buf_as_view(&inviting->text));
	return buf_check(&inviting->contact_ref, fault);
}

/* What the row is told with, besides its action and its key. */
static int
tell(struct import *import, const struct invitee *invitee, struct fault *fault)
{
	import->code = invitee->code != NULL   ? invitee->code
	    : invitee->scenario.reason != NULL ? invitee->scenario.reason
					       : invitee->scenario.name;
	buf_clear(&import->message);
	buf_view(&import->message, invitee->why);
	return buf_check(&import->message, fault);
}

/* HS-39: nothing is sent to a user, but the organization is approved, which may be
 * another than the contact's. */
static int
meet_user(struct import *import, const struct draft *draft, const struct invitee *invitee,
    struct record record, struct fault *fault)
{
	struct inviting *inviting = import->inviting;
	uint64_t approved;

	if (invitee_approve(import->txn, invitee, record, (uint32_t)draft->line,
		&approved, fault) != 0)
		return -1;
	import->counts.also += approved != 0;
	return invitee_meet(&inviting->invitees, invitee, approved,
	    buf_as_view(&inviting->now), &inviting->form, fault);
}

/* an invitation is one of its campaign and its contact, so a row that names the
 * contact again says nothing new. A query names nobody twice. */
static int
is_repeated(struct import *import, const struct draft *draft, uint64_t id, bool *repeated,
    struct fault *fault)
{
	uint64_t first = 0;

	if (draft->line != 0 &&
	    seen_note(&import->inviting->met, id, draft->line, &first, fault) != 0)
		return -1;
	*repeated = first != 0;
	return 0;
}

enum step
invite_take(struct import *import, struct draft *draft, uint64_t id,
    enum import_action *action, struct fault *fault)
{
	struct inviting *inviting = import->inviting;
	struct invitee invitee;
	struct record record;
	uint64_t invitation;
	bool repeated, changed;

	*action = ACTION_UNCHANGED;
	if (import_record(import, id, &record, fault) != 0 ||
	    is_repeated(import, draft, id, &repeated, fault) != 0)
		return STEP_FAULT;
	buf_clear(&import->key_text);
	buf_view(&import->key_text, record_get(record, CONTACT_EMAIL));
	if (buf_check(&import->key_text, fault) != 0)
		return STEP_FAULT;
	if (repeated)
		return STEP_GO;
	if (invitee_judge(
		&inviting->invitees, import->txn, id, record, 0, &invitee, fault) != 0 ||
	    tell(import, &invitee, fault) != 0 ||
	    make_campaign(import, draft, fault) != 0 ||
	    import_record(import, id, &record, fault) != 0 ||
	    fill(import, id, record, &invitee, fault) != 0 ||
	    (invitee.user != 0 &&
		meet_user(import, draft, &invitee, record, fault) != 0) ||
	    change_create(import->txn, &kind_invitation, &inviting->form,
		(uint32_t)draft->line, CAUSE_INVITATION, &invitation, fault) != 0)
		return STEP_FAULT;
	*action = invitee.code != NULL ? ACTION_SUPPRESSED
	    : invitee.user != 0	       ? ACTION_SKIPPED
				       : ACTION_QUEUED;
	if (*action == ACTION_QUEUED && import->options.campaign->queued != NULL &&
	    import->options.campaign->queued(
		import->options.campaign->context, import->txn, invitation, fault) != 0)
		return STEP_FAULT;
	return *action == ACTION_QUEUED && draft->count > 0
	    ? row_update(import, draft, id, &changed, fault)
	    : STEP_GO;
}
