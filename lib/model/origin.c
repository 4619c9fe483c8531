/* SPDX-License-Identifier: ISC */
/* Jobs set the client status and what is computed from it alone; the rest that
 * rules change because of jobs and placements is the candidate's. */
#include "model/origin.h"

#include "model/derived.h"

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
