/* SPDX-License-Identifier: ISC */
/*
 * The copy is written in pieces, each a transaction of its own, so that memory
 * stays bounded; nobody sees the copy before it is whole. A piece goes on
 * behind the last key of the one before, be it in the middle of a tree, so it
 * can be done again when the map had to grow. What was erased has no bytes in a
 * copy, so the note that there may be some (store_remains) stays behind.
 */
#include "store/copy.h"

#include <sys/stat.h>

#include <endian.h>
#include <errno.h>

#include "store/txn.h"

/* Bytes that a piece may keep in memory. */
#define PIECE ((size_t)32 << 20)

struct copying {
	struct engine_txn *from;
	struct engine *to;
	uint64_t next_id;
	enum tree tree;	  /* TREES at the end */
	struct view last; /* key that was copied last; lives with `from` */
	uint64_t entries[TREES];
};

static int
check_entry(const struct copying *copying, struct view key, struct view value,
    struct fault *fault)
{
	const struct record record = { (const unsigned char *)value.at, value.len };
	uint64_t id = 0;

	/* A damaged tree could else go round in circles. */
	if (copying->last.at != NULL && view_compare(copying->last, key) >= 0)
		return fault_set(fault, FAULT_STORE,
		    "damaged: keys are not in order: run contact-store check, restore a "
		    "backup");
	if (copying->tree != TREE_RECORDS && copying->tree != TREE_IMAGES)
		return 0;
	if (key.len >= sizeof(id))
		memcpy(&id, key.at, sizeof(id));
	/* Images under id 0 are of settings, which have no checksum. */
	if ((id == 0 && copying->tree == TREE_IMAGES) || record_sound(record))
		return 0;
	return fault_set(fault, FAULT_STORE,
	    "record %llu is damaged: run contact-store check, restore a backup",
	    (unsigned long long)be64toh(id));
}

/* Goes to the first entry that was not copied yet. */
static int
resume(const struct copying *copying, struct engine_cursor *cursor, struct view *key,
    struct view *value, struct fault *fault)
{
	int found;

	if (copying->last.at == NULL)
		return engine_first(cursor, key, value, fault);
	*key = copying->last;
	found = engine_seek(cursor, key, value, fault);
	return found == 1 && view_equal(*key, copying->last)
	    ? engine_next(cursor, key, value, fault)
	    : found;
}

/* Ids that were given are not given again. */
static int
raise_next_id(const struct copying *copying, struct engine_txn *to, struct fault *fault)
{
	return engine_put(to, TREE_META, VIEW("next_id"),
	    view_make((const char *)&copying->next_id, sizeof(copying->next_id)), fault);
}

/* Copies until the tree ends, which leads to the next one, or the transaction
 * is large enough. */
static int
fill(struct copying *copying, struct engine_txn *to, struct fault *fault)
{
	struct engine_cursor *cursor;
	struct view key = { NULL, 0 }, value;
	void *room;
	int found;

	if (engine_cursor_open(&cursor, copying->from, copying->tree, fault) != 0)
		return -1;
	found = resume(copying, cursor, &key, &value, fault);
	while (found == 1 && engine_dirty(to) < PIECE) {
		if (copying->tree == TREE_META && view_is(key, REMAINS)) {
			copying->last = key;
			found = engine_next(cursor, &key, &value, fault);
			continue;
		}
		if (check_entry(copying, key, value, fault) != 0 ||
		    engine_append(to, copying->tree, key, value.len, &room, fault) != 0) {
			found = -1;
			break;
		}
		if (value.len > 0)
			memcpy(room, value.at, value.len);
		copying->last = key;
		copying->entries[copying->tree]++;
		found = engine_next(cursor, &key, &value, fault);
	}
	engine_cursor_close(cursor);
	if (found == 0 && copying->tree == TREE_META && copying->next_id > 0 &&
	    raise_next_id(copying, to, fault) != 0)
		return -1;
	if (found == 0) {
		copying->tree++;
		copying->last = (struct view){ NULL, 0 };
	}
	return found < 0 ? -1 : 0;
}

static int
copy_piece(struct copying *copying, struct fault *fault)
{
	struct engine_txn *to;

	if (engine_begin(&to, copying->to, true, fault) != 0)
		return -1;
	while (copying->tree < TREES && engine_dirty(to) < PIECE) {
		if (fill(copying, to, fault) != 0) {
			engine_abort(to);
			return -1;
		}
	}
	return engine_commit(to, fault);
}

static int
copy_trees(struct copying *copying, struct fault *fault)
{
	struct copying before;

	while (copying->tree < TREES) {
		before = *copying;
		if (copy_piece(copying, fault) == 0)
			continue;
		if (!engine_again(copying->to) || engine_grow(copying->to, fault) != 0)
			return -1;
		*copying = before;
	}
	return 0;
}

static int
sum_bytes(struct engine_txn *txn, uint64_t *sum, struct fault *fault)
{
	uint64_t entries, bytes;
	enum tree tree;

	*sum = 0;
	for (tree = TREE_META; tree < TREES; tree++) {
		if (engine_size(txn, tree, &entries, &bytes, fault) != 0)
			return -1;
		*sum += bytes;
	}
	return 0;
}

static int
measure(struct copied *copied, const char *path, struct fault *fault)
{
	struct buf file = BUF_EMPTY;
	struct stat st;
	int result = 0;

	buf_printf(&file, "%s/data.mdb", path);
	if (stat(buf_string(&file), &st) != 0)
		result = fault_errno(fault, errno, "%s", path);
	else
		copied->bytes = (uint64_t)st.st_size;
	buf_release(&file);
	return result;
}

int
copy_store(struct copied *copied, struct txn *txn, const char *path, uint64_t next_id,
    struct fault *fault)
{
	struct copying copying = { .from = txn_engine(txn),
		.next_id = next_id > txn_next_id(txn) ? next_id : 0 };
	uint64_t room;
	int result;

	*copied = (struct copied){ .rev = txn_rev(txn) };
	if (sum_bytes(copying.from, &room, fault) != 0 ||
	    engine_open(&copying.to, path, ENGINE_CREATE, room, fault) != 0)
		return -1;
	result = copy_trees(&copying, fault);
	engine_close(copying.to);
	copied->records = copying.entries[TREE_RECORDS];
	copied->images = copying.entries[TREE_IMAGES];
	return result == 0 ? measure(copied, path, fault) : -1;
}
