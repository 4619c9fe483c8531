/* SPDX-License-Identifier: ISC */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

/*
 * What was before. Every record that a run changed or removed is kept as it
 * was, under its id and the revision of that run. A version, current or kept,
 * says itself since which revision it holds (record_rev), so the store as it
 * was after a revision can be put together from the records and these images.
 */

#include "store/index.h"

/*
 * A read transaction of the store as it was after revision rev: records that
 * were deleted later are there, those created later are not, the index finds
 * accordingly, settings have their values of then, and txn_rev and txn_now are
 * those of rev. FAULT_USAGE when rev is above the last revision or below the
 * horizon (log.h), which it names.
 */
struct past {
	uint64_t rev;
	bool deleted; /* show records deleted by then too, as they were last */
};
int txn_begin_past(struct txn **txn, struct store *store, const struct past *past,
    struct fault *fault) MUST_CHECK;

/*
 * Says what calls each for every index entry that a record has to have. Without
 * it every search of the index in such a transaction looks at all records that
 * have changed since.
 */
typedef int past_entries(struct txn *txn, uint64_t id, struct record record,
    int (*each)(
	void *context, struct index_key key, bool searchable, struct fault *fault),
    void *context, struct fault *fault);
void txn_past_entries(struct txn *txn, past_entries *entries);

/* Whether a record that such a transaction shows was deleted by its revision:
 * 1, 0, -1. */
int txn_deleted(struct txn *txn, uint64_t id, struct fault *fault) MUST_CHECK;

/*
 * The versions of one record, oldest first. Each held from record_rev(version)
 * on, until revision `until` replaced or removed it; UINT64_MAX: it still
 * holds. Where the next one begins later than `until`, the record was gone in
 * between. Not in a transaction of the past.
 */
struct version_walk {
	struct engine_cursor *cursor;
	struct txn *txn;
	uint64_t id, from;
};
int version_walk_open(struct version_walk *walk, struct txn *txn, uint64_t id,
    struct fault *fault) MUST_CHECK;
/* The version lives until the transaction's next write or end: 1, 0, -1. */
int version_walk_next(struct version_walk *walk, struct record *version, uint64_t *until,
    struct fault *fault) MUST_CHECK;
void version_walk_close(struct version_walk *walk);

/*
 * Before-images of one run, in order of id: each record that it changed or
 * removed, as it was before. 0 as id does not occur. The walk looks at all
 * images of the store. A run may write between two steps.
 */
struct image_walk {
	struct engine_cursor *cursor;
	struct txn *txn;
	uint64_t rev, from;
};
int image_walk_open(struct image_walk *walk, struct txn *txn, uint64_t rev,
    struct fault *fault) MUST_CHECK;
int image_walk_next(struct image_walk *walk, uint64_t *id, struct record *image,
    struct fault *fault) MUST_CHECK;
void image_walk_close(struct image_walk *walk);

/* The revision of the oldest image of the record that is younger than rev: the
 * run that changed or removed it next; 0 when there is none. */
int image_after(struct txn *txn, uint64_t id, uint64_t rev, uint64_t *next,
    struct fault *fault) MUST_CHECK;

/* The lowest id from `from` on of which there is an image: 1, 0, -1. */
int image_next_id(
    struct txn *txn, uint64_t from, uint64_t *id, struct fault *fault) MUST_CHECK;

/*
 * Puts a record under an id that none has now: one that undoing brings back,
 * or one that is read from a dump. created is the revision that it counts as
 * created by, txn_rev for a dump. Ids to come are above it. Index entries are
 * the caller's (change_restore).
 */
int txn_restore(struct txn *txn, uint64_t id, uint8_t kind, uint32_t created,
    const struct record_form *form, enum cause cause, struct fault *fault) MUST_CHECK;

/* Calls each for every setting that the run changed, with the value before
 * (empty: none); changed_since when a later run has changed it again. */
int settings_before(struct txn *txn, uint64_t rev,
    int (*each)(void *context, struct view name, struct view value, bool changed_since,
	struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/* Ids to come are above this one, which a record of the dump answers for. */
void txn_reserve(struct txn *txn, uint64_t id);

/* Says in the log that this run takes back that revision. */
void txn_undoes(struct txn *txn, uint64_t rev);

/* Removes all images of a record, so that nothing is left of what it was. */
int history_erase(struct txn *txn, uint64_t id, struct fault *fault) MUST_CHECK;

/*
 * Looks at every image of a record that there is. judge says what becomes of it;
 * for SWEEP_WRITE it has made *form what the image is to hold, of which values
 * may be the image's own. Also notes that bytes of what goes may lie in the file
 * until it is compacted (store_remains).
 */
enum sweep { SWEEP_KEEP, SWEEP_DROP, SWEEP_WRITE };
int history_sweep(struct txn *txn,
    int (*judge)(void *context, uint64_t id, struct record image,
	struct record_form *form, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/* Asks of the user of each run before this one by what name it is to be known from
 * now on: name returns 1 and that, 0 to leave it, -1. */
int log_rename(struct txn *txn,
    int (*name)(void *context, struct view who, struct view *with, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/*
 * Forgets the runs up to revision rev: their images, and of their log rows
 * all but time and user. Adds what went to the counts. The horizon becomes rev
 * unless it is above it already.
 */
struct pruned {
	uint64_t runs, images;
};
int history_prune(
    struct txn *txn, uint64_t rev, struct pruned *pruned, struct fault *fault) MUST_CHECK;

#endif
