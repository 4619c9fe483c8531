/* SPDX-License-Identifier: ISC */
/*
 * `backup` makes a new directory that is a store itself; `restore` puts a copy
 * of such a directory in the place of the store, and keeps what was there under
 * another name.
 */
#include <limits.h>
#include <sys/stat.h>

#include "cli/progress.h"
#include "look_after.h"
#include "rules/backup.h"
#include "rules/proof.h"
#include "rules/restore.h"

/* Seconds after which a snapshot that is being copied has made the store grow
 * enough to speak of it. */
#define SLOW 30

static void
tell_backup(const struct command *command, const struct backup *backup,
    const struct progress *progress, double copying)
{
	if (copying > SLOW)
		command_note(command,
		    "copying took %.0f s: while it lasts, whatever others write makes "
		    "the store grow; %s is slow",
		    copying, backup->target);
	command_note(command, "backup records=%llu rev=%llu bytes=%llu in %.2f s",
	    (unsigned long long)backup->copied.records,
	    (unsigned long long)backup->copied.rev,
	    (unsigned long long)backup->copied.bytes, progress_seconds(progress));
}

/* The DIR behind the verb, or NULL. */
static const char *
operand_directory(const struct command *command, struct fault *fault)
{
	if (command->operands[1][0] != '\0')
		return command->operands[1];
	fault_set(fault, FAULT_USAGE, "%s takes one DIR, and this one has no name",
	    command->operands[0]);
	return NULL;
}

int
backup_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	const char *path = operand_directory(command, fault);
	struct backup backup = BACKUP_NONE;
	struct store *store = NULL;
	struct progress progress;
	double copying = 0;
	int rc = -1;

	(void)options;
	if (path == NULL)
		return -1;
	progress_begin(&progress, command, "copying");
	if (command_open_store(&store, command, false, 0, fault) == 0 &&
	    backup_begin(&backup, store, path, fault) == 0) {
		copying = progress_seconds(&progress);
		rc = backup_finish(&backup, fault);
	}
	progress_finish(&progress);
	if (rc == 0)
		tell_backup(command, &backup, &progress, copying);
	backup_release(&backup);
	store_close(store);
	return rc;
}

static struct store_options
options_alone(const struct command *command, bool write)
{
	const uint64_t wait = command->shared->wait;

	return (struct store_options){ .path = command->store_path,
		.write = write,
		.alone = true,
		.wait = wait < UINT_MAX ? (unsigned)wait : UINT_MAX };
}

/* Before anything long is begun, whether a store with content is in the way. */
static int
ask_first(struct command *command, bool yes, struct fault *fault)
{
	struct store *store = NULL;
	struct stat st;
	struct buf data = BUF_EMPTY;
	bool there;
	int rc;

	buf_printf(&data, "%s/data.mdb", command->store_path);
	there = lstat(buf_string(&data), &st) == 0;
	buf_release(&data);
	if (!there || yes)
		return 0;
	if (command_open_store(&store, command, false, 0, fault) != 0)
		return -1;
	rc = restore_guard(store, fault);
	store_close(store);
	return rc;
}

static void
tell_restore(const struct command *command, struct restored *restored,
    const struct progress *progress)
{
	const struct optouts *optouts = &restored->optouts;
	const struct invited *invited = &restored->invited;

	if (restored->former.len > 0)
		command_note(command, "the store that was there is now %s",
		    buf_string(&restored->former));
	if (optouts->suppressions + optouts->contacts > 0)
		command_note(command,
		    "opt-outs that the backup lacks were carried over: suppressions=%llu "
		    "contacts=%llu",
		    (unsigned long long)optouts->suppressions,
		    (unsigned long long)optouts->contacts);
	if (restored->again.hashes > 0)
		command_note(command,
		    "hashes of who was erased since the backup was made were carried "
		    "over: hashes=%llu; erased again: records=%llu",
		    (unsigned long long)restored->again.hashes,
		    (unsigned long long)restored->again.records);
	if (invited->changed + invited->added > 0)
		command_note(command,
		    "invitations that went out or were taken back since the backup was "
		    "made were carried over: changed=%llu added=%llu",
		    (unsigned long long)invited->changed,
		    (unsigned long long)invited->added);
	if (invited->held > 0)
		command_note(command,
		    "invitations that are queued in the backup are held: %llu "
		    "(contact-invite --resend-unknown sends them)",
		    (unsigned long long)invited->held);
	command_note(command, "restore records=%llu rev=%llu bytes=%llu in %.2f s",
	    (unsigned long long)restored->copied.records,
	    (unsigned long long)restored->rev, (unsigned long long)restored->copied.bytes,
	    progress_seconds(progress));
}

/* Replaces the store, which is held alone from here on. */
static int
replace(struct command *command, struct restored *restored, struct store *backup,
    bool yes, struct fault *fault)
{
	const struct store_options options = options_alone(command, true);
	struct run run = command_run(command, "restore", false);
	struct store *store;
	int rc;

	/* Whose rights count are those of the store that is there. */
	run.permit = NULL;

	if (store_open(&store, &options, fault) != 0) {
		if (fault->kind == FAULT_STORE)
			fault_wrap(fault,
			    "who opted out cannot be read from the store; to restore "
			    "without it, move the store away first");
		return -1;
	}
	rc = yes ? 0 : restore_guard(store, fault);
	if (rc == 0)
		rc = restore_store(restored, store, backup, &run, fault);
	store_close(store);
	return rc;
}

int
restore_run(
    struct command *command, const struct look_after *options, struct fault *fault)
{
	const char *path = operand_directory(command, fault);
	const struct store_options opening = {
		.path = path, .foreign = true, .wait = options_alone(command, false).wait
	};
	struct restored restored = { .former = BUF_EMPTY };
	struct store *backup = NULL;
	struct progress progress;
	int rc = -1;

	if (path == NULL)
		return -1;
	progress_begin(&progress, command, "restoring");
	if (restore_check_apart(command->store_path, path, fault) == 0 &&
	    store_open(&backup, &opening, fault) == 0 &&
	    ask_first(command, options->yes, fault) == 0 &&
	    proof_store(backup, fault) == 0)
		rc = replace(command, &restored, backup, options->yes, fault);
	progress_finish(&progress);
	if (rc == 0)
		tell_restore(command, &restored, &progress);
	buf_release(&restored.former);
	store_close(backup);
	return rc;
}
