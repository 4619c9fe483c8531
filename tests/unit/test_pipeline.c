/* SPDX-License-Identifier: ISC */
/*
 * Reading on a second thread: however many rows a file has, they come once, in
 * order, with their keys; a taker may stop at any time, and what goes wrong
 * while reading arrives with the batch that it spoils.
 */
#include "storing.h"

#include <sys/mman.h>

#include "model/value.h"
#include "model/vocabulary.h"
#include "rules/pipeline.h"

enum { NEVER = 1000000 };

struct course {
	size_t rows, width; /* of the file, and bytes of each row's title */
	size_t stop;	    /* after so many batches */
	size_t spoil;	    /* after so many batches reading fails */
	/* What came of it. */
	size_t taken, batches, most;
	int ended;
	struct fault fault;
};

static const char *
maps_path(void)
{
	static char path[4096];
	const char *source = getenv("CONTACT_SOURCE");

	if (source == NULL)
		source = getenv("srcdir");
	snprintf(path, sizeof(path), "%s/share/maps", source == NULL ? "." : source);
	return path;
}

static int
make_file(const struct course *course)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	struct buf text = BUF_EMPTY;

	buf_text(&text, "email,title,ext.crm\n");
	for (size_t i = 0; i < course->rows; i++) {
		buf_printf(&text, "Ann%zu@example.com,", i);
		assert_true(buf_reserve(&text, course->width));
		memset(text.at + text.len, (int)('a' + i % 26), course->width);
		text.len += course->width;
		buf_printf(&text, ",C-%zu\n", i);
	}
	assert_false(text.failed);
	assert_int_equal(write(fd, text.at, text.len), text.len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	buf_release(&text);
	return fd;
}

static struct view
cell_of(const struct draft *draft, uint16_t slot)
{
	for (size_t i = 0; i < draft->count; i++)
		if (draft->cells[i].slot == slot)
			return draft->cells[i].value;
	return (struct view){ NULL, 0 };
}

static void
compare_draft(
    const struct draft *draft, size_t row, size_t width, const struct keyed *keys)
{
	struct buf email = BUF_EMPTY, ext = BUF_EMPTY;
	struct index_key key[2];
	struct view title = cell_of(draft, CONTACT_TITLE);

	assert_int_equal(draft->line, row + 2);
	assert_null(draft->code);
	buf_printf(&email, "Ann%zu@example.com", row);
	buf_printf(&ext, "C-%zu", row);
	assert_true(view_equal(cell_of(draft, CONTACT_EMAIL), buf_as_view(&email)));
	assert_true(view_equal(cell_of(draft, keys[1].slot), buf_as_view(&ext)));
	assert_int_equal(title.len, width);
	if (width > 0)
		assert_int_equal(title.at[width - 1], 'a' + row % 26);
	email.at[0] = 'a';
	key[0] = index_text_key(kind_contact.number, CONTACT_EMAIL, buf_as_view(&email));
	key[1] = index_text_key(kind_contact.number, keys[1].slot, buf_as_view(&ext));
	assert_int_equal(draft->key_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(draft->keys[i].slot, keys[i].slot);
		assert_memory_equal(draft->keys[i].key.bytes, key[i].bytes, INDEX_KEY);
	}
	buf_release(&email);
	buf_release(&ext);
}

static void
take_all(
    struct course *course, struct pipeline *pipeline, int fd, const struct keyed *keys)
{
	struct batch *batch;
	uint64_t done = 0;

	course->taken = course->batches = course->most = 0;
	course->ended = 1;
	while (course->batches < course->stop) {
		if (course->batches == course->spoil) {
			/* Reading a directory fails. */
			int place = open("/", O_RDONLY | O_DIRECTORY);

			assert_true(dup2(place, fd) == fd);
			close(place);
		}
		course->ended = pipeline_next(pipeline, &batch, &course->fault);
		if (course->ended != 1)
			break;
		course->batches++;
		assert_in_range(batch->count, 1, BATCH_ROWS);
		assert_true(batch->done >= done && batch->done <= batch->size);
		done = batch->done;
		if (batch->count > course->most)
			course->most = batch->count;
		for (size_t i = 0; i < batch->count; i++)
			compare_draft(
			    &batch->drafts[i], course->taken++, course->width, keys);
	}
	/* The end stays the end. */
	if (course->ended == 0)
		assert_int_equal(pipeline_next(pipeline, &batch, &course->fault), 0);
}

static int
run_course(struct txn *txn, void *context, struct fault *fault)
{
	struct course *course = context;
	struct reader_options reading = { .format = READER_CSV };
	struct plan_options planning = {
		.kind = &kind_contact, .map = "auto", .header = true
	};
	struct keyed keys[2] = { { CONTACT_EMAIL,
				     kind_slot(&kind_contact, CONTACT_EMAIL) },
		{ 0, &field_ext } };
	struct pipeline *pipeline;
	struct reader *reader;
	struct plan *plan;
	struct maps *maps;
	int fd = make_file(course);

	must(vocabulary_of(&planning.values.vocabulary, txn, fault), fault);
	must(maps_load(&maps, maps_path(), NULL, fault), fault);
	must(reader_open(&reader, fd, "input", &reading, fault), fault);
	must(plan_make(&plan, maps, txn, reader, &planning, fault), fault);
	must(txn_name_slot(txn, NAME_EXT, VIEW("crm"), false, &keys[1].slot, fault),
	    fault);
	must(pipeline_open(&pipeline,
		 &(struct pipeline_source){ .reader = reader,
		     .plan = plan,
		     .kind = &kind_contact,
		     .keys = keys,
		     .key_count = 2 },
		 fault),
	    fault);
	take_all(course, pipeline, fd, keys);
	pipeline_close(pipeline);
	plan_free(plan);
	reader_close(reader);
	maps_free(maps);
	close(fd);
	return 0;
}

static void
every_row_comes_once_in_order(void **state)
{
	static const size_t rows[] = { 0, 1, 2, BATCH_ROWS - 1, BATCH_ROWS,
		BATCH_ROWS + 1, 3 * BATCH_ROWS, 5 * BATCH_ROWS + 7 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct course course = {
			.rows = rows[i], .width = i, .stop = NEVER, .spoil = NEVER
		};

		storing_run(run_course, &course);
		assert_int_equal(course.ended, 0);
		assert_int_equal(course.taken, rows[i]);
		assert_int_equal(course.batches, (rows[i] + BATCH_ROWS - 1) / BATCH_ROWS);
	}
}

/* 60 MB in rows of 300 kB: no batch has more than a few. */
static void
huge_rows_come_in_small_batches(void **state)
{
	struct course course = {
		.rows = 200, .width = 300000, .stop = NEVER, .spoil = NEVER
	};

	(void)state;
	storing_run(run_course, &course);
	assert_int_equal(course.ended, 0);
	assert_int_equal(course.taken, 200);
	assert_true(course.most < 30);
}

static void
a_taker_may_stop_at_any_batch(void **state)
{
	(void)state;
	for (size_t stop = 0; stop < 7; stop++) {
		struct course course = {
			.rows = 6 * BATCH_ROWS, .width = 3, .stop = stop, .spoil = NEVER
		};

		storing_run(run_course, &course);
		assert_int_equal(course.batches, stop < 6 ? stop : 6);
		assert_int_equal(course.taken, course.batches * BATCH_ROWS);
	}
}

static void
what_fails_while_reading_is_told(void **state)
{
	(void)state;
	for (size_t spoil = 1; spoil < 4; spoil++) {
		struct course course = { .rows = 30 * BATCH_ROWS,
			.width = 100,
			.stop = NEVER,
			.spoil = spoil };

		storing_run(run_course, &course);
		assert_int_equal(course.ended, -1);
		assert_int_equal(course.fault.kind, FAULT_SYSTEM);
		assert_non_null(strstr(course.fault.text, "input"));
		assert_in_range(course.batches, spoil, 29);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    every_row_comes_once_in_order, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    huge_rows_come_in_small_batches, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    a_taker_may_stop_at_any_batch, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    what_fails_while_reading_is_told, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
