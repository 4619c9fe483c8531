/* SPDX-License-Identifier: ISC */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

/*
 * Whether a store is sound: checksum and numbers of every record, every index
 * entry against its record and back, every reference, the names of ext and
 * attr columns, before-images and the log. Memory does not grow with the
 * number of records.
 */

#include "store/store.h"

enum check_level {
	CHECK_NOTE, /* worth knowing: an unresolved reference, a setting that mail lacks */
	CHECK_DAMAGE
};

struct check_outcome {
	uint64_t records, entries, images, revisions;
	uint64_t unresolved; /* elements of references that are kept as text */
	uint64_t damages;
};

/*
 * Checks the snapshot of txn, which only reads. found is called for each
 * finding with one sentence, but at most CHECK_TOLD times for damage, and as
 * often for notes of references unless all_notes; *outcome counts them all. -1 when the store could not be read on.
 */
#define CHECK_TOLD 25
int check_store(struct check_outcome *outcome, struct txn *txn, bool all_notes,
    void (*found)(void *context, enum check_level level, const char *text), void *context,
    struct fault *fault) MUST_CHECK;

#endif
