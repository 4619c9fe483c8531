/* SPDX-License-Identifier: ISC */
/* contact-invite --campaign: an invitation for each contact that is chosen. */
#include "base/clock.h"
#include "base/fold.h"
#include "invite.h"
#include "rules/invite.h"

/* HS-43: labels are added, and nothing else of a contact is changed here. */
static int
check_sets(const struct invite_options *options, struct fault *fault)
{
	size_t i;

	for (i = 0; i < options->sets.count; i++)
		if (strncmp(options->sets.at[i], "labels+=", 8) != 0 ||
		    options->sets.at[i][8] == '\0')
			return fault_set(fault, FAULT_USAGE,
			    "--set %.80s: labels+=LABEL is what can be set here, "
			    "contact-edit sets the rest",
			    options->sets.at[i]);
	return 0;
}

static int
check(const struct command *command, const struct invite_options *options,
    struct fault *fault)
{
	if (command->kind != &kind_contact)
		return fault_set(fault, FAULT_USAGE,
		    "--kind %s: only contacts are invited", command->kind->name);
	if (text_trim(view_of(options->campaign)).len == 0)
		return fault_set(fault, FAULT_USAGE, "--campaign: is empty");
	if (options->max != NULL || options->yes)
		return fault_set(fault, FAULT_USAGE,
		    "--max, --yes: are for sending, and nothing is sent yet");
	return check_sets(options, fault) != 0
	    ? -1
	    : intake_check_chosen(command, options->all, "contacts", fault);
}

int
invite_queue(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	const struct intake_work work = { .all = options->all, .doing = "queueing" };
	struct campaign campaign = { .name = options->campaign,
		.template = VIEW("built-in"),
		.subdomains = options->subdomains,
		.allows_idn = options->allow_idn,
		.has_again_after = options->again_after != NULL };
	struct import_options import = { .kind = command->kind,
		.mode = IMPORT_UPDATE,
		.selects = true,
		.edits = true,
		.sets = options->sets.at,
		.set_count = options->sets.count,
		.campaign = &campaign,
		.has_max_errors = options->has_max_errors || options->atomic,
		.max_errors = options->atomic ? 0 : options->max_errors,
		.me = command->user };

	if (check(command, options, fault) != 0)
		return -1;
	if (options->again_after != NULL &&
	    !age_read(view_of(options->again_after), &campaign.again_after))
		return fault_set(fault, FAULT_USAGE,
		    "--again-after %.40s: is no age such as 90d or 6mo",
		    options->again_after);
	return intake_chosen(
	    command, &options->intake, work, NULL, &import, options, fault);
}
