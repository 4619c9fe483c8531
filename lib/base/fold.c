/* SPDX-License-Identifier: ISC */
/*
 * Text that is all ASCII, most of it, is folded eight bytes at a time, as long
 * as no two blanks meet. Search folding works scalar by scalar: compatibility
 * decomposition and full case folding of utf8proc with the marks left out, so
 * that nothing has to be put into order or composed again afterwards. Identity
 * folding composes, and so needs the whole text at once.
 */
#include "base/folding.h"

#include <stdlib.h>
#include <utf8proc.h>

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* clang-format off */
const unsigned char folding_ascii[128] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, ' ', ' ', ' ', ' ', ' ', 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
	' ', '!', '"', '#', '$', '%', '&', '\'', '(', ')', '*', '+', ',', '-',
	'.', '/', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';',
	'<', '=', '>', '?', '@', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i',
	'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
	'x', 'y', 'z', '[', '\\', ']', '^', '_', '`', 'a', 'b', 'c', 'd', 'e',
	'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's',
	't', 'u', 'v', 'w', 'x', 'y', 'z', '{', '|', '}', '~', 127,
};
/* clang-format on */

/* Folds eight ASCII bytes at once; false when a control or two blanks that
 * meet ask for the slow way. *blank: whether the byte before was a blank. */
static bool
fold_word(uint64_t *word, bool *blank)
{
	const uint64_t high = EACH(0x80);
	uint64_t w = *word, from_a, after_z, blanks;

	if (((w - EACH(0x20)) & ~w & high) != 0)
		return false;
	blanks = ~((w ^ EACH(' ')) + EACH(0x7f)) & high;
	if ((blanks & (blanks << 8)) != 0)
		return false;
	if (*blank && (unsigned char)*(const char *)word == ' ')
		return false;
	from_a = w + EACH(0x80 - 'A');
	after_z = w + EACH(0x80 - 'Z' - 1);
	*word = w | ((from_a & ~after_z & high) >> 2);
	*blank = ((const char *)word)[7] == ' ';
	return true;
}

/* Appends the folding of text, ASCII, both foldings being the same there.
 * *blank: a blank here would be one too many. */
static void
fold_ascii(struct buf *out, struct view text, bool *blank)
{
	const char *at = text.at, *end = text.at + text.len;
	char *to;
	uint64_t word;

	if (text.len == 0 || !buf_reserve(out, text.len))
		return;
	to = out->at + out->len;
	while (at < end) {
		if (end - at >= 8) {
			memcpy(&word, at, 8);
			if (fold_word(&word, blank)) {
				memcpy(to, &word, 8);
				to += 8;
				at += 8;
				continue;
			}
		}
		/* As many bytes one by one as a word would have been. */
		for (int i = 0; i < 8 && at < end; i++, at++) {
			unsigned char c = folding_ascii[(unsigned char)*at];

			if (c == ' ' && *blank)
				continue;
			*to++ = (char)c;
			*blank = c == ' ';
		}
	}
	out->len = (size_t)(to - out->at);
}

/* Takes off the blank at the end of what stands from start on. */
static void
trim_end(struct buf *out, size_t start)
{
	if (!out->failed && out->len > start && out->at[out->len - 1] == ' ')
		out->len--;
}

/* The leading bytes from 0x80 on. */
static size_t
wide_length(struct view text)
{
	size_t i = 0;

	while (i < text.len && (unsigned char)text.at[i] >= 0x80)
		i++;
	return i;
}

static bool
is_blank_scalar(uint32_t scalar)
{
	if (scalar < 0x80)
		return folding_ascii[scalar] == ' ';
	switch (utf8proc_category((utf8proc_int32_t)scalar)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return scalar == 0x85;
	}
}

static bool
is_mark(utf8proc_int32_t scalar)
{
	utf8proc_category_t category = utf8proc_category(scalar);

	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

void
folding_begin(struct folding *folding, struct view text)
{
	folding->rest = text;
	folding->next = folding->count = 0;
	folding->begun = folding->blank = false;
}

/* What scalar becomes, into ready; perhaps nothing. */
static void
folding_expand(struct folding *folding, uint32_t scalar)
{
	utf8proc_int32_t parts[FOLDING_WIDEST];
	utf8proc_ssize_t count;
	int boundary = 0;

	folding->next = folding->count = 0;
	/* Turkish dotless i meets I, which folds to i everywhere else. */
	if (scalar == 0x131)
		scalar = 'i';
	count = utf8proc_decompose_char((utf8proc_int32_t)scalar, parts, FOLDING_WIDEST,
	    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
	    &boundary);
	if (count < 0 || count > FOLDING_WIDEST) {
		folding->ready[folding->count++] = scalar;
		return;
	}
	for (utf8proc_ssize_t i = 0; i < count; i++)
		if (!is_mark(parts[i]))
			folding->ready[folding->count++] = (uint32_t)parts[i];
}

/* The next scalar before blanks are counted; false at the end. */
static bool
folding_raw(struct folding *folding, uint32_t *scalar)
{
	size_t length;

	while (folding->next == folding->count) {
		if (folding->rest.len == 0)
			return false;
		length = utf8_decode(folding->rest, scalar);
		if (length == 0)
			*scalar = FOLDING_BYTE | (unsigned char)folding->rest.at[0];
		folding->rest = view_from(folding->rest, length == 0 ? 1 : length);
		if (*scalar < 0x80)
			*scalar = folding_ascii[*scalar];
		if (*scalar < 0x80 || (*scalar & FOLDING_BYTE) != 0)
			return true;
		folding_expand(folding, *scalar);
	}
	*scalar = folding->ready[folding->next++];
	return true;
}

bool
folding_next(struct folding *folding, uint32_t *scalar)
{
	if (folding->next == folding->count && folding->rest.len > 0 && !folding->blank &&
	    (unsigned char)folding->rest.at[0] > ' ' &&
	    (unsigned char)folding->rest.at[0] < 0x80) {
		*scalar = folding_ascii[(unsigned char)folding->rest.at[0]];
		folding->rest = view_from(folding->rest, 1);
		folding->begun = true;
		return true;
	}
	/* A blank is given only once something stands behind it, so that the
	 * thing behind waits in ready. */
	while (folding_raw(folding, scalar)) {
		if ((*scalar & FOLDING_BYTE) == 0 && is_blank_scalar(*scalar)) {
			folding->blank = folding->begun;
			continue;
		}
		folding->begun = true;
		if (!folding->blank)
			return true;
		folding->blank = false;
		if (folding->next == folding->count) {
			folding->next = 0;
			folding->count = 1;
			folding->ready[0] = *scalar;
		} else {
			folding->next--;
		}
		*scalar = ' ';
		return true;
	}
	return false;
}

static void
put_scalar(struct buf *out, uint32_t scalar)
{
	if ((scalar & FOLDING_BYTE) != 0)
		buf_char(out, (char)(scalar & 0xff));
	else if (scalar < 0x80)
		buf_char(out, (char)scalar);
	else
		utf8_encode(out, scalar);
}

void
fold_search(struct buf *out, struct view text)
{
	size_t start = out->len, length;
	struct folding folding;
	uint32_t scalar;
	bool blank = true, here; /* so that blanks at the front go */

	while (text.len > 0) {
		length = utf8_ascii_length(text);
		fold_ascii(out, view_until(text, length), &blank);
		text = view_from(text, length);
		length = wide_length(text);
		folding_begin(&folding, view_until(text, length));
		while (folding_raw(&folding, &scalar)) {
			here = (scalar & FOLDING_BYTE) == 0 && is_blank_scalar(scalar);
			if (!here || !blank)
				put_scalar(out, here ? ' ' : scalar);
			blank = here;
		}
		text = view_from(text, length);
	}
	trim_end(out, start);
}

bool
fold_search_equal(struct view a, struct view b)
{
	struct folding left, right;
	uint32_t l = 0, r = 0;
	bool more;

	if (view_equal(a, b))
		return true;
	folding_begin(&left, a);
	folding_begin(&right, b);
	do {
		more = folding_next(&left, &l);
		if (more != folding_next(&right, &r))
			return false;
	} while (more && l == r);
	return !more;
}

/* Simple case folding: the full one where that is one scalar, else the lower
 * case, so that no text grows (ß stays). */
static utf8proc_int32_t
fold_case(utf8proc_int32_t scalar, void *context)
{
	utf8proc_int32_t parts[FOLDING_WIDEST];
	int boundary = 0;

	(void)context;
	if (scalar < 0x80)
		return folding_ascii[scalar];
	if (is_blank_scalar((uint32_t)scalar))
		return ' ';
	if (utf8proc_decompose_char(
		scalar, parts, FOLDING_WIDEST, UTF8PROC_CASEFOLD, &boundary) == 1)
		return parts[0];
	return utf8proc_tolower(scalar);
}

/* Appends scalars, runs of blanks as one. *blank as in fold_ascii. */
static void
put_scalars(
    struct buf *out, const utf8proc_int32_t *scalars, utf8proc_ssize_t count, bool *blank)
{
	for (utf8proc_ssize_t i = 0; i < count; i++) {
		if (scalars[i] == ' ' && *blank)
			continue;
		*blank = scalars[i] == ' ';
		put_scalar(out, (uint32_t)scalars[i]);
	}
}

/* Appends the identity folding of valid text, but for the edges. */
static void
fold_valid(struct buf *out, struct view text, bool *blank)
{
	utf8proc_int32_t few[256], *scalars = few;
	utf8proc_ssize_t count, room = 256;
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;

	for (;;) {
		count = utf8proc_decompose_custom((const utf8proc_uint8_t *)text.at,
		    (utf8proc_ssize_t)text.len, scalars, room, options, fold_case, NULL);
		if (count <= room)
			break;
		if (scalars != few)
			free(scalars);
		room = count;
		scalars = malloc((size_t)room * sizeof(*scalars));
		if (scalars == NULL) {
			out->failed = true;
			return;
		}
	}
	if (count > 0)
		count = utf8proc_normalize_utf32(scalars, count, options);
	if (count >= 0)
		put_scalars(out, scalars, count, blank);
	else
		out->failed = true;
	if (scalars != few)
		free(scalars);
}

/* A run of wide characters with the letter before it, which its marks may
 * change; invalid bytes as they stand. */
static void
fold_run(struct buf *out, struct view text, bool *blank)
{
	size_t valid;

	while (text.len > 0) {
		valid = utf8_valid(text);
		if (valid > 0)
			fold_valid(out, view_until(text, valid), blank);
		if (valid == text.len)
			break;
		buf_char(out, text.at[valid]);
		*blank = false;
		text = view_from(text, valid + 1);
	}
}

void
fold_identity(struct buf *out, struct view text)
{
	size_t start = out->len, narrow, wide;
	bool blank = true;

	while (text.len > 0) {
		narrow = utf8_ascii_length(text);
		if (narrow < text.len && narrow > 0)
			narrow--;
		fold_ascii(out, view_until(text, narrow), &blank);
		text = view_from(text, narrow);
		if (text.len == 0)
			break;
		wide = 1 + wide_length(view_from(text, 1));
		fold_run(out, view_until(text, wide), &blank);
		text = view_from(text, wide);
	}
	trim_end(out, start);
}
