/* SPDX-License-Identifier: ISC */
/*
 * What ends a header, a field and a message is told line by line, and nothing
 * that a line says moves these: a broken line is passed over. In an mbox a
 * message begins with a From_ line behind an empty line; in a message alone such
 * a line is text.
 */
#include "table/mail_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/fold.h"
#include "table/mail_addresses.h"
#include "table/mail_header.h"
#include "table/mail_lines.h"

enum state { BEFORE, HEADER, BODY, END };

/* The field that is being read, folded lines joined. */
struct header_field {
	bool open, too_long;
	uint64_t line;
	size_t name_len;
	struct buf text; /* "From: Ann ..." */
};

struct mail_input {
	struct mail_lines lines;
	struct view asked;
	struct mail_addresses *addresses;
	enum state state;
	bool mbox;

	bool was_empty;

	uint64_t message_line;
	bool has_from, has_row; /* of the message */
	struct header_field field;

	/* Rows that are ready. */
	size_t next;
	uint64_t row_line;
	bool waits; /* a row without address */
	const char *code;
	char message[160];
	struct view cells[MAIL_COLUMNS];
};

const struct view *
mail_input_columns(void)
{
	static const struct view names[MAIL_COLUMNS] = { { "name", 4 }, { "email", 5 } };

	return names;
}

bool
mail_input_is_mbox(const struct mail_input *mail)
{
	return mail->mbox;
}

static void refuse(struct mail_input *mail, uint64_t line, const char *code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Makes a row that says what is wrong. */
static void
refuse(struct mail_input *mail, uint64_t line, const char *code, const char *format, ...)
{
	va_list ap;

	mail->waits = true;
	mail->row_line = line;
	mail->code = code;
	va_start(ap, format);
	vsnprintf(mail->message, sizeof(mail->message), format, ap);
	va_end(ap);
	mail->message[utf8_valid(view_of(mail->message))] = '\0';
	mail->has_row = true;
}

/* Makes a row that names nobody. */
static void
put_empty(struct mail_input *mail, uint64_t line)
{
	mail->waits = true;
	mail->row_line = line;
	mail->code = NULL;
	mail->has_row = true;
}

/* Where a byte stands that is no text, or text.len. */
static size_t
first_bad(struct view text)
{
	size_t end = utf8_valid(text);

	for (size_t i = 0; i < end; i++)
		if ((unsigned char)text.at[i] < ' ' && text.at[i] != '\t')
			return i;
	return end;
}

/* Whether the text of the field cannot be read at all, which is told then. */
static bool
is_unreadable(struct mail_input *mail, struct view name, struct view text)
{
	const struct header_field *field = &mail->field;
	size_t bad = first_bad(text);

	if (field->too_long)
		refuse(mail, field->line, READER_TOO_LONG, "%.*s: longer than 1 MiB",
		    (int)name.len, name.at);
	else if (bad == text.len)
		return false;
	else if ((unsigned char)text.at[bad] >= ' ')
		refuse(mail, field->line, READER_BAD_ENCODING,
		    "%.*s: bytes that are not %s", (int)name.len, name.at,
		    mail->lines.window->source.decoder.name);
	else
		refuse(mail, field->line, READER_BAD_CHARACTER, "%.*s: %s 0x%02x",
		    (int)name.len, name.at,
		    text.at[bad] == 0 ? "NUL byte" : "control character",
		    (unsigned char)text.at[bad]);
	return true;
}

static void
refuse_value(struct mail_input *mail, struct view name, struct view value)
{
	struct view shown = view_until(value, utf8_valid(view_until(value, 60)));

	refuse(mail, mail->field.line, READER_NO_ADDRESS,
	    "%.*s: \"%.*s%s\" cannot be read as addresses", (int)name.len, name.at,
	    (int)shown.len, shown.at, shown.len < value.len ? "..." : "");
}

/* The field is complete: its addresses become rows. */
static int
end_field(struct mail_input *mail, struct fault *fault)
{
	struct header_field *field = &mail->field;
	struct view text = buf_as_view(&field->text), name, value;
	bool is_from;
	int got;

	if (!field->open)
		return 0;
	field->open = false;
	if (buf_check(&field->text, fault) != 0)
		return -1;
	name = view_until(text, field->name_len);
	is_from = mail_header_is(name, "From");
	mail->has_from |= is_from;
	if (is_unreadable(mail, name, text))
		return 0;
	value = text_trim_wide(view_from(text, field->name_len + 1));
	got = mail_addresses_read(mail->addresses, value, fault);
	if (got < 0)
		return -1;
	if (got == 0)
		refuse_value(mail, name, value);
	else if (mail_addresses_count(mail->addresses) > 0)
		mail->has_row = true;
	else if (is_from)
		refuse(mail, field->line, READER_NO_ADDRESS, "From: names nobody");
	else
		put_empty(mail, field->line);
	mail->next = 0;
	mail->row_line = field->line;
	return 0;
}

static bool
is_asked(const struct mail_input *mail, struct view name)
{
	struct view rest = mail->asked, one;
	const char *comma;

	while (rest.len > 0) {
		comma = memchr(rest.at, ',', rest.len);
		one = text_trim(
		    comma == NULL ? rest : view_until(rest, (size_t)(comma - rest.at)));
		if (one.len == name.len && strncasecmp(one.at, name.at, one.len) == 0)
			return true;
		rest = comma == NULL ? VIEW("")
				     : view_from(rest, (size_t)(comma + 1 - rest.at));
	}
	return false;
}

static void
put_text(struct mail_input *mail, struct view text)
{
	struct header_field *field = &mail->field;

	if (field->text.len + text.len > READER_VALUE_MAX || mail->lines.goes_on)
		field->too_long = true;
	if (!field->too_long)
		buf_view(&field->text, text);
}

static void
begin_field(struct mail_input *mail, struct view line)
{
	size_t colon, len = mail_header_name(line, &colon);

	if (len == 0 || !is_asked(mail, view_until(line, len)))
		return;
	mail->field.open = true;
	mail->field.too_long = false;
	mail->field.line = mail->lines.line;
	mail->field.name_len = len;
	buf_clear(&mail->field.text);
	buf_view(&mail->field.text, view_until(line, len));
	buf_char(&mail->field.text, ':');
	put_text(mail, view_from(line, colon + 1));
}

static void
begin_message(struct mail_input *mail)
{
	mail->state = HEADER;
	mail->message_line = mail->lines.line;
	mail->has_from = mail->has_row = false;
}

/* What the message lacks; its last field may have left rows that come first. */
static void
end_header(struct mail_input *mail)
{
	mail->state = BODY;
	if (is_asked(mail, VIEW("From")) && !mail->has_from)
		refuse(mail, mail->message_line, READER_NO_ADDRESS,
		    "the message has no From");
	else if (!mail->has_row)
		put_empty(mail, mail->message_line);
}

/* A line of a header that is not the rest of a long one. */
static int
take_header(struct mail_input *mail, struct view line, struct fault *fault)
{
	if (line.len > 0 && (line.at[0] == ' ' || line.at[0] == '\t')) {
		if (mail->field.open)
			put_text(mail, line);
		return 0;
	}
	if (end_field(mail, fault) != 0)
		return -1;
	if (line.len == 0)
		mail->state = END; /* when the rows of the field are out */
	else
		begin_field(mail, line);
	return 0;
}

/* Reads a line further; 0 at the end of the file. */
static int
step(struct mail_input *mail, struct fault *fault)
{
	bool rest = mail->lines.goes_on;
	struct view line;
	int got;

	if (mail->state == END) {
		end_header(mail);
		return 1;
	}
	got = mail_lines_next(&mail->lines, &line, fault);
	if (got < 0)
		return -1;
	if (got == 0) {
		if (mail->state != HEADER)
			return 0;
		mail->state = END;
		return end_field(mail, fault) != 0 ? -1 : 1;
	}
	if (rest) {
		mail->was_empty = false;
		mail->field.too_long |= mail->state == HEADER;
		return 1;
	}
	if (mail->state == BODY) {
		if (mail->mbox && mail->was_empty && mail_header_separates(line))
			begin_message(mail);
		mail->was_empty = line.len == 0;
		return 1;
	}
	mail->was_empty = line.len == 0;
	return take_header(mail, line, fault) != 0 ? -1 : 1;
}

int
mail_input_next(struct mail_input *mail, struct row *row, struct fault *fault)
{
	struct mail_address address;
	int got;

	for (;;) {
		*row = (struct row){ .line = mail->row_line };
		if (mail->next < mail_addresses_count(mail->addresses)) {
			address = mail_addresses_at(mail->addresses, mail->next++);
			mail->cells[0] = address.name;
			mail->cells[1] = address.email;
			row->code = address.code;
			row->message = address.message;
		} else if (mail->waits) {
			mail->waits = false;
			mail->cells[0] = mail->cells[1] = VIEW("");
			row->code = mail->code;
			row->message = mail->message;
		} else {
			got = step(mail, fault);
			if (got <= 0)
				return got;
			continue;
		}
		row->cells = mail->cells;
		row->count = MAIL_COLUMNS;
		if (row->code != NULL)
			row->raw =
			    view_until(buf_as_view(&mail->field.text), READER_VALUE_MAX);
		return 1;
	}
}

/* The first line says whether it is mail, and of which sort. */
static int
begin(struct mail_input *mail, struct fault *fault)
{
	struct view line;
	size_t colon;
	int got;

	do {
		got = mail_lines_next(&mail->lines, &line, fault);
		if (got < 0)
			return -1;
		if (got == 0)
			return fault_set(fault, FAULT_INPUT, "no message in it");
	} while (line.len == 0 && !mail->lines.goes_on);
	mail->mbox = view_begins(line, VIEW("From "));
	if (!mail->mbox && mail_header_name(line, &colon) == 0)
		return fault_set(fault, FAULT_INPUT,
		    "no mail: line %llu is neither a header field nor the From line of "
		    "an mbox",
		    (unsigned long long)mail->lines.line);
	begin_message(mail);
	return mail->mbox ? 0 : take_header(mail, line, fault);
}

int
mail_input_new(struct mail_input **out, struct window *window, const char *fields,
    struct fault *fault)
{
	struct mail_input *mail = calloc(1, sizeof(*mail));

	*out = NULL;
	if (mail == NULL)
		return fault_memory(fault);
	mail->lines.window = window;
	mail->asked = view_of(fields);
	if (mail_addresses_new(&mail->addresses, fault) != 0 || begin(mail, fault) != 0) {
		mail_input_free(mail);
		return -1;
	}
	*out = mail;
	return 0;
}

void
mail_input_free(struct mail_input *mail)
{
	if (mail == NULL)
		return;
	mail_addresses_free(mail->addresses);
	buf_release(&mail->field.text);
	free(mail);
}
