/* SPDX-License-Identifier: ISC */
/*
 * What a line says is left to the import that reads the JSON: here only its form and
 * the names of fields are looked at, since a misspelled name would else become an
 * attribute.
 */
#include "edit_text.h"

#define FIELD_FIXED (FIELD_DERIVED | FIELD_SYSTEM | FIELD_RULES)

static void
put_line(struct buf *out, struct view name, struct view value)
{
	size_t i;

	buf_view(out, name);
	buf_char(out, ':');
	if (value.len > 0)
		buf_char(out, ' ');
	for (i = 0; i < value.len; i++) {
		buf_char(out, value.at[i]);
		if (value.at[i] == '\n')
			buf_char(out, '\t');
	}
	buf_char(out, '\n');
}

/* Fields of the kind; a full name only where it was given without its parts, since
 * beside them it says nothing. */
static int
put_fields(struct buf *out, struct txn *txn, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	struct buf value = BUF_EMPTY;
	const struct field *field;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < kind->count; i++) {
		field = &kind->fields[i];
		if ((field->flags & FIELD_FIXED) != 0 &&
		    !view_is(view_of(field->name), "id") &&
		    !view_is(view_of(field->name), "rev"))
			continue;
		if (kind == &kind_contact && field->slot == CONTACT_NAME &&
		    record_get(record, CONTACT_NAME).len == 0)
			continue;
		buf_clear(&value);
		result = entity_print(&value, txn, kind, id, record, field->slot, fault);
		put_line(out, view_of(field->name), buf_as_view(&value));
	}
	buf_release(&value);
	return result;
}

static int
put_extras(struct buf *out, struct txn *txn, struct record record, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	uint32_t position = RECORD_FIXED;
	struct view text, value;
	enum name_class class;
	uint16_t slot;
	int found = 0;

	while (found >= 0 && record_next(record, &position, &slot, &value)) {
		found = txn_slot_name(txn, slot, &class, &text, NULL, fault);
		if (found != 1)
			continue;
		buf_clear(&name);
		buf_text(&name, class == NAME_EXT ? "ext." : "attr.");
		buf_view(&name, text);
		put_line(out, buf_as_view(&name), value);
	}
	buf_release(&name);
	return found < 0 ? -1 : 0;
}

int
edit_text_put(struct buf *out, struct txn *txn, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	if (out->len > 0)
		buf_char(out, '\n');
	return put_fields(out, txn, kind, id, record, fault) != 0 ||
		put_extras(out, txn, record, fault) != 0
	    ? -1
	    : buf_check(out, fault);
}

static void
put_string(struct buf *json, struct view text)
{
	size_t i;

	buf_char(json, '"');
	for (i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.at[i];

		if (byte == '"' || byte == '\\')
			buf_char(json, '\\');
		if (byte < 0x20)
			buf_printf(json, "\\u%04x", byte);
		else
			buf_char(json, (char)byte);
	}
	buf_char(json, '"');
}

/* The text, line by line. */
struct reading {
	struct view rest, line;
	size_t number; /* of the line */
	const struct kind *kind;
	struct buf *json, *mistake, value;
	size_t at;     /* the line that the JSON is on */
	bool carriage; /* the editor ends all lines so */
	bool open, has_id;
	size_t begin; /* line of the record */
};

static bool
next_line(struct reading *reading)
{
	const char *end;

	if (reading->rest.len == 0)
		return false;
	end = memchr(reading->rest.at, '\n', reading->rest.len);
	reading->line = end == NULL
	    ? reading->rest
	    : view_until(reading->rest, (size_t)(end - reading->rest.at));
	reading->rest = view_from(reading->rest, reading->line.len + (end != NULL));
	reading->number++;
	if (reading->carriage && reading->line.len > 0 &&
	    reading->line.at[reading->line.len - 1] == '\r')
		reading->line.len--;
	return true;
}

static void
mistake(struct reading *reading, size_t line, const char *what, struct view about)
{
	if (reading->mistake->len == 0)
		buf_printf(reading->mistake, "line %zu: %.*s%s", line,
		    (int)(about.len > 60 ? 60 : about.len),
		    about.len == 0 ? "" : about.at, what);
}

static void
end_record(struct reading *reading)
{
	if (!reading->open)
		return;
	if (!reading->has_id)
		mistake(reading, reading->begin, "the record has lost its id", VIEW(""));
	buf_char(reading->json, '}');
	reading->open = reading->has_id = false;
}

static void
begin_record(struct reading *reading)
{
	for (; reading->at < reading->number; reading->at++)
		buf_char(reading->json, '\n');
	buf_char(reading->json, '{');
	reading->open = true;
	reading->begin = reading->number;
}

static bool
knows(const struct kind *kind, struct view name)
{
	const struct field *field = kind_field(kind, name);

	return (view_begins(name, VIEW("ext.")) && name.len > 4) ||
	    (view_begins(name, VIEW("attr.")) && name.len > 5) || view_is(name, "id") ||
	    view_is(name, "rev") || (field != NULL && (field->flags & FIELD_FIXED) == 0);
}

/* FIELD: VALUE, with the lines behind it that belong to it. */
static void
read_field(struct reading *reading)
{
	struct view line = reading->line, name;
	const char *colon = memchr(line.at, ':', line.len);
	const char *near;

	if (colon == NULL) {
		mistake(reading, reading->number, ": not of the form FIELD: VALUE", line);
		return;
	}
	name = view_until(line, (size_t)(colon - line.at));
	if (!knows(reading->kind, name)) {
		near = kind_suggest(reading->kind, name);
		mistake(reading, reading->number, ": no field that can be edited", name);
		if (near != NULL && !reading->mistake->failed &&
		    kind_field(reading->kind, name) == NULL)
			buf_printf(reading->mistake, " (did you mean %s?)", near);
		return;
	}
	line = view_from(line, name.len + 1);
	if (line.len > 0 && line.at[0] == ' ')
		line = view_from(line, 1);
	buf_clear(&reading->value);
	buf_view(&reading->value, line);
	while (
	    reading->rest.len > 0 && reading->rest.at[0] == '\t' && next_line(reading)) {
		buf_char(&reading->value, '\n');
		buf_view(&reading->value, view_from(reading->line, 1));
	}
	reading->has_id |= view_is(name, "id");
	if (reading->json->at[reading->json->len - 1] != '{')
		buf_char(reading->json, ',');
	put_string(reading->json, name);
	buf_char(reading->json, ':');
	put_string(reading->json, buf_as_view(&reading->value));
}

int
edit_text_read(struct buf *json, struct view text, const struct kind *kind,
    struct buf *wrong, struct fault *fault)
{
	struct reading reading = { .rest = text,
		.kind = kind,
		.json = json,
		.mistake = wrong,
		.value = BUF_EMPTY,
		.at = 1 };
	const char *end = text.len == 0 ? NULL : memchr(text.at, '\n', text.len);
	int result;

	reading.carriage = end != NULL && end > text.at && end[-1] == '\r';
	while (next_line(&reading)) {
		if (reading.line.len > 0 && reading.line.at[0] == '#')
			continue;
		if (reading.line.len == 0) {
			end_record(&reading);
			continue;
		}
		if (!reading.open)
			begin_record(&reading);
		read_field(&reading);
	}
	end_record(&reading);
	buf_char(json, '\n');
	result = buf_check(json, fault) != 0 || buf_check(wrong, fault) != 0
	    ? -1
	    : buf_check(&reading.value, fault);
	buf_release(&reading.value);
	return result;
}
