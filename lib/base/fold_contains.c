/* SPDX-License-Identifier: ISC */
/*
 * The scan behind FIELD~TEXT. A needle of ASCII is looked for in the raw bytes
 * first, sixteen places at a time by its first two letters: what matches there
 * also matches folded, since ASCII folds to itself. Only a text with other
 * bytes is folded, through a window on the stack.
 */
#include "base/folding.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define WINDOW 4096

static unsigned char
upper(unsigned char c)
{
	return c >= 'a' && c <= 'z' ? (unsigned char)(c - 'a' + 'A') : c;
}

static unsigned char
folded(char c)
{
	return (unsigned char)c < 0x80 ? folding_ascii[(unsigned char)c] : 0xff;
}

/* Whether needle stands at text; a blank in it meets any run of blanks. */
static bool
stands_at(const char *text, const char *end, struct view needle)
{
	for (size_t i = 0; i < needle.len; i++) {
		if (text == end || folded(*text) != (unsigned char)needle.at[i])
			return false;
		text++;
		while (needle.at[i] == ' ' && text < end && folded(*text) == ' ')
			text++;
	}
	return true;
}

static bool
scan_bytes(const char *at, const char *end, struct view needle)
{
	unsigned char first = (unsigned char)needle.at[0];

	for (; at < end; at++)
		if (folded(*at) == first && stands_at(at, end, needle))
			return true;
	return false;
}

#ifdef __SSE2__
/* Of the sixteen places from at on, those where either letter stands. */
static __m128i
places(const char *at, char lower_case, char upper_case)
{
	__m128i bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(lower_case)),
	    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(upper_case)));
}

/* Goes over the places that may match, as long as seventeen bytes are left.
 * Returns where the slow scan has to go on, or NULL when needle was found. */
static const char *
scan_fast(const char *at, const char *end, struct view needle)
{
	char first = needle.at[0], second = needle.at[1];
	char first_upper = (char)upper((unsigned char)first);
	char second_upper = (char)upper((unsigned char)second);
	unsigned hits;
	int hit;

	for (; end - at >= 17; at += 16) {
		hits = (unsigned)_mm_movemask_epi8(
		    _mm_and_si128(places(at, first, first_upper),
			places(at + 1, second, second_upper)));
		for (; hits != 0; hits &= hits - 1) {
			hit = __builtin_ctz(hits);
			if (stands_at(at + hit, end, needle))
				return NULL;
		}
	}
	return at;
}
#endif

/* Looks for an ASCII needle in the bytes of text as they are. */
static bool
raw_contains(struct view text, struct view needle)
{
	const char *at = text.at, *end = text.at + text.len;

	if (text.len < needle.len)
		return false;
#ifdef __SSE2__
	/* A blank may stand for other white space, which places misses. */
	if (needle.len >= 2 && needle.at[0] != ' ' && needle.at[1] != ' ') {
		at = scan_fast(at, end, needle);
		if (at == NULL)
			return true;
	}
#endif
	return scan_bytes(at, end, needle);
}

static size_t
put_bytes(char to[4], uint32_t scalar)
{
	if ((scalar & FOLDING_BYTE) == 0)
		return utf8_write(to, scalar);
	to[0] = (char)(scalar & 0xff);
	return 1;
}

/* Folds text window by window; what is shorter than needle at the end of one
 * begins the next. */
static bool
window_contains(struct view text, struct view needle)
{
	char window[WINDOW];
	struct folding folding;
	size_t len = 0, keep = needle.len - 1;
	uint32_t scalar;
	bool more;

	folding_begin(&folding, text);
	do {
		while ((more = folding_next(&folding, &scalar))) {
			len += put_bytes(window + len, scalar);
			if (len > WINDOW - 4)
				break;
		}
		if (memmem(window, len, needle.at, needle.len) != NULL)
			return true;
		if (len > keep) {
			memmove(window, window + len - keep, keep);
			len = keep;
		}
	} while (more);
	return false;
}

/* A needle that would fill the window is compared from each scalar on. */
static bool
long_contains(struct view text, struct view needle)
{
	struct folding from, folding;
	char bytes[4];
	uint32_t scalar;
	size_t matched, len;

	folding_begin(&from, text);
	do {
		folding = from;
		for (matched = 0; matched < needle.len; matched += len) {
			if (!folding_next(&folding, &scalar))
				return false;
			len = put_bytes(bytes, scalar);
			if (len > needle.len - matched ||
			    memcmp(bytes, needle.at + matched, len) != 0)
				break;
		}
		if (matched == needle.len)
			return true;
	} while (folding_next(&from, &scalar));
	return false;
}

bool
fold_search_contains(struct view text, struct view needle)
{
	bool ascii = utf8_is_ascii(needle);

	if (needle.len == 0)
		return true;
	if (ascii && raw_contains(text, needle))
		return true;
	if (utf8_is_ascii(text))
		return false;
	if (needle.len <= WINDOW / 2)
		return window_contains(text, needle);
	return long_contains(text, needle);
}
