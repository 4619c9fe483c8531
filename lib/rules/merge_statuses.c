/* SPDX-License-Identifier: ISC */
/*
 * A status that says nothing is a blank: Not Applicable, or what a new contact
 * has. One that follows from a job that is open or an assignment that runs goes
 * before the other's, since both are now the same person's (TR-25, TR-34); and
 * one for which no mail is sent before all, as the stricter one.
 */
#include "model/mailable.h"
#include "model/vocabulary.h"
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

/* DNU goes before another status for which no mail is sent, and that before the rest. */
static int
strictness(const struct vocabulary *vocabulary, const char *picklist, struct view status)
{
	return view_is(status, "DNU") ? 2
				      : mailable_barring(vocabulary, picklist, status);
}

/* A status, and what it may follow from. */
struct status {
	const char *picklist;
	uint16_t slot, job;
	const char *follows; /* from a record of the kind that is under way */
	const struct kind *kind;
	uint16_t contact;
	int (*under_way)(
	    struct txn *txn, struct record record, bool *yes, struct fault *);
};

static int
merge_status(struct import *import, const struct status *status, const struct buf *fresh,
    uint64_t other, struct record merged, struct fault *fault)
{
	struct view own = record_form_get(&import->form, status->slot);
	struct view others = record_get(merged, status->slot);
	const struct vocabulary *vocabulary;
	bool takes = says_nothing(own, fresh);
	int stricter;

	if (vocabulary_of(&vocabulary, import->txn, fault) != 0 ||
	    (!takes && view_is(others, status->follows) &&
		any_under_way(import, status->kind, status->contact, other,
		    status->under_way, &takes, fault) != 0))
		return -1;
	takes = takes && !says_nothing(others, fresh);
	stricter = strictness(vocabulary, status->picklist, others) -
	    strictness(vocabulary, status->picklist, own);
	if (stricter != 0)
		takes = stricter > 0;
	return takes ? take(import, merged, status->slot, status->job, fault)
		     : fill_job(import, merged, status->job, fault);
}

int
merge_statuses(
    struct import *import, uint64_t other, struct record merged, struct fault *fault)
{
	static const struct status client = {
		.picklist = "client_status",
		.slot = CONTACT_CLIENT_STATUS,
		.job = CONTACT_CLIENT_JOB,
		.follows = "Active",
		.kind = &kind_job,
		.contact = JOB_CONTACT,
		.under_way = is_open,
	};
	static const struct status candidate = {
		.picklist = "candidate_status",
		.slot = CONTACT_CANDIDATE_STATUS,
		.job = CONTACT_CANDIDATE_JOB,
		.follows = "Assigned",
		.kind = &kind_placement,
		.contact = PLACEMENT_CANDIDATE,
		.under_way = is_running,
	};

	return merge_status(
		   import, &client, &import->client_default, other, merged, fault) != 0
	    ? -1
	    : merge_status(
		  import, &candidate, &import->candidate_default, other, merged, fault);
}
