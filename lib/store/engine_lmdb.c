/* SPDX-License-Identifier: ISC */
/*
 * LMDB behind engine.h: opening, growing, transactions. Default durability flags
 * only: a commit that returned is on the disk. The rules that its bugs ask for
 * are kept here: no sorted duplicates at all, no MDB_CURRENT, no delete through
 * a cursor, no nested transactions.
 */
#include "store/engine_lmdb.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define READERS_MAX 1024
#define MAP_LEAST   ((uint64_t)1 << 30)
static const char *const tree_names[TREES] = {
	[TREE_META] = "meta",
	[TREE_NAMES] = "names",
	[TREE_RECORDS] = "records",
	[TREE_INDEX] = "index",
	[TREE_LOG] = "log",
	[TREE_IMAGES] = "images",
};

void
lmdb_end_loans(struct engine_txn *txn)
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
		return fault_set(fault, FAULT_STORE, "%s: the map is too small", path);
	case MDB_READERS_FULL:
		return fault_set(fault, FAULT_BUSY, "%s: too many readers at once", path);
	case EAGAIN:
		return fault_set(fault, FAULT_BUSY,
		    "%s: the store is used from "
		    "another PID namespace, which its locks do not allow",
		    path);
	case ENOSPC:
	case EDQUOT:
		return fault_set(
		    fault, FAULT_SYSTEM, "%s: no space left on its file system", path);
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
		return fault_set(
		    fault, FAULT_PERMISSION, "%s: %s", path, mdb_strerror(rc));
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_PANIC:
		return fault_set(
		    fault, FAULT_STORE, "%s: damaged: %s", path, mdb_strerror(rc));
	default:
		return fault_set(fault, rc > 0 ? FAULT_SYSTEM : FAULT_STORE, "%s: %s",
		    path, mdb_strerror(rc));
	}
}

int
lmdb_fault(struct engine_txn *txn, int rc, struct fault *fault)
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
	if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	    want > limit.rlim_cur / 2)
		want = limit.rlim_cur / 2 > size ? limit.rlim_cur / 2 : size;
	return (size_t)(want + 4095) & ~(size_t)4095;
}

/*
 * LMDB maps a lock file with holes, and a page that the file system has no room
 * for would end the program by SIGBUS. So its blocks are taken first; a new file
 * gets the size that LMDB would give it. The file is not opened here once it has
 * its blocks: closing it would let go of the locks of a store opened already.
 */
static int
reserve_locks(const char *path)
{
	const off_t least = (off_t)64 * READERS_MAX + 128;
	struct buf file = BUF_EMPTY;
	struct stat st;
	int fd = -1, rc = 0;

	buf_printf(&file, "%s/lock.mdb", path);
	if (buf_string(&file)[0] == '\0')
		rc = ENOMEM;
	else if (stat(file.at, &st) != 0 || (off_t)st.st_blocks * 512 < st.st_size ||
	    st.st_size == 0) {
		fd = open(file.at, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 || fstat(fd, &st) != 0 ||
		    fallocate(fd, 0, 0, st.st_size > 0 ? st.st_size : least) != 0)
			rc = errno;
	}
	if (fd >= 0)
		close(fd);
	buf_release(&file);
	/* What else is in the way, LMDB meets itself. */
	return rc == ENOSPC || rc == EDQUOT ? rc : 0;
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
			rc = mdb_txn_begin(
			    engine->env, NULL, create ? 0 : MDB_RDONLY, &txn);
	}
	if (rc != 0)
		return rc;
	rc = mdb_dbi_open(txn, NULL, 0, &engine->root);
	for (i = 0; rc == 0 && i < TREES; i++)
		rc = mdb_dbi_open(
		    txn, tree_names[i], create ? MDB_CREATE : 0, &engine->trees[i]);
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
		rc = reserve_locks(path);
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
		rc = mdb_env_stat(engine->env, &stat);
	engine->page = stat.ms_psize;
	if (rc == 0 && lmdb_check_length(engine, fault) != 0) {
		engine_close(engine);
		return -1;
	}
	if (rc == 0)
		rc = open_trees(engine, access == ENGINE_CREATE);
	if (rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE) {
		fault_set(
		    fault, FAULT_STORE, "%s: data.mdb is not a contact store", path);
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
engine_begin(
    struct engine_txn **out, struct engine *engine, bool write, struct fault *fault)
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
			rc = mdb_txn_begin(
			    engine->env, NULL, write ? 0 : MDB_RDONLY, &txn->txn);
	} else if (rc == MDB_READERS_FULL) {
		rc = mdb_reader_check(engine->env, &dead);
		if (rc == 0)
			rc = mdb_txn_begin(
			    engine->env, NULL, write ? 0 : MDB_RDONLY, &txn->txn);
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
engine_twin(struct engine_txn **out, struct engine_txn *txn, struct fault *fault)
{
	struct engine_txn *twin = calloc(1, sizeof(*twin));

	*out = NULL;
	if (twin == NULL)
		return fault_memory(fault);
	twin->engine = txn->engine;
	if (txn->write ||
	    mdb_txn_begin(txn->engine->env, NULL, MDB_RDONLY, &twin->txn) != 0) {
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
	lmdb_end_loans(txn);
	rc = txn->write ? lmdb_note_length(txn) : 0;
	if (rc == 0)
		rc = mdb_txn_commit(txn->txn);
	else
		mdb_txn_abort(txn->txn);
	if (rc != 0)
		result = engine_fault(txn->engine, rc, fault);
	else if (txn->write)
		lmdb_lengthen(txn->engine);
	free(txn);
	return result;
}

void
engine_abort(struct engine_txn *txn)
{
	if (txn == NULL)
		return;
	close_writers(txn);
	lmdb_end_loans(txn);
	mdb_txn_abort(txn->txn);
	free(txn);
}
