/* SPDX-License-Identifier: ISC */
/*
 * Keys, searching, and what decides when gathered entries go into the tree.
 */
#include "store/index.h"

#include <endian.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "store/gather.h"
#include "store/posting.h"
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

static uint16_t
key_slot(const struct index_key *key)
{
	return (uint16_t)(key->bytes[1] << 8 | key->bytes[2]);
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

static struct gather_list *
list_of(struct gather *gather, const struct index_key *key, bool searchable)
{
	uint16_t slot = key_slot(key);
	struct gather_list *lists = gather->lists, *list;
	size_t i, cap;

	/* Records come with the same slots in the same order, so the next
	 * list is nearly always the one. */
	for (i = 0; i < gather->list_count; i++) {
		gather->last =
		    gather->last + 1 < gather->list_count ? gather->last + 1 : 0;
		list = lists + gather->last;
		if (list->slot == slot && list->kind == key->bytes[0])
			return list;
	}
	if (gather->list_count == gather->list_cap) {
		cap = gather->list_cap == 0 ? 16 : gather->list_cap * 2;
		lists = realloc(gather->lists, cap * sizeof(*lists));
		if (lists == NULL)
			return NULL;
		gather->lists = lists;
		gather->list_cap = cap;
	}
	gather->last = gather->list_count++;
	list = gather->lists + gather->last;
	*list = (struct gather_list){
		.kind = key->bytes[0], .slot = slot, .searchable = searchable
	};
	return list;
}

static int
gather_new(struct gather *gather, const struct index_key *key, uint64_t ordinal,
    bool searchable, struct fault *fault)
{
	struct gather_list *list = list_of(gather, key, searchable);
	struct gathered *at;
	uint64_t prefix, hash = 0;
	size_t cap;

	if (list == NULL)
		return fault_memory(fault);
	if (list->count == list->cap) {
		cap = list->cap == 0 ? 64 : list->cap * 2;
		at = realloc(list->at, cap * sizeof(*at));
		if (at == NULL)
			return fault_memory(fault);
		list->at = at;
		list->cap = cap;
	}
	memcpy(&prefix, key->bytes + 3, 8);
	memcpy(&hash, key->bytes + 11, 5);
	list->at[list->count++] =
	    (struct gathered){ be64toh(prefix), be64toh(hash) | ordinal };
	gather->bytes += sizeof(*at);
	return 0;
}

static int
gather_change(struct gather *gather, const struct index_key *key, uint64_t id, bool add,
    struct fault *fault)
{
	struct gather_change *changes;
	size_t cap;

	if (gather->change_count == gather->change_cap) {
		cap = gather->change_cap == 0 ? 64 : gather->change_cap * 2;
		changes = realloc(gather->changes, cap * sizeof(*changes));
		if (changes == NULL)
			return fault_memory(fault);
		gather->changes = changes;
		gather->change_cap = cap;
	}
	gather->changes[gather->change_count] =
	    (struct gather_change){ *key, add, (uint32_t)gather->change_count, id };
	gather->change_count++;
	gather->bytes += sizeof(*changes);
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

/* The bit of the key's slot among the hidden ones of its kind. */
static uint64_t
hidden_bit(const struct index_key *key)
{
	uint16_t slot = key_slot(key);

	return UINT64_C(1) << (slot < 63 ? slot : 63);
}

/* Whether the entry may go into a list: of a record of this run, in the order
 * of ids, and never taken out before, which the change would do again. */
static bool
fits_list(const struct gather *gather, uint64_t id)
{
	return id >= gather->first_id && id >= gather->newest &&
	    id > gather->taken_from && id - gather->first_id < GATHER_ORDINALS;
}

int
index_add(struct txn *txn, struct index_key key, uint64_t id, bool searchable,
    struct fault *fault)
{
	struct gather *gather;

	if (gather_of(txn, &gather, fault) != 0)
		return -1;
	if (make_room(txn, gather, id, fault) != 0 ||
	    (searchable && gather_place(gather, &key, id, fault) != 0))
		return -1;
	if (fits_list(gather, id)) {
		gather->newest = gather->latest = id;
		return gather_new(gather, &key, id - gather->first_id, searchable, fault);
	}
	if (!searchable)
		gather->hidden[key.bytes[0] & 3] |= hidden_bit(&key);
	return gather_change(gather, &key, id, true, fault);
}

int
index_remove(struct txn *txn, struct index_key key, uint64_t id, struct fault *fault)
{
	struct gather *gather;

	if (gather_of(txn, &gather, fault) != 0)
		return -1;
	if (id > gather->taken_from)
		gather->taken_from = id;
	return gather_change(gather, &key, id, false, fault);
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
	gather->newest = gather->latest = id;
	return gather_new(gather, &key, id - gather->first_id, searchable, fault);
}

int
index_find_gathered(
    struct txn *txn, struct index_key key, struct ids *ids, struct fault *fault)
{
	struct gather *gather = txn_kept(txn, KEEP_INDEX)->at;

	if (gather == NULL)
		return 0;
	if (gather_places(gather, &key, ids, fault) != 0)
		return -1;
	ids_sort(ids);
	return 0;
}

void
index_ahead(struct txn *txn, struct index_key key)
{
	struct gather *gather = txn_kept(txn, KEEP_INDEX)->at;

	if (gather != NULL)
		gather_ahead(gather, &key);
}

uint64_t
index_flushes(struct txn *txn)
{
	struct gather *gather = txn_kept(txn, KEEP_INDEX)->at;

	return gather == NULL ? 0 : gather->flushes;
}

int
ids_add(struct ids *ids, uint64_t id, struct fault *fault)
{
	uint64_t *at;
	size_t cap;

	if (ids->count == ids->cap) {
		cap = ids->cap == 0 ? 16 : ids->cap * 2;
		at = realloc(ids->at, cap * sizeof(*at));
		if (at == NULL)
			return fault_memory(fault);
		ids->at = at;
		ids->cap = cap;
	}
	ids->at[ids->count++] = id;
	return 0;
}

static int
compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
ids_sort(struct ids *ids)
{
	size_t i, kept = 0;

	for (i = 1; i < ids->count; i++)
		if (ids->at[i - 1] >= ids->at[i])
			break;
	if (i >= ids->count)
		return;
	qsort(ids->at, ids->count, sizeof(*ids->at), compare_ids);
	for (i = 0; i < ids->count; i++)
		if (i == 0 || ids->at[i] != ids->at[kept - 1])
			ids->at[kept++] = ids->at[i];
	ids->count = kept;
}

void
ids_release(struct ids *ids)
{
	free(ids->at);
	*ids = (struct ids){ NULL, 0, 0 };
}

/* Entries that were gathered and have no place go into the tree first. */
static int
settle(struct txn *txn, const struct index_key *key, struct ids *ids, struct fault *fault)
{
	struct gather *gather = txn_kept(txn, KEEP_INDEX)->at;
	const struct gather_list *list;
	size_t i;

	if (gather == NULL)
		return 0;
	if ((gather->hidden[key->bytes[0] & 3] & hidden_bit(key)) != 0)
		return flush(txn, gather, fault);
	for (i = 0; i < gather->list_count; i++) {
		list = gather->lists + i;
		if (list->kind == key->bytes[0] && !list->searchable &&
		    list->slot == key_slot(key))
			return flush(txn, gather, fault);
	}
	return gather_places(gather, key, ids, fault);
}

/* Goes to the first chunk whose key is not below the first len bytes of an
 * index key. */
static int
seek(struct engine_cursor *cursor, const struct index_key *key, size_t len,
    struct view *at, struct view *value, struct fault *fault)
{
	*at = view_make((const char *)key->bytes, len);
	return engine_seek(cursor, at, value, fault);
}

/* All chunks whose key begins with the first len bytes of an index key. */
static int
search(struct txn *txn, const struct index_key *key, size_t len, struct ids *ids,
    struct fault *fault)
{
	struct engine_cursor *cursor;
	struct view at, value;
	struct index_key prefix = *key;
	int found;

	if (engine_cursor_open(&cursor, txn->engine, TREE_INDEX, fault) != 0)
		return -1;
	found = seek(cursor, &prefix, len, &at, &value, fault);
	while (found == 1 && at.len >= len && memcmp(at.at, prefix.bytes, len) == 0) {
		if (posting_read(ids, at, value, fault) != 0)
			found = -1;
		else
			found = engine_next(cursor, &at, &value, fault);
	}
	engine_cursor_close(cursor);
	return found < 0 ? -1 : 0;
}

int
index_find(struct txn *txn, struct index_key key, struct ids *ids, struct fault *fault)
{
	if (settle(txn, &key, ids, fault) != 0 ||
	    search(txn, &key, INDEX_KEY, ids, fault) != 0 ||
	    (txn->past && past_find(txn, &key, ids, fault) != 0))
		return -1;
	ids_sort(ids);
	return 0;
}

int
index_find_prefix(struct txn *txn, uint8_t kind, uint16_t slot, struct view prefix,
    struct ids *ids, struct fault *fault)
{
	struct index_key begin;
	size_t n = prefix.len < 8 ? prefix.len : 8;

	if (index_flush(txn, fault) != 0)
		return -1;
	memset(&begin, 0, sizeof(begin));
	key_begin(&begin, kind, slot);
	if (n > 0)
		memcpy(begin.bytes + 3, prefix.at, n);
	if (search(txn, &begin, 3 + n, ids, fault) != 0)
		return -1;
	return txn->past ? past_since(txn, kind, ids, fault) : 0;
}

int
index_estimate(
    struct txn *txn, struct index_key key, uint64_t *count, struct fault *fault)
{
	struct ids since = { NULL, 0, 0 };
	struct engine_cursor *cursor;
	struct view at, value;
	unsigned chunks = 0;
	int found;

	*count = 0;
	if (engine_cursor_open(&cursor, txn->engine, TREE_INDEX, fault) != 0)
		return -1;
	found = seek(cursor, &key, INDEX_KEY, &at, &value, fault);
	/* Most differences take a byte or two; a common value need not be
	 * counted to its end to be known as common. */
	while (found == 1 && at.len >= INDEX_KEY &&
	    memcmp(at.at, key.bytes, INDEX_KEY) == 0 && chunks++ < 64) {
		*count += 1 + value.len;
		found = engine_next(cursor, &at, &value, fault);
	}
	engine_cursor_close(cursor);
	if (found >= 0 && txn->past && past_since(txn, key.bytes[0], &since, fault) != 0)
		found = -1;
	*count += since.count;
	ids_release(&since);
	return found < 0 ? -1 : 0;
}

/* The one id of a key; INDEX_SEVERAL, 0. */
static int
first_of(struct engine_cursor *cursor, const struct index_key *key, uint64_t *first,
    struct fault *fault)
{
	struct view at, value;
	uint64_t id;
	int found = seek(cursor, key, INDEX_KEY, &at, &value, fault);

	*first = 0;
	if (found != 1 || at.len != INDEX_KEY + 8 ||
	    memcmp(at.at, key->bytes, INDEX_KEY) != 0)
		return found < 0 ? -1 : 0;
	memcpy(&id, at.at + INDEX_KEY, 8);
	*first = value.len > 0 ? INDEX_SEVERAL : be64toh(id);
	if (value.len > 0)
		return 0;
	found = engine_next(cursor, &at, &value, fault);
	if (found == 1 && at.len >= INDEX_KEY &&
	    memcmp(at.at, key->bytes, INDEX_KEY) == 0)
		*first = INDEX_SEVERAL;
	return found < 0 ? -1 : 0;
}

int
index_find_many(struct txn *txn, const struct index_key *keys, uint64_t *first,
    uint32_t *order, size_t count, struct fault *fault)
{
	struct gathered *sorted = malloc((2 * count + 1) * sizeof(*sorted));
	struct engine_cursor *cursor = NULL;
	uint64_t prefix, hash;
	uint32_t i;
	int found = -1;

	if (sorted == NULL)
		return fault_memory(fault);
	for (i = 0; i < count; i++) {
		hash = 0;
		memcpy(&prefix, keys[i].bytes + 3, 8);
		memcpy(&hash, keys[i].bytes + 11, 5);
		sorted[i] = (struct gathered){ be64toh(prefix), be64toh(hash) | i };
	}
	gather_sort(sorted, sorted + count, count);
	if (engine_cursor_open(&cursor, txn->engine, TREE_INDEX, fault) != 0)
		goto done;
	for (i = 0; i < count; i++) {
		order[i] = (uint32_t)(sorted[i].rest & 0xffffff);
		found = first_of(cursor, &keys[order[i]], &first[order[i]], fault);
		if (found != 0)
			goto done;
	}
	found = 0;
done:
	engine_cursor_close(cursor);
	free(sorted);
	return found < 0 ? -1 : 0;
}

int
index_walk(struct txn *txn,
    int (*each)(void *context, struct index_key key, uint64_t id, struct fault *fault),
    void *context, struct fault *fault)
{
	struct engine_cursor *cursor;
	struct ids ids = { NULL, 0, 0 };
	struct index_key copy;
	struct view key = { NULL, 0 }, value;
	size_t i;
	int found, result = 0;

	if (engine_cursor_open(&cursor, txn->engine, TREE_INDEX, fault) != 0)
		return -1;
	found = engine_first(cursor, &key, &value, fault);
	while (found == 1 && result == 0) {
		ids.count = 0;
		if (posting_read(&ids, key, value, fault) != 0) {
			found = -1;
			break;
		}
		memcpy(copy.bytes, key.at, INDEX_KEY);
		for (i = 0; result == 0 && i < ids.count; i++)
			result = each(context, copy, ids.at[i], fault);
		if (result == 0)
			found = engine_next(cursor, &key, &value, fault);
	}
	engine_cursor_close(cursor);
	ids_release(&ids);
	return found < 0 ? -1 : result;
}

int
index_row(struct ids *ids, struct view key, struct view value, struct fault *fault)
{
	ids->count = 0;
	if (posting_read(ids, key, value, fault) == 0)
		return 1;
	return fault->kind == FAULT_STORE ? 0 : -1;
}
