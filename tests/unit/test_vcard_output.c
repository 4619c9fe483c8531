/* SPDX-License-Identifier: ISC */
/*
 * vCards and the lines for mutt: whatever a value holds, a card stays a card and a
 * line a line, and what was written is found in it again.
 */
#include "reading.h"

#include "base/fold.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EMOJI	     "\xf0\x9f\x98\x80"

static void
write_cells(struct buf *out, enum output output, const struct writer_column *columns,
    const struct view *cells, size_t count, bool terminal)
{
	const struct writer_options options = { .terminal = terminal };
	struct writer *writer;
	struct fault fault;

	buf_clear(out);
	assert_int_equal(
	    writer_open(&writer, output, columns, count, &options, out, &fault), 0);
	assert_int_equal(writer_row(writer, cells, NULL, out, &fault), 0);
	assert_int_equal(writer_finish(writer, out, &fault), 0);
	writer_close(writer);
}

static void
write_property(struct buf *out, enum writer_shape shape, struct view cell, bool terminal)
{
	const struct writer_column column = { VIEW("P"), shape, STAY_PLAIN };

	write_cells(out, OUTPUT_VCARD, &column, &cell, 1, terminal);
}

static const struct {
	const char *sentence;
	enum writer_shape shape;
	struct view cell;
	const char *expected; /* lines of the property */
	bool terminal;
} properties[] = {
	{ "text as it is", SHAPE_TEXT, TEXT("Ann \xc3\xbc \"Lee\":="),
	    "P:Ann \xc3\xbc \"Lee\":=\r\n", false },
	{ "an empty cell is no property", SHAPE_TEXT, TEXT(""), "", false },
	{ "four characters have escapes", SHAPE_TEXT, TEXT("a\\b,c;d\ne"),
	    "P:a\\\\b\\,c\\;d\\ne\r\n", false },
	{ "every line end is one \\n", SHAPE_TEXT, TEXT("a\r\nb\rc\n\r"),
	    "P:a\\nb\\nc\\n\\n\r\n", false },
	{ "no value begins a property", SHAPE_TEXT, TEXT("x\r\nEND:VCARD\r\nNOTE:y"),
	    "P:x\\nEND:VCARD\\nNOTE:y\r\n", false },
	{ "controls and broken bytes are replaced, TAB is not", SHAPE_TEXT,
	    TEXT("\x01\x7f\t\xff\xc3"),
	    "P:\xef\xbf\xbd\xef\xbf\xbd\t\xef\xbf\xbd\xef\xbf\xbd\r\n", false },
	{ "a terminal is spared", SHAPE_TEXT, TEXT("\x1b[m\xe2\x80\xae"),
	    "P:\\x1b[m\\u{202e}\r\n", true },
	{ "a property for each element", SHAPE_LIST, TEXT("a;b\\;c;;\\\\"),
	    "P:a\r\nP:b\\;c\r\nP:\\\\\r\n", false },
	{ "components, empty ones too", SHAPE_PARTS, TEXT("Lee;;a\\;b,c;"),
	    "P:Lee;;a\\;b\\,c;\r\n", false },
	{ "nothing but empty components is no property", SHAPE_PARTS, TEXT(";;;;"), "",
	    false },
	{ "words", SHAPE_WORDS, TEXT("vip;a,b;c\\;d"), "P:vip,a\\,b,c\\;d\r\n", false },
	{ "a URI has no escapes but its own", SHAPE_URI,
	    TEXT("https://x.example/a,b;c d\\\n\x7f\"%20\xc3\xbc"),
	    "P:https://x.example/a,b;c%20d%5C%0A%7F%22%20\xc3\xbc\r\n", false },
};

static void
test_properties(void **state)
{
	struct buf out = BUF_EMPTY, expected = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(properties); i++) {
		buf_clear(&expected);
		buf_printf(&expected, "BEGIN:VCARD\r\nVERSION:4.0\r\n%sEND:VCARD\r\n",
		    properties[i].expected);
		write_property(&out, properties[i].shape, properties[i].cell,
		    properties[i].terminal);
		if (strcmp(buf_string(&out), buf_string(&expected)) != 0)
			print_error("%s\n", properties[i].sentence);
		assert_string_equal(buf_string(&out), buf_string(&expected));
	}
	buf_release(&out);
	buf_release(&expected);
}

/* Appends the card without its folds, and fails where a line is longer than 75
 * octets, is not UTF-8, or ends in anything but CRLF. */
static void
unfold(struct buf *out, const struct buf *card)
{
	struct view rest = buf_as_view(card), line;

	buf_clear(out);
	while (rest.len > 0) {
		const char *end = memchr(rest.at, '\n', rest.len);

		assert_non_null(end);
		line = view_until(rest, (size_t)(end - rest.at));
		rest = view_from(rest, line.len + 1);
		assert_in_range(line.len, 1, 76);
		assert_int_equal(line.at[line.len - 1], '\r');
		assert_null(memchr(line.at, '\r', line.len - 1));
		assert_int_equal(utf8_valid(line), line.len);
		buf_put(out, line.at, line.len - 1);
		if (!view_begins(rest, VIEW(" ")))
			buf_char(out, '\n');
		else
			rest = view_from(rest, 1);
	}
}

/* Whether the text of a property, unescaped, is this. */
static void
holds(const struct buf *card, struct view text)
{
	struct buf plain = BUF_EMPTY, found = BUF_EMPTY;
	const char *at, *end;

	unfold(&plain, card);
	at = strstr(buf_string(&plain), "\nP:");
	assert_non_null(at);
	end = strchr(at + 1, '\n');
	for (at += 3; at < end; at++) {
		bool escaped = *at == '\\';

		at += escaped;
		buf_char(&found, escaped && *at == 'n' ? '\n' : *at);
	}
	assert_int_equal(found.len, text.len);
	assert_memory_equal(found.at, text.at, text.len);
	buf_release(&plain);
	buf_release(&found);
}

/* Characters of one to four bytes lie over the fold at each of their bytes. */
static void
test_folding(void **state)
{
	static const char *const characters[] = { "x", "\xc3\xbc", "\xe6\x9d\x8e", EMOJI,
		"," };
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(characters); i++)
		for (size_t before = 60; before < 160; before++) {
			buf_clear(&text);
			for (size_t n = 0; n < before; n++)
				buf_char(&text, 'a');
			for (size_t n = 0; n < 40; n++)
				buf_text(&text, characters[i]);
			write_property(&out, SHAPE_TEXT, buf_as_view(&text), false);
			holds(&out, buf_as_view(&text));
		}
	/* 75 octets are not folded, 76 are. */
	for (size_t n = 73; n <= 74; n++) {
		buf_clear(&text);
		while (text.len < n)
			buf_char(&text, 'a');
		write_property(&out, SHAPE_TEXT, buf_as_view(&text), false);
		assert_int_equal(strstr(buf_string(&out), "\r\n ") != NULL, n == 74);
	}
	buf_release(&text);
	buf_release(&out);
}

static void
test_large(void **state)
{
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;

	(void)state;
	while (text.len < 1024 * 1024)
		buf_text(&text, EMOJI ",\n");
	write_property(&out, SHAPE_TEXT, buf_as_view(&text), false);
	holds(&out, buf_as_view(&text));
	buf_release(&text);
	buf_release(&out);
}

static uint64_t seed;

static uint32_t
next(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33);
}

static void
test_random(void **state)
{
	static const char *const pieces[] = { "\n", "\\", "\\n", ";", ",", ":", " ", "\t",
		"\xc3\xbc", "\xe6\x9d\x8e", EMOJI, "END:VCARD", "text that is longer",
		"\xc2\x85", "\xe2\x80\xa8", "\"" };
	const char *given = getenv("SEED");
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;

	(void)state;
	seed = (uint64_t)(given != NULL ? strtoull(given, NULL, 10)
					: (unsigned long long)getpid());
	print_message("# SEED=%llu\n", (unsigned long long)seed);
	for (int round = 0; round < 2000; round++) {
		buf_text(&text, "t");
		for (uint32_t n = next() % 60; n > 0; n--)
			buf_text(&text, pieces[next() % COUNT(pieces)]);
		write_property(&out, SHAPE_TEXT, buf_as_view(&text), false);
		holds(&out, buf_as_view(&text));
		buf_clear(&text);
	}
	buf_release(&text);
	buf_release(&out);
}

static void
test_mutt(void **state)
{
	static const struct writer_column columns[] = {
		{ TEXT("address"), SHAPE_LIST, STAY_PLAIN },
		{ TEXT("name"), SHAPE_TEXT, STAY_PLAIN },
		{ TEXT("other"), SHAPE_TEXT, STAY_PLAIN },
	};
	static const struct {
		struct view cells[3];
		const char *expected;
		bool terminal;
	} cases[] = {
		{ { TEXT("ann@x.org;lee@x.org"), TEXT("Ann Lee"), TEXT("CEO, Acme") },
		    "ann@x.org\tAnn Lee\tCEO, Acme\nlee@x.org\tAnn Lee\tCEO, Acme\n",
		    false },
		{ { TEXT(""), TEXT("Ann"), TEXT("") }, "", false },
		/* mutt takes two TABs for one: the name would be "CEO". */
		{ { TEXT("ann@x.org"), TEXT(" \n"), TEXT("CEO") },
		    "ann@x.org\tann@x.org\tCEO\n", false },
		{ { TEXT("ann@x.org"), TEXT("\tAnn\t\r\n Lee\n"),
		      TEXT("a\x01\x7f\xc2\x85\xc2\xa0"
			   "b\xff") },
		    "ann@x.org\tAnn Lee\ta b\xef\xbf\xbd\n", false },
		{ { TEXT("ann@x.org"), TEXT("A\xe2\x80\xaeZ \xc3\xbc"), TEXT("") },
		    "ann@x.org\tA\\u{202e}Z \xc3\xbc\t\n", true },
	};
	struct buf out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		write_cells(
		    &out, OUTPUT_MUTT, columns, cases[i].cells, 3, cases[i].terminal);
		assert_string_equal(buf_string(&out), cases[i].expected);
	}
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_mutt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
