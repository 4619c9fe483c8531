/* SPDX-License-Identifier: ISC */
/*
 * Groups of fields with an empty line between (RFC 3464 section 2.1). Mailers
 * leave out that line, or the fields about the message as a whole: so what names a
 * recipient begins one, and fields before the first of these are about none.
 */
#include "table/bounce_fields.h"

#include "base/fold.h"
#include "table/bounce_parser.h"
#include "table/mail_header.h"

/* Takes a line off *text, without its end. */
static struct view
take_line(struct view *text)
{
	const char *lf = memchr(text->at, '\n', text->len);
	struct view line =
	    lf == NULL ? *text : view_until(*text, (size_t)(lf - text->at));

	*text = view_from(*text, line.len + 1);
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool
is_folded(struct view text)
{
	return text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t');
}

bool
bounce_field_next(struct view *text, struct bounce_field *field)
{
	struct view line, next;
	size_t colon, len;

	while (text->len > 0) {
		line = take_line(text);
		len = mail_header_name(line, &colon);
		if (len == 0 && text_trim(line).len > 0)
			continue;
		*field = (struct bounce_field){ VIEW(""), VIEW("") };
		if (len == 0)
			return true;
		field->name = view_until(line, len);
		field->value = view_make(line.at + colon + 1, line.len - colon - 1);
		while (is_folded(*text)) {
			next = take_line(text);
			if (text_trim(next).len == 0)
				break;
			field->value.len = (size_t)(next.at + next.len - field->value.at);
		}
		return true;
	}
	return false;
}

static enum bounce_fact
fact_of(struct view name)
{
	static const struct {
		const char *name;
		enum bounce_fact fact;
	} facts[] = {
		{ "Final-Recipient", BOUNCE_FINAL },
		{ "Original-Recipient", BOUNCE_ORIGINAL },
		{ "Action", BOUNCE_ACTION },
		{ "Status", BOUNCE_STATUS },
		{ "Diagnostic-Code", BOUNCE_DIAGNOSTIC },
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (mail_header_is(name, facts[i].name))
			return facts[i].fact;
	return 0;
}

/* Whether the group has a recipient, or is about the message. */
static bool
names_recipient(struct view group)
{
	struct bounce_field field;
	enum bounce_fact fact;

	while (bounce_field_next(&group, &field) && field.name.len > 0) {
		fact = fact_of(field.name);
		if (fact == BOUNCE_FINAL || fact == BOUNCE_ORIGINAL ||
		    fact == BOUNCE_ACTION)
			return true;
	}
	return false;
}

void
bounce_fields_status(struct view text, struct buf *out)
{
	struct bounce_field field;
	enum bounce_fact fact;
	bool within = names_recipient(text), final = false;

	if (within)
		bounce_fact(out, BOUNCE_RECIPIENT, VIEW(""));
	while (bounce_field_next(&text, &field)) {
		fact = fact_of(field.name);
		if (field.name.len == 0 || (fact == BOUNCE_FINAL && final)) {
			within = fact == BOUNCE_FINAL || names_recipient(text);
			final = false;
			if (within)
				bounce_fact(out, BOUNCE_RECIPIENT, VIEW(""));
		}
		final |= fact == BOUNCE_FINAL;
		if (within && fact != 0)
			bounce_fact(out, fact, field.value);
	}
}

void
bounce_fields_feedback(struct view text, struct buf *out)
{
	struct bounce_field field;

	while (bounce_field_next(&text, &field)) {
		if (mail_header_is(field.name, "Feedback-Type"))
			bounce_fact(out, BOUNCE_COMPLAINT, field.value);
		else if (mail_header_is(field.name, "Original-Mail-From"))
			bounce_fact(out, BOUNCE_SENT_TO, field.value);
	}
}

void
bounce_fields_returned(struct view text, struct buf *out)
{
	struct bounce_field field;

	while (bounce_field_next(&text, &field) && field.name.len > 0)
		if (mail_header_is(field.name, "Message-ID"))
			bounce_fact(out, BOUNCE_RETURNED_ID, field.value);
}
