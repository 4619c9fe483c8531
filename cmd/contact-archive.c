/* SPDX-License-Identifier: ISC */
/*
 * contact-archive: takes records out of use, and brings contacts back.
 *
 * Reads a selection of records of one kind: a query, or rows on standard input.
 * Makes contacts inactive, marks, rejects, approves or revives them; deletes
 * records of any kind, of which what others refer to stays unless it is forced,
 * or erases them for good. All of one command is one run, under the guard. Writes
 * results, errors and differences where it is asked to, and a receipt of what was
 * erased to standard output.
 */
#include "archive.h"
#include "intake.h"

struct archive_options {
	struct shared_options shared;
	struct intake_options intake; /* of rows: what they may be encoded in */
	const char *missing_from, *key;
	uint64_t max_errors;
	bool has_max_errors;
	bool inactive, reject, approve, revive, removes, erases, disable, enable;
	bool force, all, yes;
	const char *attribute, *max;
};

#define ROW(member, name, argument, type, group, help, no)                               \
	OPTION_ROW(struct archive_options, member, 0, name, argument, type, group, help, \
	    NULL, no)

static const struct option table[] = {
	OPTIONS_SHARED(struct archive_options, shared),
	OPTIONS_WRITE(struct archive_options, shared),
	ROW(inactive, "inactive", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "move contacts to the organization Inactive",
	    "reject approve revive delete erase"),
	ROW(attribute, "attribute", "NAME", OPTION_ONCE, GROUP_EVERYDAY,
	    "set a flag of contacts, such as do_not_email",
	    "reject approve revive delete erase"),
	ROW(reject, "reject", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "take contacts out of the directory", "approve revive delete erase"),
	ROW(approve, "approve", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "take rejected and pending contacts in", "revive delete erase"),
	ROW(revive, "revive", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "give back what the options above have changed", "delete erase"),
	ROW(removes, "delete", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "delete the selection; undo brings it back", "erase"),
	ROW(erases, "erase", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "erase the selection for good, history too; needs --yes", NULL),
	ROW(disable, "disable", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "take the access of users away (-k user)",
	    "enable inactive attribute reject approve revive delete erase missing-from"),
	ROW(enable, "enable", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "give users their access back (-k user)",
	    "inactive attribute reject approve revive delete erase missing-from"),
	ROW(missing_from, "missing-from", "FILE", OPTION_TEXT, GROUP_EVERYDAY,
	    "select what a full export no longer has, by --key",
	    "approve revive erase all"),
	ROW(key, "key", "F", OPTION_TEXT, GROUP_MATCHING,
	    "the field that export and store are compared by: ext.crm, email", NULL),
	ROW(intake.map, "map", "MAP", OPTION_TEXT, GROUP_INPUT,
	    "of the export: auto, generic, salesforce, ..., NAME:SYSTEM or a FILE", NULL),
	ROW(intake.encoding, "encoding", "NAME", OPTION_TEXT, GROUP_INPUT,
	    "encoding of the export, as iconv names it", NULL),
	ROW(max_errors, "max-errors", "N", OPTION_NUMBER, GROUP_INPUT,
	    "take an export that has at most so many rows in error (0)", NULL),
	ROW(all, "all", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "select every record of the kind", NULL),
	ROW(force, "force", NULL, OPTION_FLAG, GROUP_RARE,
	    "delete or erase what others refer to, too", NULL),
	ROW(max, "max", "N|N%", OPTION_TEXT, GROUP_RARE,
	    "take at most so many out of use (25 or 5%)", NULL),
	ROW(yes, "yes", NULL, OPTION_FLAG, GROUP_RARE, "do it, however many they are",
	    NULL),
};

static const struct need needs[] = {
	{ "delete", { RIGHT_CRM, LEVEL_ADMIN }, NULL },
	{ "erase", { RIGHT_CRM, LEVEL_ADMIN }, NULL },
};

static const struct program program = {
	.name = "contact-archive",
	.summary = "Take records out of use, and bring contacts back.",
	.synopsis = "[OPTION]... [--inactive] [--attribute NAME] QUERY | --all | -\n"
		    "[OPTION]... --reject | --approve | --revive QUERY | --all | -\n"
		    "[OPTION]... --delete | --erase QUERY | --all | -\n"
		    "[OPTION]... -k user --disable | --enable QUERY | --all | -\n"
		    "[OPTION]... ACTION --missing-from FILE --key F [QUERY]",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
	.needs = needs,
	.need_count = sizeof(needs) / sizeof(needs[0]),
};

static unsigned
archives_of(const struct archive_options *options)
{
	return (options->inactive ? ARCHIVE_INACTIVE : 0U) |
	    (options->attribute != NULL ? ARCHIVE_ATTRIBUTE : 0U) |
	    (options->reject ? ARCHIVE_REJECT : 0U) |
	    (options->approve ? ARCHIVE_APPROVE : 0U) |
	    (options->revive ? ARCHIVE_REVIVE : 0U);
}

/* What goes with --missing-from, and with nothing else. */
static int
check_missing(const struct command *command, const struct archive_options *options,
    struct fault *fault)
{
	const char *alone = options->key != NULL ? "--key"
	    : options->intake.map != NULL	 ? "--map"
	    : options->intake.encoding != NULL	 ? "--encoding"
	    : options->has_max_errors		 ? "--max-errors"
						 : NULL;

	if (options->missing_from == NULL)
		return alone == NULL ? 0
				     : fault_set(fault, FAULT_USAGE,
					   "%s: goes with --missing-from", alone);
	if (options->key == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "--missing-from: --key F is needed, the field that the export is "
		    "compared by");
	if (intake_by_rows(command))
		return fault_set(fault, FAULT_USAGE,
		    "--missing-from and -: the export selects, or rows do");
	return 0;
}

static int
check(const struct command *command, const struct archive_options *options,
    struct fault *fault)
{
	unsigned archives = archives_of(options);
	bool removes = options->removes || options->erases;
	bool access = options->disable || options->enable;

	if (access && command->kind != &kind_user)
		return fault_set(fault, FAULT_USAGE,
		    "%s: is for users (-k user); contacts have --inactive and --revive",
		    options->disable ? "--disable" : "--enable");
	if (!removes && archives == 0 && !access)
		return fault_set(fault, FAULT_USAGE,
		    "what is to be done? --inactive, --attribute NAME, --reject, "
		    "--approve, --revive, --delete or --erase; of users --disable, "
		    "--enable or --delete");
	if (archives != 0 && command->kind != &kind_contact)
		return fault_set(fault, FAULT_USAGE,
		    "--kind %s: can be deleted; the rest is for contacts",
		    command->kind->name);
	if (options->erases && command->kind == &kind_erasure)
		return fault_set(fault, FAULT_USAGE,
		    "--kind erasure: is what stays of who was erased, --delete lets them "
		    "in again");
	if (options->erases &&
	    (command->kind == &kind_campaign || command->kind == &kind_invitation))
		return fault_set(fault, FAULT_USAGE,
		    "--kind %s: what is known of a contact goes when that is erased; "
		    "--delete is for the rest",
		    command->kind->name);
	if (options->force && !removes)
		return fault_set(
		    fault, FAULT_USAGE, "--force: goes with --delete and --erase");
	if (check_missing(command, options, fault) != 0)
		return -1;
	if (options->max != NULL && options->yes && !options->erases)
		return fault_set(
		    fault, FAULT_USAGE, "--max and --yes contradict each other");
	if ((options->max != NULL || options->yes) && !removes &&
	    options->missing_from == NULL && !options->disable &&
	    (archives & (ARCHIVE_INACTIVE | ARCHIVE_REJECT)) == 0)
		return fault_set(fault, FAULT_USAGE,
		    "--max, --yes: are for --inactive, --reject, --disable, --delete and "
		    "--erase");
	return options->missing_from != NULL
	    ? 0
	    : intake_check_chosen(command, options->all, "records", fault);
}

static int
run(struct command *command, void *at, struct fault *fault)
{
	static const char *const shut[] = { "access=false" },
				 *const open[] = { "access=true" };
	const struct archive_options *options = at;
	bool access = options->disable || options->enable;
	struct run_outcome outcome = { 0, 0 };
	const char *doing = options->erases ? "erasing"
	    : options->removes		    ? "deleting"
	    : access			    ? "editing"
					    : "archiving";
	const struct intake_file export = { .path = options->missing_from,
		.kind = command->kind };
	const struct intake_work from_export = { .files = &export,
		.file_count = 1,
		.query = command->operands,
		.query_count = command->operand_count,
		.doing = "comparing",
		.outcome = &outcome };
	struct receipt receipt = { .rows = NULL };
	const struct intake_work work = {
		.all = options->all, .doing = doing, .outcome = &outcome
	};
	struct import_options import = { .kind = command->kind,
		.mode = IMPORT_UPDATE,
		.selects = true,
		.removes = options->removes || options->erases,
		.erases = options->erases,
		.consents = options->yes || command->shared->dry_run,
		.receipt = &receipt,
		.edits = access,
		.sets = options->disable ? shut : open,
		.set_count = access,
		.archives = archives_of(options),
		.attribute = options->attribute,
		.forced = options->force,
		.missing_from = options->missing_from != NULL,
		.key = options->key,
		.max_errors = options->max_errors,
		.me = command->user };
	int result;

	if (check(command, options, fault) != 0 ||
	    guard_read(&import.guard, options->max, options->yes && !options->erases,
		fault) != 0)
		return -1;
	import.guard.firm = options->erases;
	result = options->missing_from != NULL
	    ? intake(command, &options->intake, &from_export, &import, options, fault)
	    : intake_chosen(
		  command, &options->intake, work, NULL, &import, options, fault);
	if (options->erases)
		result = archive_erased(command, &receipt, &outcome, result, fault);
	receipt_release(&receipt);
	return result;
}

int
main(int argc, char **argv)
{
	static struct archive_options options;

	return command_main(&program, argc, argv, &options,
	    offsetof(struct archive_options, shared), run);
}
