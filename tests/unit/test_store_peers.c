/* SPDX-License-Identifier: ISC */
/*
 * Several processes at one store: one writes at a time, readers see what was
 * committed when they began, and whoever is killed leaves nothing behind. A
 * peer is a child that opens the store itself; it says over one pipe that it
 * is there and waits at the other to be let go.
 */
#include "storing.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

/* Records that a run of a peer creates. */
#define BATCH 10

struct peer {
	pid_t pid;
	int said, go;  /* ends of this process */
	int say, wait; /* ends of the peer */
};

static struct peer peer;

static void
peer_start(void (*live)(void))
{
	int there[2], back[2];

	assert_int_equal(pipe(there), 0);
	assert_int_equal(pipe(back), 0);
	peer = (struct peer){
		.said = there[0], .say = there[1], .wait = back[0], .go = back[1]
	};
	peer.pid = fork();
	assert_true(peer.pid >= 0);
	if (peer.pid == 0) {
		close(peer.said);
		close(peer.go);
		live();
		_exit(0);
	}
	close(peer.say);
	close(peer.wait);
}

/* Waits until the peer says so; false when it has ended instead. */
static bool
peer_said(void)
{
	char byte;

	return read(peer.said, &byte, 1) == 1;
}

static void
peer_go(void)
{
	assert_int_equal(write(peer.go, "g", 1), 1);
}

static int
peer_end(void)
{
	int status;

	close(peer.said);
	close(peer.go);
	assert_true(waitpid(peer.pid, &status, 0) == peer.pid);
	return status;
}

static void
say_and_wait(void)
{
	char byte;

	if (write(peer.say, "s", 1) != 1 || read(peer.wait, &byte, 1) != 1)
		_exit(9);
}

/* Peers cannot use cmocka, which would go on with the parent's tests. */
static struct store *
open_or_exit(unsigned wait)
{
	struct store_options options = {
		.path = storing_place, .write = true, .wait = wait
	};
	struct store *store;
	struct fault fault;

	if (store_open(&store, &options, &fault) != 0) {
		fprintf(stderr, "# peer: %s\n", fault.text);
		_exit(2);
	}
	return store;
}

static int
create_batch(struct txn *txn, void *context, struct fault *fault)
{
	static struct record_form form;
	uint64_t id;

	(void)context;
	record_form_clear(&form);
	record_form_set(&form, 1, VIEW("a peer made this"));
	for (int i = 0; i < BATCH; i++)
		if (txn_create(txn, 1, &form, 0, CAUSE_ROW, &id, fault) != 0)
			return -1;
	return 0;
}

static int
create_and_wait(struct txn *txn, void *context, struct fault *fault)
{
	struct timespec pause = { 0, 150 * 1000 * 1000 };
	int result = create_batch(txn, context, fault);

	say_and_wait();
	nanosleep(&pause, NULL);
	return result;
}

static void
run_or_exit(
    struct store *store, int (*work)(struct txn *txn, void *context, struct fault *fault))
{
	struct run_outcome outcome;
	struct fault fault;

	if (store_run(store, storing_run_of(STORING_NOW, false), work, NULL, &outcome,
		&fault) != 0) {
		fprintf(stderr, "# peer: %s\n", fault.text);
		_exit(3);
	}
}

/* Holds the writer lock until it is let go, and a moment longer. */
static void
write_once(void)
{
	struct store *store = open_or_exit(5);

	run_or_exit(store, create_and_wait);
	store_close(store);
}

static void
write_on_and_on(void)
{
	struct store *store = open_or_exit(5);

	if (write(peer.say, "s", 1) != 1)
		_exit(9);
	for (;;)
		run_or_exit(store, create_batch);
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int
run_waiting(unsigned wait, struct run_outcome *outcome, struct fault *fault)
{
	int result;

	storing_open(true, wait);
	result = store_run(storing_store, storing_run_of(STORING_NOW, false),
	    create_batch, NULL, outcome, fault);
	store_close(storing_store);
	storing_store = NULL;
	return result;
}

static void
a_second_writer_waits_so_long_and_no_longer(void **state)
{
	struct run_outcome outcome;
	struct fault fault;
	char named[40];
	double began;

	(void)state;
	peer_start(write_once);
	assert_true(peer_said());
	snprintf(named, sizeof(named), "busy: process %ld has been", (long)peer.pid);
	for (unsigned wait = 0; wait < 2; wait++) {
		began = seconds();
		assert_int_equal(run_waiting(wait, &outcome, &fault), -1);
		assert_true(seconds() - began >= wait);
		assert_true(seconds() - began < wait + 1.0);
		assert_int_equal(fault.kind, FAULT_BUSY);
		assert_non_null(strstr(fault.text, named));
		assert_int_equal(outcome.rev, 0);
	}
	began = seconds();
	peer_go();
	must(run_waiting(10, &outcome, &fault), &fault);
	assert_true(seconds() - began >= 0.14);
	assert_int_equal(outcome.rev, 2);
	assert_int_equal(peer_end(), 0);
}

static void
a_reader_sees_what_was_there_when_it_began(void **state)
{
	struct txn *txn, *later;
	struct record record;
	struct fault fault;

	(void)state;
	peer_start(write_once);
	assert_true(peer_said());
	storing_open(false, 0);
	txn = storing_read();
	assert_int_equal(txn_rev(txn), 0);
	peer_go();
	assert_int_equal(peer_end(), 0);
	assert_int_equal(txn_rev(txn), 0);
	assert_int_equal(txn_record(txn, 1, &record, &fault), 0);
	later = storing_read();
	assert_int_equal(txn_rev(later), 1);
	assert_int_equal(txn_record(later, 1, &record, &fault), 1);
	assert_int_equal(txn_record(txn, 1, &record, &fault), 0);
	txn_end(later);
	txn_end(txn);
}

/* Every revision has its whole batch, and no record is beyond. */
static uint64_t
compare_batches(void)
{
	struct txn *txn = storing_read();
	struct record_walk walk;
	struct record record;
	struct fault fault;
	uint64_t id, count = 0, rev = txn_rev(txn);
	int found;

	must(record_walk_open(&walk, txn, 1, &fault), &fault);
	while ((found = record_walk_next(&walk, &id, &record, &fault)) == 1) {
		assert_int_equal(id, ++count);
		assert_int_equal(record_created(record), (id - 1) / BATCH + 1);
	}
	must(found, &fault);
	record_walk_close(&walk);
	assert_int_equal(count, rev * BATCH);
	assert_int_equal(txn_next_id(txn), count + 1);
	txn_end(txn);
	return rev;
}

/* D1: kill -9 at any moment; the next writer need not wait. */
static void
a_killed_writer_leaves_whole_runs(void **state)
{
	struct run_outcome outcome;
	struct fault fault;
	uint64_t before = 0;

	(void)state;
	storing_seed();
	for (int round = 0; round < 20; round++) {
		struct timespec pause = { 0, (long)storing_random(12 * 1000 * 1000) };

		peer_start(write_on_and_on);
		assert_true(peer_said());
		nanosleep(&pause, NULL);
		kill(peer.pid, SIGKILL);
		assert_true(WIFSIGNALED(peer_end()));
		must(run_waiting(0, &outcome, &fault), &fault);
		storing_open(false, 0);
		assert_int_equal(compare_batches(), outcome.rev);
		assert_true(outcome.rev > before);
		before = outcome.rev;
		store_close(storing_store);
		storing_store = NULL;
	}
}

static void
a_writer_killed_amid_its_run_leaves_nothing(void **state)
{
	struct run_outcome outcome;
	struct fault fault;

	(void)state;
	peer_start(write_once);
	assert_true(peer_said());
	kill(peer.pid, SIGKILL);
	assert_true(WIFSIGNALED(peer_end()));
	must(run_waiting(0, &outcome, &fault), &fault);
	assert_int_equal(outcome.rev, 1);
	storing_open(false, 0);
	assert_int_equal(compare_batches(), 1);
}

static size_t
count_entries(void)
{
	DIR *dir = opendir(storing_place);
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count - 2;
}

/* C2: all make one store and all write to it. */
static void
many_may_create_a_store_at_once(void **state)
{
	pid_t pids[4];
	int status;

	(void)state;
	for (int round = 0; round < 50; round++) {
		assert_int_equal(storing_directory(NULL), 0);
		strcat(storing_place, "/s");
		for (size_t i = 0; i < COUNT(pids); i++) {
			pids[i] = fork();
			assert_true(pids[i] >= 0);
			if (pids[i] == 0) {
				run_or_exit(open_or_exit(10), create_batch);
				_exit(0);
			}
		}
		for (size_t i = 0; i < COUNT(pids); i++) {
			assert_true(waitpid(pids[i], &status, 0) == pids[i]);
			assert_int_equal(status, 0);
		}
		storing_open(false, 0);
		assert_int_equal(compare_batches(), 4);
		assert_int_equal(count_entries(), 3);
		assert_int_equal(storing_end(NULL), 0);
		*strrchr(storing_place, '/') = '\0';
		assert_int_equal(rmdir(storing_place), 0);
	}
}

static void
a_store_is_not_used_across_a_fork(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	storing_open(true, 5);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct txn *txn;
		struct fault fault = { FAULT_NONE, "" };

		_exit(txn_begin(&txn, storing_store, &fault) == -1 &&
			    fault.kind == FAULT_INTERNAL
			? 0
			: 1);
	}
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
	storing_run(create_batch, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_second_writer_waits_so_long_and_no_longer, storing_directory,
		    storing_end),
		cmocka_unit_test_setup_teardown(
		    a_reader_sees_what_was_there_when_it_began, storing_directory,
		    storing_end),
		cmocka_unit_test_setup_teardown(
		    a_killed_writer_leaves_whole_runs, storing_directory, storing_end),
		cmocka_unit_test_setup_teardown(
		    a_writer_killed_amid_its_run_leaves_nothing, storing_directory,
		    storing_end),
		cmocka_unit_test(many_may_create_a_store_at_once),
		cmocka_unit_test_setup_teardown(
		    a_store_is_not_used_across_a_fork, storing_directory, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
