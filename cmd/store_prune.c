/* SPDX-License-Identifier: ISC */
/*
 * `prune` forgets runs that are older than an age, which is a run itself;
 * `compact` gives the store a new file, in which nothing is left of what was
 * forgotten or deleted.
 */
#include <limits.h>

#include "base/clock.h"
#include "cli/progress.h"
#include "look_after.h"
#include "rules/compact.h"
#include "store/history.h"

struct pruning {
	int64_t before; /* forget runs before this time */
	uint64_t rev;	/* the last of them */
	struct pruned pruned;
};

/* The last revision that is older; the work of a run, which may be called
 * again. */
static int
prune(struct txn *txn, void *context, struct fault *fault)
{
	struct pruning *pruning = context;
	uint64_t first;

	pruning->pruned = (struct pruned){ 0, 0 };
	if (txn_revision_at(txn, pruning->before, &first, fault) != 0)
		return -1;
	/* The row of this run is not in the log yet. */
	pruning->rev = first >= txn_rev(txn) ? txn_rev(txn) - 1 : first - 1;
	return history_prune(txn, pruning->rev, &pruning->pruned, fault);
}

static int
run_prune(const struct command *command, struct pruning *pruning, bool dry,
    struct run_outcome *outcome, struct fault *fault)
{
	const struct run run = command_run(command, "prune older", dry);
	struct store *store = NULL;
	int rc;

	/* Reading does not make a store in order to forget its history. */
	if (command_open_store(&store, command, false, 0, fault) != 0)
		return -1;
	store_close(store);
	store = NULL;
	rc = command_open_store(&store, command, true, 0, fault);
	if (rc == 0)
		rc = store_run(store, &run, prune, pruning, outcome, fault);
	store_close(store);
	return rc;
}

static int
read_age(struct pruning *pruning, const struct command *command,
    const struct look_after *options, struct fault *fault)
{
	int64_t age;

	if (options->older == NULL)
		return fault_set(
		    fault, FAULT_USAGE, "prune: --older AGE is needed: 90d, 18mo, 2y");
	if (!age_read(view_of(options->older), &age) || age < 0)
		return fault_set(fault, FAULT_USAGE,
		    "--older: \"%s\" is no age: write 90d, 18mo, 2y (units s min h d w "
		    "mo "
		    "y)",
		    options->older);
	pruning->before = command->now - age;
	return 0;
}

int
prune_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	bool dry = command->shared->dry_run || !options->yes;
	struct run_outcome outcome = { 0, 0 };
	struct pruning pruning = { 0 };
	struct progress progress;
	int rc;

	if (read_age(&pruning, command, options, fault) != 0)
		return -1;
	progress_begin(&progress, command, "forgetting");
	rc = run_prune(command, &pruning, dry, &outcome, fault);
	progress_finish(&progress);
	if (rc != 0)
		return rc;
	if (dry && !command->shared->dry_run)
		return fault_set(fault, FAULT_CONFLICT,
		    "prune would forget %llu runs and %llu earlier versions of records, "
		    "for good: --yes does it",
		    (unsigned long long)pruning.pruned.runs,
		    (unsigned long long)pruning.pruned.images);
	command_note(command, "prune runs=%llu images=%llu rev=%llu in %.2f s%s",
	    (unsigned long long)pruning.pruned.runs,
	    (unsigned long long)pruning.pruned.images, (unsigned long long)outcome.last,
	    progress_seconds(&progress), dry ? ", nothing stored" : "");
	if (outcome.rev > 0)
		command_note(command,
		    "bytes of what was forgotten stay in the store's file until "
		    "'contact-store compact'");
	return EXIT_OK;
}

int
compact_run(
    struct command *command, const struct look_after *options, struct fault *fault)
{
	const uint64_t wait = command->shared->wait;
	const struct store_options opening = { .path = command->store_path,
		.alone = true,
		.wait = wait < UINT_MAX ? (unsigned)wait : UINT_MAX };
	struct compacted compacted = { 0, 0, 0 };
	struct store *store = NULL;
	struct progress progress;
	int rc = -1;

	(void)options;
	progress_begin(&progress, command, "compacting");
	if (store_open(&store, &opening, fault) == 0)
		rc = compact_store(&compacted, store, fault);
	store_close(store);
	progress_finish(&progress);
	if (rc == 0)
		command_note(command, "compact before=%llu after=%llu rev=%llu in %.2f s",
		    (unsigned long long)compacted.before,
		    (unsigned long long)compacted.after,
		    (unsigned long long)compacted.rev, progress_seconds(&progress));
	return rc;
}
