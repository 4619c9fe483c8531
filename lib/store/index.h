/* SPDX-License-Identifier: ISC */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

/*
 * One tree for all indexes: key (kind, slot, value) -> ids. A key has 16
 * bytes: kind, slot, the first 8 bytes of the folded value (zeros behind a
 * shorter one), 40 bits of a hash of the whole. So equality is one seek, a
 * prefix of up to 8 bytes is one range, and no key is long. What a search
 * returns are candidates: a hash may collide and a change of this run may not
 * have reached the tree, so the caller tests each against its record. No
 * record that matches is ever missing.
 *
 * In a run, entries are gathered, sorted and put in order when they are many
 * or the run ends. Entries of slots declared as keys can be searched at once;
 * searching another slot puts what was gathered first.
 */

#include "store/ids.h"
#include "store/store.h"

#define INDEX_KEY 16

struct index_key {
	unsigned char bytes[INDEX_KEY];
};

/* The key of a folded value. */
struct index_key index_text_key(uint8_t kind, uint16_t slot, struct view folded);
/* The key of a reference to id. */
struct index_key index_id_key(uint8_t kind, uint16_t slot, uint64_t id);

/* Gathers an entry. searchable: the slot is a key (see above). */
int index_add(struct txn *txn, struct index_key key, uint64_t id, bool searchable,
    struct fault *fault) MUST_CHECK;
int index_remove(
    struct txn *txn, struct index_key key, uint64_t id, struct fault *fault) MUST_CHECK;

/* Appends the candidates of a key, ascending. */
int index_find(struct txn *txn, struct index_key key, struct ids *ids,
    struct fault *fault) MUST_CHECK;
/* Appends the candidates whose folded value begins with prefix (all that have
 * a value when it is empty), in no order, some perhaps twice. */
int index_find_prefix(struct txn *txn, uint8_t kind, uint16_t slot, struct view prefix,
    struct ids *ids, struct fault *fault) MUST_CHECK;
/* About how many ids a key has; for choosing between indexes. */
int index_estimate(struct txn *txn, struct index_key key, uint64_t *count,
    struct fault *fault) MUST_CHECK;

/*
 * Many searches at once, in order of key, all of one kind and slot: for each
 * i < count, first[i] becomes the candidate of keys[i] in the tree, 0 for
 * none, INDEX_SEVERAL for more than one. Gathered entries are not looked at.
 * order is scratch for count numbers; count is below 2^24.
 */
#define INDEX_SEVERAL UINT64_MAX
int index_find_many(struct txn *txn, const struct index_key *keys, uint64_t *first,
    uint32_t *order, size_t count, struct fault *fault) MUST_CHECK;

/* Appends the candidates among gathered entries alone; the slot is a key. */
int index_find_gathered(struct txn *txn, struct index_key key, struct ids *ids,
    struct fault *fault) MUST_CHECK;
/* Has the memory fetched that index_find_gathered of a key will ask. */
void index_ahead(struct txn *txn, struct index_key key);
/* How often gathered entries have gone into the tree in this run: what
 * index_find_many said holds as long as this stays. */
uint64_t index_flushes(struct txn *txn);

/* For tests: each entry of the tree in order. */
int index_walk(struct txn *txn,
    int (*each)(void *context, struct index_key key, uint64_t id, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/*
 * Making the index anew, which is faster than changing a large part of it:
 * index_clear takes all entries out; then those of all records are put in by
 * index_fill, in ascending order of id; index_flush ends it. Until then
 * nothing can be searched.
 */
int index_clear(struct txn *txn, struct fault *fault) MUST_CHECK;
int index_fill(struct txn *txn, struct index_key key, uint64_t id, bool searchable,
    struct fault *fault) MUST_CHECK;
/* From now on index_add gets ascending ids from `id` on, above all that the
 * index has: these are gathered like those of new records. */
int index_expect(struct txn *txn, uint64_t id, struct fault *fault) MUST_CHECK;

/* For `check`: the ids of one row as it lies in the tree. 1; 0 when the row is
 * damaged, and ids has what could be read of it; -1. */
int index_row(
    struct ids *ids, struct view key, struct view value, struct fault *fault) MUST_CHECK;

/* Puts what was gathered (store_run does it before it commits). */
int index_flush(struct txn *txn, struct fault *fault) MUST_CHECK;

#endif
