/* SPDX-License-Identifier: ISC */
#ifndef RULES_INVITED_PARTS_H
#define RULES_INVITED_PARTS_H

/* What the parts of carrying invitations over share: invited.c (which is which, and
 * how far they have got), invited_add.c (those that the older state lacks). */

#include "rules/invited.h"
#include "store/ids.h"

/* What an id of the younger state is in the older one; 0 for nothing. */
struct pair {
	uint64_t from, to;
};

struct carrying_invited {
	struct invited *counts;
	struct txn *to, *from, *all;
	struct ids there, here; /* invitations of both */
	struct pair *messages;	/* hash of the Message-ID, and id in the older state */
	size_t message_count;
	struct pair *campaigns;
	size_t campaign_count, campaign_room;
	struct record_form form;
	struct buf list, former_ids, campaign, contact, organization;
	struct ids found;
};

/* Makes carrying->organization the reference of the older state to the organization
 * that the message was for. That is not known of who joined another way than at once,
 * as its invitation has the organization that it joined: then it is empty. */
int invited_organization(struct carrying_invited *carrying, struct record here,
    struct fault *fault) MUST_CHECK;

/* Adds an id that the invitation had to carrying->former_ids, and these to the form. */
int invited_former(
    struct carrying_invited *carrying, uint64_t id, struct fault *fault) MUST_CHECK;

/* Adds an invitation of the younger state to the older one, as far as its
 * message has got. */
int invited_add(struct carrying_invited *carrying, uint64_t id, struct record here,
    struct fault *fault) MUST_CHECK;

#endif
