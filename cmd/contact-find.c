/* SPDX-License-Identifier: ISC */
/*
 * contact-find: prints the records that match a query.
 *
 * Reads the store in one read transaction, which ends before the program waits
 * for whoever reads its output. Writes rows to standard output as CSV, TSV,
 * JSON, spreadsheet CSV or a table, or counts of them. Changes nothing.
 */
#include "cli/field_list.h"
#include "cli/record_list.h"
#include "cli/tally_list.h"
#include "model/order.h"

struct find_options {
	struct shared_options shared;
	const char *columns, *sort, *count_by;
	uint64_t limit;
	bool has_limit;
	bool no_header, count, fields;
};

#define ROW(member, letter, name, argument, form, help, conflicts)            \
	OPTION_ROW(struct find_options, member, letter, name, argument, form, \
	    GROUP_EVERYDAY, help, NULL, conflicts)

static const struct option table[] = {
	OPTIONS_SHARED(struct find_options, shared),
	ROW(columns, 'c', "columns", "LIST", OPTION_TEXT, "columns to print, or all",
	    "count count-by fields"),
	ROW(no_header, 'H', "no-header", NULL, OPTION_FLAG, "no line of column names",
	    NULL),
	ROW(sort, 0, "sort", "LIST", OPTION_TEXT,
	    "sort by columns, -NAME for the last first", "count count-by fields"),
	ROW(limit, 0, "limit", "N", OPTION_NUMBER, "print at most so many",
	    "count count-by fields"),
	ROW(count, 0, "count", NULL, OPTION_FLAG, "print the number of records only",
	    "count-by fields"),
	ROW(count_by, 0, "count-by", "LIST", OPTION_TEXT,
	    "print how many records have each value", "fields"),
	ROW(fields, 0, "fields", NULL, OPTION_FLAG, "print what fields there are", NULL),
};

static const struct program program = {
	.name = "contact-find",
	.summary = "Print the records that match a query.",
	.synopsis = "[OPTION]... [QUERY]",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
};

/* One search: what it looks at and what it has found. */
struct search {
	const struct command *command;
	const struct find_options *options;
	struct txn *txn;
	struct query *query;
	uint64_t found, printed;
	struct columns columns, sort;
	struct record_list *list;
	struct order order;
	struct buf key;
	struct tally tally;
};

static int
print_record(
    struct search *search, uint64_t id, struct record record, struct fault *fault)
{
	if (search->options->has_limit && search->printed == search->options->limit)
		return 1;
	search->printed++;
	return record_list_add(search->list, id, record, fault);
}

static int
sort_record(struct search *search, uint64_t id, struct record record, struct fault *fault)
{
	struct view value;
	enum value_type type;
	size_t i;

	buf_clear(&search->key);
	for (i = 0; i < search->sort.count; i++) {
		if (column_view(search->sort.at[i], id, record, &value, fault) == -1 ||
		    column_type(search->sort.at[i], &type, fault) == -1)
			return -1;
		order_key(&search->key, type, value, search->sort.descending[i]);
	}
	if (buf_check(&search->key, fault) == -1)
		return -1;
	return order_add(&search->order, id, buf_as_view(&search->key), fault);
}

static int
take_record(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct search *search = context;

	search->found++;
	if (search->options->count)
		return 0;
	if (search->options->count_by != NULL)
		return tally_add(&search->tally, id, record, fault);
	if (search->sort.count > 0)
		return sort_record(search, id, record, fault);
	return print_record(search, id, record, fault);
}

static int
print_sorted(struct search *search, struct fault *fault)
{
	struct record record;
	size_t i;
	int result = 0;

	order_sort(&search->order);
	for (i = 0; i < search->order.count && result == 0; i++) {
		result =
		    txn_record(search->txn, search->order.rows[i].id, &record, fault);
		if (result == 1)
			result =
			    print_record(search, search->order.rows[i].id, record, fault);
	}
	return result == -1 ? -1 : 0;
}

static int
run_query(struct search *search, struct fault *fault)
{
	if (query_run(search->query, take_record, search, fault) == -1)
		return -1;
	if (search->options->shared.verbose)
		command_note(search->command, "%s", query_explain(search->query));
	return 0;
}

static int
list_records(struct search *search, struct fault *fault)
{
	const struct find_options *options = search->options;

	if (record_list_columns(&search->columns, search->command, search->txn,
		options->columns, fault) == -1)
		return -1;
	if (options->sort != NULL &&
	    columns_parse(&search->sort, search->txn, search->command->kind,
		view_of(options->sort), true, fault) == -1)
		return -1;
	if (record_list_open(&search->list, search->command, search->txn,
		&search->columns, !options->no_header, fault) == -1)
		return -1;
	if (run_query(search, fault) == -1 || print_sorted(search, fault) == -1 ||
	    record_list_end(search->list, fault) == -1)
		return -1;
	txn_end(search->txn);
	search->txn = NULL;
	return record_list_finish(search->list, fault);
}

static int
count_records(struct search *search, struct fault *fault)
{
	struct buf out = BUF_EMPTY;
	int result = -1;

	if (run_query(search, fault) == 0) {
		txn_end(search->txn);
		search->txn = NULL;
		buf_number(&out, search->found);
		buf_char(&out, '\n');
		result = command_print(&out, fault);
	}
	buf_release(&out);
	return result;
}

static int
list_tally(struct search *search, struct fault *fault)
{
	const struct find_options *options = search->options;

	if (columns_parse(&search->columns, search->txn, search->command->kind,
		view_of(options->count_by), false, fault) == -1 ||
	    tally_open(&search->tally, &search->columns, fault) == -1 ||
	    run_query(search, fault) == -1 || tally_sort(&search->tally, fault) == -1)
		return -1;
	txn_end(search->txn);
	search->txn = NULL;
	return tally_list_print(
	    search->command, &search->tally, !options->no_header, fault);
}

static int
find(struct search *search, struct fault *fault)
{
	const struct command *command = search->command;
	const struct query_options options = { .kind = command->kind,
		.me = command->user,
		.now = command->now,
		.search = true,
		.optional = true };

	if (query_parse(&search->query, search->txn, command->operands,
		command->operand_count, &options, fault) == -1)
		return -1;
	if (search->options->count)
		return count_records(search, fault);
	return search->options->count_by != NULL ? list_tally(search, fault)
						 : list_records(search, fault);
}

static int
run(struct command *command, void *at, struct fault *fault)
{
	const struct find_options *options = at;
	struct search search = { .command = command, .options = options };
	struct store *store = NULL;
	int status = -1;

	if (options->fields)
		return field_list_print(command, !options->no_header, fault) == -1
		    ? -1
		    : EXIT_OK;
	if (command_open_store(&store, command, false, 0, fault) == 0 &&
	    txn_begin(&search.txn, store, fault) == 0 && find(&search, fault) == 0)
		status = search.found > 0 ? EXIT_OK : EXIT_NO_MATCH;
	record_list_close(search.list);
	tally_close(&search.tally);
	order_release(&search.order);
	buf_release(&search.key);
	columns_release(&search.columns);
	columns_release(&search.sort);
	query_free(search.query);
	txn_end(search.txn);
	store_close(store);
	return status;
}

int
main(int argc, char **argv)
{
	struct find_options options = { .limit = 0 };

	return command_main(
	    &program, argc, argv, &options, offsetof(struct find_options, shared), run);
}
