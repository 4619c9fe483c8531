/* SPDX-License-Identifier: ISC */
#ifndef TABLE_BOUNCE_H
#define TABLE_BOUNCE_H

/*
 * Messages about the delivery of messages: delivery status notifications (RFC 3464),
 * what qmail and Exim send in their stead, reports of complaints (RFC 5965), and
 * automatic replies, which are none. Messages of strangers are read in a process
 * of its own (mail_child.h). Whether anything that is said is true is not known
 * here.
 */

#include "table/window.h"

enum bounce_sort {
	BOUNCE_OTHER,	   /* mail of another sort */
	BOUNCE_UNREADABLE, /* it was the end of whoever read it */
	BOUNCE_REPLY,	   /* an automatic reply */
	BOUNCE_REPORT,	   /* of delivery, with recipients */
	BOUNCE_ABUSE	   /* a complaint of abuse */
};

enum bounce_outcome {
	BOUNCE_DELIVERED, /* or relayed, or expanded */
	BOUNCE_DELAYED,
	BOUNCE_FAILED
};

/* An enhanced status code (RFC 3463), 5.1.1; all 0: there is none. */
struct bounce_status {
	unsigned class, subject, detail;
};

struct bounce_recipient {
	struct view final, original; /* addresses, without their type; may be empty */
	enum bounce_outcome outcome;
	struct bounce_status status; /* of a class that agrees with the outcome */
	struct view diagnostic;
};

/* All is one line of UTF-8 each, at most BOUNCE_FACT_MAX bytes. */
struct bounce {
	uint64_t line; /* where the message begins, from 1 */
	enum bounce_sort sort;
	struct view id, returned_id; /* Message-IDs, without <>; may be empty */
	const struct view *sent_to;  /* addresses that the message itself was sent to */
	size_t sent_to_count;
	const struct bounce_recipient *recipients;
	size_t recipient_count;
};

struct bounce_reader;

/* A message, or an mbox, of which the first MiB of each message counts. window is
 * borrowed. FAULT_INPUT when it begins with no header, FAULT_SYSTEM when the
 * library for mail is missing. */
int bounce_open(
    struct bounce_reader **reader, struct window *window, struct fault *fault) MUST_CHECK;
void bounce_close(struct bounce_reader *reader);

/* The next message, which lives until the next call: 1, 0 at the end, -1. */
int bounce_next(
    struct bounce_reader *reader, struct bounce *bounce, struct fault *fault) MUST_CHECK;

#endif
