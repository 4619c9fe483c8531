/* SPDX-License-Identifier: ISC */
/* Records that the operands choose, as all programs take them (design A2). */
#include "intake.h"

bool
intake_by_rows(const struct command *command)
{
	return command->operand_count == 1 && strcmp(command->operands[0], "-") == 0;
}

int
intake_check_chosen(
    const struct command *command, bool all, const char *what, struct fault *fault)
{
	if (all && command->operand_count > 0)
		return fault_set(fault, FAULT_USAGE,
		    "--all and %s: a selection is one or the other",
		    command->operands[0]);
	return all || command->operand_count > 0
	    ? 0
	    : fault_set(fault, FAULT_USAGE,
		  "which %s? a QUERY, - for rows on standard input, or --all", what);
}

int
intake_chosen(struct command *command, const struct intake_options *options,
    struct intake_work work, const char *const *takes, struct import_options *import,
    const void *all_options, struct fault *fault)
{
	static const char *const none[] = { NULL };
	const struct intake_file rows = { .path = "-",
		.kind = command->kind,
		.may_be_empty = true,
		.takes = takes == NULL ? none : takes };

	if (intake_by_rows(command)) {
		work.files = &rows;
		work.file_count = 1;
	} else {
		work.query = command->operands;
		work.query_count = command->operand_count;
	}
	return intake(command, options, &work, import, all_options, fault);
}
