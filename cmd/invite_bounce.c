/* SPDX-License-Identifier: ISC */
/* contact-invite --bounce: mail that came back, as a mail system pipes it. */
#include <inttypes.h>

#include "invite.h"
#include "rules/bounced.h"

static int
read_mail(
    void *context, struct import *import, int fd, const char *name, struct fault *fault)
{
	return import_returned(import, fd, name, context, fault);
}

int
invite_bounce(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	static const struct intake_file mail = {
		.path = "-", .kind = &kind_invitation, .may_be_empty = true
	};
	uint64_t forged = 0;
	const struct intake_work work = { .files = &mail,
		.file_count = 1,
		.read = read_mail,
		.read_context = &forged,
		.doing = "reading mail" };
	struct import_options import = { .kind = &kind_invitation,
		.mode = IMPORT_UPDATE,
		.selects = true,
		.edits = true,
		.returns = true,
		.has_max_errors = options->has_max_errors || options->atomic,
		.max_errors = options->atomic ? 0 : options->max_errors,
		.me = command->user };
	int status;

	if (options->campaign != NULL)
		return fault_set(fault, FAULT_USAGE,
		    "--campaign: a message that came back says itself of which it is");
	if (command->operand_count > 0)
		return fault_set(fault, FAULT_USAGE,
		    "%.80s: --bounce reads standard input, and takes no operand",
		    command->operands[0]);
	status = intake(command, &options->intake, &work, &import, options, fault);
	if (status >= 0 && forged > 0)
		command_note(command,
		    "%" PRIu64 " report%s not sent to the address of an invitation "
		    "(FORGED), and changed nothing",
		    forged, forged == 1 ? " was" : "s were");
	return status;
}
