/* SPDX-License-Identifier: ISC */
/*
 * Copies, commands and stores for the fault tools. What a store holds becomes
 * one number: records, images, names and settings as they lie in their trees,
 * and of the log what does not depend on the clock. Where things lie in the
 * file has no part in it.
 */
#include "world.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/check.h"
#include "store/engine.h"
#include "store/log.h"

void
world_give_up(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("fault tool: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	exit(99);
}

static char *
joined(struct buf *path, const char *directory, const char *name)
{
	buf_clear(path);
	buf_printf(path, "%s/%s", directory, name);
	buf_string(path);
	if (path->failed)
		world_give_up("out of memory");
	return path->at;
}

bool
world_read(struct buf *out, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char block[65536];
	ssize_t n;

	if (fd < 0)
		return false;
	while ((n = read(fd, block, sizeof(block))) > 0)
		buf_put(out, block, (size_t)n);
	close(fd);
	return n == 0 && !out->failed;
}

void
world_write(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || close(fd) != 0)
		world_give_up("%s: %s", path, strerror(errno));
}

void
world_copy(const char *from, const char *to)
{
	struct buf source = BUF_EMPTY, target = BUF_EMPTY, bytes = BUF_EMPTY;
	DIR *dir = opendir(from);
	struct dirent *entry;
	struct stat st;

	if (dir == NULL || (mkdir(to, 0700) != 0 && errno != EEXIST))
		world_give_up("%s: not copied to %s: %s", from, to, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		joined(&source, from, entry->d_name);
		joined(&target, to, entry->d_name);
		if (lstat(source.at, &st) != 0)
			world_give_up("%s: %s", source.at, strerror(errno));
		if (S_ISDIR(st.st_mode)) {
			world_copy(source.at, target.at);
			continue;
		}
		buf_clear(&bytes);
		if (!world_read(&bytes, source.at))
			world_give_up("%s: not read", source.at);
		world_write(target.at, bytes.at, bytes.len);
	}
	closedir(dir);
	buf_release(&source);
	buf_release(&target);
	buf_release(&bytes);
}

void
world_remove(const char *path)
{
	struct buf inner = BUF_EMPTY;
	struct dirent *entry;
	DIR *dir;

	if (unlink(path) == 0 || errno == ENOENT)
		return;
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			world_remove(joined(&inner, path, entry->d_name));
	if (dir != NULL)
		closedir(dir);
	buf_release(&inner);
	if (rmdir(path) != 0)
		world_give_up("%s: not removed: %s", path, strerror(errno));
}

/* What is between a run that erases and the compaction that ends it. */
static bool
is_mark(enum tree tree, struct view key)
{
	return tree == TREE_META && view_is(key, "erased");
}

static int
digest_tree(XXH3_state_t *digest, struct txn *txn, enum tree tree, struct fault *fault)
{
	struct engine_cursor *cursor;
	struct view key = { NULL, 0 }, value;
	int found;

	if (engine_cursor_open(&cursor, txn_engine(txn), tree, fault) != 0)
		return -1;
	for (found = engine_first(cursor, &key, &value, fault); found == 1;
	     found = engine_next(cursor, &key, &value, fault)) {
		if (is_mark(tree, key))
			continue;
		XXH3_64bits_update(digest, &key.len, sizeof(key.len));
		XXH3_64bits_update(digest, key.at, key.len);
		XXH3_64bits_update(digest, &value.len, sizeof(value.len));
		XXH3_64bits_update(digest, value.at, value.len);
	}
	engine_cursor_close(cursor);
	return found;
}

static int
digest_log(XXH3_state_t *digest, struct txn *txn, struct fault *fault)
{
	struct log_walk walk;
	struct log_row row;
	int found;

	if (log_walk_open(&walk, txn, 0, fault) != 0)
		return -1;
	while ((found = log_walk_next(&walk, &row, fault)) == 1) {
		const uint64_t numbers[] = { row.rev, (uint64_t)row.now, row.first_id,
			row.last_id, row.created, row.updated, row.deleted, row.undoes };

		XXH3_64bits_update(digest, numbers, sizeof(numbers));
		XXH3_64bits_update(digest, row.program.at, row.program.len);
		XXH3_64bits_update(digest, row.options.at, row.options.len);
	}
	log_walk_close(&walk);
	return found;
}

static void
keep_damage(void *context, enum check_level level, const char *text)
{
	struct store_state *state = context;

	if (level == CHECK_DAMAGE && state->why[0] == '\0')
		snprintf(state->why, sizeof(state->why), "check: %.*s", 280, text);
}

static int
look(struct store_state *state, struct store *store, struct fault *fault)
{
	static const enum tree trees[] = { TREE_META, TREE_NAMES, TREE_RECORDS,
		TREE_IMAGES };
	struct check_outcome outcome = { 0 };
	struct txn *txn = NULL;
	XXH3_state_t digest;
	int result = -1;

	XXH3_64bits_reset(&digest);
	if (txn_begin(&txn, store, fault) != 0 ||
	    check_store(&outcome, txn, false, keep_damage, state, fault) != 0)
		goto done;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
		if (digest_tree(&digest, txn, trees[i], fault) != 0)
			goto done;
	if (digest_log(&digest, txn, fault) != 0)
		goto done;
	state->rev = txn_rev(txn);
	state->digest = XXH3_64bits_digest(&digest);
	state->is = outcome.damages == 0 ? STORE_SOUND : STORE_BROKEN;
	result = 0;
done:
	txn_end(txn);
	return result;
}

static int
set_something(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return txn_set(txn, "timezone", VIEW("+03:00"), fault);
}

/* In the child: all that happens here may end in a signal. */
static void
examine(struct store_state *state, const char *path, bool write)
{
	const struct store_options options = { .path = path, .write = write, .wait = 5 };
	const struct run run = {
		.now = 1, .real = 1, .who = "", .program = "", .options = ""
	};
	struct store_state after = { 0 };
	struct run_outcome outcome;
	struct store *store = NULL;
	struct fault fault = { .text = "the run that was tried left damage" };

	if (store_open(&store, &options, &fault) != 0 ||
	    look(state, store, &fault) != 0 ||
	    (write &&
		(store_run(store, &run, set_something, NULL, &outcome, &fault) != 0 ||
		    look(&after, store, &fault) != 0 || after.is != STORE_SOUND))) {
		state->is = strncmp(fault.text, "no store at", 11) == 0 ? STORE_ABSENT
									: STORE_BROKEN;
		snprintf(state->why, sizeof(state->why), "%.*s", 290, fault.text);
	}
	store_close(store);
}

void
world_state(struct store_state *state, const char *path, bool write)
{
	struct store_state *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t pid;

	if (shared == MAP_FAILED)
		world_give_up("no child to look at %s: %s", path, strerror(errno));
	shared->is = STORE_BROKEN;
	pid = fork();
	if (pid < 0)
		world_give_up("no child to look at %s: %s", path, strerror(errno));
	if (pid == 0) {
		alarm(30);
		examine(shared, path, write);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		world_give_up("waiting: %s", strerror(errno));
	*state = *shared;
	munmap(shared, sizeof(*shared));
	if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0) {
		state->is = STORE_BROKEN;
		snprintf(state->why, sizeof(state->why), "opening it ended with %s %d",
		    WIFSIGNALED(status) ? "signal" : "status",
		    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	}
}

static void
become(char *const *argv, const char *const *variables, const char *place,
    const char *input, int out, int err)
{
	int in = open(input == NULL ? "/dev/null" : input, O_RDONLY);

	for (; *variables != NULL; variables++)
		putenv((char *)(uintptr_t)*variables);
	/* A group of its own, so that what it started goes with it. */
	if (in < 0 || setpgid(0, 0) != 0 || chdir(place) != 0 || dup2(in, 0) < 0 ||
	    dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(99);
	if (in > 2)
		close(in);
	execvp(argv[0], argv);
	dprintf(2, "fault tool: %s: %s\n", argv[0], strerror(errno));
	_exit(99);
}

/* Waits through a descriptor for the process, which takes a limit of time. */
static int
wait_for(pid_t pid, unsigned seconds, bool *hung)
{
	int status, fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd watch = { .fd = fd, .events = POLLIN };

	if (fd < 0)
		world_give_up("pidfd_open: %s", strerror(errno));
	*hung = poll(&watch, 1, (int)seconds * 1000) == 0;
	if (*hung)
		kill(-pid, SIGKILL);
	close(fd);
	if (waitpid(pid, &status, 0) != pid)
		world_give_up("waiting: %s", strerror(errno));
	return status;
}

static void
take(struct buf *out, int fd)
{
	char block[65536];
	ssize_t n;

	*out = BUF_EMPTY;
	if (lseek(fd, 0, SEEK_SET) != 0)
		world_give_up("reading back: %s", strerror(errno));
	while ((n = read(fd, block, sizeof(block))) > 0)
		buf_put(out, block, (size_t)n);
	buf_string(out);
	close(fd);
}

void
world_run(struct command_end *end, char *const *argv, const char *const *variables,
    const char *place, const char *input, unsigned seconds)
{
	int out = memfd_create("out", MFD_CLOEXEC),
	    err = memfd_create("err", MFD_CLOEXEC);
	int status;
	pid_t pid;

	if (out < 0 || err < 0 || (pid = fork()) < 0)
		world_give_up("%s is not run: %s", argv[0], strerror(errno));
	if (pid == 0)
		become(argv, variables, place, input, out, err);
	status = wait_for(pid, seconds, &end->hung);
	end->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	take(&end->out, out);
	take(&end->err, err);
}

void
command_end_release(struct command_end *end)
{
	buf_release(&end->out);
	buf_release(&end->err);
}
