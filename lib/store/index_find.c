/* SPDX-License-Identifier: ISC */
/*
 * Searching. The ids of a key stand in chunks of the tree that begin with it;
 * what was gathered is asked besides, or put first where it cannot be asked.
 */
#include <endian.h>
#include <stdlib.h>

#include "store/gather.h"
#include "store/index.h"
#include "store/posting.h"
#include "store/txn.h"

/* Entries that were gathered and have no place go into the tree first. */
static int
settle(struct txn *txn, const struct index_key *key, struct ids *ids, struct fault *fault)
{
	struct gather *gather = txn_kept(txn, KEEP_INDEX)->at;

	if (gather == NULL)
		return 0;
	return gather_hides(gather, key) ? index_flush(txn, fault)
					 : gather_places(gather, key, ids, fault);
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

/* Goes to the next chunk. In a damaged index keys may come again, and again. */
static int
step(struct engine_cursor *cursor, struct view *at, struct view *value,
    struct fault *fault)
{
	unsigned char last[INDEX_KEY + 8];
	int found;

	/* posting_read has taken it, so it has this length. */
	memcpy(last, at->at, sizeof(last));
	found = engine_next(cursor, at, value, fault);
	if (found == 1 &&
	    view_compare(*at, view_make((const char *)last, sizeof(last))) <= 0)
		return fault_set(fault, FAULT_STORE,
		    "the index is damaged, its keys do not ascend: run contact-store "
		    "check, restore a backup");
	return found;
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
			found = step(cursor, &at, &value, fault);
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

int
index_find_prefix(struct txn *txn, uint8_t kind, uint16_t slot, struct view prefix,
    struct ids *ids, struct fault *fault)
{
	/* What stands behind the prefix in its key is not looked at. */
	struct index_key begin = index_text_key(kind, slot, prefix);
	size_t n = prefix.len < 8 ? prefix.len : 8;

	if (index_flush(txn, fault) != 0 || search(txn, &begin, 3 + n, ids, fault) != 0)
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
	uint32_t i;
	int found = -1;

	if (sorted == NULL)
		return fault_memory(fault);
	for (i = 0; i < count; i++)
		sorted[i] = gather_entry(keys + i, i);
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
			found = step(cursor, &key, &value, fault);
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
