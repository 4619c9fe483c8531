/* SPDX-License-Identifier: ISC */
/*
 * Foldings and UTF-8: tables of texts that have to meet or stay apart, and
 * random texts for what must hold of any (SEED chooses them).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/fold.h"

static uint64_t seed;

static uint32_t
next(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33);
}

/* A text of pieces that folding has opinions on. */
static void
random_text(struct buf *out, unsigned pieces)
{
	static const char *const piece[] = { "a", "B", " ", "  ", "\t", "\n", "Zebra",
		"ABCDEFGH", "ü", "Ü", "u\xcc\x88", "ß", "İ", "ı", "Σ", "ς", "ﬁ", "Ａ",
		"　", "\xc2\xa0", "한", "\xe2\x80\x8b", "ł", "K", "\xff", "\xc3",
		"\xcc\x81", "😀", "ﷺ", "が", "°", "0" };

	while (pieces-- > 0)
		buf_text(out, piece[next() % (sizeof(piece) / sizeof(*piece))]);
}

static void
both_foldings_of_texts(void **state)
{
	static const struct {
		const char *text, *search, *identity;
	} cases[] = {
		{ "Ann LEE", "ann lee", "ann lee" },
		{ "  Ann \t\r\n Lee  ", "ann lee", "ann lee" },
		{ "12345678  9", "12345678 9", "12345678 9" },
		{ "1234567  A2345678 B", "1234567 a2345678 b", "1234567 a2345678 b" },
		{ "[\\]^_`{|}~@", "[\\]^_`{|}~@", "[\\]^_`{|}~@" },
		{ "Müller", "muller", "müller" },
		{ "MU\xcc\x88LLER", "muller", "müller" },
		{ "a\xc2\xa0 \xe3\x80\x80 b", "a b", "a b" },
		{ "ＡＣＭＥ　１", "acme 1", "ａｃｍｅ １" },
		{ "Straße", "strasse", "straße" },
		{ "STRAẞE", "strasse", "straße" },
		{ "İzmir", "izmir", "izmir" },
		{ "Diyarbakır", "diyarbakir", "diyarbakır" },
		{ "Łódź", "łodz", "łódź" },
		{ "ØRSTED", "ørsted", "ørsted" },
		{ "ΣΊΣΥΦΟΣ", "σισυφοσ", "σίσυφοσ" },
		{ "Σίσυφος", "σισυφοσ", "σίσυφοσ" },
		{ "ﬁ", "fi", "ﬁ" },
		{ "an\xe2\x80\x8bn", "ann", "an\xe2\x80\x8bn" },
		{ "É\xff É", "e\xff e", "é\xff é" },
		{ "\xe3\x80\x80", "", "" },
		{ "", "", "" },
	};
	struct buf out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		fold_search(&out, view_of(cases[i].text));
		assert_string_equal(buf_string(&out), cases[i].search);
		buf_clear(&out);
		fold_identity(&out, view_of(cases[i].text));
		assert_string_equal(buf_string(&out), cases[i].identity);
	}
	buf_release(&out);
}

static void
folding_appends_to_what_is_there(void **state)
{
	struct buf out = BUF_EMPTY;

	(void)state;
	buf_text(&out, "x ");
	fold_search(&out, VIEW("  Ü "));
	buf_text(&out, " ");
	fold_identity(&out, VIEW("   "));
	fold_identity(&out, VIEW(" Ü"));
	assert_string_equal(buf_string(&out), "x u ü");
	buf_release(&out);
}

static void
folding_twice_changes_nothing_more(void **state)
{
	struct buf text = BUF_EMPTY, once = BUF_EMPTY, twice = BUF_EMPTY;
	void (*const folds[])(struct buf *, struct view) = { fold_search, fold_identity };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		buf_clear(&text);
		random_text(&text, next() % 12);
		for (int f = 0; f < 2; f++) {
			buf_clear(&once);
			buf_clear(&twice);
			folds[f](&once, buf_as_view(&text));
			folds[f](&twice, buf_as_view(&once));
			assert_string_equal(buf_string(&once), buf_string(&twice));
		}
	}
	buf_release(&text);
	buf_release(&once);
	buf_release(&twice);
}

static void
texts_are_equal_when_their_foldings_are(void **state)
{
	struct buf a = BUF_EMPTY, b = BUF_EMPTY, c = BUF_EMPTY, d = BUF_EMPTY;
	bool equal;

	(void)state;
	assert_true(fold_search_equal(VIEW(" MÜLLER "), VIEW("muller")));
	assert_true(fold_search_equal(VIEW("\t"), VIEW("")));
	assert_false(fold_search_equal(VIEW("ann"), VIEW("anne")));
	for (int i = 0; i < 20000; i++) {
		buf_clear(&a);
		buf_clear(&b);
		buf_clear(&c);
		buf_clear(&d);
		random_text(&a, next() % 3);
		random_text(&b, next() % 3);
		fold_search(&c, buf_as_view(&a));
		fold_search(&d, buf_as_view(&b));
		equal = view_equal(buf_as_view(&c), buf_as_view(&d));
		assert_int_equal(
		    equal, fold_search_equal(buf_as_view(&a), buf_as_view(&b)));
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&c);
	buf_release(&d);
}

/* What fold_search_contains has to say, by the plain way. */
static bool
contains_slowly(struct view text, struct view needle)
{
	struct buf folded = BUF_EMPTY;
	bool found;

	fold_search(&folded, text);
	found = needle.len == 0 ||
	    (folded.len >= needle.len &&
		memmem(folded.at, folded.len, needle.at, needle.len) != NULL);
	buf_release(&folded);
	return found;
}

static void
scan_agrees_with_folding_first(void **state)
{
	struct buf text = BUF_EMPTY, part = BUF_EMPTY, needle = BUF_EMPTY;
	size_t from, found = 0;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		buf_clear(&text);
		buf_clear(&part);
		buf_clear(&needle);
		random_text(&text, next() % 40);
		/* Half of the needles are pieces of the text's folding. */
		if (i % 2 == 0)
			random_text(&part, 1 + next() % 3);
		else
			fold_search(&part, buf_as_view(&text));
		fold_search(&needle, buf_as_view(&part));
		if (i % 2 == 1 && needle.len > 0) {
			from = next() % needle.len;
			while (from > 0 && (needle.at[from] & 0xc0) == 0x80)
				from--;
			/* A needle has no blank at its edge. */
			from += needle.at[from] == ' ';
			memmove(needle.at, needle.at + from, needle.len - from);
			needle.len -= from;
		}
		found += contains_slowly(buf_as_view(&text), buf_as_view(&needle));
		assert_int_equal(
		    fold_search_contains(buf_as_view(&text), buf_as_view(&needle)),
		    contains_slowly(buf_as_view(&text), buf_as_view(&needle)));
	}
	assert_true(found > 10000);
	buf_release(&text);
	buf_release(&part);
	buf_release(&needle);
}

static void
scan_finds_needles_at_every_place(void **state)
{
	char text[80];

	(void)state;
	for (size_t len = 2; len < 70; len++) {
		for (size_t at = 0; at + 2 <= len; at++) {
			memset(text, 'q', sizeof(text));
			memcpy(text + at, "Xy", 2);
			assert_true(
			    fold_search_contains(view_make(text, len), VIEW("xy")));
			assert_false(
			    fold_search_contains(view_make(text, at + 1), VIEW("xy")));
		}
	}
}

static void
scan_of_long_texts_crosses_windows(void **state)
{
	struct buf text = BUF_EMPTY, needle = BUF_EMPTY;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_printf(&text, "É%d ", i);
	buf_text(&text, "Größe");
	assert_true(fold_search_contains(buf_as_view(&text), VIEW("grosse")));
	for (int i = 0; i < 5000; i += 7) {
		buf_clear(&needle);
		buf_printf(&needle, "e%d e", i);
		assert_true(
		    fold_search_contains(buf_as_view(&text), buf_as_view(&needle)));
	}
	/* A needle longer than a window. */
	buf_clear(&needle);
	fold_search(&needle, buf_as_view(&text));
	assert_true(fold_search_contains(
	    buf_as_view(&text), view_from(buf_as_view(&needle), 200)));
	needle.at[needle.len - 1] = 'x';
	assert_false(fold_search_contains(
	    buf_as_view(&text), view_from(buf_as_view(&needle), 200)));
	buf_release(&text);
	buf_release(&needle);
}

static void
only_utf8_is_valid(void **state)
{
	static const struct {
		struct view text;
		size_t valid;
	} cases[] = {
		{ { "", 0 }, 0 },
		{ { "plain ASCII of some length, longer than a word", 46 }, 46 },
		{ { "\x00\x7f", 2 }, 2 },
		{ { "\xc2\x80\xdf\xbf", 4 }, 4 },
		{ { "\xe0\xa0\x80\xef\xbf\xbf", 6 }, 6 },
		{ { "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8 }, 8 },
		{ { "12345678\xc3\xbc"
		    "12345678\xff",
		      19 },
		    18 },
		/* A byte that begins nothing. */
		{ { "ab\x80", 3 }, 2 },
		/* Overlong forms. */
		{ { "\xc0\xaf", 2 }, 0 },
		{ { "\xc1\xbf", 2 }, 0 },
		{ { "\xe0\x9f\xbf", 3 }, 0 },
		{ { "\xf0\x8f\xbf\xbf", 4 }, 0 },
		/* Surrogates, and what is above U+10FFFF. */
		{ { "\xed\x9f\xbf\xed\xa0\x80", 6 }, 3 },
		{ { "\xf4\x90\x80\x80", 4 }, 0 },
		{ { "\xf5\x80\x80\x80", 4 }, 0 },
		/* Cut in the middle. */
		{ { "a\xc3", 2 }, 1 },
		{ { "a\xe2\x82", 3 }, 1 },
		{ { "a\xf0\x9f\x98", 4 }, 1 },
		{ { "a\xe2"
		    "b\x80",
		      4 },
		    1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(utf8_valid(cases[i].text), cases[i].valid);
}

static void
every_scalar_survives_encoding(void **state)
{
	struct buf out = BUF_EMPTY;
	uint32_t back;

	(void)state;
	for (uint32_t scalar = 0; scalar <= 0x10ffff; scalar += 1 + scalar / 64) {
		if (scalar >= 0xd800 && scalar <= 0xdfff)
			continue;
		buf_clear(&out);
		utf8_encode(&out, scalar);
		assert_int_equal(utf8_decode(buf_as_view(&out), &back), out.len);
		assert_int_equal(back, scalar);
		assert_int_equal(utf8_valid(buf_as_view(&out)), out.len);
	}
	buf_release(&out);
}

static void
ascii_is_counted_at_every_length(void **state)
{
	char text[100];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t at = 0; at < sizeof(text); at++) {
		text[at] = '\x80';
		assert_int_equal(utf8_ascii_length(view_make(text, sizeof(text))), at);
		assert_true(utf8_is_ascii(view_make(text, at)));
		assert_false(utf8_is_ascii(view_make(text, at + 1)));
		text[at] = 'a';
	}
}

static void
dangerous_scalars_are_not_showable(void **state)
{
	static const uint32_t hidden[] = { 0, 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9f, 0x61c,
		0x200b, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060,
		0x2066, 0x2069, 0xd800, 0xdfff, 0xfdd0, 0xfeff, 0xfffe, 0xffff, 0x1fffe,
		0x10ffff, 0x110000, 0xad, 0x180e, 0xfff9, 0xe000, 0xe0041, 0x10fffd };
	static const uint32_t shown[] = { 0x20, 0x7e, 0xa0, 0xe9, 0x301, 0x2010, 0x3000,
		0xfdcf, 0xfdf0, 0xfffd, 0x1f600 };

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		assert_false(utf8_is_showable(hidden[i]));
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		assert_true(utf8_is_showable(shown[i]));
}

/* HS-2: a text keeps the line ends at its edges, a header does not. */
static void
edges_are_trimmed_of_blanks(void **state)
{
	static const struct {
		const char *text, *trimmed, *wide;
	} cases[] = {
		{ "a", "a", "a" },
		{ " \t a b \t", "a b", "a b" },
		{ " \r\na b\n ", "\r\na b\n", "a b" },
		{ "\xc2\xa0\xe3\x80\x80"
		  "a\xe3\x80\x80\xc2\xa0",
		    "a", "a" },
		{ "\xef\xbb\xbf a\xe2\x80\x8b ", "\xef\xbb\xbf a\xe2\x80\x8b", "a" },
		{ "\xef\xbb\xbf\n", "\xef\xbb\xbf\n", "" },
		{ " \xc2\xa0 ", "", "" },
		{ "\xc2\xa9", "\xc2\xa9", "\xc2\xa9" },
		{ "\xa0", "\xa0", "\xa0" },
		{ "\x0b", "\x0b", "\x0b" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct view text = view_of(cases[i].text);

		assert_true(view_is(text_trim(text), cases[i].trimmed));
		assert_true(view_is(text_trim_wide(text), cases[i].wide));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_foldings_of_texts),
		cmocka_unit_test(folding_appends_to_what_is_there),
		cmocka_unit_test(folding_twice_changes_nothing_more),
		cmocka_unit_test(texts_are_equal_when_their_foldings_are),
		cmocka_unit_test(scan_agrees_with_folding_first),
		cmocka_unit_test(scan_finds_needles_at_every_place),
		cmocka_unit_test(scan_of_long_texts_crosses_windows),
		cmocka_unit_test(only_utf8_is_valid),
		cmocka_unit_test(every_scalar_survives_encoding),
		cmocka_unit_test(ascii_is_counted_at_every_length),
		cmocka_unit_test(dangerous_scalars_are_not_showable),
		cmocka_unit_test(edges_are_trimmed_of_blanks),
	};
	const char *chosen = getenv("SEED");

	seed = chosen != NULL ? strtoull(chosen, NULL, 10) : 20261005;
	fprintf(stderr, "SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
