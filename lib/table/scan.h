/* SPDX-License-Identifier: ISC */
#ifndef TABLE_SCAN_H
#define TABLE_SCAN_H

/*
 * Looks at many bytes at a time, because nearly all of them are neither
 * delimiter nor quote nor line end. Reads whole blocks: SCAN_BLOCK bytes from
 * at must be readable, whatever they hold.
 */

#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define SCAN_BLOCK 64

/* Bit i is set where at[i] is a, b, LF or CR. */
static inline uint64_t
scan_block(const char *at, char a, char b)
{
	uint64_t found = 0;

#ifdef __SSE2__
	const __m128i va = _mm_set1_epi8(a), vb = _mm_set1_epi8(b);
	const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');

	for (unsigned i = 0; i < SCAN_BLOCK; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(at + i));
		__m128i hit = _mm_or_si128(
		    _mm_or_si128(_mm_cmpeq_epi8(v, va), _mm_cmpeq_epi8(v, vb)),
		    _mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr)));

		found |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << i;
	}
#else
	for (unsigned i = 0; i < SCAN_BLOCK; i++)
		found |=
		    (uint64_t)(at[i] == a || at[i] == b || at[i] == '\n' || at[i] == '\r')
		    << i;
#endif
	return found;
}

/* The number of bytes from at on, at most len, that are printable ASCII or
 * DEL: neither controls nor part of a longer UTF-8 sequence. */
static inline size_t
scan_plain(const char *at, size_t len)
{
	size_t i = 0;

#ifdef __SSE2__
	const __m128i blank = _mm_set1_epi8(' ');

	/* Signed, so that 0x80 and above are less than a blank too. */
	for (; i < len; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(at + i));
		int hit = _mm_movemask_epi8(_mm_cmplt_epi8(v, blank));

		if (hit != 0) {
			i += (size_t)__builtin_ctz((unsigned)hit);
			break;
		}
	}
	return i < len ? i : len;
#else
	while (i < len && (signed char)at[i] >= ' ')
		i++;
	return i;
#endif
}

#endif
