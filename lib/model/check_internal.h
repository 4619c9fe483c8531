/* SPDX-License-Identifier: ISC */
#ifndef MODEL_CHECK_INTERNAL_H
#define MODEL_CHECK_INTERNAL_H

/* What the files of the check share. */

#include "model/check.h"
#include "model/kind.h"
#include "store/index.h"

struct check {
	struct txn *txn;
	struct check_outcome *outcome;
	void (*found)(void *context, enum check_level level, const char *text);
	void *context;
	uint64_t told[CHECK_DAMAGE + 1];
	bool all_notes;
	uint64_t rev, next_id;
	/* Records whose index entries cannot be asked, ascending. */
	struct ids unreadable;
	/* The kind of the record that was looked up last, 0: not there. */
	uint64_t last_id;
	uint8_t last_kind;
	/* Trees that a walk began to read, and that could not be read to the
	 * end. */
	bool walked[TREES], broken[TREES];
	/* Of the log's row before. */
	uint64_t last_rev;
	int64_t last_time;
	/* Whether there is a campaign, and one that says no sender of its own. */
	bool has_campaign, has_no_sender;
};

void check_found(struct check *check, enum check_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether checking can go on behind a fault: the store is damaged, which is
 * what is looked for, and neither the disk nor memory failed. */
bool check_goes_on(const struct fault *fault);

/* Every entry of a tree as it lies there. */
struct check_walk {
	struct check *check;
	struct engine_cursor *cursor;
	enum tree tree;
	bool again; /* damage was told of by an earlier walk of the tree */
	uint64_t count;
	struct buf last;
};
int check_walk_open(struct check_walk *walk, struct check *check, enum tree tree,
    struct fault *fault) MUST_CHECK;
/* 1, 0 at the end or where damage hides the rest, which is told of, -1. */
int check_walk_next(struct check_walk *walk, struct view *key, struct view *value,
    struct fault *fault) MUST_CHECK;
void check_walk_close(struct check_walk *walk);

/* Calls each for every entry of a tree. */
int check_tree(struct check *check, enum tree tree,
    int (*each)(
	struct check *check, struct view key, struct view value, struct fault *fault),
    struct fault *fault) MUST_CHECK;

/* The same for records, whether they are sound or not; closed by
 * check_walk_close. */
int check_records_open(
    struct check_walk *walk, struct check *check, struct fault *fault) MUST_CHECK;
int check_records_next(struct check_walk *walk, uint64_t *id, struct record *record,
    struct fault *fault) MUST_CHECK;

/* The record as it lies under its id: 1, 0, -1. */
int check_look_up(struct check *check, uint64_t id, struct record *record,
    struct fault *fault) MUST_CHECK;

/* Whether the record's entries cannot be asked, because it is damaged. */
bool check_is_unreadable(const struct check *check, uint64_t id);

/* Before-images, log, names, numbers and settings. */
int check_rest(struct check *check, struct fault *fault) MUST_CHECK;

/* Compares the index with what the records yield. */
int check_index(struct check *check, struct fault *fault) MUST_CHECK;

#endif
