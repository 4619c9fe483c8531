/* SPDX-License-Identifier: ISC */
#ifndef RULES_INVITEE_H
#define RULES_INVITEE_H

/*
 * Whether a contact may be invited, and to what. Asked when it is queued, and again in
 * the transaction that claims its message, so that a wish for no mail holds from the
 * next transaction on (HS-42, HS-56).
 */

#include "rules/scenario.h"

struct invitee {
	const char *code; /* why nothing is sent to it, or NULL */
	struct view why;  /* the same in words; lives until the next question */
	uint64_t user;	  /* HS-39: it has this account; then there is no scenario */
	struct scenario scenario;
};

/* All zero is empty; what was queued is judged by the scenarios once they are read. */
struct invitees {
	struct scenarios scenarios;
	bool allows_idn;      /* non-ASCII domains */
	bool has_again_after; /* those who were invited before that time may be again */
	int64_t invited_until;
	struct buf message, key;
	struct buf user, organization; /* references, for a form */
	struct ids ids;
};

void invitees_release(struct invitees *invitees);

/* `own` is the invitation that is being composed, which does not count as one before,
 * 0 for none. */
int invitee_judge(struct invitees *invitees, struct txn *txn, uint64_t contact,
    struct record record, uint64_t own, struct invitee *invitee,
    struct fault *fault) MUST_CHECK;

/* HS-39, HS-40: approves the organization of somebody who is a user already, if it was
 * not; *id is the one that was approved, or 0. */
int invitee_approve(struct txn *txn, const struct invitee *invitee, struct record contact,
    uint32_t line, uint64_t *id, struct fault *fault) MUST_CHECK;

/* Puts into the form of the invitation that its contact is a user, and which
 * organization was approved therefore at `now`, 0 for none. What the form borrows lives
 * until the next call. */
int invitee_meet(struct invitees *invitees, const struct invitee *invitee,
    uint64_t approved, struct view now, struct record_form *form,
    struct fault *fault) MUST_CHECK;

/* A number that rules keep in an invitation or a campaign; 0 for none. */
uint64_t invitation_number(struct view text);

/* Whether an invitation in that state may have reached its reader. */
bool invitation_counts(struct view state);
/* Whether its message was handed out, or may have been. */
bool invitation_went_out(struct view state);
/* Whether it surely was. */
bool invitation_is_sent(struct view state);

#endif
