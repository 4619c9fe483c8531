/* SPDX-License-Identifier: ISC */
/*
 * contact-archive: takes records out of use.
 *
 * Reads a selection of records of one kind: a query, or rows on standard input.
 * Deletes them, all of one command in one run, under the guard; what others
 * refer to stays unless it is forced. Writes results, errors and differences
 * where it is asked to.
 */
#include "intake.h"

struct archive_options {
	struct shared_options shared;
	struct intake_options intake; /* of rows: what they may be encoded in */
	bool removes, force, all, yes;
	const char *max;
};

#define ROW(member, name, argument, type, group, help, no)                               \
	OPTION_ROW(struct archive_options, member, 0, name, argument, type, group, help, \
	    NULL, no)

static const struct option table[] = {
	OPTIONS_SHARED(struct archive_options, shared),
	OPTIONS_WRITE(struct archive_options, shared),
	ROW(removes, "delete", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "delete the selection; undo brings it back", NULL),
	ROW(all, "all", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "select every record of the kind", NULL),
	ROW(force, "force", NULL, OPTION_FLAG, GROUP_RARE,
	    "delete what others refer to, too", NULL),
	ROW(max, "max", "N|N%", OPTION_TEXT, GROUP_RARE,
	    "delete at most so many (25 or 5%)", "yes"),
	ROW(yes, "yes", NULL, OPTION_FLAG, GROUP_RARE,
	    "delete them, however many they are", NULL),
};

static const struct program program = {
	.name = "contact-archive",
	.summary = "Take records out of use.",
	.synopsis = "[OPTION]... --delete QUERY | --all | -",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
};

static bool
reads_rows(const struct command *command)
{
	return command->operand_count == 1 && strcmp(command->operands[0], "-") == 0;
}

static int
check(const struct command *command, const struct archive_options *options,
    struct fault *fault)
{
	if (!options->removes)
		return fault_set(fault, FAULT_USAGE, "what is to be done? --delete");
	if (options->all && command->operand_count > 0)
		return fault_set(fault, FAULT_USAGE,
		    "--all and %s: a selection is one or the other",
		    command->operands[0]);
	if (!options->all && command->operand_count == 0)
		return fault_set(fault, FAULT_USAGE,
		    "which records? a QUERY, - for rows on standard input, or --all");
	return 0;
}

static int
run(struct command *command, void *at, struct fault *fault)
{
	static const char *const none[] = { NULL };
	const struct archive_options *options = at;
	const struct intake_file rows = {
		.path = "-", .kind = command->kind, .may_be_empty = true, .takes = none
	};
	const struct intake_work from_rows = {
		.files = &rows, .file_count = 1, .doing = "deleting"
	};
	const struct intake_work from_query = { .query = command->operands,
		.query_count = command->operand_count,
		.all = options->all,
		.doing = "deleting" };
	struct import_options import = { .kind = command->kind,
		.mode = IMPORT_UPDATE,
		.selects = true,
		.removes = true,
		.forced = options->force,
		.me = command->user };

	if (check(command, options, fault) != 0 ||
	    guard_read(&import.guard, options->max, options->yes, fault) != 0)
		return -1;
	return intake(command, &options->intake,
	    reads_rows(command) ? &from_rows : &from_query, &import, options, fault);
}

int
main(int argc, char **argv)
{
	static struct archive_options options;

	return command_main(&program, argc, argv, &options,
	    offsetof(struct archive_options, shared), run);
}
