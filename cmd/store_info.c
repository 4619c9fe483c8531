/* SPDX-License-Identifier: ISC */
/*
 * What contact-store prints about a store: `info`, `get`. Both gather their
 * rows in a read transaction and print them when it has ended.
 */
#include "cli/assignment.h"
#include "cli/listing.h"
#include "cli/process.h"
#include "look_after.h"
#include "model/kind.h"
#include "model/settings.h"
#include "store/sharing.h"

static const struct writer_column columns[] = { { .name = { "name", 4 },
						    .shape = SHAPE_TEXT },
	{ .name = { "value", 5 }, .shape = SHAPE_TEXT },
	{ .name = { "meaning", 7 }, .shape = SHAPE_TEXT } };

/* Opens store and listing, has the listing filled in a read transaction and
 * prints it when that has ended. */
static int
list(struct command *command, size_t column_count,
    int (*fill)(
	struct listing *listing, struct txn *txn, bool meanings, struct fault *fault),
    struct fault *fault)
{
	struct listing listing = { .writer = NULL };
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

/* Who may use the store beside its owner, where anybody may. */
static int
group_row(struct listing *listing, struct txn *txn, struct fault *fault)
{
	struct sharing sharing = sharing_of(txn_store(txn));
	struct buf name = BUF_EMPTY;
	int rc = 0;

	if (sharing.shared) {
		process_group_name(&name, sharing.group);
		rc = buf_check(&name, fault);
		if (rc == 0)
			rc = listing_row(listing,
			    (struct view[]){ VIEW("group"), buf_as_view(&name) }, fault);
	}
	buf_release(&name);
	return rc;
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
	if (info_row(listing, "bytes", bytes, fault) < 0)
		return -1;
	return group_row(listing, txn, fault);
}

int
info_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	(void)options;
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

int
get_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	struct buf value = BUF_EMPTY, line = BUF_EMPTY;
	struct store *store = NULL;
	struct txn *txn = NULL;
	int rc = -1;

	(void)options;
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
