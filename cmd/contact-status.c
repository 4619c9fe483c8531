/* SPDX-License-Identifier: ISC */
/*
 * contact-status: who is a client, who is a candidate.
 *
 * Reads a selection of contacts (a query, or rows on standard input), or the
 * jobs, placements and events of another system. Changes client_status and
 * candidate_status of contacts, by hand or by what happened to jobs and
 * placements, all of one command in one run; or prints them, the values that
 * they may have, and who disagrees with his jobs. Writes results, errors and
 * differences where it is asked to.
 */
#include "intake.h"
#include "status.h"

struct status_options {
	struct shared_options shared;
	struct intake_options intake;
	const char *client, *candidate, *jobs, *placements, *events, *max, *key,
	    *repeated;
	bool close_missing, values, check, reconcile, all, yes, atomic,
	    known_organizations;
	uint64_t max_errors;
	bool has_max_errors;
};

#define ROW(member, name, argument, type, group, help, choices, no)                     \
	OPTION_ROW(struct status_options, member, 0, name, argument, type, group, help, \
	    choices, no)

static const struct option table[] = {
	OPTIONS_SHARED(struct status_options, shared),
	OPTIONS_WRITE(struct status_options, shared),
	ROW(client, "client", "STATUS", OPTION_TEXT, GROUP_EVERYDAY,
	    "set client_status of the selection", NULL,
	    "jobs placements events values check reconcile"),
	ROW(candidate, "candidate", "STATUS", OPTION_TEXT, GROUP_EVERYDAY,
	    "set candidate_status of the selection", NULL,
	    "jobs placements events values check reconcile"),
	ROW(all, "all", NULL, OPTION_FLAG, GROUP_EVERYDAY, "select every contact", NULL,
	    "jobs placements events values check"),
	ROW(jobs, "jobs", "FILE", OPTION_ONCE, GROUP_EVERYDAY,
	    "read all jobs of another system, as they are now", NULL,
	    "values check reconcile"),
	ROW(placements, "placements", "FILE", OPTION_ONCE, GROUP_EVERYDAY,
	    "read all placements, as they are now", NULL, "values check reconcile"),
	ROW(events, "events", "FILE", OPTION_ONCE, GROUP_EVERYDAY,
	    "read what happened to jobs and placements, in order", NULL,
	    "values check reconcile"),
	ROW(close_missing, "close-missing", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "close open jobs that --jobs FILE no longer has", NULL, NULL),
	ROW(values, "values", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "print the values that there are", NULL, "check reconcile"),
	ROW(check, "check", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "print whose status disagrees with their jobs", NULL, "reconcile"),
	ROW(reconcile, "reconcile", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "make those of the selection Past who disagree", NULL, NULL),
	OPTIONS_INTAKE(struct status_options, intake),
	ROW(key, "key", "FIELD[+FIELD]", OPTION_TEXT, GROUP_MATCHING,
	    "match rows of files by these instead of their ids", NULL, NULL),
	ROW(repeated, "repeated", "WHICH", OPTION_CHOICE, GROUP_MATCHING,
	    "a record twice in one file: error, or last wins", "error last", NULL),
	ROW(known_organizations, "known-organizations", NULL, OPTION_FLAG, GROUP_MATCHING,
	    "an organization that is not there is an error", NULL, NULL),
	ROW(max, "max", "N|N%", OPTION_TEXT, GROUP_RARE,
	    "close at most so many missing jobs (25 or 5%)", NULL, "yes"),
	ROW(yes, "yes", NULL, OPTION_FLAG, GROUP_RARE,
	    "close missing jobs, however many they are", NULL, NULL),
	ROW(max_errors, "max-errors", "N", OPTION_NUMBER, GROUP_RARE,
	    "store nothing when more rows than N are in error", NULL, "atomic"),
	ROW(atomic, "atomic", NULL, OPTION_FLAG, GROUP_RARE,
	    "store nothing when any row is in error", NULL, "max-errors"),
};

static const struct program program = {
	.name = "contact-status",
	.summary = "Set who is a client and who is a candidate, or keep it true to "
		   "jobs and placements.",
	.synopsis =
	    "[OPTION]... [--client STATUS] [--candidate STATUS] QUERY | --all | -\n"
	    "[OPTION]... [--jobs FILE] [--placements FILE] [--events FILE] "
	    "[--close-missing]\n"
	    "[OPTION]... --values\n"
	    "[OPTION]... --check\n"
	    "[OPTION]... --reconcile QUERY | --all | -",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
};

static bool
reads_files(const struct status_options *options)
{
	return options->jobs != NULL || options->placements != NULL ||
	    options->events != NULL;
}

static int
take_files(struct command *command, const struct status_options *options,
    struct import_options *import, struct fault *fault)
{
	const struct intake_file given[] = {
		{ .path = options->jobs,
		    .kind = &kind_job,
		    .may_be_empty = !options->close_missing,
		    .closes_missing = options->close_missing },
		{ .path = options->placements,
		    .kind = &kind_placement,
		    .may_be_empty = true },
		{ .path = options->events,
		    .kind = &kind_status_event,
		    .may_be_empty = true },
	};
	struct intake_file files[sizeof(given) / sizeof(given[0])];
	struct intake_work work = {
		.files = files, .doing = "reading", .statuses_only = true
	};
	size_t i;

	import->needs_ids = true;

	for (i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (given[i].path != NULL)
			files[work.file_count++] = given[i];
	return intake(command, &options->intake, &work, import, options, fault);
}

/* Rows bring values of their own unless an option says what they get. */
static int
take_selection(struct command *command, const struct status_options *options,
    struct import_options *import, struct fault *fault)
{
	static const char *const both[] = { "client_status", "candidate_status", NULL };
	const struct intake_work work = {
		.all = options->all, .doing = "setting", .statuses_only = true
	};

	import->selects = true;
	import->mode = IMPORT_UPDATE;
	import->reconciles = options->reconcile;
	return intake_chosen(command, &options->intake, work,
	    import->set_count > 0 || options->reconcile ? NULL : both, import, options,
	    fault);
}

/* "FIELD=STATUS", as a row would give it. */
static int
put_set(struct buf *set, const char *field, const char *option, const char *value,
    struct fault *fault)
{
	if (value[strspn(value, " \t")] == '\0')
		return fault_set(fault, FAULT_USAGE, "%s: is empty", option);
	buf_printf(set, "%s=%s", field, value);
	return buf_check(set, fault);
}

static int
change(struct command *command, const struct status_options *options, struct fault *fault)
{
	struct import_options import = {
		.kind = &kind_contact,
		.key = options->key,
		.set_option = options->candidate == NULL ? "--client"
		    : options->client == NULL		 ? "--candidate"
							 : "--client, --candidate",
		.repeated_last =
		    options->repeated != NULL && strcmp(options->repeated, "last") == 0,
		.known_organizations = options->known_organizations,
		.has_max_errors = options->has_max_errors || options->atomic,
		.max_errors = options->atomic ? 0 : options->max_errors,
		.me = command->user,
	};
	struct buf client = BUF_EMPTY, candidate = BUF_EMPTY;
	const char *sets[2];
	int result = -1;

	if (guard_read(&import.guard, options->max, options->yes, fault) != 0 ||
	    (options->client != NULL &&
		put_set(&client, "client_status", "--client", options->client, fault) !=
		    0) ||
	    (options->candidate != NULL &&
		put_set(&candidate, "candidate_status", "--candidate", options->candidate,
		    fault) != 0))
		goto done;
	if (options->client != NULL)
		sets[import.set_count++] = buf_string(&client);
	if (options->candidate != NULL)
		sets[import.set_count++] = buf_string(&candidate);
	import.sets = sets;
	result = reads_files(options) ? take_files(command, options, &import, fault)
				      : take_selection(command, options, &import, fault);
done:
	buf_release(&client);
	buf_release(&candidate);
	return result;
}

static bool
is_stdin(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

/* Which operands the chosen way to work has. */
static int
check_operands(const struct command *command, const struct status_options *options,
    struct fault *fault)
{
	bool selects = !reads_files(options) && !options->values && !options->check;

	if (strcmp(command->kind->name, "contact") != 0)
		return fault_set(fault, FAULT_USAGE,
		    "--kind %s: only contacts have statuses", command->kind->name);
	if (options->close_missing && options->jobs == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "--close-missing: needs --jobs FILE, which says what there is");
	if (!selects && command->operand_count > 0)
		return fault_set(fault, FAULT_USAGE, "%s: %s takes no selection",
		    command->operands[0],
		    options->values	      ? "--values"
			: options->check      ? "--check"
			: options->jobs	      ? "--jobs"
			: options->placements ? "--placements"
					      : "--events");
	/* Rows of different kinds could not be read again as one file. */
	if ((options->jobs != NULL) + (options->placements != NULL) +
		    (options->events != NULL) >
		1 &&
	    command->shared->errors != NULL)
		return fault_set(fault, FAULT_USAGE,
		    "--errors: needs one file at a time, jobs, placements or events");
	if (is_stdin(options->jobs) + is_stdin(options->placements) +
		is_stdin(options->events) >
	    1)
		return fault_set(fault, FAULT_USAGE,
		    "-: only one of --jobs, --placements and --events is standard "
		    "input");
	if (options->max != NULL && !options->close_missing)
		return fault_set(fault, FAULT_USAGE,
		    "--max: is a limit for --close-missing, which is not given");
	if (options->key != NULL && !reads_files(options))
		return fault_set(fault, FAULT_USAGE,
		    "--key: is for files; rows choose by id, ext.NAME and email");
	return selects ? intake_check_chosen(command, options->all, "contacts", fault)
		       : 0;
}

/* What is printed changes nothing, so nothing can be said of changes. */
static int
check_listing(const struct command *command, struct fault *fault)
{
	const struct shared_options *shared = command->shared;
	const char *option = shared->dry_run ? "--dry-run"
	    : shared->results != NULL	     ? "--results"
	    : shared->errors != NULL	     ? "--errors"
	    : shared->diff != NULL	     ? "--diff"
					     : NULL;

	return option == NULL ? 0
			      : fault_set(fault, FAULT_USAGE,
				    "%s: nothing is changed (--client, --candidate, a "
				    "file or --reconcile would)",
				    option);
}

static int
run(struct command *command, void *at, struct fault *fault)
{
	const struct status_options *options = at;
	bool changes = options->client != NULL || options->candidate != NULL ||
	    options->reconcile || reads_files(options) || intake_by_rows(command);

	if (check_operands(command, options, fault) != 0 ||
	    (!changes && check_listing(command, fault) != 0))
		return -1;
	if (options->values)
		return status_values(command, fault);
	if (options->check)
		return status_check(command, fault);
	return changes ? change(command, options, fault)
		       : status_list(command, options->all, fault);
}

int
main(int argc, char **argv)
{
	static struct status_options options;

	return command_main(
	    &program, argc, argv, &options, offsetof(struct status_options, shared), run);
}
