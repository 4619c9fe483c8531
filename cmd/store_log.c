/* SPDX-License-Identifier: ISC */
/*
 * contact-store log: the runs that are in the log, one row each, or those that
 * a query selects. The query and the printing are those of records.
 */
#include "look_after.h"

#include "base/arena.h"
#include "cli/record_list.h"
#include "model/log_record.h"

struct listing {
	struct command command; /* with the kind of log rows */
	struct store *store;
	struct txn *txn;
	struct query *query;
	struct columns columns;
	struct record_list *list;
	struct arena arena; /* records that wait to be printed */
	struct buf bytes;
	uint64_t found;
};

static int
begin(struct listing *listing, struct fault *fault)
{
	struct command *command = &listing->command;
	const struct query_options options = { .kind = &kind_log,
		.me = command->user,
		.now = command->now,
		.search = true,
		.optional = true };

	if (command_open_store(&listing->store, command, false, 0, fault) == -1 ||
	    txn_begin(&listing->txn, listing->store, fault) == -1 ||
	    query_parse(&listing->query, listing->txn, command->operands + 1,
		command->operand_count - 1, &options, fault) == -1 ||
	    record_list_columns(
		&listing->columns, command, listing->txn, kind_log.columns, fault) == -1)
		return -1;
	/* A spreadsheet of records begins with their ids; here these are rev. */
	columns_drop(&listing->columns, "id");
	return record_list_open(
	    &listing->list, command, listing->txn, &listing->columns, true, fault);
}

/* 0; 1 when nobody reads the output any more; -1. */
static int
take_row(struct listing *listing, const struct log_row *row, struct fault *fault)
{
	struct record record;
	struct view kept;
	int result = log_record(&listing->bytes, row, &record, fault);

	if (result == 0)
		result = query_matches(listing->query, row->rev, record, fault);
	if (result != 1)
		return result;
	kept = arena_copy(&listing->arena, buf_as_view(&listing->bytes));
	if (kept.at == NULL)
		return fault_memory(fault);
	record.at = (const unsigned char *)kept.at;
	listing->found++;
	return record_list_add(listing->list, row->rev, record, fault);
}

/* Of what was pruned nothing but time and user is known. */
static int
take_rows(struct listing *listing, struct fault *fault)
{
	struct log_walk walk;
	struct log_row row;
	uint64_t horizon;
	int found = 0, result = 0;

	if (log_horizon(listing->txn, &horizon, fault) == -1 ||
	    log_walk_open(&walk, listing->txn, horizon + 1, fault) == -1)
		return -1;
	while (result == 0 && (found = log_walk_next(&walk, &row, fault)) == 1)
		result = take_row(listing, &row, fault);
	log_walk_close(&walk);
	if (found == -1 || result == -1)
		return -1;
	return record_list_end(listing->list, fault);
}

/* Nothing is locked while output waits for its reader. */
static void
end(struct listing *listing)
{
	query_free(listing->query);
	txn_end(listing->txn);
	store_close(listing->store);
	listing->query = NULL;
	listing->txn = NULL;
	listing->store = NULL;
}

int
log_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	struct listing listing = { .command = *command };
	int status = -1;

	(void)options;
	listing.command.kind = &kind_log;
	if (begin(&listing, fault) == 0 && take_rows(&listing, fault) == 0) {
		end(&listing);
		if (record_list_finish(listing.list, fault) == 0)
			status = listing.found > 0 || command->operand_count == 1
			    ? EXIT_OK
			    : EXIT_NO_MATCH;
	}
	end(&listing);
	record_list_close(listing.list);
	columns_release(&listing.columns);
	arena_release(&listing.arena);
	buf_release(&listing.bytes);
	return status;
}
