/* SPDX-License-Identifier: ISC */
/*
 * LMDB behind engine.h: reading and writing trees. Writes go through one cursor
 * a tree, so that the next key is looked for on the page of the last one, and
 * appending fills pages.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/engine_lmdb.h"

/* Of a page, and of a node on it (LMDB's own layout, which only decides how
 * full pages get). */
#define PAGE_HEAD    16
#define NODE_HEAD    8
#define NODE_POINTER 2

struct engine_cursor {
	MDB_cursor *cursor;
	struct engine_txn *txn;
};

static MDB_val
val_of(struct view view)
{
	/* LMDB never writes through a key or value it is given. */
	return (MDB_val){ view.len, (void *)(uintptr_t)view.at };
}

static struct view
lend(struct engine_txn *txn, const MDB_val *val)
{
#ifdef CONTACT_SANITIZE
	struct loan *loan = malloc(sizeof(*loan) + val->mv_size);

	if (loan != NULL) {
		memcpy(loan->bytes, val->mv_data, val->mv_size);
		loan->next = txn->loans;
		txn->loans = loan;
		return (struct view){ loan->bytes, val->mv_size };
	}
#else
	(void)txn;
#endif
	return (struct view){ val->mv_data, val->mv_size };
}

int
engine_get(struct engine_txn *txn, enum tree tree, struct view key, struct view *value,
    struct fault *fault)
{
	MDB_val k = val_of(key), v;
	int rc = mdb_get(txn->txn, txn->engine->trees[tree], &k, &v);

	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return lmdb_fault(txn, rc, fault);
	*value = lend(txn, &v);
	return 1;
}

/* Writing through one cursor a tree finds the place of the next key on the
 * page of the last one, which is where sorted puts go. */
static int
writer(struct engine_txn *txn, enum tree tree, MDB_cursor **cursor)
{
	int rc = 0;

	txn->writes++;
	if (txn->writers[tree] == NULL)
		rc = mdb_cursor_open(
		    txn->txn, txn->engine->trees[tree], &txn->writers[tree]);
	*cursor = txn->writers[tree];
	return rc;
}

int
engine_put(struct engine_txn *txn, enum tree tree, struct view key, struct view value,
    struct fault *fault)
{
	MDB_val k = val_of(key), v = val_of(value);
	MDB_cursor *cursor;
	int rc = writer(txn, tree, &cursor);

	txn->bytes += key.len + value.len;
	if (rc == 0)
		rc = mdb_cursor_put(cursor, &k, &v, 0);
	lmdb_end_loans(txn);
	return rc == 0 ? 0 : lmdb_fault(txn, rc, fault);
}

/* Bytes of a leaf page that an entry takes; a large value lies elsewhere. */
static size_t
node_size(const struct engine *engine, size_t key, size_t value)
{
	size_t most = (engine->page - PAGE_HEAD) / 2 - NODE_POINTER;

	if (NODE_HEAD + key + value > most)
		value = sizeof(size_t);
	return ((NODE_HEAD + key + value + 1) & ~(size_t)1) + NODE_POINTER;
}

static size_t
leaves(struct engine_txn *txn, enum tree tree)
{
	MDB_stat stat;

	return mdb_stat(txn->txn, txn->engine->trees[tree], &stat) == 0
	    ? stat.ms_leaf_pages
	    : 0;
}

/*
 * MDB_APPEND leaves the page that is full as it is and begins a new one, but
 * walks down the tree at every put. Without it a put finds its place on the
 * page at once, but splits a full page in halves. So the flag is given only
 * when the page must be about full.
 */
int
engine_append(struct engine_txn *txn, enum tree tree, struct view key, size_t len,
    void **room, struct fault *fault)
{
	MDB_val k = val_of(key), v = { len, NULL };
	size_t size = node_size(txn->engine, key.len, len), before = 0;
	bool full = !txn->last[tree].known ||
	    txn->last[tree].used + size > txn->engine->page - PAGE_HEAD;
	MDB_cursor *cursor;
	int rc = writer(txn, tree, &cursor);

	txn->bytes += size;
	if (full)
		before = leaves(txn, tree);
	if (rc == 0)
		rc =
		    mdb_cursor_put(cursor, &k, &v, MDB_RESERVE | (full ? MDB_APPEND : 0));
	lmdb_end_loans(txn);
	if (rc != 0)
		return lmdb_fault(txn, rc, fault);
	if (full && leaves(txn, tree) > before) {
		txn->last[tree].used = 0;
		txn->last[tree].known = true;
	}
	txn->last[tree].used += size;
	*room = v.mv_data;
	return 0;
}

uint64_t
engine_writes(const struct engine_txn *txn)
{
	return txn->writes;
}

/* LMDB keeps at most 2^17 pages and writes out some of them beyond. */
#define DIRTY_PAGES ((size_t)1 << 17)

size_t
engine_dirty(const struct engine_txn *txn)
{
	size_t most = DIRTY_PAGES * (txn->engine->page + 32);
	size_t bytes = txn->bytes + txn->bytes / 16;

	return bytes < most ? bytes : most;
}

int
engine_delete(
    struct engine_txn *txn, enum tree tree, struct view key, struct fault *fault)
{
	MDB_val k = val_of(key);
	int rc;

	txn->writes++;
	rc = mdb_del(txn->txn, txn->engine->trees[tree], &k, NULL);

	lmdb_end_loans(txn);
	if (rc == MDB_NOTFOUND)
		return 0;
	return rc == 0 ? 1 : lmdb_fault(txn, rc, fault);
}

int
engine_clear(struct engine_txn *txn, enum tree tree, struct fault *fault)
{
	int rc;

	/* Cursors of the tree are told by LMDB that they stand nowhere. */
	txn->writes++;
	rc = mdb_drop(txn->txn, txn->engine->trees[tree], 0);
	txn->last[tree].known = false;
	txn->last[tree].used = 0;
	lmdb_end_loans(txn);
	return rc == 0 ? 0 : lmdb_fault(txn, rc, fault);
}

int
engine_cursor_open(struct engine_cursor **out, struct engine_txn *txn, enum tree tree,
    struct fault *fault)
{
	struct engine_cursor *cursor = calloc(1, sizeof(*cursor));
	int rc;

	*out = NULL;
	if (cursor == NULL)
		return fault_memory(fault);
	cursor->txn = txn;
	rc = mdb_cursor_open(txn->txn, txn->engine->trees[tree], &cursor->cursor);
	if (rc != 0) {
		free(cursor);
		return lmdb_fault(txn, rc, fault);
	}
	*out = cursor;
	return 0;
}

void
engine_cursor_close(struct engine_cursor *cursor)
{
	if (cursor == NULL)
		return;
	mdb_cursor_close(cursor->cursor);
	free(cursor);
}

static int
move(struct engine_cursor *cursor, struct view *key, struct view *value, MDB_cursor_op op,
    struct fault *fault)
{
	MDB_val k = val_of(*key), v;
	int rc = mdb_cursor_get(cursor->cursor, &k, &v, op);

	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return lmdb_fault(cursor->txn, rc, fault);
	*key = lend(cursor->txn, &k);
	if (value != NULL)
		*value = lend(cursor->txn, &v);
	return 1;
}

int
engine_seek(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault)
{
	return move(cursor, key, value, MDB_SET_RANGE, fault);
}

int
engine_seek_exactly(struct engine_cursor *cursor, struct view key, struct view *value,
    struct fault *fault)
{
	return move(cursor, &key, value, MDB_SET_KEY, fault);
}

int
engine_first(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault)
{
	return move(cursor, key, value, MDB_FIRST, fault);
}

int
engine_last(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault)
{
	return move(cursor, key, value, MDB_LAST, fault);
}

int
engine_next(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault)
{
	return move(cursor, key, value, MDB_NEXT, fault);
}

int
engine_prev(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault)
{
	return move(cursor, key, value, MDB_PREV, fault);
}

/* An entry lies on one page, or its value has pages of its own, whose number
 * stands in the head of the first. */
bool
engine_within(const struct engine_txn *txn, struct view key, struct view value)
{
#ifdef CONTACT_SANITIZE
	/* These are copies, wherever they came from. */
	(void)txn;
	(void)key;
	(void)value;
	return true;
#else
	size_t page = txn->engine->page, begin = (uintptr_t)key.at % page;
	size_t behind = (uintptr_t)value.at - ((uintptr_t)key.at - begin);
	uint32_t pages;

	/* Pages are aligned where the system's are as large. */
	if (txn->write || page > (size_t)sysconf(_SC_PAGESIZE))
		return true;
	if (begin + key.len > page)
		return false;
	if (value.len == 0 || behind < page)
		return value.len == 0 || behind + value.len <= page;
	if ((uintptr_t)value.at % page != PAGE_HEAD)
		return false;
	memcpy(&pages, value.at - sizeof(pages), sizeof(pages));
	return PAGE_HEAD + value.len <= pages * page;
#endif
}

/* LMDB does not tell where its map begins; a page has its number in its head,
 * so the place of one tells. */
void
engine_let_go(struct engine_txn *txn)
{
	size_t page = txn->engine->page, number;
	MDB_val key = { 0, NULL }, value;
	MDB_cursor *cursor;
	MDB_envinfo info;
	char *at;

	if (txn->write || page > (size_t)sysconf(_SC_PAGESIZE) ||
	    mdb_env_info(txn->engine->env, &info) != 0 ||
	    mdb_cursor_open(txn->txn, txn->engine->trees[TREE_META], &cursor) != 0)
		return;
	if (mdb_cursor_get(cursor, &key, &value, MDB_FIRST) == 0) {
		at = (char *)key.mv_data - (uintptr_t)key.mv_data % page;
		memcpy(&number, at, sizeof(number));
		if (number <= info.me_last_pgno)
			(void)madvise(at - number * page, (info.me_last_pgno + 1) * page,
			    MADV_DONTNEED);
	}
	mdb_cursor_close(cursor);
}

int
engine_size(struct engine_txn *txn, enum tree tree, uint64_t *entries, uint64_t *bytes,
    struct fault *fault)
{
	MDB_stat stat;
	int rc = mdb_stat(txn->txn, txn->engine->trees[tree], &stat);

	if (rc != 0)
		return lmdb_fault(txn, rc, fault);
	*entries = stat.ms_entries;
	*bytes = (uint64_t)(stat.ms_branch_pages + stat.ms_leaf_pages +
		     stat.ms_overflow_pages) *
	    stat.ms_psize;
	return 0;
}
