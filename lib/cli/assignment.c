/* SPDX-License-Identifier: ISC */
/*
 * All operands of one command are one run, so they are stored together or not
 * at all. The work may be called twice, so it counts and tells from the start.
 */
#include "cli/assignment.h"

#include "cli/progress.h"
#include "cli/results.h"
#include "model/settings.h"

int
assignment_unknown(struct view name, struct fault *fault)
{
	struct buf names = BUF_EMPTY;

	for (size_t i = 0; setting_at(i) != NULL; i++)
		buf_printf(&names, " %s", setting_at(i)->name);
	fault_set(fault, FAULT_USAGE, "%.*s: no such setting, these are:%s",
	    (int)(name.len < 100 ? name.len : 100), name.at, buf_string(&names));
	buf_release(&names);
	return -1;
}

struct assignment {
	struct command *command;
	struct results *results;
	uint64_t updated, unchanged;
};

static struct view
operand_name(const char *operand)
{
	return view_make(operand, strcspn(operand, "="));
}

/* One operand, NAME=VALUE. */
static int
assign(struct assignment *assignment, struct txn *txn, const char *operand,
    struct fault *fault)
{
	struct view name = operand_name(operand);
	const struct setting *setting = setting_by_name(name);
	struct buf from = BUF_EMPTY, to = BUF_EMPTY;
	bool changed = false;
	int rc = -1;

	if (setting_get(&from, txn, setting->name, fault) == 0 &&
	    setting_set(txn, name, view_of(operand + name.len + 1), &changed, fault) ==
		0 &&
	    setting_get(&to, txn, setting->name, fault) == 0)
		rc = 0;
	if (rc == 0) {
		results_add(assignment->results,
		    &(struct result_row){ .action = changed ? "updated" : "unchanged",
			.key = name,
			.changed = changed ? VIEW("value") : view_of(NULL) });
		if (changed)
			diff_add(assignment->results, 0, 0, name, VIEW("value"),
			    buf_as_view(&from), buf_as_view(&to), "row", view_of(NULL));
	}
	assignment->updated += changed;
	assignment->unchanged += !changed;
	buf_release(&from);
	buf_release(&to);
	return rc;
}

static int
assign_all(struct txn *txn, void *context, struct fault *fault)
{
	struct assignment *assignment = context;
	const struct command *command = assignment->command;

	results_restart(assignment->results);
	assignment->updated = assignment->unchanged = 0;
	for (size_t i = 1; i < command->operand_count; i++)
		if (assign(assignment, txn, command->operands[i], fault) < 0)
			return -1;
	return 0;
}

static int
check_assignments(const struct command *command, struct fault *fault)
{
	for (size_t i = 1; i < command->operand_count; i++) {
		const char *operand = command->operands[i];
		struct view name = operand_name(operand);

		if (operand[name.len] == '\0')
			return fault_set(
			    fault, FAULT_USAGE, "set: \"%s\" is not NAME=VALUE", operand);
		if (setting_by_name(name) == NULL)
			return assignment_unknown(name, fault);
		for (size_t k = 1; k < i; k++)
			if (view_equal(operand_name(command->operands[k]), name))
				return fault_set(fault, FAULT_USAGE,
				    "set: %.*s is given twice", (int)name.len, name.at);
	}
	return 0;
}

int
assignment_run(struct command *command, struct fault *fault)
{
	struct assignment assignment = { .command = command };
	const struct run run = command_run(command, "set", command->shared->dry_run);
	struct run_outcome outcome = { 0, 0 };
	struct store *store = NULL;
	struct progress progress;
	int rc = -1;

	progress_begin(&progress, command, "setting");
	if (check_assignments(command, fault) == 0 &&
	    results_open(&assignment.results, command, fault) == 0 &&
	    command_open_store(&store, command, true, 0, fault) == 0)
		rc = store_run(store, &run, assign_all, &assignment, &outcome, fault);
	store_close(store);
	if (rc == 0)
		command_note(command, "updated=%llu unchanged=%llu rev=%llu in %.2f s%s",
		    (unsigned long long)assignment.updated,
		    (unsigned long long)assignment.unchanged,
		    (unsigned long long)outcome.last, progress_seconds(&progress),
		    command->shared->dry_run ? ", nothing stored" : "");
	if (rc == 0)
		rc = results_finish(assignment.results, outcome.rev, fault);
	results_close(assignment.results);
	return rc;
}
