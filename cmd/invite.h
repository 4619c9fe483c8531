/* SPDX-License-Identifier: ISC */
#ifndef CMD_INVITE_H
#define CMD_INVITE_H

/* The actions of contact-invite. */

#include "intake.h"

struct invite_options {
	struct shared_options shared;
	struct intake_options intake;
	const char *campaign, *template, *again_after, *events, *unsubscribe, *report,
	    *max;
	struct option_list sets;
	bool all, subdomains, allow_idn, send, mbox, resend_unknown, cancel, bounce,
	    approve, decline, stats, yes, atomic;
	uint64_t max_errors;
	bool has_max_errors;
};

/* Each returns an exit status, or -1. */
int invite_queue(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_send(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_mbox(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_resend(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_cancel(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_events(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_unsubscribe(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_decide(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_bounce(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_stats(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;
int invite_report(struct command *command, const struct invite_options *options,
    struct fault *fault) MUST_CHECK;

/* -n -v: a message on standard error, a line each, made safe for a terminal. */
void invite_show(const struct command *command, struct view text);

#endif
