/* SPDX-License-Identifier: ISC */
/*
 * CSV, TSV and what spreadsheets want. Few cells need quotes, so each is
 * looked at sixteen bytes at a time and then copied whole.
 */
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "table/formats.h"

static inline uint64_t
load(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static inline uint64_t
load_half(const char *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Up to 15 bytes as two words in which each of them stands, some perhaps
 * twice: what is asked is only whether a byte is among them. */
static inline void
load_short(struct view cell, uint64_t words[2])
{
	const char *at = cell.at;
	size_t len = cell.len;

	words[0] = words[1] = 0;
	if (len >= 8) {
		words[0] = load(at);
		words[1] = load(at + len - 8);
	} else if (len >= 4) {
		words[0] = load_half(at) | load_half(at + len - 4) << 32;
	} else if (len > 0) {
		words[0] = (unsigned char)at[0] |
		    (uint64_t)(unsigned char)at[len / 2] << 8 |
		    (uint64_t)(unsigned char)at[len - 1] << 16;
	}
}

#ifdef __SSE2__
static inline int
special_bytes(__m128i bytes, char a, char b)
{
	__m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(a)),
					 _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b))),
	    _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')),
		_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'))));

	return _mm_movemask_epi8(found);
}

static inline __m128i
load_wide(const char *at)
{
	return _mm_loadu_si128((const void *)at);
}

/* Whether a cell has one of the bytes: quote, comma, CR, LF; or with tsv set
 * TAB, CR, LF, backslash. */
static bool
is_special(struct view cell, bool tsv)
{
	char a = tsv ? '\t' : ',', b = tsv ? '\\' : '"';
	uint64_t words[2];
	size_t i;

	if (cell.len < 16) {
		load_short(cell, words);
		return special_bytes(
			   _mm_set_epi64x((long long)words[1], (long long)words[0]), a,
			   b) != 0;
	}
	for (i = 0; i + 16 <= cell.len; i += 16)
		if (special_bytes(load_wide(cell.at + i), a, b) != 0)
			return true;
	return special_bytes(load_wide(cell.at + cell.len - 16), a, b) != 0;
}
#else
#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* Not zero when a byte of the word is c. */
static inline uint64_t
has_byte(uint64_t word, char c)
{
	uint64_t x = word ^ ONES * (unsigned char)c;

	return (x - ONES) & ~x & HIGHS;
}

static inline bool
special_word(uint64_t word, char a, char b)
{
	return (has_byte(word, a) | has_byte(word, b) | has_byte(word, '\n') |
		   has_byte(word, '\r')) != 0;
}

static bool
is_special(struct view cell, bool tsv)
{
	char a = tsv ? '\t' : ',', b = tsv ? '\\' : '"';
	uint64_t words[2];
	size_t i;

	if (cell.len < 16) {
		load_short(cell, words);
		return special_word(words[0], a, b) || special_word(words[1], a, b);
	}
	for (i = 0; i + 8 <= cell.len; i += 8)
		if (special_word(load(cell.at + i), a, b))
			return true;
	return special_word(load(cell.at + cell.len - 8), a, b);
}
#endif

static void
quoted_cell(struct buf *out, struct view cell)
{
	buf_char(out, '"');
	while (cell.len > 0) {
		const char *quote = memchr(cell.at, '"', cell.len);
		size_t n = quote == NULL ? cell.len : (size_t)(quote - cell.at) + 1;

		buf_put(out, cell.at, n);
		if (quote != NULL)
			buf_char(out, '"');
		cell = view_from(cell, n);
	}
	buf_char(out, '"');
}

void
csv_cell(struct buf *out, struct view cell)
{
	if (is_special(cell, false))
		quoted_cell(out, cell);
	else
		buf_view(out, cell);
}

void
csv_row(struct buf *out, const struct view *cells, size_t count)
{
	size_t need = 0;

	/* A line without a byte would be no record. */
	if (count == 1 && cells[0].len == 0) {
		buf_text(out, "\"\"");
		return;
	}
	for (size_t i = 0; i < count; i++)
		need += cells[i].len + 1;
	if (!buf_reserve(out, need))
		return;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(out, ',');
		csv_cell(out, cells[i]);
	}
}

static void
escaped_cell(struct buf *out, struct view cell)
{
	size_t from = 0;

	for (size_t i = 0; i < cell.len; i++) {
		const char *escape = cell.at[i] == '\t' ? "\\t"
		    : cell.at[i] == '\n'		? "\\n"
		    : cell.at[i] == '\r'		? "\\r"
		    : cell.at[i] == '\\'		? "\\\\"
							: NULL;

		if (escape == NULL)
			continue;
		buf_put(out, cell.at + from, i - from);
		buf_text(out, escape);
		from = i + 1;
	}
	if (from < cell.len)
		buf_put(out, cell.at + from, cell.len - from);
}

void
tsv_row(struct buf *out, const struct view *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(out, '\t');
		if (is_special(cells[i], true))
			escaped_cell(out, cells[i]);
		else
			buf_view(out, cells[i]);
	}
}

/* text without the blanks that a spreadsheet may pass over: blank, NBSP,
 * ideographic space. */
static struct view
skip_blanks(struct view text)
{
	for (;;) {
		if (view_begins(text, VIEW(" ")))
			text = view_from(text, 1);
		else if (view_begins(text, VIEW("\xc2\xa0")))
			text = view_from(text, 2);
		else if (view_begins(text, VIEW("\xe3\x80\x80")))
			text = view_from(text, 3);
		else
			return text;
	}
}

/* The characters that begin a formula, in their fullwidth forms too, or that
 * are taken off before one is looked for. Line ends count only in front. */
static bool
begins_formula(struct view text, bool in_front)
{
	static const struct view starts[] = {
		{ "\r", 1 },
		{ "\n", 1 },
		{ "=", 1 },
		{ "+", 1 },
		{ "-", 1 },
		{ "@", 1 },
		{ "\t", 1 },
		{ "\xef\xbc\x9d", 3 },
		{ "\xef\xbc\x8b", 3 },
		{ "\xef\xbc\x8d", 3 },
		{ "\xef\xbc\xa0", 3 },
	};

	text = skip_blanks(text);
	for (size_t i = in_front ? 0 : 2; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (view_begins(text, starts[i]))
			return true;
	return false;
}

struct view
excel_cell(struct buf *scratch, struct view cell)
{
	bool guard = view_begins(cell, VIEW("'")) || begins_formula(cell, true);

	/* A spreadsheet that breaks the cell apart sees each line by itself. */
	for (size_t i = 0; i < cell.len && !guard; i++)
		if (cell.at[i] == '\n' || cell.at[i] == '\r')
			guard = begins_formula(view_from(cell, i + 1), false);
	if (!guard)
		return cell;
	buf_clear(scratch);
	buf_char(scratch, '\'');
	buf_view(scratch, cell);
	return buf_as_view(scratch);
}
