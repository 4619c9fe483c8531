/* SPDX-License-Identifier: ISC */
/* Requests to join are decided: each is an invitation that waits (HS-48 to HS-52). */
#include "rules/invitation_decision.h"

#include <inttypes.h>

#include "base/clock.h"
#include "rules/invitation_event.h"
#include "rules/join.h"

int
invitation_decision_write(struct import *import, uint64_t id, bool approves,
    struct view at, struct fault *fault)
{
	struct record record;
	uint64_t user = 0, organization = 0;
	bool changed = false;

	if (import_record(import, id, &record, fault) != 0)
		return -1;
	(void)reference_id(record_get(record, INVITATION_USER), &user);
	(void)reference_id(record_get(record, INVITATION_ORGANIZATION), &organization);
	if ((approves && join_admit(import, user, organization, &changed, fault) != 0) ||
	    import_record(import, id, &record, fault) != 0)
		return -1;
	record_form_from(&import->form, record);
	record_form_set(&import->form, INVITATION_STATE,
	    approves ? VIEW("approved") : VIEW("declined"));
	record_form_set(&import->form, INVITATION_DECIDED_AT, at);
	return import_name_changes(import, &kind_invitation, &record, fault) != 0
	    ? -1
	    : change_update(import->txn, &kind_invitation, id, record, &import->form,
		  (uint32_t)import->line, CAUSE_INVITATION, &changed, fault);
}

/* Those of the contact, or the one, that wait are what is left in the ids. */
static int
find_waiting(struct import *import, uint64_t id, struct ids *ids, struct fault *fault)
{
	struct record record;
	size_t i, kept = 0;
	uint64_t of;

	if (import->kind == &kind_invitation
		? ids_add(ids, id, fault) != 0
		: entity_find_referring(import->txn, &kind_invitation, INVITATION_CONTACT,
		      id, ids, fault) != 0)
		return -1;
	for (i = 0; i < ids->count; i++) {
		if (import_record(import, ids->at[i], &record, fault) != 0)
			return -1;
		if (view_is(record_get(record, INVITATION_STATE), "pending") &&
		    (import->decided_campaign == 0 ||
			(reference_id(record_get(record, INVITATION_CAMPAIGN), &of) &&
			    of == import->decided_campaign)))
			ids->at[kept++] = ids->at[i];
	}
	ids->count = kept;
	return 0;
}

enum step
invitation_decision_take(
    struct import *import, uint64_t id, bool *changed, struct fault *fault)
{
	bool approves = import->options.decides == DECIDES_APPROVED;
	struct ids ids = { NULL, 0, 0 };
	struct buf at = BUF_EMPTY;
	struct record record;
	enum step step = STEP_FAULT;
	size_t i;

	time_print(&at, txn_now(import->txn));
	if (buf_check(&at, fault) != 0 || find_waiting(import, id, &ids, fault) != 0)
		goto done;
	step = STEP_GO;
	if (ids.count == 0)
		step = import_stop(import, STEP_SKIP, "NOT_PENDING",
		    "#%" PRIu64 " has no request to join that waits for a decision", id);
	for (i = 0; step == STEP_GO && i < ids.count; i++) {
		if (import_record(import, ids.at[i], &record, fault) != 0 ||
		    invitation_event_tell(import, record, fault) != 0 ||
		    invitation_decision_write(
			import, ids.at[i], approves, buf_as_view(&at), fault) != 0)
			step = STEP_FAULT;
		/* Each is a record that changed; of a contact none is its own row. */
		import->counts.also += import->kind != &kind_invitation;
		*changed = true;
	}
done:
	buf_release(&at);
	ids_release(&ids);
	return step;
}
