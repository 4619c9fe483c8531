/* SPDX-License-Identifier: ISC */
#ifndef UNIT_STORING_H
#define UNIT_STORING_H

/*
 * A fresh store for each case, runs and reads in it that must succeed, and
 * random numbers that SEED repeats. storing_begin and storing_end are the
 * set-up and tear-down of a case.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "store/store.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 2026-10-05T08:00:00Z */
#define STORING_NOW 1791187200

static char storing_place[128];
static struct store *storing_store;
static uint64_t storing_state;

/* Everything in a directory, and in the directories right below it. */
static inline void
storing_empty(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    unlinkat(fd, entry->d_name, 0) == 0)
			continue;
		storing_empty(fd, entry->d_name);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	if (dir != NULL)
		closedir(dir);
}

static inline void
storing_open(bool write, unsigned wait)
{
	struct store_options options = {
		.path = storing_place, .write = write, .wait = wait
	};
	struct fault fault;

	if (store_open(&storing_store, &options, &fault) != 0)
		fail_msg("%s", fault.text);
}

static inline int
storing_directory(void **state)
{
	(void)state;
	snprintf(storing_place, sizeof(storing_place), "/tmp/contact-test-XXXXXX");
	return mkdtemp(storing_place) == NULL ? -1 : 0;
}

static inline int
storing_begin(void **state)
{
	if (storing_directory(state) != 0)
		return -1;
	storing_open(true, 5);
	return 0;
}

static inline int
storing_end(void **state)
{
	(void)state;
	store_close(storing_store);
	storing_store = NULL;
	storing_empty(AT_FDCWD, storing_place);
	return rmdir(storing_place);
}

static inline const struct run *
storing_run_of(int64_t now, bool dry)
{
	static struct run run;

	run = (struct run){ .now = now,
		.real = now,
		.who = "tester",
		.program = "test",
		.options = "",
		.dry = dry };
	return &run;
}

/* One run that must succeed; returns its revision, 0 if it changed nothing. */
static inline uint64_t
storing_run(
    int (*work)(struct txn *txn, void *context, struct fault *fault), void *context)
{
	struct run_outcome outcome;
	struct fault fault = { FAULT_NONE, "" };

	if (store_run(storing_store, storing_run_of(STORING_NOW, false), work, context,
		&outcome, &fault) != 0)
		fail_msg("%s", fault.text);
	return outcome.rev;
}

static inline struct txn *
storing_read(void)
{
	struct txn *txn;
	struct fault fault;

	if (txn_begin(&txn, storing_store, &fault) != 0)
		fail_msg("%s", fault.text);
	return txn;
}

static inline void
storing_seed(void)
{
	const char *seed = getenv("SEED");

	storing_state = seed == NULL ? 0 : strtoull(seed, NULL, 10);
	if (storing_state == 0)
		storing_state = 20261005;
	print_message("# SEED=%llu\n", (unsigned long long)storing_state);
}

/* A number below `below`. */
static inline uint64_t
storing_random(uint64_t below)
{
	uint64_t mixed;

	storing_state += UINT64_C(0x9e3779b97f4a7c15);
	mixed = storing_state;
	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (mixed ^ (mixed >> 31)) % below;
}

/* A call of the library succeeded, or the case fails with its fault. */
static inline void
must(int result, const struct fault *fault)
{
	if (result < 0)
		fail_msg("%s", fault->text);
}

#endif
