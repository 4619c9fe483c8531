/* SPDX-License-Identifier: ISC */
#ifndef UNIT_READING_H
#define UNIT_READING_H

/*
 * Reads a text through the reader and prints what came out, a row a line:
 * `2 a|b` for cells, `2 !CODE 3 message` for a row in error (3 is the column).
 * Control characters in cells are shown as show_text does.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

#include "table/reader.h"
#include "table/writer.h"

struct reading {
	const char *sentence; /* what the case shows, and the rule it proves */
	struct view input;
	const char *expected;
	struct reader_options options;
	const char *fallback;
	int escapes; /* 1 on, -1 off, 0 as it comes */
};

/* A view in a static table, and a case that asks for nothing special. */
#define TEXT(literal)                           \
	{                                       \
		"" literal, sizeof(literal) - 1 \
	}
#define PLAIN { .format = READER_AUTO }, NULL, 0

static inline int
reading_file(struct view input)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, input.at, input.len), input.len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static inline void
reading_print(struct buf *out, const struct row *row)
{
	buf_printf(out, "%llu ", (unsigned long long)row->line);
	if (row->code != NULL)
		buf_printf(out, "!%s %zu %s", row->code, row->column, row->message);
	for (size_t i = 0; i < row->count; i++) {
		if (i > 0)
			buf_char(out, '|');
		show_text(out, row->cells[i]);
	}
	buf_char(out, '\n');
}

/* All rows of input, or "fault: " and why. With peek set the first records are
 * looked at before they are read. The text is in *out, which the caller owns. */
static inline const char *
reading_rows(struct buf *out, const struct reading *reading, size_t read_size, bool peek)
{
	struct reader_options options = reading->options;
	int fd = reading_file(reading->input), result = 0;
	struct reader *reader;
	struct fault fault;
	struct row row;

	options.read_size = read_size;
	if (reader_open(&reader, fd, "test", &options, &fault) == 0) {
		for (size_t i = 0; peek && i < READER_PEEK_MAX; i++)
			assert_true(reader_peek(reader, i, &row, &fault) >= 0);
		if (reading->fallback != NULL)
			reader_set_fallback(reader, reading->fallback);
		if (reading->escapes != 0)
			reader_set_escapes(reader, reading->escapes > 0);
		while ((result = reader_next(reader, &row, &fault)) > 0)
			reading_print(out, &row);
		reader_close(reader);
	} else {
		result = -1;
	}
	if (result < 0)
		buf_printf(out, "fault: %s\n", fault.text);
	assert_int_equal(close(fd), 0);
	return buf_string(out);
}

/* Each case in one read and cut anywhere, with and without peeking. */
static inline void
reading_check(const struct reading *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t size = 0; size <= 64; size += size < 9 ? 1 : 11)
			for (int peek = 0; peek < 2; peek++) {
				struct buf out = BUF_EMPTY;
				const char *rows =
				    reading_rows(&out, &cases[i], size, peek);

				if (strcmp(rows, cases[i].expected) != 0)
					print_error("%s (reads of %zu bytes)\n",
					    cases[i].sentence, size);
				assert_string_equal(rows, cases[i].expected);
				buf_release(&out);
			}
}

#define READING_CHECK(cases) reading_check(cases, sizeof(cases) / sizeof((cases)[0]))

#endif
