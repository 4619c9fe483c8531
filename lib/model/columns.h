/* SPDX-License-Identifier: ISC */
#ifndef MODEL_COLUMNS_H
#define MODEL_COLUMNS_H

/* Lists of columns as options take them: `name,email`, `-created_at,name`,
 * `all`. { NULL, 0 } is empty. */

#include "model/query.h"

struct columns {
	struct column **at;
	bool *descending; /* had a `-` in front */
	size_t count;
};

/* list is comma-separated; signs tells whether `-` may stand in front. */
int columns_parse(struct columns *columns, struct txn *txn, const struct kind *kind,
    struct view list, bool signs, struct fault *fault) MUST_CHECK;

/* id, rev, all other fields of the kind, and each ext.* and attr.* column
 * that some record of it has, in order of slot. */
int columns_all(struct columns *columns, struct txn *txn, const struct kind *kind,
    struct fault *fault) MUST_CHECK;

/* Moves the column of that name to the place, or makes one there. */
int columns_place(struct columns *columns, struct txn *txn, const struct kind *kind,
    const char *name, size_t place, struct fault *fault) MUST_CHECK;

/* Takes the column of that name out, if it is there. */
void columns_drop(struct columns *columns, const char *name);

void columns_release(struct columns *columns);

#endif
