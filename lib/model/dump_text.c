/* SPDX-License-Identifier: ISC */
/*
 * What writing and reading a dump share: which fields it has, and how a value
 * stands on a line.
 */
#include "model/dump.h"
#include "model/value.h"
#include "table/tsv.h"

size_t
dump_fields(const struct kind *kind, const struct field **fields)
{
	size_t count = 0;

	for (size_t i = 0; i < kind->count; i++)
		if (kind->fields[i].slot < RECORD_FIXED)
			fields[count++] = &kind->fields[i];
	for (size_t i = 0; i < kind->hidden_count; i++)
		fields[count++] = &kind->hidden[i];
	return count;
}

/* What stands behind the backslash; 0: nothing is escaped. */
static const char escapes[256] = {
	['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r', ['\\'] = '\\', [REFERENCE_MARK] = '#'
};

void
dump_escape(struct buf *out, struct view value)
{
	size_t plain = 0;

	for (size_t at = 0; at < value.len; at++) {
		char escape = escapes[(unsigned char)value.at[at]];

		if (escape == 0)
			continue;
		buf_put(out, value.at + plain, at - plain);
		buf_char(out, '\\');
		buf_char(out, escape);
		plain = at + 1;
	}
	if (plain < value.len)
		buf_put(out, value.at + plain, value.len - plain);
}

static char
unescaped(char letter)
{
	return letter == '#' ? REFERENCE_MARK : tsv_unescaped(letter);
}

bool
dump_unescape(struct buf *out, struct view text)
{
	const char *found;
	size_t plain;
	char byte;

	while (text.len > 0 && (found = memchr(text.at, '\\', text.len)) != NULL) {
		plain = (size_t)(found - text.at);
		byte = plain + 1 < text.len ? unescaped(found[1]) : 0;
		if (byte == 0)
			return false;
		buf_put(out, text.at, plain);
		buf_char(out, byte);
		text = view_from(text, plain + 2);
	}
	if (text.len > 0)
		buf_view(out, text);
	return true;
}
