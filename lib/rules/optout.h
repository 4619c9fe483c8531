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
 * of that and it does not: each suppression; do_not_email and do_not_call of a
 * contact that is the same in both; and, for contacts that are not in `to`, a
 * suppression of their addresses in place of do_not_email.
 */
int optout_carry(struct optouts *optouts, struct txn *to, struct txn *from,
    struct fault *fault) MUST_CHECK;

#endif
