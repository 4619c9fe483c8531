/* SPDX-License-Identifier: ISC */
#ifndef STORE_POSTING_H
#define STORE_POSTING_H

/*
 * The ids under one index key, in chunks. A chunk's key is the index key and
 * its first id, 8 bytes big-endian; its value the ids behind the first, each as
 * the difference to the one before, 7 bits a byte, low bits first, 0x80 on all
 * bytes but the last. An id that is alone costs no value at all; a million
 * records with one of four values cost a byte each. Internal to lib/store.
 */

#include "store/engine.h"
#include "store/index.h"

/* A chunk that would have more bytes than this is split. */
#define POSTING_CHUNK 640

/* What becomes of an id under a key. */
struct posting_change {
	uint64_t id;
	bool add;
};

/* What a caller keeps between calls in one transaction. */
struct posting {
	struct engine_txn *engine;
	struct engine_cursor *cursor;
	struct buf value;
	struct ids ids, changed;
	bool beyond; /* what is put lies behind all of the tree */
	struct index_key top;
	bool top_known;
};

void posting_begin(struct posting *posting, struct engine_txn *engine);
void posting_end(struct posting *posting);

/* Adds ids, ascending and above all that the key has. alone: hardly any key
 * has more than one, so a chunk of its own does. Fastest in order of key. */
int posting_append(struct posting *posting, const struct index_key *key,
    const uint64_t *ids, size_t count, bool alone, struct fault *fault) MUST_CHECK;

/* Adds ids wherever they belong and takes others out: the changes of one key,
 * ascending by id, each id once. A chunk is written once for all of its own. */
int posting_change(struct posting *posting, const struct index_key *key,
    const struct posting_change *changes, size_t count, struct fault *fault) MUST_CHECK;

/* Adds one id, or takes it out. */
int posting_add(struct posting *posting, const struct index_key *key, uint64_t id,
    struct fault *fault) MUST_CHECK;
int posting_remove(struct posting *posting, const struct index_key *key, uint64_t id,
    struct fault *fault) MUST_CHECK;

/* The ids of one chunk as it lies in the tree; a fault when it is damaged. */
int posting_read(
    struct ids *ids, struct view key, struct view value, struct fault *fault) MUST_CHECK;

#endif
