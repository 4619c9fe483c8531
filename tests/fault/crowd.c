/* SPDX-License-Identifier: ISC */
/*
 * crowd mixed DIRECTORY PROCESSES COMMANDS: C1, commands can run at once.
 * crowd create DIRECTORY ROUNDS: C2, a store can be made by many at once.
 *
 * Each process of `mixed` runs commands of all kinds on DIRECTORY/store. People
 * come in groups of GROUP whose titles one import changes all together, so a
 * search that shows two titles in a group, or half a group, has seen a torn
 * state. At the end the store must hold exactly what was acknowledged. In a round
 * of `create` four programs make the same store; one has made it, the others
 * find it made, and nothing that any of them stored is missing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "model/check.h"
#include "model/kind.h"

#define PROCESSES 16
#define COMMANDS  10000
#define GROUPS	  20
#define GROUP	  5
#define RACERS	  4

/* Shared by all processes; each writes its own row. */
struct shared {
	unsigned long finds, adds, imports, statuses, sets, undone, compacted, backups;
	bool there[COMMANDS]; /* the person that its n-th command added */
};

static struct shared *all, *mine;
static unsigned self;
static char store_place[512], input_place[512];
static struct child child;

static void
broken(const char *promise, const char *const argv[])
{
	fprintf(stderr, "crowd: %s: process %u, status %x:", promise, self,
	    (unsigned)child.status);
	for (size_t i = 0; argv[i] != NULL; i++)
		fprintf(stderr, " %s", argv[i]);
	fprintf(stderr, "\nstdout: %.400s\nstderr: %.400s\n", child.out, child.err);
	exit(1);
}

/* It has to be done, whatever the others do. */
static void
must_do(const char *const argv[])
{
	child_run(&child, argv);
	if (child_exit(&child) != 0)
		broken("a command failed", argv);
}

static void
add_person(unsigned number)
{
	char email[64];
	const char *const argv[] = { "contact-add", "-q", email, NULL };

	snprintf(email, sizeof(email), "email=w%u-%u@example.com", self, number);
	must_do(argv);
	mine->there[number] = true;
	mine->adds++;
}

/* Adds somebody and takes that run back. */
static void
add_and_undo(unsigned number)
{
	char email[64], rev[32];
	const char *const add[] = { "contact-add", email, NULL };
	const char *const undo[] = { "contact-store", "-q", "undo", rev, NULL };
	const char *said;

	snprintf(email, sizeof(email), "email=w%u-%u@example.com", self, number);
	must_do(add);
	said = strstr(child.err, " rev=");
	if (said == NULL)
		broken("no revision", add);
	snprintf(rev, sizeof(rev), "%lu", strtoul(said + 5, NULL, 10));
	must_do(undo);
	mine->undone++;
}

static void
import_group(unsigned number)
{
	const char *const argv[] = { "contact-add", "-q", input_place, NULL };
	unsigned group = (unsigned)random_below(GROUPS);
	FILE *file = fopen(input_place, "w");

	if (file == NULL)
		driver_failed("%s: %s", input_place, strerror(errno));
	fputs("email,title,labels\n", file);
	for (unsigned i = 0; i < GROUP; i++)
		fprintf(file, "g%u-%u@example.com,t%u-%u,group%u\n", group, i, self,
		    number, group);
	if (fclose(file) != 0)
		driver_failed("%s: %s", input_place, strerror(errno));
	must_do(argv);
	mine->imports++;
}

/* All of a group get another status together, if they are there. */
static void
set_status(void)
{
	static const char *const statuses[] = { "Prospect", "DNU", "Placed",
		"Consult Hot" };
	char label[32];
	const char *const argv[] = { "contact-status", "-q", "--candidate",
		statuses[random_below(4)], label, NULL };

	snprintf(label, sizeof(label), "labels=group%u", (unsigned)random_below(GROUPS));
	child_run(&child, argv);
	if (child_exit(&child) != 0 && child_exit(&child) != 1)
		broken("a command failed", argv);
	mine->statuses++;
}

/* All of the group or nobody, each once, with one title and one status. */
static bool
group_is_whole(char *rows, unsigned group)
{
	unsigned seen = 0, count = 0;
	char title[64] = "";
	char *line, *rest = rows;

	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		char start[32];
		char *comma = strchr(line, ',');
		unsigned long number;

		snprintf(start, sizeof(start), "g%u-", group);
		if (comma == NULL || strncmp(line, start, strlen(start)) != 0)
			return false;
		number = strtoul(line + strlen(start), NULL, 10);
		if (number >= GROUP || (seen & 1u << number) != 0)
			return false;
		seen |= 1u << number;
		if (count++ == 0)
			snprintf(title, sizeof(title), "%s", comma + 1);
		else if (strcmp(title, comma + 1) != 0)
			return false;
	}
	return count == 0 || count == GROUP;
}

static void
find_group(void)
{
	static char rows[sizeof(child.out)];
	unsigned group = (unsigned)random_below(GROUPS);
	char label[32];
	const char *const argv[] = { "contact-find", "-H", "-c",
		"email,title,candidate_status", label, NULL };

	snprintf(label, sizeof(label), "labels=group%u", group);
	child_run(&child, argv);
	if (child_exit(&child) != 0 && child_exit(&child) != 1)
		broken("a search failed", argv);
	memcpy(rows, child.out, sizeof(rows));
	if (!group_is_whole(rows, group))
		broken("a search saw a torn group", argv);
	mine->finds++;
}

/* What this process has added is there for it at once. */
static void
find_own(unsigned number)
{
	char email[64];
	const char *const argv[] = { "contact-find", "--count", email, NULL };
	unsigned who = (unsigned)random_below(number + 1);

	snprintf(email, sizeof(email), "email=w%u-%u@example.com", self, who);
	child_run(&child, argv);
	if (strcmp(child.out, mine->there[who] ? "1\n" : "0\n") != 0)
		broken("a search does not see what was stored", argv);
	mine->finds++;
}

static void
set_zone(void)
{
	char setting[32];
	const char *const argv[] = { "contact-store", "-q", "set", setting, NULL };

	snprintf(
	    setting, sizeof(setting), "timezone=+%02u:00", (unsigned)random_below(12));
	must_do(argv);
	mine->sets++;
}

static void
compact(void)
{
	const char *const argv[] = { "contact-store", "-q", "compact", NULL };

	must_do(argv);
	mine->compacted++;
}

/* A backup is a store, sound and with whole groups only. */
static void
back_up(const char *directory)
{
	char path[600];
	const char *const backup[] = { "contact-store", "-q", "backup", path, NULL };
	const char *const check[] = { "contact-store", "-q", "-s", path, "check", NULL };
	const char *const count[] = { "contact-find", "-s", path, "--count", "email=g*",
		NULL };
	const char *const clear[] = { "rm", "-rf", path, NULL };

	snprintf(path, sizeof(path), "%s/backup-%u", directory, self);
	must_do(backup);
	must_do(check);
	child_run(&child, count);
	if (strtoul(child.out, NULL, 10) % GROUP != 0)
		broken("a backup has a torn group", count);
	must_do(clear);
	mine->backups++;
}

static bool
has_verb(const char *verb)
{
	const char *const argv[] = { "contact-store", "--help", NULL };
	char line[64];

	must_do(argv);
	snprintf(line, sizeof(line), "... %s", verb);
	return strstr(child.out, line) != NULL;
}

static void
work(const char *directory, unsigned commands)
{
	bool undo = has_verb("undo"), copy = has_verb("compact") && has_verb("backup");

	mine = &all[self];
	random_stream(self);
	snprintf(input_place, sizeof(input_place), "%s/input-%u.csv", directory, self);
	for (unsigned n = 0; n < commands; n++) {
		uint64_t die = random_below(100);

		if (die < 20)
			add_person(n);
		else if (die < 25 && undo)
			add_and_undo(n);
		else if (die < 40)
			import_group(n);
		else if (die < 45)
			set_status();
		else if (die < 50)
			set_zone();
		else if (die < 51 && copy)
			compact();
		else if (die < 52 && copy)
			back_up(directory);
		else if (die < 65)
			find_own(n);
		else
			find_group();
	}
}

static void
found_damage(void *context, enum check_level level, const char *text)
{
	(void)context;
	if (level == CHECK_DAMAGE)
		fprintf(stderr, "crowd: damage: %s\n", text);
}

/* Takes the people that were acknowledged off the list, one for each that is
 * in the store. */
static int
take_off(struct txn *txn, unsigned long *members, struct fault *fault)
{
	const struct kind *contact = kind_by_name(VIEW("contact"));
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int more;

	if (record_walk_open(&walk, txn, 1, fault) != 0)
		return -1;
	while ((more = record_walk_next(&walk, &id, &record, fault)) == 1) {
		struct view email = record_get(record, CONTACT_EMAIL);
		char copy[64] = "", *dash;
		unsigned long process, number;

		if (record_kind(record) != contact->number || email.len >= sizeof(copy))
			continue;
		memcpy(copy, email.at, email.len);
		*members += copy[0] == 'g';
		if (copy[0] != 'w')
			continue;
		process = strtoul(copy + 1, &dash, 10);
		number = strtoul(dash + 1, NULL, 10);
		if (process >= PROCESSES || number >= COMMANDS ||
		    !all[process].there[number]) {
			more = fault_set(fault, FAULT_STORE,
			    "%s: twice, or nobody has added it", copy);
			break;
		}
		all[process].there[number] = false;
	}
	record_walk_close(&walk);
	return more;
}

static int
compare(struct fault *fault)
{
	const struct store_options options = { .path = store_place };
	struct check_outcome outcome;
	struct store *store = NULL;
	struct txn *txn = NULL;
	unsigned long members = 0;
	int result = -1;

	if (store_open(&store, &options, fault) != 0 ||
	    txn_begin(&txn, store, fault) != 0 || take_off(txn, &members, fault) != 0 ||
	    check_store(&outcome, txn, false, found_damage, NULL, fault) != 0)
		goto done;
	result = 0;
	for (unsigned i = 0; result == 0 && i < PROCESSES * COMMANDS; i++)
		if (all[i / COMMANDS].there[i % COMMANDS])
			result = fault_set(fault, FAULT_STORE,
			    "w%u-%u: acknowledged and lost", i / COMMANDS, i % COMMANDS);
	if (result == 0 && (outcome.damages > 0 || members % GROUP != 0))
		result = fault_set(fault, FAULT_STORE, "%llu damages, %lu in groups",
		    (unsigned long long)outcome.damages, members);
done:
	txn_end(txn);
	store_close(store);
	return result;
}

static void
mixed(const char *directory, unsigned processes, unsigned commands)
{
	const char *const init[] = { "contact-store", "-q", "init", NULL };
	struct shared sum = { .finds = 0 };
	struct fault fault;
	int status, worst = 0;

	all = mmap(NULL, PROCESSES * sizeof(*all), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		driver_failed("no memory");
	must_do(init);
	for (self = 0; self < processes; self++)
		if (fork() == 0) {
			work(directory, commands);
			_exit(0);
		}
	while (wait(&status) > 0)
		worst |= status;
	if (worst != 0)
		exit(1);
	for (unsigned i = 0; i < processes; i++) {
		sum.finds += all[i].finds;
		sum.adds += all[i].adds;
		sum.imports += all[i].imports;
		sum.statuses += all[i].statuses;
		sum.sets += all[i].sets;
		sum.undone += all[i].undone;
		sum.compacted += all[i].compacted;
		sum.backups += all[i].backups;
	}
	if (compare(&fault) != 0) {
		fprintf(stderr, "crowd: %s\n", fault.text);
		exit(1);
	}
	printf("%u processes: %lu finds, %lu adds, %lu imports, %lu statuses, %lu sets, "
	       "%lu undone, "
	       "%lu compacted, %lu backups; "
	       "0 errors, 0 torn, 0 lost\n",
	    processes, sum.finds, sum.adds, sum.imports, sum.statuses, sum.sets,
	    sum.undone, sum.compacted, sum.backups);
}

/* Four programs at once on a directory that is not there. */
static void
race(const char *const argv[RACERS][5], unsigned *made)
{
	static struct child racers[RACERS];

	*made = 0;
	for (unsigned i = 0; i < RACERS; i++)
		child_start(&racers[i], argv[i]);
	for (unsigned i = 0; i < RACERS; i++) {
		child_end(&racers[i]);
		child = racers[i];
		if (child_exit(&child) != 0)
			broken("one that makes a store failed", argv[i]);
		*made += strstr(child.err, "is a new store") != NULL;
	}
}

static void
create(unsigned rounds)
{
	static const char *const init[RACERS][5] = { { "contact-store", "init" },
		{ "contact-store", "init" }, { "contact-store", "init" },
		{ "contact-store", "init" } };
	static const char *const add[RACERS][5] = { { "contact-add", "-q",
							"email=a@example.com" },
		{ "contact-add", "-q", "email=b@example.com" },
		{ "contact-add", "-q", "email=c@example.com" },
		{ "contact-add", "-q", "email=d@example.com" } };
	const char *const count[] = { "contact-find", "--count", NULL };
	const char *const check[] = { "contact-store", "-q", "check", NULL };
	const char *const clear[] = { "rm", "-rf", store_place, NULL };
	unsigned made;

	for (unsigned i = 0; i < rounds; i++) {
		race(i % 2 == 0 ? init : add, &made);
		if (i % 2 == 0 && made != 1)
			broken("not one has made it", init[0]);
		child_run(&child, count);
		if (strcmp(child.out, i % 2 == 0 ? "0\n" : "4\n") != 0)
			broken("something is missing", count);
		must_do(check);
		must_do(clear);
	}
	printf("%u rounds of %d: 1 has made it, %d found it made\n", rounds, RACERS,
	    RACERS - 1);
}

int
main(int argc, char **argv)
{
	const char *mode = argc > 3 ? argv[1] : "";

	if (argc > 3) {
		snprintf(store_place, sizeof(store_place), "%s/store", argv[2]);
		setenv("CONTACT_STORE", store_place, 1);
		random_begin();
	}
	if (strcmp(mode, "mixed") == 0 && argc == 5) {
		unsigned long processes = strtoul(argv[3], NULL, 10);
		unsigned long commands = strtoul(argv[4], NULL, 10);

		if (processes > PROCESSES || commands > COMMANDS)
			driver_failed(
			    "at most %d processes of %d commands", PROCESSES, COMMANDS);
		mixed(argv[2], (unsigned)processes, (unsigned)commands);
	} else if (strcmp(mode, "create") == 0) {
		create((unsigned)strtoul(argv[3], NULL, 10));
	} else {
		driver_failed("usage: crowd mixed DIRECTORY PROCESSES COMMANDS\n"
			      "       crowd create DIRECTORY ROUNDS");
	}
	return 0;
}
