/* SPDX-License-Identifier: ISC */
/*
 * Jobs are read once, into lists of contacts in order: one entry for each job
 * that names one, and one for each that did before it was edited, removed or
 * pruned away, of which the contact itself keeps the last.
 */
#include "rules/reconcile.h"

#include <stdlib.h>

#include "rules/statuses.h"
#include "store/history.h"

struct reconciling {
	struct txn *txn;
	struct ids jobs, open; /* contacts, once for each job */
	struct ids former;
};

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
sort(struct ids *ids)
{
	if (ids->count > 1)
		qsort(ids->at, ids->count, sizeof(*ids->at), compare);
}

/* How often a sorted list has the id. */
static uint64_t
count_of(const struct ids *ids, uint64_t id)
{
	size_t low = 0, high = ids->count, middle;
	uint64_t count = 0;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (ids->at[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < ids->count && ids->at[low] == id; low++)
		count++;
	return count;
}

static int
read_job(struct reconciling *reconciling, struct record job, struct fault *fault)
{
	uint64_t contact;
	bool open;

	if (!reference_id(record_get(job, JOB_CONTACT), &contact))
		return 0;
	if (status_is_open(reconciling->txn, record_get(job, JOB_STATUS), &open, fault) !=
		0 ||
	    ids_add(&reconciling->jobs, contact, fault) != 0)
		return -1;
	return open ? ids_add(&reconciling->open, contact, fault) : 0;
}

static int
read_jobs(struct reconciling *reconciling, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	size_t i;
	int result;

	result = index_find_prefix(reconciling->txn, kind_job.number, JOB_CONTACT,
	    (struct view){ NULL, 0 }, &ids, fault);
	ids_sort(&ids);
	for (i = 0; result == 0 && i < ids.count; i++) {
		result = txn_record(reconciling->txn, ids.at[i], &record, fault);
		if (result == 1)
			result = record_kind(record) == kind_job.number
			    ? read_job(reconciling, record, fault)
			    : 0;
	}
	ids_release(&ids);
	return result;
}

static int
read_versions(struct reconciling *reconciling, uint64_t id, struct fault *fault)
{
	struct version_walk walk;
	struct record version;
	uint64_t contact, until;
	int found;

	if (version_walk_open(&walk, reconciling->txn, id, fault) != 0)
		return -1;
	while ((found = version_walk_next(&walk, &version, &until, fault)) == 1) {
		if (record_kind(version) != kind_job.number)
			break;
		if (reference_id(record_get(version, JOB_CONTACT), &contact) &&
		    ids_add(&reconciling->former, contact, fault) != 0) {
			found = -1;
			break;
		}
	}
	version_walk_close(&walk);
	return found < 0 ? -1 : 0;
}

/* What jobs were before runs changed or removed them. */
static int
read_former(struct reconciling *reconciling, struct fault *fault)
{
	uint64_t id, from = 1;
	int found;

	while ((found = image_next_id(reconciling->txn, from, &id, fault)) == 1) {
		if (read_versions(reconciling, id, fault) != 0)
			return -1;
		from = id + 1;
	}
	return found;
}

int
reconciling_new(struct reconciling **out, struct txn *txn, struct fault *fault)
{
	struct reconciling *reconciling = calloc(1, sizeof(*reconciling));

	*out = reconciling;
	if (reconciling == NULL)
		return fault_memory(fault);
	reconciling->txn = txn;
	if (read_jobs(reconciling, fault) != 0 || read_former(reconciling, fault) != 0)
		return -1;
	sort(&reconciling->jobs);
	sort(&reconciling->open);
	ids_sort(&reconciling->former);
	return 0;
}

void
reconciling_free(struct reconciling *reconciling)
{
	if (reconciling == NULL)
		return;
	ids_release(&reconciling->jobs);
	ids_release(&reconciling->open);
	ids_release(&reconciling->former);
	free(reconciling);
}

void
reconciling_judge(const struct reconciling *reconciling, uint64_t id,
    struct record record, struct judgement *judgement)
{
	bool active = view_is(record_get(record, CONTACT_CLIENT_STATUS), "Active");
	bool had_jobs;

	*judgement = (struct judgement){ .agreement = AGREES,
		.jobs = count_of(&reconciling->jobs, id),
		.open = count_of(&reconciling->open, id) };
	had_jobs = judgement->jobs > 0 ||
	    record_get(record, CONTACT_CLIENT_JOB).len > 0 ||
	    count_of(&reconciling->former, id) > 0;
	if (active && judgement->open == 0 && had_jobs)
		judgement->agreement = DISAGREES;
	else if (!active && judgement->open > 0)
		judgement->agreement = NOTED;
}
