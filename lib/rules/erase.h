/* SPDX-License-Identifier: ISC */
#ifndef RULES_ERASE_H
#define RULES_ERASE_H

/*
 * Erasing records for good (TW-26): of a record that is removed, nothing stays
 * in the store but keyed hashes of its addresses and external ids (erasure.h).
 * What others have to say of it goes, too, with what they said before. The bytes
 * go when the file is compacted.
 */

#include "rules/receipt.h"

struct erasing;

/* receipt may be NULL. */
int erasing_new(struct erasing **erasing, struct txn *txn, struct receipt *receipt,
    struct fault *fault) MUST_CHECK;
void erasing_free(struct erasing *erasing);

/* A record that is about to be removed, or of which there are earlier versions
 * only: notes what it and these are known by, and keeps the hashes. `with`: it goes
 * with that one, as it is owned by it, and 0 else. */
int erasing_note(
    struct erasing *erasing, uint64_t id, uint64_t with, struct fault *fault) MUST_CHECK;

/* A record that referred to one of them, in a field, and stays. */
int erasing_left(struct erasing *erasing, const struct kind *kind, uint64_t id,
    const struct field *field, struct fault *fault) MUST_CHECK;

/* When all are removed and nothing else is going to be changed: takes away what is
 * left of them. Adds to *also how many other records that changed. */
int erasing_settle(
    struct erasing *erasing, uint64_t *also, struct fault *fault) MUST_CHECK;

#endif
