/* SPDX-License-Identifier: ISC */
/*
 * contact-invite --stats: a row for each figure of each campaign (HS-57 to HS-60).
 * A query chooses among the invitations; without one the index leads from each
 * campaign to those that it has, and no other record is looked at.
 */
#include <stdlib.h>

#include "base/array.h"
#include "cli/listing.h"
#include "invite_figures.h"
#include "rules/invite.h"
#include "model/query.h"
#include "rules/selection.h"

#define COLUMN(literal, form, stays)                                                   \
	{                                                                              \
		.name = { literal, sizeof(literal) - 1 }, .shape = form, .stay = stays \
	}

struct counted {
	uint64_t campaign;
	struct buf name;
	struct figures figures;
};

struct stats {
	const struct command *command;
	struct listing listing;
	struct store *store;
	struct txn *txn;
	uint64_t only; /* the campaign that was named, or 0 */
	struct counted *at;
	size_t count, cap;
	bool table;
};

int
invite_check_reading(const struct command *command, const struct invite_options *options,
    const char *action, struct fault *fault)
{
	const struct shared_options *shared = command->shared;
	const char *option = shared->dry_run ? "--dry-run"
	    : shared->results != NULL	     ? "--results"
	    : shared->errors != NULL	     ? "--errors"
	    : shared->diff != NULL	     ? "--diff"
	    : options->all		     ? "--all"
	    : options->max != NULL	     ? "--max"
	    : options->yes		     ? "--yes"
	    : options->atomic		     ? "--atomic"
	    : options->has_max_errors	     ? "--max-errors"
					     : NULL;

	if (option != NULL)
		return fault_set(fault, FAULT_USAGE, "%s: %s changes and sends nothing",
		    option, action);
	if (command->kind != &kind_contact && command->kind != &kind_invitation)
		return fault_set(fault, FAULT_USAGE, "--kind %s: %s is about invitations",
		    command->kind->name, action);
	return 0;
}

bool
invite_tell_unknown(
    const struct command *command, struct view campaign, const struct figures *figures)
{
	uint64_t count = figures->counts[FIGURE_UNKNOWN];

	if (count > 0)
		command_warn(command,
		    "campaign \"%.*s\": %ju of its messages may have been sent or not: "
		    "look in the mail log, --resend-unknown queues %s again",
		    (int)campaign.len, campaign.at, (uintmax_t)count,
		    count == 1 ? "it" : "them");
	return count > 0;
}

/* The place of a campaign, among those in order of id. */
static struct counted *
place_of(struct stats *stats, uint64_t campaign, struct fault *fault)
{
	size_t i = stats->count;
	struct counted *at;

	while (i > 0 && stats->at[i - 1].campaign > campaign)
		i--;
	if (i > 0 && stats->at[i - 1].campaign == campaign)
		return &stats->at[i - 1];
	at = array_room(stats->at, stats->count, &stats->cap, sizeof(*at), fault);
	if (at == NULL)
		return NULL;
	stats->at = at;
	memmove(at + i + 1, at + i, (stats->count++ - i) * sizeof(*at));
	at[i] = (struct counted){ .campaign = campaign, .name = BUF_EMPTY };
	return &at[i];
}

static int
count_invitation(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct stats *stats = context;
	struct counted *counted;
	uint64_t campaign;

	(void)id;
	if (!reference_id(record_get(record, INVITATION_CAMPAIGN), &campaign) ||
	    (stats->only != 0 && campaign != stats->only))
		return 0;
	counted = place_of(stats, campaign, fault);
	return counted == NULL ? -1 : figures_add(&counted->figures, record, fault);
}

static int
count_campaign(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct stats *stats = context;
	struct counted *counted = place_of(stats, id, fault);

	(void)record;
	return counted == NULL ? -1
			       : figures_count(&counted->figures, stats->txn, id, fault);
}

/* Runs a query over records of a kind. */
static int
run_query(struct stats *stats, const struct kind *kind, const char *const *operands,
    size_t count,
    int (*each)(void *context, uint64_t id, struct record record, struct fault *fault),
    struct fault *fault)
{
	const struct query_options options = {
		.kind = kind, .me = stats->command->user, .now = stats->command->now
	};
	struct query *query = NULL;
	int result = query_parse(&query, stats->txn, operands, count, &options, fault);

	if (result == 0)
		result = query_run(query, each, stats, fault);
	query_free(query);
	return result;
}

static int
count(struct stats *stats, struct fault *fault)
{
	static const char *const named[] = { "name=*" };
	const struct command *command = stats->command;
	struct record record;
	size_t i;

	if (command->operand_count > 0) {
		if (run_query(stats, &kind_invitation, command->operands,
			command->operand_count, count_invitation, fault) != 0)
			return -1;
		for (i = 0; i < stats->count; i++)
			if (figures_settle(&stats->at[i].figures, stats->txn, fault) != 0)
				return -1;
	} else if (stats->only != 0) {
		if (count_campaign(
			stats, stats->only, (struct record){ .at = NULL }, fault) != 0)
			return -1;
	} else if (run_query(stats, &kind_campaign, named, 1, count_campaign, fault) !=
	    0) {
		return -1;
	}
	for (i = 0; i < stats->count; i++) {
		int found = txn_record(stats->txn, stats->at[i].campaign, &record, fault);

		if (found < 0)
			return -1;
		if (found == 1)
			buf_view(&stats->at[i].name, record_get(record, CAMPAIGN_NAME));
		if (buf_check(&stats->at[i].name, fault) != 0)
			return -1;
	}
	return 0;
}

static int
put_row(struct stats *stats, const struct counted *counted, struct view figure,
    uint64_t number, enum writer_colour colour, struct fault *fault)
{
	unsigned char colours[3] = { COLOUR_NONE, (unsigned char)colour,
		(unsigned char)colour };
	struct buf digits = BUF_EMPTY;
	int result;

	buf_number(&digits, number);
	result = buf_check(&digits, fault);
	if (result == 0)
		result = listing_coloured(&stats->listing,
		    (const struct view[3]){
			buf_as_view(&counted->name), figure, buf_as_view(&digits) },
		    colours, fault);
	buf_release(&digits);
	return result;
}

/* HS-58: why they were suppressed stands behind how many were. */
static int
put_reasons(struct stats *stats, const struct counted *counted, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < counted->figures.reason_count; i++) {
		buf_clear(&name);
		buf_printf(&name, "suppressed:%s", counted->figures.reasons[i].code);
		result = buf_check(&name, fault);
		if (result == 0)
			result = put_row(stats, counted, buf_as_view(&name),
			    counted->figures.reasons[i].count, COLOUR_NONE, fault);
	}
	buf_release(&name);
	return result;
}

static int
put_counted(struct stats *stats, const struct counted *counted, struct fault *fault)
{
	enum figure figure;
	uint64_t number;

	for (figure = 0; figure < FIGURES; figure++) {
		number = counted->figures.counts[figure];
		if (put_row(stats, counted, view_of(figure_name(figure)), number,
			number == 0			? COLOUR_NONE
			    : figure == FIGURE_SELECTED ? COLOUR_BOLD
			    : figure == FIGURE_UNKNOWN || figure == FIGURE_FAILED
			    ? COLOUR_RED
			    : COLOUR_NONE,
			fault) != 0 ||
		    (figure == FIGURE_SUPPRESSED &&
			put_reasons(stats, counted, fault) != 0))
			return -1;
	}
	return 0;
}

static int
read_store(struct stats *stats, const char *campaign, struct fault *fault)
{
	size_t i;

	if (command_open_store(&stats->store, stats->command, false, 0, fault) != 0 ||
	    txn_begin(&stats->txn, stats->store, fault) != 0)
		return -1;
	if (invite_campaign(stats->txn, campaign, &stats->only, fault) != 0 ||
	    count(stats, fault) != 0)
		return -1;
	for (i = 0; i < stats->count; i++)
		if (put_counted(stats, stats->at + i, fault) != 0)
			return -1;
	return 0;
}

static int
tell(const struct stats *stats)
{
	bool unknown = false;
	size_t i;

	for (i = 0; i < stats->count; i++)
		unknown |= invite_tell_unknown(stats->command,
		    buf_as_view(&stats->at[i].name), &stats->at[i].figures);
	return stats->count == 0 ? EXIT_NO_MATCH : unknown ? EXIT_ROWS : EXIT_OK;
}

int
invite_stats(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	static const struct writer_column columns[] = {
		COLUMN("campaign", SHAPE_TEXT, STAY_PLAIN),
		COLUMN("figure", SHAPE_TEXT, STAY_WHOLE),
		COLUMN("count", SHAPE_NUMBER, STAY_WHOLE),
	};
	struct stats stats = { .command = command };
	size_t i;
	int result = -1;

	if (invite_check_reading(command, options, "--stats", fault) == 0 &&
	    listing_open(&stats.listing, command, columns, 3, true, fault) == 0)
		result = read_store(&stats, options->campaign, fault);
	txn_end(stats.txn);
	store_close(stats.store);
	if (result == 0)
		result = listing_finish(&stats.listing, fault);
	if (result == 0)
		result = tell(&stats);
	listing_close(&stats.listing);
	for (i = 0; i < stats.count; i++) {
		figures_release(&stats.at[i].figures);
		buf_release(&stats.at[i].name);
	}
	free(stats.at);
	return result;
}
