/* SPDX-License-Identifier: ISC */
/*
 * What mutt reads from its query_command: address, name and what else there is to
 * say, with TABs between. It takes several TABs for one and breaks at line ends,
 * so that no cell may hold either, and a name must not be empty.
 */
#include "base/fold.h"
#include "table/formats.h"

/* Appends text on one line: each run of blanks, TABs, line ends and other
 * control characters is a blank. With terminal set, what utf8_is_showable refuses
 * is made visible. */
static void
put_cell(struct buf *out, struct view text, bool terminal)
{
	size_t start = out->len, n;
	bool blank = false;
	uint32_t scalar;

	for (size_t at = 0; at<text.len; at += n> 0 ? n : 1) {
		n = utf8_decode(view_from(text, at), &scalar);
		if (n > 0 && (scalar <= ' ' || (scalar >= 0x7f && scalar <= 0xa0))) {
			blank = true;
			continue;
		}
		if (blank && out->len > start)
			buf_char(out, ' ');
		blank = false;
		if (n == 0)
			buf_text(out, "\xef\xbf\xbd");
		else if (terminal && !utf8_is_showable(scalar))
			show_text(out, view_make(text.at + at, n));
		else
			buf_put(out, text.at + at, n);
	}
}

void
mutt_row(struct buf *out, const struct view *cells, size_t count, struct buf *element,
    bool terminal)
{
	struct view addresses = count > 0 ? cells[0] : VIEW("");
	size_t name;

	if (addresses.len == 0)
		return;
	while (cell_element(&addresses, element)) {
		put_cell(out, buf_as_view(element), terminal);
		for (size_t i = 1; i < count; i++) {
			buf_char(out, '\t');
			name = out->len;
			put_cell(out, cells[i], terminal);
			if (i == 1 && out->len == name)
				put_cell(out, buf_as_view(element), terminal);
		}
		buf_char(out, '\n');
	}
}
