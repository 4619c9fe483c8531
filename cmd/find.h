/* SPDX-License-Identifier: ISC */
#ifndef CMD_FIND_H
#define CMD_FIND_H

/* What the parts of contact-find share: one search, of the store as it is or
 * was, for records or for what happened to them. */

#include "cli/command.h"
#include "model/query.h"

struct find_options {
	struct shared_options shared;
	const char *columns, *sort, *count_by, *at, *since, *audience, *can_login;
	uint64_t limit;
	bool has_limit;
	bool no_header, count, history, duplicates, card, fields;
};

struct search {
	const struct command *command;
	const struct find_options *options;
	struct store *store;
	/* What is looked at: the store now, or as --at has it; with --history
	 * also what was deleted. */
	struct txn *txn;
	struct txn *present; /* with --history: knows all versions */
	int64_t now;	     /* of the moment that is looked at */
	/* With --changes-since: what runs up to this revision did is old. */
	uint64_t since;
	struct query *query;
	/* With --can-login: the operands, which are the user's number. */
	const char *operands[1];
	char login[24];
	uint64_t found, printed, left_out;
};

typedef int search_each(
    void *context, uint64_t id, struct record record, struct fault *fault);

/* find_time.c: opens the store at the moment that is asked for, and parses the
 * query there. */
int search_begin(struct search *search, struct fault *fault) MUST_CHECK;
/* Calls each for every record that matches, in order of id, with
 * --changes-since only for those that changed; context is its first argument. A
 * result other than 0 ends it; -1 is returned, anything else is none. */
int search_run(struct search *search, search_each *each, void *context,
    struct fault *fault) MUST_CHECK;
/* With --changes-since: notes how many that match are gone. The last thing that
 * is done before search_end. */
int search_note_gone(struct search *search, struct fault *fault) MUST_CHECK;
/* Ends the transactions and closes the store, which is locked no more while
 * output waits for its reader. May be called twice. */
void search_end(struct search *search);

/* Each does it all, leaves the number of what matched in search->found, and
 * has called search_end before it waits for output. */
/* find_records.c: prints records, their number, or a tally. */
int search_records(struct search *search, struct fault *fault) MUST_CHECK;
/* find_history.c: prints what happened to them. */
int search_history(struct search *search, struct fault *fault) MUST_CHECK;
/* find_duplicates.c: prints pairs that may be one. */
int search_duplicates(struct search *search, struct fault *fault) MUST_CHECK;
/* find_card.c: prints each on a card. */
int search_card(struct search *search, struct fault *fault) MUST_CHECK;

#endif
