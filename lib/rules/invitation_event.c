/* SPDX-License-Identifier: ISC */
/*
 * An event is taken in two steps: what it brings about beside the invitation, then the
 * invitation, read anew. The earliest time of a step counts, and of decisions the latest,
 * so the same events again change nothing, and events in any order come to the same end:
 * what came before the step that it follows from is noted, and said.
 */
#include "rules/invitation_event.h"

#include <stdlib.h>

#include "base/clock.h"
#include "model/settings.h"
#include "model/token.h"
#include "rules/bounced.h"
#include "rules/invitation_decision.h"
#include "rules/invitation_find.h"
#include "rules/invitation_sent.h"
#include "rules/invitee.h"
#include "rules/join.h"
#include "rules/no_mail.h"
#include "rules/scenario.h"

#define DAY 86400 /* seconds */

#define NO_SLOT 0xffu

enum effect { EFFECT_TIME, EFFECT_JOIN, EFFECT_DECIDE, EFFECT_NO_MAIL };

/* A step sets its time, and follows those that are so many at the front of `path`. */
static const uint8_t path[] = { INVITATION_VISITED_AT, INVITATION_REGISTERED_AT,
	INVITATION_CONFIRMED_AT, INVITATION_CONNECTED_AT, INVITATION_JOINED_AT };
static const struct step_rule {
	const char *name;
	uint8_t slot, follows;
	enum effect effect;
	enum no_mail no_mail;
} rules[] = {
	{ "visited", INVITATION_VISITED_AT, 0, EFFECT_TIME, 0 },
	{ "details", INVITATION_REGISTERED_AT, 1, EFFECT_TIME, 0 },
	{ "created", INVITATION_REGISTERED_AT, 1, EFFECT_TIME, 0 },
	{ "confirmed", INVITATION_CONFIRMED_AT, 2, EFFECT_TIME, 0 },
	{ "connected", INVITATION_CONNECTED_AT, 3, EFFECT_TIME, 0 },
	{ "joined", INVITATION_JOINED_AT, 4, EFFECT_JOIN, 0 },
	{ "approved", INVITATION_DECIDED_AT, 5, EFFECT_DECIDE, 0 },
	{ "declined", INVITATION_DECIDED_AT, 5, EFFECT_DECIDE, 0 },
	{ "bounced", INVITATION_BOUNCED_AT, 0, EFFECT_NO_MAIL, NO_MAIL_BOUNCED },
	{ "complained", NO_SLOT, 0, EFFECT_NO_MAIL, NO_MAIL_COMPLAINED },
	{ "unsubscribed", INVITATION_UNSUBSCRIBED_AT, 0, EFFECT_NO_MAIL,
	    NO_MAIL_UNSUBSCRIBED },
};

/* An event while it is taken; the texts are copies. */
struct event {
	struct import *import;
	const struct draft *draft;
	const struct step_rule *rule;
	uint64_t id; /* of the invitation */
	bool by_token;
	int64_t time;
	struct view at;				 /* the same as it is stored */
	struct view email, state, scenario, was; /* of the invitation; its time */
	struct view decision, decided;		 /* told of before the joining; when */
	uint64_t contact;			 /* 0: none */
	struct joining joining;
};

static struct view
given(const struct event *event, uint16_t slot)
{
	const struct cell *cell = draft_cell(event->draft, slot);

	return cell == NULL ? VIEW("") : cell->value;
}

int
invitation_event_tell(
    struct import *import, struct record invitation, struct fault *fault)
{
	const char *code = scenario_code(record_get(invitation, INVITATION_SCENARIO),
	    record_get(invitation, INVITATION_REASON));

	if (code != NULL)
		import->code = code;
	buf_clear(&import->message);
	buf_clear(&import->key_text);
	buf_view(&import->key_text, record_get(invitation, INVITATION_EMAIL));
	return buf_check(&import->key_text, fault);
}

static enum step
required(struct import *import, const char *what)
{
	return import_stop(
	    import, STEP_ERROR, "REQUIRED", "%s: an event needs one", what);
}

static enum step
read_step(struct event *event)
{
	struct view name = given(event, INVITATION_EVENT_STEP);
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (view_is(name, rules[i].name))
			event->rule = &rules[i];
	return event->rule == NULL ? required(event->import, "step") : STEP_GO;
}

static enum step
read_time(struct event *event, struct fault *fault)
{
	struct import *import = event->import;
	struct view at = given(event, INVITATION_EVENT_AT);
	bool has_time;

	event->time = txn_now(import->txn);
	if (at.len > 0 && !date_read(at, DATE_ISO, 0, &event->time, &has_time))
		return import_stop(import, STEP_ERROR, "BAD_VALUE", "at: is no time");
	/* Clocks and zones differ by some hours. */
	if (event->time > txn_now(import->txn) + DAY)
		return import_stop(import, STEP_ERROR, "BAD_VALUE",
		    "at: is more than a day in the future");
	if (event->time > txn_now(import->txn))
		event->time = txn_now(import->txn);
	buf_clear(&import->text);
	time_print(&import->text, event->time);
	event->at = arena_copy(&import->arena, buf_as_view(&import->text));
	return event->at.at == NULL ? (fault_memory(fault), STEP_FAULT) : STEP_GO;
}

/* The invitation that the row names; both ways to name one have to mean the same. */
static enum step
find(struct event *event, struct record *record, struct fault *fault)
{
	struct import *import = event->import;
	struct view token = given(event, INVITATION_EVENT_TOKEN);
	struct view email = given(event, INVITATION_EVENT_EMAIL);
	struct view campaign = given(event, INVITATION_EVENT_CAMPAIGN);
	struct record other;
	uint64_t id = 0;
	int found;

	if (token.len == 0 && (email.len == 0 || campaign.len == 0))
		return required(import, "token, or email and campaign");
	event->by_token = token.len > 0;
	if (token_several(token))
		return import_stop(import, STEP_ERROR, "BAD_VALUE",
		    "token: several are given, an event is of one invitation");
	if (event->by_token) {
		found =
		    invitation_find_token(import->txn, token, &event->id, record, fault);
		if (found == 0)
			return import_stop(import, STEP_ERROR, "UNKNOWN_TOKEN",
			    "token: no invitation has it");
		if (found < 0)
			return STEP_FAULT;
	}
	if (email.len == 0 || campaign.len == 0)
		return STEP_GO;
	found = invitation_find_address(import->txn, email, campaign, &id, &other, fault);
	if (found < 0)
		return STEP_FAULT;
	if (event->by_token)
		return found == 0 || id == event->id
		    ? STEP_GO
		    : import_stop(import, STEP_ERROR, "KEY_CONFLICT",
			  "the token is that of #%llu, the address that of #%llu",
			  (unsigned long long)event->id, (unsigned long long)id);
	event->id = id;
	*record = other;
	return found == 1 ? STEP_GO
			  : import_stop(import, STEP_ERROR, "NOT_INVITED",
				"campaign %.*s has no invitation of %.*s",
				(int)view_until(campaign, 80).len, campaign.at,
				(int)view_until(email, 80).len, email.at);
}

/* A decision that came before the joining waits for it (HS-53). */
static void
keep_decision(struct event *event, struct record record)
{
	struct view kept =
	    arena_copy(&event->import->arena, record_get(record, INVITATION_DECISION));
	const char *blank = kept.len == 0 ? NULL : memchr(kept.at, ' ', kept.len);
	size_t len = blank == NULL ? 0 : (size_t)(blank - kept.at);

	event->decision = view_until(kept, len);
	event->decided = blank == NULL ? VIEW("") : view_from(kept, len + 1);
}

/* What is needed of the invitation when the store has changed. */
static int
keep(struct event *event, struct record record, struct fault *fault)
{
	struct arena *arena = &event->import->arena;

	event->email = arena_copy(arena, record_get(record, INVITATION_EMAIL));
	event->state = arena_copy(arena, record_get(record, INVITATION_STATE));
	event->scenario = arena_copy(arena, record_get(record, INVITATION_SCENARIO));
	event->was = event->rule->slot == NO_SLOT
	    ? VIEW("")
	    : arena_copy(arena, record_get(record, event->rule->slot));
	keep_decision(event, record);
	if (!reference_id(record_get(record, INVITATION_CONTACT), &event->contact))
		event->contact = 0;
	return event->state.at == NULL && event->state.len > 0 ? fault_memory(fault) : 0;
}

/* That somebody has its token shows that a message went out, whatever is known of it. */
static bool
went_out(const struct event *event)
{
	struct view state = event->state;

	return invitation_went_out(state) ||
	    (event->by_token && invitation_is_open(state));
}

/* HS-41: whoever wants no mail is heard, whatever became of the invitation. */
static bool
is_wish(const struct event *event)
{
	return event->rule->effect == EFFECT_NO_MAIL &&
	    (event->by_token || event->rule->no_mail == NO_MAIL_UNSUBSCRIBED);
}

static enum step
check_expiry(struct event *event, struct record record, struct fault *fault)
{
	struct import *import = event->import;
	struct buf days = BUF_EMPTY;
	int64_t at = event->time, sent, most;
	bool has_time;
	int result;

	if (!date_read(
		record_get(record, INVITATION_SENT_AT), DATE_ISO, 0, &sent, &has_time))
		return STEP_GO;
	result = setting_get(&days, import->txn, "mail_token_days", fault);
	/* Who joined before it was sent says not when; now is when it is known. */
	if (at < sent)
		at = txn_now(import->txn);
	most = result == 0 ? strtoll(buf_string(&days), NULL, 10) : 0;
	buf_release(&days);
	if (result != 0)
		return STEP_FAULT;
	return most == 0 || at - sent <= most * DAY
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, "EXPIRED",
		  "the invitation could be joined by for %lld days (setting "
		  "mail_token_days); it may be sent another",
		  (long long)most);
}

/* A complaint has no time of its own, and is kept among what came back. */
static bool
keep_complaint(struct buf *reports, struct record record)
{
	return bounced_keep(
	    reports, record_get(record, INVITATION_BOUNCES), VIEW(BOUNCED_EVENT));
}

static bool
has_complained(struct record record)
{
	struct buf reports = BUF_EMPTY;
	bool has = !keep_complaint(&reports, record);

	buf_release(&reports);
	return has;
}

/* Whether the step was told of before, and is said to have been earlier: then its time
 * is all that changes. */
static bool
is_earlier(const struct event *event)
{
	return event->rule->effect != EFFECT_DECIDE && event->was.len > 0 &&
	    view_compare(event->at, event->was) < 0;
}

static bool
has_time(const struct event *event)
{
	return given(event, INVITATION_EVENT_AT).len > 0;
}

/* Whether what is decided stays so: the later decision counts, and of two at one time
 * the later row, unless the other took effect. The same one without a time says nothing
 * new. */
static bool
is_decided(const struct event *event)
{
	const char *name = event->rule->name;
	bool waits = event->decision.len > 0;
	bool same = view_is(waits ? event->decision : event->state, name);
	int order;

	if (!waits && !view_is(event->state, "declined"))
		return same;
	if (!has_time(event) && (same || !waits))
		return same;
	order = view_compare(event->at, waits ? event->decided : event->was);
	return order < 0 || (order == 0 && (same || !waits));
}

/* Whether the row has anything left to do. A wish for no mail that is told of anew
 * holds again. */
static bool
is_done(const struct event *event, struct record record)
{
	if (event->rule->effect == EFFECT_DECIDE)
		return is_decided(event);
	if (event->rule->slot == NO_SLOT)
		return has_complained(record);
	return event->was.len > 0 && !is_earlier(event) &&
	    (event->rule->slot != INVITATION_UNSUBSCRIBED_AT ||
		view_equal(event->at, event->was));
}

static void
note_order(struct event *event, struct record record)
{
	static const char *const names[] = { "visited", "details", "confirmed",
		"connected", "joined" };
	struct import *import = event->import;
	size_t i;

	for (i = 0; i < event->rule->follows; i++)
		if (record_get(record, path[i]).len == 0) {
			(void)import_stop(import, STEP_GO, "OUT_OF_ORDER",
			    "%s, and %s was not told of", event->rule->name, names[i]);
			return;
		}
}

/* Whether the request has joined, and may be decided: who was declined may be let in
 * later, but who was let in stays. Without a time it is not known to be later: the row
 * may be one that is read again. */
static bool
may_decide(const struct event *event)
{
	return view_is(event->state, "pending") ||
	    (view_is(event->state, "declined") && has_time(event));
}

static enum step
not_pending(struct event *event)
{
	return import_stop(event->import, STEP_SKIP, "NOT_PENDING",
	    "#%llu is %.*s, there is nothing to decide", (unsigned long long)event->id,
	    (int)event->state.len, event->state.at);
}

static enum step
join(struct event *event, struct record record, struct fault *fault)
{
	struct joining *joining = &event->joining;
	enum step step;

	if (event->contact == 0)
		return import_stop(event->import, STEP_ERROR, "NO_CONTACT",
		    "whom it was sent to is no contact any more");
	step = check_expiry(event, record, fault);
	if (step != STEP_GO)
		return step;
	*joining = (struct joining){ .contact = event->contact,
		.scenario = event->scenario,
		.decision = event->decision,
		.named = given(event, INVITATION_EVENT_ORGANIZATION) };
	if (!reference_id(
		record_get(record, INVITATION_ORGANIZATION), &joining->invited_to))
		joining->invited_to = 0;
	if (!reference_id(record_get(record, INVITATION_CAMPAIGN), &joining->campaign))
		joining->campaign = 0;
	return join_take(event->import, joining, fault);
}

/* What the event brings about beside the invitation. */
static enum step
take_effect(struct event *event, struct record record, bool *changed, struct fault *fault)
{
	struct import *import = event->import;

	switch (event->rule->effect) {
	case EFFECT_TIME:
		return STEP_GO;
	case EFFECT_JOIN:
		return join(event, record, fault);
	case EFFECT_DECIDE:
		return may_decide(event) ||
			record_get(record, INVITATION_JOINED_AT).len == 0
		    ? STEP_GO
		    : not_pending(event);
	case EFFECT_NO_MAIL:
		if (event->email.len == 0) {
			(void)import_stop(import, STEP_GO, "ERASED",
			    "whom it was sent to was erased, and nothing is sent there");
		} else if (event->contact == 0) {
			(void)import_stop(import, STEP_GO, "NO_CONTACT",
			    "the contact is gone, the address is suppressed");
		}
		return no_mail_take(import, event->rule->no_mail, event->email,
		    event->contact, event->at, changed, fault);
	}
	return STEP_GO;
}

static void
put_joining(
    struct event *event, struct record record, struct buf *user, struct buf *organization)
{
	struct record_form *form = &event->import->form;
	const struct joining *joining = &event->joining;
	struct view registered = record_get(record, INVITATION_REGISTERED_AT);

	/* Who joins has registered, at that moment at the latest. */
	if (registered.len == 0 || view_compare(event->at, registered) < 0)
		record_form_set(form, INVITATION_REGISTERED_AT, event->at);
	reference_put(user, joining->user);
	reference_put(organization, joining->organization);
	record_form_set(form, INVITATION_USER, buf_as_view(user));
	record_form_set(form, INVITATION_ORGANIZATION, buf_as_view(organization));
	record_form_set(form, INVITATION_STATE, view_of(joining->becomes));
	if (joining->decided)
		record_form_set(form, INVITATION_DECIDED_AT, event->at);
	else if (view_is(joining->decision, joining->becomes))
		record_form_set(form, INVITATION_DECIDED_AT, event->decided);
	record_form_set(form, INVITATION_DECISION, VIEW(""));
}

/* What follows from a joining that was earlier than was known: who joins has registered
 * by then, and an approval at once is one at that moment. */
static void
put_earlier_joining(struct event *event, struct record record)
{
	struct record_form *form = &event->import->form;

	if (view_compare(event->at, record_get(record, INVITATION_REGISTERED_AT)) < 0)
		record_form_set(form, INVITATION_REGISTERED_AT, event->at);
	if (view_is(event->scenario, "join_auto") &&
	    view_equal(event->was, record_get(record, INVITATION_DECIDED_AT)))
		record_form_set(form, INVITATION_DECIDED_AT, event->at);
}

/* When it happened; the form borrows from the text. Nothing is decided yet of what has
 * not joined. */
static void
put_step(struct event *event, struct record record, struct buf *text)
{
	struct record_form *form = &event->import->form;
	uint8_t slot = event->rule->slot;

	if (event->rule->effect == EFFECT_DECIDE) {
		buf_printf(text, "%s ", event->rule->name);
		buf_view(text, event->at);
		record_form_set(form, INVITATION_DECISION, buf_as_view(text));
	} else if (slot == NO_SLOT) {
		if (keep_complaint(text, record))
			record_form_set(form, INVITATION_BOUNCES, buf_as_view(text));
	} else if (event->was.len == 0 || is_earlier(event)) {
		record_form_set(form, slot, event->at);
	}
}

/* The invitation itself. */
static int
write_event(struct event *event, bool *changed, struct fault *fault)
{
	struct import *import = event->import;
	struct record_form *form = &import->form;
	struct buf user = BUF_EMPTY, organization = BUF_EMPTY, text = BUF_EMPTY;
	struct record record;
	bool writes = false;
	int result = -1;

	if (import_record(import, event->id, &record, fault) != 0)
		return -1;
	record_form_from(form, record);
	/* That somebody at the address wants no mail shows nothing. */
	if (went_out(event) &&
	    (event->by_token || event->rule->effect != EFFECT_NO_MAIL) &&
	    invitation_settle_sent(import->txn, record, form, event->at, fault) != 0)
		return -1;
	put_step(event, record, &text);
	if (event->rule->effect == EFFECT_JOIN && event->was.len > 0)
		put_earlier_joining(event, record);
	else if (event->rule->effect == EFFECT_JOIN)
		put_joining(event, record, &user, &organization);
	if (buf_check(&user, fault) == 0 && buf_check(&organization, fault) == 0 &&
	    buf_check(&text, fault) == 0 &&
	    (!import->report.all ||
		import_name_changes(import, &kind_invitation, &record, fault) == 0))
		result = change_update(import->txn, &kind_invitation, event->id, record,
		    form, (uint32_t)event->draft->line, CAUSE_INVITATION, &writes, fault);
	*changed = *changed || writes;
	buf_release(&user);
	buf_release(&organization);
	buf_release(&text);
	return result;
}

static enum step
take(struct event *event, bool *changed, struct fault *fault)
{
	struct record record;
	enum step step = read_step(event);

	if (step == STEP_GO)
		step = read_time(event, fault);
	if (step == STEP_GO)
		step = find(event, &record, fault);
	if (step != STEP_GO)
		return step;
	if (invitation_event_tell(event->import, record, fault) != 0 ||
	    keep(event, record, fault) != 0)
		return STEP_FAULT;
	if (!went_out(event) && !is_wish(event))
		return import_stop(event->import, STEP_ERROR, "NOT_SENT",
		    "#%llu is %.*s, nothing was sent by it",
		    (unsigned long long)event->id, (int)event->state.len,
		    event->state.at);
	if (is_done(event, record))
		return STEP_GO;
	note_order(event, record);
	if (!is_earlier(event))
		step = take_effect(event, record, changed, fault);
	else if (event->rule->effect == EFFECT_JOIN)
		step = check_expiry(event, record, fault);
	if (step != STEP_GO)
		return step;
	if (event->rule->effect == EFFECT_DECIDE && may_decide(event)) {
		*changed = true;
		return invitation_decision_write(event->import, event->id,
			   view_is(view_of(event->rule->name), "approved"), event->at,
			   fault) != 0
		    ? STEP_FAULT
		    : STEP_GO;
	}
	return write_event(event, changed, fault) != 0 ? STEP_FAULT : STEP_GO;
}

enum step
invitation_event_take(struct import *import, const struct draft *draft, uint64_t *id,
    bool *changed, struct fault *fault)
{
	struct event event = { .import = import, .draft = draft };
	enum step step = take(&event, changed, fault);

	*id = event.id;
	return step;
}
