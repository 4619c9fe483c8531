/* SPDX-License-Identifier: ISC */
/* Jobs set the client status and what is computed from it alone; the rest that
 * rules change because of jobs and placements is the candidate's. */
#include "model/origin.h"

#include "model/derived.h"
#include "store/history.h"

struct origin
origin_of(const struct kind *kind, struct record version, uint16_t slot)
{
	struct origin origin = { record_cause(version), { NULL, 0 } };

	if (kind != &kind_contact ||
	    (origin.cause != CAUSE_JOB && origin.cause != CAUSE_PLACEMENT))
		return origin;
	if (slot == CONTACT_CLIENT_STATUS || slot == VIRTUAL_HIRING_MANAGER)
		origin.cause = CAUSE_JOB;
	origin.job = record_get(version,
	    origin.cause == CAUSE_JOB ? CONTACT_CLIENT_JOB : CONTACT_CANDIDATE_JOB);
	return origin;
}

static bool
differs(struct record one, struct record other, uint16_t slot)
{
	return !view_equal(record_get(one, slot), record_get(other, slot));
}

/* What a version says of the statuses, beside the one before. */
static void
look_at(struct record before, struct record version, enum cause *cause, bool *known)
{
	bool client, candidate;

	if (before.at == NULL) {
		*known = record_rev(version) == record_created(version);
		*cause = record_cause(version);
		return;
	}
	client = differs(before, version, CONTACT_CLIENT_STATUS);
	candidate = differs(before, version, CONTACT_CANDIDATE_STATUS);
	if (!client && !candidate)
		return;
	*known = true;
	*cause = origin_of(&kind_contact, version,
	    candidate ? CONTACT_CANDIDATE_STATUS : CONTACT_CLIENT_STATUS)
		     .cause;
}

int
origin_of_status(
    struct txn *txn, uint64_t id, enum cause *cause, bool *known, struct fault *fault)
{
	struct record before = { NULL, 0 }, version;
	struct version_walk walk;
	uint64_t until;
	int found;

	*known = false;
	*cause = CAUSE_ROW;
	if (version_walk_open(&walk, txn, id, fault) != 0)
		return -1;
	while ((found = version_walk_next(&walk, &version, &until, fault)) == 1) {
		look_at(before, version, cause, known);
		before = version;
	}
	version_walk_close(&walk);
	return found;
}
