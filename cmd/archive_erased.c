/* SPDX-License-Identifier: ISC */
/*
 * What follows when a run that erased was stored. Whether or not the store can be
 * compacted just now, and whether or not the results could be written, the receipt
 * says what became of the bytes.
 */
#include "archive.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/listing.h"
#include "rules/compact.h"

static const struct writer_column columns[] = {
	{ .name = { "state", 5 }, .shape = SHAPE_TEXT },
	{ .name = { "kind", 4 }, .shape = SHAPE_TEXT },
	{ .name = { "id", 2 }, .shape = SHAPE_NUMBER },
	{ .name = { "what", 4 }, .shape = SHAPE_TEXT },
	{ .name = { "command", 7 }, .shape = SHAPE_TEXT },
};

/* Others that have the store open are waited for, like all that is waited for. */
static int
compact(const struct command *command, struct fault *fault)
{
	const uint64_t wait = command->shared->wait;
	const struct store_options opening = { .path = command->store_path,
		.alone = true,
		.wait = wait < UINT_MAX ? (unsigned)wait : UINT_MAX };
	struct compacted compacted;
	struct store *store = NULL;
	int result = -1;

	if (store_open(&store, &opening, fault) == 0)
		result = compact_store(&compacted, store, fault);
	store_close(store);
	return result;
}

/* The path as a shell reads it. */
static void
quote(struct buf *out, const char *path)
{
	buf_char(out, '\'');
	for (; *path != '\0'; path++) {
		if (*path == '\'')
			buf_text(out, "'\\''");
		else
			buf_char(out, *path);
	}
	buf_char(out, '\'');
}

/* Appends the path with a backslash before what glob(3) reads otherwise. */
static void
put_literally(struct buf *out, const char *path)
{
	for (; *path != '\0'; path++) {
		if (strchr("*?[]\\", *path) != NULL)
			buf_char(out, '\\');
		buf_char(out, *path);
	}
}

/* Stores that a restore has put aside. */
static int
add_former(struct receipt *receipt, const struct command *command, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	char *real = realpath(command->store_path, NULL);
	glob_t found = { .gl_pathc = 0 };
	int result = 0;
	size_t i;

	if (real == NULL)
		return fault_memory(fault);
	put_literally(&text, real);
	buf_text(&text, ".before-*");
	if (buf_check(&text, fault) != 0)
		result = -1;
	else if (glob(buf_string(&text), 0, NULL, &found) == GLOB_NOSPACE)
		result = fault_memory(fault);
	for (i = 0; result == 0 && i < found.gl_pathc; i++) {
		buf_clear(&text);
		buf_text(&text, "rm -r -- ");
		quote(&text, found.gl_pathv[i]);
		result = buf_check(&text, fault) != 0
		    ? -1
		    : receipt_add(receipt, "left", NULL, 0, view_of(found.gl_pathv[i]),
			  buf_as_view(&text), fault);
	}
	globfree(&found);
	buf_release(&text);
	free(real);
	return result;
}

static int
complete(struct receipt *receipt, const struct command *command, bool compacted,
    struct fault *fault)
{
	char text[120];

	snprintf(text, sizeof(text),
	    "backups, dumps and other files from before revision %llu",
	    (unsigned long long)receipt->rev);
	if (receipt_add(receipt, "left", NULL, 0, view_of(text),
		VIEW("contact-store backup DIR"), fault) != 0 ||
	    add_former(receipt, command, fault) != 0)
		return -1;
	return compacted
	    ? receipt_add(receipt, "bytes", NULL, 0, VIEW("gone, the store is compacted"),
		  view_of(NULL), fault)
	    : receipt_add(receipt, "bytes", NULL, 0, VIEW("some remain in data.mdb"),
		  VIEW("contact-store compact"), fault);
}

static int
put_row(struct listing *listing, const struct receipt *receipt,
    const struct receipt_row *row, struct fault *fault)
{
	struct buf id = BUF_EMPTY;
	int result = -1;

	if (row->id != 0)
		buf_number(&id, row->id);
	if (buf_check(&id, fault) == 0)
		result = listing_row(listing,
		    (struct view[]){ view_of(row->state),
			view_of(row->kind == NULL ? NULL : row->kind->name),
			buf_as_view(&id), receipt_what(receipt, row),
			receipt_command(receipt, row) },
		    fault);
	buf_release(&id);
	return result;
}

static int
print(const struct receipt *receipt, const struct command *command, struct fault *fault)
{
	struct listing listing = { .writer = NULL };
	size_t i;
	int result = listing_open(&listing, command, columns,
	    sizeof(columns) / sizeof(columns[0]), true, fault);

	for (i = 0; result == 0 && i < receipt->count; i++)
		result = put_row(&listing, receipt, receipt->rows + i, fault);
	if (result == 0)
		result = listing_finish(&listing, fault);
	listing_close(&listing);
	return result;
}

/* The same on standard error, where standard output is a table of results; a dry
 * run has nothing that must be told. */
static void
note(const struct receipt *receipt, const struct command *command)
{
	const struct receipt_row *row;
	void (*tell)(const struct command *, const char *, ...) =
	    command->shared->dry_run ? command_note : command_warn;
	struct view what, does;
	size_t i;

	for (i = 0; i < receipt->count; i++) {
		row = receipt->rows + i;
		what = receipt_what(receipt, row);
		does = receipt_command(receipt, row);
		if (row->kind == NULL)
			tell(command, "%s: %.*s%s%.*s", row->state, (int)what.len,
			    what.at, does.len > 0 ? ": " : "", (int)does.len, does.at);
		else
			tell(command, "%s: %s #%llu: %.*s%s%.*s", row->state,
			    row->kind->name, (unsigned long long)row->id, (int)what.len,
			    what.at, does.len > 0 ? ": " : "", (int)does.len, does.at);
	}
}

static bool
stdout_is_taken(const struct shared_options *shared)
{
	const char *const targets[] = { shared->results, shared->errors, shared->diff };
	size_t i;

	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (targets[i] != NULL && strcmp(targets[i], "-") == 0)
			return true;
	return false;
}

int
archive_erased(struct command *command, struct receipt *receipt,
    const struct run_outcome *outcome, int result, struct fault *fault)
{
	struct fault compacting, after;
	bool compacted;

	if (command->shared->dry_run && result >= 0 && receipt->erased > 0)
		note(receipt, command);
	/* Nothing was stored, or nothing erased. */
	if (receipt->erased == 0 || outcome->rev == 0)
		return result;
	compacted = compact(command, &compacting) == 0;
	if (complete(receipt, command, compacted, &after) != 0)
		goto failed;
	if (stdout_is_taken(command->shared))
		note(receipt, command);
	else if (print(receipt, command, &after) != 0)
		goto failed;
	if (compacted || result < 0)
		return result;
	/* That others have the store open just now is no failure. */
	if (compacting.kind == FAULT_BUSY) {
		command_warn(command, "stored as rev %llu, but bytes of it remain: %s",
		    (unsigned long long)outcome->rev, compacting.text);
		return result;
	}
	*fault = compacting;
	return fault_wrap(fault, "stored as rev %llu, but bytes of it remain",
	    (unsigned long long)outcome->rev);
failed:
	if (result >= 0) {
		*fault = after;
		return fault_wrap(fault, "stored as rev %llu, receipt not written",
		    (unsigned long long)outcome->rev);
	}
	return result;
}
