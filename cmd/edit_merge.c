/* SPDX-License-Identifier: ISC */
/*
 * Merging duplicates, and saying that two are none: KEEP OTHER, or - for rows with
 * the columns id and other, as contact-find --duplicates prints them. All of one
 * command is one run, under the guard.
 */
#include "edit.h"

#include "rules/likeness.h"

static int
check(const struct command *command, const struct edit_options *options,
    struct fault *fault)
{
	const char *option = options->merges ? "--merge" : "--not-duplicate";
	size_t count = command->operand_count;

	if (!likeness_knows(command->kind))
		return fault_set(fault, FAULT_USAGE,
		    "%s: for contacts and organizations, not for kind %s", option,
		    command->kind->name);
	if (count == 2 || (count == 1 && strcmp(command->operands[0], "-") == 0))
		return 0;
	return fault_set(fault, FAULT_USAGE,
	    "%s: takes KEEP and OTHER, or - for rows with columns id and other", option);
}

int
edit_merge(
    struct command *command, const struct edit_options *options, struct fault *fault)
{
	static const char *const none[] = { NULL };
	const char *doing = options->merges ? "merging" : "editing";
	const struct intake_file rows = { .path = "-",
		.kind = command->kind,
		.may_be_empty = true,
		.takes = none,
		.pairs = true };
	const struct intake_work from_rows = {
		.files = &rows, .file_count = 1, .doing = doing
	};
	const struct intake_work from_operands = { .pair = command->operands,
		.doing = doing };
	struct import_options import = { .kind = command->kind,
		.mode = IMPORT_UPDATE,
		.selects = true,
		.pairs = options->merges ? PAIRS_MERGED : PAIRS_APART,
		.no_sync = options->no_sync,
		.me = command->user };

	if (check(command, options, fault) != 0 ||
	    guard_read(&import.guard, options->max, options->yes, fault) != 0)
		return -1;
	return intake(command, &options->intake,
	    command->operand_count == 2 ? &from_operands : &from_rows, &import, options,
	    fault);
}
