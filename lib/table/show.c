/* SPDX-License-Identifier: ISC */
/*
 * What is shown on a terminal is data of strangers, and a terminal obeys
 * control characters. Those are made visible; everything else is left alone.
 */
#include <stdio.h>

#include "base/fold.h"
#include "table/writer.h"

static void
show_scalar(struct buf *out, uint32_t scalar)
{
	switch (scalar) {
	case '\t':
		buf_text(out, "\\t");
		break;
	case '\n':
		buf_text(out, "\\n");
		break;
	case '\r':
		buf_text(out, "\\r");
		break;
	default:
		buf_printf(out, scalar < 0x80 ? "\\x%02x" : "\\u{%04x}", scalar);
		break;
	}
}

void
show_text(struct buf *out, struct view text)
{
	size_t plain = 0;

	for (size_t i = 0; i < text.len;) {
		uint32_t scalar;
		size_t n = 1;

		if (text.at[i] >= ' ' && text.at[i] < 0x7f) {
			i++;
			continue;
		}
		n = utf8_decode(view_from(text, i), &scalar);
		if (n > 0 && utf8_is_showable(scalar)) {
			i += n;
			continue;
		}
		buf_put(out, text.at + plain, i - plain);
		if (n == 0)
			buf_printf(out, "\\x%02x", (unsigned char)text.at[i]);
		else
			show_scalar(out, scalar);
		i += n == 0 ? 1 : n;
		plain = i;
	}
	if (plain < text.len)
		buf_put(out, text.at + plain, text.len - plain);
}
