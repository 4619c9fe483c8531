/* SPDX-License-Identifier: ISC */
/*
 * --diff: every change of a record is seen where it is made, so that what rules
 * changed besides the rows is told in the same way.
 */
#include "model/differences.h"
#include "model/origin.h"
#include "rules/import_run.h"

struct telling {
	const struct import_report *report;
	const struct kind *kind;
	struct record version; /* after the change */
	enum cause cause;
	struct import_difference difference;
};

static bool
is_status(uint16_t slot)
{
	return slot == CONTACT_CLIENT_STATUS || slot == CONTACT_CANDIDATE_STATUS;
}

static int
tell(void *context, const struct difference *found, struct fault *fault)
{
	struct telling *telling = context;
	struct import_difference *difference = &telling->difference;
	struct origin origin = { telling->cause, { NULL, 0 } };

	(void)fault;
	if (telling->report->statuses_only && !is_status(found->slot))
		return 0;
	if (telling->version.at != NULL)
		origin = origin_of(telling->kind, telling->version, found->slot);
	difference->cause = cause_name(origin.cause);
	difference->job = origin.job;
	difference->field = found->field;
	difference->from = found->from;
	difference->to = found->to;
	telling->report->difference(telling->report->context, difference);
	return 0;
}

static int
changed(void *context, const struct kind *kind, uint64_t id, struct record old,
    struct record new, enum cause cause, struct fault *fault)
{
	struct import *import = context;
	struct telling telling = { &import->report, kind, new, cause,
		{ .line = import->line, .id = id } };
	struct buf name = BUF_EMPTY;
	int result;

	if (import->report.statuses_only && kind != &kind_contact)
		return 0;
	/* What rules settle in the end is of the line that they heard of it. */
	if (import->line == 0 && new.at != NULL)
		telling.difference.line = record_line(new);

	result = differences_name(&name, import->txn, kind, id, old, new, fault);
	if (result == 0)
		result = buf_check(&name, fault);
	telling.difference.name = buf_as_view(&name);
	if (result == 0)
		result = differences_each(import->txn, kind, id, old, new,
		    FIELD_SYSTEM | FIELD_UNTOLD, tell, &telling, fault);
	buf_release(&name);
	return result;
}

int
differences_observe(struct import *import, struct fault *fault)
{
	struct change_observer observer = { import, NULL, changed };

	return import->report.difference == NULL
	    ? 0
	    : change_observe(import->txn, &observer, fault);
}
