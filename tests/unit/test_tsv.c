/* SPDX-License-Identifier: ISC */
/*
 * TSV of ours, which has escapes and no quoting, and foreign TAB text, which
 * has habits (design A3).
 */
#include "reading.h"

#define OURS	{ .format = READER_TSV }, NULL, 0
#define ESCAPES { .format = READER_AUTO }, NULL, 1

static const struct reading ours[] = {
	{ "cells stand between TABs", TEXT("a\tb\tc\n1\t\t\n"), "1 a|b|c\n2 1||\n",
	    OURS },
	{ "the four escapes are decoded", TEXT("a\tb\nx\\ty\\nz\t\\r\\\\n\n"),
	    "1 a|b\n2 x\\ty\\nz|\\r\\n\n", OURS },
	{ "a backslash before anything else is data", TEXT("a\tb\n\\x\tend\\\n"),
	    "1 a|b\n2 \\x|end\\\n", OURS },
	{ "quotes are data", TEXT("a\tb\n\"x\"\t\"\n\"y\tz\n"),
	    "1 a|b\n2 \"x\"|\"\n3 \"y|z\n", OURS },
	{ "commas do not matter", TEXT("a,b\tc\n1,2\t3\n"), "1 a,b|c\n2 1,2|3\n", OURS },
	{ "one column is enough", TEXT("id\n1\n2\n"), "1 id\n2 1\n3 2\n", OURS },
	{ "CRLF and CR end lines", TEXT("a\tb\r\n1\t2\r3\t4"), "1 a|b\n2 1|2\n3 3|4\n",
	    OURS },
	{ "escapes can be chosen once the header is known",
	    TEXT("id\trev\n1\ta\\tb\n\"2\n\t3\"\n"),
	    "1 id|rev\n2 1|a\\tb\n3 \"2\n4 |3\"\n", ESCAPES },
};

static const struct reading foreign[] = {
	{ "TABs in the header are found", TEXT("a\tb\n1, 2\t3, 4\n"),
	    "1 a|b\n2 1, 2|3, 4\n", PLAIN },
	{ "backslashes are data", TEXT("a\tb\nC:\\temp\tx\\ty\n"),
	    "1 a|b\n2 C:\\temp|x\\ty\n", PLAIN },
	{ "a lone quote is data", TEXT("a\tb\tc\n5\" disc\t\"\tApt \"B\"\n\"x\ty\tz\n"),
	    "1 a|b|c\n2 5\" disc|\"|Apt \"B\"\n3 \"x|y|z\n", PLAIN },
	{ "a cell that begins and ends with a quote is unquoted",
	    TEXT("a\tb\tc\n\"x\"\t\"say \"\"hi\"\"\"\t\"\"\n"),
	    "1 a|b|c\n2 x|say \"hi\"|\n", PLAIN },
	{ "and may hold TABs and line ends", TEXT("a\tb\n\"x\ty\nz\"\t2\n3\t4\n"),
	    "1 a|b\n2 x\\ty\\nz|2\n4 3|4\n", PLAIN },
	{ "but not other quotes", TEXT("a\tb\n\"x\" y\t2\n\"x\"y\"\t3\n"),
	    "1 a|b\n2 \"x\" y|2\n3 \"x\"y\"|3\n", PLAIN },
	{ "a quote that nothing closes is data", TEXT("a\tb\n1\t\"x\n3\t4\n"),
	    "1 a|b\n2 1|\"x\n3 3|4\n", PLAIN },
	{ "a title line stands above the header", TEXT("Title\na\tb\n1\t2\n"),
	    "1 Title\n2 a|b\n3 1|2\n", PLAIN },
};

static void
test_ours(void **state)
{
	(void)state;
	READING_CHECK(ours);
}

static void
test_foreign(void **state)
{
	(void)state;
	READING_CHECK(foreign);
}

/* A quote at the start of a cell that no other follows within what is looked
 * at: the rows behind it are good. */
static void
test_late_quote(void **state)
{
	struct reading reading = { .options = { 0 } };
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;

	(void)state;
	buf_text(&text, "a\tb\n\"1\t2\n");
	for (size_t i = 0; i < 2500000; i++)
		buf_text(&text, "3\t4\n");
	reading.input = buf_as_view(&text);
	(void)reading_rows(&out, &reading, 0, false);
	assert_int_equal(strncmp(out.at, "1 a|b\n2 \"1|2\n3 3|4\n", 19), 0);
	assert_string_equal(out.at + out.len - 12, "2500002 3|4\n");
	buf_release(&text);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ours),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_late_quote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
