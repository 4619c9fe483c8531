/* SPDX-License-Identifier: ISC */
/*
 * Opens a store again and again while another process swaps what bears its
 * names: a link, a second name, a FIFO, another directory. Nothing but the
 * store may be opened, and what the swapped names lead to stays as it was (S2).
 * The store has one revision, what lies in wait has two.
 *
 *     swapping ROUNDS          fails when a swap won
 *     swapping ROUNDS naive    the same, with names that are looked at first and
 *                              opened then: fails when no swap won
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "children.h"
#include "store/store.h"

#define KEPT "kept as it is, byte for byte\n"

static bool naive;

static struct swap {
	const char *what;
	const char *name;  /* of the store */
	const char *other; /* what takes its place now and then */
	bool naive_loses;  /* looking first is not enough here */
} swaps[] = {
	{ "data.mdb and a link to another store's", "store/data.mdb", "data-link", true },
	{ "lock.mdb and a link to a letter", "store/lock.mdb", "lock-link", true },
	{ "lock.mdb and a second name of a letter", "store/lock.mdb", "letter-2", false },
	{ "lock.mdb and a link to nothing", "store/lock.mdb", "nothing-link", true },
	{ "data.mdb and a FIFO", "store/data.mdb", "fifo", false },
	{ "writer.lock and a link to a letter", "store/writer.lock", "lock-link", false },
	{ "writer.lock and a second name of a letter", "store/writer.lock", "letter-2",
	    false },
	{ "the directory and a link to another store", "store", "store-link", true },
	{ "the directory and one that all can write", "store", "open", true },
};

static void
must(bool good, const char *what)
{
	if (!good)
		driver_failed("%s: %s", what, strerror(errno));
}

static void
write_letter(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0 && write(fd, KEPT, strlen(KEPT)) == (ssize_t)strlen(KEPT), name);
	close(fd);
}

static bool
letter_is_kept(void)
{
	char text[256];
	struct stat st;
	int fd = open("letter", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof(text));

	close(fd);
	return n == (ssize_t)strlen(KEPT) && memcmp(text, KEPT, (size_t)n) == 0 &&
	    lstat("nothing", &st) != 0;
}

static int
set_something(struct txn *txn, void *context, struct fault *fault)
{
	return txn_set(txn, context, VIEW("x"), fault);
}

static const struct run some_run = {
	.now = 1791187200, .who = "ann", .program = "swapping", .options = ""
};

static void
make_store(const char *path, int revisions)
{
	const struct store_options options = { .path = path, .write = true };
	struct store *store;
	struct run_outcome outcome;
	struct fault fault;
	char name[] = "a";

	if (store_open(&store, &options, &fault) != 0)
		driver_failed("%s", fault.text);
	for (; revisions > 0; revisions--, name[0]++)
		if (store_run(store, &some_run, set_something, name, &outcome, &fault) !=
		    0)
			driver_failed("%s", fault.text);
	store_close(store);
}

static void
lay_out(void)
{
	make_store("store", 1);
	make_store("away", 2);
	make_store("open", 2);
	must(chmod("open", 0777) == 0, "open");
	write_letter("letter");
	must(link("letter", "letter-2") == 0, "letter-2");
	must(symlink("../away/data.mdb", "data-link") == 0, "data-link");
	must(symlink("../letter", "lock-link") == 0, "lock-link");
	must(symlink("../nothing", "nothing-link") == 0, "nothing-link");
	must(symlink("away", "store-link") == 0, "store-link");
	must(mkfifo("fifo", 0600) == 0, "fifo");
}

static pid_t
start_swapping(const struct swap *swap)
{
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid > 0)
		return pid;
	for (;;)
		renameat2(AT_FDCWD, swap->name, AT_FDCWD, swap->other, RENAME_EXCHANGE);
}

/* As a program would that looks before it opens: the number of revisions, 0 when
 * it refused. */
static uint64_t
open_naively(void)
{
	static const char *const names[] = { "store/data.mdb", "store/lock.mdb" };
	struct engine *engine;
	struct engine_txn *txn;
	struct fault fault;
	struct stat st;
	uint64_t entries = 0, bytes;

	if (lstat("store", &st) != 0 || !S_ISDIR(st.st_mode) || (st.st_mode & 022) != 0)
		return 0;
	for (size_t i = 0; i < 2; i++)
		if (lstat(names[i], &st) == 0 &&
		    (!S_ISREG(st.st_mode) || st.st_nlink != 1))
			return 0;
	if (engine_open(&engine, "store", ENGINE_WRITE, 0, &fault) != 0)
		return 0;
	if (engine_begin(&txn, engine, false, &fault) == 0) {
		if (engine_size(txn, TREE_LOG, &entries, &bytes, &fault) != 0)
			entries = 0;
		engine_abort(txn);
	}
	engine_close(engine);
	return entries;
}

/* The number of revisions of what was opened; 0 when it was refused. Each run
 * takes the writer lock and stores nothing. */
static uint64_t
open_well(struct fault *fault)
{
	const struct store_options options = { .path = "store", .write = true };
	struct run run = some_run;
	struct run_outcome outcome;
	struct store *store;
	struct txn *txn;
	uint64_t rev = 0;
	char name[] = "z";

	if (store_open(&store, &options, fault) != 0)
		return 0;
	if (txn_begin(&txn, store, fault) == 0) {
		rev = txn_rev(txn);
		txn_end(txn);
	}
	run.dry = true;
	if (store_run(store, &run, set_something, name, &outcome, fault) != 0 &&
	    fault->kind != FAULT_PERMISSION)
		driver_failed("a run: %s", fault->text);
	store_close(store);
	return rev;
}

/* Whether a swap won; prints how often each outcome was met. */
static bool
race(const struct swap *swap, unsigned long rounds)
{
	unsigned long opened = 0, refused = 0, wins = 0;
	pid_t pid = start_swapping(swap);
	struct fault fault;
	bool kept;

	for (unsigned long i = 0; i < rounds; i++) {
		uint64_t rev = naive ? open_naively() : open_well(&fault);

		opened += rev == 1;
		wins += rev > 1;
		refused += rev == 0;
		if (!letter_is_kept())
			break;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	kept = letter_is_kept();
	printf("%s: opened %lu, refused %lu, wins %lu%s\n", swap->what, opened, refused,
	    wins, kept ? "" : ", the letter was changed");
	return wins > 0 || !kept;
}

/* Removes everything, whatever bears which name now. */
static void
clean(void)
{
	struct child child;

	child_run(&child,
	    (const char *const[]){ "find", ".", "-mindepth", "1", "-delete", NULL });
	must(child_exit(&child) == 0, "find");
}

int
main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 500;
	char place[] = "/tmp/contact-swapping.XXXXXX";
	const size_t count = sizeof(swaps) / sizeof(swaps[0]);
	bool won = false;

	naive = argc > 2 && strcmp(argv[2], "naive") == 0;
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	must(mkdtemp(place) != NULL && chdir(place) == 0, place);
	for (size_t i = 0; i < count; i++) {
		if (naive && !swaps[i].naive_loses)
			continue;
		lay_out();
		won = race(&swaps[i], rounds / count + 1) || won;
		clean();
	}
	must(chdir("/") == 0 && rmdir(place) == 0, place);
	return won == naive ? 0 : 1;
}
