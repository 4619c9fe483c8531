/* SPDX-License-Identifier: ISC */
#ifndef MODEL_CHECK_INTERNAL_H
#define MODEL_CHECK_INTERNAL_H

/* What check.c and check_index.c share. */

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
};

void check_found(struct check *check, enum check_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Every record as it lies there, whether it is sound or not. */
struct check_walk {
	struct engine_cursor *cursor;
	bool began;
};
int check_walk_open(
    struct check_walk *walk, struct check *check, struct fault *fault) MUST_CHECK;
/* 1, 0 at the end, -1. *id is 0 for a key that is none. */
int check_walk_next(struct check_walk *walk, uint64_t *id, struct record *record,
    struct fault *fault) MUST_CHECK;
void check_walk_close(struct check_walk *walk);

/* Whether the record's entries cannot be asked, because it is damaged. */
bool check_is_unreadable(const struct check *check, uint64_t id);

/* Compares the index with what the records yield. */
int check_index(struct check *check, struct fault *fault) MUST_CHECK;

#endif
