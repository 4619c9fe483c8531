/* SPDX-License-Identifier: ISC */
/*
 * LMDB behind engine.h: how long the file is. LMDB would read behind the end of
 * a file that was cut off and die of it. But a file may well be shorter than
 * its meta page says: pages that a transaction took and gave back are never
 * written. Such a file is made long enough after each of our commits, and the
 * next one notes how long it was; when a kill came before the lengthening, all
 * pages in use are looked at here, by LMDB's layout and without its map.
 */
#include "store/engine_lmdb.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* LMDB's layout, which its format's version 1 fixes. */
enum {
	PAGE_HEAD = 16,
	PAGE_BRANCH = 0x01,
	PAGE_LEAF = 0x02,
	NODE_HEAD = 8,
	NODE_LARGE = 0x01, /* the value lies on pages of its own */
	NODE_TREE = 0x02,  /* the value is the root of a tree */
	META_TREES = 40,   /* where the meta page has two roots */
	META_TXN = 144,
	ROOT_SIZE = 48,
	ROOT_PAGE = 40,
	DEPTH_MOST = 32
};
#define NO_PAGE UINT64_MAX

struct reach {
	int fd;
	size_t page;
	uint64_t pages; /* whole ones that the file has */
	uint64_t seen;	/* to end where a damaged tree goes round in circles */
	int error;	/* of reading the file, else 0 */
};

static uint16_t
number16(const unsigned char *at)
{
	uint16_t number;

	memcpy(&number, at, sizeof(number));
	return number;
}

static uint64_t
number64(const unsigned char *at)
{
	uint64_t number;

	memcpy(&number, at, sizeof(number));
	return number;
}

static bool
read_page(struct reach *reach, uint64_t number, unsigned char *page)
{
	ssize_t n;

	if (number >= reach->pages || reach->seen++ > reach->pages)
		return false;
	n = pread(reach->fd, page, reach->page, (off_t)(number * reach->page));
	if (n < 0)
		reach->error = errno;
	return n == (ssize_t)reach->page;
}

static bool tree_is_whole(struct reach *reach, uint64_t number, unsigned depth);

/* What a node of a leaf refers to: nothing, pages, or a tree. */
static bool
leaf_is_whole(struct reach *reach, const unsigned char *node, size_t room, unsigned depth)
{
	size_t value = NODE_HEAD + number16(node + 6);
	unsigned char head[PAGE_HEAD];
	uint64_t first;
	uint32_t count;

	switch (number16(node + 4) & (NODE_LARGE | NODE_TREE)) {
	case 0:
		return true;
	case NODE_LARGE:
		if (value + sizeof(first) > room)
			return false;
		first = number64(node + value);
		if (first >= reach->pages ||
		    pread(reach->fd, head, sizeof(head), (off_t)(first * reach->page)) !=
			(ssize_t)sizeof(head))
			return false;
		memcpy(&count, head + 12, sizeof(count));
		return count <= reach->pages - first;
	default:
		if (value + ROOT_SIZE > room)
			return false;
		return tree_is_whole(
		    reach, number64(node + value + ROOT_PAGE), depth + 1);
	}
}

static bool
node_is_whole(
    struct reach *reach, const unsigned char *page, size_t index, unsigned depth)
{
	size_t at = number16(page + PAGE_HEAD + 2 * index);
	const unsigned char *node = page + at;

	if (at + NODE_HEAD > reach->page)
		return false;
	if ((number16(page + 10) & PAGE_LEAF) != 0)
		return leaf_is_whole(reach, node, reach->page - at, depth);
	return tree_is_whole(reach,
	    (uint64_t)number16(node) | (uint64_t)number16(node + 2) << 16 |
		(uint64_t)number16(node + 4) << 32,
	    depth + 1);
}

/* Whether all that belongs to the tree under a page lies in the file. */
static bool
tree_is_whole(struct reach *reach, uint64_t number, unsigned depth)
{
	unsigned char *page;
	size_t i, count;
	bool whole;

	if (number == NO_PAGE)
		return true;
	page = depth > DEPTH_MOST ? NULL : malloc(reach->page);
	if (page == NULL)
		return false;
	whole = read_page(reach, number, page) &&
	    (number16(page + 10) & (PAGE_BRANCH | PAGE_LEAF)) != 0 &&
	    number16(page + 12) >= PAGE_HEAD && number16(page + 12) <= reach->page;
	count = whole ? (size_t)(number16(page + 12) - PAGE_HEAD) / 2 : 0;
	for (i = 0; whole && i < count; i++)
		whole = node_is_whole(reach, page, i, depth);
	free(page);
	return whole;
}

/* The free list and the tree of trees, as the transaction sees them. */
static bool
snapshot_is_whole(struct reach *reach, MDB_txn *txn)
{
	unsigned char meta[META_TXN + 8];
	unsigned i;

	for (i = 0; i < 2; i++) {
		if (pread(reach->fd, meta, sizeof(meta), (off_t)(i * reach->page)) !=
		    (ssize_t)sizeof(meta))
			return false;
		if (number64(meta + META_TXN) == mdb_txn_id(txn))
			return tree_is_whole(
				   reach, number64(meta + META_TREES + ROOT_PAGE), 0) &&
			    tree_is_whole(reach,
				number64(meta + META_TREES + ROOT_SIZE + ROOT_PAGE), 0);
	}
	return false;
}

/* The length that the newest meta page speaks of, and that of the file; false
 * when one of them cannot be told. */
static bool
lengths(struct engine *engine, int *fd, uint64_t *wanted, uint64_t *found)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;

	if (mdb_env_info(engine->env, &info) != 0 ||
	    mdb_env_stat(engine->env, &stat) != 0 ||
	    mdb_env_get_fd(engine->env, fd) != 0 || fstat(*fd, &st) != 0)
		return false;
	*wanted = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
	*found = (uint64_t)st.st_size;
	engine->page = stat.ms_psize;
	return true;
}

/* The pages that the file is known to have had: a row beside the trees' names. */
static MDB_val noted_key = { 5, (char[]){ "pages" } };

int
lmdb_note_length(struct engine_txn *txn)
{
	uint64_t wanted, found, pages;
	MDB_val key = noted_key, value = { sizeof(pages), &pages };
	int fd;

	if (!lengths(txn->engine, &fd, &wanted, &found))
		return 0;
	/* A kill may have come before the last commit's lengthening. */
	if (found < wanted && ftruncate(fd, (off_t)wanted) == 0)
		found = wanted;
	pages = (found < wanted ? found : wanted) / txn->engine->page;
	return mdb_put(txn->txn, txn->engine->root, &key, &value, 0);
}

/* Whether the file is shorter than it was known to be before the last commit:
 * then it was cut, be it behind all pages in use. */
static bool
was_longer(const struct engine *engine, MDB_txn *txn, uint64_t found)
{
	MDB_val key = noted_key, value;
	uint64_t pages;
	MDB_dbi root;

	if (mdb_dbi_open(txn, NULL, 0, &root) != 0 ||
	    mdb_get(txn, root, &key, &value) != 0 || value.mv_size != sizeof(pages))
		return false;
	memcpy(&pages, value.mv_data, sizeof(pages));
	return found / engine->page < pages;
}

int
lmdb_check_length(struct engine *engine, struct fault *fault)
{
	struct reach reach = { .fd = -1 };
	uint64_t wanted, found;
	MDB_txn *txn;
	bool whole;

	if (!lengths(engine, &reach.fd, &wanted, &found) || found >= wanted)
		return 0;
	if (mdb_txn_begin(engine->env, NULL, MDB_RDONLY, &txn) != 0)
		return 0;
	reach.page = engine->page;
	reach.pages = found / reach.page;
	whole = snapshot_is_whole(&reach, txn) && !was_longer(engine, txn, found);
	mdb_txn_abort(txn);
	if (whole)
		return 0;
	if (reach.error != 0)
		return fault_errno(fault, reach.error, "%s/data.mdb", engine->path);
	return fault_set(fault, FAULT_STORE,
	    "%s/data.mdb: is cut off: it has %llu bytes of %llu (restore a backup)",
	    engine->path, (unsigned long long)found, (unsigned long long)wanted);
}

/* Nothing depends on it: an error is none. */
void
lmdb_lengthen(struct engine *engine)
{
	uint64_t wanted, found;
	int fd;

	if (lengths(engine, &fd, &wanted, &found) && found < wanted &&
	    ftruncate(fd, (off_t)wanted) != 0)
		return;
}

void
engine_trim(struct engine *engine)
{
	uint64_t wanted, found;
	int fd;

	if (lengths(engine, &fd, &wanted, &found) && found > wanted &&
	    ftruncate(fd, (off_t)wanted) != 0)
		return;
}
