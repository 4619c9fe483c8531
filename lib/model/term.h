/* SPDX-License-Identifier: ISC */
#ifndef MODEL_TERM_H
#define MODEL_TERM_H

/*
 * One comparison of a query, FIELD=VALUE and its kin, made ready: the value is
 * folded, read or resolved once, so that testing a record only compares.
 */

#include "base/arena.h"
#include "model/path.h"
#include "model/query.h"

enum term_test {
	TEST_PRESENT,
	TEST_EQUAL, /* to any of the needles or targets */
	TEST_PREFIX,
	TEST_CONTAINS,
	TEST_RANGE
};

enum term_scale {
	SCALE_TEXT,	 /* folded as the index folds the field */
	SCALE_PHONE,	 /* digits */
	SCALE_REFERENCE, /* targets; needles for text that was kept */
	SCALE_TIME,	 /* low <= seconds < high */
	SCALE_DAY,	 /* low <= days < high */
	SCALE_NUMBER,	 /* decimal text, low and high included */
	SCALE_PART,	 /* printed parts of dates, likewise */
	SCALE_ID,	 /* of the record: targets, or low <= id < high */
	SCALE_CREATED,	 /* low <= revision of creation < high */
	SCALE_UPDATED,	 /* low <= revision of the last change < high */
	SCALE_REV	 /* the same, given as revisions */
};

#define TERM_FIELDS 8

struct term {
	struct term *next; /* of the query, for its release */
	struct path path;
	enum term_test test;
	enum term_scale scale;
	/* The field of the path; email= and phone= stand for all fields of
	 * their type in the kind. */
	const struct field *fields[TERM_FIELDS];
	size_t field_count;
	struct view *needles; /* sorted once term_finish was called */
	size_t needle_count, needle_room;
	struct ids targets; /* likewise */
	int64_t low, high;
	struct view first, last; /* of a range of text; empty is open */
	struct ids found;	 /* candidates of a path with hops, see term_plan */
	bool is_found;
};

/* What comparing needs besides the term; the caller's, emptied by
 * scratch_release. */
struct term_scratch {
	struct buf computed, folded, element;
};

struct term_source {
	struct txn *txn;
	struct arena *arena; /* what the term keeps */
	const struct query_options *options;
	struct term_scratch *scratch;
};

enum term_operator { OPERATOR_EQUAL, OPERATOR_CONTAINS };

/* whole is the operand, for messages; name and value are parts of it. */
int term_parse(struct term *term, const struct term_source *source, struct view whole,
    struct view name, enum term_operator operator, struct view value,
    struct fault *fault) MUST_CHECK;
/* The records of these ids. The field id of the kind is looked up. */
int term_of_id(struct term *term, const struct term_source *source, uint64_t id,
    struct fault *fault) MUST_CHECK;

/* Takes the needles and targets of other, when both ask whether the same
 * value is equal to one of them: 1, 0 when they do not, -1. */
int term_merge(struct term *term, const struct term *other, struct arena *arena,
    struct fault *fault) MUST_CHECK;
/* To be called once, before it is matched. */
void term_finish(struct term *term);
void term_release(struct term *term);

/* 1, 0, -1. */
int term_matches(const struct term *term, struct txn *txn, struct term_scratch *scratch,
    uint64_t id, struct record record, struct fault *fault) MUST_CHECK;

/* About how many candidates an index gives: 1 and *cost, 0 when none serves. */
int term_plan(struct term *term, struct txn *txn, struct term_scratch *scratch,
    uint64_t *cost, struct fault *fault) MUST_CHECK;
/* Appends the candidates, after term_plan said 1. No match is missing. */
int term_candidates(const struct term *term, struct txn *txn, struct ids *ids,
    struct fault *fault) MUST_CHECK;

void scratch_release(struct term_scratch *scratch);

#endif
