/* SPDX-License-Identifier: ISC */
/*
 * Which state of the store a search looks at, and which records have changed
 * since another one. When few have, the log and the before-images say which,
 * and only these are compared with the query.
 */
#include "find.h"

#include "model/moment.h"
#include "model/past.h"
#include "model/rights.h"
#include "store/changes.h"
#include "store/history.h"
#include "store/log.h"

#include <stdio.h>

/* TW-29: the user who may log in is the one that is printed. */
static int
choose_login(
    const struct search *search, struct txn *txn, char operand[24], struct fault *fault)
{
	struct view login = view_of(search->options->can_login);
	struct record user;
	uint64_t id;

	if (rights_check_login(txn, login, fault) != 0 ||
	    rights_user(txn, login, &id, &user, fault) < 0)
		return -1;
	snprintf(operand, 24, "%llu", (unsigned long long)id);
	return 0;
}

static int
parse_query(
    struct query **query, struct search *search, struct txn *txn, struct fault *fault)
{
	const struct command *command = search->command;
	const struct query_options options = { .kind = command->kind,
		.me = command->user,
		.now = search->now,
		.search = true,
		.optional = true,
		.audience = audience_by_name(search->options->audience) };

	if (search->options->can_login != NULL) {
		search->operands[0] = search->login;
		if (choose_login(search, txn, search->login, fault) != 0)
			return -1;
		return query_parse(query, txn, search->operands, 1, &options, fault);
	}
	return query_parse(
	    query, txn, command->operands, command->operand_count, &options, fault);
}

/* Reads --at and --changes-since where the store is as it is now. */
static int
read_moments(struct search *search, uint64_t *rev, struct fault *fault)
{
	const struct find_options *options = search->options;

	*rev = txn_rev(search->txn);
	search->now = search->command->now;
	if (options->at != NULL &&
	    moment_at(search->txn, "--at", options->at, search->now, rev, &search->now,
		fault) == -1)
		return -1;
	if (options->since == NULL)
		return 0;
	if (moment_since(search->txn, "--changes-since", options->since,
		search->command->now, &search->since, fault) == -1)
		return -1;
	if (options->at == NULL || search->since <= *rev)
		return 0;
	return fault_set(fault, FAULT_USAGE,
	    "--changes-since: %.60s is later than --at %.60s", options->since,
	    options->at);
}

int
search_begin(struct search *search, struct fault *fault)
{
	struct past past = { .deleted = search->options->history };

	if (command_open_store(&search->store, search->command, false, 0, fault) == -1 ||
	    txn_begin(&search->txn, search->store, fault) == -1 ||
	    read_moments(search, &past.rev, fault) == -1)
		return -1;
	if (past.deleted) {
		search->present = search->txn;
		search->txn = NULL;
	} else if (search->options->at != NULL) {
		txn_end(search->txn);
		search->txn = NULL;
	}
	if (search->txn == NULL &&
	    past_begin(&search->txn, search->store, &past, fault) == -1)
		return -1;
	return parse_query(&search->query, search, search->txn, fault);
}

void
search_end(struct search *search)
{
	query_free(search->query);
	txn_end(search->txn);
	txn_end(search->present);
	store_close(search->store);
	search->query = NULL;
	search->txn = search->present = NULL;
	search->store = NULL;
}

/* Of the ids, those whose records match. */
static int
call_matching(struct query *query, struct txn *txn, const struct ids *ids,
    search_each *each, void *context, struct fault *fault)
{
	struct record record;
	size_t i;
	int result = 0;

	for (i = 0; i < ids->count && result == 0; i++) {
		result = txn_record(txn, ids->at[i], &record, fault);
		if (result == 1)
			result = query_matches(query, ids->at[i], record, fault);
		if (result == 1)
			result = each(context, ids->at[i], record, fault);
	}
	return result;
}

/* Runs a query over what changed since, and perhaps over more; *examined counts
 * the records when they were found through the changes. */
static int
run_since(struct search *search, struct query *query, struct txn *txn, search_each *each,
    void *context, bool *few, uint64_t *examined, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	uint64_t most;
	int result;

	result = query_cost(query, &most, fault);
	if (result == 0)
		result = changes_since(txn, search->since, most, &ids, fault);
	*few = result == 1;
	if (result == 1) {
		ids_sort(&ids);
		*examined = ids.count;
		result = call_matching(query, txn, &ids, each, context, fault);
	} else if (result == 0) {
		result = query_run(query, each, context, fault);
	}
	ids_release(&ids);
	return result;
}

struct changed {
	struct search *search;
	search_each *each;
	void *context;
};

/* --history looks at the runs by itself, and at what has gone. */
static int
take_changed(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct changed *changed = context;
	const struct search *search = changed->search;

	if (record_rev(record) <= search->since && !search->options->history)
		return 0;
	return changed->each(changed->context, id, record, fault);
}

int
search_run(struct search *search, search_each *each, void *context, struct fault *fault)
{
	struct changed changed = { search, each, context };
	uint64_t examined = 0;
	bool few = false;
	int result;

	result = search->options->since == NULL
	    ? query_run(search->query, each, context, fault)
	    : run_since(search, search->query, search->txn, take_changed, &changed, &few,
		  &examined, fault);
	if (result == -1 || !search->options->shared.verbose)
		return result == -1 ? -1 : 0;
	if (few)
		command_note(search->command,
		    "changes after revision %llu, %llu record%s "
		    "examined",
		    (unsigned long long)search->since, (unsigned long long)examined,
		    examined == 1 ? "" : "s");
	else
		command_note(search->command, "%s", query_explain(search->query));
	return 0;
}

struct gone {
	const struct search *search;
	struct txn *txn;
	uint64_t count;
};

/* Counts what was there at first and is not any more. */
static int
take_gone(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct gone *gone = context;
	uint64_t since = gone->search->since, next;
	int deleted;

	if (record_created(record) > since)
		return 0;
	deleted = txn_deleted(gone->txn, id, fault);
	if (deleted != 1)
		return deleted;
	if (image_after(gone->txn, id, since, &next, fault) == -1)
		return -1;
	gone->count += next > 0 && next <= txn_rev(gone->txn);
	return 0;
}

/* They are asked as they were last. */
int
search_note_gone(struct search *search, struct fault *fault)
{
	struct past past = { .rev = txn_rev(search->txn), .deleted = true };
	struct gone gone = { .search = search };
	struct query *query = NULL;
	uint64_t horizon, removed, examined;
	bool few;
	int result;

	if (search->options->since == NULL || search->options->shared.quiet)
		return 0;
	if (log_horizon(search->txn, &horizon, fault) == -1)
		return -1;
	if (search->since < horizon)
		command_note(search->command,
		    "what was deleted before revision %llu is not known: it was pruned",
		    (unsigned long long)horizon + 1);
	result = changes_removed(search->txn, search->since, &removed, fault);
	if (result == -1 || removed == 0)
		return result;
	result = past_begin(&gone.txn, search->store, &past, fault);
	if (result == 0)
		result = parse_query(&query, search, gone.txn, fault);
	if (result == 0)
		result = run_since(
		    search, query, gone.txn, take_gone, &gone, &few, &examined, fault);
	query_free(query);
	txn_end(gone.txn);
	if (result == 0 && gone.count > 0)
		command_note(search->command,
		    "%llu that matched %s deleted since (--history lists %s)",
		    (unsigned long long)gone.count, gone.count == 1 ? "was" : "were",
		    gone.count == 1 ? "it" : "them");
	return result;
}
