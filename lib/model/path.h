/* SPDX-License-Identifier: ISC */
#ifndef MODEL_PATH_H
#define MODEL_PATH_H

/*
 * The way from a record to a value, as it is written in queries and columns:
 * FIELD, REF.FIELD through any number of references, DATE.month, ext.NAME,
 * attr.NAME (design A5).
 */

#include "model/entity.h"

/* More hops than anybody writes; a bound for the recursion. */
#define PATH_HOPS 200

enum date_part { PART_NONE, PART_YEAR, PART_MONTH, PART_WEEK, PART_DAY };

struct path_hop {
	const struct field *field;
	const struct kind *from, *to;
};

struct path {
	struct path_hop *hops;
	size_t hop_count;
	const struct kind *kind; /* whose field it is */
	const struct field *field;
	uint16_t slot;
	struct view name; /* behind ext. or attr., borrowed */
	enum date_part part;
	bool many; /* a list lies on the way, or at its end */
};

#define PATH_EMPTY \
	((struct path){ NULL, 0, NULL, NULL, 0, { NULL, 0 }, PART_NONE, false })

/* name is borrowed. An unknown name is FAULT_USAGE with the nearest one. */
int path_parse(struct path *path, struct txn *txn, const struct kind *kind,
    struct view name, struct fault *fault) MUST_CHECK;
void path_release(struct path *path);

/* The type of its values: of the field, or as an attribute is declared. */
int path_type(const struct path *path, struct txn *txn, enum value_type *type,
    struct fault *fault) MUST_CHECK;

/* Calls visit for each record at the end of the way (the record itself when
 * there is no hop). A result other than 0 ends it and is returned. */
int path_each(const struct path *path, struct txn *txn, uint64_t id, struct record record,
    int (*visit)(void *context, uint64_t id, struct record record, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/* Appends a part of a date as it prints: 2026, 2026-10, 2026-W41, 2026-10-05;
 * nothing when text is no date. */
void date_part_print(struct buf *out, enum date_part part, struct view text);

#endif
