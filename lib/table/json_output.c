/* SPDX-License-Identifier: ISC */
/*
 * JSON by RFC 8259, one value at a time. What a cell holds decides, not only
 * its shape: digits that JSON has no number for are written as a string, so
 * that the line can always be read back.
 */
#include "base/fold.h"
#include "table/formats.h"

static void
escape_scalar(struct buf *out, uint32_t scalar)
{
	static const char plain[] = "\"\\\n\r\t", names[] = "\"\\nrt";
	const char *at = scalar > 0 && scalar < 0x80 ? strchr(plain, (int)scalar) : NULL;

	if (at != NULL)
		buf_printf(out, "\\%c", names[at - plain]);
	else if (scalar < 0x10000)
		buf_printf(out, "\\u%04x", scalar);
	else
		buf_printf(out, "\\u%04x\\u%04x", 0xd800 + ((scalar - 0x10000) >> 10),
		    0xdc00 + ((scalar - 0x10000) & 0x3ff));
}

void
json_string(struct buf *out, struct view text, bool terminal)
{
	size_t from = 0;

	buf_char(out, '"');
	for (size_t i = 0; i < text.len;) {
		unsigned char c = (unsigned char)text.at[i];
		uint32_t scalar = c;
		size_t n = 1;

		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
			i++;
			continue;
		}
		if (c >= 0x80)
			n = utf8_decode(view_from(text, i), &scalar);
		if (n > 0 && c >= 0x7f && (!terminal || utf8_is_showable(scalar))) {
			i += n;
			continue;
		}
		buf_put(out, text.at + from, i - from);
		/* JSON cannot carry bytes that are not UTF-8. */
		escape_scalar(out, n == 0 ? 0xfffd : scalar);
		i += n == 0 ? 1 : n;
		from = i;
	}
	if (from < text.len)
		buf_put(out, text.at + from, text.len - from);
	buf_char(out, '"');
}

static bool
is_number(struct view cell)
{
	size_t i = cell.len > 0 && cell.at[0] == '-';

	if (i == cell.len || (cell.at[i] == '0' && cell.len > i + 1))
		return false;
	for (; i < cell.len; i++)
		if (cell.at[i] < '0' || cell.at[i] > '9')
			return false;
	return true;
}

/* The elements of a cell that lists them with `;` between. */
static void
list(struct buf *out, struct view cell, bool terminal)
{
	struct buf element = BUF_EMPTY;
	bool first = true, empty = cell.len == 0;

	buf_char(out, '[');
	while (!empty && cell_element(&cell, &element)) {
		if (!first)
			buf_char(out, ',');
		json_string(out, buf_as_view(&element), terminal);
		first = false;
	}
	buf_char(out, ']');
	out->failed |= element.failed;
	buf_release(&element);
}

void
json_value(struct buf *out, struct view cell, enum writer_shape shape, bool terminal)
{
	if (shape == SHAPE_LIST)
		list(out, cell, terminal);
	else if (cell.len == 0)
		buf_text(out, "null");
	else if ((shape == SHAPE_NUMBER && is_number(cell)) ||
	    (shape == SHAPE_FLAG && (view_is(cell, "true") || view_is(cell, "false"))))
		buf_view(out, cell);
	else
		json_string(out, cell, terminal);
}
