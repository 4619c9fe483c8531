/* SPDX-License-Identifier: ISC */
/*
 * Versions follow each other: where one begins as the one before ends, a run
 * changed the record; where it begins later, the record was gone in between.
 * The oldest version that is known is what the record was made as, unless
 * older ones were pruned.
 */
#include "model/record_history.h"

#include "model/origin.h"
#include "store/history.h"
#include "store/log.h"

struct telling {
	struct txn *versions, *shown;
	const struct kind *kind;
	struct history_span span;
	int (*each)(void *context, const struct history_row *row, struct fault *fault);
	void *context;
	struct history_row row;
	struct record version; /* that the row leads to */
	struct buf name;
};

static const struct record none = { NULL, 0 };

static int
tell_field(void *context, const struct difference *difference, struct fault *fault)
{
	struct telling *telling = context;
	struct origin origin;

	if (telling->version.at != NULL) {
		origin = origin_of(telling->kind, telling->version, difference->slot);
		telling->row.cause = origin.cause;
		telling->row.job = origin.job;
	}
	telling->row.field = difference->field;
	telling->row.from = difference->from;
	telling->row.to = difference->to;
	return telling->each(telling->context, &telling->row, fault);
}

/* What the run `rev` made of the record. */
static int
tell(struct telling *telling, uint64_t rev, struct record old, struct record new,
    struct fault *fault)
{
	struct history_row *row = &telling->row;
	struct log_row run;
	int found;

	if (rev <= telling->span.since || rev > telling->span.until)
		return 0;
	found = log_row(telling->versions, rev, &run, fault);
	if (found != 1)
		return found == -1
		    ? -1
		    : fault_set(fault, FAULT_STORE,
			  "record %llu has changed in revision %llu, "
			  "which is not in the log: run contact-store "
			  "check, restore a backup",
			  (unsigned long long)row->id, (unsigned long long)rev);
	row->rev = rev;
	row->when = run.now;
	row->who = run.who;
	row->program = run.program;
	/* Of what is gone no record says why. */
	telling->version = new;
	row->line = new.at == NULL ? 0 : record_line(new);
	row->cause = run.undoes > 0 ? CAUSE_UNDO : CAUSE_ROW;
	row->job = (struct view){ NULL, 0 };
	buf_clear(&telling->name);
	if (differences_name(&telling->name, telling->shown, telling->kind, row->id, old,
		new, fault) == -1 ||
	    buf_check(&telling->name, fault) == -1)
		return -1;
	row->name = buf_as_view(&telling->name);
	return differences_each(telling->shown, telling->kind, row->id, old, new,
	    FIELD_SYSTEM | FIELD_ELSEWHERE, tell_field, telling, fault);
}

/* The version that follows on `before`, which held until the run `end`. */
static int
tell_version(struct telling *telling, struct record before, uint64_t end,
    struct record version, struct fault *fault)
{
	uint64_t begin = record_rev(version);
	int result;

	if (before.at == NULL)
		return begin == record_created(version)
		    ? tell(telling, begin, none, version, fault)
		    : 0;
	if (begin == end)
		return tell(telling, begin, before, version, fault);
	result = tell(telling, end, before, none, fault);
	return result != 0 ? result : tell(telling, begin, none, version, fault);
}

static int
tell_versions(struct telling *telling, struct fault *fault)
{
	struct record before = none, version;
	struct version_walk walk;
	uint64_t end = 0, until;
	int found = 0, result = 0;

	if (version_walk_open(&walk, telling->versions, telling->row.id, fault) == -1)
		return -1;
	while (result == 0 &&
	    (found = version_walk_next(&walk, &version, &until, fault)) == 1) {
		result = tell_version(telling, before, end, version, fault);
		before = version;
		end = until;
	}
	version_walk_close(&walk);
	if (result == 0 && found == 0 && before.at != NULL && end != UINT64_MAX)
		result = tell(telling, end, before, none, fault);
	return found == -1 ? -1 : result;
}

int
record_history_each(struct txn *versions, struct txn *shown, const struct kind *kind,
    uint64_t id, const struct history_span *span,
    int (*each)(void *context, const struct history_row *row, struct fault *fault),
    void *context, struct fault *fault)
{
	struct telling telling = { .versions = versions,
		.shown = shown,
		.kind = kind,
		.span = *span,
		.each = each,
		.context = context,
		.row = { .id = id },
		.name = BUF_EMPTY };
	uint64_t horizon;
	int result = -1;

	if (log_horizon(versions, &horizon, fault) == 0) {
		if (telling.span.since < horizon)
			telling.span.since = horizon;
		result = tell_versions(&telling, fault);
	}
	buf_release(&telling.name);
	return result;
}
