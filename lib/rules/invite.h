/* SPDX-License-Identifier: ISC */
#ifndef RULES_INVITE_H
#define RULES_INVITE_H

/*
 * Queueing a campaign: each chosen contact gets an invitation, one that nothing is
 * sent to as well, with the reason (HS-35, HS-42). It is an import over a selection,
 * so results, dry runs and rows that choose are as with any change.
 */

#include "rules/import_run.h"

/* What is to be queued; borrowed for the length of the import. */
struct campaign {
	const char *name;
	struct view template, subject, sender; /* as they are shown */
	struct view text;		       /* what messages are made of */
	bool subdomains, allows_idn, has_again_after;
	int64_t again_after; /* seconds */
	/* Told of each invitation that is queued, in the transaction; its id is 0 when
	 * the run begins, be it anew. NULL when nobody wants to know. */
	int (*queued)(
	    void *context, struct txn *txn, uint64_t invitation, struct fault *fault);
	void *context;
};

/* FAULT_CONFLICT when a campaign has the name. */
int invite_begin(struct import *import, struct fault *fault) MUST_CHECK;
void invite_release(struct import *import);

/* Queues or suppresses the contact; its sets are for those that are queued (HS-43).
 * *action says which; one that a row has named before is unchanged. */
enum step invite_take(struct import *import, struct draft *draft, uint64_t id,
    enum import_action *action, struct fault *fault);

/* The campaign of that name, FAULT_USAGE when there is none; 0 for NULL, all. */
int invite_campaign(
    struct txn *txn, const char *name, uint64_t *id, struct fault *fault) MUST_CHECK;

/* Appends a new Message-ID, without angle brackets, of the domain of the sender's
 * address; nothing when there is no sender. */
int invite_message_id(
    struct buf *out, uint64_t id, struct view sender, struct fault *fault) MUST_CHECK;

#endif
