/* SPDX-License-Identifier: ISC */
/*
 * That somebody was invited is known by the invitation alone: deleted, with its
 * campaign or by itself, it lets a contact be invited a second time. What only waits
 * goes like a wish that is taken back.
 */
#include "rules/invitee.h"
#include "rules/removal.h"

/* How many of the records that go may have been sent. */
static int
count_sent(struct import *import, size_t *sent, struct fault *fault)
{
	const struct ids *doomed = &import->removal.doomed;
	struct record record;
	struct view state;
	size_t i;
	int found;

	*sent = 0;
	for (i = 0; i < doomed->count; i++) {
		found = txn_record(import->txn, doomed->at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 0 || record_kind(record) != kind_invitation.number)
			continue;
		state = record_get(record, INVITATION_STATE);
		*sent += invitation_went_out(state) || view_is(state, "held");
	}
	return 0;
}

enum step
removal_check_sent(struct import *import, uint64_t id, struct fault *fault)
{
	size_t sent, others = import->removal.doomed.count - 1;

	if (import->options.forced ||
	    (import->kind != &kind_campaign && import->kind != &kind_invitation))
		return STEP_GO;
	if (count_sent(import, &sent, fault) != 0)
		return STEP_FAULT;
	if (import->kind == &kind_invitation && sent > 0)
		return import_stop(import, STEP_ERROR, "SENT",
		    "#%llu was sent, or may have been, and its contact could be invited "
		    "again (--force deletes it all the same)",
		    (unsigned long long)id);
	if (sent > 0)
		return import_stop(import, STEP_ERROR, "SENT",
		    "#%llu: of its %zu invitations %zu %s sent, or may have been, and "
		    "whom they went to could be invited again (--force deletes them "
		    "too)",
		    (unsigned long long)id, others, sent, sent == 1 ? "was" : "were");
	return others == 0
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, "IN_USE",
		  "#%llu is campaign of %zu invitation%s (--force deletes %s too)",
		  (unsigned long long)id, others, others == 1 ? "" : "s",
		  others == 1 ? "it" : "them");
}
