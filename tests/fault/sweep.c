/* SPDX-License-Identifier: ISC */
/*
 * Runs a command again and again, each time on a fresh copy of a directory, and
 * each time another of its calls fails, or the process dies there. What comes of
 * it is judged: the store is as before or as after, and a status of success means
 * that all was done.
 *
 *     sweep [-k] [-b DIR] [-i FILE] [-n EVERY] [-o OFFSET] [-c CALL]... [-t SECONDS]
 *         [-v] -- COMMAND...
 *
 * -b has what the command finds where it is run, among it `store`; -i is its
 * standard input. -k kills (D3) instead of failing (D4). Of all calls every
 * n-th is taken, from the offset on. A command may take 10 seconds, or -t. The last
 * line is `N points, N bad`.
 */
#include "judge.h"
#include "ways.h"

#include <sys/mman.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TOLD 20 /* bad points that are told one by one */

static const char *const names[] = FAILING_NAMES;

static struct {
	char *const *argv;
	const char *before_place; /* that is copied for each point */
	const char *input;
	uint64_t every, offset;
	bool chosen[FAILING_COUNT];
	bool any_chosen, verbose;

	char place[64], library[4096], report_path[80];
	struct expectation expected;

	uint64_t points, bad;
} sweep = { .every = 1, .expected.limit = 10 };

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
	memset(sweep.expected.report, 0, sizeof(*sweep.expected.report));
	world_run(
	    end, sweep.argv, variables, sweep.place, sweep.input, sweep.expected.limit);
}

/* The command again, after its death: it must come to the same end. */
static void
judge_death(struct point *point)
{
	struct command_end again;
	bool stored, was_complete;

	/* 128 and the signal is what a shell says of its command. */
	if (point->end.signal != SIGKILL && point->end.status != 128 + SIGKILL) {
		buf_printf(&point->why, "; did not die, status %d", point->end.status);
		return;
	}
	judge_things(point, &stored);
	was_complete = judge_complete(point);
	run(&again, NULL);
	inventory_release(&point->found);
	inventory_take(&point->found, sweep.place);
	if (!was_complete && again.status != sweep.expected.golden.status)
		buf_printf(&point->why, "; done again it ends with status %d: %.200s",
		    again.status, buf_string(&again.err));
	if (!judge_complete(point))
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
	struct point point = {
		.expected = &sweep.expected, .call = call, .why = BUF_EMPTY
	};

	snprintf(point.plan, sizeof(point.plan), "%s:%llu:%s", names[call],
	    (unsigned long long)number, way);
	fresh_place();
	run(&point.end, point.plan);
	/* Threads share the work in no fixed way, so a call may not come. */
	if (sweep.expected.report->hits > 0) {
		sweep.points++;
		inventory_take(&point.found, sweep.place);
		if (sweep.expected.kills)
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
	uint64_t points = sweep.points, offset = sweep.offset * (call + 1);

	/* Each call and way has an offset of its own, so that none leaves the
	 * first ones of all calls out. */
	for (; *way != NULL; way++, offset += sweep.offset)
		for (uint64_t n = 1 + offset % sweep.every; n <= calls; n += sweep.every)
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
	struct failing_report counted = *sweep.expected.report;

	if (sweep.expected.kills) {
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

	while ((option = getopt(argc, argv, "+b:c:i:kn:o:t:v")) != -1)
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
			sweep.expected.kills = true;
			break;
		case 'n':
			sweep.every = strtoull(optarg, NULL, 10);
			break;
		case 'o':
			sweep.offset = strtoull(optarg, NULL, 10);
			break;
		case 't':
			sweep.expected.limit = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'v':
			sweep.verbose = true;
			break;
		default:
			exit(99);
		}
	if (sweep.before_place == NULL || argv[optind] == NULL || sweep.every == 0)
		world_give_up("usage: sweep -b DIR [-k] [-i FILE] [-n EVERY] [-o OFFSET] "
			      "[-c CALL]... [-t SECONDS] [-v] -- COMMAND...");
	sweep.argv = argv + optind;
}

/* However the tool ends. */
static void
tidy(void)
{
	world_remove(sweep.place);
	unlink(sweep.report_path);
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
	atexit(tidy);
	fd = open(sweep.report_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*sweep.expected.report)) != 0)
		world_give_up("%s is not made", sweep.report_path);
	sweep.expected.report = mmap(NULL, sizeof(*sweep.expected.report),
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (sweep.expected.report == MAP_FAILED)
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
	inventory_take(&sweep.expected.before, sweep.place);
	run(&sweep.expected.golden, NULL);
	if (sweep.expected.golden.hung || sweep.expected.golden.status < 0 ||
	    sweep.expected.golden.status == 99)
		world_give_up("the command does not end well: %s",
		    buf_string(&sweep.expected.golden.err));
	if (sweep.expected.report->calls[CALL_openat] +
		sweep.expected.report->calls[CALL_open] ==
	    0)
		world_give_up("the command makes no call that is seen");
	inventory_take(&sweep.expected.after, sweep.place);
	expect_sound(&sweep.expected.before);
	expect_sound(&sweep.expected.after);
}

int
main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	read_options(argc, argv);
	prepare();
	run_golden();
	sweep_all();
	command_end_release(&sweep.expected.golden);
	inventory_release(&sweep.expected.before);
	inventory_release(&sweep.expected.after);
	printf("%llu points, %llu bad\n", (unsigned long long)sweep.points,
	    (unsigned long long)sweep.bad);
	return sweep.bad > 0;
}
