/* SPDX-License-Identifier: ISC */
#ifndef RULES_OUTBOX_H
#define RULES_OUTBOX_H

/*
 * What is queued goes out once (HS-61). A message is claimed in a transaction of its
 * own, which asks again whether the contact may be written to and to what it is
 * invited, and leaves it as unknown; another one says what came of it. What dies in
 * between stays unknown until a person decides. One process at a time does this
 * (store_lock_sender).
 */

#include "rules/invitee.h"
#include "rules/letter.h"

/* All zero is empty. */
struct outbox {
	struct letters letters;
	struct invitees invitees;
	struct record_form form;
	struct buf owner; /* "HOST PID", for the claim */
	struct buf tokens, number, claim, time, text;
};

void outbox_release(struct outbox *outbox);

/* Appends the invitations in that state, of the campaign unless it is 0, ascending. */
int outbox_find(struct txn *txn, const char *state, uint64_t campaign, struct ids *ids,
    struct fault *fault) MUST_CHECK;
/* Whether it may be sent by now. */
bool outbox_is_due(struct record invitation, int64_t now);
/* Leaves those that may be sent by now; what had a temporary failure waits. */
int outbox_due(
    struct txn *txn, struct ids *ids, int64_t now, struct fault *fault) MUST_CHECK;
/* Reads settings and campaigns, so that what is missing is a fault before anything is
 * claimed. */
int outbox_prepare(struct outbox *outbox, struct txn *txn, const struct ids *ids,
    struct fault *fault) MUST_CHECK;

enum outbox_step {
	OUTBOX_CLAIMED,	   /* its letter is begun */
	OUTBOX_SUPPRESSED, /* something speaks against it by now */
	OUTBOX_USER,	   /* HS-39: is a user by now */
	OUTBOX_GONE	   /* is no longer to be sent: nothing was done */
};

struct outbox_taken {
	enum outbox_step step;
	uint64_t contact;   /* or 0 */
	const char *code;   /* as results have it; NULL when it is gone */
	const char *reason; /* of a join_request, which the invitation keeps */
	struct buf email, why;
};

/* Claims an invitation for `why`, which stands in it until its end is known. */
int outbox_claim(struct outbox *outbox, struct txn *txn, uint64_t id, const char *why,
    struct letter *letter, struct outbox_taken *taken, struct fault *fault) MUST_CHECK;

enum outbox_ending {
	OUTBOX_SENT,
	OUTBOX_LATER,	/* a temporary failure */
	OUTBOX_FAILED,	/* a permanent one */
	OUTBOX_UNKNOWN, /* it may have been sent */
	OUTBOX_NOT_RUN	/* it was not, and that was not its fault */
};

struct outbox_end {
	enum outbox_ending ending;
	const char *reason;   /* "status 75" */
	struct view said;     /* more of it */
	const char *scenario; /* outbox_taken.reason */
};

/* What came of a claimed one. *ending is what it came to: the last temporary failure
 * is a permanent one. */
int outbox_settle(struct outbox *outbox, struct txn *txn, uint64_t id,
    const struct outbox_end *end, enum outbox_ending *ending,
    struct fault *fault) MUST_CHECK;

/* A person's decisions: what is unknown or held is queued again, under its Message-ID,
 * or sent where somebody has shown that it arrived;
 * what is queued or held is not sent. */
int outbox_requeue(
    struct outbox *outbox, struct txn *txn, uint64_t id, struct fault *fault) MUST_CHECK;
int outbox_cancel(
    struct outbox *outbox, struct txn *txn, uint64_t id, struct fault *fault) MUST_CHECK;

#endif
