/* SPDX-License-Identifier: ISC */
/*
 * Both list addresses, each with its reason below: qmail in paragraphs of its own
 * that begin with the address in angle brackets, Exim in lines that are indented
 * less than the reason. What follows the list is a copy of the message, which may
 * say anything, so a line of dashes ends the reading but for its Message-ID.
 */
#include "table/bounce_text.h"

#include "base/fold.h"
#include "table/bounce_fields.h"
#include "table/bounce_parser.h"
#include "table/mail_header.h"

struct lines {
	struct view rest, line;
	size_t indent;
};

static bool
next_line(struct lines *lines)
{
	const char *lf;
	struct view line;

	if (lines->rest.len == 0)
		return false;
	lf = memchr(lines->rest.at, '\n', lines->rest.len);
	line = lf == NULL ? lines->rest
			  : view_until(lines->rest, (size_t)(lf - lines->rest.at));
	lines->rest = view_from(lines->rest, line.len + 1);
	lines->line = text_trim_wide(line);
	for (lines->indent = 0;
	     lines->indent < line.len && line.at[lines->indent] == ' ';)
		lines->indent++;
	return true;
}

static bool
has(struct view text, const char *words)
{
	return text.len > 0 && memmem(text.at, text.len, words, strlen(words)) != NULL;
}

static bool
ends(struct view text, struct view with)
{
	return text.len >= with.len &&
	    view_equal(view_from(text, text.len - with.len), with);
}

/* A recipient whose reason was collected. */
static void
put_recipient(
    struct buf *out, struct view address, const char *action, struct buf *reason)
{
	if (address.len > 0) {
		bounce_fact(out, BOUNCE_RECIPIENT, VIEW(""));
		bounce_fact(out, BOUNCE_FINAL, address);
		bounce_fact(out, BOUNCE_ACTION, view_of(action));
		bounce_fact(out, BOUNCE_DIAGNOSTIC, buf_as_view(reason));
	}
	buf_clear(reason);
}

static void
put_line(struct buf *reason, struct view line)
{
	if (reason->len > BOUNCE_FACT_MAX)
		return;
	buf_view(reason, view_until(line, BOUNCE_FACT_MAX));
	buf_char(reason, ' ');
}

/* <ann@example.org>: */
static struct view
bracketed(struct view line)
{
	struct view end = VIEW(">:");

	if (!view_begins(line, VIEW("<")) || !ends(line, end))
		return VIEW("");
	return view_make(line.at + 1, line.len - 1 - end.len);
}

static void
read_qmail(struct lines *lines, struct buf *out, struct buf *reason)
{
	struct view address = VIEW("");
	bool first = true; /* line of a paragraph */

	while (next_line(lines)) {
		if (first && view_begins(lines->line, VIEW("-")))
			break;
		if (first && bracketed(lines->line).len > 0) {
			put_recipient(out, address, "failed", reason);
			address = bracketed(lines->line);
		} else {
			put_line(reason, lines->line);
		}
		first = lines->line.len == 0;
	}
	put_recipient(out, address, "failed", reason);
}

/* The line above a list, which says what became of the addresses in it. */
static const char *
exim_action(struct view line)
{
	if (ends(line, VIEW("address(es) failed:")) ||
	    ends(line, VIEW("addresses failed:")))
		return "failed";
	if (ends(line, VIEW("not yet been delivered is:")) ||
	    ends(line, VIEW("not yet been delivered are:")))
		return "delayed";
	return NULL;
}

static void
read_exim(struct lines *lines, struct buf *out, struct buf *reason)
{
	struct view address = VIEW("");
	const char *action = NULL;

	while (next_line(lines) && !view_begins(lines->line, VIEW("---"))) {
		if (action == NULL) {
			action = exim_action(lines->line);
		} else if (lines->indent >= 4) {
			put_line(reason, lines->line);
		} else if (lines->indent > 0 && has(lines->line, "@")) {
			put_recipient(out, address, action, reason);
			address = lines->line;
		}
	}
	put_recipient(out, address, action, reason);
}

void
bounce_text_read(struct view text, struct buf *out)
{
	struct lines lines = { .rest = text };
	struct buf reason = BUF_EMPTY;
	struct bounce_field field;
	size_t had = out->len;

	while (next_line(&lines) && lines.line.len == 0)
		continue;
	if (view_begins(lines.line, VIEW("Hi. This is the ")))
		read_qmail(&lines, out, &reason);
	else if (has(lines.line, "created automatically by mail delivery software"))
		read_exim(&lines, out, &reason);
	buf_release(&reason);
	if (out->len == had)
		return;
	for (struct view rest = lines.rest; bounce_field_next(&rest, &field);)
		if (mail_header_is(field.name, "Message-ID")) {
			bounce_fact(out, BOUNCE_RETURNED_ID, field.value);
			break;
		}
}
