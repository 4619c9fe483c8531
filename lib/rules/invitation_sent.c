/* SPDX-License-Identifier: ISC */
/* What is queued, held or failed was sent by an attempt before, or by another store. */
#include "rules/invitation_sent.h"

#include "model/kind.h"

bool
invitation_is_open(struct view state)
{
	return view_is(state, "unknown") || view_is(state, "queued") ||
	    view_is(state, "held") || view_is(state, "failed");
}

/* The reason of a join_request is kept, one of how sending went is not. */
static bool
is_of_scenario(struct record record)
{
	struct view reason = record_get(record, INVITATION_REASON);

	return view_is(record_get(record, INVITATION_SCENARIO), "join_request") &&
	    (view_is(reason, "domain_mismatch") || view_is(reason, "no_company_domain") ||
		view_is(reason, "generic_email"));
}

void
invitation_settle_sent(struct record record, struct record_form *form, struct view at)
{
	if (!invitation_is_open(record_get(record, INVITATION_STATE)))
		return;
	record_form_set(form, INVITATION_STATE, VIEW("sent"));
	record_form_set(form, INVITATION_CLAIM, VIEW(""));
	record_form_set(form, INVITATION_RETRY_AT, VIEW(""));
	if (!is_of_scenario(record))
		record_form_set(form, INVITATION_REASON, VIEW(""));
	if (record_get(record, INVITATION_SENT_AT).len == 0)
		record_form_set(form, INVITATION_SENT_AT, at);
}
