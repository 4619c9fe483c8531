/* SPDX-License-Identifier: ISC */
#ifndef STORE_COPY_H
#define STORE_COPY_H

/*
 * A copy of a snapshot: every entry of every tree is put in order into a new
 * store. So nothing of what was deleted goes along, pages are full, and every
 * record was asked for its checksum.
 */

#include "store/store.h"

struct copied {
	uint64_t records, images;
	uint64_t rev;	/* the last revision of the copy */
	uint64_t bytes; /* of its file */
};

/*
 * Makes path, an empty private directory, a store with what txn sees. The ids
 * it gives begin at next_id at least, 0 for no matter. Damage stops it. What
 * is on the disk is for nest_settle to say.
 */
int copy_store(struct copied *copied, struct txn *txn, const char *path, uint64_t next_id,
    struct fault *fault) MUST_CHECK;

#endif
