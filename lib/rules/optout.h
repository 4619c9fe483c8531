/* SPDX-License-Identifier: ISC */
#ifndef RULES_OPTOUT_H
#define RULES_OPTOUT_H

/*
 * Who does not want to be written to or called stays so when an older state of
 * the store takes the place of a younger one.
 */

#include "model/kind.h"

struct optouts {
	uint64_t suppressions; /* that were added */
	uint64_t contacts;     /* that were marked again */
};

/*
 * Adds to the store that `to` writes what `from`, of the younger state, knows
 * of that and it does not: each suppression; do_not_email, do_not_call and an
 * email_status for which no mail is sent, of a contact that is the same person
 * in both, and do_not_email in place of another reason not to be mailed; and a
 * suppression of each address that `to` does not have at that contact. `all`
 * shows what `from` does and, as they were last, records that were deleted
 * (past_begin): their addresses are suppressed, too, unless another contact has
 * them by now.
 */
int optout_carry(struct optouts *optouts, struct txn *to, struct txn *from,
    struct txn *all, struct fault *fault) MUST_CHECK;

#endif
