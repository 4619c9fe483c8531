/* SPDX-License-Identifier: ISC */
/*
 * The table for a terminal: columns stand under each other whatever the
 * script, nothing is wider than the terminal, and nothing stored drives it (I5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <locale.h>

#include "table/table_fit.h"
#include "table/writer.h"

#define TEXT(literal)                           \
	{                                       \
		"" literal, sizeof(literal) - 1 \
	}
#define ELLIPSIS "\xe2\x80\xa6"

static const struct writer_column columns[] = {
	{ TEXT("id"), SHAPE_NUMBER, STAY_KEPT },
	{ TEXT("name"), SHAPE_TEXT, STAY_KEPT },
	{ TEXT("title"), SHAPE_TEXT, STAY_PLAIN },
	{ TEXT("city"), SHAPE_TEXT, STAY_PLAIN },
};

static void
write_table(struct buf *out, const struct writer_options *options,
    const struct view *cells, const unsigned char *colours, size_t rows)
{
	struct writer *writer;
	struct fault fault;

	assert_int_equal(
	    writer_open(&writer, OUTPUT_TABLE, columns, 4, options, out, &fault), 0);
	for (size_t i = 0; i < rows; i++)
		assert_int_equal(
		    writer_row(writer, cells + 4 * i, colours, out, &fault), 0);
	assert_int_equal(writer_finish(writer, out, &fault), 0);
	writer_close(writer);
}

static const struct view people[] = {
	TEXT("7"),
	TEXT("Ann Example"),
	TEXT("Head of Things"),
	TEXT("Springfield"),
	TEXT("1234"),
	TEXT("\xe6\x9d\x8e\xe5\xb0\x8f\xe9\xbe\x99"),
	TEXT(""),
	TEXT("\xe6\x9d\xb1"),
	TEXT("12"),
	TEXT("Zoe\xcc\x88 \xf0\x9f\x98\x80"),
	TEXT("CEO"),
	TEXT(""),
};

static void
columns_stand_under_each_other_in_any_script(void **state)
{
	static const struct writer_options options = { .header = true };
	struct buf out = BUF_EMPTY;

	(void)state;
	write_table(&out, &options, people, NULL, 3);
	assert_string_equal(buf_string(&out),
	    "  id  name         title           city\n"
	    "   7  Ann Example  Head of Things  Springfield\n"
	    "1234  \xe6\x9d\x8e\xe5\xb0\x8f\xe9\xbe\x99                       "
	    "\xe6\x9d\xb1\n"
	    "  12  Zoe\xcc\x88 \xf0\x9f\x98\x80       CEO\n");
	buf_release(&out);
}

static void
the_longest_are_cut_first_and_those_to_keep_last(void **state)
{
	static const struct writer_options narrow = { .header = true, .width = 36 };
	static const struct writer_options plain = {
		.header = true, .ascii = true, .width = 36
	};
	struct buf out = BUF_EMPTY;

	(void)state;
	write_table(&out, &narrow, people, NULL, 1);
	assert_string_equal(buf_string(&out),
	    "id  name         title      city\n"
	    " 7  Ann Example  Head of " ELLIPSIS "  Springf" ELLIPSIS "\n");
	buf_clear(&out);
	write_table(&out, &plain, people, NULL, 1);
	assert_null(strstr(buf_string(&out), ELLIPSIS));
	assert_non_null(strchr(out.at, '~'));
	buf_release(&out);
}

static void
columns_without_room_are_counted(void **state)
{
	static const struct writer_options options = { .header = true, .width = 22 };
	struct buf out = BUF_EMPTY;

	(void)state;
	write_table(&out, &options, people, NULL, 1);
	assert_string_equal(buf_string(&out), "id  name         +2\n 7  Ann Example\n");
	buf_release(&out);
}

/* A log: of a time that is cut nothing can be asked any more. Long texts give
 * first, then columns go, the last of those that matter least. */
static void
a_time_is_never_cut(void **state)
{
	static const struct writer_column runs[] = {
		{ TEXT("rev"), SHAPE_NUMBER, STAY_KEPT },
		{ TEXT("when"), SHAPE_TEXT, STAY_WHOLE },
		{ TEXT("to"), SHAPE_TEXT, STAY_WIDE },
		{ TEXT("cause"), SHAPE_TEXT, STAY_PLAIN },
		{ TEXT("undoes"), SHAPE_NUMBER, STAY_PLAIN },
	};
	static const struct view cells[] = { TEXT("12"), TEXT("2026-10-05T08:30:00Z"),
		TEXT("a title that is rather long"), TEXT("organization"), TEXT("7") };
	static const struct {
		unsigned width;
		const char *lines;
	} cases[] = {
		{ 60,
		    "rev  when                  to            cause        undoes\n"
		    " 12  2026-10-05T08:30:00Z  a title tha" ELLIPSIS
		    "  organizati" ELLIPSIS "       7\n" },
		{ 50,
		    "rev  when                  to                 +2\n"
		    " 12  2026-10-05T08:30:00Z  a title that is " ELLIPSIS "\n" },
		{ 35, "rev  when                  +3\n 12  2026-10-05T08:30:00Z\n" },
	};
	struct buf out = BUF_EMPTY;
	struct writer *writer;
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct writer_options options = { .header = true,
			.width = cases[i].width };

		buf_clear(&out);
		assert_int_equal(
		    writer_open(&writer, OUTPUT_TABLE, runs, 5, &options, &out, &fault),
		    0);
		assert_int_equal(writer_row(writer, cells, NULL, &out, &fault), 0);
		assert_int_equal(writer_finish(writer, &out, &fault), 0);
		writer_close(writer);
		assert_string_equal(buf_string(&out), cases[i].lines);
	}
	buf_release(&out);
}

static void
no_line_is_wider_than_the_terminal(void **state)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before;

	(void)state;
	if (utf8 == (locale_t)0)
		skip();
	for (unsigned width = 14; width < 60; width++) {
		struct writer_options options = { .header = true, .width = width };
		struct buf out = BUF_EMPTY;
		struct view rest;

		write_table(&out, &options, people, NULL, 3);
		before = uselocale(utf8);
		for (rest = buf_as_view(&out); rest.len > 0;) {
			size_t len =
			    (size_t)((const char *)memchr(rest.at, '\n', rest.len) -
				rest.at);

			assert_true(fit_width(view_until(rest, len)) <= width);
			rest = view_from(rest, len + 1);
		}
		uselocale(before);
		buf_release(&out);
	}
	freelocale(utf8);
}

static void
nothing_stored_drives_the_terminal(void **state)
{
	static const struct writer_options options = { .header = true };
	static const struct view cells[] = {
		TEXT("1"),
		TEXT("\x1b[2J\x07\n"),
		TEXT("\xc2\x9b"
		     "31m\xe2\x80\xae"),
		TEXT("\xff\t"),
	};
	struct buf out = BUF_EMPTY;

	(void)state;
	write_table(&out, &options, cells, NULL, 1);
	assert_string_equal(buf_string(&out),
	    "id  name           title                city\n"
	    " 1  \\x1b[2J\\x07\\n  \\u{009b}31m\\u{202e}  \\xff\\t\n");
	buf_release(&out);
}

static void
colours_are_used_only_when_asked_for(void **state)
{
	static const unsigned char colours[] = { COLOUR_NONE, COLOUR_GREEN, COLOUR_NONE,
		COLOUR_NONE };
	static const struct writer_options plain = { .header = true };
	static const struct writer_options coloured = { .header = true, .colour = true };
	struct buf out = BUF_EMPTY;

	(void)state;
	write_table(&out, &plain, people, colours, 1);
	assert_null(strchr(buf_string(&out), '\x1b'));
	buf_clear(&out);
	write_table(&out, &coloured, people, colours, 1);
	assert_non_null(strstr(buf_string(&out), "\x1b[32mAnn Example"));
	assert_non_null(strstr(out.at, "\x1b[1m"));
	buf_release(&out);
}

/* Rows beyond those that are kept come out in the same columns, in order. */
static void
a_long_table_is_laid_out_in_parts(void **state)
{
	enum { ROWS = 12000 };
	static const struct writer_options options = { .header = true };
	struct buf out = BUF_EMPTY;
	struct writer *writer;
	struct fault fault;
	size_t lines = 0;

	(void)state;
	assert_int_equal(
	    writer_open(&writer, OUTPUT_TABLE, columns, 4, &options, &out, &fault), 0);
	for (size_t i = 0; i < ROWS; i++) {
		char id[8];
		struct view cells[4] = { { id, 0 }, people[1], people[2], people[3] };

		cells[0].len = (size_t)snprintf(id, sizeof(id), "%zu", i + 1);
		assert_int_equal(writer_row(writer, cells, NULL, &out, &fault), 0);
	}
	assert_true(out.len > 0);
	assert_int_equal(writer_finish(writer, &out, &fault), 0);
	writer_close(writer);
	for (size_t i = 0; i < out.len; i++)
		lines += out.at[i] == '\n';
	assert_int_equal(lines, ROWS + 1);
	assert_non_null(strstr(buf_string(&out),
	    "\n5000  Ann Example  Head of Things  Springfield\n 5001  Ann"));
	assert_non_null(
	    strstr(out.at, "\n12000  Ann Example  Head of Things  Springfield\n"));
	buf_release(&out);
}

static void
text_is_cut_between_characters(void **state)
{
	static const struct {
		struct view text;
		size_t width;
		const char *expected;
	} cases[] = {
		{ TEXT("abc"), 3, "abc" },
		{ TEXT("abcd"), 3, "ab" ELLIPSIS },
		{ TEXT("abcd"), 1, ELLIPSIS },
		{ TEXT("abcd"), 0, "" },
		{ TEXT(""), 0, "" },
		{ TEXT("\xe6\x9d\x8e\xe5\xb0\x8f"), 4, "\xe6\x9d\x8e\xe5\xb0\x8f" },
		{ TEXT("\xe6\x9d\x8e\xe5\xb0\x8f"), 3, "\xe6\x9d\x8e" ELLIPSIS },
		{ TEXT("\xe6\x9d\x8e\xe5\xb0\x8f"), 2, ELLIPSIS },
		{ TEXT("e\xcc\x81xy"), 2, "e\xcc\x81" ELLIPSIS },
	};
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before;

	(void)state;
	if (utf8 == (locale_t)0)
		skip();
	before = uselocale(utf8);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = BUF_EMPTY;

		fit_cut(&out, cases[i].text, cases[i].width, ELLIPSIS);
		assert_string_equal(buf_string(&out), cases[i].expected);
		buf_release(&out);
	}
	uselocale(before);
	freelocale(utf8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_stand_under_each_other_in_any_script),
		cmocka_unit_test(the_longest_are_cut_first_and_those_to_keep_last),
		cmocka_unit_test(columns_without_room_are_counted),
		cmocka_unit_test(a_time_is_never_cut),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(nothing_stored_drives_the_terminal),
		cmocka_unit_test(colours_are_used_only_when_asked_for),
		cmocka_unit_test(a_long_table_is_laid_out_in_parts),
		cmocka_unit_test(text_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
