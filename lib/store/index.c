/* SPDX-License-Identifier: ISC */
/*
 * Keys, and what decides when gathered entries go into the tree. Searching is
 * in index_find.c.
 */
#include "store/index.h"

#include <endian.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "store/gather.h"
#include "store/txn.h"

/* A run stays below 640 MiB whatever it stores: what LMDB does not need for
 * pages is for gathered entries, within these bounds. */
#define RUN_MOST     ((size_t)540 << 20)
#define GATHER_MOST  ((size_t)184 << 20)
#define GATHER_LEAST ((size_t)16 << 20)

static void
key_begin(struct index_key *key, uint8_t kind, uint16_t slot)
{
	key->bytes[0] = kind;
	key->bytes[1] = (unsigned char)(slot >> 8);
	key->bytes[2] = (unsigned char)slot;
}

struct index_key
index_text_key(uint8_t kind, uint16_t slot, struct view folded)
{
	struct index_key key;
	uint64_t hash;
	size_t n = folded.len < 8 ? folded.len : 8;

	key_begin(&key, kind, slot);
	memset(key.bytes + 3, 0, 8);
	if (n > 0)
		memcpy(key.bytes + 3, folded.at, n);
	hash = htobe64(XXH3_64bits(folded.at, folded.len));
	memcpy(key.bytes + 11, &hash, 5);
	return key;
}

struct index_key
index_id_key(uint8_t kind, uint16_t slot, uint64_t id)
{
	struct index_key key;
	uint64_t bytes = htobe64(id);

	key_begin(&key, kind, slot);
	memcpy(key.bytes + 3, &bytes, 8);
	memset(key.bytes + 11, 0, 5);
	return key;
}

static int
gather_of(struct txn *txn, struct gather **gather, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_INDEX);

	if (kept->at == NULL) {
		kept->at = calloc(1, sizeof(struct gather));
		if (kept->at == NULL)
			return fault_memory(fault);
		kept->release = gather_free;
		((struct gather *)kept->at)->first_id = txn->first_id;
	}
	*gather = kept->at;
	return 0;
}

static size_t
gather_limit(const struct txn *txn)
{
	size_t dirty = engine_dirty(txn->engine);

	if (dirty + GATHER_LEAST >= RUN_MOST)
		return GATHER_LEAST;
	return RUN_MOST - dirty < GATHER_MOST ? RUN_MOST - dirty : GATHER_MOST;
}

static int
flush(struct txn *txn, struct gather *gather, struct fault *fault)
{
	if (gather_put(gather, txn->engine, fault) != 0)
		return -1;
	gather->first_id = gather->expecting ? gather->latest : txn->next_id;
	gather->flushes++;
	return 0;
}

/* Before an entry of this id is gathered: room for it, by putting what is
 * there already. */
static int
make_room(struct txn *txn, struct gather *gather, uint64_t id, struct fault *fault)
{
	if (gather->bytes < gather_limit(txn) &&
	    (id < gather->first_id || id - gather->first_id < GATHER_ORDINALS))
		return 0;
	if (flush(txn, gather, fault) != 0)
		return -1;
	if (gather->expecting && id > gather->first_id)
		gather->first_id = id;
	return 0;
}

int
index_add(struct txn *txn, struct index_key key, uint64_t id, bool searchable,
    struct fault *fault)
{
	struct gather *gather;

	if (gather_of(txn, &gather, fault) != 0 || make_room(txn, gather, id, fault) != 0)
		return -1;
	return gather_add(gather, &key, id, searchable, fault);
}

int
index_remove(struct txn *txn, struct index_key key, uint64_t id, struct fault *fault)
{
	struct gather *gather;

	if (gather_of(txn, &gather, fault) != 0)
		return -1;
	return gather_remove(gather, &key, id, fault);
}

int
index_flush(struct txn *txn, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_INDEX);

	return kept->at == NULL ? 0 : flush(txn, kept->at, fault);
}

int
index_clear(struct txn *txn, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_INDEX);

	if (kept->at != NULL)
		kept->release(kept->at);
	kept->at = NULL;
	return engine_clear(txn->engine, TREE_INDEX, fault) != 0
	    ? -1
	    : index_expect(txn, 0, fault);
}

int
index_expect(struct txn *txn, uint64_t id, struct fault *fault)
{
	struct gather *gather;

	if (gather_of(txn, &gather, fault) != 0 || flush(txn, gather, fault) != 0)
		return -1;
	gather->expecting = true;
	gather->first_id = gather->latest = id;
	return 0;
}

int
index_fill(struct txn *txn, struct index_key key, uint64_t id, bool searchable,
    struct fault *fault)
{
	struct gather *gather;

	if (gather_of(txn, &gather, fault) != 0 || make_room(txn, gather, id, fault) != 0)
		return -1;
	return gather_fill(gather, &key, id, searchable, fault);
}

uint64_t
index_flushes(struct txn *txn)
{
	struct gather *gather = txn_kept(txn, KEEP_INDEX)->at;

	return gather == NULL ? 0 : gather->flushes;
}
