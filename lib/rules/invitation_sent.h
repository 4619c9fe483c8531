/* SPDX-License-Identifier: ISC */
#ifndef RULES_INVITATION_SENT_H
#define RULES_INVITATION_SENT_H

/*
 * Somebody has what only a message tells, its token or the address that it came from:
 * so it went out, whatever was known of it, and must not go out again.
 */

#include "store/store.h"

/* Whether an invitation in that state is still to be sent, or may be, or could not. */
bool invitation_is_open(struct view state);

/* Makes the form, which was made from the record, that of an invitation that was sent,
 * at that time unless there is one. Nothing changes of one that is sent already, or to
 * which nothing is to be sent. The reason of a join_request, which that of how sending
 * went has replaced, is found again. */
int invitation_settle_sent(struct txn *txn, struct record record,
    struct record_form *form, struct view at, struct fault *fault) MUST_CHECK;

#endif
