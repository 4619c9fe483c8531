/* SPDX-License-Identifier: ISC */
/*
 * A parser by recursive descent that writes each value as a cell right away,
 * without a tree in between.
 */
#include "table/json_input.h"

#include <stdlib.h>

#include "table/json_columns.h"
#include "table/json_lexer.h"

#define DEPTH_MAX 64

struct json_input {
	struct json_columns columns;
	struct buf path;    /* of the member being read */
	struct buf element; /* of an array, before it is escaped */
	/* Where the cell of each column lies in *values. Offsets, because the
	 * bytes move as they grow. */
	struct place {
		size_t at, len;
		uint64_t row;
	} places[READER_COLUMNS_MAX];
	uint64_t row;
};

struct parse {
	struct json_input *json;
	struct buf *values;
	struct json_lexer lex;
	unsigned depth;
};

int
json_input_new(struct json_input **json, struct fault *fault)
{
	*json = calloc(1, sizeof(**json));
	return *json == NULL ? fault_memory(fault) : 0;
}

void
json_input_free(struct json_input *json)
{
	if (json == NULL)
		return;
	json_columns_release(&json->columns);
	buf_release(&json->path);
	buf_release(&json->element);
	free(json);
}

void
json_input_learn(struct json_input *json, bool learning)
{
	json->columns.learning = learning;
}

const struct view *
json_input_columns(const struct json_input *json, size_t *count)
{
	*count = json->columns.overflow ? READER_COLUMNS_MAX + 1 : json->columns.count;
	return json->columns.names;
}

static bool value(struct parse *parse, bool keep);

/* Passes over the members of an object or elements of an array that is not
 * looked into, and yet must be right. */
static bool
skip_array(struct parse *parse)
{
	parse->lex.at++;
	if (!json_lexer_next(&parse->lex))
		return false;
	if (parse->lex.text[parse->lex.at] == ']') {
		parse->lex.at++;
		return true;
	}
	for (;;) {
		if (!value(parse, false) || !json_lexer_next(&parse->lex))
			return false;
		if (parse->lex.text[parse->lex.at] == ']')
			break;
		if (parse->lex.text[parse->lex.at] != ',')
			return json_lexer_wrong(&parse->lex, "a comma or ] is missing");
		parse->lex.at++;
		if (!json_lexer_next(&parse->lex))
			return false;
	}
	parse->lex.at++;
	return true;
}

static void
append_element(struct buf *out, struct view element)
{
	for (size_t i = 0; i < element.len; i++) {
		if (element.at[i] == ';' || element.at[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, element.at[i]);
	}
}

/* The array at parse->lex.at, appended to values. */
static bool
array(struct parse *parse)
{
	struct buf *element = &parse->json->element;
	size_t from = parse->lex.at, before = parse->values->len;
	bool first = true, nested = false;

	parse->lex.at++;
	for (;; first = false) {
		char c;

		if (!json_lexer_next(&parse->lex))
			return false;
		c = parse->lex.text[parse->lex.at];
		if (c == ']' && first)
			break;
		if (!first) {
			if (c == ']')
				break;
			if (c != ',')
				return json_lexer_wrong(
				    &parse->lex, "a comma or ] is missing");
			parse->lex.at++;
			if (!json_lexer_next(&parse->lex))
				return false;
			c = parse->lex.text[parse->lex.at];
			buf_char(parse->values, ';');
		}
		buf_clear(element);
		if (c == '[' || c == '{') {
			nested = true;
			if (!value(parse, false))
				return false;
		} else if (!(c == '"' ? json_lexer_string(&parse->lex, element)
				      : json_lexer_plain(&parse->lex, element))) {
			return false;
		}
		if (element->failed)
			parse->values->failed = true;
		append_element(parse->values, buf_as_view(element));
	}
	parse->lex.at++;
	if (nested) {
		parse->values->len = before;
		buf_put(parse->values, parse->lex.text + from, parse->lex.at - from);
	}
	return true;
}

/* Notes that values from `from` on are the cell of the member at the path. */
static bool
keep_cell(struct parse *parse, size_t from)
{
	struct json_input *json = parse->json;
	size_t column;

	if (!json_columns_find(&json->columns, buf_as_view(&json->path), &column)) {
		parse->values->failed |= json->columns.failed;
		return true;
	}
	if (json->places[column].row == json->row)
		return json_lexer_wrong(&parse->lex, "a name stands twice in the object");
	json->places[column].row = json->row;
	json->places[column].at = from;
	json->places[column].len = parse->values->len - from;
	return true;
}

/* One member; the path is as before when it returns. */
static bool
member(struct parse *parse, bool keep)
{
	struct json_input *json = parse->json;
	size_t path = json->path.len;
	bool good;

	if (parse->lex.text[parse->lex.at] != '"')
		return json_lexer_wrong(&parse->lex, "a name in quotes is missing");
	if (!keep)
		buf_clear(&json->element);
	else if (parse->depth > 1)
		buf_char(&json->path, '.');
	if (!json_lexer_string(&parse->lex, keep ? &json->path : &json->element) ||
	    !json_lexer_next(&parse->lex))
		return false;
	if (parse->lex.text[parse->lex.at] != ':')
		return json_lexer_wrong(&parse->lex, "a colon is missing");
	parse->lex.at++;
	good = json_lexer_next(&parse->lex) && value(parse, keep);
	if (keep)
		json->path.len = path;
	return good;
}

static bool
object(struct parse *parse, bool keep)
{
	parse->lex.at++;
	if (!json_lexer_next(&parse->lex))
		return false;
	if (parse->lex.text[parse->lex.at] == '}') {
		parse->lex.at++;
		return true;
	}
	for (;;) {
		if (!member(parse, keep) || !json_lexer_next(&parse->lex))
			return false;
		if (parse->lex.text[parse->lex.at] == '}')
			break;
		if (parse->lex.text[parse->lex.at] != ',')
			return json_lexer_wrong(&parse->lex, "a comma or } is missing");
		parse->lex.at++;
		if (!json_lexer_next(&parse->lex))
			return false;
	}
	parse->lex.at++;
	return true;
}

/* The value at parse->lex.at. With keep set it becomes the cell of the path, or of
 * the paths below it. */
static bool
value(struct parse *parse, bool keep)
{
	char c = parse->lex.text[parse->lex.at];
	size_t from = parse->values->len;
	bool good;

	if (parse->depth == DEPTH_MAX && (c == '{' || c == '['))
		return json_lexer_wrong(&parse->lex, "values are nested too deeply");
	parse->depth++;
	if (c == '{')
		good = object(parse, keep);
	else if (c == '[')
		good = keep ? array(parse) : skip_array(parse);
	else if (c == '"')
		good = json_lexer_string(&parse->lex, parse->values);
	else
		good = json_lexer_plain(&parse->lex, parse->values);
	parse->depth--;
	if (!keep)
		parse->values->len = from;
	else if (good && c != '{')
		good = keep_cell(parse, from);
	return good;
}

uint64_t
json_input_lines(struct view text)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n' ||
		    (text.at[i] == '\r' && (i + 1 == text.len || text.at[i + 1] != '\n'));
	return lines;
}

static void
give_cells(struct json_input *json, struct split *split, const struct buf *values)
{
	split->count = json->columns.count;
	for (size_t i = 0; i < split->count; i++) {
		const struct place *place = &json->places[i];

		split->cells[i] = place->row == json->row && place->len > 0
		    ? view_make(values->at + place->at, place->len)
		    : VIEW("");
	}
}

/* Passes over a value that is no object. What stands behind it must be able to
 * follow an element, or the line is not JSON at all. */
static void
pass_over(struct parse *parse, bool last)
{
	struct json_lexer *lex = &parse->lex;
	size_t behind;

	if (value(parse, false)) {
		for (behind = lex->at; behind < lex->len &&
		     (lex->text[behind] == ' ' || lex->text[behind] == '\t');)
			behind++;
		if (behind == lex->len && !last)
			lex->result = SPLIT_MORE;
		else if (behind == lex->len ||
		    memchr(",]\r\n", lex->text[behind], 4) != NULL)
			lex->result = SPLIT_NO_OBJECT;
		else
			lex->result = SPLIT_BAD_JSON;
	}
	if (lex->result != SPLIT_NO_OBJECT && (last || lex->result != SPLIT_MORE)) {
		lex->result = SPLIT_BAD_JSON;
		lex->at = 0;
	}
	lex->message = "this is no JSON object";
}

enum split_result
json_input_split(struct json_input *json, struct split *split, struct buf *values,
    struct view text, bool last)
{
	struct parse parse = { .json = json,
		.values = values,
		.lex = { text.at, 0, text.len, SPLIT_DONE, NULL } };

	buf_clear(values);
	buf_clear(&json->path);
	json->row++;
	split->count = split->marked_count = split->bad_cell = 0;
	split->quoted = false;
	if (text.at[0] != '{')
		pass_over(&parse, last);
	else
		(void)value(&parse, true);
	if (json->path.failed)
		values->failed = true;
	if (parse.lex.result == SPLIT_MORE && last)
		parse.lex.result = SPLIT_BAD_JSON;
	split->message = parse.lex.message;
	split->length = split->next = parse.lex.at;
	split->lines = 0;
	if (parse.lex.result == SPLIT_MORE)
		return SPLIT_MORE;
	split->lines = json_input_lines(view_until(text, parse.lex.at));
	if (parse.lex.result != SPLIT_DONE) {
		split->bad_at = parse.lex.at;
		split->bad_lines = split->lines;
		if (parse.lex.result != SPLIT_CONTROL)
			return parse.lex.result;
	}
	give_cells(json, split, values);
	return parse.lex.result;
}

size_t
json_input_resume(const struct split *split, struct view text)
{
	size_t line = 0;

	/* What began with a brace is over where a line after it begins with
	 * one; a line that did not is wrong by itself. */
	for (;;) {
		size_t at = line;

		while (at < text.len && text.at[at] != '\n' && text.at[at] != '\r')
			at++;
		if (at >= text.len)
			return text.len;
		line = at + 1;
		if (line < text.len && text.at[at] == '\r' && text.at[line] == '\n')
			line++;
		if (text.at[0] != '{')
			return line;
		for (at = line;
		     at < text.len && (text.at[at] == ' ' || text.at[at] == '\t');)
			at++;
		if (at < text.len && text.at[at] == '{' && at >= split->bad_at)
			return line;
	}
}
