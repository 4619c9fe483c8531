/* SPDX-License-Identifier: ISC */
/*
 * Messages from pieces, and the template as one text: each of its files behind a
 * line with its name and its length, so that nothing in a file can be taken for the
 * beginning of another.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/fold.h"
#include "rules/template_parts.h"

const char *const template_scenarios[TEMPLATE_SCENARIOS] = { "new_company", "join_auto",
	"join_distributed", "join_request", "default" };

struct template *
template_new(struct fault *fault)
{
	struct template *t = calloc(1, sizeof(*t));

	if (t == NULL)
		fault_memory(fault);
	return t;
}

void
template_free(struct template *t)
{
	if (t == NULL)
		return;
	arena_release(&t->arena);
	buf_release(&t->kept);
	free(t);
}

int
template_settle(struct template *t, struct fault *fault)
{
	const struct template_message *message;

	for (size_t i = 0; i < TEMPLATE_SCENARIOS; i++) {
		message = &t->messages[i];
		if (message->has_html && !message->given)
			return fault_set(fault, FAULT_USAGE,
			    "%s.html is the alternative of a %s.txt, which is not there",
			    template_scenarios[i], template_scenarios[i]);
		if (i != TEMPLATE_DEFAULT && !message->given &&
		    !t->messages[TEMPLATE_DEFAULT].given)
			return fault_set(fault, FAULT_USAGE,
			    "no text for %s: %s.txt or default.txt is needed",
			    template_scenarios[i], template_scenarios[i]);
	}
	return buf_check(&t->kept, fault);
}

/* "join_auto.html": which file it is. */
static bool
read_name(struct view name, size_t *scenario, bool *html)
{
	struct view stem;

	for (size_t i = 0; i < TEMPLATE_SCENARIOS; i++) {
		stem = view_of(template_scenarios[i]);
		if (!view_begins(name, stem))
			continue;
		*scenario = i;
		*html = view_is(view_from(name, stem.len), ".html");
		return *html || view_is(view_from(name, stem.len), ".txt");
	}
	return false;
}

/* Takes the line in front of a file off *kept. */
static bool
read_head(struct view *kept, size_t *scenario, bool *html, size_t *len)
{
	const char *lf = memchr(kept->at, '\n', kept->len), *blank;
	struct view line;
	size_t at;

	if (lf == NULL)
		return false;
	line = view_until(*kept, (size_t)(lf - kept->at));
	*kept = view_from(*kept, line.len + 1);
	blank = line.len == 0 ? NULL : memchr(line.at, ' ', line.len);
	if (blank == NULL)
		return false;
	at = (size_t)(blank - line.at);
	if (!read_name(view_until(line, at), scenario, html))
		return false;
	*len = 0;
	for (at++; at < line.len && *len <= kept->len; at++) {
		if (line.at[at] < '0' || line.at[at] > '9')
			return false;
		*len = *len * 10 + (size_t)(line.at[at] - '0');
	}
	return *len <= kept->len;
}

static int
take_all(struct template *t, struct view kept, struct fault *fault)
{
	char path[40];
	size_t scenario, len;
	bool html;

	while (kept.len > 0) {
		if (!read_head(&kept, &scenario, &html, &len) ||
		    (html ? t->messages[scenario].has_html : t->messages[scenario].given))
			return fault_set(
			    fault, FAULT_USAGE, "what is kept of the template is broken");
		snprintf(path, sizeof(path), "%s.%s", template_scenarios[scenario],
		    html ? "html" : "txt");
		if (template_take(
			t, scenario, html, path, view_until(kept, len), fault) == -1)
			return -1;
		kept = view_from(kept, len);
	}
	return template_settle(t, fault);
}

int
template_parse(struct template **t, struct view kept, struct fault *fault)
{
	struct template *made = template_new(fault);

	if (made == NULL)
		return -1;
	if (take_all(made, kept, fault) == -1) {
		if (fault->kind == FAULT_USAGE)
			fault->kind = FAULT_INPUT;
		template_free(made);
		return -1;
	}
	*t = made;
	return 0;
}

struct view
template_text(const struct template *t)
{
	return buf_as_view(&t->kept);
}

bool
template_has(const struct template *t, enum placeholder place)
{
	return t->has[place];
}

/* NULL when no text is for the scenario. */
static const struct template_message *
find_message(const struct template *t, const char *scenario)
{
	for (size_t i = 0; i < TEMPLATE_SCENARIOS; i++)
		if (strcmp(template_scenarios[i], scenario) == 0)
			return t->messages[i].given ? &t->messages[i]
			    : t->messages[TEMPLATE_DEFAULT].given
			    ? &t->messages[TEMPLATE_DEFAULT]
			    : NULL;
	return NULL;
}

struct view
template_subject(const struct template *t, const char *scenario)
{
	const struct template_message *message = find_message(t, scenario);

	return message == NULL ? VIEW("") : message->subject;
}

struct view
template_from(const struct template *t, const char *scenario)
{
	const struct template_message *message = find_message(t, scenario);

	return message == NULL ? VIEW("") : message->from;
}

struct view
template_reply_to(const struct template *t, const char *scenario)
{
	const struct template_message *message = find_message(t, scenario);

	return message == NULL ? VIEW("") : message->reply_to;
}

const char *
template_path(const struct template *t, const char *scenario)
{
	const struct template_message *message = find_message(t, scenario);

	return message == NULL ? NULL : message->path;
}

bool
template_asks(const struct template *t, const char *scenario, enum placeholder place)
{
	const struct template_message *message = find_message(t, scenario);
	const struct template_piece *piece;

	if (message == NULL)
		return false;
	for (piece = message->text; piece != NULL; piece = piece->next)
		if (piece->place == place)
			return true;
	for (piece = message->html; piece != NULL; piece = piece->next)
		if (piece->place == place)
			return true;
	return false;
}

/* Whether the character is a control, or ends lines. */
static bool
breaks(uint32_t scalar)
{
	return scalar < 0x20 || (scalar >= 0x7f && scalar <= 0x9f) || scalar == 0x2028 ||
	    scalar == 0x2029;
}

static void
put_html(struct buf *out, char c)
{
	switch (c) {
	case '&':
		buf_text(out, "&amp;");
		break;
	case '<':
		buf_text(out, "&lt;");
		break;
	case '>':
		buf_text(out, "&gt;");
		break;
	case '"':
		buf_text(out, "&quot;");
		break;
	case '\'':
		buf_text(out, "&#39;");
		break;
	default:
		buf_char(out, c);
	}
}

/* The value as text, or as HTML, on one line unless it may have several. */
static void
put_value(struct buf *out, struct view value, bool html, bool lines)
{
	uint32_t scalar;
	size_t len;

	for (; value.len > 0; value = view_from(value, len)) {
		len = utf8_decode(value, &scalar);
		if (len == 0) { /* is not to be */
			len = 1;
			buf_char(out, '?');
		} else if (scalar == '\n' && lines) {
			buf_text(out, html ? "<br>\n" : "\n");
		} else if (breaks(scalar)) {
			buf_char(out, ' ');
		} else if (html && len == 1) {
			put_html(out, value.at[0]);
		} else {
			buf_put(out, value.at, len);
		}
	}
}

enum form { FORM_HEADER, FORM_TEXT, FORM_HTML };

static void
put_place(struct buf *out, const struct template_piece *piece,
    const struct view values[PLACES], enum form form)
{
	enum placeholder place = piece->place;

	if (place == PLACE_FIRST_NAME && text_trim(values[place]).len == 0)
		place = PLACE_NAME;
	if (place == PLACE_SENDER_NAME && text_trim(values[place]).len == 0)
		place = PLACE_INSTITUTION;
	if (text_trim(values[place]).len == 0)
		buf_view(out, piece->otherwise);
	else if (form == FORM_HEADER)
		buf_view(out, values[place]);
	else
		put_value(
		    out, values[place], form == FORM_HTML, place == PLACE_POSTAL_ADDRESS);
}

static void
put_pieces(struct buf *out, const struct template_piece *piece,
    const struct view values[PLACES], enum form form)
{
	for (; piece != NULL; piece = piece->next) {
		buf_view(out, piece->literal);
		if (piece->place != PLACES)
			put_place(out, piece, values, form);
	}
}

/* Values that are empty, such as an address, leave no blank lines at the end. */
static void
end_line(struct buf *out)
{
	while (out->len > 0 && strchr(" \n", out->at[out->len - 1]) != NULL)
		out->len--;
	if (out->len > 0)
		buf_char(out, '\n');
}

int
template_render(const struct template *t, const char *scenario,
    const struct view values[PLACES], struct buf *subject, struct buf *text,
    struct buf *html, struct fault *fault)
{
	const struct template_message *message = find_message(t, scenario);

	if (message == NULL)
		return fault_set(
		    fault, FAULT_INPUT, "the template has no text for %s", scenario);
	buf_clear(subject);
	buf_clear(text);
	buf_clear(html);
	put_pieces(subject, message->title, values, FORM_HEADER);
	put_pieces(text, message->text, values, FORM_TEXT);
	end_line(text);
	put_pieces(html, message->html, values, FORM_HTML);
	end_line(html);
	return buf_check(subject, fault) == -1 || buf_check(text, fault) == -1 ||
		buf_check(html, fault) == -1
	    ? -1
	    : 0;
}
