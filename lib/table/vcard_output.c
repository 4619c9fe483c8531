/* SPDX-License-Identifier: ISC */
/*
 * vCard 4.0 (RFC 6350). A property is put together as one line, whose text is
 * made such that no byte in it can end the line, and is folded when it goes out.
 */
#include "base/fold.h"
#include "table/formats.h"

/* Octets of a line without its CRLF (RFC 6350 section 3.2). */
enum { LINE_MOST = 75 };

/* What no property may hold, and bytes that are not UTF-8. */
#define REPLACEMENT "\xef\xbf\xbd"

static void
put_line(struct buf *out, struct view line)
{
	size_t room = LINE_MOST, n;

	while (line.len > room) {
		for (n = room; n > 1 && ((unsigned char)line.at[n] & 0xc0) == 0x80; n--)
			;
		buf_put(out, line.at, n);
		buf_text(out, "\r\n ");
		line = view_from(line, n);
		/* The blank counts. */
		room = LINE_MOST - 1;
	}
	buf_view(out, line);
	buf_text(out, "\r\n");
}

/* Appends the character at the front of rest as it may stand in a line, and
 * returns its length. */
static size_t
put_character(struct buf *out, struct view rest, bool terminal)
{
	uint32_t scalar;
	size_t n = utf8_decode(rest, &scalar);

	if (n > 0 && terminal && !utf8_is_showable(scalar))
		show_text(out, view_until(rest, n));
	else if (n == 0 || (scalar < ' ' && scalar != '\t') || scalar == 0x7f)
		buf_text(out, REPLACEMENT);
	else
		buf_put(out, rest.at, n);
	return n > 0 ? n : 1;
}

/* Whether a byte stands for itself in a text. */
static bool
is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '\\' && c != ',' && c != ';';
}

/* Section 3.4: line ends, whichever they are, become \n. */
static void
put_text(struct buf *out, struct view text, bool terminal)
{
	size_t at = 0, from;

	while (at < text.len) {
		for (from = at; at < text.len && is_plain(text.at[at]); at++)
			;
		buf_put(out, text.at + from, at - from);
		if (at == text.len)
			break;
		switch (text.at[at]) {
		case '\r':
			at += at + 1 < text.len && text.at[at + 1] == '\n';
			/* fall through */
		case '\n':
			buf_text(out, "\\n");
			at++;
			break;
		case '\\':
		case ',':
		case ';':
			buf_char(out, '\\');
			buf_char(out, text.at[at++]);
			break;
		default:
			at += put_character(out, view_from(text, at), terminal);
		}
	}
}

/* A URI has no escapes of vCard; what cannot stand in one is written as RFC 3986
 * has it. */
static void
put_uri(struct buf *out, struct view text, bool terminal)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t at = 0;
	unsigned char c;

	while (at < text.len) {
		c = (unsigned char)text.at[at];
		if (c > ' ' && c < 0x7f && strchr("\\\"<>^`{|}", c) == NULL) {
			buf_char(out, text.at[at++]);
		} else if (c >= 0x80) {
			at += put_character(out, view_from(text, at), terminal);
		} else {
			buf_char(out, '%');
			buf_char(out, digits[c >> 4]);
			buf_char(out, digits[c & 15]);
			at++;
		}
	}
}

/* The components of a property, as many as the cell has elements; nothing when
 * all are empty. */
static bool
put_parts(
    struct buf *line, struct view cell, char between, struct buf *element, bool terminal)
{
	size_t before = line->len;
	bool any = false, first = true;

	while (cell_element(&cell, element)) {
		if (!first)
			buf_char(line, between);
		put_text(line, buf_as_view(element), terminal);
		any |= element->len > 0;
		first = false;
	}
	if (!any)
		line->len = before;
	return any;
}

static void
put_lines(struct buf *out, struct view name, struct view cell,
    const struct vcard_scratch *scratch, bool terminal)
{
	while (cell_element(&cell, scratch->element)) {
		buf_clear(scratch->line);
		buf_view(scratch->line, name);
		buf_char(scratch->line, ':');
		put_text(scratch->line, buf_as_view(scratch->element), terminal);
		if (scratch->element->len > 0)
			put_line(out, buf_as_view(scratch->line));
	}
}

static void
put_property(struct buf *out, const struct writer_column *column, struct view cell,
    const struct vcard_scratch *scratch, bool terminal)
{
	struct buf *line = scratch->line;
	bool any = true;

	if (column->shape == SHAPE_LIST) {
		put_lines(out, column->name, cell, scratch, terminal);
		return;
	}
	buf_clear(line);
	buf_view(line, column->name);
	buf_char(line, ':');
	if (column->shape == SHAPE_PARTS)
		any = put_parts(line, cell, ';', scratch->element, terminal);
	else if (column->shape == SHAPE_WORDS)
		any = put_parts(line, cell, ',', scratch->element, terminal);
	else if (column->shape == SHAPE_URI)
		put_uri(line, cell, terminal);
	else
		put_text(line, cell, terminal);
	if (any)
		put_line(out, buf_as_view(line));
}

void
vcard_card(struct buf *out, const struct writer_column *columns, const struct view *cells,
    size_t count, const struct vcard_scratch *scratch, bool terminal)
{
	buf_text(out, "BEGIN:VCARD\r\nVERSION:4.0\r\n");
	for (size_t i = 0; i < count; i++)
		if (cells[i].len > 0)
			put_property(out, &columns[i], cells[i], scratch, terminal);
	buf_text(out, "END:VCARD\r\n");
}
