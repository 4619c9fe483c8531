/* SPDX-License-Identifier: ISC */
/*
 * All is looked at before anything is written, so that a refused undoing tells
 * every conflict, and what it reads are the versions that the run left.
 */
#include "rules/undo.h"

#include <stdlib.h>

#include "rules/undo_parts.h"
#include "store/history.h"
#include "store/log.h"

static int
check_revision(struct txn *txn, uint64_t rev, struct fault *fault)
{
	uint64_t last = txn_rev(txn) - 1, horizon;

	if (log_horizon(txn, &horizon, fault) != 0)
		return -1;
	if (last == 0)
		return fault_set(fault, FAULT_USAGE,
		    "there is no revision %llu: the store has none yet",
		    (unsigned long long)rev);
	if (rev == 0 || rev > last)
		return fault_set(fault, FAULT_USAGE,
		    "there is no revision %llu: the last one is %llu",
		    (unsigned long long)rev, (unsigned long long)last);
	if (rev <= horizon)
		return fault_set(fault, FAULT_USAGE,
		    "revision %llu cannot be undone: what was before revision %llu has "
		    "been pruned",
		    (unsigned long long)rev, (unsigned long long)horizon + 1);
	return 0;
}

/* --diff: one record as it was and as it is. */
struct telling {
	struct undo *undo;
	uint64_t id;
	struct view name;
	enum cause cause;
};

static int
tell_field(void *context, const struct difference *difference, struct fault *fault)
{
	const struct telling *telling = context;
	const struct undo_report *report = telling->undo->report;

	(void)fault;
	report->difference(report->context, telling->id, telling->name, difference,
	    cause_name(telling->cause));
	return 0;
}

static int
tell_record(void *context, const struct kind *kind, uint64_t id, struct record old,
    struct record new, enum cause cause, struct fault *fault)
{
	struct telling telling = { .undo = context, .id = id, .cause = cause };
	struct buf name = BUF_EMPTY;
	int result =
	    differences_name(&name, telling.undo->txn, kind, id, old, new, fault);

	telling.name = buf_as_view(&name);
	if (result == 0)
		result = differences_each(telling.undo->txn, kind, id, old, new,
		    FIELD_SYSTEM, tell_field, &telling, fault);
	buf_release(&name);
	return result;
}

/* Whether some of the conflicts are none with --force. */
static bool
force_helps(const struct undo *undo)
{
	const struct undo_item *item;
	size_t i;

	for (i = 0; i < undo->count; i++)
		if (undo->items[i].problem == PROBLEM_SENT)
			return false;
	for (i = 0; i < undo->setting_count; i++)
		if (undo->settings[i].action == UNDO_ERROR)
			return !undo->force;
	for (i = 0; i < undo->count; i++) {
		item = &undo->items[i];
		if (item->action == UNDO_ERROR &&
		    (item->problem <= PROBLEM_REFERRED ||
			(item->problem == PROBLEM_USED &&
			    item->kind == kind_attribute.number)))
			return !undo->force;
	}
	return false;
}

/* TW-26: hashes of what was erased stay, and what a run erased or was erased
 * since does not come back. */
static int
check_erased(struct undo *undo, struct fault *fault)
{
	size_t i;

	for (i = 0; i < undo->count; i++)
		if (undo->items[i].kind == kind_erasure.number &&
		    undo->items[i].action == UNDO_DELETED)
			return fault_set(fault, FAULT_CONFLICT,
			    "revision %llu cannot be undone: it erased records for good",
			    (unsigned long long)undo->rev);
	if (undo->count > 0 || undo->setting_count > 0)
		return 0;
	return fault_set(fault, FAULT_USAGE,
	    undo->counts->erased > 0
		? "revision %llu cannot be undone: what it changed was erased since"
		: "revision %llu cannot be undone: it changed no record and no setting",
	    (unsigned long long)undo->rev);
}

static int
carry_out(struct undo *undo, struct fault *fault)
{
	const struct change_observer observer = { undo, NULL, tell_record };
	uint64_t refused;

	if (undo_plan(undo, fault) != 0 || check_erased(undo, fault) != 0)
		return -1;
	if (undo_check(undo, fault) != 0 || undo_tell(undo, &refused, fault) != 0)
		return -1;
	if (refused > 0)
		return fault_set(fault, FAULT_CONFLICT,
		    "revision %llu is not undone, %llu %s: nothing was stored%s",
		    (unsigned long long)undo->rev, (unsigned long long)refused,
		    refused == 1 ? "conflict" : "conflicts",
		    force_helps(undo)
			? " (--force puts back what it changed all the same)"
			: "");
	if (undo->report->difference != NULL &&
	    change_observe(undo->txn, &observer, fault) != 0)
		return -1;
	txn_undoes(undo->txn, undo->rev);
	return undo_write(undo, fault);
}

int
undo_revision(struct txn *txn, uint64_t rev, bool force, const struct undo_report *report,
    struct undo_counts *counts, struct fault *fault)
{
	struct undo undo = { .txn = txn,
		.rev = rev,
		.force = force,
		.report = report,
		.counts = counts,
		.form = malloc(sizeof(*undo.form)),
		.scratch = malloc(sizeof(*undo.scratch)) };
	int result = -1;

	*counts = (struct undo_counts){ .also = 0 };
	if (undo.form == NULL || undo.scratch == NULL)
		fault_memory(fault);
	else if (check_revision(txn, rev, fault) == 0)
		result = carry_out(&undo, fault);
	free(undo.items);
	free(undo.settings);
	free(undo.referrers);
	arena_release(&undo.arena);
	free(undo.form);
	free(undo.scratch);
	return result;
}
