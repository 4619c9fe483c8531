/* SPDX-License-Identifier: ISC */
/*
 * Names of header fields are lenient, as RFC 5322 section 4.5 allows a blank before
 * the colon. What mail is by itself is strict, since a table may begin with lines
 * of any sort.
 */
#include "table/mail_header.h"

#include <strings.h>

#include "base/fold.h"

size_t
mail_header_name(struct view line, size_t *colon)
{
	size_t len = 0;

	while (len < line.len && line.at[len] > ' ' && line.at[len] < 0x7f &&
	    line.at[len] != ':')
		len++;
	for (*colon = len;
	     *colon < line.len && (line.at[*colon] == ' ' || line.at[*colon] == '\t');)
		++*colon;
	return *colon < line.len && line.at[*colon] == ':' ? len : 0;
}

bool
mail_header_is(struct view name, const char *wanted)
{
	return name.len == strlen(wanted) && strncasecmp(name.at, wanted, name.len) == 0;
}

bool
mail_header_all(const char *names, struct view *wrong)
{
	static const char *const fields[] = { "From", "Sender", "Reply-To", "To", "Cc",
		"Bcc", "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc",
		"Resent-Bcc" };
	const char *at = names, *end;
	size_t i, count = sizeof(fields) / sizeof(fields[0]);

	for (;; at = end + 1) {
		end = at + strcspn(at, ",");
		*wrong = text_trim(view_make(at, (size_t)(end - at)));
		for (i = 0; i < count && !mail_header_is(*wrong, fields[i]);)
			i++;
		if (i == count)
			return false;
		if (*end == '\0')
			return true;
	}
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
mail_header_separates(struct view line)
{
	if (!view_begins(line, VIEW("From ")))
		return false;
	for (size_t i = 5; i + 5 <= line.len; i++)
		if (is_digit(line.at[i]) && is_digit(line.at[i + 1]) &&
		    line.at[i + 2] == ':' && is_digit(line.at[i + 3]) &&
		    is_digit(line.at[i + 4]))
			return true;
	return false;
}

/* Takes a line off text, without its end; the last one may be cut. */
static struct view
take_line(struct view *text)
{
	const char *lf = memchr(text->at, '\n', text->len);
	size_t len = lf == NULL ? text->len : (size_t)(lf - text->at);
	struct view line = view_until(*text, len);

	*text = view_from(*text, len + 1);
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* Fields that a message has beside From. */
static bool
is_of_mail(struct view name)
{
	static const char *const names[] = { "To", "Cc", "Date", "Subject", "Message-ID",
		"Received", "Return-Path", "MIME-Version", "Delivered-To",
		"DKIM-Signature", "Content-Type" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (mail_header_is(name, names[i]))
			return true;
	return false;
}

bool
mail_header_looks(struct view text)
{
	bool from = false, address = false, other = false, in_from = false;
	struct view line, name;
	size_t colon, len;

	if (text.len == 0)
		return false;
	line = take_line(&text);
	if (mail_header_separates(line))
		return text.len > 0 && mail_header_name(take_line(&text), &colon) > 0;
	for (;;) {
		if (line.len == 0)
			break;
		len = mail_header_name(line, &colon);
		name = view_until(line, len);
		if (line.at[0] != ' ' && line.at[0] != '\t') {
			if (len == 0)
				return false;
			in_from = mail_header_is(name, "From");
			from |= in_from;
			other |= is_of_mail(name);
		}
		address |= in_from && memchr(line.at, '@', line.len) != NULL;
		if (text.len == 0)
			break;
		line = take_line(&text);
	}
	return from && address && other;
}
