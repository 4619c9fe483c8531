/* SPDX-License-Identifier: ISC */
/*
 * Runs a command again and again, each time on a fresh copy of a directory, and
 * each time another of its calls fails, or the process dies there. What comes of
 * it is judged: the store is as before or as after, and a status of success means
 * that all was done.
 *
 *     sweep [-k] [-b DIR] [-i FILE] [-n EVERY] [-o OFFSET] [-c CALL]... [-v]
 *         -- COMMAND...
 *
 * -b has what the command finds where it is run, among it `store`; -i is its
 * standard input. -k kills (D3) instead of failing (D4). Of all calls every
 * n-th is taken, from the offset on. The last line is `N points, N bad`.
 */
#include "failing.h"
#include "inventory.h"

#include <sys/mman.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LIMIT 10 /* seconds that a command may take */
#define TOLD  20 /* bad points that are told one by one */

static const char *const names[] = FAILING_NAMES;

/* How each call fails. What is interrupted is so once: for good it would be no
 * interruption. */
static const struct {
	enum failing_call call;
	const char *ways[6];
} ways[] = {
	{ CALL_malloc, { "once:ENOMEM", "on:ENOMEM" } },
	{ CALL_calloc, { "once:ENOMEM", "on:ENOMEM" } },
	{ CALL_realloc, { "once:ENOMEM", "on:ENOMEM" } },
	{ CALL_posix_memalign, { "once:ENOMEM" } },
	{ CALL_open, { "once:EMFILE", "on:ENOSPC", "once:EIO", "once:EINTR" } },
	{ CALL_openat, { "once:EMFILE", "on:ENOSPC", "once:EIO", "once:EINTR" } },
	{ CALL_fopen, { "once:EMFILE", "on:ENOMEM" } },
	{ CALL_tmpfile, { "once:EMFILE", "on:ENOSPC" } },
	{ CALL_memfd_create, { "once:EMFILE", "on:ENOMEM" } },
	{ CALL_mkostemp, { "once:EMFILE", "on:ENOSPC" } },
	{ CALL_read, { "once:EIO", "on:EIO", "once:EINTR", "short" } },
	{ CALL_pread, { "once:EIO", "on:EIO", "once:EINTR", "short" } },
	{ CALL_write, { "once:ENOSPC", "on:ENOSPC", "once:EIO", "once:EINTR", "short" } },
	{ CALL_pwrite,
	    { "once:ENOSPC", "on:ENOSPC", "once:EIO", "once:EINTR", "short" } },
	{ CALL_writev,
	    { "once:ENOSPC", "on:ENOSPC", "once:EIO", "once:EINTR", "short" } },
	{ CALL_pwritev,
	    { "once:ENOSPC", "on:ENOSPC", "once:EIO", "once:EINTR", "short" } },
	{ CALL_copy_file_range, { "once:ENOSPC", "on:EIO", "once:EINTR", "short" } },
	{ CALL_fsync, { "once:EIO", "on:EIO", "once:ENOSPC" } },
	{ CALL_fdatasync, { "once:EIO", "on:EIO", "once:ENOSPC" } },
	{ CALL_msync, { "once:EIO", "on:EIO" } },
	{ CALL_ftruncate, { "once:ENOSPC", "on:EIO", "once:EINTR" } },
	{ CALL_fallocate, { "once:ENOSPC", "on:ENOSPC" } },
	{ CALL_mmap, { "once:ENOMEM", "on:ENOMEM" } },
	{ CALL_rename, { "once:ENOSPC", "on:EIO" } },
	{ CALL_renameat, { "once:ENOSPC", "on:EIO" } },
	{ CALL_renameat2, { "once:ENOSPC", "on:EIO" } },
	{ CALL_link, { "once:ENOSPC", "on:EIO" } },
	{ CALL_linkat, { "once:ENOSPC", "on:EIO" } },
	{ CALL_unlink, { "once:EIO", "on:EIO" } },
	{ CALL_unlinkat, { "once:EIO", "on:EIO" } },
	{ CALL_rmdir, { "once:EIO", "on:EIO" } },
	{ CALL_mkdir, { "once:ENOSPC", "on:EIO" } },
	{ CALL_mkdirat, { "once:ENOSPC", "on:EIO" } },
	{ CALL_mkdtemp, { "once:ENOSPC", "on:EIO" } },
	{ CALL_fchmod, { "once:EIO", "on:EIO" } },
	{ CALL_close, { "once:EIO", "on:EIO", "once:EINTR", "once:ENOSPC" } },
	{ CALL_fclose, { "once:EIO", "once:ENOSPC" } },
	{ CALL_fflush, { "once:EIO", "once:ENOSPC" } },
	{ CALL_fstat, { "once:EIO", "on:EIO" } },
	{ CALL_flock, { "once:EIO", "on:ENOLCK", "once:EINTR" } },
	{ CALL_fcntl, { "once:EIO", "on:ENOLCK", "once:EINTR" } },
	{ CALL_dup2, { "once:EMFILE" } },
	{ CALL_fork, { "once:EAGAIN", "on:ENOMEM" } },
	{ CALL_execve, { "once:ENOMEM" } },
	{ CALL_getrandom, { "once:EINTR", "on:EIO" } },
	{ CALL_pthread_create, { "once:EAGAIN", "on:EAGAIN" } },
};

static struct {
	char *const *argv;
	const char *before_place; /* that is copied for each point */
	const char *input;
	uint64_t every, offset;
	bool chosen[FAILING_COUNT];
	bool any_chosen, kills, verbose;

	char place[64], library[4096], report_path[80];
	struct failing_report *report;
	struct inventory before, after;
	struct command_end golden;

	uint64_t points, bad;
} sweep = { .every = 1 };

/* A point: what failed, and what came of it. */
struct point {
	char plan[80];
	enum failing_call call;
	struct command_end end;
	struct inventory found;
	struct buf why; /* empty: nothing is wrong with it */
};

static void
fresh_place(void)
{
	world_remove(sweep.place);
	world_copy(sweep.before_place, sweep.place);
}

/* Runs the command as it is now, under the plan, or under none. */
static void
run(struct command_end *end, const char *plan)
{
	char armed[100], preload[4200], report[100];
	const char *variables[5] = { preload, report };

	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", sweep.library);
	snprintf(report, sizeof(report), "FAILING_REPORT=%s", sweep.report_path);
	snprintf(armed, sizeof(armed), "FAILING=%s", plan == NULL ? "" : plan);
	variables[2] = plan == NULL ? NULL : armed;
	memset(sweep.report, 0, sizeof(*sweep.report));
	world_run(end, sweep.argv, variables, sweep.place, sweep.input, LIMIT);
}

/* How many lines of stderr the undisturbed command does not say. A summary of
 * numbers is no diagnostic. */
static unsigned
new_lines(struct command_end *end)
{
	const char *said = buf_string(&end->err), *line = said;
	unsigned count = 0;

	while (*line != '\0') {
		size_t len = strcspn(line, "\n");
		char *copy = strndup(line, len);

		if (copy == NULL)
			world_give_up("out of memory");
		count += strstr(buf_string(&sweep.golden.err), copy) == NULL &&
		    strstr(copy, " rev=") == NULL;
		free(copy);
		line += len + (line[len] == '\n');
	}
	return count;
}

/* Taking away what was begun needs calls of its own, and memory. */
static bool
may_leave(const struct point *point, const char *path)
{
	switch (point->call) {
	case CALL_unlink:
	case CALL_unlinkat:
	case CALL_rmdir:
	case CALL_open:
	case CALL_openat:
		return true;
	case CALL_malloc:
	case CALL_calloc:
	case CALL_realloc:
		return path[0] == '.' || strstr(path, "/.") != NULL;
	default:
		return sweep.kills;
	}
}

/* All is there and as it must be after the command. */
static bool
complete(const struct inventory *found)
{
	for (size_t i = 0; i < sweep.after.count; i++) {
		const struct thing *thing = &sweep.after.things[i];

		if (!thing_same(inventory_find(found, thing->path), thing))
			return false;
	}
	return true;
}

static bool
is_new_store(const struct thing *thing, const struct thing *was)
{
	return was == NULL && thing->kind == THING_STORE &&
	    thing->state.is == STORE_SOUND && thing->state.rev == 0;
}

/* A thing that is neither as before nor as after. Files are reports, which may
 * end in the middle; a store that was just made may be empty. */
static void
judge_other(
    struct point *point, const struct thing *thing, bool was_there, bool will_be_there)
{
	if (!was_there && !will_be_there) {
		if (!may_leave(point, thing->path))
			buf_printf(&point->why, "; left behind: %s", thing->path);
	} else if (thing->kind == THING_STORE && thing->state.is != STORE_SOUND)
		buf_printf(
		    &point->why, "; %s is damaged: %s", thing->path, thing->state.why);
	else if (thing->kind == THING_STORE || was_there)
		buf_printf(
		    &point->why, "; neither as before nor as after: %s", thing->path);
}

/* Each thing is as before or as after; stored tells whether any store is as
 * after only. */
static void
judge_things(struct point *point, bool *stored)
{
	*stored = false;
	for (size_t i = 0; i < point->found.count; i++) {
		const struct thing *thing = &point->found.things[i];
		const struct thing *was = inventory_find(&sweep.before, thing->path);
		const struct thing *is = inventory_find(&sweep.after, thing->path);

		if (thing_same(thing, was) || is_new_store(thing, was))
			continue;
		if (thing_same(thing, is))
			*stored = *stored || thing->kind == THING_STORE;
		else
			judge_other(point, thing, was != NULL, is != NULL);
	}
	for (size_t i = 0; i < sweep.before.count; i++) {
		const char *path = sweep.before.things[i].path;

		if (inventory_find(&point->found, path) == NULL &&
		    inventory_find(&sweep.after, path) != NULL)
			buf_printf(&point->why, "; gone: %s", path);
	}
}

/* Whether stderr itself could not be written to. */
static bool
is_mute(const struct point *point)
{
	return sweep.report->fd == STDERR_FILENO ||
	    (point->call == CALL_write && strstr(point->plan, ":on:") != NULL);
}

static void
judge_failure(struct point *point)
{
	struct command_end *end = &point->end;
	bool stored;
	unsigned lines;

	judge_things(point, &stored);
	if (end->hung || end->signal != 0) {
		buf_printf(&point->why,
		    end->hung ? "; took more than %d s" : "; signal %d",
		    end->hung ? LIMIT : end->signal);
		return;
	}
	if (end->status == sweep.golden.status) {
		if (!complete(&point->found))
			buf_printf(
			    &point->why, "; status %d, but not stored", end->status);
		if (!view_equal(buf_as_view(&end->out), buf_as_view(&sweep.golden.out)))
			buf_printf(
			    &point->why, "; status %d, but another output", end->status);
		return;
	}
	if (end->status != 5 && end->status != 6 && end->status != 75)
		buf_printf(&point->why, "; status %d", end->status);
	if (stored && strstr(buf_string(&end->err), "stored as rev") == NULL &&
	    strstr(buf_string(&end->err), " rev=") == NULL && !is_mute(point))
		buf_text(&point->why, "; stored, but not said so");
	lines = new_lines(end);
	if (lines != 1 && !is_mute(point))
		buf_printf(&point->why, "; %u lines say why", lines);
}

/* The command again, after its death: it must come to the same end. */
static void
judge_death(struct point *point)
{
	struct command_end again;
	bool stored, was_complete;

	if (point->end.signal != SIGKILL) {
		buf_printf(&point->why, "; did not die, status %d", point->end.status);
		return;
	}
	judge_things(point, &stored);
	was_complete = complete(&point->found);
	run(&again, NULL);
	inventory_release(&point->found);
	inventory_take(&point->found, sweep.place);
	if (!was_complete && again.status != sweep.golden.status)
		buf_printf(&point->why, "; done again it ends with status %d: %.200s",
		    again.status, buf_string(&again.err));
	if (!complete(&point->found))
		buf_text(&point->why, "; done again it does not come to its end");
	command_end_release(&again);
}

static void
tell(const struct point *point, struct buf *why)
{
	if (sweep.bad++ < TOLD)
		printf("bad: FAILING=%s%s\n    %s", point->plan, buf_string(why),
		    point->end.err.len > 0 ? point->end.err.at : "(nothing on stderr)\n");
	fflush(stdout);
}

static void
try_point(enum failing_call call, uint64_t number, const char *way)
{
	struct point point = { .call = call, .why = BUF_EMPTY };

	snprintf(point.plan, sizeof(point.plan), "%s:%llu:%s", names[call],
	    (unsigned long long)number, way);
	fresh_place();
	run(&point.end, point.plan);
	/* Threads share the work in no fixed way, so a call may not come. */
	if (sweep.report->hits > 0) {
		sweep.points++;
		inventory_take(&point.found, sweep.place);
		if (sweep.kills)
			judge_death(&point);
		else
			judge_failure(&point);
		if (point.why.len > 0)
			tell(&point, &point.why);
		inventory_release(&point.found);
	}
	buf_release(&point.why);
	command_end_release(&point.end);
}

static void
sweep_call(enum failing_call call, uint64_t calls, const char *const *way)
{
	uint64_t points = sweep.points;

	for (; *way != NULL; way++)
		for (uint64_t n = 1 + sweep.offset % sweep.every; n <= calls;
		     n += sweep.every)
			try_point(call, n, *way);
	if (sweep.verbose)
		printf("%s: %llu calls, %llu points\n", names[call],
		    (unsigned long long)calls,
		    (unsigned long long)(sweep.points - points));
}

static void
sweep_all(void)
{
	static const char *const deaths[] = { "before", "after", NULL };
	struct failing_report counted = *sweep.report;

	if (sweep.kills) {
		sweep_call(CALL_change, counted.calls[CALL_change], deaths);
		return;
	}
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!sweep.any_chosen || sweep.chosen[ways[i].call])
			sweep_call(
			    ways[i].call, counted.calls[ways[i].call], ways[i].ways);
}

static void
choose(const char *name)
{
	for (size_t i = 0; i < FAILING_COUNT; i++)
		if (strcmp(names[i], name) == 0) {
			sweep.chosen[i] = sweep.any_chosen = true;
			return;
		}
	world_give_up("%s: no such call", name);
}

static void
read_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "+b:c:i:kn:o:v")) != -1)
		switch (option) {
		case 'b':
			sweep.before_place = optarg;
			break;
		case 'c':
			choose(optarg);
			break;
		case 'i':
			sweep.input = optarg;
			break;
		case 'k':
			sweep.kills = true;
			break;
		case 'n':
			sweep.every = strtoull(optarg, NULL, 10);
			break;
		case 'o':
			sweep.offset = strtoull(optarg, NULL, 10);
			break;
		case 'v':
			sweep.verbose = true;
			break;
		default:
			exit(99);
		}
	if (sweep.before_place == NULL || argv[optind] == NULL || sweep.every == 0)
		world_give_up("usage: sweep -b DIR [-k] [-i FILE] [-n EVERY] [-o OFFSET] "
			      "[-c CALL]... [-v] -- COMMAND...");
	sweep.argv = argv + optind;
}

/* A place in memory for the copies, the library, and what it reports into. */
static void
prepare(void)
{
	ssize_t len =
	    readlink("/proc/self/exe", sweep.library, sizeof(sweep.library) - 20);
	int fd;

	sweep.library[len < 0 ? 0 : len] = '\0';
	if (strrchr(sweep.library, '/') == NULL)
		world_give_up("where am I?");
	memcpy(strrchr(sweep.library, '/') + 1, "failing.so", sizeof("failing.so"));
	if (access(sweep.library, R_OK) != 0)
		world_give_up("%s is not there", sweep.library);
	snprintf(sweep.place, sizeof(sweep.place), "%s/contact-sweep.XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(sweep.place) == NULL)
		world_give_up("no place for copies");
	snprintf(sweep.report_path, sizeof(sweep.report_path), "%s.report", sweep.place);
	fd = open(sweep.report_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*sweep.report)) != 0)
		world_give_up("%s is not made", sweep.report_path);
	sweep.report =
	    mmap(NULL, sizeof(*sweep.report), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (sweep.report == MAP_FAILED)
		world_give_up("%s is not mapped", sweep.report_path);
}

static void
expect_sound(const struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++)
		if (inventory->things[i].kind == THING_STORE &&
		    inventory->things[i].state.is != STORE_SOUND)
			world_give_up("%s is not sound with nothing failing: %s",
			    inventory->things[i].path, inventory->things[i].state.why);
}

/* The command with nothing failing: what all others are compared with. */
static void
run_golden(void)
{
	fresh_place();
	inventory_take(&sweep.before, sweep.place);
	run(&sweep.golden, NULL);
	if (sweep.golden.hung || sweep.golden.status < 0 || sweep.golden.status == 99)
		world_give_up(
		    "the command does not end well: %s", buf_string(&sweep.golden.err));
	if (sweep.report->calls[CALL_openat] + sweep.report->calls[CALL_open] == 0)
		world_give_up("the command makes no call that is seen");
	inventory_take(&sweep.after, sweep.place);
	expect_sound(&sweep.before);
	expect_sound(&sweep.after);
}

int
main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	read_options(argc, argv);
	prepare();
	run_golden();
	sweep_all();
	world_remove(sweep.place);
	unlink(sweep.report_path);
	command_end_release(&sweep.golden);
	inventory_release(&sweep.before);
	inventory_release(&sweep.after);
	printf("%llu points, %llu bad\n", (unsigned long long)sweep.points,
	    (unsigned long long)sweep.bad);
	return sweep.bad > 0;
}
