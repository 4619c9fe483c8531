/* SPDX-License-Identifier: ISC */
/*
 * misbehaving FAULT [ARGUMENT...]: what no program of the toolkit may do, done on
 * purpose, to show that the tests notice it; and what a user may do to a process
 * at the worst moment. It opens stores by the library, like any program.
 *
 *     opens STORE        keeps the store open until its standard input ends
 *     reads STORE        the same, within a read transaction
 *     fills STORE        the same, with as many of them as there may be
 *     stops STORE        stops itself (SIGSTOP) within a write transaction
 *     maps FILE BYTES    writes a file through a shared map
 *     prints LINES       prints lines and never looks whether it could
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/store.h"

static int
fail(const struct fault *fault)
{
	fprintf(stderr, "misbehaving: %s\n", fault->text);
	return 5;
}

/* Says that it is there, and waits for the end of its input. */
static void
stay(void)
{
	char byte;

	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
}

static int
keep_open(struct store *store)
{
	(void)store;
	stay();
	return 0;
}

static int
keep_reading(struct store *store)
{
	struct fault fault;
	struct txn *txn;

	if (txn_begin(&txn, store, &fault) != 0)
		return fail(&fault);
	stay();
	txn_end(txn);
	return 0;
}

/* What it took goes with the process. */
static int
keep_all_places(struct store *store)
{
	struct fault fault;
	struct txn *txn;
	unsigned count = 0;

	while (txn_begin(&txn, store, &fault) == 0)
		count++;
	fprintf(stderr, "misbehaving: %u: %s\n", count, fault.text);
	stay();
	_exit(0);
}

static int
stop(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	if (txn_set(txn, "timezone", VIEW("+09:00"), fault) != 0)
		return -1;
	puts("ready");
	fflush(stdout);
	raise(SIGSTOP);
	return 0;
}

static int
stop_writing(struct store *store)
{
	const struct run run = { .now = 1,
		.real = 1,
		.who = "tester",
		.program = "misbehaving",
		.options = "" };
	struct run_outcome outcome;
	struct fault fault;

	if (store_run(store, &run, stop, NULL, &outcome, &fault) != 0)
		return fail(&fault);
	return 0;
}

static int
with_store(const char *path, bool write, int (*misbehave)(struct store *store))
{
	const struct store_options options = { .path = path, .write = write, .wait = 5 };
	struct store *store;
	struct fault fault;
	int status;

	if (store_open(&store, &options, &fault) != 0)
		return fail(&fault);
	status = misbehave(store);
	store_close(store);
	return status;
}

static int
map_file(const char *path, size_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	char *at;

	if (fd < 0 || ftruncate(fd, (off_t)size) != 0) {
		fprintf(stderr, "misbehaving: %s: %s\n", path, strerror(errno));
		return 5;
	}
	at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return 5;
	memset(at, 'x', size);
	munmap(at, size);
	close(fd);
	return 0;
}

static int
print_blindly(unsigned long lines)
{
	signal(SIGPIPE, SIG_IGN);
	for (unsigned long i = 0; i < lines; i++)
		printf("%lu\n", i);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *fault = argc > 2 ? argv[1] : "";

	if (strcmp(fault, "opens") == 0)
		return with_store(argv[2], false, keep_open);
	if (strcmp(fault, "reads") == 0)
		return with_store(argv[2], false, keep_reading);
	if (strcmp(fault, "fills") == 0)
		return with_store(argv[2], false, keep_all_places);
	if (strcmp(fault, "stops") == 0)
		return with_store(argv[2], true, stop_writing);
	if (strcmp(fault, "maps") == 0 && argc > 3)
		return map_file(argv[2], strtoul(argv[3], NULL, 10));
	if (strcmp(fault, "prints") == 0)
		return print_blindly(strtoul(argv[2], NULL, 10));
	fprintf(stderr,
	    "usage: misbehaving opens|reads|fills|stops STORE\n"
	    "       misbehaving maps FILE BYTES\n"
	    "       misbehaving prints LINES\n");
	return 2;
}
