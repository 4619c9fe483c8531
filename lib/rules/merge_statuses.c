/* SPDX-License-Identifier: ISC */
/*
 * A status that says nothing is a blank: Not Applicable, or what a new contact
 * has. One that follows from a job that is open or an assignment that runs goes
 * before the other's, since both are now the same person's (TR-25, TR-34); and
 * DNU before all, as the stricter one.
 */
#include "rules/merge.h"

/* Whether some record of the kind that refers to the contact is under way. */
static int
any_under_way(struct import *import, const struct kind *kind, uint16_t slot,
    uint64_t contact,
    int (*under_way)(struct txn *txn, struct record record, bool *yes, struct fault *),
    bool *yes, struct fault *fault)
{
	struct record record;
	uint64_t id;
	size_t i;
	int found;

	*yes = false;
	import->others.count = 0;
	if (index_find(import->txn, index_id_key(kind->number, slot, contact),
		&import->others, fault) != 0)
		return -1;
	for (i = 0; !*yes && i < import->others.count; i++) {
		found = txn_record(import->txn, import->others.at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 1 && record_kind(record) == kind->number &&
		    reference_id(record_get(record, slot), &id) && id == contact &&
		    under_way(import->txn, record, yes, fault) != 0)
			return -1;
	}
	return 0;
}

static int
is_open(struct txn *txn, struct record job, bool *yes, struct fault *fault)
{
	return status_is_open(txn, record_get(job, JOB_STATUS), yes, fault);
}

static int
is_running(struct txn *txn, struct record placement, bool *yes, struct fault *fault)
{
	(void)txn;
	(void)fault;
	*yes = view_is(record_get(placement, PLACEMENT_EMPLOYMENT), "Consultant") &&
	    !view_is(record_get(placement, PLACEMENT_ENDED), "true");
	return 0;
}

static bool
says_nothing(struct view status, const struct buf *fresh)
{
	return status.len == 0 || view_is(status, "Not Applicable") ||
	    view_equal(status, buf_as_view(fresh));
}

/* The status, and the job for whose sake it is that. */
static int
take(struct import *import, struct record merged, uint16_t slot, uint16_t job,
    struct fault *fault)
{
	return apply_set(import, slot, record_get(merged, slot), fault) != 0
	    ? -1
	    : apply_set(import, job, record_get(merged, job), fault);
}

static int
fill_job(struct import *import, struct record merged, uint16_t job, struct fault *fault)
{
	return record_form_get(&import->form, job).len > 0
	    ? 0
	    : apply_set(import, job, record_get(merged, job), fault);
}

int
merge_statuses(
    struct import *import, uint64_t other, struct record merged, struct fault *fault)
{
	struct view client = record_form_get(&import->form, CONTACT_CLIENT_STATUS);
	struct view candidate = record_form_get(&import->form, CONTACT_CANDIDATE_STATUS);
	struct view others = record_get(merged, CONTACT_CLIENT_STATUS);
	bool takes = says_nothing(client, &import->client_default);

	if (!takes && view_is(others, "Active") &&
	    any_under_way(
		import, &kind_job, JOB_CONTACT, other, is_open, &takes, fault) != 0)
		return -1;
	takes = takes && !says_nothing(others, &import->client_default);
	if ((takes ? take(
			 import, merged, CONTACT_CLIENT_STATUS, CONTACT_CLIENT_JOB, fault)
		   : fill_job(import, merged, CONTACT_CLIENT_JOB, fault)) != 0)
		return -1;
	others = record_get(merged, CONTACT_CANDIDATE_STATUS);
	takes = says_nothing(candidate, &import->candidate_default);
	if (!takes && view_is(others, "Assigned") &&
	    any_under_way(import, &kind_placement, PLACEMENT_CANDIDATE, other, is_running,
		&takes, fault) != 0)
		return -1;
	takes = takes && !says_nothing(others, &import->candidate_default);
	if (view_is(others, "DNU") || view_is(candidate, "DNU"))
		takes = !view_is(candidate, "DNU");
	return takes
	    ? take(import, merged, CONTACT_CANDIDATE_STATUS, CONTACT_CANDIDATE_JOB, fault)
	    : fill_job(import, merged, CONTACT_CANDIDATE_JOB, fault);
}
