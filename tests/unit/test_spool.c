/* SPDX-License-Identifier: ISC */
/*
 * Input that can be read again: a file stands for itself, a pipe is copied,
 * in memory or in a file that nobody else can open.
 */
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "table/spool.h"

/* A pipe from which `total` bytes of a pattern come, written by a child. */
static int
pattern_pipe(size_t total)
{
	char bytes[4096];
	int ends[2];
	pid_t child;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 256);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		for (size_t done = 0; done < total;) {
			size_t at = done % sizeof(bytes);
			size_t want = sizeof(bytes) - at;
			ssize_t n = write(ends[1], bytes + at,
			    want < total - done ? want : total - done);

			if (n <= 0)
				_exit(1);
			done += (size_t)n;
		}
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

static void
check_pipe(size_t total)
{
	int from = pattern_pipe(total), fd, status;
	unsigned char bytes[4096];
	struct fault fault;
	struct stat st;
	size_t seen = 0;
	ssize_t n;

	assert_int_equal(spool_input(from, "stdin", &fd, &fault), 0);
	close(from);
	assert_int_equal(
	    wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0, 1);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, total);
	assert_int_equal(st.st_nlink, 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++, seen++)
			if (bytes[i] !=
			    (unsigned char)(seen % 4096 * 7 + seen % 4096 / 256))
				fail_msg("byte %zu is wrong", seen);
	assert_int_equal(n, 0);
	assert_int_equal(seen, total);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	close(fd);
}

static void
a_pipe_can_be_read_again(void **state)
{
	(void)state;
	check_pipe(0);
	check_pipe(1);
	check_pipe(1000000);
}

static void
a_long_one_goes_to_a_file(void **state)
{
	(void)state;
	check_pipe((size_t)70 * 1024 * 1024 + 5);
}

/* Nowhere to put the file: a fault that names the place. */
static void
no_place_for_the_file_is_told(void **state)
{
	int from = pattern_pipe((size_t)66 * 1024 * 1024), fd, status;
	const char *before = getenv("TMPDIR");
	char *kept = before == NULL ? NULL : strdup(before);
	struct fault fault;

	(void)state;
	setenv("TMPDIR", "/nonexistent/place", 1);
	assert_int_equal(spool_input(from, "stdin", &fd, &fault), -1);
	assert_int_equal(fault.kind, FAULT_SYSTEM);
	assert_non_null(strstr(fault.text, "/nonexistent/place"));
	if (kept == NULL)
		unsetenv("TMPDIR");
	else
		setenv("TMPDIR", kept, 1);
	free(kept);
	close(from);
	(void)wait(&status);
}

static void
a_file_stands_for_itself_where_it_stands(void **state)
{
	int file = memfd_create("test", MFD_CLOEXEC), fd;
	struct stat one, other;
	struct fault fault;

	(void)state;
	assert_int_equal(write(file, "abcdef", 6), 6);
	assert_int_equal(lseek(file, 2, SEEK_SET), 2);
	assert_int_equal(spool_input(file, "test", &fd, &fault), 0);
	assert_int_equal(fstat(file, &one), 0);
	assert_int_equal(fstat(fd, &other), 0);
	assert_true(one.st_ino == other.st_ino && one.st_dev == other.st_dev);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 2);
	assert_int_not_equal(fd, file);
	close(fd);
	close(file);
}

static void
a_directory_is_refused(void **state)
{
	int directory = open("/", O_RDONLY | O_DIRECTORY), fd;
	struct fault fault;

	(void)state;
	assert_int_equal(spool_input(directory, "dir", &fd, &fault), -1);
	assert_int_equal(fault.kind, FAULT_INPUT);
	assert_string_equal(fault.text, "dir: is a directory");
	assert_int_equal(fd, -1);
	close(directory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pipe_can_be_read_again),
		cmocka_unit_test(a_long_one_goes_to_a_file),
		cmocka_unit_test(no_place_for_the_file_is_told),
		cmocka_unit_test(a_file_stands_for_itself_where_it_stands),
		cmocka_unit_test(a_directory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
