/* SPDX-License-Identifier: ISC */
/*
 * Messages are cut out of the file line by line, and each is shown to the child as
 * it stands. Its answer is text of strangers still: it becomes UTF-8 here, what it
 * says of a status is brought to one meaning, and nothing else is believed. A child
 * that ends over a message is started anew for the next.
 */
#include "table/bounce.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/fold.h"
#include "table/bounce_parser.h"
#include "table/bounce_status.h"
#include "table/mail_header.h"
#include "table/mail_lines.h"

struct bounce_reader {
	struct mail_lines lines;
	bool mbox, begun, ended;
	uint64_t next_line; /* where the next message begins */
	struct buf message, answer;

	/* Of the message that was handed out. */
	struct view *sent_to;
	size_t sent_to_cap;
	struct bounce_recipient *recipients;
	size_t recipient_cap;
	struct view status; /* of the last recipient, as they stand */
	struct view action;
};

static void
keep_line(struct bounce_reader *reader, struct view line)
{
	struct buf *message = &reader->message;

	if (message->len + line.len >= BOUNCE_MESSAGE_MAX)
		line = view_until(line, BOUNCE_MESSAGE_MAX - message->len);
	buf_view(message, line);
	if (!reader->lines.goes_on && message->len < BOUNCE_MESSAGE_MAX)
		buf_char(message, '\n');
}

/* The next message of the file: 1, 0, -1. */
static int
next_message(struct bounce_reader *reader, struct bounce *bounce, struct fault *fault)
{
	bool was_empty = false, rest;
	struct view line;
	int got;

	bounce->line = reader->next_line;
	if (reader->ended)
		return 0;
	for (;;) {
		rest = reader->lines.goes_on;
		got = mail_lines_next(&reader->lines, &line, fault);
		if (got < 0)
			return -1;
		if (got == 0) {
			reader->ended = true;
			break;
		}
		if (reader->mbox && !rest && was_empty && mail_header_separates(line)) {
			reader->next_line = reader->lines.line;
			break;
		}
		was_empty = !rest && line.len == 0;
		keep_line(reader, line);
	}
	return buf_check(&reader->message, fault) != 0 ? -1 : 1;
}

/* Text from outside as UTF-8, which lives as long as the answer. */
static struct view
clean(struct view text)
{
	char *at = (char *)(uintptr_t)text.at;
	size_t good;

	for (size_t i = 0; i < text.len; i += good) {
		good = utf8_valid(view_from(text, i));
		if (good == 0) {
			at[i] = '?';
			good = 1;
		}
	}
	return text;
}

/* "rfc822; ann@example.org", and what people put around an address. */
static struct view
address_of(struct view text)
{
	const char *semicolon = text.len == 0 ? NULL : memchr(text.at, ';', text.len);

	if (semicolon != NULL)
		text = view_from(text, (size_t)(semicolon + 1 - text.at));
	text = text_trim_wide(text);
	if (text.len >= 2 && text.at[0] == '<' && text.at[text.len - 1] == '>')
		text = text_trim_wide(view_make(text.at + 1, text.len - 2));
	return text;
}

static enum bounce_outcome
outcome_of(struct view action, struct bounce_status status)
{
	static const struct {
		const char *action;
		enum bounce_outcome outcome;
	} actions[] = {
		{ "failed", BOUNCE_FAILED },
		{ "delayed", BOUNCE_DELAYED },
		{ "delivered", BOUNCE_DELIVERED },
		{ "relayed", BOUNCE_DELIVERED },
		{ "expanded", BOUNCE_DELIVERED },
	};
	size_t word = 0;

	while (word < action.len && action.at[word] != ' ' && action.at[word] != '(')
		word++;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (mail_header_is(view_until(action, word), actions[i].action))
			return actions[i].outcome;
	return status.class == 5 ? BOUNCE_FAILED
	    : status.class == 2	 ? BOUNCE_DELIVERED
				 : BOUNCE_DELAYED;
}

/* A mailer that knows nothing better says 5.0.0, and what it was told beside it. */
static void
end_recipient(struct bounce_reader *reader, struct bounce_recipient *recipient)
{
	struct bounce_status status = bounce_status_parse(reader->status);
	struct bounce_status told = bounce_status_find(recipient->diagnostic);

	if (told.class != 0 &&
	    (status.class == 0 ||
		(status.class == told.class && status.subject == 0 &&
		    status.detail == 0)))
		status = told;
	recipient->outcome = outcome_of(reader->action, status);
	if (recipient->outcome == BOUNCE_DELIVERED)
		status = (struct bounce_status){ 2, 0, 0 };
	else if (recipient->outcome == BOUNCE_DELAYED && status.class != 4)
		status = (struct bounce_status){ 4, 0, 0 };
	else if (recipient->outcome == BOUNCE_FAILED && status.class < 4)
		status = told.class != 0 ? told : (struct bounce_status){ 5, 0, 0 };
	recipient->status = status;
	reader->status = reader->action = VIEW("");
}

static int
add_sent_to(struct bounce_reader *reader, struct bounce *bounce, struct view address,
    struct fault *fault)
{
	struct view *list = array_room(reader->sent_to, bounce->sent_to_count,
	    &reader->sent_to_cap, sizeof(*list), fault);

	if (list == NULL)
		return -1;
	reader->sent_to = list;
	bounce->sent_to = list;
	list[bounce->sent_to_count++] = address_of(address);
	return 0;
}

static int
add_recipient(struct bounce_reader *reader, struct bounce *bounce, struct fault *fault)
{
	struct bounce_recipient *list = reader->recipients;

	if (bounce->recipient_count > 0)
		end_recipient(reader, &list[bounce->recipient_count - 1]);
	list = array_room(
	    list, bounce->recipient_count, &reader->recipient_cap, sizeof(*list), fault);
	if (list == NULL)
		return -1;
	reader->recipients = list;
	bounce->recipients = list;
	list[bounce->recipient_count++] = (struct bounce_recipient){ .outcome = 0 };
	return 0;
}

static void
take_of_recipient(struct bounce_reader *reader, struct bounce_recipient *recipient,
    enum bounce_fact fact, struct view text)
{
	if (fact == BOUNCE_FINAL)
		recipient->final = address_of(text);
	else if (fact == BOUNCE_ORIGINAL)
		recipient->original = address_of(text);
	else if (fact == BOUNCE_DIAGNOSTIC)
		recipient->diagnostic = text;
	else if (fact == BOUNCE_ACTION)
		reader->action = text;
	else if (fact == BOUNCE_STATUS)
		reader->status = text;
}

static int
take_fact(struct bounce_reader *reader, struct bounce *bounce, enum bounce_fact fact,
    struct view text, struct fault *fault)
{
	switch (fact) {
	case BOUNCE_SENT_TO:
		return add_sent_to(reader, bounce, text, fault);
	case BOUNCE_RECIPIENT:
		return add_recipient(reader, bounce, fault);
	case BOUNCE_ID:
		bounce->id = address_of(text);
		break;
	case BOUNCE_RETURNED_ID:
		bounce->returned_id = address_of(text);
		break;
	case BOUNCE_AUTOMATIC:
		if (bounce->sort == BOUNCE_OTHER)
			bounce->sort = BOUNCE_REPLY;
		break;
	case BOUNCE_COMPLAINT:
		/* "not-spam" takes back what nobody here acted on. */
		if (mail_header_is(text, "abuse") || mail_header_is(text, "fraud") ||
		    mail_header_is(text, "opt-out"))
			bounce->sort = BOUNCE_ABUSE;
		break;
	default:
		if (bounce->recipient_count > 0)
			take_of_recipient(reader,
			    &reader->recipients[bounce->recipient_count - 1], fact, text);
	}
	return 0;
}

/* The answer of the child, whose every text ends in NUL, or is not taken. */
static int
take_answer(struct bounce_reader *reader, struct bounce *bounce, struct fault *fault)
{
	struct view rest = view_from(buf_as_view(&reader->answer), 1), text;
	const char *end;

	while (rest.len > 1 && (end = memchr(rest.at + 1, '\0', rest.len - 1)) != NULL) {
		text = view_make(rest.at + 1, (size_t)(end - rest.at) - 1);
		if (take_fact(reader, bounce, (unsigned char)rest.at[0],
			clean(view_until(text, BOUNCE_FACT_MAX)), fault) != 0)
			return -1;
		rest = view_from(rest, text.len + 2);
	}
	if (bounce->recipient_count == 0)
		return 0;
	end_recipient(reader, &reader->recipients[bounce->recipient_count - 1]);
	if (bounce->sort != BOUNCE_ABUSE)
		bounce->sort = BOUNCE_REPORT;
	return 0;
}

int
bounce_next(struct bounce_reader *reader, struct bounce *bounce, struct fault *fault)
{
	struct fault lost;
	int got;

	*bounce = (struct bounce){ .sort = BOUNCE_OTHER };
	if (reader->begun)
		buf_clear(&reader->message);
	reader->begun = true;
	got = next_message(reader, bounce, fault);
	if (got <= 0)
		return got;
	if (mail_child_start(&bounce_parser_work, fault) != 0)
		return -1;
	got = mail_child_ask(buf_as_view(&reader->message), &reader->answer, &lost);
	if (got < 0)
		bounce->sort = BOUNCE_UNREADABLE;
	return got > 0 && take_answer(reader, bounce, fault) != 0 ? -1 : 1;
}

/* The first line says whether it is mail, and of which sort. */
static int
begin(struct bounce_reader *reader, struct fault *fault)
{
	struct view line;
	size_t colon;
	int got;

	do {
		got = mail_lines_next(&reader->lines, &line, fault);
		if (got < 0)
			return -1;
		if (got == 0)
			return fault_set(fault, FAULT_INPUT, "no message in it");
	} while (line.len == 0 && !reader->lines.goes_on);
	reader->next_line = reader->lines.line;
	reader->mbox = view_begins(line, VIEW("From "));
	if (reader->mbox)
		return 0;
	if (mail_header_name(line, &colon) == 0)
		return fault_set(fault, FAULT_INPUT,
		    "no mail: line %llu is neither a header field nor the From line of "
		    "an mbox",
		    (unsigned long long)reader->lines.line);
	keep_line(reader, line);
	return 0;
}

int
bounce_open(struct bounce_reader **out, struct window *window, struct fault *fault)
{
	struct bounce_reader *reader = calloc(1, sizeof(*reader));

	*out = NULL;
	if (reader == NULL)
		return fault_memory(fault);
	reader->lines.window = window;
	if (begin(reader, fault) != 0) {
		bounce_close(reader);
		return -1;
	}
	*out = reader;
	return 0;
}

void
bounce_close(struct bounce_reader *reader)
{
	if (reader == NULL)
		return;
	buf_release(&reader->message);
	buf_release(&reader->answer);
	free(reader->sent_to);
	free(reader->recipients);
	free(reader);
}
