/* SPDX-License-Identifier: ISC */
#ifndef MODEL_FIGURES_H
#define MODEL_FIGURES_H

/*
 * What became of invitations (HS-57 to HS-60). Figures are counts of invitation
 * records as they are, so an event that comes again changes none of them, and each
 * invitation is in exactly one of those from FIGURE_QUEUED to FIGURE_ALREADY_USERS
 * (HS-59). { 0 } is empty.
 */

#include "model/kind.h"
#include "store/ids.h"

/* FIGURES_EACH(X): X(NAME, name, what is counted). */
#define FIGURES_EACH(X)                                                               \
	X(SELECTED, selected, "contacts that were chosen for the campaign")           \
	X(QUEUED, queued, "wait to be sent")                                          \
	X(SENT, sent, "handed over to the mail system")                               \
	X(HELD, held, "were queued in a backup, and wait for --resend-unknown")       \
	X(UNKNOWN, unknown, "may have been sent; --resend-unknown queues them again") \
	X(FAILED, failed, "could not be sent")                                        \
	X(SUPPRESSED, suppressed, "not to be mailed, for the reasons told")           \
	X(ALREADY_USERS, already_users, "had an account already, and got no mail")    \
	X(VISITED, visited, "visited the register page")                              \
	X(REGISTERED, registered, "registered their details")                         \
	X(CONFIRMED, confirmed, "confirmed their e-mail")                             \
	X(CONNECTED, connected, "connected with schools and were introduced")         \
	X(JOINED, joined, "joined an organization")                                   \
	X(REQUESTS_PENDING, requests_pending, "asked to join, and wait")              \
	X(REQUESTS_APPROVED, requests_approved, "asked to join, and may")             \
	X(REQUESTS_DECLINED, requests_declined, "asked to join, and may not")         \
	X(AUTO_APPROVED, auto_approved, "joined at once, by their e-mail's domain")   \
	X(BOUNCED, bounced, "mail came back")                                         \
	X(UNSUBSCRIBED, unsubscribed, "wish for no more mail")                        \
	X(EXISTING_EMPLOYERS_APPROVED, existing_employers_approved,                   \
	    "organizations that were there before and are approved, each once")       \
	X(NEW_EMPLOYERS_APPROVED, new_employers_approved,                             \
	    "organizations made on joining and approved since, each once")

#define FIGURES_NAME(NAME, name, meaning) FIGURE_##NAME,
enum figure { FIGURES_EACH(FIGURES_NAME) FIGURES };
#undef FIGURES_NAME

/* "selected", and what it counts. */
const char *figure_name(enum figure figure);
const char *figure_meaning(enum figure figure);

/* What is told by day. */
enum figure_series {
	SERIES_SENT,
	SERIES_VISITED,
	SERIES_JOINED,
	SERIES_BOUNCED,
	FIGURE_SERIES
};

struct figure_day {
	int64_t day; /* since 1970-01-01, UTC */
	uint64_t counts[FIGURE_SERIES];
};

struct figure_reason {
	char code[40];
	uint64_t count;
};

struct figures {
	uint64_t counts[FIGURES];
	/* Why some were suppressed, in order of code. */
	struct figure_reason *reasons;
	size_t reason_count, reason_cap;
	/* Ascending; only when `dated` is set before the first is added. */
	bool dated;
	struct figure_day *days;
	size_t day_count, day_cap;
	/* Organizations that joining has made, and that were there. */
	struct ids made, met;
};

/* Counts one invitation. */
int figures_add(
    struct figures *figures, struct record invitation, struct fault *fault) MUST_CHECK;
/* The figures of employers, once all invitations are counted. */
int figures_settle(
    struct figures *figures, struct txn *txn, struct fault *fault) MUST_CHECK;
/* Counts all invitations of a campaign. */
int figures_count(struct figures *figures, struct txn *txn, uint64_t campaign,
    struct fault *fault) MUST_CHECK;
void figures_release(struct figures *figures);

/* Those of a campaign, which are kept while the store does not change; borrowed until
 * the next call. */
int figures_of(const struct figures **figures, struct txn *txn, uint64_t campaign,
    struct fault *fault) MUST_CHECK;

/* The state of a campaign, of the picklist campaign.state. */
const char *figures_state(const struct figures *figures);

#endif
