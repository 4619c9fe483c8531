/* SPDX-License-Identifier: ISC */
/* Values themselves are those of rows (json_output.c). */
#include "table/json_nest.h"

#include "table/formats.h"

static void
put_name(struct json_nest *json, struct view name)
{
	if (json->comma)
		buf_char(json->out, ',');
	if (name.len == 0)
		return;
	json_string(json->out, name, json->terminal);
	buf_char(json->out, ':');
}

void
json_nest_begin(struct json_nest *json, struct view name, char bracket)
{
	put_name(json, name);
	buf_char(json->out, bracket);
	json->comma = false;
}

void
json_nest_end(struct json_nest *json, char bracket)
{
	buf_char(json->out, bracket);
	json->comma = true;
}

void
json_nest_cell(
    struct json_nest *json, struct view name, struct view cell, enum writer_shape shape)
{
	put_name(json, name);
	json_value(json->out, cell, shape, json->terminal);
	json->comma = true;
}
