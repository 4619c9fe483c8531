/* SPDX-License-Identifier: ISC */
/*
 * contact-find prints the records that match, in order of id or sorted, how
 * many they are, or how many have each value.
 */
#include "find.h"

#include "cli/record_list.h"
#include "cli/tally_list.h"
#include "model/order.h"

struct listing {
	struct search *search;
	struct columns columns, sort;
	struct record_list *list;
	struct order order;
	struct buf key;
	struct tally tally;
};

static int
print_record(
    struct listing *listing, uint64_t id, struct record record, struct fault *fault)
{
	struct search *search = listing->search;
	int takes;

	if (search->options->has_limit && search->printed == search->options->limit)
		return 1;
	takes = record_list_takes(listing->list, id, record, fault);
	if (takes != 1) {
		search->left_out += takes == 0;
		return takes;
	}
	search->printed++;
	return record_list_add(listing->list, id, record, fault);
}

static int
sort_record(
    struct listing *listing, uint64_t id, struct record record, struct fault *fault)
{
	struct view value;
	enum value_type type;
	size_t i;

	buf_clear(&listing->key);
	for (i = 0; i < listing->sort.count; i++) {
		if (column_view(listing->sort.at[i], id, record, &value, fault) == -1 ||
		    column_type(listing->sort.at[i], &type, fault) == -1)
			return -1;
		order_key(&listing->key, type, value, listing->sort.descending[i]);
	}
	if (buf_check(&listing->key, fault) == -1)
		return -1;
	return order_add(&listing->order, id, buf_as_view(&listing->key), fault);
}

static int
take_record(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct listing *listing = context;
	const struct find_options *options = listing->search->options;

	listing->search->found++;
	if (options->count)
		return 0;
	if (options->count_by != NULL)
		return tally_add(&listing->tally, id, record, fault);
	if (listing->sort.count > 0)
		return sort_record(listing, id, record, fault);
	return print_record(listing, id, record, fault);
}

static int
print_sorted(struct listing *listing, struct fault *fault)
{
	struct record record;
	uint64_t id;
	size_t i;
	int result = 0;

	order_sort(&listing->order);
	for (i = 0; i < listing->order.count && result == 0; i++) {
		id = listing->order.rows[i].id;
		result = txn_record(listing->search->txn, id, &record, fault);
		if (result == 1)
			result = print_record(listing, id, record, fault);
	}
	return result == -1 ? -1 : 0;
}

static int
run_query(struct listing *listing, struct fault *fault)
{
	if (search_run(listing->search, take_record, listing, fault) == -1)
		return -1;
	return search_note_gone(listing->search, fault);
}

static int
list_records(struct listing *listing, struct fault *fault)
{
	struct search *search = listing->search;
	const struct find_options *options = search->options;

	if (record_list_columns(&listing->columns, search->command, search->txn,
		options->columns, fault) == -1)
		return -1;
	if (options->sort != NULL &&
	    columns_parse(&listing->sort, search->txn, search->command->kind,
		view_of(options->sort), true, fault) == -1)
		return -1;
	if (record_list_open(&listing->list, search->command, search->txn,
		&listing->columns, !options->no_header, fault) == -1 ||
	    run_query(listing, fault) == -1 || print_sorted(listing, fault) == -1 ||
	    record_list_end(listing->list, fault) == -1)
		return -1;
	/* Whoever is not to be written to is no match for a mail program. */
	if (search->printed == 0 && search->left_out > 0)
		search->found = 0;
	search_end(search);
	return record_list_finish(listing->list, fault);
}

static int
count_records(struct listing *listing, struct fault *fault)
{
	struct search *search = listing->search;
	struct buf out = BUF_EMPTY;
	int result = -1;

	if (run_query(listing, fault) == 0) {
		search_end(search);
		buf_number(&out, search->found);
		buf_char(&out, '\n');
		result = command_print(&out, fault);
	}
	buf_release(&out);
	return result;
}

static int
list_tally(struct listing *listing, struct fault *fault)
{
	struct search *search = listing->search;
	const struct find_options *options = search->options;

	if (columns_parse(&listing->columns, search->txn, search->command->kind,
		view_of(options->count_by), false, fault) == -1 ||
	    tally_open(&listing->tally, &listing->columns, fault) == -1 ||
	    run_query(listing, fault) == -1 || tally_sort(&listing->tally, fault) == -1)
		return -1;
	search_end(search);
	return tally_list_print(
	    search->command, &listing->tally, !options->no_header, fault);
}

int
search_records(struct search *search, struct fault *fault)
{
	struct listing listing = { .search = search };
	int result = search_begin(search, fault);

	if (result == 0)
		result = search->options->count		? count_records(&listing, fault)
		    : search->options->count_by != NULL ? list_tally(&listing, fault)
							: list_records(&listing, fault);
	record_list_close(listing.list);
	tally_close(&listing.tally);
	order_release(&listing.order);
	buf_release(&listing.key);
	columns_release(&listing.columns);
	columns_release(&listing.sort);
	return result;
}
