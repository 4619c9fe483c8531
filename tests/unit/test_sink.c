/* SPDX-License-Identifier: ISC */
/*
 * Output to regular files, pipes, full devices and to readers that are slow or
 * gone. What comes out must be what went in, and writing must never wait.
 */
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "cli/backlog.h"
#include "cli/sink.h"

/* The n-th byte of a stream that never repeats soon. */
static char
byte_at(uint64_t n)
{
	return (char)((n * 2654435761u) >> 13);
}

static void
fill(struct buf *buf, uint64_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_char(buf, byte_at((*at)++));
}

/* Reads all and counts the bytes that are as they should be. */
static void *
read_all(void *context)
{
	int fd = *(int *)context;
	static uint64_t good;
	char bytes[65536];
	ssize_t n;

	good = 0;
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++)
			good += bytes[i] == byte_at(good);
	return &good;
}

static uint64_t
write_blocks(struct sink *sink, size_t block, unsigned count)
{
	struct buf buf = BUF_EMPTY;
	struct fault fault;
	uint64_t at = 0;

	for (unsigned i = 0; i < count; i++) {
		fill(&buf, &at, block);
		assert_int_equal(sink_write(sink, &buf, &fault), 0);
		assert_int_equal(buf.len, 0);
	}
	buf_release(&buf);
	return at;
}

/* block bytes, count times, through a pipe whose reader starts late. */
static void
through_a_pipe(size_t block, unsigned count)
{
	struct sink *sink;
	struct fault fault;
	pthread_t reader;
	uint64_t written;
	void *good;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(sink_open(&sink, ends[1], "a pipe", &fault), 0);
	written = write_blocks(sink, block, count);
	assert_int_equal(pthread_create(&reader, NULL, read_all, &ends[0]), 0);
	assert_int_equal(sink_finish(sink, &fault), 0);
	sink_close(sink);
	close(ends[1]);
	pthread_join(reader, &good);
	close(ends[0]);
	assert_int_equal(*(uint64_t *)good, written);
}

static void
a_short_answer_goes_through_a_pipe(void **state)
{
	(void)state;
	through_a_pipe(100, 1);
}

static void
nothing_goes_through_a_pipe(void **state)
{
	(void)state;
	through_a_pipe(0, 3);
}

static void
a_long_answer_does_not_wait_for_its_reader(void **state)
{
	(void)state;
	through_a_pipe(256 * 1024, 40);
}

static void
what_memory_does_not_hold_goes_through_a_file(void **state)
{
	(void)state;
	through_a_pipe(1024 * 1024, 80);
}

static void
a_regular_file_is_written_at_once(void **state)
{
	char path[] = "/tmp/contact-sink.XXXXXX";
	int fd = mkstemp(path);
	struct sink *sink;
	struct fault fault;
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(sink_open(&sink, fd, "a file", &fault), 0);
	write_blocks(sink, 1000, 3);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 3000);
	assert_int_equal(sink_finish(sink, &fault), 0);
	sink_close(sink);
	close(fd);
}

static void
a_full_device_is_a_fault_that_names_it(void **state)
{
	int fd = open("/dev/full", O_WRONLY);
	struct buf buf = BUF_EMPTY;
	struct sink *sink;
	struct fault fault;

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(sink_open(&sink, fd, "standard output", &fault), 0);
	buf_text(&buf, "x\n");
	assert_int_equal(sink_write(sink, &buf, &fault), -1);
	assert_int_equal(fault.kind, FAULT_SYSTEM);
	assert_string_equal(
	    fault.text, "cannot write standard output: No space left on device");
	assert_int_equal(sink_finish(sink, &fault), -1);
	sink_close(sink);
	buf_release(&buf);
	close(fd);
}

/* D6: writing to a closed standard output must be seen. */
static void
a_descriptor_that_only_reads_is_a_fault(void **state)
{
	int fd = open("/dev/null", O_RDONLY);
	struct buf buf = BUF_EMPTY;
	struct sink *sink;
	struct fault fault;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(sink_open(&sink, fd, "standard output", &fault), 0);
	buf_text(&buf, "x\n");
	assert_int_equal(sink_write(sink, &buf, &fault), -1);
	sink_close(sink);
	buf_release(&buf);
	close(fd);
}

static void
a_reader_that_is_gone_ends_it_quietly(void **state)
{
	struct buf buf = BUF_EMPTY;
	struct sink *sink;
	struct fault fault;
	uint64_t at = 0;
	int ends[2], rc = 0;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(sink_open(&sink, ends[1], "a pipe", &fault), 0);
	for (int i = 0; i < 2000 && rc == 0; i++) {
		fill(&buf, &at, 64 * 1024);
		rc = sink_write(sink, &buf, &fault);
	}
	/* The thread found out, and the caller was told to stop. */
	assert_int_equal(rc, 1);
	assert_int_equal(sink_finish(sink, &fault), 0);
	sink_close(sink);
	buf_release(&buf);
	close(ends[1]);
}

static void
a_pipe_that_does_not_block_still_gets_all(void **state)
{
	struct sink *sink;
	struct fault fault;
	pthread_t reader;
	uint64_t written;
	void *good;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(sink_open(&sink, ends[1], "a pipe", &fault), 0);
	written = write_blocks(sink, 300 * 1024, 2);
	assert_int_equal(pthread_create(&reader, NULL, read_all, &ends[0]), 0);
	assert_int_equal(sink_finish(sink, &fault), 0);
	sink_close(sink);
	close(ends[1]);
	pthread_join(reader, &good);
	close(ends[0]);
	assert_int_equal(*(uint64_t *)good, written);
}

static void
a_caller_that_gives_up_does_not_hang(void **state)
{
	struct sink *sink;
	struct fault fault;
	pthread_t reader;
	void *good;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(sink_open(&sink, ends[1], "a pipe", &fault), 0);
	write_blocks(sink, 256 * 1024, 8);
	assert_int_equal(pthread_create(&reader, NULL, read_all, &ends[0]), 0);
	sink_close(sink);
	close(ends[1]);
	pthread_join(reader, &good);
	close(ends[0]);
}

/* Random adds and takes, against a stream that needs no memory. */
static void
a_backlog_keeps_the_order(void **state)
{
	const char *given = getenv("SEED");
	unsigned seed =
	    given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid();
	struct backlog backlog = BACKLOG_EMPTY(3000);
	struct buf in = BUF_EMPTY, out = BUF_EMPTY;
	struct fault fault;
	uint64_t added = 0, taken = 0;
	bool in_file = false;

	(void)state;
	print_message("SEED=%u\n", seed);
	srand(seed);
	for (int i = 0; i < 20000; i++) {
		if (rand() % 2 == 0) {
			fill(&in, &added, (size_t)(rand() % 1200));
			assert_int_equal(backlog_add(&backlog, &in, &fault), 0);
		} else if (backlog_take(&backlog, &out, &fault) == 1) {
			for (size_t k = 0; k < out.len; k++)
				assert_int_equal(out.at[k], byte_at(taken++));
		}
		assert_true(backlog.memory <= 3000);
		in_file |= backlog.write_at > 0;
		if (i % 5000 == 4999) {
			backlog_clear(&backlog);
			taken = added;
		}
	}
	assert_true(in_file);
	while (backlog_take(&backlog, &out, &fault) == 1)
		for (size_t k = 0; k < out.len; k++)
			assert_int_equal(out.at[k], byte_at(taken++));
	assert_int_equal(taken, added);
	assert_true(backlog_is_empty(&backlog));
	buf_release(&in);
	buf_release(&out);
	backlog_release(&backlog);
}

static void
a_backlog_without_a_place_for_its_file_is_a_fault(void **state)
{
	struct backlog backlog = BACKLOG_EMPTY(10);
	struct buf in = BUF_EMPTY;
	struct fault fault;

	(void)state;
	setenv("TMPDIR", "/nonexistent", 1);
	buf_text(&in, "more than ten bytes");
	assert_int_equal(backlog_add(&backlog, &in, &fault), -1);
	assert_int_equal(fault.kind, FAULT_SYSTEM);
	assert_string_equal(fault.text,
	    "cannot keep output in /nonexistent: "
	    "No such file or directory");
	unsetenv("TMPDIR");
	buf_release(&in);
	backlog_release(&backlog);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_answer_goes_through_a_pipe),
		cmocka_unit_test(nothing_goes_through_a_pipe),
		cmocka_unit_test(a_long_answer_does_not_wait_for_its_reader),
		cmocka_unit_test(what_memory_does_not_hold_goes_through_a_file),
		cmocka_unit_test(a_regular_file_is_written_at_once),
		cmocka_unit_test(a_full_device_is_a_fault_that_names_it),
		cmocka_unit_test(a_descriptor_that_only_reads_is_a_fault),
		cmocka_unit_test(a_reader_that_is_gone_ends_it_quietly),
		cmocka_unit_test(a_pipe_that_does_not_block_still_gets_all),
		cmocka_unit_test(a_caller_that_gives_up_does_not_hang),
		cmocka_unit_test(a_backlog_keeps_the_order),
		cmocka_unit_test(a_backlog_without_a_place_for_its_file_is_a_fault),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
