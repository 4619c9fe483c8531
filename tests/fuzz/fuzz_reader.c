/* SPDX-License-Identifier: ISC */
/*
 * The reader over any file: it comes to the end or to a fault, each row's cells
 * are within their limits and valid UTF-8, a row in error says why, and a file
 * read in pieces of a few bytes gives as many rows as one read at once. The first
 * byte chooses format and encoding.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fold.h"
#include "table/reader.h"

static int file = -1;
static int escapes; /* 1 and 2: on and off, not as the file looks */

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
look_at(const struct row *row)
{
	size_t total = 0;

	must(row->line > 0);
	if (row->code != NULL) {
		must(row->message != NULL && row->message[0] != '\0');
		must(row->raw.len <= READER_VALUE_MAX);
		return;
	}
	must(row->count <= READER_COLUMNS_MAX);
	for (size_t i = 0; i < row->count; i++) {
		must(row->cells[i].len <= READER_VALUE_MAX);
		must(utf8_valid(row->cells[i]) == row->cells[i].len);
		total += row->cells[i].len;
	}
	must(total <= READER_RECORD_MAX);
}

/* One file without a name, used again and again, has these bytes. */
static bool
holds(const uint8_t *bytes, size_t len)
{
	if (file < 0)
		file = memfd_create("fuzz", MFD_CLOEXEC);
	return file >= 0 && pwrite(file, bytes, len, 0) == (ssize_t)len &&
	    ftruncate(file, (off_t)len) == 0;
}

/* How many rows there are; -1 when the file is refused. */
static long
read_rows(const struct reader_options *options, const char *fallback)
{
	struct reader *reader = NULL;
	struct fault fault;
	struct row row;
	uint64_t done, size;
	long rows = 0;
	int got;

	if (reader_open(&reader, file, "fuzz", options, &fault) < 0)
		return -1;
	if (reader_peek(reader, 2, &row, &fault) == 1)
		look_at(&row);
	if (escapes == 1 || escapes == 2)
		reader_set_escapes(reader, escapes == 1);
	reader_set_fallback(reader, fallback);
	while ((got = reader_next(reader, &row, &fault)) == 1) {
		look_at(&row);
		rows++;
	}
	must(reader_describe(reader) != NULL);
	must(reader_format(reader) != READER_AUTO);
	if (reader_fallback_rows(reader, &fallback) > (uint64_t)rows)
		abort();
	reader_position(reader, &done, &size);
	/* The mark at its beginning counts for the size alone. */
	must(got < 0 || done + 4 >= size);
	reader_close(reader);
	return got < 0 ? -1 : rows;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const encodings[] = { NULL, NULL, "windows-1252", "UTF-16LE",
		"ISO-8859-2", "SHIFT_JIS", "UTF-16", "UTF-32" };
	struct reader_options options = { .format = READER_AUTO };
	const char *fallback;
	long at_once, in_pieces;

	if (len == 0)
		return 0;
	options.format = (enum reader_format)(bytes[0] & 3);
	options.encoding = encodings[((bytes[0] >> 2) & 3) | ((bytes[0] >> 3) & 4)];
	escapes = bytes[0] >> 6;
	fallback = (bytes[0] & 0x10) != 0 ? "windows-1252" : NULL;
	if (!holds(bytes + 1, len - 1))
		return 0;
	/* Less than a program reads at once, which costs most of a run's time. */
	options.read_size = 16384;
	at_once = read_rows(&options, fallback);
	options.read_size = 7;
	in_pieces = read_rows(&options, fallback);
	must(at_once == in_pieces);
	return 0;
}
