/* SPDX-License-Identifier: ISC */
#ifndef TABLE_JSON_NEST_H
#define TABLE_JSON_NEST_H

/*
 * JSON whose objects hold arrays of objects, piece by piece, so that *out can be
 * emptied in between: commas are put where one more value begins.
 */

#include "table/writer.h"

struct json_nest {
	struct buf *out;
	bool terminal; /* escape what a terminal would obey */
	bool comma;    /* a value stands in front */
};

/* '{' or '['; a name where it is a member of an object, else the empty view. */
void json_nest_begin(struct json_nest *json, struct view name, char bracket);
/* '}' or ']'. */
void json_nest_end(struct json_nest *json, char bracket);
/* A member whose value has that shape (writer_column). */
void json_nest_cell(
    struct json_nest *json, struct view name, struct view cell, enum writer_shape shape);

#endif
