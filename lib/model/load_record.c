/* SPDX-License-Identifier: ISC */
/*
 * One record: the lines that begin with its kind and id. Values are undone into
 * one buffer and become views only when it grows no more. What has one form
 * only (flags, dates, addresses) must have it; text may be anything that a line
 * can say, since no rule of today may keep out what a store held yesterday.
 */
#include "model/load_parts.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/merged.h"
#include "store/history.h"
#include "table/reader.h"

#define PARTS_MOST (RECORD_FIXED + RECORD_EXTRAS)

static bool
read_id(struct view text, uint64_t *id)
{
	uint64_t number = 0;

	if (text.len == 0 || text.len > 19 || text.at[0] == '0')
		return false;
	for (size_t at = 0; at < text.len; at++) {
		unsigned digit = (unsigned)text.at[at] - '0';

		if (digit > 9)
			return false;
		number = number * 10 + digit;
	}
	*id = number;
	return true;
}

int
load_head(const struct load *load, uint64_t line, struct view text,
    const struct kind **kind, uint64_t *id, struct fault *fault)
{
	struct view columns[3];
	size_t count = load_columns(text, columns, 3);

	*kind = kind_by_name(columns[0]);
	if (*kind == NULL)
		return 0;
	if (count < 2 || !read_id(columns[1], id))
		return load_refuse(load, line, fault, "\"%.*s\" is no id",
		    count < 2 ? 0 : (int)load_quoted(columns[1]).len,
		    count < 2 ? "" : columns[1].at);
	if (*id > RECORD_ID_MOST)
		return load_refuse(load, line, fault,
		    "the id %llu is above %llu, the highest that a record can have",
		    (unsigned long long)*id, (unsigned long long)RECORD_ID_MOST);
	return 1;
}

static struct known_name *
place_of(struct load *load, struct view column)
{
	return &load->names[XXH3_64bits(column.at, column.len) % KNOWN_NAMES];
}

static int
make_extra(struct load *load, uint64_t line, struct view column, size_t begins,
    enum name_class class, uint16_t *slot, struct fault *fault)
{
	struct buf name = BUF_EMPTY, form = BUF_EMPTY;
	int found = -1;

	if (!dump_unescape(&name, view_from(column, begins))) {
		load_refuse(load, line, fault, "\"%.*s\": a backslash out of place",
		    QUOTED(column));
		goto done;
	}
	if (class == NAME_ATTR)
		attribute_name(&form, buf_as_view(&name));
	if (buf_check(&name, fault) != 0 || buf_check(&form, fault) != 0)
		goto done;
	if (name.len == 0 ||
	    (load->edited && class == NAME_ATTR &&
		!view_equal(buf_as_view(&form), buf_as_view(&name)))) {
		load_refuse(load, line, fault, "\"%.*s\" is no name of an attribute%s%s",
		    QUOTED(column), name.len == 0 ? "" : "; it would be attr.",
		    name.len == 0 ? "" : buf_string(&form));
		goto done;
	}
	found = txn_name_slot(load->txn, class, buf_as_view(&name), true, slot, fault);
	if (found < 0 && fault->kind == FAULT_INPUT)
		fault_wrap(fault, "%s:%llu", load->name, (unsigned long long)line);
done:
	buf_release(&name);
	buf_release(&form);
	return found;
}

int
load_extra(struct load *load, uint64_t line, struct view column, enum name_class *class,
    uint16_t *slot, struct fault *fault)
{
	struct known_name *known = place_of(load, column);
	size_t begins;
	int found;

	if (known->len == column.len && column.len > 0 &&
	    memcmp(known->text, column.at, column.len) == 0) {
		*class = known->class;
		*slot = known->slot;
		return 1;
	}
	begins = view_begins(column, VIEW("ext.")) ? 4 : 5;
	*class = begins == 4 ? NAME_EXT : NAME_ATTR;
	if (begins == 5 && !view_begins(column, VIEW("attr.")))
		return 0;
	found = make_extra(load, line, column, begins, *class, slot, fault);
	if (found == 1 && column.len <= sizeof(known->text)) {
		memcpy(known->text, column.at, column.len);
		known->len = (uint8_t)column.len;
		known->slot = *slot;
		known->class = *class;
	}
	return found;
}

static int
unknown_field(
    const struct load *load, uint64_t line, struct view name, struct fault *fault)
{
	const struct field *field = kind_field(load->kind, name);
	const char *near = kind_suggest(load->kind, name);

	if (field != NULL)
		return load_refuse(load, line, fault,
		    "%s is computed and stands in no dump", field->name);
	return load_refuse(load, line, fault, "%s has no field \"%.*s\"%s%s%s",
	    load->kind->name, QUOTED(name), near == NULL ? "" : " (is it ",
	    near == NULL ? "" : near, near == NULL ? "" : "?)");
}

/* Fields come in the order of the table, so the next one is looked at first. */
static int
find_field(struct load *load, uint64_t line, struct view name, const struct field **field,
    uint16_t *slot, struct fault *fault)
{
	enum name_class class;
	size_t at, i;
	int found;

	for (i = 0; i < load->field_count; i++) {
		at = (load->next_field + i) % load->field_count;
		if (!view_is(name, load->fields[at]->name))
			continue;
		load->next_field = at + 1;
		*field = load->fields[at];
		*slot = (*field)->slot;
		return 0;
	}
	found = load_extra(load, line, name, &class, slot, fault);
	*field = class == NAME_EXT ? &field_ext : &field_attr;
	if (found == 0)
		return unknown_field(load, line, name, fault);
	return found < 0 ? -1 : 0;
}

/* Types with one form of each value. */
static bool
has_form(enum value_type type)
{
	return type == TYPE_FLAG || type == TYPE_DATE || type == TYPE_TIME ||
	    type == TYPE_NUMBER || type == TYPE_EMAIL || type == TYPE_DOMAIN;
}

static int
check_reference(const struct load *load, uint64_t line, const struct field *field,
    struct view element, struct fault *fault)
{
	uint64_t id;

	if (element.at[0] == REFERENCE_MARK) {
		if (reference_id(element, &id) && element.at[1] != '0')
			return 0;
	} else if (memchr(element.at, REFERENCE_MARK, element.len) == NULL) {
		return 0;
	}
	return load_refuse(load, line, fault, "%s: \\# without an id", field->name);
}

static int
check_element(struct load *load, uint64_t line, const struct field *field,
    struct view element, struct fault *fault)
{
	const struct value_rules rules = { .dates = DATE_ISO };
	struct field single = *field;
	struct problem problem;

	if (field->type == TYPE_REFERENCE)
		return check_reference(load, line, field, element, fault);
	if (memchr(element.at, REFERENCE_MARK, element.len) != NULL)
		return field->slot == CONTACT_REVIVAL && load->kind == &kind_contact
		    ? 0
		    : load_refuse(load, line, fault,
			  "%s: \\# stands for a reference, "
			  "and this field is none",
			  field->name);
	if (!has_form(field->type))
		return 0;
	single.flags &= ~(unsigned)FIELD_LIST;
	buf_clear(&load->element);
	if (!value_read(&load->element, &single, VIEW(""), element, &rules, &problem))
		return load_refuse(
		    load, line, fault, "%s: %s", field->name, problem.text);
	if (buf_check(&load->element, fault) != 0)
		return -1;
	if (!view_equal(buf_as_view(&load->element), element))
		return load_refuse(load, line, fault, "%s: \"%.*s\" is written \"%.*s\"",
		    field->name, QUOTED(element), QUOTED(buf_as_view(&load->element)));
	return 0;
}

/* All external ids of a kind differ; their hashes are compared at the end. */
static int
note_external(struct load *load, uint16_t slot, struct view element, struct fault *fault)
{
	return ids_add(&load->externals,
	    XXH3_64bits_withSeed(
		element.at, element.len, (uint64_t)slot << 8 | load->kind->number),
	    fault);
}

static int
check_list(struct load *load, uint64_t line, const struct field *field, uint16_t slot,
    struct view value, struct fault *fault)
{
	struct buf *scratch = &load->scratch, again = BUF_EMPTY;
	struct view rest = value, element;
	int result = 0;

	while (result == 0 && list_next(&rest, &element, scratch)) {
		result = element.len == 0
		    ? load_refuse(load, line, fault,
			  "%s: an element of the list is empty", field->name)
		    : check_element(load, line, field, element, fault);
		if (result == 0 && field == &field_ext)
			result = note_external(load, slot, element, fault);
		list_add(&again, 0, element);
	}
	if (result == 0)
		result = buf_check(&again, fault);
	if (result == 0 && !view_equal(buf_as_view(&again), value))
		result =
		    load_refuse(load, line, fault, "%s: the list is written \"%.*s\"",
			field->name, QUOTED(buf_as_view(&again)));
	buf_release(&again);
	return result;
}

/* What no row can bring may not come this way either, since nothing would take
 * it back; what rules write is as long as they need. */
static int
check_size(struct load *load, uint64_t line, const struct field *field, size_t len,
    struct fault *fault)
{
	if ((field->flags & FIELD_RULES) != 0)
		return 0;
	if (len > READER_VALUE_MAX)
		return load_refuse(
		    load, line, fault, "%s: a value of more than 1 MiB", field->name);
	load->size_of_record += len;
	return load->size_of_record > VALUES_MOST
	    ? load_refuse(load, line, fault, "the record has more than 4 MiB")
	    : 0;
}

/* Keeps the value of one line. */
static int
take_value(
    struct load *load, uint64_t line, const struct view columns[4], struct fault *fault)
{
	struct part part = { .line = line, .at = load->values.len };
	const struct field *field;
	struct view value;

	if (find_field(load, line, columns[2], &field, &part.slot, fault) != 0)
		return -1;
	if (!dump_unescape(&load->values, columns[3]))
		return load_refuse(load, line, fault,
		    "%.*s: a backslash before anything but t, n, r, # and \\",
		    QUOTED(columns[2]));
	if (buf_check(&load->values, fault) != 0)
		return -1;
	part.len = load->values.len - part.at;
	/* There may be no memory yet to have a place in. */
	if (part.len == 0)
		return load_refuse(
		    load, line, fault, "%.*s has no value", QUOTED(columns[2]));
	if (check_size(load, line, field, part.len, fault) != 0)
		return -1;
	value = view_make(load->values.at + part.at, part.len);
	if (((field->flags & FIELD_LIST) != 0
		    ? check_list(load, line, field, part.slot, value, fault)
		    : check_element(load, line, field, value, fault)) != 0)
		return -1;
	if (load->part_count == PARTS_MOST)
		return load_refuse(load, line, fault, "the record has too many columns");
	load->parts[load->part_count++] = part;
	return 0;
}

static int
take_line(
    struct load *load, const struct lines *lines, struct view line, struct fault *fault)
{
	struct view columns[5];
	size_t count = load_columns(line, columns, 5);

	if (count == 4)
		return take_value(load, lines->number, columns, fault);
	return load_refuse(load, lines->number, fault,
	    "a line of a record has 4 columns (kind, id, field, value), not %zu", count);
}

/* The form of what was read; line is that of the record. */
static int
make_form(struct load *load, uint64_t line, struct fault *fault)
{
	record_form_clear(&load->form);
	for (size_t i = 0; i < load->part_count; i++) {
		const struct part *part = &load->parts[i];

		if (record_form_get(&load->form, part->slot).len > 0)
			return load_refuse(
			    load, part->line, fault, "a second value for the same field");
		record_form_set(&load->form, part->slot,
		    view_make(load->values.at + part->at, part->len));
	}
	return load->form.full
	    ? load_refuse(load, line, fault, "the record has more than %d attributes",
		  RECORD_EXTRAS)
	    : 0;
}

/* An id that the record answers for is given to no other. */
static int
reserve(struct load *load, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	int result = merged_ids(load->kind, txn_written(load->txn), &ids, fault);
	size_t i;

	for (i = 0; result == 0 && i < ids.count; i++)
		txn_reserve(load->txn, ids.at[i]);
	ids_release(&ids);
	return result;
}

static int
store(struct load *load, uint64_t line, uint64_t id, struct fault *fault)
{
	struct record record;
	int found = 0;

	if (make_form(load, line, fault) != 0)
		return -1;
	if (id <= load->last_id)
		found = txn_record(load->txn, id, &record, fault);
	if (found == 1)
		return load_refuse(load, line, fault,
		    "record %llu comes a second time; "
		    "the lines of a record stand together",
		    (unsigned long long)id);
	if (found < 0 ||
	    change_restore(load->txn, load->kind, id, (uint32_t)txn_rev(load->txn),
		&load->form, CAUSE_ROW, fault) != 0 ||
	    reserve(load, fault) != 0)
		return -1;
	if (id > load->last_id)
		load->last_id = id;
	load->records++;
	if (load->report->record != NULL)
		load->report->record(load->report->context, line, id);
	return 0;
}

static bool
belongs(const struct load *load, struct view line)
{
	return view_begins(line, buf_as_view(&load->prefix)) &&
	    (line.len == load->prefix.len || line.at[load->prefix.len] == '\t');
}

int
load_record(struct load *load, struct lines *lines, struct view line, struct fault *fault)
{
	uint64_t first = lines->number, id;
	const struct kind *kind;
	struct view columns[3];
	bool bare = load_columns(line, columns, 3) == 2;
	int found = load_head(load, first, line, &kind, &id, fault);

	if (found != 1)
		return -1;
	if (kind != load->kind)
		load->field_count = dump_fields(kind, load->fields);
	load->kind = kind;
	load->next_field = load->part_count = load->size_of_record = 0;
	buf_clear(&load->values);
	buf_clear(&load->prefix);
	buf_put(
	    &load->prefix, line.at, (size_t)(columns[1].at - line.at) + columns[1].len);
	if (buf_check(&load->prefix, fault) != 0)
		return -1;
	if (!bare && take_line(load, lines, line, fault) != 0)
		return -1;
	load->done += line.len + 1;
	while ((found = lines_next(lines, &line, fault)) == 1 && belongs(load, line)) {
		if (take_line(load, lines, line, fault) != 0)
			return -1;
		load->done += line.len + 1;
		if (bare)
			return load_refuse(load, first, fault,
			    "a line without a field, and the record has one");
	}
	if (found == 1)
		lines_back(lines, line);
	return found < 0 ? -1 : store(load, first, id, fault);
}
