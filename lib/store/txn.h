/* SPDX-License-Identifier: ISC */
#ifndef STORE_TXN_H
#define STORE_TXN_H

/* What a transaction is inside lib/store; nothing above includes this. */

#include "store/history.h"
#include "store/index.h"
#include "store/store.h"

/* Keys of the tree of images. */
struct image_key {
	uint64_t id, rev; /* big-endian */
};

struct txn {
	struct store *store;
	struct engine_txn *engine;
	bool writes;
	uint64_t changes; /* records and settings that differ from before the run */
	uint64_t rev;
	int64_t now;
	const char *who;
	/* Of a run, for its row in the log. */
	uint64_t created, updated, removed, undoes;
	/* Shows the store as it was after rev, with `deleted` also what had
	 * been deleted by then. */
	bool past, deleted;
	bool latest; /* rev is the last one: only what was deleted is past */
	/* In the past: records that have changed since, with their kinds, which
	 * the index says nothing true about. */
	struct ids since;
	bool since_known;
	/* What entries they had, by slots that were searched (past_index.c). */
	past_entries *entries;
	struct past_slot *past_slots;
	uint64_t next_id, first_id;
	/* Once it is known, a key that nothing stands above. */
	uint64_t highest;
	bool highest_known;
	bool restoring; /* records have come back behind all others */
	struct txn_kept kept[KEEPS];
	/* Cursor on the records, kept for lookups in nearly ascending order. */
	struct engine_cursor *finder;
	/* The same on the images, for transactions of the past. */
	struct engine_cursor *imager;
	/* The record that was asked for last: rules ask for it repeatedly. */
	uint64_t found_id, found_writes;
	struct record found;
	/* Once it is known, a key that no image stands above. */
	struct image_key image_last;
	bool image_known;
	/* A before-image and a record on their way into the store: what they
	 * are copied from may move while LMDB writes. */
	struct buf image, encoded;
	/* Classes of slots from RECORD_FIXED on that were asked for; 0: not
	 * yet. */
	unsigned char *classes;
	size_t class_count;
	/* The answer of txn_revision that was asked last. */
	uint64_t revision;
	int64_t revision_time;
	struct buf user;
};

/* The parts of lib/store that serve transactions, to each other. */

struct directory;
const struct directory *store_directory(const struct store *store);
/* Ends all reading and writing; the locks stay until store_close. */
void store_stop(struct store *store);

/* The last revision and its time; 0 and INT64_MIN in a new store. */
int log_last(
    struct txn *txn, uint64_t *rev, int64_t *now, struct fault *fault) MUST_CHECK;
/* The row of this run, at its end. */
int log_put(struct txn *txn, const struct run *run, struct fault *fault) MUST_CHECK;
/* Notes that bytes of what this run takes away may stay in the file. */
#define REMAINS "erased"
int remains_mark(struct txn *txn, struct fault *fault) MUST_CHECK;

/* Forgets what rows up to rev say besides time and user. */
int log_strip(
    struct txn *txn, uint64_t rev, uint64_t *stripped, struct fault *fault) MUST_CHECK;

/* FAULT_USAGE when the store cannot be seen as it was after rev. */
int history_reaches(struct txn *txn, uint64_t rev, struct fault *fault) MUST_CHECK;
/* A record as it was; txn->past is set. */
int past_record(
    struct txn *txn, uint64_t id, struct record *record, struct fault *fault) MUST_CHECK;
/* Appends what a search of the index of the past may have to give besides what
 * the tree has. */
int past_find(struct txn *txn, const struct index_key *key, struct ids *ids,
    struct fault *fault) MUST_CHECK;
void past_release(struct txn *txn);
/* Appends the records of a kind that have changed since. */
int past_since(
    struct txn *txn, uint8_t kind, struct ids *ids, struct fault *fault) MUST_CHECK;
/* A setting as it was: 1, 0, or -1; 2 when it is as it is now. */
int past_setting(struct txn *txn, const char *name, struct view *value,
    struct fault *fault) MUST_CHECK;

/* A record under its key, sound or a fault: 1, 0, -1. */
int records_find(
    struct txn *txn, uint64_t id, struct record *record, struct fault *fault) MUST_CHECK;

/* Says that the record's checksum is wrong. -1. */
int record_damaged(uint64_t id, struct fault *fault);

#endif
