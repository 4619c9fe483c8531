/* SPDX-License-Identifier: ISC */
/*
 * contact-add: creates contacts or records of another kind, or updates those
 * that are there.
 *
 * Reads one record from FIELD=VALUE operands, or rows from files or stdin, in
 * the shape of any export that a map knows. Writes the id to stdout for
 * operands, the rest (--results, --errors, --diff) where it is asked to. All
 * of one command is one run: it is stored together or not at all.
 */
#include <stdlib.h>

#include "intake.h"
#include "table/mail_header.h"

struct add {
	struct shared_options shared;
	struct intake_options intake;
	const char *mode, *key, *archived, *repeated, *source;
	struct option_list sets, links;
	bool create_user, link_contacts;
	bool atomic, shared_email, known_organizations, no_sync, allow_optin;
	uint64_t max_errors;
	bool has_max_errors;
};

#define ROW(member, letter, name, argument, type, group, help, choices, no) \
	OPTION_ROW(                                                         \
	    struct add, member, letter, name, argument, type, group, help, choices, no)

static const struct option table[] = {
	OPTIONS_SHARED_FORMATS(struct add, shared, INPUTS " mail vcard",
	    "csv, tsv, json, mail or vcard (auto)", OUTPUTS, OUTPUTS_HELP),
	OPTIONS_WRITE(struct add, shared),
	OPTIONS_INTAKE(struct add, intake),
	ROW(source, 0, "source", "SOURCE", OPTION_TEXT, GROUP_EVERYDAY,
	    "source of new contacts that bring none", NULL, NULL),
	ROW(sets, 0, "set", "FIELD=VALUE", OPTION_LIST, GROUP_EVERYDAY,
	    "set a field in every row; may be repeated", NULL, NULL),
	ROW(links, 0, "link", "KIND:REF", OPTION_LIST, GROUP_EVERYDAY,
	    "link contacts to an event, a job, an employee or a user", NULL, NULL),
	ROW(create_user, 0, "create-user", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "make users of contacts, from the template user", NULL, NULL),
	ROW(link_contacts, 0, "link-contacts", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "link each employee to the contact of its address, or make one", NULL, NULL),
	ROW(mode, 0, "mode", "MODE", OPTION_CHOICE, GROUP_MATCHING,
	    "upsert (as is), create, update, or fill empty fields",
	    "upsert create update fill", NULL),
	ROW(key, 0, "key", "FIELD[+FIELD]", OPTION_TEXT, GROUP_MATCHING,
	    "match rows by these instead of ids and e-mail", NULL, NULL),
	ROW(repeated, 0, "repeated", "WHICH", OPTION_CHOICE, GROUP_MATCHING,
	    "a record twice in one file: error, or last wins", "error last", NULL),
	ROW(archived, 0, "archived", "WHAT", OPTION_CHOICE, GROUP_MATCHING,
	    "a row that meets an archived contact: skip it, update or revive "
	    "the contact, or make a new one",
	    "skip update revive new", NULL),
	ROW(shared_email, 0, "shared-email", NULL, OPTION_FLAG, GROUP_MATCHING,
	    "people of different names may share an address", NULL, NULL),
	ROW(known_organizations, 0, "known-organizations", NULL, OPTION_FLAG,
	    GROUP_MATCHING, "an organization that is not there is an error", NULL, NULL),
	ROW(no_sync, 0, "no-sync", NULL, OPTION_FLAG, GROUP_RARE,
	    "do not take over the organization's assigned_to", NULL, NULL),
	ROW(allow_optin, 0, "allow-optin", NULL, OPTION_FLAG, GROUP_RARE,
	    "let rows clear do_not_email and do_not_call", NULL, NULL),
	ROW(max_errors, 0, "max-errors", "N", OPTION_NUMBER, GROUP_RARE,
	    "store nothing when more rows than N are in error", NULL, "atomic"),
	ROW(atomic, 0, "atomic", NULL, OPTION_FLAG, GROUP_RARE,
	    "store nothing when any row is in error", NULL, "max-errors"),
};

/* CS-26: who makes a user of a contact has a say in who uses the systems. CS-9: a link
 * changes the record of a user that is there. */
static const struct need needs[] = {
	{ "create-user", { RIGHT_USERS, LEVEL_EDIT }, NULL },
	{ "link", { RIGHT_USERS, LEVEL_ADMIN }, "user:" },
};

static const struct program program = {
	.name = "contact-add",
	.summary = "Create contacts or records of another kind, or update "
		   "those that are there.",
	.synopsis = "[OPTION]... FIELD=VALUE...\n"
		    "[OPTION]... [FILE | -]...",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
	.needs = needs,
	.need_count = sizeof(needs) / sizeof(needs[0]),
};

static enum import_mode
mode_of(const char *name)
{
	static const char *const names[] = { "upsert", "create", "update", "fill" };
	size_t i;

	for (i = 1; name != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum import_mode)i;
	return IMPORT_UPSERT;
}

static enum import_archived
archived_of(const char *name)
{
	static const char *const names[] = { "skip", "update", "revive", "new" };
	size_t i;

	for (i = 1; name != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum import_archived)i;
	return ARCHIVED_SKIP;
}

/* Names with one "+" between them. */
static bool
is_key(const char *key)
{
	size_t len = strlen(key);

	return len > 0 && key[0] != '+' && key[len - 1] != '+' &&
	    strstr(key, "++") == NULL;
}

static int
check_mail(const struct command *command, const struct add *add, struct fault *fault)
{
	const char *map = add->intake.map, *header = add->intake.header;
	struct view wrong;

	if (command->shared->input == NULL || strcmp(command->shared->input, "mail") != 0)
		return 0;
	if (command->kind != &kind_contact)
		return fault_set(fault, FAULT_USAGE,
		    "--input mail and --kind %s: mail brings contacts",
		    command->kind->name);
	if (map != NULL && strcmp(map, "auto") != 0)
		return fault_set(fault, FAULT_USAGE,
		    "--input mail and --map %s: mail has no columns to map", map);
	if (header != NULL && !mail_header_all(header, &wrong))
		return fault_set(fault, FAULT_USAGE,
		    "--header: \"%.*s\" is no field of a message with addresses, these "
		    "are: "
		    "From Sender Reply-To To Cc Bcc, and Resent- before them",
		    (int)view_until(wrong, 80).len, wrong.at);
	return 0;
}

static int
check_vcard(const struct command *command, const struct add *add, struct fault *fault)
{
	const char *input = command->shared->input;

	if (input == NULL || strcmp(input, "vcard") != 0)
		return 0;
	if (command->kind != &kind_contact)
		return fault_set(fault, FAULT_USAGE,
		    "--input vcard and --kind %s: cards bring contacts",
		    command->kind->name);
	if (add->intake.header != NULL)
		return fault_set(fault, FAULT_USAGE,
		    "--input vcard and --header contradict each other");
	return 0;
}

static int
take_files(struct command *command, const struct add *add, struct import_options *import,
    struct fault *fault)
{
	static const char *const standard[] = { "-" };
	const char *const *names = command->operands;
	struct intake_work work = { .doing = "importing",
		.file_count = command->operand_count };
	struct intake_file *files;
	size_t i;
	int result = -1;

	if (work.file_count == 0) {
		names = standard;
		work.file_count = 1;
	}
	for (i = 0; i < work.file_count; i++)
		if (intake_is_assignment(names[i]))
			return fault_set(fault, FAULT_USAGE,
			    "%s: FIELD=VALUE "
			    "and files do not go together (./%s is a file)",
			    names[i], names[i]);
	files = calloc(work.file_count, sizeof(*files));
	if (files == NULL)
		return fault_memory(fault);
	for (i = 0; i < work.file_count; i++)
		files[i] =
		    (struct intake_file){ .path = names[i], .kind = command->kind };
	work.files = files;
	result = intake(command, &add->intake, &work, import, add, fault);
	free(files);
	return result;
}

static int
take_in(struct command *command, const struct add *add, struct import_options *import,
    struct fault *fault)
{
	const struct intake_work work = { .doing = "importing",
		.assignments = command->operands,
		.assignment_count = command->operand_count };

	return command->operand_count > 0 && intake_is_assignment(command->operands[0])
	    ? intake(command, &add->intake, &work, import, add, fault)
	    : take_files(command, add, import, fault);
}

static int
run(struct command *command, void *options, struct fault *fault)
{
	const struct add *add = options;
	struct import_options import = {
		.kind = command->kind,
		.mode = mode_of(add->mode),
		.archived = archived_of(add->archived),
		.key = add->key,
		.sets = add->sets.at,
		.set_count = add->sets.count,
		.source = add->source,
		.repeated_last =
		    add->repeated != NULL && strcmp(add->repeated, "last") == 0,
		.shared_email = add->shared_email,
		.known_organizations = add->known_organizations,
		.no_sync = add->no_sync,
		.allow_optin = add->allow_optin,
		.links = add->links.at,
		.link_count = add->links.count,
		.creates_users = add->create_user,
		.links_contacts = add->link_contacts,
		.has_max_errors = add->has_max_errors || add->atomic,
		.max_errors = add->atomic ? 0 : add->max_errors,
		.me = command->user,
	};

	import.mode_given = add->mode != NULL;
	import.repeated_given = add->repeated != NULL;
	if (add->key != NULL && !is_key(add->key))
		return fault_set(fault, FAULT_USAGE,
		    "--key \"%s\": not FIELD or FIELD+FIELD", add->key);
	if (add->link_contacts && command->kind != &kind_employee)
		return fault_set(
		    fault, FAULT_USAGE, "--link-contacts: goes with -k employee");
	return check_mail(command, add, fault) != 0 ||
		check_vcard(command, add, fault) != 0
	    ? -1
	    : take_in(command, add, &import, fault);
}

int
main(int argc, char **argv)
{
	static struct add add;

	return command_main(
	    &program, argc, argv, &add, offsetof(struct add, shared), run);
}
