/* SPDX-License-Identifier: ISC */
/*
 * What happened to invitations: a file of events, one wish for no more mail, and
 * decisions about those who asked to join.
 */
#include <stdio.h>

#include "invite.h"
#include "model/token.h"

/* The longest link or address that a token is looked for in. */
#define TOKEN_TEXT 4096

static int
check_file(const struct command *command, const struct invite_options *options,
    const char *option, struct fault *fault)
{
	if (command->kind != &kind_contact)
		return fault_set(fault, FAULT_USAGE, "--kind: goes not with %s", option);
	if (command->operand_count > 0)
		return fault_set(fault, FAULT_USAGE, "%s: %s takes no selection",
		    command->operands[0], option);
	return options->all
	    ? fault_set(fault, FAULT_USAGE, "--all: %s takes no selection", option)
	    : 0;
}

static void
fill(struct import_options *import, const struct command *command,
    const struct invite_options *options)
{
	import->has_max_errors = options->has_max_errors || options->atomic;
	import->max_errors = options->atomic ? 0 : options->max_errors;
	import->me = command->user;
}

int
invite_events(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	const struct intake_file file = { .path = options->events,
		.kind = &kind_invitation_event,
		.may_be_empty = true };
	const struct intake_work work = {
		.files = &file, .file_count = 1, .doing = "reading"
	};
	struct import_options import = { .kind = &kind_invitation_event };

	if (check_file(command, options, "--events", fault) != 0)
		return -1;
	fill(&import, command, options);
	return intake(command, &options->intake, &work, &import, options, fault);
}

/* The first line of standard input, so that the token is seen in no list of
 * processes. */
static int
read_line(struct buf *line, struct fault *fault)
{
	char text[TOKEN_TEXT] = "";

	if (fgets(text, sizeof(text), stdin) == NULL && ferror(stdin))
		return fault_set(fault, FAULT_SYSTEM, "standard input cannot be read");
	text[strcspn(text, "\r\n")] = '\0';
	buf_text(line, text);
	return buf_check(line, fault);
}

static int
unsubscribe(struct command *command, const struct invite_options *options,
    struct view token, struct fault *fault)
{
	struct buf given = BUF_EMPTY;
	const char *assignments[] = { NULL, "step=unsubscribed" };
	const struct intake_work work = { .assignments = assignments,
		.assignment_count = 2,
		.untold = true,
		.doing = "unsubscribing" };
	struct import_options import = { .kind = &kind_invitation_event };
	int result = -1;

	buf_text(&given, "token=");
	buf_view(&given, token);
	fill(&import, command, options);
	assignments[0] = buf_string(&given);
	if (buf_check(&given, fault) == 0)
		result =
		    intake(command, &options->intake, &work, &import, options, fault);
	buf_release(&given);
	return result;
}

int
invite_unsubscribe(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	bool is_stdin = strcmp(options->unsubscribe, "-") == 0;
	struct buf line = BUF_EMPTY;
	char token[TOKEN_LENGTH + 1];
	int result = -1;

	if (check_file(command, options, "--unsubscribe", fault) != 0)
		return -1;
	if (is_stdin && read_line(&line, fault) != 0)
		goto done;
	if (!token_find(
		is_stdin ? buf_as_view(&line) : view_of(options->unsubscribe), token)) {
		fault_set(fault, is_stdin ? FAULT_INPUT : FAULT_USAGE,
		    "--unsubscribe: that is no token, which has %d letters and digits, "
		    "nor a link or an address with one",
		    TOKEN_LENGTH);
		goto done;
	}
	result = unsubscribe(command, options, view_of(token), fault);
done:
	buf_release(&line);
	return result;
}

int
invite_decide(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	const struct intake_work work = { .all = options->all, .doing = "deciding" };
	struct import_options import = { .kind = command->kind,
		.mode = IMPORT_UPDATE,
		.selects = true,
		.decides = options->approve ? DECIDES_APPROVED : DECIDES_DECLINED,
		.decides_campaign = options->campaign };

	if (command->kind != &kind_contact && command->kind != &kind_invitation)
		return fault_set(fault, FAULT_USAGE,
		    "--kind %s: contacts are decided about, or an invitation",
		    command->kind->name);
	if (intake_check_chosen(command, options->all, "contacts asked to join", fault) !=
	    0)
		return -1;
	fill(&import, command, options);
	return intake_chosen(
	    command, &options->intake, work, NULL, &import, options, fault);
}
