/* SPDX-License-Identifier: ISC */
/*
 * killing DIRECTORY KILLS: D1, what was reported as stored survives kill -9.
 *
 * Runs commands on the store DIRECTORY/store, one after the other, and kills
 * each at a random moment; how late it may be follows what commands take here, so
 * that about a third of them come to their end. The driver knows what a command would
 * make of the store (struct world) and whether it said that it was done; then it
 * reads the store itself. A command that said so must be there, one that did not
 * may be there as a whole or not at all. No command ever needs a repair: the next
 * one simply runs. Exits 1 at the first promise that is broken.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "children.h"
#include "model/check.h"
#include "model/kind.h"

#define PEOPLE 400 /* e-mail addresses that are used in a store */
#define LIFE   150 /* kills that a store lives through */
#define ZONES  12

/* What a store says: of each person the number in the title, 0 for none, and which
 * of these candidate statuses, the first for a new one. */
static const char *const statuses[] = { "Prospect", "DNU", "Placed", "Consult Hot" };
#define STATUSES (sizeof(statuses) / sizeof(statuses[0]))

struct world {
	unsigned version[PEOPLE];
	unsigned char status[PEOPLE];
	unsigned zone;
};

struct command {
	const char *name;
	const char *argv[16];
	char text[3][64];
	struct world after;
	bool makes_backup, restores;
};

static struct world world, before; /* now, and before the last run */
static bool undoable;
static unsigned versions;
static char directory[400], store_place[512], input_place[512], backup_place[512];
static bool can_undo, can_compact, can_restore;
/* What the backup holds, when there is one. */
static struct world backup;
static bool has_backup;
static unsigned longest = 20000; /* microseconds until the kill, at most */
static unsigned long killed, ended, acknowledged, unsaid, checks;

static void
write_input(const struct command *command, unsigned from, unsigned to)
{
	FILE *file = fopen(input_place, "w");

	(void)command;
	if (file == NULL)
		driver_failed("%s: %s", input_place, strerror(errno));
	fputs("email,first_name,last_name,title,organization,labels\n", file);
	for (unsigned i = from; i < to; i++)
		fprintf(file, "p%u@example.com,Ann%u,Lee,v%u,Company %u,a;b\n", i, i,
		    versions, i / 7);
	if (fclose(file) != 0)
		driver_failed("%s: %s", input_place, strerror(errno));
}

static void
plan_import(struct command *command)
{
	unsigned from = (unsigned)random_below(PEOPLE - 60);
	unsigned to = from + 2 + (unsigned)random_below(58);

	versions++;
	write_input(command, from, to);
	for (unsigned i = from; i < to; i++)
		command->after.version[i] = versions;
	command->name = "import";
	command->argv[0] = "contact-add";
	command->argv[1] = input_place;
}

static void
plan_add(struct command *command)
{
	unsigned who = (unsigned)random_below(PEOPLE);

	versions++;
	command->after.version[who] = versions;
	snprintf(
	    command->text[0], sizeof(command->text[0]), "email=p%u@example.com", who);
	snprintf(command->text[1], sizeof(command->text[1]), "title=v%u", versions);
	command->name = "add";
	command->argv[0] = "contact-add";
	command->argv[1] = "-q";
	command->argv[2] = command->text[0];
	command->argv[3] = command->text[1];
}

static void
plan_set(struct command *command)
{
	command->after.zone = (unsigned)random_below(ZONES);
	snprintf(command->text[0], sizeof(command->text[0]), "timezone=+%02u:00",
	    command->after.zone);
	command->name = "set";
	command->argv[0] = "contact-store";
	command->argv[1] = "set";
	command->argv[2] = command->text[0];
}

/* Of everybody, all together. */
static void
plan_status(struct command *command)
{
	unsigned status = (unsigned)random_below(STATUSES);

	for (unsigned i = 0; i < PEOPLE; i++)
		if (command->after.version[i] != 0)
			command->after.status[i] = (unsigned char)status;
	command->name = "status";
	command->argv[0] = "contact-status";
	command->argv[1] = "--candidate";
	command->argv[2] = statuses[status];
	command->argv[3] = "--all";
}

static void
plan_undo(struct command *command, uint64_t rev)
{
	command->after = before;
	snprintf(
	    command->text[0], sizeof(command->text[0]), "%llu", (unsigned long long)rev);
	command->name = "undo";
	command->argv[0] = "contact-store";
	command->argv[1] = "undo";
	command->argv[2] = command->text[0];
}

static void
plan_compact(struct command *command)
{
	command->name = "compact";
	command->argv[0] = "contact-store";
	command->argv[1] = "compact";
}

/* Removes what matches a pattern in the driver's directory. */
static void
clear(const char *pattern)
{
	static struct child child;
	char script[600];
	const char *const argv[] = { "sh", "-c", script, NULL };

	snprintf(script, sizeof(script), "rm -rf '%s'/%s", directory, pattern);
	child_run(&child, argv);
	if (child_exit(&child) != 0)
		driver_failed("%s: %s", script, child.err);
}

static void
plan_backup(struct command *command)
{
	clear("backup");
	has_backup = false;
	command->makes_backup = true;
	command->name = "backup";
	command->argv[0] = "contact-store";
	command->argv[1] = "backup";
	command->argv[2] = backup_place;
}

static void
plan_restore(struct command *command)
{
	command->after = backup;
	command->restores = true;
	command->name = "restore";
	command->argv[0] = "contact-store";
	command->argv[1] = "restore";
	command->argv[2] = "--yes";
	command->argv[3] = backup_place;
}

static bool
has_people(void)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		if (world.version[i] != 0)
			return true;
	return false;
}

static void
plan(struct command *command, uint64_t rev)
{
	uint64_t die = random_below(100);

	*command = (struct command){ .after = world };
	if (die < 12 && can_undo && undoable && rev > 0)
		plan_undo(command, rev);
	else if (die < 20 && can_compact && rev > 0)
		plan_compact(command);
	else if (die < 25 && can_restore && rev > 0)
		plan_backup(command);
	else if (die < 30 && has_backup)
		plan_restore(command);
	else if (die < 40)
		plan_set(command);
	else if (die < 60)
		plan_add(command);
	else if (die < 70 && has_people())
		plan_status(command);
	else
		plan_import(command);
}

static void
found_damage(void *context, enum check_level level, const char *text)
{
	(void)context;
	if (level == CHECK_DAMAGE)
		fprintf(stderr, "killing: damage: %s\n", text);
}

static unsigned
number_in(struct view text, const char *start)
{
	char copy[64];

	if (!view_begins(text, view_of(start)) || text.len >= sizeof(copy))
		return UINT32_MAX;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	return (unsigned)strtoul(copy + strlen(start), NULL, 10);
}

static unsigned char
status_in(struct view text)
{
	unsigned char i = 0;

	while (i < STATUSES && !view_is(text, statuses[i]))
		i++;
	return i;
}

static int
read_people(struct world *found, struct txn *txn, struct fault *fault)
{
	const struct kind *contact = kind_by_name(VIEW("contact"));
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int more;

	if (record_walk_open(&walk, txn, 1, fault) != 0)
		return -1;
	while ((more = record_walk_next(&walk, &id, &record, fault)) == 1) {
		unsigned who;

		if (record_kind(record) != contact->number)
			continue;
		who = number_in(record_get(record, CONTACT_EMAIL), "p");
		if (who >= PEOPLE || found->version[who] != 0) {
			more = fault_set(fault, FAULT_STORE,
			    "record %llu: nobody ever added it", (unsigned long long)id);
			break;
		}
		found->version[who] = number_in(record_get(record, CONTACT_TITLE), "v");
		found->status[who] =
		    status_in(record_get(record, CONTACT_CANDIDATE_STATUS));
	}
	record_walk_close(&walk);
	return more;
}

static int
read_world(struct world *found, uint64_t *rev, struct txn *txn, struct fault *fault)
{
	struct check_outcome outcome;
	struct view zone;
	int there;

	*rev = txn_rev(txn);
	there = txn_setting(txn, "timezone", &zone, fault);
	if (there < 0 || read_people(found, txn, fault) < 0)
		return -1;
	found->zone = there == 1 ? number_in(zone, "+") : 0;
	if (check_store(&outcome, txn, false, found_damage, NULL, fault) < 0)
		return -1;
	checks++;
	if (outcome.damages > 0)
		return fault_set(fault, FAULT_STORE, "%llu damages",
		    (unsigned long long)outcome.damages);
	return 0;
}

/* The store at path as it is; one that is not there is an empty one. Whether it
 * is there. */
static bool
look(struct world *found, uint64_t *rev, const char *path, const char *after)
{
	struct store_options options = { .path = path };
	struct store *store = NULL;
	struct txn *txn = NULL;
	struct fault fault = { FAULT_NONE, "" };
	char data[600];
	struct stat st;

	*found = (struct world){ .zone = 0 };
	*rev = 0;
	snprintf(data, sizeof(data), "%s/data.mdb", path);
	if (lstat(data, &st) != 0)
		return false;
	if (store_open(&store, &options, &fault) != 0 ||
	    txn_begin(&txn, store, &fault) != 0 ||
	    read_world(found, rev, txn, &fault) != 0) {
		fprintf(stderr, "killing: repair needed after %s, kill %lu: %s\n", after,
		    killed, fault.text);
		exit(1);
	}
	txn_end(txn);
	store_close(store);
	return true;
}

static bool
same_world(const struct world *a, const struct world *b)
{
	return a->zone == b->zone &&
	    memcmp(a->version, b->version, sizeof(a->version)) == 0 &&
	    memcmp(a->status, b->status, sizeof(a->status)) == 0;
}

static void
broken(const struct command *command, const struct child *child, const char *promise)
{
	fprintf(stderr,
	    "killing: %s: %s, kill %lu, status %x\n"
	    "stdout: %.300s\nstderr: %.300s\n",
	    promise, command->name, killed, (unsigned)child->status, child->out,
	    child->err);
	exit(1);
}

/* Whether the command told that it was done. */
static bool
said(const struct child *child)
{
	return child_exit(child) == 0 || child->out[0] != '\0' ||
	    strstr(child->err, " rev=") != NULL;
}

/* There is a whole one, or none. */
static void
judge_backup(const struct command *command, const struct child *child)
{
	uint64_t rev;

	if (!command->makes_backup)
		return;
	has_backup = look(&backup, &rev, backup_place, command->name);
	if (said(child) && !has_backup)
		broken(command, child, "lost the backup that was acknowledged");
	if (has_backup && !same_world(&backup, &world))
		broken(command, child, "half a backup");
}

static void
judge(const struct command *command, const struct child *child, uint64_t *rev)
{
	struct world found;
	uint64_t now;
	bool done = said(child);

	if (!child_killed(child) && child_exit(child) != 0)
		broken(command, child, "repair needed, the command failed");
	if (child_killed(child)) {
		killed++;
		longest += longest < 900000 ? longest / 40 : 0;
	} else {
		ended++;
		longest -= longest > 2000 ? longest / 20 : 0;
	}
	acknowledged += done;
	look(&found, &now, store_place, command->name);
	if (done && !same_world(&found, &command->after))
		broken(command, child, "lost what was acknowledged");
	if (!same_world(
		&found, now == *rev && !command->restores ? &world : &command->after) &&
	    !(command->restores && same_world(&found, &world)))
		broken(command, child, "stored in part");
	if (now != *rev && now != *rev + 1 && !command->restores)
		broken(command, child, "revisions do not follow each other");
	unsaid += !done && now != *rev;
	if (now != *rev) {
		before = world;
		undoable = !command->restores;
	}
	judge_backup(command, child);
	world = found;
	*rev = now;
}

static void
new_store(void)
{
	clear("store*");
	clear("backup*");
	clear(".[a-z]*");
	world = before = (struct world){ .zone = 0 };
	undoable = has_backup = false;
}

/* contact-store says which verbs there are. */
static void
learn_verbs(void)
{
	static struct child child;
	const char *const argv[] = { "contact-store", "--help", NULL };

	child_run(&child, argv);
	can_undo = strstr(child.out, " undo ") != NULL;
	can_compact = strstr(child.out, " compact") != NULL;
	can_restore = strstr(child.out, " restore ") != NULL;
}

int
main(int argc, char **argv)
{
	static struct child child;
	static struct command command;
	unsigned long kills = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	uint64_t rev = 0;
	bool last = false;

	if (kills == 0)
		driver_failed("usage: killing DIRECTORY KILLS");
	snprintf(directory, sizeof(directory), "%s", argv[1]);
	snprintf(store_place, sizeof(store_place), "%s/store", directory);
	snprintf(input_place, sizeof(input_place), "%s/input.csv", directory);
	snprintf(backup_place, sizeof(backup_place), "%s/backup", directory);
	setenv("CONTACT_STORE", store_place, 1);
	random_begin();
	learn_verbs();
	while (killed < kills) {
		if ((killed % LIFE == 0) != last && (last = !last)) {
			new_store();
			rev = 0;
		}
		plan(&command, rev);
		child_start(&child, command.argv);
		child_kill_after(&child, (unsigned)random_below(longest));
		child_end(&child);
		judge(&command, &child, &rev);
	}
	if (kills >= 400 && (acknowledged < kills / 10 || unsaid == 0))
		driver_failed(
		    "killed too early to show anything: %lu of %lu acknowledged",
		    acknowledged, kills);
	printf("%lu killed, %lu ended before; %lu acknowledged, %lu stored and not "
	       "acknowledged; %lu checks; 0 lost, 0 partial, 0 repairs%s%s%s\n",
	    killed, ended, acknowledged, unsaid, checks, can_undo ? "" : "; without undo",
	    can_compact ? "" : "; without compact",
	    can_restore ? "" : "; without restore");
	return 0;
}
