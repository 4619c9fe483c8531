/* SPDX-License-Identifier: ISC */
/*
 * LMDB behind engine.h; the only file that knows it. Default durability flags
 * only: a commit that returned is on the disk. The rules that its bugs ask for
 * are kept here: no sorted duplicates at all, no MDB_CURRENT, no delete through
 * a cursor, no nested transactions.
 */
#include "store/engine.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdlib.h>
#include <unistd.h>

#define READERS_MAX 1024
#define MAP_LEAST ((uint64_t)1 << 30)
/* Of a page, and of a node on it (LMDB's own layout, which only decides how
 * full pages get). */
#define PAGE_HEAD 16
#define NODE_HEAD 8
#define NODE_POINTER 2

struct engine {
	MDB_env *env;
	MDB_dbi trees[TREES];
	char *path;
	bool again;
	size_t page;
	pid_t pid; /* LMDB must not be used across fork(2) */
};

/*
 * With --enable-sanitize what is read is lent as heap copies, which are freed
 * when the loan is over: at the end of the transaction and, in a run, at the
 * next write. So AddressSanitizer finds whoever keeps one for longer.
 */
struct loan {
	struct loan *next;
	char bytes[];
};

struct engine_txn {
	struct engine *engine;
	struct loan *loans;
	MDB_txn *txn;
	bool write;
	uint64_t writes;
	size_t bytes; /* that were put */
	MDB_cursor *writers[TREES];
	/* How full the last page of a tree is, as far as appending knows. */
	struct {
		size_t used;
		bool known;
	} last[TREES];
};

struct engine_cursor {
	MDB_cursor *cursor;
	struct engine_txn *txn;
};

static const char *const tree_names[TREES] = {
	[TREE_META] = "meta",
	[TREE_NAMES] = "names",
	[TREE_RECORDS] = "records",
	[TREE_INDEX] = "index",
	[TREE_LOG] = "log",
	[TREE_IMAGES] = "images",
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

static void
end_loans(struct engine_txn *txn)
{
	struct loan *loan;

	while ((loan = txn->loans) != NULL) {
		txn->loans = loan->next;
		free(loan);
	}
}

/* LMDB turns a short write into EIO, so a full disk has to be looked for. */
static bool
disk_full(const struct engine *engine)
{
	struct statvfs fs;

	return statvfs(engine->path, &fs) == 0 &&
	    (uint64_t)fs.f_bavail * fs.f_frsize < 4 * 1024 * 1024;
}

static int
engine_fault(struct engine *engine, int rc, struct fault *fault)
{
	const char *path = engine->path;

	switch (rc) {
	case MDB_MAP_FULL:
	case MDB_MAP_RESIZED:
		engine->again = true;
		return fault_set(fault, FAULT_STORE, "%s: the map is too small",
		    path);
	case MDB_READERS_FULL:
		return fault_set(fault, FAULT_BUSY,
		    "%s: too many readers at once", path);
	case EAGAIN:
		return fault_set(fault, FAULT_BUSY, "%s: the store is used from "
		    "another PID namespace, which its locks do not allow", path);
	case ENOSPC:
	case EDQUOT:
		return fault_set(fault, FAULT_SYSTEM,
		    "%s: no space left on its file system", path);
	case EIO:
		if (disk_full(engine))
			return fault_set(fault, FAULT_SYSTEM,
			    "%s: no space left on its file system", path);
		return fault_errno(fault, rc, "%s", path);
	case ENOMEM:
		return fault_memory(fault);
	case EACCES:
	case EPERM:
	case EROFS:
		return fault_set(fault, FAULT_PERMISSION, "%s: %s", path,
		    mdb_strerror(rc));
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_PANIC:
		return fault_set(fault, FAULT_STORE,
		    "%s: damaged: %s", path, mdb_strerror(rc));
	default:
		return fault_set(fault, rc > 0 ? FAULT_SYSTEM : FAULT_STORE,
		    "%s: %s", path, mdb_strerror(rc));
	}
}

static int
txn_fault(struct engine_txn *txn, int rc, struct fault *fault)
{
	return engine_fault(txn->engine, rc, fault);
}

/* A damaged tree makes LMDB assert: say so instead of dumping core. */
static void
engine_assert(MDB_env *env, const char *message)
{
	static const char said[] = "the store is damaged: run contact-store "
	    "check on a copy, restore a backup\n";

	(void)env;
	(void)message;
	if (write(STDERR_FILENO, said, sizeof(said) - 1) < 0)
		_exit(5);
	_exit(5);
}

/* The map is address space only: ample, so that it hardly ever has to grow. */
static size_t
map_size(const char *path, uint64_t room)
{
	struct rlimit limit;
	struct stat st;
	struct buf file = BUF_EMPTY;
	uint64_t size = 0, want;

	buf_printf(&file, "%s/data.mdb", path);
	if (stat(buf_string(&file), &st) == 0)
		size = (uint64_t)st.st_size;
	buf_release(&file);
	want = size * 4 + room * 8;
	if (want < MAP_LEAST)
		want = MAP_LEAST;
	if (getrlimit(RLIMIT_AS, &limit) == 0 &&
	    limit.rlim_cur != RLIM_INFINITY && want > limit.rlim_cur / 2)
		want = limit.rlim_cur / 2 > size ? limit.rlim_cur / 2 : size;
	return (size_t)(want + 4095) & ~(size_t)4095;
}

static int
open_trees(struct engine *engine, bool create)
{
	MDB_txn *txn;
	int rc, i;

	rc = mdb_txn_begin(engine->env, NULL, create ? 0 : MDB_RDONLY, &txn);
	if (rc == MDB_MAP_RESIZED) {
		rc = mdb_env_set_mapsize(engine->env, 0);
		if (rc == 0)
			rc = mdb_txn_begin(engine->env, NULL,
			    create ? 0 : MDB_RDONLY, &txn);
	}
	if (rc != 0)
		return rc;
	for (i = 0; rc == 0 && i < TREES; i++)
		rc = mdb_dbi_open(txn, tree_names[i], create ? MDB_CREATE : 0,
		    &engine->trees[i]);
	if (rc != 0) {
		mdb_txn_abort(txn);
		return rc;
	}
	return mdb_txn_commit(txn);
}

int
engine_open(struct engine **out, const char *path, enum engine_access access,
    uint64_t room, struct fault *fault)
{
	struct engine *engine;
	unsigned flags = MDB_NOTLS;
	MDB_stat stat = { .ms_psize = 4096 };
	int rc, fd, dead;

	*out = NULL;
	engine = calloc(1, sizeof(*engine));
	if (engine == NULL || (engine->path = strdup(path)) == NULL) {
		free(engine);
		return fault_memory(fault);
	}
	engine->pid = getpid();
	if (access == ENGINE_READ)
		flags |= MDB_RDONLY;
	rc = mdb_env_create(&engine->env);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(engine->env, TREES);
	if (rc == 0)
		rc = mdb_env_set_maxreaders(engine->env, READERS_MAX);
	if (rc == 0)
		rc = mdb_env_set_mapsize(engine->env, map_size(path, room));
	if (rc == 0)
		rc = mdb_env_set_assert(engine->env, engine_assert);
	if (rc == 0)
		rc = mdb_env_open(engine->env, path, flags, 0600);
	if (rc == 0)
		rc = mdb_env_get_fd(engine->env, &fd);
	if (rc == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		rc = errno;
	/* Slots of readers that were killed would keep old pages in use. */
	if (rc == 0)
		rc = mdb_reader_check(engine->env, &dead);
	if (rc == 0)
		rc = open_trees(engine, access == ENGINE_CREATE);
	if (rc == 0)
		rc = mdb_env_stat(engine->env, &stat);
	engine->page = stat.ms_psize;
	if (rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE) {
		fault_set(fault, FAULT_STORE,
		    "%s: data.mdb is not a contact store", path);
		engine_close(engine);
		return -1;
	}
	if (rc != 0) {
		engine_fault(engine, rc, fault);
		engine_close(engine);
		return -1;
	}
	*out = engine;
	return 0;
}

void
engine_close(struct engine *engine)
{
	if (engine == NULL)
		return;
	if (engine->env != NULL)
		mdb_env_close(engine->env);
	free(engine->path);
	free(engine);
}

bool
engine_again(const struct engine *engine)
{
	return engine->again;
}

int
engine_grow(struct engine *engine, struct fault *fault)
{
	MDB_envinfo info;
	size_t size = 0;
	int rc;

	engine->again = false;
	/* Another process may have grown it: the larger of its size, which is
	 * in the file, and ours, which is not before a commit. */
	rc = mdb_env_info(engine->env, &info);
	if (rc == 0) {
		size = info.me_mapsize;
		rc = mdb_env_set_mapsize(engine->env, 0);
	}
	if (rc == 0)
		rc = mdb_env_info(engine->env, &info);
	if (rc == 0 && info.me_mapsize > size)
		size = info.me_mapsize;
	if (rc == 0)
		rc = mdb_env_set_mapsize(engine->env, size * 2);
	return rc == 0 ? 0 : engine_fault(engine, rc, fault);
}

int
engine_begin(struct engine_txn **out, struct engine *engine, bool write,
    struct fault *fault)
{
	struct engine_txn *txn;
	int rc, dead;

	*out = NULL;
	if (engine->pid != getpid())
		return fault_set(fault, FAULT_INTERNAL,
		    "%s: the store was opened by another process", engine->path);
	txn = calloc(1, sizeof(*txn));
	if (txn == NULL)
		return fault_memory(fault);
	txn->engine = engine;
	txn->write = write;
	engine->again = false;
	rc = mdb_txn_begin(engine->env, NULL, write ? 0 : MDB_RDONLY, &txn->txn);
	if (rc == MDB_MAP_RESIZED) {
		rc = mdb_env_set_mapsize(engine->env, 0);
		if (rc == 0)
			rc = mdb_txn_begin(engine->env, NULL,
			    write ? 0 : MDB_RDONLY, &txn->txn);
	} else if (rc == MDB_READERS_FULL) {
		rc = mdb_reader_check(engine->env, &dead);
		if (rc == 0)
			rc = mdb_txn_begin(engine->env, NULL,
			    write ? 0 : MDB_RDONLY, &txn->txn);
	}
	if (rc != 0) {
		free(txn);
		return engine_fault(engine, rc, fault);
	}
	*out = txn;
	return 0;
}

/* Growing the map here would move it under the other transaction, so whatever
 * is in the way is no twin. */
int
engine_twin(struct engine_txn **out, struct engine_txn *txn,
    struct fault *fault)
{
	struct engine_txn *twin = calloc(1, sizeof(*twin));

	*out = NULL;
	if (twin == NULL)
		return fault_memory(fault);
	twin->engine = txn->engine;
	if (txn->write || mdb_txn_begin(txn->engine->env, NULL, MDB_RDONLY,
	    &twin->txn) != 0) {
		free(twin);
		return 0;
	}
	if (mdb_txn_id(twin->txn) != mdb_txn_id(txn->txn)) {
		engine_abort(twin);
		return 0;
	}
	*out = twin;
	return 1;
}

static void
close_writers(struct engine_txn *txn)
{
	int i;

	for (i = 0; i < TREES; i++) {
		if (txn->writers[i] != NULL)
			mdb_cursor_close(txn->writers[i]);
		txn->writers[i] = NULL;
	}
}

int
engine_commit(struct engine_txn *txn, struct fault *fault)
{
	int rc, result = 0;

	close_writers(txn);
	end_loans(txn);
	rc = mdb_txn_commit(txn->txn);
	if (rc != 0)
		result = engine_fault(txn->engine, rc, fault);
	free(txn);
	return result;
}

void
engine_abort(struct engine_txn *txn)
{
	if (txn == NULL)
		return;
	close_writers(txn);
	end_loans(txn);
	mdb_txn_abort(txn->txn);
	free(txn);
}

int
engine_get(struct engine_txn *txn, enum tree tree, struct view key,
    struct view *value, struct fault *fault)
{
	MDB_val k = val_of(key), v;
	int rc = mdb_get(txn->txn, txn->engine->trees[tree], &k, &v);

	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return txn_fault(txn, rc, fault);
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
		rc = mdb_cursor_open(txn->txn, txn->engine->trees[tree],
		    &txn->writers[tree]);
	*cursor = txn->writers[tree];
	return rc;
}

int
engine_put(struct engine_txn *txn, enum tree tree, struct view key,
    struct view value, struct fault *fault)
{
	MDB_val k = val_of(key), v = val_of(value);
	MDB_cursor *cursor;
	int rc = writer(txn, tree, &cursor);

	txn->bytes += key.len + value.len;
	if (rc == 0)
		rc = mdb_cursor_put(cursor, &k, &v, 0);
	end_loans(txn);
	return rc == 0 ? 0 : txn_fault(txn, rc, fault);
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

	return mdb_stat(txn->txn, txn->engine->trees[tree], &stat) == 0 ?
	    stat.ms_leaf_pages : 0;
}

/*
 * MDB_APPEND leaves the page that is full as it is and begins a new one, but
 * walks down the tree at every put. Without it a put finds its place on the
 * page at once, but splits a full page in halves. So the flag is given only
 * when the page must be about full.
 */
int
engine_append(struct engine_txn *txn, enum tree tree, struct view key,
    size_t len, void **room, struct fault *fault)
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
		rc = mdb_cursor_put(cursor, &k, &v,
		    MDB_RESERVE | (full ? MDB_APPEND : 0));
	end_loans(txn);
	if (rc != 0)
		return txn_fault(txn, rc, fault);
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
engine_delete(struct engine_txn *txn, enum tree tree, struct view key,
    struct fault *fault)
{
	MDB_val k = val_of(key);
	int rc;

	txn->writes++;
	rc = mdb_del(txn->txn, txn->engine->trees[tree], &k, NULL);

	end_loans(txn);
	if (rc == MDB_NOTFOUND)
		return 0;
	return rc == 0 ? 1 : txn_fault(txn, rc, fault);
}

int
engine_cursor_open(struct engine_cursor **out, struct engine_txn *txn,
    enum tree tree, struct fault *fault)
{
	struct engine_cursor *cursor = calloc(1, sizeof(*cursor));
	int rc;

	*out = NULL;
	if (cursor == NULL)
		return fault_memory(fault);
	cursor->txn = txn;
	rc = mdb_cursor_open(txn->txn, txn->engine->trees[tree],
	    &cursor->cursor);
	if (rc != 0) {
		free(cursor);
		return txn_fault(txn, rc, fault);
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
move(struct engine_cursor *cursor, struct view *key, struct view *value,
    MDB_cursor_op op, struct fault *fault)
{
	MDB_val k = val_of(*key), v;
	int rc = mdb_cursor_get(cursor->cursor, &k, &v, op);

	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return txn_fault(cursor->txn, rc, fault);
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
engine_seek_exactly(struct engine_cursor *cursor, struct view key,
    struct view *value, struct fault *fault)
{
	return move(cursor, &key, value, MDB_SET_KEY, fault);
}

int
engine_first(struct engine_cursor *cursor, struct view *key,
    struct view *value, struct fault *fault)
{
	return move(cursor, key, value, MDB_FIRST, fault);
}

int
engine_last(struct engine_cursor *cursor, struct view *key,
    struct view *value, struct fault *fault)
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

int
engine_size(struct engine_txn *txn, enum tree tree, uint64_t *entries,
    uint64_t *bytes, struct fault *fault)
{
	MDB_stat stat;
	int rc = mdb_stat(txn->txn, txn->engine->trees[tree], &stat);

	if (rc != 0)
		return txn_fault(txn, rc, fault);
	*entries = stat.ms_entries;
	*bytes = (uint64_t)(stat.ms_branch_pages + stat.ms_leaf_pages +
	    stat.ms_overflow_pages) * stat.ms_psize;
	return 0;
}
