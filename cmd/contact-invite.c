/* SPDX-License-Identifier: ISC */
/*
 * contact-invite: invites contacts by mail, and follows what they do.
 *
 * Reads a selection of contacts (a query, or rows on standard input) and queues an
 * invitation for each; or sends what is queued, by sendmail(8) or as an mbox on
 * standard output; or reads what happened next: events, mail that came back, a wish
 * for no more mail, decisions. Prints the figures of campaigns, as a table or as a
 * page. Sending commits before and after each message, all else is one run.
 */
#include <unistd.h>

#include "invite.h"
#include "table/mail_library.h"

#define ROW(member, name, argument, type, group, help, no)                              \
	OPTION_ROW(struct invite_options, member, 0, name, argument, type, group, help, \
	    NULL, no)

/* Of the actions, of which there is one. */
#define QUEUES	      "template set again-after subdomains allow-idn"
#define AFTER_REPORT  QUEUES
#define AFTER_STATS   AFTER_REPORT " report"
#define AFTER_DECLINE AFTER_STATS " stats"
#define AFTER_APPROVE AFTER_DECLINE " decline"
#define AFTER_LEAVE   AFTER_APPROVE " approve"
#define AFTER_BOUNCE  AFTER_LEAVE " unsubscribe"
#define AFTER_EVENTS  AFTER_BOUNCE " bounce"
#define AFTER_CANCEL  AFTER_EVENTS " events"
#define AFTER_RESEND  AFTER_CANCEL " cancel"
#define AFTER_MBOX    AFTER_RESEND " resend-unknown"
#define AFTER_SEND    AFTER_MBOX " mbox"

/* Where no rows are read, where no message is sent, and where one is told by token. */
#define NO_ROWS	    " input map encoding header dates blank store-sensitive"
#define NOT_SENDING " max yes"
#define OF_ITSELF   NOT_SENDING " campaign all"

static const struct option table[] = {
	OPTIONS_SHARED(struct invite_options, shared),
	OPTIONS_WRITE(struct invite_options, shared),
	ROW(campaign, "campaign", "NAME", OPTION_ONCE, GROUP_EVERYDAY,
	    "queue an invitation for each of the selection, under this name", NULL),
	ROW(template, "template", "FILE|DIR", OPTION_ONCE, GROUP_EVERYDAY,
	    "make the messages of this, instead of what is built in", NULL),
	ROW(sets, "set", "labels+=LABEL", OPTION_LIST, GROUP_EVERYDAY,
	    "label those that are queued", NULL),
	ROW(all, "all", NULL, OPTION_FLAG, GROUP_EVERYDAY, "select every contact", NULL),
	ROW(send, "send", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "send what is queued, by sendmail(8)", AFTER_SEND NO_ROWS),
	ROW(mbox, "mbox", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "write what is queued to standard output, and mark it as sent",
	    AFTER_MBOX NO_ROWS NOT_SENDING),
	ROW(resend_unknown, "resend-unknown", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "queue again what may have been sent, or was held", AFTER_RESEND NO_ROWS),
	ROW(cancel, "cancel", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "take back what is queued", AFTER_CANCEL NO_ROWS NOT_SENDING),
	ROW(events, "events", "FILE", OPTION_ONCE, GROUP_EVERYDAY,
	    "read what the invited did", AFTER_EVENTS OF_ITSELF),
	ROW(bounce, "bounce", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "read mail that came back, on standard input",
	    AFTER_BOUNCE NO_ROWS NOT_SENDING),
	ROW(unsubscribe, "unsubscribe", "TOKEN", OPTION_ONCE, GROUP_EVERYDAY,
	    "send no more mail to whom the token was given",
	    AFTER_LEAVE NO_ROWS OF_ITSELF),
	ROW(approve, "approve", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "let those of the selection join who asked to", AFTER_APPROVE NOT_SENDING),
	ROW(decline, "decline", NULL, OPTION_FLAG, GROUP_EVERYDAY, "do not let them join",
	    AFTER_DECLINE NOT_SENDING),
	ROW(stats, "stats", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "print the figures of campaigns", AFTER_STATS NO_ROWS),
	ROW(report, "report", "FILE", OPTION_ONCE, GROUP_EVERYDAY,
	    "write the figures of a campaign as a page of HTML", AFTER_REPORT NO_ROWS),
	OPTIONS_INTAKE(struct invite_options, intake),
	ROW(again_after, "again-after", "AGE", OPTION_TEXT, GROUP_MATCHING,
	    "invite again whose last invitation is older, such as 90d", NULL),
	ROW(subdomains, "subdomains", NULL, OPTION_FLAG, GROUP_MATCHING,
	    "all domains below one that was registered are the same", NULL),
	ROW(allow_idn, "allow-idn", NULL, OPTION_FLAG, GROUP_MATCHING,
	    "invite at domains that are not ASCII, which may look like others", NULL),
	ROW(max, "max", "N", OPTION_TEXT, GROUP_RARE, "send so many at most (50)", "yes"),
	ROW(yes, "yes", NULL, OPTION_FLAG, GROUP_RARE, "send, however many they are",
	    NULL),
	ROW(max_errors, "max-errors", "N", OPTION_NUMBER, GROUP_RARE,
	    "store nothing when more rows than N are in error", "atomic"),
	ROW(atomic, "atomic", NULL, OPTION_FLAG, GROUP_RARE,
	    "store nothing when any row is in error", NULL),
};

/* CS-9: figures are looked at, all else is inviting. */
static struct right
right_of(const struct command *command)
{
	const struct invite_options *options = command->options;
	bool looks = options->stats || options->report != NULL;

	return (struct right){ RIGHT_CRM, looks ? LEVEL_VIEW : LEVEL_EDIT };
}

static const struct program program = {
	.name = "contact-invite",
	.summary = "Invite contacts by mail, follow what they do, report.",
	.synopsis =
	    "[OPTION]... --campaign NAME [--template FILE|DIR] QUERY | --all | -\n"
	    "[OPTION]... --send | --mbox | --resend-unknown | --cancel "
	    "[--campaign NAME]\n"
	    "[OPTION]... --events FILE | --bounce | --unsubscribe TOKEN\n"
	    "[OPTION]... --approve | --decline QUERY | --all | -\n"
	    "[OPTION]... --stats [--campaign NAME] [QUERY]\n"
	    "[OPTION]... --report FILE --campaign NAME",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
	.right_of = right_of,
};

/* GLib would end the process by a signal. What was claimed stays unknown. */
static void
run_out_of_memory(void)
{
	static const char text[] = "contact-invite: out of memory\n";
	ssize_t told = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)told;
	_exit(EXIT_FAILED);
}

static int
run(struct command *command, void *at, struct fault *fault)
{
	const struct invite_options *options = at;

	mail_memory_handler(run_out_of_memory);
	if (options->send)
		return invite_send(command, options, fault);
	if (options->mbox)
		return invite_mbox(command, options, fault);
	if (options->resend_unknown)
		return invite_resend(command, options, fault);
	if (options->cancel)
		return invite_cancel(command, options, fault);
	if (options->events != NULL)
		return invite_events(command, options, fault);
	if (options->bounce)
		return invite_bounce(command, options, fault);
	if (options->unsubscribe != NULL)
		return invite_unsubscribe(command, options, fault);
	if (options->approve || options->decline)
		return invite_decide(command, options, fault);
	if (options->stats)
		return invite_stats(command, options, fault);
	if (options->report != NULL)
		return invite_report(command, options, fault);
	if (options->campaign != NULL)
		return invite_queue(command, options, fault);
	return fault_set(fault, FAULT_USAGE,
	    "what is to be done? --campaign NAME with a selection queues invitations; "
	    "--send, --mbox, --cancel, --events, --bounce, --approve, --stats and others "
	    "go on from there");
}

int
main(int argc, char **argv)
{
	static struct invite_options options;

	return command_main(
	    &program, argc, argv, &options, offsetof(struct invite_options, shared), run);
}
