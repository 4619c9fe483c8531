/* SPDX-License-Identifier: ISC */
/*
 * A card fills the cells of one row, property by property, from BEGIN to END. The
 * first thing that is wrong with it is kept, and the card read to its end.
 */
#include "table/vcard_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/fold.h"
#include "table/vcard_lines.h"

enum cell {
	FIRST_NAME,
	MIDDLE_NAME,
	LAST_NAME,
	SALUTATION,
	SUFFIX,
	NAME,
	EMAIL,
	OTHER_EMAILS,
	PHONE,
	PHONE_EXT,
	MOBILE,
	HOME_PHONE,
	FAX,
	OTHER_PHONES,
	TITLE,
	DEPARTMENT,
	ORGANIZATION,
	STREET,
	CITY,
	STATE,
	POSTAL_CODE,
	COUNTRY,
	WEBSITE,
	DESCRIPTION,
	LABELS,
	CELLS
};

#define COLUMN(name)                   \
	{                              \
		name, sizeof(name) - 1 \
	}

static const struct view names[CELLS] = {
	[FIRST_NAME] = COLUMN("first_name"),
	[MIDDLE_NAME] = COLUMN("middle_name"),
	[LAST_NAME] = COLUMN("last_name"),
	[SALUTATION] = COLUMN("salutation"),
	[SUFFIX] = COLUMN("suffix"),
	[NAME] = COLUMN("name"),
	[EMAIL] = COLUMN("email"),
	[OTHER_EMAILS] = COLUMN("other_emails"),
	[PHONE] = COLUMN("phone"),
	[PHONE_EXT] = COLUMN("phone_ext"),
	[MOBILE] = COLUMN("mobile"),
	[HOME_PHONE] = COLUMN("home_phone"),
	[FAX] = COLUMN("fax"),
	[OTHER_PHONES] = COLUMN("attr.other_phones"),
	[TITLE] = COLUMN("title"),
	[DEPARTMENT] = COLUMN("department"),
	[ORGANIZATION] = COLUMN("organization"),
	[STREET] = COLUMN("street"),
	[CITY] = COLUMN("city"),
	[STATE] = COLUMN("state"),
	[POSTAL_CODE] = COLUMN("postal_code"),
	[COUNTRY] = COLUMN("country"),
	[WEBSITE] = COLUMN("website"),
	[DESCRIPTION] = COLUMN("description"),
	[LABELS] = COLUMN("labels"),
};

struct vcard_input {
	struct vcard_lines lines;
	struct buf raw, part;
	struct buf texts[CELLS];
	struct view cells[CELLS];
	bool email_preferred;
	uint64_t begun; /* the line where the next card has begun already, or 0 */
	const char *code;
	char message[120];
};

int
vcard_input_new(struct vcard_input **cards, struct window *window, struct fault *fault)
{
	*cards = calloc(1, sizeof(**cards));
	if (*cards == NULL)
		return fault_memory(fault);
	(*cards)->lines.window = window;
	return 0;
}

void
vcard_input_free(struct vcard_input *cards)
{
	if (cards == NULL)
		return;
	vcard_lines_release(&cards->lines);
	buf_release(&cards->raw);
	buf_release(&cards->part);
	for (size_t i = 0; i < CELLS; i++)
		buf_release(&cards->texts[i]);
	free(cards);
}

bool
vcard_input_looks(struct view text)
{
	static const char begin[] = "BEGIN:VCARD";

	text = text_trim_wide(view_until(text, 1024));
	return text.len >= sizeof(begin) - 1 &&
	    strncasecmp(text.at, begin, sizeof(begin) - 1) == 0;
}

const struct view *
vcard_input_columns(size_t *count)
{
	*count = CELLS;
	return names;
}

static void
refuse(struct vcard_input *cards, const char *code, const char *what, struct view name)
{
	if (cards->code != NULL)
		return;
	cards->code = code;
	if (utf8_valid(name) != name.len)
		name.len = 0;
	snprintf(cards->message, sizeof(cards->message), "%.*s%s%s",
	    (int)(name.len > 40 ? 40 : name.len), name.len > 0 ? name.at : "",
	    name.len > 0 ? ": " : "", what);
	cards->message[utf8_valid(view_of(cards->message))] = '\0';
}

/* Whether a cell may have the value. */
static bool
is_sound(struct vcard_input *cards, const struct vcard_property *property)
{
	struct view value = property->value;

	if (property->too_long || value.len > READER_VALUE_MAX) {
		refuse(cards, READER_TOO_LONG, "longer than 1 MiB", property->name);
		return false;
	}
	if (utf8_valid(value) != value.len) {
		refuse(cards, READER_BAD_ENCODING, "bytes that are not UTF-8",
		    property->name);
		return false;
	}
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.at[i] < ' ' &&
		    (value.at[i] == '\0' || strchr("\t\r\n", value.at[i]) == NULL)) {
			refuse(cards, READER_BAD_CHARACTER, "control character",
			    property->name);
			return false;
		}
	return true;
}

/* Takes the text up to an unescaped separator off value and puts it, unescaped, in
 * part; false at the end. With blanks set, unescaped commas become blanks. */
static bool
next_part(struct vcard_input *cards, struct view *value, char separator, bool blanks)
{
	size_t at = 0;
	char c;

	buf_clear(&cards->part);
	if (value->at == NULL)
		return false;
	for (; at < value->len && value->at[at] != separator; at++) {
		c = value->at[at];
		if (c == '\\' && at + 1 < value->len) {
			c = value->at[++at];
			if (c == 'n' || c == 'N')
				c = '\n';
		} else if (blanks && c == ',') {
			c = ' ';
		}
		buf_char(&cards->part, c);
	}
	*value = at < value->len
	    ? (struct view){ value->at + at + 1, value->len - at - 1 }
	    : (struct view){ NULL, 0 };
	return true;
}

static struct view
trimmed(const struct vcard_input *cards)
{
	return text_trim_wide(buf_as_view(&cards->part));
}

/* Appends an element to a cell that is a list. */
static void
add_element(struct vcard_input *cards, enum cell cell, struct view text)
{
	struct buf *out = &cards->texts[cell];

	if (text.len == 0)
		return;
	if (out->len > 0)
		buf_char(out, ';');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == ';' || text.at[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, text.at[i]);
	}
}

/* Sets a cell that is still empty. */
static bool
set(struct vcard_input *cards, enum cell cell, struct view text)
{
	if (cards->texts[cell].len > 0)
		return false;
	buf_view(&cards->texts[cell], text);
	return true;
}

static void
take_parts(struct vcard_input *cards, struct view value, const enum cell *cells,
    size_t count, bool blanks)
{
	for (size_t i = 0; next_part(cards, &value, ';', blanks); i++)
		if (i < count && cells[i] != CELLS)
			(void)set(cards, cells[i], trimmed(cards));
}

static void
take_name(struct vcard_input *cards, struct view value)
{
	static const enum cell cells[] = { LAST_NAME, FIRST_NAME, MIDDLE_NAME, SALUTATION,
		SUFFIX };

	take_parts(cards, value, cells, 5, true);
}

/* The post-office box and the extended address go with the street. */
static void
take_address(struct vcard_input *cards, struct view value)
{
	static const enum cell cells[] = { CELLS, CELLS, CELLS, CITY, STATE, POSTAL_CODE,
		COUNTRY };
	struct buf *street = &cards->texts[STREET];
	struct view rest = value;

	for (size_t i = STREET; i <= COUNTRY; i++)
		if (cards->texts[i].len > 0)
			return;
	for (size_t i = 0; i < 3 && next_part(cards, &rest, ';', false); i++) {
		if (trimmed(cards).len > 0 && street->len > 0)
			buf_char(street, '\n');
		buf_view(street, trimmed(cards));
	}
	take_parts(cards, value, cells, 7, false);
}

static void
take_organization(struct vcard_input *cards, struct view value)
{
	struct buf *department = &cards->texts[DEPARTMENT];

	if (cards->texts[ORGANIZATION].len > 0 || department->len > 0)
		return;
	if (next_part(cards, &value, ';', false))
		(void)set(cards, ORGANIZATION, trimmed(cards));
	while (next_part(cards, &value, ';', false)) {
		if (trimmed(cards).len > 0 && department->len > 0)
			buf_text(department, ", ");
		buf_view(department, trimmed(cards));
	}
}

static void
take_email(struct vcard_input *cards, const struct vcard_property *property)
{
	struct buf *email = &cards->texts[EMAIL];
	bool preferred = vcard_property_is(property, "PREF") ||
	    view_is(vcard_property_get(property, "PREF"), "1");
	struct view value = property->value;

	(void)next_part(cards, &value, '\0', false);
	if (email->len > 0 && preferred && !cards->email_preferred) {
		add_element(cards, OTHER_EMAILS, buf_as_view(email));
		buf_clear(email);
	}
	if (set(cards, EMAIL, trimmed(cards)))
		cards->email_preferred = preferred;
	else
		add_element(cards, OTHER_EMAILS, trimmed(cards));
}

/* Where an extension begins that is written behind the number: " x22", ";ext=22". */
static size_t
find_extension(struct view number, size_t *length)
{
	size_t at = number.len;

	while (at > 0 && number.at[at - 1] >= '0' && number.at[at - 1] <= '9')
		at--;
	*length = number.len - at;
	if (*length == 0 || *length > 8)
		return number.len;
	if (at >= 2 && memcmp(number.at + at - 2, " x", 2) == 0)
		return at - 2;
	if (at >= 5 && strncasecmp(number.at + at - 5, ";ext=", 5) == 0)
		return at - 5;
	return number.len;
}

static void
take_phone(struct vcard_input *cards, const struct vcard_property *property)
{
	enum cell cell = vcard_property_is(property, "FAX") ? FAX
	    : vcard_property_is(property, "CELL")	    ? MOBILE
	    : vcard_property_is(property, "HOME")	    ? HOME_PHONE
							    : PHONE;
	struct view value = property->value, number;
	size_t end, length = 0;

	if (value.len >= 4 && strncasecmp(value.at, "tel:", 4) == 0)
		value = view_from(value, 4);
	(void)next_part(cards, &value, '\0', false);
	number = trimmed(cards);
	end = cell == PHONE ? find_extension(number, &length) : number.len;
	if (number.len == 0)
		return;
	if (cards->texts[cell].len > 0) {
		add_element(cards, OTHER_PHONES, number);
	} else {
		(void)set(cards, cell, view_until(number, end));
		if (end < number.len)
			(void)set(
			    cards, PHONE_EXT, view_from(number, number.len - length));
	}
}

static void
take_note(struct vcard_input *cards, struct view value)
{
	struct buf *note = &cards->texts[DESCRIPTION];

	(void)next_part(cards, &value, '\0', false);
	if (trimmed(cards).len > 0 && note->len > 0)
		buf_char(note, '\n');
	buf_view(note, trimmed(cards));
}

static void
take_property(struct vcard_input *cards, const struct vcard_property *property)
{
	static const struct {
		const char *name;
		enum cell cell;
	} plain[] = { { "FN", NAME }, { "TITLE", TITLE }, { "URL", WEBSITE } };
	static const char *const others[] = { "N", "ADR", "ORG", "EMAIL", "TEL", "NOTE",
		"CATEGORIES", "KIND", "X-ADDRESSBOOKSERVER-KIND" };
	struct view value = property->value;
	size_t which, i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (vcard_property_named(property, plain[i].name)) {
			if (is_sound(cards, property) &&
			    next_part(cards, &value, '\0', false))
				(void)set(cards, plain[i].cell, trimmed(cards));
			return;
		}
	for (which = 0; which < sizeof(others) / sizeof(others[0]); which++)
		if (vcard_property_named(property, others[which]))
			break;
	if (which == sizeof(others) / sizeof(others[0]) || !is_sound(cards, property))
		return;
	switch (which) {
	case 0:
		take_name(cards, value);
		break;
	case 1:
		take_address(cards, value);
		break;
	case 2:
		take_organization(cards, value);
		break;
	case 3:
		take_email(cards, property);
		break;
	case 4:
		take_phone(cards, property);
		break;
	case 5:
		take_note(cards, value);
		break;
	case 6:
		while (next_part(cards, &value, ',', false))
			add_element(cards, LABELS, trimmed(cards));
		break;
	default:
		if (value.len != 10 || strncasecmp(value.at, "individual", 10) != 0)
			refuse(cards, READER_BAD_VCARD, "the card is not of a person",
			    VIEW(""));
	}
}

/* Who has no name is called by something else on a card: that is no name. */
static void
drop_stand_in(struct vcard_input *cards)
{
	struct view name = buf_as_view(&cards->texts[NAME]);

	if (cards->texts[FIRST_NAME].len > 0 || cards->texts[LAST_NAME].len > 0)
		return;
	if (view_equal(name, buf_as_view(&cards->texts[EMAIL])) ||
	    view_equal(name, buf_as_view(&cards->texts[ORGANIZATION])) ||
	    (name.len > 1 && name.at[0] == '#'))
		buf_clear(&cards->texts[NAME]);
}

static int
give(struct vcard_input *cards, uint64_t line, struct row *row, struct fault *fault)
{
	size_t all = 0;

	drop_stand_in(cards);
	for (size_t i = 0; i < CELLS; i++) {
		if (buf_check(&cards->texts[i], fault) < 0)
			return -1;
		cards->cells[i] = buf_as_view(&cards->texts[i]);
		all += cards->cells[i].len;
		if (cards->cells[i].len > READER_VALUE_MAX)
			refuse(cards, READER_TOO_LONG, "longer than 1 MiB", names[i]);
	}
	if (all > READER_RECORD_MAX)
		refuse(cards, READER_TOO_LONG, "the card is longer than 4 MiB", VIEW(""));
	*row =
	    (struct row){ .line = line, .code = cards->code, .message = cards->message };
	if (cards->code == NULL) {
		row->cells = cards->cells;
		row->count = CELLS;
	} else {
		row->raw = view_until(buf_as_view(&cards->raw), READER_VALUE_MAX);
	}
	return buf_check(&cards->raw, fault) < 0 || buf_check(&cards->part, fault) < 0
	    ? -1
	    : 1;
}

/* However many properties a card has, no more than a record is kept of it. */
static bool
has_room(struct vcard_input *cards)
{
	size_t all = 0;

	for (size_t i = 0; i < CELLS; i++)
		all += cards->texts[i].len;
	if (all > READER_RECORD_MAX)
		refuse(cards, READER_TOO_LONG, "the card is longer than 4 MiB", VIEW(""));
	return all <= READER_RECORD_MAX;
}

static bool
is_mark(const struct vcard_property *property, const char *name)
{
	struct view value = text_trim_wide(property->value);

	return vcard_property_named(property, name) && value.len == 5 &&
	    strncasecmp(value.at, "VCARD", 5) == 0;
}

/* Makes ready for a card: the line where it begins, or 0 where that is still to come. */
static uint64_t
start(struct vcard_input *cards)
{
	uint64_t line = cards->begun;

	cards->begun = 0;
	cards->code = NULL;
	cards->email_preferred = false;
	for (size_t i = 0; i < CELLS; i++)
		buf_clear(&cards->texts[i]);
	buf_clear(&cards->raw);
	if (line > 0)
		buf_text(&cards->raw, "BEGIN:VCARD\n");
	return line;
}

int
vcard_input_next(struct vcard_input *cards, struct row *row, struct fault *fault)
{
	struct vcard_property property;
	uint64_t line = start(cards);
	size_t before = cards->raw.len;
	int got;

	while (
	    (got = vcard_lines_next(&cards->lines, &property, &cards->raw, fault)) == 1) {
		if (is_mark(&property, "END") && line > 0)
			return give(cards, line, row, fault);
		if (is_mark(&property, "BEGIN") && line > 0) {
			cards->begun = cards->lines.line;
			cards->raw.len = before;
			break;
		}
		if (is_mark(&property, "BEGIN"))
			line = cards->lines.line;
		else if (line > 0 && cards->code == NULL && has_room(cards))
			take_property(cards, &property);
		before = cards->raw.len;
	}
	if (got < 0 || line == 0)
		return got;
	refuse(cards, READER_BAD_VCARD, "the card does not end", VIEW(""));
	return give(cards, line, row, fault);
}
