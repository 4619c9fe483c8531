/* SPDX-License-Identifier: ISC */
#ifndef STORE_STORE_H
#define STORE_STORE_H

/*
 * A store is a directory with one engine in it. It is read in read
 * transactions; every run that changes it is one write transaction and one
 * revision. Hides locks, growth, file modes, the refusal of what is not our
 * store, the log of runs and the before-images.
 */

#include <stdint.h>

#include "store/engine.h"
#include "store/record.h"

struct store;
struct txn;

struct store_options {
	const char *path;
	bool write;    /* creates the store when absent or empty */
	bool dry;      /* no run will be stored: where there is nothing at
			  * path, a store elsewhere serves, and is removed */
	bool alone;    /* nobody else has it open meanwhile (replace.h) */
	bool foreign;  /* the user named the path: he has to have the rights to open
			  it himself (privilege.h) */
	unsigned wait; /* seconds to wait for each lock */
	uint64_t room; /* bytes that the run is expected to add */
};

/* Reading where there is no store is a FAULT_STORE `no store at DIR`. */
int store_open(struct store **store, const struct store_options *options,
    struct fault *fault) MUST_CHECK;
void store_close(struct store *store);
/* Whether the store was made by this open. */
bool store_created(const struct store *store);
const char *store_path(const struct store *store);

/* Whether the user of this process owns the directory that was opened. */
bool store_owned(const struct store *store);

/* On whose behalf records are looked at (model/viewer.h); borrowed. NULL, as at
 * first, is nobody's: all is seen. */
struct viewer;
void store_view_as(struct store *store, const struct viewer *viewer);
const struct viewer *store_viewer(const struct store *store);

/* What the user should be told of the store once, or NULL (HS-20). */
const char *store_notice(const struct store *store);
/* The last revision that erased something for good and of which bytes may still
 * lie in the file, as it was not compacted since; 0 for none. As of the opening. */
uint64_t store_remains(const struct store *store);

/* What the log says of a run; the texts are borrowed during store_run. */
struct run {
	int64_t now;	 /* the run's time; raised to the last run's */
	int64_t real;	 /* the system's clock */
	const char *who; /* login name */
	const char *program;
	const char *options; /* names only, never values */
	bool dry;	     /* do it all, then abort */
	/* Asked first in the transaction of the run, so that what it goes by is
	 * what holds when the run is stored; -1 ends the run. May be NULL. */
	int (*permit)(struct txn *txn, const void *context, struct fault *fault);
	const void *context;
};

struct run_outcome {
	uint64_t rev;  /* of the run, or 0 when nothing changed */
	uint64_t last; /* the last revision of the store */
};

/*
 * Takes the writer lock, calls work in a write transaction and commits it as
 * one revision if it changed anything. work may be called again from the
 * start when the map had to grow, so it touches nothing but the transaction
 * and its own buffers, which it sets up anew. When work fails nothing is
 * stored. A store that another holds longer than `wait` is FAULT_BUSY.
 */
int store_run(struct store *store, const struct run *run,
    int (*work)(struct txn *txn, void *context, struct fault *fault), void *context,
    struct run_outcome *outcome, struct fault *fault) MUST_CHECK;

/* One process at a time sends mail: this one, until the store is closed. FAULT_BUSY
 * when another does. */
int store_lock_sender(struct store *store, struct fault *fault) MUST_CHECK;

/* A read transaction; never kept open while output may block. */
int txn_begin(struct txn **txn, struct store *store, struct fault *fault) MUST_CHECK;
void txn_end(struct txn *txn);
/* Another read transaction of the same snapshot, to be used and ended by one
 * other thread: 1, or 0 where there is none, as in a run. */
int txn_twin(struct txn **twin, const struct txn *txn, struct fault *fault) MUST_CHECK;

/* In a run its own revision, else the last one of the snapshot. */
uint64_t txn_rev(const struct txn *txn);
/* The time of the run. */
int64_t txn_now(const struct txn *txn);
const char *txn_who(const struct txn *txn);
bool txn_writes(const struct txn *txn);
struct engine_txn *txn_engine(struct txn *txn);
struct store *txn_store(const struct txn *txn);
/* Whether this run has written anything so far. */
bool txn_changed(const struct txn *txn);

/* What a module keeps for the length of a transaction. */
enum txn_keep {
	KEEP_INDEX,
	KEEP_LABELS,
	KEEP_VOCABULARY,
	KEEP_SUPPRESSION,
	KEEP_ERASURES,
	KEEP_CHANGE,
	KEEP_REFERENCES,
	KEEP_STATUSES,
	KEEP_ACCOUNTS,
	KEEP_FIGURES,
	KEEPS
};
struct txn_kept {
	void *at;
	void (*release)(void *at);
};
struct txn_kept *txn_kept(struct txn *txn, enum txn_keep keep);

/* Of a revision: its time and its user (borrowed until the next call). 0 when
 * the log does not know it. */
int txn_revision(struct txn *txn, uint64_t rev, int64_t *time, const char **who,
    struct fault *fault) MUST_CHECK;
/* The first revision whose time is not before `time`; last + 1 if none. */
int txn_revision_at(
    struct txn *txn, int64_t time, uint64_t *rev, struct fault *fault) MUST_CHECK;

/* One record, read in place; its checksum was asked. 1, 0 or -1 (damaged). */
int txn_record(
    struct txn *txn, uint64_t id, struct record *record, struct fault *fault) MUST_CHECK;

/* What a read transaction has read so far counts as this process's memory no
 * more; for who reads much of a store and keeps little. */
void txn_let_go(struct txn *txn);

/* All records in ascending order of id, from `from` on: 1, 0 at the end, -1.
 * The walk is the caller's storage. */
struct record_walk {
	struct engine_cursor *cursor;
	struct txn *txn;
	uint64_t from;
	uint64_t last; /* id that was handed out, to see keys out of order */
	/* In a transaction of the past, where the walk looks ahead. */
	struct engine_cursor *images;
	struct record record;
	uint64_t record_id, image_id, least;
	bool record_ready;
};
int record_walk_open(struct record_walk *walk, struct txn *txn, uint64_t from,
    struct fault *fault) MUST_CHECK;
int record_walk_next(struct record_walk *walk, uint64_t *id, struct record *record,
    struct fault *fault) MUST_CHECK;
void record_walk_close(struct record_walk *walk);

/* The id that the next created record gets: one sequence for all kinds. */
uint64_t txn_next_id(const struct txn *txn);
/* The id of the first record that this run created, or would. */
uint64_t txn_first_id(const struct txn *txn);

/* Writes records. create takes the next id; replace keeps the before-image of
 * the record unless this run created it or has changed it already; remove
 * likewise. Index entries are the caller's (model/change.h). */
int txn_create(struct txn *txn, uint8_t kind, const struct record_form *form,
    uint32_t line, enum cause cause, uint64_t *id, struct fault *fault) MUST_CHECK;
int txn_replace(struct txn *txn, uint64_t id, struct record old,
    const struct record_form *form, uint32_t line, enum cause cause,
    struct fault *fault) MUST_CHECK;
int txn_remove(
    struct txn *txn, uint64_t id, struct record old, struct fault *fault) MUST_CHECK;
/* The record that txn_create or txn_replace wrote last: a copy that lives
 * until the next of these calls. */
struct record txn_written(const struct txn *txn);

/* Settings: TREE_META under "set." name. txn_set keeps the value before the
 * run; the caller has asked whether it differs. */
int txn_setting(struct txn *txn, const char *name, struct view *value,
    struct fault *fault) MUST_CHECK;
int txn_set(
    struct txn *txn, const char *name, struct view value, struct fault *fault) MUST_CHECK;
/* What a rule remembers from run to run, under a name of its own: no setting, in no
 * history and no dump, and stored only by a run that changes something else. 1, 0
 * when there is nothing, -1. */
int txn_memo(struct txn *txn, const char *name, struct view *value,
    struct fault *fault) MUST_CHECK;
int txn_set_memo(
    struct txn *txn, const char *name, struct view value, struct fault *fault) MUST_CHECK;
/* Calls each for every setting, in order of name. Not in a transaction of the
 * past. */
int txn_settings(struct txn *txn,
    int (*each)(void *context, struct view name, struct view value, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/*
 * Columns ext.NAME and attr.NAME have slots from RECORD_FIXED on, given in
 * the order of their first use.
 */
enum name_class { NAME_EXT = 'e', NAME_ATTR = 'a' };
/* 1 and *slot, 0 when the store does not know the name (with create, it is
 * made), -1. name as in the column, without "ext." or "attr.". */
int txn_name_slot(struct txn *txn, enum name_class class, struct view name, bool create,
    uint16_t *slot, struct fault *fault) MUST_CHECK;
/* The name in a slot, and the label (the header as it stood) that was kept
 * with it; borrowed until the transaction ends. 1, 0, -1. */
int txn_slot_name(struct txn *txn, uint16_t slot, enum name_class *class,
    struct view *name, struct view *label, struct fault *fault) MUST_CHECK;
/* The class alone, which is kept: for every extra of every record. */
int txn_slot_class(struct txn *txn, uint16_t slot, enum name_class *class,
    struct fault *fault) MUST_CHECK;
int txn_name_label(
    struct txn *txn, uint16_t slot, struct view label, struct fault *fault) MUST_CHECK;
/* The same whatever label there was; an empty one takes it away. */
int txn_name_relabel(
    struct txn *txn, uint16_t slot, struct view label, struct fault *fault) MUST_CHECK;

#endif
