/* SPDX-License-Identifier: ISC */
/*
 * contact-find --card: the records that match, each on a card of its own, or all
 * that is held of each in a line of JSON.
 */
#include "card_parts.h"

#include <unistd.h>

#define PIECE ((size_t)256 * 1024)

/* A card is as wide as this where it goes to no terminal. */
#define WIDTH 80

struct cards {
	struct search *search;
	struct sink *sink;
	struct card *card; /* or */
	struct card_json *json;
	struct buf out;
};

static int
print_card(struct cards *cards, const struct subject *subject, struct fault *fault)
{
	int result;

	if (cards->search->printed > 1)
		buf_char(&cards->out, '\n');
	result = subject->kind == &kind_contact
	    ? card_contact(cards->card, subject, fault)
	    : card_record(cards->card, subject, fault);
	if (result != 0 || buf_check(&cards->out, fault) != 0)
		return -1;
	return cards->out.len < PIECE ? 0 : sink_write(cards->sink, &cards->out, fault);
}

static int
take_record(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct cards *cards = context;
	struct search *search = cards->search;
	const struct find_options *options = search->options;
	const struct subject subject = { .txn = search->txn,
		.kind = search->command->kind,
		.id = id,
		.record = record };

	search->found++;
	if (options->has_limit && search->printed == options->limit)
		return 1;
	search->printed++;
	return cards->json != NULL ? card_json_add(cards->json, &subject, fault)
				   : print_card(cards, &subject, fault);
}

static int
open_cards(struct cards *cards, struct fault *fault)
{
	const struct command *command = cards->search->command;
	const struct card_options options = { .colour = command->colour,
		.width = command->terminal ? command->width : WIDTH };

	if (sink_open(&cards->sink, STDOUT_FILENO, "standard output", fault) != 0)
		return -1;
	return command->shared->output != NULL
	    ? card_json_open(&cards->json, cards->search, cards->sink, fault)
	    : card_open(&cards->card, &cards->out, &options, fault);
}

/* HS-6: that there is more is said where all was asked for, and not what. */
static void
note_withheld(const struct cards *cards)
{
	uint64_t count = cards->json == NULL ? 0 : card_json_withheld(cards->json);

	if (count > 0)
		command_note(cards->search->command,
		    "%llu personal note%s of others %s left out",
		    (unsigned long long)count, count == 1 ? "" : "s",
		    count == 1 ? "is" : "are");
}

int
search_card(struct search *search, struct fault *fault)
{
	const char *output = search->command->shared->output;
	struct cards cards = { .search = search, .out = BUF_EMPTY };
	int result = -1;

	if (output != NULL && strcmp(output, "json") != 0)
		return fault_set(fault, FAULT_USAGE,
		    "--card and --output %s contradict each other", output);
	if (search_begin(search, fault) != 0 || open_cards(&cards, fault) != 0 ||
	    search_run(search, take_record, &cards, fault) != 0 ||
	    search_note_gone(search, fault) != 0 ||
	    sink_write(cards.sink, &cards.out, fault) < 0)
		goto done;
	note_withheld(&cards);
	card_json_close(cards.json);
	cards.json = NULL;
	search_end(search);
	result = sink_finish(cards.sink, fault);
done:
	card_json_close(cards.json);
	card_close(cards.card);
	sink_close(cards.sink);
	buf_release(&cards.out);
	return result;
}
