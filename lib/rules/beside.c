/* SPDX-License-Identifier: ISC */
/*
 * Imports of other kinds are begun when they are first needed and kept to the end of
 * the run. They report to whoever asked, and what they store counts as `also`.
 */
#include "rules/beside.h"

#include <stdlib.h>

struct import_beside {
	struct import_beside *next;
	struct beside_way way;
	struct import *import;
	struct beside *taken; /* where its report goes */
	struct arena keys;
};

static int
note_result(void *context, const struct import_result *result, struct fault *fault)
{
	struct import_beside *beside = context;

	beside->taken->action = result->action;
	beside->taken->id = result->action == ACTION_ERROR ? 0 : result->id;
	beside->taken->code = result->code;
	buf_clear(&beside->taken->message);
	buf_view(&beside->taken->message, result->message);
	return buf_check(&beside->taken->message, fault);
}

static int
begin(struct import *import, struct import_beside *beside, struct fault *fault)
{
	const struct beside_way *way = &beside->way;
	const struct import_report report = {
		.context = beside, .all = true, .result = note_result
	};
	const struct import_options options = {
		.kind = way->kind,
		.mode = way->mode,
		.source = way->source,
		.selects = way->selects,
		.edits = way->selects,
		.forced = import->options.forced,
		.no_sync = import->options.no_sync,
		.known_organizations = import->options.known_organizations,
		.repeated_last = true,
		.anew = way->anew,
		.me = import->options.me,
		.values = import->options.values,
	};

	return import_begin(&beside->import, import->txn, &options, &report, fault) != 0
	    ? -1
	    : import_prepare(beside->import, fault);
}

static bool
same_way(const struct beside_way *a, const struct beside_way *b)
{
	return a->kind == b->kind && a->mode == b->mode && a->selects == b->selects &&
	    a->anew == b->anew &&
	    (a->source == b->source ||
		(a->source != NULL && b->source != NULL &&
		    strcmp(a->source, b->source) == 0));
}

static struct import_beside *
find(struct import *import, const struct beside_way *way, struct fault *fault)
{
	struct import_beside *beside = import->besides;
	char *source;

	while (beside != NULL && !same_way(&beside->way, way))
		beside = beside->next;
	if (beside != NULL)
		return beside;
	beside = calloc(1, sizeof(*beside));
	source = way->source == NULL ? NULL : strdup(way->source);
	if (beside == NULL || (way->source != NULL && source == NULL)) {
		free(beside);
		free(source);
		fault_memory(fault);
		return NULL;
	}
	beside->way = *way;
	beside->way.source = source;
	beside->next = import->besides;
	import->besides = beside;
	return begin(import, beside, fault) == 0 ? beside : NULL;
}

int
beside_take(struct import *import, const struct beside_way *way, struct draft *draft,
    struct beside *beside, struct fault *fault)
{
	struct import_beside *in = find(import, way, fault);
	uint64_t id, also;

	*beside = (struct beside){ .id = 0, .message = BUF_EMPTY };
	if (in == NULL)
		return -1;
	in->taken = beside;
	also = in->import->counts.also;
	draft->line = import->line;
	arena_clear(&in->keys);
	if (draft_make_keys(draft, way->kind, in->import->keyed, in->import->keyed_count,
		&in->keys, &in->import->text, fault) != 0 ||
	    import_take(in->import, draft, &id, fault) != 0)
		return -1;
	if (beside->action != ACTION_ERROR)
		beside->id = id;
	import->counts.also += in->import->counts.also - also +
	    (beside->action == ACTION_CREATED || beside->action == ACTION_UPDATED);
	return 0;
}

enum step
beside_stop(struct import *import, const struct beside *beside)
{
	struct view message = buf_as_view(&beside->message);
	enum step step = beside->action == ACTION_SUPPRESSED ? STEP_SUPPRESS
	    : beside->action == ACTION_SKIPPED		     ? STEP_SKIP
							     : STEP_ERROR;

	return import_stop(import, step, beside->code, "%.*s",
	    (int)(message.len < 300 ? message.len : 300), message.at);
}

void
beside_release(struct beside *beside)
{
	buf_release(&beside->message);
}

void
besides_forget(struct import *import)
{
	struct import_beside *beside;

	employer_changed(import);
	for (beside = import->besides; beside != NULL; beside = beside->next)
		besides_forget(beside->import);
}

int
besides_finish(struct import *import, struct fault *fault)
{
	struct import_beside *beside;
	uint64_t also;

	for (beside = import->besides; beside != NULL; beside = beside->next) {
		also = beside->import->counts.also;
		if (import_finish(beside->import, import->statuses != NULL, fault) != 0)
			return -1;
		import->counts.also += beside->import->counts.also - also;
	}
	return 0;
}

void
besides_free(struct import *import)
{
	struct import_beside *beside;

	while ((beside = import->besides) != NULL) {
		import->besides = beside->next;
		import_free(beside->import);
		arena_release(&beside->keys);
		free((char *)beside->way.source);
		free(beside);
	}
}
