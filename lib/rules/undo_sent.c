/* SPDX-License-Identifier: ISC */
/*
 * What was sent stays sent, whatever is undone and however much it is forced: else
 * somebody would be invited twice. The way from perhaps to surely, and back, is free.
 */
#include "rules/invitee.h"
#include "rules/undo_parts.h"

/* Of what was held when a backup was restored nobody knows it either. */
static bool
may_be_sent(struct record invitation)
{
	struct view state = record_get(invitation, INVITATION_STATE);

	return invitation_went_out(state) || view_is(state, "held");
}

bool
undo_keeps_sent(struct record record)
{
	return record_kind(record) == kind_invitation.number && may_be_sent(record);
}

/* What becomes of an invitation: its state, empty where it goes. What is in conflict
 * is taken as if it was forced. */
static int
find_state(struct undo *undo, const struct undo_item *item, struct view *state,
    struct fault *fault)
{
	struct undo_states states;

	*state = view_make(NULL, 0);
	if (item->action == UNDO_DELETED)
		return 0;
	if (undo_states(undo, item->id, &states, fault) != 0)
		return -1;
	if (!record_there(states.before))
		return 0;
	undo_merge(&states, undo->form);
	*state = record_form_get(undo->form, INVITATION_STATE);
	return 0;
}

static int
check_item(struct undo *undo, struct undo_item *item, struct fault *fault)
{
	struct record now;
	struct view state;
	int found;

	if (item->kind != kind_invitation.number || item->action == UNDO_CREATED ||
	    item->action == UNDO_UNCHANGED || item->problem == PROBLEM_REMOVED)
		return 0;
	found = txn_record(undo->txn, item->id, &now, fault);
	if (found != 1 || !may_be_sent(now))
		return found < 0 ? -1 : 0;
	if (find_state(undo, item, &state, fault) != 0)
		return -1;
	if (invitation_went_out(state) ||
	    view_equal(state, record_get(now, INVITATION_STATE)))
		return 0;
	item->problem = PROBLEM_SENT;
	item->action = UNDO_ERROR;
	return 0;
}

int
undo_check_sent(struct undo *undo, struct fault *fault)
{
	size_t i;

	for (i = 0; i < undo->count; i++)
		if (check_item(undo, &undo->items[i], fault) != 0)
			return -1;
	return 0;
}
