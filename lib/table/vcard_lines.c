/* SPDX-License-Identifier: ISC */
/*
 * A line goes on in the next one when that begins with a blank. In 2.1 a
 * quoted-printable value goes on behind a `=` at the end of its line, and the next
 * line may begin with anything.
 */
#include "table/vcard_lines.h"

#include <strings.h>

#include "base/fold.h"

/* What is kept of a line: a value, and its name and parameters. */
#define LINE_MOST ((size_t)READER_VALUE_MAX + 4096)

void
vcard_lines_release(struct vcard_lines *lines)
{
	buf_release(&lines->ahead);
	buf_release(&lines->text);
	buf_release(&lines->value);
	buf_release(&lines->decoded);
}

/* Reads one line of the file into ahead, or as much of it as is kept: 1, 0, -1. */
static int
read_line(struct vcard_lines *lines, struct fault *fault)
{
	struct window *window = lines->window;
	struct view text;
	const char *lf = NULL;
	size_t n;
	bool any = false;

	buf_clear(&lines->ahead);
	lines->read++;
	while (lf == NULL) {
		text = window_view(window);
		if (text.len == 0) {
			int grown = window_fill(window, fault);

			if (grown < 0)
				return -1;
			if (grown == 0)
				break;
			continue;
		}
		any = true;
		lf = memchr(text.at, '\n', text.len);
		n = lf == NULL ? text.len : (size_t)(lf - text.at);
		if (lines->ahead.len + n > LINE_MOST) {
			lines->cut = true;
			n = LINE_MOST - lines->ahead.len;
		}
		buf_put(&lines->ahead, text.at, n);
		window->begin += lf == NULL ? text.len : (size_t)(lf - text.at) + 1;
	}
	if (lines->ahead.len > 0 && lines->ahead.at[lines->ahead.len - 1] == '\r')
		lines->ahead.len--;
	lines->has_ahead = any;
	lines->eof = !any;
	return any;
}

static bool
is_quoted_printable(struct view line)
{
	const char *colon = line.len == 0 ? NULL : memchr(line.at, ':', line.len);
	struct vcard_property head = { .parameters = { NULL, 0 } };
	const char *semicolon;

	if (colon == NULL)
		return false;
	semicolon = memchr(line.at, ';', (size_t)(colon - line.at));
	if (semicolon == NULL)
		return false;
	head.parameters = view_make(semicolon + 1, (size_t)(colon - semicolon) - 1);
	return vcard_property_is(&head, "QUOTED-PRINTABLE");
}

/* Appends what is left of the line that was read to text, and all of it to raw. */
static void
append(struct vcard_lines *lines, struct view more, struct buf *raw)
{
	if (raw->len + lines->ahead.len < READER_VALUE_MAX) {
		buf_view(raw, buf_as_view(&lines->ahead));
		buf_char(raw, '\n');
	}
	if (lines->text.len + more.len > LINE_MOST) {
		lines->cut = true;
		more = view_until(more, LINE_MOST - lines->text.len);
	}
	buf_view(&lines->text, more);
}

/* Puts the lines that are one together in text. */
static int
unfold(struct vcard_lines *lines, struct buf *raw, struct fault *fault)
{
	struct view ahead;
	bool soft;
	int got;

	lines->line = lines->read;
	buf_clear(&lines->text);
	append(lines, buf_as_view(&lines->ahead), raw);
	for (;;) {
		soft = lines->text.len > 0 &&
		    lines->text.at[lines->text.len - 1] == '=' &&
		    is_quoted_printable(buf_as_view(&lines->text));
		got = read_line(lines, fault);
		if (got <= 0)
			return got;
		ahead = buf_as_view(&lines->ahead);
		if (soft)
			lines->text.len--;
		else if (ahead.len > 0 && (ahead.at[0] == ' ' || ahead.at[0] == '\t'))
			ahead = view_from(ahead, 1);
		else
			return 0;
		append(lines, ahead, raw);
	}
}

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
	    : c >= 'A' && c <= 'F'  ? c - 'A' + 10
	    : c >= 'a' && c <= 'f'  ? c - 'a' + 10
				    : -1;
}

static void
decode_quoted_printable(struct buf *out, struct view text)
{
	for (size_t at = 0; at < text.len; at++) {
		if (text.at[at] == '=' && at + 2 < text.len &&
		    hex(text.at[at + 1]) >= 0 && hex(text.at[at + 2]) >= 0) {
			buf_char(out,
			    (char)(hex(text.at[at + 1]) << 4 | hex(text.at[at + 2])));
			at += 2;
		} else {
			buf_char(out, text.at[at]);
		}
	}
}

/* Into UTF-8, when the property names another encoding, and one that is known. */
static struct view
decode_charset(struct vcard_lines *lines, struct view name, struct view text)
{
	struct decoder decoder = DECODER_EMPTY;
	char given[40] = "";
	struct fault ignored;

	if (name.len == 0 || name.len >= sizeof(given) || utf8_valid(text) == text.len)
		return text;
	memcpy(given, name.at, name.len);
	buf_clear(&lines->decoded);
	if (decoder_open(&decoder, given, &ignored) == 0 &&
	    buf_reserve(&lines->decoded, 4 * text.len + DECODER_STEP)) {
		lines->decoded.len = decoder_run(
		    &decoder, &text, true, lines->decoded.at, lines->decoded.cap);
		text = buf_as_view(&lines->decoded);
	}
	decoder_close(&decoder);
	return text;
}

/* Where the value begins, behind the first colon that is not within quotes. */
static size_t
find_colon(struct view line)
{
	bool quoted = false;
	size_t at;

	for (at = 0; at < line.len; at++)
		if (line.at[at] == '"')
			quoted = !quoted;
		else if (line.at[at] == ':' && !quoted)
			break;
	return at;
}

static void
split(struct vcard_lines *lines, struct vcard_property *property)
{
	struct view line = buf_as_view(&lines->text), head;
	size_t colon = find_colon(line);
	const char *at;

	head = view_until(line, colon);
	*property = (struct vcard_property){ .name = head, .too_long = lines->cut };
	at = head.len == 0 ? NULL : memchr(head.at, ';', head.len);
	if (at != NULL) {
		property->name = view_until(head, (size_t)(at - head.at));
		property->parameters = view_from(head, property->name.len + 1);
	}
	at = property->name.len == 0 ? NULL
				     : memchr(property->name.at, '.', property->name.len);
	if (at != NULL)
		property->name =
		    view_from(property->name, (size_t)(at - property->name.at) + 1);
	property->value = view_from(line, colon + 1);
	if (vcard_property_is(property, "QUOTED-PRINTABLE")) {
		buf_clear(&lines->value);
		decode_quoted_printable(&lines->value, property->value);
		property->value = buf_as_view(&lines->value);
	}
	property->value = decode_charset(
	    lines, vcard_property_get(property, "CHARSET"), property->value);
}

int
vcard_lines_next(struct vcard_lines *lines, struct vcard_property *property,
    struct buf *raw, struct fault *fault)
{
	do {
		lines->cut = false;
		if (!lines->has_ahead && (lines->eof || read_line(lines, fault) <= 0))
			return lines->eof ? 0 : -1;
		if (unfold(lines, raw, fault) < 0)
			return -1;
		split(lines, property);
	} while (property->name.len == 0);
	if (buf_check(&lines->text, fault) < 0 || buf_check(&lines->ahead, fault) < 0 ||
	    buf_check(&lines->value, fault) < 0)
		return -1;
	return buf_check(&lines->decoded, fault) < 0 ? -1 : 1;
}

static bool
is_word(struct view a, const char *b)
{
	return a.len == strlen(b) && (a.len == 0 || strncasecmp(a.at, b, a.len) == 0);
}

/* The next parameter, taken off. */
static bool
next_parameter(struct view *rest, struct view *name, struct view *value)
{
	struct view one;
	bool quoted = false;
	size_t at;
	const char *equals;

	if (rest->len == 0)
		return false;
	for (at = 0; at < rest->len && (quoted || rest->at[at] != ';'); at++)
		if (rest->at[at] == '"')
			quoted = !quoted;
	one = view_until(*rest, at);
	*rest = view_from(*rest, at + 1);
	equals = one.len == 0 ? NULL : memchr(one.at, '=', one.len);
	*name = equals == NULL ? VIEW("") : view_until(one, (size_t)(equals - one.at));
	*value = equals == NULL ? one : view_from(one, name->len + 1);
	if (value->len >= 2 && value->at[0] == '"' && value->at[value->len - 1] == '"')
		*value = view_make(value->at + 1, value->len - 2);
	return true;
}

bool
vcard_property_is(const struct vcard_property *property, const char *word)
{
	struct view rest = property->parameters, name, value, one;
	const char *comma;

	while (next_parameter(&rest, &name, &value)) {
		if (name.len > 0 && !is_word(name, "TYPE") && !is_word(name, "ENCODING"))
			continue;
		do {
			comma = value.len == 0 ? NULL : memchr(value.at, ',', value.len);
			one = comma == NULL
			    ? value
			    : view_until(value, (size_t)(comma - value.at));
			value = view_from(value, one.len + 1);
			if (is_word(one, word))
				return true;
		} while (comma != NULL);
	}
	return false;
}

struct view
vcard_property_get(const struct vcard_property *property, const char *word)
{
	struct view rest = property->parameters, name, value;

	while (next_parameter(&rest, &name, &value))
		if (is_word(name, word))
			return value;
	return VIEW("");
}

bool
vcard_property_named(const struct vcard_property *property, const char *name)
{
	return is_word(property->name, name);
}
