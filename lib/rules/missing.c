/* SPDX-License-Identifier: ISC */
/*
 * --close-missing (TR-44): open jobs that have an id in the system of a snapshot
 * and are no longer in it are closed. A row in error counts as being there as
 * long as its id can be read; where one cannot, nothing is known to be missing.
 * Ids are kept as hashes of 64 bits: two that meet would leave a job open.
 */
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "rules/import_run.h"

static uint64_t
hash_of(uint16_t slot, struct view id)
{
	return XXH3_64bits_withSeed(id.at, id.len, slot);
}

int
missing_note(struct import *import, const struct draft *draft, struct fault *fault)
{
	struct missing *missing = &import->missing;
	const struct cell *cell;
	struct view list, element;
	bool legible = false;
	size_t at = 0;
	int found;

	/* What is deleted at the source is there no more. */
	if (draft->deleted || (draft->code != NULL && draft->skipped))
		return 0;
	while ((found = match_next_id(import, draft, &at, &cell, fault)) == 1) {
		list = cell->value;
		while (list_next(&list, &element, &import->scratch)) {
			legible = true;
			if (ids_add(
				&missing->seen, hash_of(cell->slot, element), fault) != 0)
				return -1;
		}
	}
	missing->illegible += !legible;
	return found;
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
missing_sort(struct missing *missing)
{
	if (missing->seen.count > 1)
		qsort(missing->seen.at, missing->seen.count, sizeof(uint64_t), compare);
}

bool
missing_has(const struct missing *missing, uint64_t hash)
{
	const struct ids *seen = &missing->seen;

	return seen->count > 0 &&
	    bsearch(&hash, seen->at, seen->count, sizeof(hash), compare) != NULL;
}

static bool
is_there(const struct import *import, uint16_t slot, struct view id)
{
	return missing_has(&import->missing, hash_of(slot, id));
}

/* Whether an open job has an id in a system of the snapshot, and whether the
 * snapshot has one of these. */
static int
look_at(struct import *import, struct record job, bool *concerned, bool *there,
    struct fault *fault)
{
	struct view list, element;
	bool open;
	size_t i;

	*concerned = *there = false;
	if (record_kind(job) != kind_job.number)
		return 0;
	if (status_is_open(import->txn, record_get(job, JOB_STATUS), &open, fault) != 0)
		return -1;
	for (i = 0; open && i < import->systems.own; i++) {
		list = record_get(job, import->systems.slots[i]);
		while (list_next(&list, &element, &import->scratch)) {
			*concerned = true;
			*there |= is_there(import, import->systems.slots[i], element);
		}
	}
	return 0;
}

/* The ids of jobs to be closed, and of how many open ones they are. */
static int
find_missing(struct import *import, struct ids *ids, uint64_t *of, struct fault *fault)
{
	struct ids jobs = { NULL, 0, 0 };
	struct record record;
	bool concerned, there;
	size_t i;
	int result = 0, found;

	*of = 0;
	for (i = 0; result == 0 && i < import->systems.own; i++)
		result = index_find_prefix(import->txn, kind_job.number,
		    import->systems.slots[i], (struct view){ NULL, 0 }, &jobs, fault);
	ids_sort(&jobs);
	for (i = 0; result == 0 && i < jobs.count; i++) {
		found = txn_record(import->txn, jobs.at[i], &record, fault);
		result = found < 1 ? found
				   : look_at(import, record, &concerned, &there, fault);
		if (result != 0 || found == 0 || !concerned)
			continue;
		++*of;
		if (!there)
			result = ids_add(ids, jobs.at[i], fault);
	}
	ids_release(&jobs);
	return result;
}

static int
tell(struct import *import, uint64_t id, struct fault *fault)
{
	struct view remark;
	struct import_result result = { .id = id,
		.action = ACTION_UPDATED,
		.code = "MISSING",
		.changed = VIEW("status closed_on") };
	struct view list = { NULL, 0 };
	struct record record;
	size_t i;

	buf_clear(&import->message);
	buf_text(&import->message, "no longer in the snapshot: closed");
	if (statuses_remark(import->statuses, &remark) != NULL)
		buf_printf(&import->message, "; %.*s", (int)remark.len, remark.at);
	if (buf_check(&import->message, fault) != 0)
		return -1;
	result.message = buf_as_view(&import->message);
	if (!import->report.all || txn_record(import->txn, id, &record, fault) != 1)
		return 0;
	for (i = 0; i < import->systems.own && list.len == 0; i++)
		list = record_get(record, import->systems.slots[i]);
	(void)list_next(&list, &result.key, &import->scratch);
	return import->report.result(import->report.context, &result, fault);
}

static int
close_job(struct import *import, uint64_t id, struct record_form *form, struct view day,
    struct fault *fault)
{
	struct record record;
	bool changed;

	if (import_record(import, id, &record, fault) != 0)
		return -1;
	record_form_from(form, record);
	record_form_set(form, JOB_STATUS, VIEW("Closed"));
	record_form_set(form, JOB_CLOSED_ON, day);
	import->counts.also += record_rev(record) != txn_rev(import->txn);
	return change_update(import->txn, &kind_job, id, record, form, 0, CAUSE_ROW,
		   &changed, fault) != 0
	    ? -1
	    : tell(import, id, fault);
}

int
missing_close(struct import *import, struct fault *fault)
{
	struct missing *missing = &import->missing;
	struct record_form *form = NULL;
	struct ids ids = { NULL, 0, 0 };
	struct buf day = BUF_EMPTY;
	uint64_t of;
	size_t i;
	int result = 0;

	/* Rows that are ours name jobs, but nothing outside. */
	if (missing->illegible > 0 || import->systems.own == 0)
		goto done;
	missing_sort(missing);
	result = find_missing(import, &ids, &of, fault);
	if (result == 0)
		result = guard_check(
		    &import->options.guard, "close", "open jobs", ids.count, of, fault);
	import_day(import, &day, txn_now(import->txn));
	form = malloc(sizeof(*form));
	if (result == 0 && (form == NULL || day.failed))
		result = fault_memory(fault);
	import->line = 0;
	statuses_at(import->statuses, 0, false);
	for (i = 0; result == 0 && i < ids.count; i++)
		result = close_job(import, ids.at[i], form, buf_as_view(&day), fault);
done:
	free(form);
	buf_release(&day);
	ids_release(&ids);
	return result;
}
