/* SPDX-License-Identifier: ISC */
#ifndef RULES_SENDMAIL_H
#define RULES_SENDMAIL_H

/*
 * Hands one message to sendmail(8): no shell, fixed arguments, the whole message
 * as a file that nobody can change any more, so that neither its death nor ours
 * makes half a message of it. What the outcome means for the outbox is told by an
 * enum; that it was never run is a fault.
 */

#include "base/buf.h"

enum sendmail_outcome {
	SENDMAIL_SENT,	    /* it took the message over */
	SENDMAIL_TEMPORARY, /* it did not, and may later */
	SENDMAIL_PERMANENT, /* it did not, and will not */
	SENDMAIL_UNKNOWN,   /* it may have */
};

struct sendmail_job {
	const char *path;      /* of the program, from / on */
	const char *sender;    /* of the envelope */
	const char *recipient; /* the only one */
	struct view message;   /* with LF line ends */
	unsigned patience;     /* seconds until it is ended */
};

struct sendmail_result {
	enum sendmail_outcome outcome;
	char reason[24]; /* "status 75", "signal", "timeout"; "" when sent */
	char said[200];	 /* the last line of what it printed, or "" */
};

/* FAULT_SYSTEM when no program can be run at the path. */
int sendmail_check(const char *path, struct fault *fault) MUST_CHECK;

/*
 * Runs it to its end. -1 means that it did not run, so that nothing was sent:
 * the system could not, or the addresses cannot be arguments. The caller has no
 * other children and wants no signal for them.
 */
int sendmail_run(struct sendmail_result *result, const struct sendmail_job *job,
    struct fault *fault) MUST_CHECK;

/* What an exit status of sysexits.h means. */
enum sendmail_outcome sendmail_status(int status);

#endif
