/* SPDX-License-Identifier: ISC */
#ifndef TABLE_JSON_COLUMNS_H
#define TABLE_JSON_COLUMNS_H

/* The names that the members of JSON objects have, numbered in order of
 * appearance. All zero is an empty set. */

#include "base/arena.h"
#include "table/reader.h"

#define JSON_SLOTS (4 * READER_COLUMNS_MAX)

struct json_columns {
	struct arena arena;
	size_t count;
	size_t bytes;  /* of all names, at most READER_RECORD_MAX */
	bool overflow; /* there are more names, or longer ones, than fit */
	size_t next;   /* the column that probably follows */
	bool learning; /* an unknown name becomes a column */
	bool failed;   /* memory ran out */
	struct view names[READER_COLUMNS_MAX];
	uint16_t slots[JSON_SLOTS]; /* by hash; a column's number + 1, or 0 */
};

/* Whether name is a column, or has become one, and which. */
bool json_columns_find(struct json_columns *columns, struct view name, size_t *column);

void json_columns_release(struct json_columns *columns);

#endif
