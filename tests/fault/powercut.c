/* SPDX-License-Identifier: ISC */
/*
 * Power cuts (D2). Commands are run and what they do to files is logged; then the
 * power is cut at every event of the log, in several ways, and the store that is
 * found on the disk has to be as after the last command that ended, or as after
 * the one under way.
 *
 *     powercut record LOG ROOT COMMAND...    within ROOT; the log goes on
 *     powercut replay [-n] [-s SEED] [-q WAYS] [-m MOST] LOG
 *
 * WAYS cuts are made at each event: none of what was not synced is on the disk,
 * all of it, then random parts; at most MOST in all. -n takes syncs for nothing,
 * which must be found out. The last line is `N states, N bad`.
 */
#include "inventory.h"
#include "powermodel.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STORES	   8  /* that a directory may hold */
#define TOLD	   10 /* bad states that are told one by one */
#define WRITE_EACH 16 /* of so many states one is written to as well */

/* What a command that ended left. */
struct acked_store {
	char name[64];
	struct store_state state;
};

struct acked {
	struct acked_store stores[STORES];
	size_t count;
};

static void
append(const char *log, const struct event *event, const void *bytes)
{
	int fd = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, event, sizeof(*event)) != sizeof(*event) ||
	    write(fd, bytes, event->len) != (ssize_t)event->len || close(fd) != 0)
		world_give_up("%s: not written", log);
}

static void
append_ack(const char *log, const char *root)
{
	struct acked acked = { .count = 0 };
	struct inventory found;
	struct event event = { .type = EVENT_ACK };

	inventory_take(&found, root);
	for (size_t i = 0; i < found.count; i++) {
		const struct thing *thing = &found.things[i];
		struct acked_store *store = &acked.stores[acked.count];

		if (thing->kind != THING_STORE)
			continue;
		if (thing->state.is != STORE_SOUND || ++acked.count > STORES)
			world_give_up("%s: %s", thing->path, thing->state.why);
		snprintf(store->name, sizeof(store->name), "%s", thing->path);
		store->state = thing->state;
	}
	inventory_release(&found);
	event.len = (uint32_t)(acked.count * sizeof(struct acked_store));
	append(log, &event, acked.stores);
}

static int
record(int argc, char **argv)
{
	char library[4200], log[4200], root[4200];
	const char *const variables[] = { library, log, root, NULL };
	struct event event = { .type = EVENT_ROOT };
	struct command_end end;
	struct stat st;
	ssize_t len = readlink("/proc/self/exe", library + 11, 4096);

	if (argc < 5 || len < 0 || stat(argv[3], &st) != 0)
		world_give_up("usage: powercut record LOG ROOT COMMAND...");
	memcpy(library, "LD_PRELOAD=", 11);
	library[11 + len] = '\0';
	snprintf(strrchr(library, '/') + 1, 20, "powerlog.so");
	snprintf(log, sizeof(log), "POWERLOG=%s", argv[2]);
	snprintf(root, sizeof(root), "POWERLOG_ROOT=%s", argv[3]);
	event.file = st.st_ino;
	append(argv[2], &event, NULL);
	world_run(&end, argv + 4, variables, argv[3], NULL, 60);
	if (end.status == 0 || end.status == 3)
		append_ack(argv[2], argv[3]);
	if (end.out.len > 0)
		fputs(end.out.at, stdout);
	fputs(buf_string(&end.err), stderr);
	command_end_release(&end);
	return end.status < 0 ? 99 : end.status;
}

static struct {
	const char *log, *place;
	bool without_sync;
	uint64_t seed, ways, most;

	struct buf bytes; /* the log */
	const struct event **events;
	size_t count;
	struct acked last, next; /* around the cut */
	uint64_t acks, states, bad;
} replay = { .seed = 1, .ways = 4, .most = UINT64_MAX };

/* Events are read at addresses that suit their numbers. */
static void
read_log(void)
{
	size_t at = 0;

	if (!world_read(&replay.bytes, replay.log))
		world_give_up("%s: not read", replay.log);
	while (at + sizeof(struct event) <= replay.bytes.len) {
		struct event head, *event;

		memcpy(&head, replay.bytes.at + at, sizeof(head));
		event = calloc(1, sizeof(head) + head.len + 1);
		replay.events =
		    realloc(replay.events, (replay.count + 1) * sizeof(*replay.events));
		if (event == NULL || replay.events == NULL || head.type >= EVENTS ||
		    at + sizeof(head) + head.len > replay.bytes.len)
			world_give_up("%s: not a log at byte %zu", replay.log, at);
		memcpy(event, replay.bytes.at + at, sizeof(head) + head.len);
		replay.events[replay.count++] = event;
		at += sizeof(head) + head.len;
	}
}

static void
take_ack(struct acked *acked, const struct event *event)
{
	acked->count = event->len / sizeof(struct acked_store);
	memcpy(acked->stores, event + 1, event->len);
}

/* What the command under way will have left, or the last one if there is none. */
static void
look_ahead(size_t from)
{
	replay.next = replay.last;
	for (size_t i = from; i < replay.count; i++)
		if (replay.events[i]->type == EVENT_ACK) {
			take_ack(&replay.next, replay.events[i]);
			return;
		}
}

/* Whether a store that was found, NULL for none, is as it was acknowledged. */
static bool
is_as(const struct acked *acked, const char *name, const struct thing *found)
{
	for (size_t i = 0; i < acked->count; i++)
		if (strcmp(acked->stores[i].name, name) == 0)
			return found != NULL && found->state.is == STORE_SOUND &&
			    found->state.digest == acked->stores[i].state.digest;
	return found == NULL;
}

static bool
judge(const struct inventory *found, const char *name, struct buf *why)
{
	const struct thing *thing = inventory_find(found, name);

	if (thing != NULL && thing->kind != THING_STORE)
		thing = NULL;
	if (is_as(&replay.last, name, thing) || is_as(&replay.next, name, thing))
		return true;
	/* A new store is there empty before its first run has ended. */
	if (is_as(&replay.last, name, NULL) && thing != NULL &&
	    thing->state.is == STORE_SOUND && thing->state.rev == 0)
		return true;
	if (thing == NULL)
		buf_printf(why, "; %s is gone", name);
	else if (thing->state.is != STORE_SOUND)
		buf_printf(why, "; %s: %s", name, thing->state.why);
	else
		buf_printf(why, "; %s has revision %llu, another content", name,
		    (unsigned long long)thing->state.rev);
	return false;
}

static void
judge_all(size_t at, uint64_t way)
{
	struct buf why = BUF_EMPTY;
	struct inventory found;
	struct store_state state;
	bool good = true;
	char store[1100];

	inventory_take(&found, replay.place);
	for (size_t i = 0; i < replay.last.count; i++)
		good = judge(&found, replay.last.stores[i].name, &why) && good;
	for (size_t i = 0; i < replay.next.count; i++)
		good = judge(&found, replay.next.stores[i].name, &why) && good;
	replay.states++;
	snprintf(store, sizeof(store), "%s/store", replay.place);
	if (good && replay.states % WRITE_EACH == 0 &&
	    inventory_find(&found, "store") != NULL) {
		world_state(&state, store, true);
		if (state.is == STORE_BROKEN) {
			good = false;
			buf_printf(&why, "; written to: %s", state.why);
		}
	}
	if (!good && replay.bad++ < TOLD)
		printf("bad: event %zu of %zu, way %llu, after %llu commands%s\n", at,
		    replay.count, (unsigned long long)way,
		    (unsigned long long)replay.acks, buf_string(&why));
	inventory_release(&found);
	buf_release(&why);
}

/* Cuts the power while event `at` is done, or right behind the word that a command
 * has ended. Random cuts depend on the seed and on their place alone. */
static void
cut_here(struct disk *disk, size_t at)
{
	static const enum cut cuts[] = { CUT_NONE, CUT_ALL, CUT_RANDOM };
	const struct event *event = replay.events[at];

	look_ahead(event->type == EVENT_ACK ? at + 1 : at);
	for (uint64_t way = 0; way < replay.ways && replay.states < replay.most; way++) {
		disk_seed(replay.seed + at * 1000 + way);
		disk_cut(disk, event->type == EVENT_ACK ? NULL : event,
		    cuts[way < 2 ? way : 2], replay.place);
		judge_all(at, way);
	}
}

static int
replay_log(void)
{
	struct disk *disk = disk_new(replay.without_sync);
	char place[] = "/dev/shm/contact-power.XXXXXX",
	     other[] = "/tmp/contact-power.XXXXXX";

	read_log();
	replay.place = access("/dev/shm", W_OK) == 0 ? mkdtemp(place) : mkdtemp(other);
	if (replay.place == NULL)
		world_give_up("no place for states");
	printf("SEED=%llu\n", (unsigned long long)replay.seed);
	for (size_t i = 0; i < replay.count && replay.states < replay.most; i++) {
		if (replay.events[i]->type == EVENT_ACK) {
			take_ack(&replay.last, replay.events[i]);
			replay.acks++;
		}
		if (replay.events[i]->type != EVENT_ROOT)
			cut_here(disk, i);
		disk_apply(disk, replay.events[i]);
	}
	world_remove(replay.place);
	disk_free(disk);
	for (size_t i = 0; i < replay.count; i++)
		free((void *)(uintptr_t)replay.events[i]);
	free(replay.events);
	buf_release(&replay.bytes);
	printf(
	    "%zu events, %llu commands\n", replay.count, (unsigned long long)replay.acks);
	printf("%llu states, %llu bad\n", (unsigned long long)replay.states,
	    (unsigned long long)replay.bad);
	return replay.bad > 0;
}

int
main(int argc, char **argv)
{
	int option;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1 && strcmp(argv[1], "record") == 0)
		return record(argc, argv);
	if (argc < 3 || strcmp(argv[1], "replay") != 0)
		world_give_up("usage: powercut record | replay ...");
	optind = 2;
	while ((option = getopt(argc, argv, "+nm:q:s:")) != -1)
		switch (option) {
		case 'n':
			replay.without_sync = true;
			break;
		case 'm':
			replay.most = strtoull(optarg, NULL, 10);
			break;
		case 'q':
			replay.ways = strtoull(optarg, NULL, 10);
			break;
		case 's':
			replay.seed = strtoull(optarg, NULL, 10);
			break;
		default:
			return 99;
		}
	if (argv[optind] == NULL)
		world_give_up("which log?");
	replay.log = argv[optind];
	return replay_log();
}
