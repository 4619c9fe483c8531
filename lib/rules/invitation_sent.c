/* SPDX-License-Identifier: ISC */
/* What is queued, held or failed was sent by an attempt before, or by another store. */
#include "rules/invitation_sent.h"

#include "model/kind.h"
#include "model/value.h"
#include "rules/scenario.h"

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
	return view_is(record_get(record, INVITATION_SCENARIO), "join_request") &&
	    scenario_reason(record_get(record, INVITATION_REASON)) != NULL;
}

/* Why the contact has to ask; NULL where it would not by now. */
static int
find_reason(
    struct txn *txn, struct record record, const char **reason, struct fault *fault)
{
	struct scenarios scenarios = { .generic = BUF_EMPTY };
	struct scenario scenario = { .name = NULL };
	struct record contact;
	bool subdomains;
	uint64_t id, campaign;
	int found = 0, result = -1;

	*reason = NULL;
	if (reference_id(record_get(record, INVITATION_CONTACT), &id))
		found = txn_record(txn, id, &contact, fault);
	if (found != 1 || record_kind(contact) != kind_contact.number)
		return found < 0 ? -1 : 0;
	if (!reference_id(record_get(record, INVITATION_CAMPAIGN), &campaign))
		campaign = 0;
	if (scenario_subdomains(txn, campaign, &subdomains, fault) == 0 &&
	    scenarios_read(&scenarios, txn, subdomains, fault) == 0)
		result = scenario_find(&scenarios, txn, contact, &scenario, fault);
	*reason = scenario.reason;
	scenarios_release(&scenarios);
	return result;
}

int
invitation_settle_sent(struct txn *txn, struct record record, struct record_form *form,
    struct view at, struct fault *fault)
{
	const char *reason = NULL;

	if (!invitation_is_open(record_get(record, INVITATION_STATE)))
		return 0;
	if (!is_of_scenario(record)) {
		if (view_is(record_get(record, INVITATION_SCENARIO), "join_request") &&
		    find_reason(txn, record, &reason, fault) != 0)
			return -1;
		record_form_set(form, INVITATION_REASON, view_of(reason));
	}
	record_form_set(form, INVITATION_STATE, VIEW("sent"));
	record_form_set(form, INVITATION_CLAIM, VIEW(""));
	record_form_set(form, INVITATION_RETRY_AT, VIEW(""));
	if (record_get(record, INVITATION_SENT_AT).len == 0)
		record_form_set(form, INVITATION_SENT_AT, at);
	return 0;
}
