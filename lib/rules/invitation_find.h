/* SPDX-License-Identifier: ISC */
#ifndef RULES_INVITATION_FIND_H
#define RULES_INVITATION_FIND_H

/* The invitation that somebody speaks of who was sent one. */

#include "store/ids.h"
#include "store/store.h"

/* That of a token, of whichever attempt (HS-41): 1, 0, -1. The record lives until the
 * next change. */
int invitation_find_token(struct txn *txn, struct view token, uint64_t *id,
    struct record *record, struct fault *fault) MUST_CHECK;

/* That of an address in a campaign, which is given by its name or as #ID: 1, 0, -1. Of
 * several, such as those that were suppressed because of another, the one that may
 * have been sent. */
int invitation_find_address(struct txn *txn, struct view email, struct view campaign,
    uint64_t *id, struct record *record, struct fault *fault) MUST_CHECK;

#endif
