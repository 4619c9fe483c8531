/* SPDX-License-Identifier: ISC */
/*
 * What reads a message again knows nothing of how it was written: it goes through
 * its lines as any receiver would, and lets GMime say what To and Subject mean.
 */
#include "table/mail_proof.h"

#include <strings.h>

#include "table/mail_header.h"
#include "table/mail_gmime.h"
#include "table/mail_value.h"

#define LINE_MAX_LENGTH 998 /* RFC 5322 section 2.1.1 */

/* Takes a line off text: printable ASCII and TAB alone, and not too long. */
static bool
take_line(struct view *text, struct view *line)
{
	const char *lf = text->len == 0 ? NULL : memchr(text->at, '\n', text->len);

	if (lf == NULL)
		return false;
	*line = view_until(*text, (size_t)(lf - text->at));
	*text = view_from(*text, line->len + 1);
	for (size_t i = 0; i < line->len; i++)
		if ((line->at[i] < ' ' && line->at[i] != '\t') || line->at[i] > '~')
			return false;
	return line->len <= LINE_MAX_LENGTH;
}

static bool
is_folded(struct view line)
{
	return line.at[0] == ' ' || line.at[0] == '\t';
}

/* Appends the value of a field, unfolded, whose first line is taken already. */
static bool
take_value(struct view *text, struct view line, struct buf *value)
{
	buf_view(value, line);
	while (text->len > 0 && is_folded(*text)) {
		if (!take_line(text, &line))
			return false;
		buf_view(value, line);
	}
	return true;
}

/* Whether the value of To means that one recipient. */
static bool
is_recipient(const char *value, const struct mail_form *form)
{
	struct buf name = BUF_EMPTY, address = BUF_EMPTY;
	bool same = mail_gmime_one(&name, &address, value) == NULL &&
	    view_equal(form->name, buf_as_view(&name)) &&
	    address.len == form->address.len &&
	    strncasecmp(address.at, form->address.at, address.len) == 0;

	buf_release(&name);
	buf_release(&address);
	return same;
}

static bool
is_subject(const char *value, const struct mail_form *form)
{
	struct buf decoded = BUF_EMPTY;
	bool same;

	mail_gmime_decode(&decoded, value);
	same = view_equal(form->subject, buf_as_view(&decoded));
	buf_release(&decoded);
	return same;
}

/* Reads a field and compares it: NULL, or what is wrong. */
static const char *
read_field(
    struct view *text, const char *field, const struct mail_form *form, struct buf *value)
{
	struct view line;
	size_t colon, len;

	if (!take_line(text, &line) || line.len == 0)
		return "a header line";
	len = mail_header_name(line, &colon);
	if (len == 0 || !view_is(view_until(line, len), field))
		return field;
	buf_clear(value);
	if (!take_value(text, view_from(line, colon + 2), value))
		return field;
	if (strcmp(field, "To") == 0 && !is_recipient(buf_string(value), form))
		return field;
	if (strcmp(field, "Subject") == 0 && !is_subject(buf_string(value), form))
		return field;
	return value->failed ? field : NULL;
}

/* Whether the rest has as many parts as it must. */
static bool
has_parts(struct view text, bool parts)
{
	size_t begins = 0, ends = 0;
	struct view line;

	while (text.len > 0) {
		if (!take_line(&text, &line))
			return false;
		begins += view_is(line, "--" MAIL_BOUNDARY);
		ends += view_is(line, "--" MAIL_BOUNDARY "--");
	}
	return begins == (parts ? 2 : 0) && ends == (parts ? 1 : 0);
}

int
mail_proof(struct view text, const struct mail_form *form, struct fault *fault)
{
	struct buf value = BUF_EMPTY;
	const char *wrong = NULL;
	struct view line;

	for (size_t i = 0; i < form->count && wrong == NULL; i++)
		wrong = read_field(&text, form->fields[i], form, &value);
	if (wrong == NULL && (!take_line(&text, &line) || line.len > 0))
		wrong = "a header more";
	if (wrong == NULL && !has_parts(text, form->parts))
		wrong = "its parts";
	buf_release(&value);
	if (wrong == NULL)
		return 0;
	fault_set(fault, FAULT_INPUT, "%s would not be read as it was written", wrong);
	return 1;
}
