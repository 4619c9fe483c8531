/* SPDX-License-Identifier: ISC */
/*
 * Our CSV beside libcsv's (I2): what it writes we read, what we write it reads
 * in its strict mode, to the byte, wherever the file is cut into reads.
 */
#include "reading.h"

#include <csv.h>

enum { COLUMNS = 3, ROUNDS = 4000 };

static uint64_t seed;

static uint32_t
next(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33);
}

static void
random_cell(struct buf *out)
{
	static const char *const pieces[] = { "\"", ",", "\n", "\r", "\r\n", "\t", " ",
		"a", "xyz", "\"\"", "\xc3\xa9",
		"some longer text to cross a block of sixteen bytes" };

	for (uint32_t n = next() % 8; n > 0; n--)
		buf_text(out, pieces[next() % (sizeof(pieces) / sizeof(pieces[0]))]);
}

struct table {
	struct buf cells[64 * COLUMNS];
	size_t rows;
};

static void
random_table(struct table *table)
{
	*table = (struct table){ .rows = 1 + next() % 8 };
	for (size_t i = 0; i < table->rows * COLUMNS; i++)
		random_cell(&table->cells[i]);
}

static void
release_table(struct table *table)
{
	for (size_t i = 0; i < table->rows * COLUMNS; i++)
		buf_release(&table->cells[i]);
}

static void
peer_write(struct buf *out, const struct table *table)
{
	buf_text(out, "a,b,c\n");
	for (size_t i = 0; i < table->rows * COLUMNS; i++) {
		const struct buf *cell = &table->cells[i];
		size_t room = 2 * cell->len + 2;

		assert_true(buf_reserve(out, room + 1));
		out->len += csv_write(out->at + out->len, room,
		    cell->at == NULL ? "" : cell->at, cell->len);
		buf_char(out, i % COLUMNS == COLUMNS - 1 ? '\n' : ',');
	}
}

static void
what_libcsv_writes_we_read(void **state)
{
	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct reader_options options = { .format = READER_CSV,
			.read_size = round % 65 };
		struct buf file = BUF_EMPTY;
		struct reader *reader;
		struct table table;
		struct fault fault;
		struct row row;
		int fd;

		random_table(&table);
		peer_write(&file, &table);
		fd = reading_file(buf_as_view(&file));
		assert_int_equal(reader_open(&reader, fd, "test", &options, &fault), 0);
		assert_int_equal(reader_next(reader, &row, &fault), 1);
		for (size_t i = 0; i < table.rows; i++) {
			assert_int_equal(reader_next(reader, &row, &fault), 1);
			assert_null(row.code);
			assert_int_equal(row.count, COLUMNS);
			for (size_t k = 0; k < COLUMNS; k++)
				assert_true(view_equal(row.cells[k],
				    buf_as_view(&table.cells[i * COLUMNS + k])));
		}
		assert_int_equal(reader_next(reader, &row, &fault), 0);
		reader_close(reader);
		assert_int_equal(close(fd), 0);
		release_table(&table);
		buf_release(&file);
	}
}

/* Where libcsv is in the table that it should find. */
struct progress {
	const struct table *table;
	size_t cell, rows;
	bool wrong;
};

static void
peer_cell(void *bytes, size_t len, void *context)
{
	struct progress *progress = context;
	size_t i = progress->cell++;

	if (i < COLUMNS)
		return; /* the header */
	i -= COLUMNS;
	if (i >= progress->table->rows * COLUMNS ||
	    !view_equal(view_make(bytes, len), buf_as_view(&progress->table->cells[i])))
		progress->wrong = true;
}

static void
peer_row(int terminator, void *context)
{
	struct progress *progress = context;

	(void)terminator;
	progress->rows++;
}

static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void
what_we_write_libcsv_reads(void **state)
{
	static const struct writer_column columns[COLUMNS] = {
		{ TEXT("a"), SHAPE_TEXT, false },
		{ TEXT("b"), SHAPE_TEXT, false },
		{ TEXT("c"), SHAPE_TEXT, false },
	};
	static const struct writer_options options = { .header = true };

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct buf file = BUF_EMPTY;
		struct progress progress;
		struct csv_parser parser;
		struct writer *writer;
		struct table table;
		struct fault fault;

		random_table(&table);
		progress = (struct progress){ &table, 0, 0, false };
		assert_int_equal(writer_open(&writer, OUTPUT_CSV, columns, COLUMNS,
				     &options, &file, &fault),
		    0);
		for (size_t i = 0; i < table.rows; i++) {
			struct view cells[COLUMNS];

			for (size_t k = 0; k < COLUMNS; k++)
				cells[k] = buf_as_view(&table.cells[i * COLUMNS + k]);
			assert_int_equal(
			    writer_row(writer, cells, NULL, &file, &fault), 0);
		}
		writer_close(writer);
		assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), 0);
		csv_set_space_func(&parser, no_space);
		assert_int_equal(
		    csv_parse(&parser, file.at, file.len, peer_cell, peer_row, &progress),
		    file.len);
		assert_int_equal(csv_fini(&parser, peer_cell, peer_row, &progress), 0);
		csv_free(&parser);
		assert_false(progress.wrong);
		assert_int_equal(progress.rows, table.rows + 1);
		release_table(&table);
		buf_release(&file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_libcsv_writes_we_read),
		cmocka_unit_test(what_we_write_libcsv_reads),
	};
	const char *chosen = getenv("SEED");

	seed = chosen != NULL ? strtoull(chosen, NULL, 10) : 20261005;
	fprintf(stderr, "SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
