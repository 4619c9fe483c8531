/* SPDX-License-Identifier: ISC */
/*
 * A file of a template: a few header lines, a blank one, and text with placeholders;
 * an HTML alternative is text alone. Text is cut into pieces here, each with the
 * placeholder behind it, so that a message is put together by copying.
 */
#include "base/fold.h"
#include "rules/template_parts.h"
#include "table/mail_header.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at

/* A file as it is read: `text` is all of it, for the numbers of lines. */
struct file {
	struct template *t;
	struct view text;
	const char *path;
};

static const char *const names[PLACES] = {
	[PLACE_FIRST_NAME] = "first_name",
	[PLACE_LAST_NAME] = "last_name",
	[PLACE_NAME] = "name",
	[PLACE_SALUTATION] = "salutation",
	[PLACE_TITLE] = "title",
	[PLACE_EMAIL] = "email",
	[PLACE_ORGANIZATION] = "organization",
	[PLACE_CAMPAIGN] = "campaign",
	[PLACE_LINK] = "link",
	[PLACE_UNSUBSCRIBE] = "unsubscribe",
	[PLACE_SENDER_NAME] = "sender_name",
	[PLACE_INSTITUTION] = "institution",
	[PLACE_POSTAL_ADDRESS] = "postal_address",
	[PLACE_ASSIGNED_TO] = "assigned_to",
};

const char *
placeholder_name(enum placeholder place)
{
	return names[place];
}

/* Puts file and line of `at` in front of the fault. Returns -1. */
static int
misplaced(const struct file *file, const char *at, struct fault *fault)
{
	unsigned line = 1;

	for (const char *c = file->text.at; c < at; c++)
		line += *c == '\n';
	return fault_wrap(fault, "%s:%u", file->path, line);
}

/* Characters that no message has: controls, and other ends of lines. */
static int
check_characters(const struct file *file, struct fault *fault)
{
	struct view rest = file->text;
	uint32_t scalar;
	size_t len;

	for (; rest.len > 0; rest = view_from(rest, len)) {
		len = utf8_decode(rest, &scalar);
		if (len == 0)
			fault_set(fault, FAULT_USAGE, "not UTF-8");
		else if ((scalar < 0x20 && scalar != '\n' && scalar != '\t') ||
		    (scalar >= 0x7f && scalar <= 0x9f) || scalar == 0x2028 ||
		    scalar == 0x2029)
			fault_set(fault, FAULT_USAGE, "control character U+%04X",
			    (unsigned)scalar);
		else
			continue;
		return misplaced(file, rest.at, fault);
	}
	return 0;
}

static int
read_placeholder(struct file *file, struct view inside, struct template_piece *piece,
    struct fault *fault)
{
	const char *bar = memchr(inside.at, '|', inside.len);
	struct view name = inside;
	int place = 0;

	if (bar != NULL) {
		name.len = (size_t)(bar - inside.at);
		piece->otherwise = text_trim(view_from(inside, name.len + 1));
	}
	name = text_trim(name);
	while (place < PLACES && !view_is(name, names[place]))
		place++;
	if (place == PLACES) {
		fault_set(fault, FAULT_USAGE,
		    "{{%.*s}}: no such placeholder; contact-template(5) has them all",
		    SHOW(inside));
		return misplaced(file, inside.at, fault);
	}
	piece->place = (enum placeholder)place;
	file->t->has[place] = true;
	return 0;
}

/* Where in text the placeholder ends that begins with it; 0 when it does not. */
static size_t
placeholder_end(struct view text)
{
	for (size_t at = 2; at + 1 < text.len && text.at[at] != '\n'; at++) {
		if (text.at[at] == '{' && text.at[at + 1] == '{')
			return 0;
		if (text.at[at] == '}' && text.at[at + 1] == '}')
			return at + 2;
	}
	return 0;
}

static int
read_pieces(struct template_piece **last, struct file *file, struct view text,
    struct fault *fault)
{
	struct template_piece *piece;
	const char *open;
	size_t end;

	do {
		piece = arena_take(&file->t->arena, sizeof(*piece));
		if (piece == NULL)
			return fault_memory(fault);
		*piece = (struct template_piece){ NULL, text, PLACES, { NULL, 0 } };
		*last = piece;
		last = &piece->next;
		open = text.len == 0 ? NULL : memmem(text.at, text.len, "{{", 2);
		if (open == NULL)
			return 0;
		piece->literal.len = (size_t)(open - text.at);
		text = view_from(text, piece->literal.len);
		end = placeholder_end(text);
		if (end == 0) {
			fault_set(fault, FAULT_USAGE, "{{ without }} in the same line");
			return misplaced(file, open, fault);
		}
		if (read_placeholder(file, view_make(open + 2, end - 4), piece, fault) ==
		    -1)
			return -1;
		text = view_from(text, end);
	} while (true);
}

static int
read_header(struct template_message *message, struct view line, struct fault *fault)
{
	struct view *const values[] = { &message->subject, &message->from,
		&message->reply_to };
	static const char *const fields[] = { "Subject", "From", "Reply-To" };
	struct view name, value;
	size_t colon, i = 0;

	name = view_until(line, mail_header_name(line, &colon));
	if (name.len == 0)
		return fault_set(fault, FAULT_USAGE,
		    "no header line, such as Subject: and a text; a blank line ends "
		    "the header");
	while (i < 3 && !mail_header_is(name, fields[i]))
		i++;
	if (i == 3)
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: a template has Subject, From and Reply-To alone", SHOW(name));
	if (values[i]->at != NULL)
		return fault_set(
		    fault, FAULT_USAGE, "%s: stands there already", fields[i]);
	value = text_trim(view_from(line, colon + 1));
	if (value.len == 0)
		return fault_set(fault, FAULT_USAGE, "%s: says nothing", fields[i]);
	if (i > 0 && memmem(value.at, value.len, "{{", 2) != NULL)
		return fault_set(
		    fault, FAULT_USAGE, "%s: cannot have placeholders", fields[i]);
	*values[i] = value;
	return 0;
}

static int
read_message(struct template_message *message, struct file *file, struct fault *fault)
{
	struct view rest = file->text, line;
	const char *lf;

	for (;;) {
		lf = rest.len == 0 ? NULL : memchr(rest.at, '\n', rest.len);
		line = view_until(rest, lf == NULL ? rest.len : (size_t)(lf - rest.at));
		rest = view_from(rest, line.len + 1);
		if (line.len == 0)
			break;
		if (read_header(message, line, fault) == -1)
			return misplaced(file, line.at, fault);
	}
	if (message->subject.len == 0)
		return fault_set(fault, FAULT_USAGE, "%s: no Subject", file->path);
	if (text_trim_wide(rest).len == 0)
		return fault_set(fault, FAULT_USAGE, "%s: no text", file->path);
	if (read_pieces(&message->title, file, message->subject, fault) == -1)
		return -1;
	return read_pieces(&message->text, file, rest, fault);
}

/* A copy of the text in the arena, without BOM, lines ending with LF. */
static int
take_text(struct file *file, struct view text, struct fault *fault)
{
	struct view copy;
	char *to;

	if (text.len > TEMPLATE_FILE_MAX)
		return fault_set(fault, FAULT_USAGE, "%s: longer than %d KiB", file->path,
		    TEMPLATE_FILE_MAX / 1024);
	if (view_begins(text, VIEW("\xef\xbb\xbf")))
		text = view_from(text, 3);
	copy.at = to = arena_take(&file->t->arena, text.len + 1);
	if (to == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != '\r' || i + 1 == text.len || text.at[i + 1] != '\n')
			*to++ = text.at[i];
	copy.len = (size_t)(to - copy.at);
	file->text = copy;
	return check_characters(file, fault);
}

int
template_take(struct template *t, size_t scenario, bool html, const char *path,
    struct view text, struct fault *fault)
{
	struct template_message *message = &t->messages[scenario];
	struct file file = { t, text, path };

	if (take_text(&file, text, fault) == -1)
		return -1;
	buf_printf(&t->kept, "%s.%s %zu\n", template_scenarios[scenario],
	    html ? "html" : "txt", file.text.len);
	buf_view(&t->kept, file.text);
	if (!html) {
		message->path =
		    arena_copy(&t->arena, view_make(path, strlen(path) + 1)).at;
		if (message->path == NULL)
			return fault_memory(fault);
		message->given = true;
		return read_message(message, &file, fault);
	}
	message->has_html = true;
	if (text_trim_wide(file.text).len == 0)
		return fault_set(fault, FAULT_USAGE, "%s: no text", path);
	return read_pieces(&message->html, &file, file.text, fault);
}
