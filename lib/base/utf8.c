/* SPDX-License-Identifier: ISC */
/*
 * UTF-8 by RFC 3629. Most text is ASCII, so that runs of it are passed over a
 * word at a time before any byte is looked at by itself.
 */
#include "base/fold.h"

#include <utf8proc.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

static uint64_t
word_at(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* The number of leading bytes below 0x80. */
static size_t
ascii_length(const char *at, size_t len)
{
	size_t i = 0;

	for (; len - i >= 32; i += 32)
		if (((word_at(at + i) | word_at(at + i + 8) | word_at(at + i + 16) |
			 word_at(at + i + 24)) &
			HIGH_BITS) != 0)
			break;
	for (; len - i >= 8; i += 8)
		if ((word_at(at + i) & HIGH_BITS) != 0)
			break;
	while (i < len && (unsigned char)at[i] < 0x80)
		i++;
	return i;
}

size_t
utf8_ascii_length(struct view text)
{
	return ascii_length(text.at, text.len);
}

bool
utf8_is_ascii(struct view text)
{
	return ascii_length(text.at, text.len) == text.len;
}

static bool
is_continuation(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

size_t
utf8_decode(struct view text, uint32_t *scalar)
{
	const unsigned char *at = (const unsigned char *)text.at;
	uint32_t value;

	if (at[0] < 0x80) {
		*scalar = at[0];
		return 1;
	}
	if (at[0] < 0xc2 || text.len < 2 || !is_continuation(at[1]))
		return 0;
	if (at[0] < 0xe0) {
		*scalar = (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu);
		return 2;
	}
	if (text.len < 3 || !is_continuation(at[2]))
		return 0;
	if (at[0] < 0xf0) {
		value = (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
		if (value < 0x800 || (value >= 0xd800 && value <= 0xdfff))
			return 0;
		*scalar = value;
		return 3;
	}
	if (at[0] > 0xf4 || text.len < 4 || !is_continuation(at[3]))
		return 0;
	value = (at[0] & 0x07u) << 18 | (at[1] & 0x3fu) << 12 | (at[2] & 0x3fu) << 6 |
	    (at[3] & 0x3fu);
	if (value < 0x10000 || value > 0x10ffff)
		return 0;
	*scalar = value;
	return 4;
}

size_t
utf8_valid(struct view text)
{
	size_t at = 0, length;
	uint32_t scalar;

	if (text.len == 0) /* an empty view may have no bytes to point to */
		return 0;
	for (;;) {
		at += ascii_length(text.at + at, text.len - at);
		if (at == text.len)
			return at;
		do {
			length = utf8_decode(view_from(text, at), &scalar);
			if (length == 0)
				return at;
			at += length;
		} while (at < text.len && (unsigned char)text.at[at] >= 0x80);
	}
}

size_t
utf8_write(char to[4], uint32_t scalar)
{
	size_t len = 0;

	if (scalar < 0x80) {
		to[len++] = (char)scalar;
		return len;
	}
	if (scalar < 0x800) {
		to[len++] = (char)(0xc0 | scalar >> 6);
	} else {
		if (scalar < 0x10000) {
			to[len++] = (char)(0xe0 | scalar >> 12);
		} else {
			to[len++] = (char)(0xf0 | scalar >> 18);
			to[len++] = (char)(0x80 | (scalar >> 12 & 0x3f));
		}
		to[len++] = (char)(0x80 | (scalar >> 6 & 0x3f));
	}
	to[len++] = (char)(0x80 | (scalar & 0x3f));
	return len;
}

void
utf8_encode(struct buf *out, uint32_t scalar)
{
	char bytes[4];

	buf_put(out, bytes, utf8_write(bytes, scalar));
}

bool
utf8_is_showable(uint32_t scalar)
{
	static const uint32_t hidden[][2] = {
		{ 0x00, 0x1f },
		{ 0x7f, 0x9f },
		{ 0x61c, 0x61c },
		{ 0x200b, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x2060 },
		{ 0x2066, 0x2069 },
		{ 0xd800, 0xdfff },
		{ 0xfdd0, 0xfdef },
		{ 0xfeff, 0xfeff },
		{ 0x110000, UINT32_MAX },
	};

	utf8proc_category_t category;

	if (scalar >= 0x20 && scalar < 0x7f)
		return true;
	if ((scalar & 0xfffe) == 0xfffe)
		return false;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (scalar >= hidden[i][0] && scalar <= hidden[i][1])
			return false;
	/* Format and private characters show nothing, or nobody knows what. */
	category = utf8proc_category((utf8proc_int32_t)scalar);
	return category != UTF8PROC_CATEGORY_CF && category != UTF8PROC_CATEGORY_CO;
}

/* What comes off edges. Of text only the blanks in the front, which end with
 * NBSP and U+3000; behind them are U+200B and BOM. */
static const struct view blanks[] = {
	{ " ", 1 },
	{ "\t", 1 },
	{ "\xc2\xa0", 2 },
	{ "\xe3\x80\x80", 3 },
	{ "\n", 1 },
	{ "\r", 1 },
	{ "\xe2\x80\x8b", 3 },
	{ "\xef\xbb\xbf", 3 },
};

#define BLANKS_OF_TEXT 4
#define BLANKS_OF_ALL  (sizeof(blanks) / sizeof(blanks[0]))

/* Length of the one of the first `count` blanks with which text begins, or
 * ends; 0 when there is none. */
static size_t
blank_at_edge(struct view text, bool end, size_t count)
{
	unsigned char byte;
	struct view blank;

	if (text.len == 0)
		return 0;
	byte = (unsigned char)(end ? text.at[text.len - 1] : text.at[0]);
	if (byte > ' ' && byte < 0x80)
		return 0;
	for (size_t i = 0; i < count; i++) {
		blank = blanks[i];
		if (blank.len <= text.len &&
		    memcmp(blank.at, end ? text.at + text.len - blank.len : text.at,
			blank.len) == 0)
			return blank.len;
	}
	return 0;
}

static struct view
without_blanks(struct view text, size_t count)
{
	size_t blank;

	while ((blank = blank_at_edge(text, false, count)) > 0)
		text = view_from(text, blank);
	while ((blank = blank_at_edge(text, true, count)) > 0)
		text.len -= blank;
	return text;
}

struct view
text_trim(struct view text)
{
	return without_blanks(text, BLANKS_OF_TEXT);
}

struct view
text_trim_wide(struct view text)
{
	return without_blanks(text, BLANKS_OF_ALL);
}
