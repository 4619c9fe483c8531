/* SPDX-License-Identifier: ISC */
/*
 * growing STORE MEGABYTES: C5, that the map grows is nobody's concern.
 *
 * The store asks how much address space there is when it chooses the size of its
 * map; both processes claim so little that it begins with 1 MiB. Then the writer
 * makes the store grow far beyond, run by run, while the reader, which never opens
 * it again, reads all of it again and again. Neither may ever be told of a map.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "model/change.h"
#include "model/kind.h"

#define RUN 1500 /* records that a run adds, of about a kilobyte each */

static char text[1024];

/* A map gets half of the address space. */
int
getrlimit(__rlimit_resource_t resource, struct rlimit *limit)
{
	int result = prlimit(0, resource, NULL, limit);

	if (resource == RLIMIT_AS)
		limit->rlim_cur = 2 << 20;
	return result;
}

static struct store *
open_small(const char *path, bool write)
{
	const struct store_options options = { .path = path, .write = write, .wait = 30 };
	struct store *store;
	struct fault fault;

	if (store_open(&store, &options, &fault) != 0)
		driver_failed("%s", fault.text);
	return store;
}

static int
add_run(struct txn *txn, void *context, struct fault *fault)
{
	const struct kind *kind = kind_by_name(VIEW("contact"));
	static struct record_form form;
	unsigned long *start = context;
	char email[64];
	uint64_t id;

	for (unsigned long i = 0; i < RUN; i++) {
		snprintf(email, sizeof(email), "p%lu@example.com", *start + i);
		record_form_clear(&form);
		record_form_set(&form, CONTACT_EMAIL, view_of(email));
		record_form_set(&form, CONTACT_DESCRIPTION, view_of(text));
		if (change_create(txn, kind, &form, 0, CAUSE_ROW, &id, fault) != 0)
			return -1;
	}
	return 0;
}

/* Whole runs only: how many records there are, or the end of the process. */
static unsigned long
count_all(struct store *store)
{
	struct record_walk walk;
	struct record record;
	struct fault fault;
	struct txn *txn;
	unsigned long count = 0;
	uint64_t id;
	int more;

	if (txn_begin(&txn, store, &fault) != 0 ||
	    record_walk_open(&walk, txn, 1, &fault) != 0) {
		fprintf(stderr, "growing: reader: %s\n", fault.text);
		_exit(1);
	}
	while ((more = record_walk_next(&walk, &id, &record, &fault)) == 1)
		count++;
	record_walk_close(&walk);
	txn_end(txn);
	if (more < 0 || count % RUN != 0) {
		fprintf(stderr, "growing: reader: %lu records, %s\n", count,
		    more < 0 ? fault.text : "which is no whole number of runs");
		_exit(1);
	}
	return count;
}

/* Until the writer closes its end of the pipe. */
static void
read_on(const char *path, int ready, int end)
{
	struct store *store = open_small(path, false);
	unsigned long count, last = 0, rounds = 0;
	char byte = 0;

	if (write(ready, &byte, 1) != 1)
		_exit(2);
	do {
		count = count_all(store);
		if (count < last)
			_exit(1);
		last = count;
		rounds++;
	} while (read(end, &byte, 1) == 1);
	printf("reader: %lu rounds, %lu records at last; ", rounds, last);
	fflush(stdout);
	store_close(store);
	_exit(last > 0 ? 0 : 1);
}

static unsigned long
megabytes(const char *path)
{
	char data[600];
	struct stat st;

	snprintf(data, sizeof(data), "%s/data.mdb", path);
	return stat(data, &st) == 0 ? (unsigned long)(st.st_size >> 20) : 0;
}

static unsigned
write_on(struct store *store, const char *path, unsigned long wanted, int go)
{
	const struct run run = {
		.now = 1, .real = 1, .who = "tester", .program = "growing", .options = ""
	};
	struct run_outcome outcome;
	struct fault fault;
	unsigned long start = 0;
	unsigned runs = 0;

	while (megabytes(path) < wanted) {
		if (store_run(store, &run, add_run, &start, &outcome, &fault) != 0) {
			fprintf(stderr, "growing: writer: %s\n", fault.text);
			exit(1);
		}
		start += RUN;
		runs++;
		/* The reader looks at every state, or at most of them. */
		if (write(go, "", 1) != 1)
			break;
	}
	return runs;
}

int
main(int argc, char **argv)
{
	unsigned long wanted = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct store *store;
	int ready[2], go[2], status;
	unsigned runs;
	char byte;

	if (wanted == 0)
		driver_failed("usage: growing STORE MEGABYTES");
	memset(text, 'x', sizeof(text) - 1);
	signal(SIGPIPE, SIG_IGN);
	store = open_small(argv[1], true);
	store_close(store);
	if (pipe(ready) != 0 || pipe(go) != 0)
		driver_failed("no pipe");
	if (fork() == 0) {
		close(go[1]);
		read_on(argv[1], ready[1], go[0]);
	}
	close(go[0]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		driver_failed("the reader has not begun");
	store = open_small(argv[1], true);
	runs = write_on(store, argv[1], wanted, go[1]);
	close(go[1]);
	store_close(store);
	if (wait(&status) < 0 || status != 0)
		return 1;
	printf("writer: %u runs, %lu MB; nobody saw a map\n", runs, megabytes(argv[1]));
	return 0;
}
