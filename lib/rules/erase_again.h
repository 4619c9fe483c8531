/* SPDX-License-Identifier: ISC */
#ifndef RULES_ERASE_AGAIN_H
#define RULES_ERASE_AGAIN_H

/*
 * Who was erased stays so when an older state of the store takes the place of a
 * younger one (TW-26).
 */

#include "store/store.h"

struct erased_again {
	uint64_t hashes;  /* that were added */
	uint64_t records; /* that were erased again */
};

/* Adds to the store that `to` writes the hashes that `from`, of the younger state,
 * has and it has not, and erases from it the records that they are of. */
int erase_again(struct erased_again *again, struct txn *to, struct txn *from,
    struct fault *fault) MUST_CHECK;

#endif
