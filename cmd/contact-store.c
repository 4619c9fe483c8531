/* SPDX-License-Identifier: ISC */
/*
 * contact-store: looks after the store. The first operand is a verb.
 *
 * Reads the store, nothing else. Writes what was asked for to stdout: `info`
 * and `get` rows, `check` one line, after its findings on stderr. Changes the
 * store by `init`, which makes an empty one, and by `set`, which is a run of
 * its own: all settings of one command are stored together or not at all.
 */
#include "cli/assignment.h"
#include "cli/listing.h"
#include "cli/verdict.h"
#include "model/kind.h"
#include "model/settings.h"

struct look_after {
	struct shared_options shared;
};

static const struct option table[] = {
	OPTIONS_SHARED(struct look_after, shared),
	OPTIONS_WRITE(struct look_after, shared),
};

static const struct program program = {
	.name = "contact-store",
	.summary = "Look after the store: make it, describe it, check it, "
		   "change its settings.",
	.synopsis = "[OPTION]... init\n"
		    "[OPTION]... info\n"
		    "[OPTION]... check\n"
		    "[OPTION]... set NAME=VALUE...\n"
		    "[OPTION]... get [NAME]",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
};

static const struct writer_column columns[] = { { .name = { "name", 4 },
						    .shape = SHAPE_TEXT },
	{ .name = { "value", 5 }, .shape = SHAPE_TEXT },
	{ .name = { "meaning", 7 }, .shape = SHAPE_TEXT } };

static int
run_init(struct command *command, struct fault *fault)
{
	struct store *store = NULL;
	struct fault absent;
	bool there;

	there = command_open_store(&store, command, false, 0, &absent) == 0;
	if (!there && command_open_store(&store, command, true, 0, fault) < 0)
		return -1;
	store_close(store);
	command_note(command, there ? "%s is a store already" : "%s is a new store",
	    command->store_path);
	return EXIT_OK;
}

/* Opens store and listing, has the listing filled in a read transaction and
 * prints it when that has ended. */
static int
list(struct command *command, size_t column_count,
    int (*fill)(
	struct listing *listing, struct txn *txn, bool meanings, struct fault *fault),
    struct fault *fault)
{
	struct listing listing = { NULL, BUF_EMPTY };
	struct store *store = NULL;
	struct txn *txn = NULL;
	int rc = -1;

	if (listing_open(&listing, command, columns, column_count, true, fault) == 0 &&
	    command_open_store(&store, command, false, 0, fault) == 0 &&
	    txn_begin(&txn, store, fault) == 0)
		rc = fill(&listing, txn, column_count > 2, fault);
	txn_end(txn);
	store_close(store);
	if (rc == 0)
		rc = listing_finish(&listing, fault);
	listing_close(&listing);
	return rc;
}

static int
info_row(struct listing *listing, const char *name, uint64_t number, struct fault *fault)
{
	struct buf digits = BUF_EMPTY;
	int rc = -1;

	buf_number(&digits, number);
	if (buf_check(&digits, fault) == 0)
		rc = listing_row(listing,
		    (struct view[]){ view_of(name), buf_as_view(&digits) }, fault);
	buf_release(&digits);
	return rc;
}

static int
count_records(struct txn *txn, uint64_t counts[256], struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found;

	if (record_walk_open(&walk, txn, 0, fault) < 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1)
		counts[record_kind(record)]++;
	record_walk_close(&walk);
	return found;
}

static int
count_bytes(struct txn *txn, uint64_t *sum, struct fault *fault)
{
	uint64_t entries, bytes;

	*sum = 0;
	for (enum tree tree = TREE_META; tree < TREES; tree++) {
		if (engine_size(txn_engine(txn), tree, &entries, &bytes, fault) < 0)
			return -1;
		*sum += bytes;
	}
	return 0;
}

/* "contact-store 1" is printed as 1. */
static int
format_row(struct listing *listing, struct txn *txn, struct fault *fault)
{
	struct view format = { NULL, 0 };
	const char *blank;

	if (engine_get(txn_engine(txn), TREE_META, VIEW("format"), &format, fault) < 0)
		return -1;
	blank = memrchr(format.at, ' ', format.len);
	if (blank != NULL)
		format = view_from(format, (size_t)(blank + 1 - format.at));
	return listing_row(listing, (struct view[]){ VIEW("format"), format }, fault);
}

static int
fill_info(struct listing *listing, struct txn *txn, bool meanings, struct fault *fault)
{
	uint64_t counts[256] = { 0 }, bytes;
	const struct kind *kind;

	(void)meanings;
	if (count_records(txn, counts, fault) < 0 ||
	    count_bytes(txn, &bytes, fault) < 0 || format_row(listing, txn, fault) < 0 ||
	    info_row(listing, "rev", txn_rev(txn), fault) < 0)
		return -1;
	for (size_t i = 0; (kind = kind_at(i)) != NULL; i++)
		if (info_row(listing, kind->name, counts[kind->number], fault) < 0)
			return -1;
	return info_row(listing, "bytes", bytes, fault);
}

static int
run_info(struct command *command, struct fault *fault)
{
	return list(command, 2, fill_info, fault);
}

static int
fill_settings(
    struct listing *listing, struct txn *txn, bool meanings, struct fault *fault)
{
	const struct setting *setting;
	struct buf value = BUF_EMPTY;
	int rc = 0;

	(void)meanings;
	for (size_t i = 0; rc == 0 && (setting = setting_at(i)) != NULL; i++) {
		buf_clear(&value);
		rc = setting_get(&value, txn, setting->name, fault);
		if (rc == 0)
			rc = buf_check(&value, fault);
		if (rc == 0)
			rc = listing_row(listing,
			    (struct view[]){ view_of(setting->name), buf_as_view(&value),
				view_of(setting->meaning) },
			    fault);
	}
	buf_release(&value);
	return rc;
}

static int
run_get(struct command *command, struct fault *fault)
{
	struct buf value = BUF_EMPTY, line = BUF_EMPTY;
	struct store *store = NULL;
	struct txn *txn = NULL;
	int rc = -1;

	if (command->operand_count == 1)
		return list(
		    command, command->shared->verbose ? 3 : 2, fill_settings, fault);
	if (setting_by_name(view_of(command->operands[1])) == NULL)
		return assignment_unknown(view_of(command->operands[1]), fault);
	if (command_open_store(&store, command, false, 0, fault) == 0 &&
	    txn_begin(&txn, store, fault) == 0)
		rc = setting_get(&value, txn, command->operands[1], fault);
	txn_end(txn);
	store_close(store);
	if (command->terminal)
		show_text(&line, buf_as_view(&value));
	else
		buf_view(&line, buf_as_view(&value));
	buf_char(&line, '\n');
	if (rc == 0)
		rc = command_print(&line, fault);
	buf_release(&value);
	buf_release(&line);
	return rc;
}

static const struct verb {
	const char *name;
	size_t least, most; /* operands behind the verb */
	const char *operands;
	bool writes;
	int (*run)(struct command *command, struct fault *fault);
} verbs[] = {
	{ "init", 0, 0, "no operand", false, run_init },
	{ "info", 0, 0, "no operand", false, run_info },
	{ "check", 0, 0, "no operand", false, verdict_run },
	{ "set", 1, SIZE_MAX, "NAME=VALUE", true, assignment_run },
	{ "get", 0, 1, "at most one NAME", false, run_get },
};

/* Options about what a run stored mean nothing where nothing is stored. */
static int
check_options(
    const struct verb *verb, const struct shared_options *shared, struct fault *fault)
{
	const char *name = shared->dry_run ? "dry-run"
	    : shared->results != NULL	   ? "results"
	    : shared->errors != NULL	   ? "errors"
	    : shared->diff != NULL	   ? "diff"
					   : NULL;

	if (name == NULL || verb->writes)
		return 0;
	return fault_set(fault, FAULT_USAGE,
	    "--%s and %s contradict each other: it stores no records", name, verb->name);
}

static int
run(struct command *command, void *options, struct fault *fault)
{
	const char *name = command->operand_count > 0 ? command->operands[0] : NULL;

	(void)options;
	for (size_t i = 0; name != NULL && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const struct verb *verb = &verbs[i];
		size_t count = command->operand_count - 1;

		if (strcmp(verb->name, name) != 0)
			continue;
		if (count < verb->least || count > verb->most)
			return fault_set(
			    fault, FAULT_USAGE, "%s takes %s", name, verb->operands);
		if (check_options(verb, command->shared, fault) < 0)
			return -1;
		return verb->run(command, fault);
	}
	return fault_set(fault, FAULT_USAGE,
	    "%s%sone of these is needed: "
	    "init info check set get",
	    name == NULL ? "" : name, name == NULL ? "" : ": no such action, ");
}

int
main(int argc, char **argv)
{
	struct look_after options = { .shared = { .store = NULL } };

	return command_main(
	    &program, argc, argv, &options, offsetof(struct look_after, shared), run);
}
