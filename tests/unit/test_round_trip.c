/* SPDX-License-Identifier: ISC */
/*
 * What a writer writes a reader reads, to the byte (I2): any text that a cell
 * may hold, as CSV and as TSV, wherever the file is cut into reads. 100,000
 * records of each; `test_round_trip RECORDS`, or ROUND_TRIP=RECORDS in the
 * environment, chooses how many, SEED which ones.
 */
#include "reading.h"

#include "base/fold.h"
#include "table/writer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { COLUMNS_MOST = 12, BATCH = 500 };

static uint64_t state, records = 100000;

static uint32_t
next(uint32_t below)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(state >> 33) % below;
}

/* Any scalar but surrogates and the controls that no cell may hold. */
static void
put_scalar(struct buf *out)
{
	static const uint32_t tops[] = { 0x80, 0x800, 0x10000, 0x110000 };
	uint32_t scalar = next(tops[next(4)]);

	if (scalar < 0x20 && scalar != '\t' && scalar != '\n' && scalar != '\r')
		scalar += 0x20;
	if (scalar < 0xd800 || scalar > 0xdfff)
		utf8_encode(out, scalar);
}

static void
put_cell(struct buf *out)
{
	static const char *const pieces[] = { "\"", "\"\"", ",", "\n", "\r", "\r\n", "\t",
		"\\", "\\t", "\\\\", "\\n", ";", "|", "^", "`", "'", " ", "sep=;", "=1",
		"\xef\xbb\xbf", "id", "rev", "some text to cross a block of sixteen" };
	uint32_t count = next(9);

	while (count-- > 0)
		if (next(3) == 0)
			put_scalar(out);
		else
			buf_text(out, pieces[next(COUNT(pieces))]);
	/* Cells longer than a block, now and then than what is read at once. */
	if (next(2000) == 0)
		for (count = next(40000); count > 0; count--)
			buf_char(out, (char)('a' + count % 26));
}

struct table {
	struct buf cells[BATCH * COLUMNS_MOST];
	size_t rows, columns;
};

static void
make_table(struct table *table)
{
	/* Of one column nobody could tell the delimiter, nor an empty TSV
	 * record from an empty line. */
	table->columns = 2 + next(COLUMNS_MOST - 1);
	table->rows = BATCH;
	for (size_t i = 0; i < table->rows * table->columns; i++) {
		if (table->cells[i].cap > 4096)
			buf_release(&table->cells[i]);
		buf_clear(&table->cells[i]);
		put_cell(&table->cells[i]);
		assert_false(table->cells[i].failed);
	}
}

static void
write_table(struct buf *out, const struct table *table, enum output output)
{
	static const struct writer_options options = { .header = true };
	static const char *const names[COLUMNS_MOST] = { "a", "b", "c", "d", "e", "f",
		"g", "h", "i", "j", "k", "l" };
	struct writer_column columns[COLUMNS_MOST];
	struct view cells[COLUMNS_MOST];
	struct writer *writer;
	struct fault fault;

	for (size_t i = 0; i < table->columns; i++)
		columns[i] =
		    (struct writer_column){ view_of(names[i]), SHAPE_TEXT, false };
	assert_int_equal(
	    writer_open(&writer, output, columns, table->columns, &options, out, &fault),
	    0);
	for (size_t row = 0; row < table->rows; row++) {
		for (size_t i = 0; i < table->columns; i++)
			cells[i] = buf_as_view(&table->cells[row * table->columns + i]);
		assert_int_equal(writer_row(writer, cells, NULL, out, &fault), 0);
	}
	assert_int_equal(writer_finish(writer, out, &fault), 0);
	assert_int_equal(buf_check(out, &fault), 0);
	writer_close(writer);
}

/* The number of cells that differ from what was read, all of which is passed
 * through `change` first. */
static size_t
read_table(const struct buf *file, const struct table *table, enum reader_format format,
    struct view (*change)(struct view cell))
{
	struct reader_options options = { .format = format,
		.read_size = next(3) == 0 ? 1 + next(64) : 0 };
	size_t wrong = 0;
	struct reader *reader;
	struct fault fault;
	struct row row;
	int fd = reading_file(buf_as_view(file));

	assert_int_equal(reader_open(&reader, fd, "test", &options, &fault), 0);
	assert_int_equal(reader_next(reader, &row, &fault), 1);
	for (size_t at = 0; at < table->rows; at++) {
		assert_int_equal(reader_next(reader, &row, &fault), 1);
		if (row.code != NULL)
			fail_msg("%s: %s", row.code, row.message);
		assert_int_equal(row.count, table->columns);
		for (size_t i = 0; i < table->columns; i++)
			wrong += !view_equal(change(row.cells[i]),
			    buf_as_view(&table->cells[at * table->columns + i]));
	}
	assert_int_equal(reader_next(reader, &row, &fault), 0);
	reader_close(reader);
	assert_int_equal(close(fd), 0);
	return wrong;
}

static struct view
as_it_is(struct view cell)
{
	return cell;
}

static void
round_trip(enum output output, enum reader_format format)
{
	static struct table table;
	struct buf file = BUF_EMPTY;
	uint64_t before;

	for (uint64_t done = 0; done < records; done += BATCH) {
		before = state;
		make_table(&table);
		buf_clear(&file);
		write_table(&file, &table, output);
		if (read_table(&file, &table, format, as_it_is) != 0)
			fail_msg("cells differ: SEED=%llu", (unsigned long long)before);
		/* The teeth: a reader that trims is found out. */
		if (done == 0)
			assert_true(read_table(&file, &table, format, text_trim) > 0);
	}
	buf_release(&file);
	for (size_t i = 0; i < COUNT(table.cells); i++)
		buf_release(&table.cells[i]);
}

static void
csv_loses_nothing(void **unused)
{
	(void)unused;
	round_trip(OUTPUT_CSV, READER_CSV);
}

static void
tsv_loses_nothing(void **unused)
{
	(void)unused;
	round_trip(OUTPUT_TSV, READER_TSV);
}

/* I6: a record of TSV is a line, whatever is in it. */
static void
a_record_of_tsv_is_a_line(void **unused)
{
	static struct table table;
	struct buf file = BUF_EMPTY;
	size_t lines = 0;

	(void)unused;
	make_table(&table);
	write_table(&file, &table, OUTPUT_TSV);
	for (size_t i = 0; i < file.len; i++) {
		lines += file.at[i] == '\n';
		assert_true(file.at[i] != '\r');
	}
	assert_int_equal(lines, table.rows + 1);
	buf_release(&file);
	for (size_t i = 0; i < COUNT(table.cells); i++)
		buf_release(&table.cells[i]);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(csv_loses_nothing),
		cmocka_unit_test(tsv_loses_nothing),
		cmocka_unit_test(a_record_of_tsv_is_a_line) };
	const char *chosen = argc > 1 ? argv[1] : getenv("ROUND_TRIP");
	const char *seed = getenv("SEED");

	if (chosen != NULL)
		records = strtoull(chosen, NULL, 10);
	state = seed != NULL ? strtoull(seed, NULL, 10) : 20261005;
	print_message("# SEED=%llu, %llu records\n", (unsigned long long)state,
	    (unsigned long long)records);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
