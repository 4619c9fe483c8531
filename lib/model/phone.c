/* SPDX-License-Identifier: ISC */
/*
 * Phone numbers are kept as typed; here is what of one is compared.
 */
#include "model/value.h"

static bool
is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether the word of letters begins an extension: "x22", "ext. 22". */
static bool
is_extension(struct view word)
{
	static const char *const words[] = { "x", "ex", "ext", "extn", "extension" };
	size_t i, at;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i]) != word.len)
			continue;
		for (at = 0; at < word.len; at++)
			if ((word.at[at] | 0x20) != words[i][at])
				break;
		if (at == word.len)
			return true;
	}
	return false;
}

void
phone_digits(struct buf *out, struct view phone)
{
	const struct view wide_zero = VIEW("\xef\xbc\x90");
	size_t start = out->len, at = 0, end;

	while (at < phone.len) {
		char c = phone.at[at];

		if (is_digit(c)) {
			buf_char(out, c);
		} else if (c == '#' && out->len > start) {
			return;
		} else if (is_letter(c)) {
			for (end = at; end < phone.len && is_letter(phone.at[end]);)
				end++;
			if (out->len > start &&
			    is_extension(view_make(phone.at + at, end - at)))
				return;
			at = end;
			continue;
		} else if (phone.len - at >= 3 &&
		    memcmp(phone.at + at, wide_zero.at, 2) == 0 &&
		    (unsigned char)(phone.at[at + 2] - wide_zero.at[2]) <= 9) {
			/* Fullwidth digits, U+FF10 to U+FF19. */
			buf_char(out, (char)('0' + phone.at[at + 2] - wide_zero.at[2]));
			at += 2;
		}
		at++;
	}
}
