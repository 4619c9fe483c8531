/* SPDX-License-Identifier: ISC */
/*
 * CSV in (design A3): quoting, line ends, delimiters, and how reading goes on
 * after a record that cannot be used, to the exact line.
 */
#include "reading.h"

#define STRAY "quote in the middle of an unquoted cell"
#define AFTER "text behind the closing quote"
#define OPEN  "quote is never closed"

static const struct reading quoting[] = {
	{ "cells are split at commas and not trimmed", TEXT("a, b ,c\n1,,\n"),
	    "1 a| b |c\n2 1||\n", PLAIN },
	{ "a file may end without a line end", TEXT("a,b\n1,2"), "1 a|b\n2 1|2\n",
	    PLAIN },
	{ "a quoted cell holds commas, quotes and line ends as they stand",
	    TEXT("a,b\n\"x,\"\"y\"\"\",\"l1\nl2\r\nl3\rl4\"\n3,4\n"),
	    "1 a|b\n2 x,\"y\"|l1\\nl2\\r\\nl3\\rl4\n6 3|4\n", PLAIN },
	{ "empty quotes are an empty cell, four are one quote",
	    TEXT("a,b\n\"\",\"\"\"\"\n"), "1 a|b\n2 |\"\n", PLAIN },
	{ "a quoted empty cell alone is a row", TEXT("a\n\"\"\nx\n"), "1 a\n2 \n3 x\n",
	    PLAIN },
	{ "blanks around quotes are tolerated",
	    TEXT("a,b,c\n \"x\" ,\t\"y\"\t, z\n \"w\" \n"), "1 a|b|c\n2 x|y| z\n3 w\n",
	    PLAIN },
	{ "rows are as long as they are", TEXT("a,b\n1\n1,2,3\n,\n"),
	    "1 a|b\n2 1\n3 1|2|3\n4 |\n", PLAIN },
	{ "a closed quote may end the file", TEXT("a,b\n1,\"2\""), "1 a|b\n2 1|2\n",
	    PLAIN },
	{ "nothing is no row", TEXT(""), "", PLAIN },
};

static const struct reading lines[] = {
	{ "CRLF ends a line", TEXT("a,b\r\n1,2\r\n"), "1 a|b\n2 1|2\n", PLAIN },
	{ "CR ends a line", TEXT("a,b\r1,2\r3,4"), "1 a|b\n2 1|2\n3 3|4\n", PLAIN },
	{ "line ends may be mixed", TEXT("a,b\r\n1,2\n3,4\r5,6"),
	    "1 a|b\n2 1|2\n3 3|4\n4 5|6\n", PLAIN },
	{ "blank lines are passed over and counted",
	    TEXT("\n\r\n\ra,b\n\n\n1,2\r\n\r\n3,4\n\n"), "4 a|b\n7 1|2\n9 3|4\n", PLAIN },
	{ "a line of blanks is a row", TEXT("a,b\n  \n1,2\n"), "1 a|b\n2   \n3 1|2\n",
	    PLAIN },
	{ "only line ends is nothing", TEXT("\r\n\n\r"), "", PLAIN },
};

static const struct reading bad_quotes[] = {
	{ "a stray quote is an error on its line, the next is good",
	    TEXT("a,b\n1,x\"y\n3,4\n"), "1 a|b\n2 !BAD_QUOTING 2 " STRAY "\n3 3|4\n",
	    PLAIN },
	{ "so is text behind a closing quote", TEXT("a,b\n\"1\"x,2\n3,4\n"),
	    "1 a|b\n2 !BAD_QUOTING 1 " AFTER "\n3 3|4\n", PLAIN },
	{ "and a second quoted text in one cell", TEXT("a,b\n\"1\" \"2\",2\n3,4\n"),
	    "1 a|b\n2 !BAD_QUOTING 1 " AFTER "\n3 3|4\n", PLAIN },
	{ "an unterminated quote names the line where it opened",
	    TEXT("a,b\n1,2\n3,\"4\n5,6\n7,8\n"),
	    "1 a|b\n2 1|2\n3 !BAD_QUOTING 2 " OPEN "\n4 5|6\n5 7|8\n", PLAIN },
	{ "even when the cells before span lines", TEXT("a,b\n\"1\n2\",\"3\n5,6\n"),
	    "1 a|b\n3 !BAD_QUOTING 2 " OPEN "\n4 5|6\n", PLAIN },
	{ "a quote that meets a later one does not swallow what lies between",
	    TEXT("a,b\n1,\"open\n3,4\n5,6\n7,\"good\"\n8,9\n"),
	    "1 a|b\n2 !BAD_QUOTING 2 " AFTER "\n3 3|4\n4 5|6\n5 7|good\n6 8|9\n", PLAIN },
	{ "every line may be wrong", TEXT("a,b\n\"\n\"x\n\"y\n"),
	    "1 a|b\n2 !BAD_QUOTING 1 " AFTER "\n3 !BAD_QUOTING 1 " AFTER
	    "\n4 !BAD_QUOTING 1 " OPEN "\n",
	    PLAIN },
	{ "the last line too, with CR before it", TEXT("a,b\r1,\"2\r"),
	    "1 a|b\n2 !BAD_QUOTING 2 " OPEN "\n", PLAIN },
};

static const struct reading delimiters[] = {
	{ "semicolons", TEXT("a;b\n1,5;2\n3,5;4\n"), "1 a|b\n2 1,5|2\n3 3,5|4\n", PLAIN },
	{ "pipes", TEXT("a|b|c\n1|2|3\n"), "1 a|b|c\n2 1|2|3\n", PLAIN },
	{ "carets", TEXT("a^b\n1^2\n"), "1 a|b\n2 1|2\n", PLAIN },
	{ "backquotes", TEXT("a`b\n1`2\n"), "1 a|b\n2 1|2\n", PLAIN },
	{ "what stands in quotes does not count", TEXT("a,b\n\"1;2;3\",4\n\"5;6;7\",8\n"),
	    "1 a|b\n2 1;2;3|4\n3 5;6;7|8\n", PLAIN },
	{ "one column is a comma file", TEXT("email\nann@example.com\n"),
	    "1 email\n2 ann@example.com\n", PLAIN },
	{ "one column of lists is, too", TEXT("labels\na;b\nc;d\n"),
	    "1 labels\n2 a;b\n3 c;d\n", PLAIN },
	{ "a comma wins where two do equally well", TEXT("a,b;c\n1,2;3\n"),
	    "1 a|b;c\n2 1|2;3\n", PLAIN },
	{ "ragged rows do not mislead", TEXT("a;b;c\n1;2\n1;2;3;4,5\n6;7;8\n"),
	    "1 a|b|c\n2 1|2\n3 1|2|3|4,5\n4 6|7|8\n", PLAIN },
	{ "a title line above the header does not",
	    TEXT("Client contacts\na;b;c\n1;2;3\n4;5;6\n"),
	    "1 Client contacts\n2 a|b|c\n3 1|2|3\n4 4|5|6\n", PLAIN },
	{ "a sep= line is obeyed and passed over", TEXT("sep=;\r\na;b\r\n1,2;3\r\n"),
	    "2 a|b\n3 1,2|3\n", PLAIN },
	{ "in quotes and capitals too", TEXT("\"SEP=|\"\na,b|c\n"), "2 a,b|c\n", PLAIN },
	{ "a header that only begins like one is a header", TEXT("sep=x,b\n1,2\n"),
	    "1 sep=x|b\n2 1|2\n", PLAIN },
};

static void
test_quoting(void **state)
{
	(void)state;
	READING_CHECK(quoting);
}

static void
test_lines(void **state)
{
	(void)state;
	READING_CHECK(lines);
}

/* I3, and BAD_QUOTING as design A3 has it. */
static void
test_bad_quotes(void **state)
{
	(void)state;
	READING_CHECK(bad_quotes);
}

static void
test_delimiters(void **state)
{
	(void)state;
	READING_CHECK(delimiters);
}

/* The raw text of a row in error is what the file had, up to the line end. */
static void
test_raw(void **state)
{
	int fd = reading_file(VIEW("a,b\n1,\"x\ny\",\"z\r\n5,6\n"));
	struct reader_options options = { 0 };
	struct reader *reader;
	struct fault fault;
	struct row row;

	(void)state;
	assert_int_equal(reader_open(&reader, fd, "test", &options, &fault), 0);
	assert_int_equal(reader_next(reader, &row, &fault), 1);
	assert_int_equal(reader_next(reader, &row, &fault), 1);
	assert_string_equal(row.code, READER_BAD_QUOTING);
	assert_int_equal(row.line, 3);
	assert_true(view_is(row.raw, "1,\"x\ny\",\"z"));
	assert_int_equal(reader_next(reader, &row, &fault), 1);
	assert_int_equal(row.line, 4);
	assert_int_equal(reader_next(reader, &row, &fault), 0);
	reader_close(reader);
	assert_int_equal(close(fd), 0);
}

/* One record of `cells` cells of `len` bytes, after a header and before a good
 * record. */
static void
check_limit(size_t cells, size_t len, bool quoted, const char *expected)
{
	struct reading reading = { .options = { 0 } };
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;
	const char *rows;

	buf_text(&text, "a,b\n");
	for (size_t i = 0; i < cells; i++) {
		if (i > 0)
			buf_char(&text, ',');
		if (quoted)
			buf_char(&text, '"');
		for (size_t k = 0; k < len; k++)
			buf_char(&text, 'x');
		if (quoted)
			buf_char(&text, '"');
	}
	buf_text(&text, "\n1,2\n");
	reading.input = buf_as_view(&text);
	rows = reading_rows(&out, &reading, 0, true);
	if (expected != NULL) {
		assert_string_equal(rows, expected);
	} else {
		assert_null(strchr(rows, '!'));
		assert_string_equal(rows + out.len - 6, "3 1|2\n");
	}
	buf_release(&text);
	buf_release(&out);
}

/* I8: one below the limit, the limit, one beyond. */
static void
test_limits(void **state)
{
	static const char value[] =
	    "1 a|b\n2 !TOO_LONG 1 value is longer than 1 MiB\n3 1|2\n";
	static const char record[] =
	    "1 a|b\n2 !TOO_LONG 0 record is longer than 4 MiB\n3 1|2\n";
	static const char columns[] =
	    "1 a|b\n2 !TOO_LONG 0 record has more than 2048 cells\n3 1|2\n";

	(void)state;
	for (int quoted = 0; quoted < 2; quoted++) {
		check_limit(1, READER_VALUE_MAX - 1, quoted, NULL);
		check_limit(1, READER_VALUE_MAX, quoted, NULL);
		check_limit(1, READER_VALUE_MAX + 1, quoted, value);
		check_limit(READER_COLUMNS_MAX - 1, 1, quoted, NULL);
		check_limit(READER_COLUMNS_MAX, 1, quoted, NULL);
		check_limit(READER_COLUMNS_MAX + 1, 1, quoted, columns);
		check_limit(6, READER_VALUE_MAX, quoted, record);
	}
	/* Five cells and four commas: 4 MiB less one byte, 4 MiB, one more. */
	check_limit(5, (READER_RECORD_MAX - 4) / 5, false, NULL);
	check_limit(4, READER_RECORD_MAX / 4, false, record);
	check_limit(129, 32512, false, NULL);
	check_limit(129, 32513, false, record);
	/* Longer than the reader looks ahead. */
	check_limit(20, READER_VALUE_MAX, false, record);
}

/* A quote that is open beyond what is looked at is never closed. */
static void
test_endless_quote(void **state)
{
	struct reading reading = { .options = { 0 } };
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;

	(void)state;
	buf_text(&text, "a,b\n1,\"open\n");
	for (size_t i = 0; i < 2500000; i++)
		buf_text(&text, "3,4\n");
	buf_text(&text, "5,\"late\"\n");
	reading.input = buf_as_view(&text);
	(void)reading_rows(&out, &reading, 0, true);
	assert_int_equal(
	    strncmp(out.at, "1 a|b\n2 !BAD_QUOTING 2 " OPEN "\n3 3|4\n4 3|4\n",
		strlen("1 a|b\n2 !BAD_QUOTING 2 " OPEN "\n3 3|4\n4 3|4\n")),
	    0);
	assert_non_null(strstr(out.at, "\n2500002 3|4\n2500003 5|late\n"));
	buf_release(&text);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bad_quotes),
		cmocka_unit_test(test_delimiters),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_endless_quote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
