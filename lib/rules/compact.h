/* SPDX-License-Identifier: ISC */
#ifndef RULES_COMPACT_H
#define RULES_COMPACT_H

/*
 * Compacting a store: it gets a new file, in which nothing is left of what was
 * deleted or forgotten, and which is as small as can be.
 */

#include "store/store.h"

struct compacted {
	uint64_t before, after; /* bytes of data.mdb */
	uint64_t rev;
};

/* The store was opened with `alone` and can only be closed afterwards. Also
 * removes what killed programs have left in its directory. */
int compact_store(
    struct compacted *compacted, struct store *store, struct fault *fault) MUST_CHECK;

#endif
