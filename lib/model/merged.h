/* SPDX-License-Identifier: ISC */
#ifndef MODEL_MERGED_H
#define MODEL_MERGED_H

/*
 * What people said of records that look like duplicates: that two are
 * not, which one of them keeps as a reference to the other, or that they are,
 * when one was merged into the other and its ids, those of this store and of
 * others, answer for it from then on. Kept in hidden fields of the kinds that
 * have them.
 */

#include "model/kind.h"
#include "store/ids.h"

/* Whether somebody said that the two are not the same, in whichever order. */
bool merged_apart(const struct kind *kind, uint64_t id, struct record record,
    uint64_t other, struct record other_record);

/* Where no record has the id, *id becomes that of the one that answers for it, if
 * there is one. kind is that of both; NULL: any. */
int merged_resolve(struct txn *txn, const struct kind *kind, uint64_t *id,
    struct fault *fault) MUST_CHECK;

/* Whether the record answers for the id that a record had that was merged into
 * it: one of this store, or of another system as "SYSTEM:ID"; or, as "=NAME"
 * without case, for a name that was a key. */
bool merged_has(const struct kind *kind, struct record record, struct view id);
bool merged_has_id(const struct kind *kind, struct record record, uint64_t id);

/* Appends the ids of this store of all that were merged into the record. */
int merged_ids(const struct kind *kind, struct record record, struct ids *ids,
    struct fault *fault) MUST_CHECK;

#endif
