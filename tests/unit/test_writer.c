/* SPDX-License-Identifier: ISC */
/*
 * The output formats (design A3): what a row looks like in each, what a
 * spreadsheet and a terminal are spared, and that everything can be read back.
 */
#include "reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The writer's whole output for rows of two text columns a and b. */
static void
write_rows(struct buf *out, enum output output, const struct writer_options *options,
    const struct view *cells, size_t rows)
{
	static const struct writer_column columns[] = {
		{ TEXT("a"), SHAPE_TEXT, false },
		{ TEXT("b"), SHAPE_TEXT, false },
	};
	struct writer *writer;
	struct fault fault;

	assert_int_equal(
	    writer_open(&writer, output, columns, 2, options, out, &fault), 0);
	for (size_t i = 0; i < rows; i++)
		assert_int_equal(writer_row(writer, cells + 2 * i, NULL, out, &fault), 0);
	assert_int_equal(writer_finish(writer, out, &fault), 0);
	writer_close(writer);
}

struct writing {
	const char *sentence;
	enum output output;
	struct writer_options options;
	struct view cells[2];
	const char *expected;
};

#define HEADER                               \
	{                                    \
		true, false, false, 0, false \
	}
#define BARE                                  \
	{                                     \
		false, false, false, 0, false \
	}
#define TERMINAL                             \
	{                                    \
		false, false, false, 0, true \
	}

static const struct writing writings[] = {
	{ "CSV has a header and LF", OUTPUT_CSV, HEADER, { TEXT("1"), TEXT("") },
	    "a,b\n1,\n" },
	{ "CSV quotes where RFC 4180 must", OUTPUT_CSV, BARE,
	    { TEXT("x,\"y\""), TEXT("l1\nl2") }, "\"x,\"\"y\"\"\",\"l1\nl2\"\n" },
	{ "a CR needs quotes too, blanks and semicolons do not", OUTPUT_CSV, BARE,
	    { TEXT("\r"), TEXT(" ; ") }, "\"\r\", ; \n" },
	{ "a long cell is looked at to its end", OUTPUT_CSV, BARE,
	    { TEXT("abcdefghijklmnopq,"), TEXT("abcdefgh\"") },
	    "\"abcdefghijklmnopq,\",\"abcdefgh\"\"\"\n" },
	{ "output is faithful", OUTPUT_CSV, BARE, { TEXT("=1+1"), TEXT("\x1b[m") },
	    "=1+1,\x1b[m\n" },
	{ "TSV has no quoting", OUTPUT_TSV, HEADER, { TEXT("x,\"y\""), TEXT("") },
	    "a\tb\nx,\"y\"\t\n" },
	{ "TSV has four escapes", OUTPUT_TSV, BARE, { TEXT("\t\n\r\\"), TEXT("x\\t") },
	    "\\t\\n\\r\\\\\tx\\\\t\n" },
	{ "JSON is an object a line, empty is null", OUTPUT_JSON, HEADER,
	    { TEXT("\"\\/\n\x01\x7f"), TEXT("") },
	    "{\"a\":\"\\\"\\\\/\\n\\u0001\x7f\",\"b\":null}\n" },
	{ "on a terminal controls are made visible", OUTPUT_CSV, TERMINAL,
	    { TEXT("\x1b]52;c\x07\n"), TEXT("\xc2\x9b\xff\xe2\x80\xae\xe2\x80\x8b") },
	    "\\x1b]52;c\\x07\\n,\\u{009b}\\xff\\u{202e}\\u{200b}\n" },
	{ "in TSV too", OUTPUT_TSV, TERMINAL,
	    { TEXT("\x1b"), TEXT("\xc3\xbc\xe6\x9d\x8e") },
	    "\\\\x1b\t\xc3\xbc\xe6\x9d\x8e\n" },
	{ "in JSON they are its own escapes", OUTPUT_JSON, TERMINAL,
	    { TEXT("\x1b\xc2\x9b\xff"), TEXT("\x7f\xf3\xa0\x80\x81") },
	    "{\"a\":\"\\u001b\\u009b\\ufffd\",\"b\":\"\\u007f\\udb40\\udc01\"}\n" },
};

static void
test_formats(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(writings); i++) {
		struct buf out = BUF_EMPTY;

		write_rows(
		    &out, writings[i].output, &writings[i].options, writings[i].cells, 1);
		if (strcmp(buf_string(&out), writings[i].expected) != 0)
			print_error("%s\n", writings[i].sentence);
		assert_string_equal(buf_string(&out), writings[i].expected);
		buf_release(&out);
	}
}

/* A row of one empty cell must not look like a blank line. */
static void
test_one_empty_cell(void **state)
{
	static const struct writer_column column = { TEXT("a"), SHAPE_TEXT, false };
	static const struct writer_options options = HEADER;
	struct view cell = VIEW("");
	struct writer *writer;
	struct buf out = BUF_EMPTY;
	struct fault fault;

	(void)state;
	assert_int_equal(
	    writer_open(&writer, OUTPUT_CSV, &column, 1, &options, &out, &fault), 0);
	assert_int_equal(writer_row(writer, &cell, NULL, &out, &fault), 0);
	assert_string_equal(buf_string(&out), "a\n\"\"\n");
	writer_close(writer);
	buf_release(&out);
}

/* I7: what a spreadsheet would run, and the quotes of our own. */
static void
test_excel(void **state)
{
	static const struct {
		struct view cell;
		bool guarded;
	} cases[] = {
		{ TEXT("=1+1"), true },
		{ TEXT("+49 30"), true },
		{ TEXT("-1"), true },
		{ TEXT("@SUM(1)"), true },
		{ TEXT("\tx"), true },
		{ TEXT("\rx"), true },
		{ TEXT("\nx"), true },
		{ TEXT("  =1"), true },
		{ TEXT("\xc2\xa0=1"), true },
		{ TEXT(" \xe3\x80\x80@x"), true },
		{ TEXT("\xef\xbc\x9d"
		       "1"),
		    true },
		{ TEXT("\xef\xbc\x8b"
		       "1"),
		    true },
		{ TEXT("\xef\xbc\x8d"
		       "1"),
		    true },
		{ TEXT("\xef\xbc\xa0"
		       "1"),
		    true },
		{ TEXT("x\n=1"), true },
		{ TEXT("x\r\n -1"), true },
		{ TEXT("x\r+"), true },
		{ TEXT("'quoted"), true },
		{ TEXT("'"), true },
		{ TEXT(""), false },
		{ TEXT("a=1"), false },
		{ TEXT("ann@example.com"), false },
		{ TEXT("x\r\ny"), false },
		{ TEXT("x\n\ny"), false },
		{ TEXT("it's"), false },
		{ TEXT("\xe2\x88\x92"
		       "1"),
		    false },
		{ TEXT("  x"), false },
	};
	static const struct writer_options options = BARE;
	struct buf out = BUF_EMPTY, expected = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct view cells[2] = { cases[i].cell, VIEW("x") };
		struct buf guarded = BUF_EMPTY;

		buf_clear(&out);
		buf_clear(&expected);
		write_rows(&out, OUTPUT_EXCEL, &options, cells, 1);
		if (cases[i].guarded)
			buf_char(&guarded, '\'');
		buf_view(&guarded, cases[i].cell);
		buf_text(&expected,
		    "\xef\xbb\xbf"
		    "a,b,_excel\r\n");
		csv_cell(&expected, buf_as_view(&guarded));
		buf_text(&expected, ",x,\r\n");
		assert_string_equal(buf_string(&out), buf_string(&expected));
		buf_release(&guarded);
	}
	buf_release(&out);
	buf_release(&expected);
}

static void
test_json_shapes(void **state)
{
	static const struct {
		enum writer_shape shape;
		struct view cell;
		const char *expected;
	} cases[] = {
		{ SHAPE_NUMBER, TEXT("18446744073709551615"), "18446744073709551615" },
		{ SHAPE_NUMBER, TEXT("-5"), "-5" },
		{ SHAPE_NUMBER, TEXT("0"), "0" },
		{ SHAPE_NUMBER, TEXT("007"), "\"007\"" },
		{ SHAPE_NUMBER, TEXT("-"), "\"-\"" },
		{ SHAPE_NUMBER, TEXT("1.5"), "\"1.5\"" },
		{ SHAPE_NUMBER, TEXT(""), "null" },
		{ SHAPE_FLAG, TEXT("true"), "true" },
		{ SHAPE_FLAG, TEXT("false"), "false" },
		{ SHAPE_FLAG, TEXT(""), "null" },
		{ SHAPE_FLAG, TEXT("yes"), "\"yes\"" },
		{ SHAPE_LIST, TEXT(""), "[]" },
		{ SHAPE_LIST, TEXT("x"), "[\"x\"]" },
		{ SHAPE_LIST, TEXT("x;y\\;z;\\\\"), "[\"x\",\"y;z\",\"\\\\\"]" },
		{ SHAPE_LIST, TEXT(";"), "[\"\",\"\"]" },
		{ SHAPE_TEXT, TEXT("1"), "\"1\"" },
	};
	static const struct writer_options options = BARE;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct writer_column column = { VIEW("v"), cases[i].shape, false };
		struct buf out = BUF_EMPTY, expected = BUF_EMPTY;
		struct writer *writer;
		struct fault fault;

		assert_int_equal(
		    writer_open(&writer, OUTPUT_JSON, &column, 1, &options, &out, &fault),
		    0);
		assert_int_equal(
		    writer_row(writer, &cases[i].cell, NULL, &out, &fault), 0);
		buf_printf(&expected, "{\"v\":%s}\n", cases[i].expected);
		assert_string_equal(buf_string(&out), buf_string(&expected));
		writer_close(writer);
		buf_release(&out);
		buf_release(&expected);
	}
}

static uint64_t seed;

static uint32_t
next(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33);
}

/* A cell of what formats take for something, in any order. */
static void
random_cell(struct buf *out)
{
	static const char *const pieces[] = { "\"", ",", "\n", "\r", "\r\n", "\t", "\\",
		"\\t", ";", "'", "=", " ", "a", "bc", "text that is longer", "\xc3\xbc",
		"\xe6\x9d\x8e", "\xf0\x9f\x98\x80", "|", "\xc2\x85", "{", "}", "[",
		"null" };

	for (uint32_t n = next() % 6; n > 0; n--)
		buf_text(out, pieces[next() % COUNT(pieces)]);
}

/* I2, I6: what is written in any format reads back as it was. */
static void
test_round_trip(void **state)
{
	static const struct {
		enum output output;
		enum reader_format format;
	} formats[] = {
		{ OUTPUT_CSV, READER_CSV },
		{ OUTPUT_TSV, READER_TSV },
		{ OUTPUT_JSON, READER_JSON },
	};
	static const struct writer_options options = HEADER;
	enum { ROWS = 4 };

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct buf texts[2 * ROWS] = { BUF_EMPTY };
		struct view cells[2 * ROWS];
		struct buf out = BUF_EMPTY;
		struct reader_options reading = { .format = formats[round % 3].format,
			.read_size = next() % 65 };
		struct reader *reader;
		struct fault fault;
		struct row row;
		int fd;

		for (size_t i = 0; i < COUNT(texts); i++) {
			random_cell(&texts[i]);
			cells[i] = buf_as_view(&texts[i]);
		}
		write_rows(&out, formats[round % 3].output, &options, cells, ROWS);
		fd = reading_file(buf_as_view(&out));
		assert_int_equal(reader_open(&reader, fd, "test", &reading, &fault), 0);
		assert_int_equal(reader_next(reader, &row, &fault), 1);
		for (size_t i = 0; i < ROWS; i++) {
			assert_int_equal(reader_next(reader, &row, &fault), 1);
			assert_null(row.code);
			assert_int_equal(row.count, 2);
			assert_true(view_equal(row.cells[0], cells[2 * i]));
			assert_true(view_equal(row.cells[1], cells[2 * i + 1]));
		}
		assert_int_equal(reader_next(reader, &row, &fault), 0);
		reader_close(reader);
		assert_int_equal(close(fd), 0);
		for (size_t i = 0; i < COUNT(texts); i++)
			buf_release(&texts[i]);
		buf_release(&out);
	}
}

static void
test_names(void **state)
{
	enum output output;

	(void)state;
	assert_true(output_by_name("excel", &output));
	assert_int_equal(output, OUTPUT_EXCEL);
	assert_false(output_by_name("xls", &output));
	assert_false(output_by_name("", &output));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_one_empty_cell),
		cmocka_unit_test(test_excel),
		cmocka_unit_test(test_json_shapes),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_names),
	};
	const char *chosen = getenv("SEED");

	seed = chosen != NULL ? strtoull(chosen, NULL, 10) : 20261005;
	fprintf(stderr, "SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
