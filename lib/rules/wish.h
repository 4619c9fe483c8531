/* SPDX-License-Identifier: ISC */
#ifndef RULES_WISH_H
#define RULES_WISH_H

/*
 * A wish not to be mailed is one about addresses, and outlives the contact that had
 * them: who comes with one of them again is not mailed either (HS-42).
 */

#include "model/kind.h"

struct wish {
	struct buf addresses; /* a list */
	struct buf why;	      /* a reason of suppressions; empty: mail is welcome */
};
#define WISH_EMPTY ((struct wish){ BUF_EMPTY, BUF_EMPTY })

/* What the contact has and wants, before it changes or goes; *wish is empty yet, and
 * the caller's to release. */
int wish_of(struct wish *wish, struct txn *txn, struct record contact,
    struct fault *fault) MUST_CHECK;

/* Suppresses those of the addresses that the contact, 0 when it goes, has no more, if
 * it is not to be mailed now or was not then. *made counts. */
int wish_keep(struct wish *wish, struct txn *txn, uint64_t contact, uint64_t *made,
    struct fault *fault) MUST_CHECK;

void wish_release(struct wish *wish);

#endif
