/* SPDX-License-Identifier: ISC */
/*
 * The name that a custom attribute goes by, whether a header or a person says
 * it.
 */
#include "base/fold.h"
#include "model/value.h"

#define ATTRIBUTE_MAX 64

void
attribute_name(struct buf *out, struct view text)
{
	struct buf folded = BUF_EMPTY;
	size_t start = out->len, end, i;
	bool gap = false;
	char c;

	fold_identity(&folded, text_trim_wide(text));
	if (folded.failed)
		out->failed = true;
	for (i = 0; i < folded.len; i++) {
		c = folded.at[i];
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    (unsigned char)c >= 0x80) {
			buf_char(out, c);
			gap = false;
		} else if (!gap) {
			buf_char(out, '_');
			gap = true;
		}
	}
	buf_release(&folded);
	if (out->failed || out->len - start <= ATTRIBUTE_MAX)
		return;
	/* Not inside a character: those go on with bytes 10xxxxxx. */
	end = start + ATTRIBUTE_MAX;
	while (end > start && ((unsigned char)out->at[end] & 0xc0) == 0x80)
		end--;
	out->len = end;
}
