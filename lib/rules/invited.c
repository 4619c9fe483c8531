/* SPDX-License-Identifier: ISC */
/*
 * A Message-ID is random, so it names an invitation in every state of a store; before
 * it has one, its id and when it was queued do. Invitations of the older state are gone
 * through first, those of the younger one that it lacks are added behind them.
 */
#include "rules/invited.h"

#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/change.h"
#include "model/value.h"
#include "rules/invited_parts.h"
#include "rules/invitee.h"
#include "store/history.h"

/* What goes over where the older state has none. What leads to joining does not, nor
 * joining: what that made beside the invitation is lost with the younger state, and made
 * anew when its events are read again, if they tell of anything new then (HS-53). */
static const uint16_t filled[] = { INVITATION_QUEUED_AT, INVITATION_SENT_AT,
	INVITATION_VISITED_AT, INVITATION_BOUNCED_AT, INVITATION_UNSUBSCRIBED_AT,
	INVITATION_BOUNCES, INVITATION_MESSAGE_ID };

/* What says how the last attempt went, and goes with the state. */
static const uint16_t with_state[] = { INVITATION_STATE, INVITATION_REASON,
	INVITATION_SCENARIO, INVITATION_CLAIM, INVITATION_RESULT, INVITATION_ATTEMPTS,
	INVITATION_RETRY_AT };

/* What somebody took back is not sent, wherever the older state has it waiting. */
static bool
is_cancelled(struct record record)
{
	return view_is(record_get(record, INVITATION_STATE), "suppressed") &&
	    view_is(record_get(record, INVITATION_REASON), "CANCELLED");
}

/* How far the message has got, whatever its reader did. */
enum rank { RANK_WAITING, RANK_UNKNOWN, RANK_SENT };

static enum rank
rank(struct view state)
{
	return invitation_is_sent(state) ? RANK_SENT
	    : invitation_went_out(state) ? RANK_UNKNOWN
					 : RANK_WAITING;
}

static int
by_from(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;

	return (a->from > b->from) - (a->from < b->from);
}

static uint64_t
message_hash(struct view message)
{
	return XXH3_64bits(message.at, message.len);
}

/* All invitations, and those of the older state by their messages. */
static int
gather(struct carrying_invited *carrying, struct fault *fault)
{
	const uint8_t kind = kind_invitation.number;
	struct ids *there = &carrying->there;
	struct record record;
	struct view message;
	int found;

	if (index_find_prefix(
		carrying->to, kind, INVITATION_STATE, VIEW(""), there, fault) != 0 ||
	    index_find_prefix(carrying->from, kind, INVITATION_STATE, VIEW(""),
		&carrying->here, fault) != 0)
		return -1;
	ids_sort(there);
	ids_sort(&carrying->here);
	carrying->messages = calloc(there->count + 1, sizeof(*carrying->messages));
	if (carrying->messages == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < there->count; i++) {
		found = txn_record(carrying->to, there->at[i], &record, fault);
		if (found < 0)
			return -1;
		message = found == 0 || record_kind(record) != kind
		    ? VIEW("")
		    : record_get(record, INVITATION_MESSAGE_ID);
		if (message.len > 0)
			carrying->messages[carrying->message_count++] =
			    (struct pair){ message_hash(message), there->at[i] };
	}
	qsort(carrying->messages, carrying->message_count, sizeof(*carrying->messages),
	    by_from);
	return 0;
}

static bool
has_same(struct record here, struct record there, uint16_t slot)
{
	return view_equal(record_get(here, slot), record_get(there, slot));
}

/* Whether both are one invitation, if they have one id. */
static bool
is_same(struct record here, struct record there)
{
	struct view message = record_get(here, INVITATION_MESSAGE_ID);
	struct view other = record_get(there, INVITATION_MESSAGE_ID);

	if (record_kind(here) != kind_invitation.number ||
	    record_kind(there) != kind_invitation.number)
		return false;
	if (message.len > 0 && other.len > 0)
		return view_equal(message, other);
	return record_created(here) == record_created(there) &&
	    has_same(here, there, INVITATION_QUEUED_AT) &&
	    (has_same(here, there, INVITATION_CONTACT) ||
		has_same(here, there, INVITATION_EMAIL));
}

/* The invitation of the older state with that message: 1, 0, -1. */
static int
find_message(struct carrying_invited *carrying, struct view message, uint64_t *id,
    struct fault *fault)
{
	const struct pair wanted = { message_hash(message), 0 };
	const struct pair *all = carrying->messages, *at;
	size_t i;
	struct record record;
	int found = 0;

	at = message.len == 0
	    ? NULL
	    : bsearch(&wanted, all, carrying->message_count, sizeof(*all), by_from);
	if (at == NULL)
		return 0;
	for (i = (size_t)(at - all); i > 0 && all[i - 1].from == wanted.from; i--)
		;
	for (; i < carrying->message_count && all[i].from == wanted.from; i++) {
		found = txn_record(carrying->to, all[i].to, &record, fault);
		if (found < 0)
			return -1;
		*id = all[i].to;
		if (found == 1 &&
		    view_equal(message, record_get(record, INVITATION_MESSAGE_ID)))
			return 1;
	}
	return 0;
}

static void
add_once(struct buf *list, struct view element)
{
	struct view rest = buf_as_view(list), had;
	struct buf scratch = BUF_EMPTY;
	bool known = false;

	while (!known && list_next(&rest, &had, &scratch))
		known = view_equal(element, had);
	if (!known)
		list_add(list, 0, element);
	buf_release(&scratch);
}

/* Puts into the form the elements that either has. */
static int
join(struct carrying_invited *carrying, struct buf *list, uint16_t slot,
    struct record here, struct record there, struct fault *fault)
{
	struct view rest = record_get(here, slot), element;
	struct buf scratch = BUF_EMPTY;

	buf_clear(list);
	buf_view(list, record_get(there, slot));
	while (list_next(&rest, &element, &scratch))
		add_once(list, element);
	buf_release(&scratch);
	record_form_set(&carrying->form, slot, buf_as_view(list));
	return buf_check(list, fault);
}

/* Whether the younger one has sent messages, as the joined tokens say, that the older one
 * does not know of: it needs the ids, too, that these were sent under. */
static bool
has_more_tokens(const struct carrying_invited *carrying, struct record there)
{
	return carrying->list.len > record_get(there, INVITATION_TOKENS).len;
}

int
invited_former(struct carrying_invited *carrying, uint64_t id, struct fault *fault)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)id);
	add_once(&carrying->former_ids, view_of(digits));
	record_form_set(
	    &carrying->form, INVITATION_FORMER_IDS, buf_as_view(&carrying->former_ids));
	return buf_check(&carrying->former_ids, fault);
}

/* What of the younger one says how its message went. */
static int
put_message(struct carrying_invited *carrying, struct record here, struct record there,
    struct fault *fault)
{
	struct record_form *form = &carrying->form;
	struct view email = record_get(here, INVITATION_EMAIL);
	size_t i;

	for (i = 0; i < sizeof(with_state) / sizeof(with_state[0]); i++)
		record_form_set(form, with_state[i], record_get(here, with_state[i]));
	if (invitation_is_sent(record_get(here, INVITATION_STATE)))
		record_form_set(form, INVITATION_STATE, VIEW("sent"));
	if (email.len > 0)
		record_form_set(form, INVITATION_EMAIL, email);
	if (has_same(here, there, INVITATION_ORGANIZATION))
		return 0;
	/* The scenario is of this one. */
	if (invited_organization(carrying, here, fault) != 0)
		return -1;
	record_form_set(
	    form, INVITATION_ORGANIZATION, buf_as_view(&carrying->organization));
	return 0;
}

/* Makes the form, of the older state, as far as the message of the younger one has
 * got. */
static int
advance(struct carrying_invited *carrying, struct record here, struct record there,
    struct fault *fault)
{
	struct record_form *form = &carrying->form;
	enum rank had = rank(record_get(there, INVITATION_STATE));
	enum rank has = rank(record_get(here, INVITATION_STATE));
	size_t i;

	record_form_from(form, there);
	if ((has > had || (had < RANK_SENT && is_cancelled(here))) &&
	    put_message(carrying, here, there, fault) != 0)
		return -1;
	for (i = 0; i < sizeof(filled) / sizeof(filled[0]); i++)
		if (record_form_get(form, filled[i]).len == 0)
			record_form_set(form, filled[i], record_get(here, filled[i]));
	/* Links of each attempt go on to work. */
	if (join(carrying, &carrying->list, INVITATION_TOKENS, here, there, fault) != 0)
		return -1;
	return has_more_tokens(carrying, there)
	    ? join(carrying, &carrying->former_ids, INVITATION_FORMER_IDS, here, there,
		  fault)
	    : 0;
}

/* Writes the form; what was queued is held. */
static int
write(struct carrying_invited *carrying, uint64_t id, struct record there,
    struct fault *fault)
{
	struct record_form *form = &carrying->form;
	bool holds = view_is(record_form_get(form, INVITATION_STATE), "queued");
	bool changed;

	if (holds)
		record_form_set(form, INVITATION_STATE, VIEW("held"));
	if (change_update(carrying->to, &kind_invitation, id, there, form, 0,
		CAUSE_INVITATION, &changed, fault) != 0)
		return -1;
	carrying->counts->held += holds;
	carrying->counts->changed += changed && !holds;
	return 0;
}

/* An invitation of the older state. */
static int
carry_there(struct carrying_invited *carrying, uint64_t id, struct fault *fault)
{
	struct record here, there;
	int found = txn_record(carrying->to, id, &there, fault);

	if (found < 1 || record_kind(there) != kind_invitation.number)
		return found < 0 ? -1 : 0;
	record_form_from(&carrying->form, there);
	found = txn_record(carrying->all, id, &here, fault);
	if (found == 1 && is_same(here, there))
		found = advance(carrying, here, there, fault);
	return found < 0 ? -1 : write(carrying, id, there, fault);
}

/* One of the younger state, which the older one has under another id, or lacks. */
static int
carry_here(struct carrying_invited *carrying, uint64_t id, struct fault *fault)
{
	struct record here, there;
	struct view state;
	uint64_t other;
	int found = txn_record(carrying->from, id, &here, fault);

	if (found < 1 || record_kind(here) != kind_invitation.number)
		return found < 0 ? -1 : 0;
	found = txn_record(carrying->to, id, &there, fault);
	if (found < 0 || (found == 1 && is_same(here, there)))
		return found < 0 ? -1 : 0;
	found = find_message(
	    carrying, record_get(here, INVITATION_MESSAGE_ID), &other, fault);
	if (found == 1)
		found = txn_record(carrying->to, other, &there, fault);
	if (found == 1)
		return advance(carrying, here, there, fault) != 0 ||
			(has_more_tokens(carrying, there) &&
			    invited_former(carrying, id, fault) != 0)
		    ? -1
		    : write(carrying, other, there, fault);
	state = record_get(here, INVITATION_STATE);
	return found < 0 ? -1
	    : invitation_went_out(state) || view_is(state, "held")
	    ? invited_add(carrying, id, here, fault)
	    : 0;
}

static void
release(struct carrying_invited *carrying)
{
	ids_release(&carrying->there);
	ids_release(&carrying->here);
	ids_release(&carrying->found);
	free(carrying->messages);
	free(carrying->campaigns);
	buf_release(&carrying->list);
	buf_release(&carrying->former_ids);
	buf_release(&carrying->campaign);
	buf_release(&carrying->contact);
	buf_release(&carrying->organization);
	free(carrying);
}

/* What was sent when, so that limits hold as if nothing had been restored. */
static int
carry_memo(struct carrying_invited *carrying, struct fault *fault)
{
	struct view memo;
	int found = txn_memo(carrying->from, "mail_sent", &memo, fault);

	return found < 1 ? found : txn_set_memo(carrying->to, "mail_sent", memo, fault);
}

int
invited_carry(struct invited *invited, struct txn *to, struct txn *from, struct txn *all,
    struct fault *fault)
{
	struct carrying_invited *carrying = calloc(1, sizeof(*carrying));
	size_t i;
	int result;

	*invited = (struct invited){ 0, 0, 0 };
	if (carrying == NULL)
		return fault_memory(fault);
	carrying->counts = invited;
	carrying->to = to;
	carrying->from = from;
	carrying->all = all;
	result = gather(carrying, fault);
	for (i = 0; result == 0 && i < carrying->there.count; i++)
		result = carry_there(carrying, carrying->there.at[i], fault);
	for (i = 0; result == 0 && i < carrying->here.count; i++)
		result = carry_here(carrying, carrying->here.at[i], fault);
	if (result == 0)
		result = carry_memo(carrying, fault);
	release(carrying);
	return result;
}
