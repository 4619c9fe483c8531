/* SPDX-License-Identifier: ISC */
/*
 * contact-store undo: takes back a whole run. Conflicts are told one by one up
 * to a limit, and all of them by --results, whether or not anything is stored.
 */
#include <limits.h>
#include <stdio.h>

#include "cli/progress.h"
#include "cli/results.h"
#include "look_after.h"
#include "model/entity.h"
#include "rules/undo.h"

/* Conflicts that are told one by one on stderr. */
#define TOLD_MOST 20

struct undoing {
	struct command *command;
	struct results *results;
	struct progress progress;
	uint64_t rev;
	bool force;
	/* Of the attempt under way. */
	struct undo_counts counts;
	struct buf told;
	uint64_t told_count;
};

static void
tell(struct undoing *undoing, const struct undo_result *result)
{
	if (++undoing->told_count > TOLD_MOST)
		return;
	if (result->id == 0) {
		buf_text(&undoing->told, "setting ");
		buf_view(&undoing->told, result->key);
	} else {
		buf_printf(&undoing->told, "#%llu", (unsigned long long)result->id);
	}
	buf_text(&undoing->told, ": ");
	buf_view(&undoing->told, result->message);
	buf_printf(&undoing->told, " (%s)", result->code);
	buf_char(&undoing->told, '\0');
}

static void
take_result(void *context, const struct undo_result *result)
{
	struct undoing *undoing = context;

	results_add(undoing->results,
	    &(struct result_row){ .action = undo_action_name(result->action),
		.id = result->id,
		.key = result->key,
		.message = result->message,
		.changed = result->changed,
		.code = result->code });
	if (result->action == UNDO_ERROR)
		tell(undoing, result);
}

static void
take_difference(void *context, uint64_t id, struct view name,
    const struct difference *difference, const char *cause)
{
	struct undoing *undoing = context;

	diff_add(undoing->results, 0, id, name, difference->field, difference->from,
	    difference->to, cause, view_of(NULL));
}

static void
take_progress(void *context, uint64_t done, uint64_t total)
{
	struct undoing *undoing = context;

	progress_step(&undoing->progress, done, total, done);
}

static int
work(struct txn *txn, void *context, struct fault *fault)
{
	struct undoing *undoing = context;
	const struct undo_report report = { .context = undoing,
		.all = results_wanted(undoing->results),
		.result = take_result,
		.difference = diff_wanted(undoing->results) ? take_difference : NULL,
		.progress = take_progress };

	results_restart(undoing->results);
	buf_clear(&undoing->told);
	undoing->told_count = 0;
	return undo_revision(
	    txn, undoing->rev, undoing->force, &report, &undoing->counts, fault);
}

/* Reads the operand, with the store at hand to say which revisions there are.
 * It also sees to it that a store is not made in order to undo nothing. */
static int
read_revision(struct undoing *undoing, struct fault *fault)
{
	const uint64_t wait = undoing->command->shared->wait;
	const struct store_options options = { .path = undoing->command->store_path,
		.wait = wait < UINT_MAX ? (unsigned)wait : UINT_MAX };
	const char *operand = undoing->command->operands[1];
	struct store *store = NULL;
	struct txn *txn;
	int result = -1;

	if (store_open(&store, &options, fault) != 0 ||
	    txn_begin(&txn, store, fault) != 0)
		goto done;
	if (operand[0] != '#' && entity_read_id(view_of(operand), &undoing->rev))
		result = 0;
	else
		fault_set(fault, FAULT_USAGE,
		    "undo: \"%s\" is not the number of a revision, the last one is %llu",
		    operand, (unsigned long long)txn_rev(txn));
	txn_end(txn);
done:
	store_close(store);
	return result;
}

static void
tell_conflicts(struct undoing *undoing)
{
	const char *at = undoing->told.at;
	uint64_t i;

	/* Without memory for them, why the run failed is what matters. */
	if (undoing->told.failed)
		return;
	for (i = 0; i < undoing->told_count && i < TOLD_MOST; i++) {
		command_warn(undoing->command, "%s", at);
		at += strlen(at) + 1;
	}
	if (undoing->told_count > TOLD_MOST)
		command_warn(undoing->command, "and %llu more%s",
		    (unsigned long long)(undoing->told_count - TOLD_MOST),
		    results_wanted(undoing->results) ? "" : " (--results lists them)");
}

static void
summarize(const struct undoing *undoing, const struct run_outcome *outcome)
{
	const struct command *command = undoing->command;
	const uint64_t *by = undoing->counts.by_action;
	char also[40] = "";

	/* Made without asking for memory: what was stored is said in any case. */
	if (undoing->counts.also > 0)
		snprintf(also, sizeof(also), " also=%llu",
		    (unsigned long long)undoing->counts.also);
	command_note(command,
	    "undone rev=%llu: created=%llu updated=%llu deleted=%llu unchanged=%llu "
	    "errors=%llu%s rev=%llu in %.2f s%s",
	    (unsigned long long)undoing->rev, (unsigned long long)by[UNDO_CREATED],
	    (unsigned long long)by[UNDO_UPDATED], (unsigned long long)by[UNDO_DELETED],
	    (unsigned long long)by[UNDO_UNCHANGED], (unsigned long long)by[UNDO_ERROR],
	    also, (unsigned long long)outcome->last, progress_seconds(&undoing->progress),
	    command->shared->dry_run ? ", nothing stored" : "");
}

static int
execute(struct undoing *undoing, const struct look_after *options,
    struct run_outcome *outcome, struct fault *fault)
{
	const struct command *command = undoing->command;
	const struct run run = command_run(
	    command, options->force ? "undo force" : "undo", command->shared->dry_run);
	struct store *store = NULL;
	int result = -1;

	if (command_open_store(&store, command, true, 0, fault) == 0) {
		progress_begin(&undoing->progress, command, "undoing");
		result = store_run(store, &run, work, undoing, outcome, fault);
		progress_finish(&undoing->progress);
	}
	store_close(store);
	return result;
}

int
undo_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	struct undoing undoing = { .command = command, .force = options->force };
	struct run_outcome outcome = { 0, 0 };
	struct fault after;
	int result = -1;

	if (read_revision(&undoing, fault) != 0 ||
	    results_open(&undoing.results, command, fault) != 0)
		goto done;
	result = execute(&undoing, options, &outcome, fault);
	tell_conflicts(&undoing);
	if (result == 0)
		summarize(&undoing, &outcome);
	if (result == 0 && undoing.counts.erased > 0)
		command_note(command,
		    "%llu of its records %s erased since, and not brought back",
		    (unsigned long long)undoing.counts.erased,
		    undoing.counts.erased == 1 ? "was" : "were");
	/* Of a refused undoing the conflicts are what is asked for. */
	if ((result == 0 || undoing.told_count > 0) &&
	    results_finish(undoing.results, outcome.rev, &after) != 0 && result == 0) {
		*fault = after;
		result = -1;
	}
done:
	results_close(undoing.results);
	buf_release(&undoing.told);
	return result == 0 ? EXIT_OK : -1;
}
