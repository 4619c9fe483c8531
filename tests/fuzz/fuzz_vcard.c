/* SPDX-License-Identifier: ISC */
/*
 * vCards: any bytes come to an end, what is handed out is within its limits and
 * valid UTF-8, and a file read in pieces of a few bytes gives the same rows as one
 * read at once. The first byte chooses an encoding.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fold.h"
#include "table/reader.h"

static int file = -1;

static void
must(bool good)
{
	if (!good)
		abort();
}

static bool
holds(const uint8_t *bytes, size_t len)
{
	if (file < 0)
		file = memfd_create("fuzz", MFD_CLOEXEC);
	return file >= 0 && pwrite(file, bytes, len, 0) == (ssize_t)len &&
	    ftruncate(file, (off_t)len) == 0;
}

static void
look_at(const struct row *row, struct buf *rows)
{
	must(row->line > 0);
	buf_printf(rows, "%llu %s", (unsigned long long)row->line,
	    row->code == NULL ? "" : row->code);
	if (row->code != NULL) {
		must(row->message != NULL && row->message[0] != '\0');
		must(row->raw.len <= READER_VALUE_MAX);
		buf_text(rows, row->message);
	}
	for (size_t i = 0; row->code == NULL && i < row->count; i++) {
		must(row->cells[i].len <= READER_VALUE_MAX);
		must(utf8_valid(row->cells[i]) == row->cells[i].len);
		for (size_t k = 0; k < row->cells[i].len; k++)
			must((unsigned char)row->cells[i].at[k] >= ' ' ||
			    strchr("\t\r\n", row->cells[i].at[k]) != NULL);
		buf_char(rows, '|');
		buf_view(rows, row->cells[i]);
	}
	buf_char(rows, '\n');
}

static void
read_rows(const struct reader_options *options, struct buf *rows)
{
	struct reader *reader = NULL;
	struct fault fault;
	struct row row;
	int got = -1;

	if (reader_open(&reader, file, "fuzz", options, &fault) == 0) {
		if (reader_format(reader) == READER_VCARD)
			while ((got = reader_next(reader, &row, &fault)) == 1)
				look_at(&row, rows);
		else
			got = 0;
	}
	if (got < 0)
		buf_text(rows, fault.text);
	reader_close(reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct buf at_once = BUF_EMPTY, in_pieces = BUF_EMPTY;
	struct reader_options options = { .may_be_mail = true };

	if (len == 0 || !holds(bytes + 1, len - 1))
		return 0;
	options.format = (bytes[0] & 4) != 0 ? READER_AUTO : READER_VCARD;
	options.encoding = (bytes[0] & 8) != 0 ? "latin1" : NULL;
	options.read_size = 16384;
	read_rows(&options, &at_once);
	/* What it is, is told from its first 64 KiB. */
	options.read_size = 7;
	read_rows(&options, &in_pieces);
	must(view_equal(buf_as_view(&at_once), buf_as_view(&in_pieces)));
	buf_release(&at_once);
	buf_release(&in_pieces);
	return 0;
}
