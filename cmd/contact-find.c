/* SPDX-License-Identifier: ISC */
/*
 * contact-find: prints the records that match a query.
 *
 * Reads the store as it is, or as it was at a moment before, in read
 * transactions. They end, and the store is closed, before the program waits for
 * whoever reads its output. Writes rows to standard output as CSV, TSV, JSON,
 * spreadsheet CSV or a table: the records, counts of them, what happened to
 * them, or pairs that may be the same; or a screen for each. Changes nothing.
 */
#include "find.h"

#include "cli/field_list.h"

#define ROW(member, letter, name, argument, form, help, conflicts)            \
	OPTION_ROW(struct find_options, member, letter, name, argument, form, \
	    GROUP_EVERYDAY, help, NULL, conflicts)

static const struct option table[] = {
	OPTIONS_SHARED_FORMATS(struct find_options, shared, INPUTS, INPUTS_HELP,
	    OUTPUTS " vcard mutt",
	    "csv, tsv, json, table, excel, vcard or mutt; a table on a terminal, else "
	    "csv"),
	ROW(columns, 'c', "columns", "LIST", OPTION_TEXT, "columns to print, or all",
	    "count count-by fields"),
	ROW(no_header, 'H', "no-header", NULL, OPTION_FLAG, "no line of column names",
	    NULL),
	ROW(sort, 0, "sort", "LIST", OPTION_TEXT,
	    "sort by columns, -NAME for the last first", "count count-by fields"),
	ROW(limit, 0, "limit", "N", OPTION_NUMBER, "print at most so many",
	    "count count-by fields"),
	ROW(count, 0, "count", NULL, OPTION_FLAG, "print the number of records only",
	    "count-by fields"),
	ROW(count_by, 0, "count-by", "LIST", OPTION_TEXT,
	    "print how many records have each value", "fields"),
	ROW(at, 0, "at", "REV|TIME", OPTION_TEXT,
	    "answer as of then: a revision, 2026-10-05, today, -30d", "fields"),
	ROW(since, 0, "changes-since", "REV|TIME", OPTION_TEXT,
	    "only what was created or changed since", "fields"),
	ROW(history, 0, "history", NULL, OPTION_FLAG,
	    "print each change of a field: from, to, who, when",
	    "sort count count-by fields"),
	OPTION_ROW(struct find_options, audience, 0, "audience", "WHO", OPTION_CHOICE,
	    GROUP_EVERYDAY, "only what these may see: student or staff", "student staff",
	    "fields"),
	ROW(duplicates, 0, "duplicates", NULL, OPTION_FLAG,
	    "print pairs that may be the same, best first",
	    "sort count count-by history audience fields"),
	ROW(card, 0, "card", NULL, OPTION_FLAG,
	    "print a screen for each record; with -o json all that is held",
	    "columns no-header sort count count-by history duplicates fields"),
	ROW(can_login, 0, "can-login", "LOGIN", OPTION_TEXT,
	    "print this user, or exit 6 if he may not log in",
	    "changes-since history duplicates card audience fields"),
	ROW(fields, 0, "fields", NULL, OPTION_FLAG, "print what fields there are", NULL),
};

static const struct program program = {
	.name = "contact-find",
	.summary = "Print the records that match a query.",
	.synopsis = "[OPTION]... [QUERY]",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
	.right = { RIGHT_CRM, LEVEL_VIEW },
};

/* vCards and addresses are of records, not of what is said about them. */
static int
check_output(const struct find_options *options, const char *output, struct fault *fault)
{
	const char *other = options->count ? "count"
	    : options->count_by != NULL	   ? "count-by"
	    : options->history		   ? "history"
	    : options->duplicates	   ? "duplicates"
	    : options->fields		   ? "fields"
					   : NULL;

	if (other == NULL || output == NULL ||
	    (strcmp(output, "vcard") != 0 && strcmp(output, "mutt") != 0))
		return 0;
	return fault_set(fault, FAULT_USAGE, "--output %s and --%s contradict each other",
	    output, other);
}

static int
run(struct command *command, void *at, struct fault *fault)
{
	const struct find_options *options = at;
	struct search search = { .command = command, .options = options };
	int result;

	if (options->can_login != NULL &&
	    (command->kind != &kind_user || command->operand_count > 0))
		return fault_set(fault, FAULT_USAGE,
		    "--can-login: goes with -k user, and without a query");
	if (check_output(options, options->shared.output, fault) == -1)
		return -1;
	if (options->fields)
		return field_list_print(command, !options->no_header, fault) == -1
		    ? -1
		    : EXIT_OK;
	if (options->audience != NULL && command->kind != &kind_contact)
		return fault_set(fault, FAULT_USAGE,
		    "--audience: is about contacts, and --kind is %s",
		    command->kind->name);
	/* Through references, too, nobody is shown whom they may not see. */
	command->viewer->audience = audience_by_name(options->audience);
	result = options->duplicates ? search_duplicates(&search, fault)
	    : options->history	     ? search_history(&search, fault)
	    : options->card	     ? search_card(&search, fault)
				     : search_records(&search, fault);
	search_end(&search);
	if (result == -1)
		return -1;
	return search.found > 0 ? EXIT_OK : EXIT_NO_MATCH;
}

int
main(int argc, char **argv)
{
	struct find_options options = { .limit = 0 };

	return command_main(
	    &program, argc, argv, &options, offsetof(struct find_options, shared), run);
}
