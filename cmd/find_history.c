/* SPDX-License-Identifier: ISC */
/*
 * contact-find --history: what happened to the records that match, those that
 * are gone too.
 */
#include "find.h"

#include "cli/history_list.h"
#include "store/history.h"

struct telling {
	struct search *search;
	struct history_list *list;
	struct history_span span;
};

static int
print_row(void *context, const struct history_row *row, struct fault *fault)
{
	struct telling *telling = context;
	struct search *search = telling->search;

	if (search->options->has_limit && search->printed == search->options->limit)
		return 1;
	search->printed++;
	search->found++;
	return history_list_add(telling->list, row, fault);
}

static int
take_record(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct telling *telling = context;
	const struct search *search = telling->search;
	int deleted;

	/* Nothing but its end can have come later than its last version. */
	if (record_rev(record) <= telling->span.since) {
		deleted = txn_deleted(search->txn, id, fault);
		if (deleted != 1)
			return deleted;
	}
	return record_history_each(search->present, search->txn, search->command->kind,
	    id, &telling->span, print_row, telling, fault);
}

int
search_history(struct search *search, struct fault *fault)
{
	const struct find_options *options = search->options;
	struct telling telling = { .search = search };
	int result = -1;

	if (history_list_open(&telling.list, search->command, options->columns,
		!options->no_header, fault) == -1 ||
	    search_begin(search, fault) == -1)
		goto done;
	telling.span = (struct history_span){ search->since, txn_rev(search->txn) };
	if (search_run(search, take_record, &telling, fault) == -1)
		goto done;
	search_end(search);
	result = history_list_finish(telling.list, fault);
done:
	history_list_close(telling.list);
	return result;
}
