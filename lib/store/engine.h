/* SPDX-License-Identifier: ISC */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

/*
 * An ordered key-value store: trees of byte strings ordered by memcmp, read
 * and written in transactions. Nothing above lib/store knows which engine it
 * is; LMDB is behind it now. A value that was read lives until its transaction
 * ends or, in a write transaction, until the next write.
 *
 * Calls that look something up return 1 (found), 0 (not there) or -1.
 */

#include <stdint.h>

#include "base/buf.h"

enum tree {
	TREE_META,    /* name -> value: format, next id, settings */
	TREE_NAMES,   /* names of ext and attr columns <-> numbers */
	TREE_RECORDS, /* id, 8 bytes big-endian -> record */
	TREE_INDEX,   /* index key, first id -> the ids behind it (posting.h) */
	TREE_LOG,     /* rev, 8 bytes big-endian -> what the run was */
	TREE_IMAGES,  /* id, rev, 8 bytes each -> the record before that run */
	TREES
};

struct engine;
struct engine_txn;
struct engine_cursor;

enum engine_access { ENGINE_READ, ENGINE_WRITE, ENGINE_CREATE };

/* path is the directory, opened and checked by the caller. room is the number
 * of bytes that writes are expected to add. A file that was cut off is a
 * FAULT_STORE. */
int engine_open(struct engine **engine, const char *path, enum engine_access access,
    uint64_t room, struct fault *fault) MUST_CHECK;
void engine_close(struct engine *engine);

/* Whether the last call that failed did so because the map was too small, so
 * that the transaction may be aborted, the room made and all done again. */
bool engine_again(const struct engine *engine);
int engine_grow(struct engine *engine, struct fault *fault) MUST_CHECK;
/* Gives back the room that a write transaction took in the file and failed.
 * The caller keeps other writers out. */
void engine_trim(struct engine *engine);

int engine_begin(struct engine_txn **txn, struct engine *engine, bool write,
    struct fault *fault) MUST_CHECK;
/* A second read transaction of the same snapshot, for another thread: 1, or 0
 * where there is none to be had. The map is left as it is. */
int engine_twin(
    struct engine_txn **twin, struct engine_txn *txn, struct fault *fault) MUST_CHECK;
/* Ends the transaction in any case. */
int engine_commit(struct engine_txn *txn, struct fault *fault) MUST_CHECK;
void engine_abort(struct engine_txn *txn);

int engine_get(struct engine_txn *txn, enum tree tree, struct view key,
    struct view *value, struct fault *fault) MUST_CHECK;
int engine_put(struct engine_txn *txn, enum tree tree, struct view key, struct view value,
    struct fault *fault) MUST_CHECK;
/* As engine_put for a key above all others of the tree, into *room bytes that
 * the caller fills before the next call. */
int engine_append(struct engine_txn *txn, enum tree tree, struct view key, size_t len,
    void **room, struct fault *fault) MUST_CHECK;
/* How many writes the transaction has made: what was read before the last of
 * them may have moved. */
uint64_t engine_writes(const struct engine_txn *txn);
/* About how many bytes of memory they take until the commit. */
size_t engine_dirty(const struct engine_txn *txn);

/* Takes the key out: 1, 0 or -1. */
int engine_delete(struct engine_txn *txn, enum tree tree, struct view key,
    struct fault *fault) MUST_CHECK;
/* Takes all keys out, in a fraction of the time that one by one takes. */
int engine_clear(struct engine_txn *txn, enum tree tree, struct fault *fault) MUST_CHECK;

int engine_cursor_open(struct engine_cursor **cursor, struct engine_txn *txn,
    enum tree tree, struct fault *fault) MUST_CHECK;
void engine_cursor_close(struct engine_cursor *cursor);
/* Goes to the first entry whose key is not below *key. */
int engine_seek(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault) MUST_CHECK;
/* Goes to exactly this key. */
int engine_seek_exactly(struct engine_cursor *cursor, struct view key, struct view *value,
    struct fault *fault) MUST_CHECK;
int engine_first(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault) MUST_CHECK;
int engine_last(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault) MUST_CHECK;
int engine_next(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault) MUST_CHECK;
int engine_prev(struct engine_cursor *cursor, struct view *key, struct view *value,
    struct fault *fault) MUST_CHECK;

/* Whether an entry that a cursor of a read transaction gave lies within its
 * pages, so that a damaged length does not lead a reader out of the file. */
bool engine_within(const struct engine_txn *txn, struct view key, struct view value);

/* Tells that what a read transaction has read so far is not needed soon: its
 * pages stay in the system's cache and count as this process's memory no more.
 * What it lent stays as it is. */
void engine_let_go(struct engine_txn *txn);

/* Entries of a tree, and bytes of the file that are in use. */
int engine_size(struct engine_txn *txn, enum tree tree, uint64_t *entries,
    uint64_t *bytes, struct fault *fault) MUST_CHECK;

#endif
