/* SPDX-License-Identifier: ISC */
/*
 * A parser by recursive descent that writes each value as a cell right away.
 * It never looks past the end of the text: running into it is either
 * SPLIT_MORE or, at the end of the file, an error like any other.
 */
#include "table/json_input.h"

#include <stdlib.h>

#include "table/json_columns.h"

#define DEPTH_MAX 64

struct json_input {
	struct json_columns columns;
	struct buf path;	/* of the member being read */
	struct buf element;	/* of an array, before it is escaped */
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
	const char *text;
	size_t at, len;
	unsigned depth;
	enum split_result result; /* SPLIT_DONE until something is wrong */
	const char *message;
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

static bool
wrong(struct parse *parse, const char *message)
{
	parse->result = SPLIT_BAD_JSON;
	parse->message = message;
	return false;
}

static bool
ended(struct parse *parse)
{
	parse->result = SPLIT_MORE;
	parse->message = "the text ends within a value";
	return false;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Passes over white space; false at the end of the text. */
static bool
next_token(struct parse *parse)
{
	while (parse->at < parse->len && is_space(parse->text[parse->at]))
		parse->at++;
	return parse->at < parse->len || ended(parse);
}

static bool
hex_digits(struct parse *parse, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < 4; i++, parse->at++) {
		unsigned char c;

		if (parse->at == parse->len)
			return ended(parse);
		c = (unsigned char)parse->text[parse->at];
		if (c >= '0' && c <= '9')
			*value = *value << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			*value = *value << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return wrong(parse, "four hexadecimal digits must follow \\u");
	}
	return true;
}

static void
put_scalar(struct buf *out, uint32_t scalar)
{
	if (scalar < 0x80) {
		buf_char(out, (char)scalar);
	} else if (scalar < 0x800) {
		buf_char(out, (char)(0xc0 | scalar >> 6));
		buf_char(out, (char)(0x80 | (scalar & 0x3f)));
	} else {
		if (scalar < 0x10000) {
			buf_char(out, (char)(0xe0 | scalar >> 12));
		} else {
			buf_char(out, (char)(0xf0 | scalar >> 18));
			buf_char(out, (char)(0x80 | (scalar >> 12 & 0x3f)));
		}
		buf_char(out, (char)(0x80 | (scalar >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (scalar & 0x3f)));
	}
}

/* Behind \u. Scalars above U+FFFF are written as two surrogates. */
static bool
unicode_escape(struct parse *parse, struct buf *out)
{
	uint32_t scalar, low;

	if (!hex_digits(parse, &scalar))
		return false;
	if (scalar >= 0xdc00 && scalar < 0xe000)
		return wrong(parse, "a \\u escape is half a character");
	if (scalar >= 0xd800 && scalar < 0xdc00) {
		if (parse->len - parse->at < 2)
			return ended(parse);
		if (parse->text[parse->at] != '\\' || parse->text[parse->at + 1] != 'u')
			return wrong(parse, "a \\u escape is half a character");
		parse->at += 2;
		if (!hex_digits(parse, &low))
			return false;
		if (low < 0xdc00 || low >= 0xe000)
			return wrong(parse, "a \\u escape is half a character");
		scalar = 0x10000 + ((scalar - 0xd800) << 10) + (low - 0xdc00);
	}
	if (scalar < 0x20 && scalar != '\t' && scalar != '\n' && scalar != '\r') {
		parse->result = SPLIT_CONTROL;
		parse->message = "a control character is escaped in a string";
	}
	put_scalar(out, scalar);
	return true;
}

static bool
escape(struct parse *parse, struct buf *out)
{
	static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (parse->at == parse->len)
		return ended(parse);
	name = strchr(names, parse->text[parse->at]);
	if (parse->text[parse->at++] == 'u')
		return unicode_escape(parse, out);
	if (name == NULL || *name == '\0') {
		parse->at--;
		return wrong(parse, "this escape is none of JSON's");
	}
	if (*name == 'b' || *name == 'f') {
		parse->result = SPLIT_CONTROL;
		parse->message = "a control character is escaped in a string";
	}
	buf_char(out, meanings[name - names]);
	return true;
}

/* The string whose opening quote is at parse->at, appended to *out. */
static bool
string(struct parse *parse, struct buf *out)
{
	size_t from = ++parse->at;

	for (; parse->at < parse->len; parse->at++) {
		unsigned char c = (unsigned char)parse->text[parse->at];

		if (c != '"' && c != '\\' && c >= 0x20)
			continue;
		buf_put(out, parse->text + from, parse->at - from);
		if (c == '"') {
			parse->at++;
			return true;
		}
		if (c != '\\')
			return wrong(parse, "a string ends without its closing quote");
		parse->at++;
		if (!escape(parse, out))
			return false;
		from = parse->at--;
	}
	return ended(parse);
}

static bool
digits(struct parse *parse)
{
	size_t from = parse->at;

	while (parse->at < parse->len && parse->text[parse->at] >= '0' &&
	    parse->text[parse->at] <= '9')
		parse->at++;
	if (parse->at == parse->len)
		return ended(parse);
	return parse->at > from || wrong(parse, "a digit is missing");
}

static bool
number(struct parse *parse, struct buf *out)
{
	const char *text = parse->text;
	size_t from = parse->at;
	size_t whole;

	if (text[parse->at] == '-')
		parse->at++;
	whole = parse->at;
	if (!digits(parse))
		return false;
	if (text[whole] == '0' && parse->at > whole + 1)
		return wrong(parse, "a number begins with 0 (text needs quotes)");
	if (text[parse->at] == '.') {
		parse->at++;
		if (!digits(parse))
			return false;
	}
	if ((text[parse->at] | 0x20) == 'e') {
		parse->at++;
		if (parse->at < parse->len && strchr("+-", text[parse->at]) != NULL &&
		    text[parse->at] != '\0')
			parse->at++;
		if (!digits(parse))
			return false;
	}
	buf_put(out, text + from, parse->at - from);
	return true;
}

/* Everything but strings, objects and arrays. null is an empty value. */
static bool
plain(struct parse *parse, struct buf *out)
{
	static const char *const words[] = { "true", "false", "null" };
	const char *at = parse->text + parse->at;
	size_t left = parse->len - parse->at;

	if (*at == '-' || (*at >= '0' && *at <= '9'))
		return number(parse, out);
	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(words[i]);
		size_t have = left < len ? left : len;

		if (memcmp(at, words[i], have) != 0)
			continue;
		if (have < len)
			return ended(parse);
		if (i < 2)
			buf_put(out, at, len);
		parse->at += len;
		return true;
	}
	return wrong(parse, "this is no JSON value");
}

static bool value(struct parse *parse, bool keep);

/* Passes over the members of an object or elements of an array that is not
 * looked into, and yet must be right. */
static bool
skip_array(struct parse *parse)
{
	parse->at++;
	if (!next_token(parse))
		return false;
	if (parse->text[parse->at] == ']') {
		parse->at++;
		return true;
	}
	for (;;) {
		if (!value(parse, false) || !next_token(parse))
			return false;
		if (parse->text[parse->at] == ']')
			break;
		if (parse->text[parse->at] != ',')
			return wrong(parse, "a comma or ] is missing");
		parse->at++;
		if (!next_token(parse))
			return false;
	}
	parse->at++;
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

/* The array at parse->at, appended to values. */
static bool
array(struct parse *parse)
{
	struct buf *element = &parse->json->element;
	size_t from = parse->at, before = parse->values->len;
	bool first = true, nested = false;

	parse->at++;
	for (;; first = false) {
		char c;

		if (!next_token(parse))
			return false;
		c = parse->text[parse->at];
		if (c == ']' && first)
			break;
		if (!first) {
			if (c == ']')
				break;
			if (c != ',')
				return wrong(parse, "a comma or ] is missing");
			parse->at++;
			if (!next_token(parse))
				return false;
			c = parse->text[parse->at];
			buf_char(parse->values, ';');
		}
		buf_clear(element);
		if (c == '[' || c == '{') {
			nested = true;
			if (!value(parse, false))
				return false;
		} else if (!(c == '"' ? string(parse, element) : plain(parse, element))) {
			return false;
		}
		if (element->failed)
			parse->values->failed = true;
		append_element(parse->values, buf_as_view(element));
	}
	parse->at++;
	if (nested) {
		parse->values->len = before;
		buf_put(parse->values, parse->text + from, parse->at - from);
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
		return wrong(parse, "a name stands twice in the object");
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

	if (parse->text[parse->at] != '"')
		return wrong(parse, "a name in quotes is missing");
	if (!keep)
		buf_clear(&json->element);
	else if (parse->depth > 1)
		buf_char(&json->path, '.');
	if (!string(parse, keep ? &json->path : &json->element) || !next_token(parse))
		return false;
	if (parse->text[parse->at] != ':')
		return wrong(parse, "a colon is missing");
	parse->at++;
	good = next_token(parse) && value(parse, keep);
	if (keep)
		json->path.len = path;
	return good;
}

static bool
object(struct parse *parse, bool keep)
{
	parse->at++;
	if (!next_token(parse))
		return false;
	if (parse->text[parse->at] == '}') {
		parse->at++;
		return true;
	}
	for (;;) {
		if (!member(parse, keep) || !next_token(parse))
			return false;
		if (parse->text[parse->at] == '}')
			break;
		if (parse->text[parse->at] != ',')
			return wrong(parse, "a comma or } is missing");
		parse->at++;
		if (!next_token(parse))
			return false;
	}
	parse->at++;
	return true;
}

/* The value at parse->at. With keep set it becomes the cell of the path, or of
 * the paths below it. */
static bool
value(struct parse *parse, bool keep)
{
	char c = parse->text[parse->at];
	size_t from = parse->values->len;
	bool good;

	if (parse->depth == DEPTH_MAX && (c == '{' || c == '['))
		return wrong(parse, "values are nested too deeply");
	parse->depth++;
	if (c == '{')
		good = object(parse, keep);
	else if (c == '[')
		good = keep ? array(parse) : skip_array(parse);
	else if (c == '"')
		good = string(parse, parse->values);
	else
		good = plain(parse, parse->values);
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

		split->cells[i] = place->row == json->row
		    ? view_make(values->at + place->at, place->len) : VIEW("");
	}
}

enum split_result
json_input_split(struct json_input *json, struct split *split, struct buf *values,
    struct view text, bool last)
{
	struct parse parse = { .json = json, .values = values, .text = text.at,
		.len = text.len, .result = SPLIT_DONE };

	buf_clear(values);
	buf_clear(&json->path);
	json->row++;
	split->count = split->marked_count = split->bad_cell = 0;
	split->quoted = false;
	if (text.at[0] != '{')
		(void)wrong(&parse, "this is no JSON object");
	else
		(void)value(&parse, true);
	if (json->path.failed)
		values->failed = true;
	if (parse.result == SPLIT_MORE && last)
		parse.result = SPLIT_BAD_JSON;
	split->message = parse.message;
	split->length = split->next = parse.at;
	split->lines = 0;
	if (parse.result == SPLIT_MORE)
		return SPLIT_MORE;
	split->lines = json_input_lines(view_until(text, parse.at));
	if (parse.result != SPLIT_DONE) {
		split->bad_at = parse.at;
		split->bad_lines = split->lines;
		if (parse.result == SPLIT_BAD_JSON)
			return SPLIT_BAD_JSON;
	}
	give_cells(json, split, values);
	return parse.result;
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
		for (at = line; at < text.len && (text.at[at] == ' ' || text.at[at] == '\t');)
			at++;
		if (at < text.len && text.at[at] == '{' && at >= split->bad_at)
			return line;
	}
}
