/* SPDX-License-Identifier: ISC */
/*
 * contact-edit: changes records that are there.
 *
 * Reads a selection of records of one kind: a query, or rows on standard input.
 * Sets, empties and extends fields, adds notes, links contacts and makes users of
 * them; with nothing of that, and on a terminal, opens the records in an editor and
 * applies what was changed. Makes one of two duplicates, or remembers that they are
 * none. All of one command is one run. Writes results, errors and differences where
 * it is asked to.
 */
#include <unistd.h>

#include "edit.h"

#define ROW(member, name, argument, type, group, help, no) \
	OPTION_ROW(                                        \
	    struct edit_options, member, 0, name, argument, type, group, help, NULL, no)

/* What has nothing to do with two records. */
#define NOT_WITH_PAIRS "set clear note link unlink create-user all force"

static const struct option table[] = {
	OPTIONS_SHARED(struct edit_options, shared),
	OPTIONS_WRITE(struct edit_options, shared),
	ROW(sets, "set", "FIELD=VALUE", OPTION_LIST, GROUP_EVERYDAY,
	    "set a field; FIELD+=VALUE adds to a list, FIELD-=VALUE takes from it", NULL),
	ROW(clears, "clear", "FIELD", OPTION_LIST, GROUP_EVERYDAY, "empty a field", NULL),
	ROW(note, "note", "TEXT", OPTION_ONCE, GROUP_EVERYDAY, "add a note to contacts",
	    NULL),
	ROW(links, "link", "KIND:REF", OPTION_LIST, GROUP_EVERYDAY,
	    "link contacts to an event, a job, an employee or a user", NULL),
	ROW(unlinks, "unlink", "KIND:REF", OPTION_LIST, GROUP_EVERYDAY,
	    "undo such a link", NULL),
	ROW(creates_users, "create-user", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "make users of contacts, from the template user", NULL),
	ROW(merges, "merge", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "make one of KEEP and OTHER, which goes", NOT_WITH_PAIRS " not-duplicate"),
	ROW(apart, "not-duplicate", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "remember that KEEP and OTHER are not the same",
	    NOT_WITH_PAIRS " no-sync max yes"),
	ROW(all, "all", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "select every record of the kind", NULL),
	ROW(no_sync, "no-sync", NULL, OPTION_FLAG, GROUP_RARE,
	    "leave assigned_to of an organization's contacts as it is", NULL),
	ROW(force, "force", NULL, OPTION_FLAG, GROUP_RARE,
	    "change the source too, and let contacts share an address", NULL),
	ROW(max, "max", "N|N%", OPTION_TEXT, GROUP_RARE,
	    "empty, archive, disable or merge so many at most (25 or 5%)", "yes"),
	ROW(yes, "yes", NULL, OPTION_FLAG, GROUP_RARE, "do it, however many they are",
	    NULL),
};

/* CS-26, CS-9: as in contact-add. */
static const struct need needs[] = {
	{ "create-user", { RIGHT_USERS, LEVEL_EDIT }, NULL },
	{ "link", { RIGHT_USERS, LEVEL_ADMIN }, "user:" },
	{ "unlink", { RIGHT_USERS, LEVEL_ADMIN }, "user:" },
};

static const struct program program = {
	.name = "contact-edit",
	.summary =
	    "Change fields, notes and links of selected records; merge duplicates.",
	.synopsis = "[OPTION]... [--set F=VALUE]... [--clear F]... QUERY | --all | -\n"
		    "[OPTION]... [--note TEXT] [--link KIND:REF]... QUERY | --all | -\n"
		    "[OPTION]... QUERY\n"
		    "[OPTION]... --merge | --not-duplicate KEEP OTHER | -",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
	.needs = needs,
	.need_count = sizeof(needs) / sizeof(needs[0]),
};

static bool
changes(const struct edit_options *options)
{
	return options->sets.count > 0 || options->clears.count > 0 ||
	    options->note != NULL || options->links.count > 0 ||
	    options->unlinks.count > 0 || options->creates_users;
}

static int
check(const struct command *command, const struct edit_options *options,
    struct fault *fault)
{
	if (intake_check_chosen(command, options->all, "records", fault) != 0)
		return -1;
	if ((options->max != NULL || options->yes) && changes(options) &&
	    options->sets.count == 0 && options->clears.count == 0)
		return fault_set(fault, FAULT_USAGE,
		    "--max, --yes: are for --set, --clear and --merge");
	return 0;
}

static int
run(struct command *command, void *at, struct fault *fault)
{
	const struct edit_options *options = at;
	const struct intake_work work = { .all = options->all, .doing = "editing" };
	struct import_options import = { .kind = command->kind,
		.mode = IMPORT_UPDATE,
		.selects = true,
		.edits = true,
		.sets = options->sets.at,
		.set_count = options->sets.count,
		.clears = options->clears.at,
		.clear_count = options->clears.count,
		.note = options->note,
		.links = options->links.at,
		.link_count = options->links.count,
		.unlinks = options->unlinks.at,
		.unlink_count = options->unlinks.count,
		.creates_users = options->creates_users,
		.known_organizations = true,
		.no_sync = options->no_sync,
		.forced = options->force,
		.me = command->user };

	if (options->merges || options->apart)
		return edit_merge(command, options, fault);
	if (check(command, options, fault) != 0 ||
	    guard_read(&import.guard, options->max, options->yes, fault) != 0)
		return -1;
	if (!changes(options) && !intake_by_rows(command) && isatty(STDIN_FILENO) &&
	    command->terminal)
		return edit_by_hand(command, options, &import, fault);
	if (!changes(options))
		return fault_set(fault, FAULT_USAGE,
		    "what is to be changed? --set, --clear, --note, --link, --unlink or "
		    "--create-user; with none of them an editor opens on a terminal");
	return intake_chosen(
	    command, &options->intake, work, NULL, &import, options, fault);
}

int
main(int argc, char **argv)
{
	static struct edit_options options;

	return command_main(
	    &program, argc, argv, &options, offsetof(struct edit_options, shared), run);
}
