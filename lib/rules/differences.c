/* SPDX-License-Identifier: ISC */
/*
 * --diff: every change of a record is seen where it is made, so that what rules
 * changed besides the rows is told in the same way.
 */
#include "model/differences.h"
#include "rules/import_run.h"

struct telling {
	const struct import_report *report;
	struct import_difference difference;
};

static int
tell(void *context, const struct difference *found, struct fault *fault)
{
	struct telling *telling = context;
	struct import_difference *difference = &telling->difference;

	(void)fault;
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
	struct telling telling = { &import->report,
		{ .line = import->line, .id = id, .cause = cause_name(cause) } };
	struct buf name = BUF_EMPTY;
	int result;

	result = differences_name(&name, import->txn, kind, id, old, new, fault);
	if (result == 0)
		result = buf_check(&name, fault);
	telling.difference.name = buf_as_view(&name);
	if (result == 0)
		result = differences_each(
		    import->txn, kind, id, old, new, FIELD_SYSTEM, tell, &telling, fault);
	buf_release(&name);
	return result;
}

int
differences_observe(struct import *import, struct fault *fault)
{
	struct change_observer observer = { import, changed };

	return import->report.difference == NULL
	    ? 0
	    : change_observe(import->txn, &observer, fault);
}
