/* SPDX-License-Identifier: ISC */
#ifndef RULES_INVITED_H
#define RULES_INVITED_H

/*
 * Nobody is invited twice because an older state of the store takes the place of a
 * younger one: what was sent since stays sent, what was taken back stays so, and what
 * else was queued then is held, since nobody knows what became of it where the younger
 * state is lost (E2).
 */

#include "model/kind.h"

struct invited {
	uint64_t held;	  /* were queued in the older state */
	uint64_t changed; /* are in both, and more has come of them since */
	uint64_t added;	  /* may have been sent, and are in the younger state alone */
};

/*
 * Adds to the store that `to` writes what `from`, of the younger state, knows of
 * invitations that went out, or may have: an invitation is the same in both when its
 * message is. One that `to` lacks is added, with its campaign, which is known by its
 * name, and with its contact where that is the same person. `all` shows what `from`
 * does and, as they were last, records that were deleted: one of these is not added,
 * but sent all the same.
 */
int invited_carry(struct invited *invited, struct txn *to, struct txn *from,
    struct txn *all, struct fault *fault) MUST_CHECK;

#endif
