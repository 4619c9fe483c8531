/* SPDX-License-Identifier: ISC */
/*
 * FIELD=VALUE from the command line, as cells. A field that does not exist is a
 * mistake of usage, told before anything is read or stored; a value is checked
 * like that of a cell of a file.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/fold.h"
#include "rules/header.h"
#include "rules/people.h"

/* Text of a file is checked where it is read, that of operands here. */
static bool
is_text(struct view text, struct problem *problem)
{
	size_t valid = utf8_valid(text), i;
	unsigned char byte;

	for (i = 0; i < text.len; i++) {
		byte = (unsigned char)text.at[i];
		if (i == valid) {
			problem->code = "BAD_ENCODING";
			snprintf(problem->text, sizeof(problem->text),
			    "byte 0x%02x is not UTF-8", byte);
			return false;
		}
		if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') {
			problem->code = "BAD_CHARACTER";
			snprintf(problem->text, sizeof(problem->text),
			    "control character 0x%02x", byte);
			return false;
		}
	}
	return true;
}

/* The slot of ext.NAME or attr.NAME, which are made when they are new. */
static int
named_slot(struct import *import, struct view name, uint16_t *slot,
    const struct field **field, struct buf *attribute, struct fault *fault)
{
	bool ext = view_begins(name, VIEW("ext."));
	struct problem problem;
	size_t i;
	int made;

	*field = ext ? &field_ext : &field_attr;
	name = view_from(name, ext ? 4 : 5);
	if (!is_text(name, &problem))
		return fault_set(fault, FAULT_USAGE, "%s.NAME: %s", ext ? "ext" : "attr",
		    problem.text);
	if (!ext)
		attribute_name(attribute, name);
	for (i = 0; ext && i < name.len; i++)
		if (strchr(" \t\r\n,;:+\"", name.at[i]) != NULL)
			return fault_set(fault, FAULT_USAGE,
			    "ext.%.*s: the "
			    "name of a system has no blanks and none of "
			    ", ; : + \"",
			    (int)(name.len < 80 ? name.len : 80), name.at);
	if (ext)
		buf_view(attribute, name);
	if (buf_check(attribute, fault) != 0)
		return -1;
	made = txn_name_slot(import->txn, ext ? NAME_EXT : NAME_ATTR,
	    buf_as_view(attribute), true, slot, fault);
	if (made < 0 && fault->kind == FAULT_INPUT)
		fault->kind = FAULT_USAGE;
	return made < 0 ? -1 : 0;
}

static int
find_slot(struct import *import, struct view name, uint16_t *slot,
    const struct field **field, struct buf *attribute, struct fault *fault)
{
	const char *near;

	*field = kind_field(import->kind, name);
	if (*field != NULL) {
		*slot = (*field)->slot;
		return 0;
	}
	*field = people_field(import->kind, name, slot);
	if (*field != NULL)
		return 0;
	if (view_begins(name, VIEW("ext.")) || view_begins(name, VIEW("attr.")))
		return named_slot(import, name, slot, field, attribute, fault);
	near = kind_suggest(import->kind, name);
	return fault_set(fault, FAULT_USAGE, "%.*s: no field of kind %s%s%s%s",
	    (int)(name.len < 80 ? name.len : 80), name.at, import->kind->name,
	    near == NULL ? " (attr.NAME keeps what you like)" : " (did you mean ",
	    near == NULL ? "" : near, near == NULL ? "" : "?)");
}

/* The value of a cell goes to *bytes, or what is wrong with it to *problem,
 * which keeps the first. */
static void
read_value(struct import *import, const struct field *field, struct view name,
    struct view attribute, struct view value, struct cell *cell, struct buf *bytes,
    struct problem *problem)
{
	size_t begin = bytes->len;
	struct problem why;
	bool read = is_text(value, &why);

	if (read && (cell->flags & CELL_READ_ONLY) != 0)
		buf_view(bytes, value);
	else if (read)
		read = value_read(bytes, field, attribute, value, &import->values, &why);
	cell->value.len = bytes->len - begin;
	if (read || problem->code != NULL)
		return;
	problem->code = why.code;
	snprintf(problem->text, sizeof(problem->text), "%.*s: %.*s",
	    (int)(name.len < 80 ? name.len : 80), name.at, 210, why.text);
}

/* What an edit sets is set on purpose: a value, and more than one for a list only. */
static int
check_edit(const struct import *import, const char *operand, const struct field *field,
    struct view name, const struct cell *cell, struct view value, struct fault *fault)
{
	int shown = (int)(name.len < 80 ? name.len : 80);

	if (!import->options.edits)
		return 0;
	if (value.len == 0)
		return fault_set(fault, FAULT_USAGE,
		    "%.*s=: a value is missing (--clear %.*s empties it)", shown, name.at,
		    shown, name.at);
	if ((cell->flags & (CELL_ADD | CELL_REMOVE)) != 0 &&
	    (field->flags & FIELD_LIST) == 0)
		return fault_set(fault, FAULT_USAGE, "%.80s: %.*s is no list", operand,
		    shown, name.at);
	return 0;
}

static int
read_cell(struct import *import, const char *operand, struct cell *cell,
    struct buf *bytes, size_t *begin, struct problem *problem, struct fault *fault)
{
	const char *equals = strchr(operand, '=');
	struct buf attribute = BUF_EMPTY;
	struct view name, value;
	const struct field *field;
	int result = -1;

	if (equals == NULL)
		return fault_set(
		    fault, FAULT_USAGE, "%s: not of the form FIELD=VALUE", operand);
	name = view_make(operand, (size_t)(equals - operand));
	value = text_trim(view_of(equals + 1));
	*cell = (struct cell){ .flags = 0 };
	if (import->options.edits && name.len > 0 &&
	    (equals[-1] == '+' || equals[-1] == '-')) {
		cell->flags = equals[-1] == '+' ? CELL_ADD : CELL_REMOVE;
		name.len--;
	}
	*begin = bytes->len;
	if (find_slot(import, name, &cell->slot, &field, &attribute, fault) != 0)
		goto done;
	if ((field->flags & (FIELD_DERIVED | FIELD_SYSTEM | FIELD_RULES)) != 0)
		cell->flags = CELL_READ_ONLY;
	if (check_edit(import, operand, field, name, cell, value, fault) != 0)
		goto done;
	if (value.len == 0)
		cell->flags |= CELL_BLANK;
	else
		read_value(import, field, name, buf_as_view(&attribute), value, cell,
		    bytes, problem);
	result = buf_check(bytes, fault);
done:
	buf_release(&attribute);
	return result;
}

int
import_cells_read(struct import *import, const char *const *operands, size_t count,
    struct cell **out, size_t *out_count, struct buf *bytes, struct problem *problem,
    struct fault *fault)
{
	struct cell *cells = calloc(count + DRAFT_NAME_PARTS, sizeof(*cells));
	struct draft draft = { .cells = cells, .count = count };
	/* A list may be added to and taken from more than once. */
	const unsigned ops = CELL_ADD | CELL_REMOVE;
	size_t *begins = calloc(count + 1, sizeof(*begins));
	size_t i;
	int result = -1;

	*out = NULL;
	*out_count = 0;
	problem->code = NULL;
	if (cells == NULL || begins == NULL) {
		fault_memory(fault);
		goto done;
	}
	for (i = 0; i < count; i++)
		if (read_cell(import, operands[i], cells + i, bytes, begins + i, problem,
			fault) != 0)
			goto done;
	/* The bytes have stopped moving, so values can point to them. */
	for (i = 0; i < count; i++)
		if (cells[i].value.len > 0)
			cells[i].value.at = bytes->at + begins[i];
	draft_sort(&draft);
	for (i = 1; i < count; i++)
		if (cells[i].slot == cells[i - 1].slot &&
		    ((cells[i].flags & cells[i - 1].flags & ops) == 0 &&
			(cells[i].flags & ops) + (cells[i - 1].flags & ops) != ops)) {
			fault_set(fault, FAULT_USAGE, "a field is given twice: %s",
			    operands[i]);
			goto done;
		}
	if (import->kind == &kind_contact)
		draft_split_name(&draft);
	*out_count = draft.count;
	*out = cells;
	cells = NULL;
	result = 0;
done:
	free(cells);
	free(begins);
	return result;
}

/* Behind what is set comes what is emptied. */
static int
read_clears(struct import *import, struct fault *fault)
{
	struct draft draft;
	struct buf attribute = BUF_EMPTY;
	struct cell *grown;
	const struct field *field;
	size_t i, count = import->options.clear_count;
	int result = 0;

	if (count == 0)
		return 0;
	grown =
	    reallocarray(import->sets, import->set_count + count, sizeof(*import->sets));
	if (grown == NULL)
		return fault_memory(fault);
	import->sets = grown;
	for (i = 0; result == 0 && i < count; i++) {
		struct view name = view_of(import->options.clears[i]);
		struct cell *cell = &grown[import->set_count];

		*cell = (struct cell){ .flags = CELL_CLEAR };
		buf_clear(&attribute);
		result = find_slot(import, name, &cell->slot, &field, &attribute, fault);
		if (result == 0 &&
		    (field->flags & (FIELD_DERIVED | FIELD_SYSTEM | FIELD_RULES)) != 0)
			cell->flags |= CELL_READ_ONLY;
		if (result != 0)
			fault_wrap(fault, "--clear");
		draft = (struct draft){ .cells = grown, .count = import->set_count };
		if (result == 0 && draft_cell(&draft, cell->slot) != NULL)
			result = fault_set(fault, FAULT_USAGE,
			    "--clear %s: the field is given twice",
			    import->options.clears[i]);
		draft.count = ++import->set_count;
		draft_sort(&draft);
	}
	buf_release(&attribute);
	return result;
}

/* A full name and a part of it, set together, would contradict each other. */
static int
check_name(const struct import *import, struct fault *fault)
{
	const struct draft sets = { .cells = import->sets, .count = import->set_count };
	const struct cell *name = draft_cell(&sets, CONTACT_NAME), *part;
	unsigned slot;

	if (!import->options.edits || import->kind != &kind_contact || name == NULL ||
	    name->value.len == 0)
		return 0;
	for (slot = CONTACT_FIRST_NAME; slot <= CONTACT_SUFFIX; slot++) {
		part = draft_cell(&sets, (uint16_t)slot);
		if (part != NULL && (part->flags & CELL_SPLIT) == 0)
			return fault_set(fault, FAULT_USAGE,
			    "--set name=: goes with none of the parts of a name");
	}
	return 0;
}

int
import_sets_read(struct import *import, struct fault *fault)
{
	const char *option =
	    import->options.set_option == NULL ? "--set" : import->options.set_option;
	const struct field *field;
	struct problem problem;
	size_t i;

	if (import_cells_read(import, import->options.sets, import->options.set_count,
		&import->sets, &import->set_count, &import->set_bytes, &problem,
		fault) != 0)
		return fault_wrap(fault, "%s", option);
	if (read_clears(import, fault) != 0 || check_name(import, fault) != 0)
		return -1;
	for (i = 0; i < import->set_count; i++) {
		if ((import->sets[i].flags & CELL_READ_ONLY) == 0)
			continue;
		if (import_field(import, import->sets[i].slot, &field, fault) != 0)
			return -1;
		if ((import->sets[i].flags & CELL_CLEAR) != 0)
			option = "--clear";
		return fault_set(fault, FAULT_USAGE,
		    "%s %s: is computed "
		    "and cannot be set",
		    option, field->name);
	}
	return problem.code == NULL ? 0
				    : fault_set(fault, FAULT_USAGE, "%s %s (%s)", option,
					  problem.text, problem.code);
}

int
import_text_check(const struct import *import, const char *option,
    const struct field *field, const char *given, struct fault *fault)
{
	struct view text = text_trim(view_of(given));
	struct buf read = BUF_EMPTY;
	struct problem problem;
	int result = 0;

	if (text_trim_wide(text).len == 0)
		return fault_set(fault, FAULT_USAGE, "%s: is empty", option);
	if (!is_text(text, &problem) ||
	    !value_read(&read, field, VIEW(""), text, &import->values, &problem))
		result = fault_set(fault, FAULT_USAGE, "%s: %s (%s)", option,
		    problem.text, problem.code);
	else
		result = buf_check(&read, fault);
	buf_release(&read);
	return result;
}

static bool
read_number(struct view text, uint64_t *number)
{
	size_t i;

	*number = 0;
	for (i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)(text.at[i] - '0');

		if (digit > 9 || *number > (UINT64_MAX - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return text.len > 0 && *number > 0;
}

int
import_own_id(struct import *import, struct draft *draft, struct fault *fault)
{
	struct cell *cells = draft->cells;
	const struct field *field;
	size_t i, n = 0;

	for (i = 0; i < draft->count; i++) {
		bool is_id, is_rev;

		if (import_field(import, cells[i].slot, &field, fault) != 0)
			return -1;
		is_id = field != NULL && view_is(view_of(field->name), "id");
		is_rev = field != NULL && view_is(view_of(field->name), "rev");
		if (!is_id && !is_rev) {
			cells[n++] = cells[i];
			continue;
		}
		if (cells[i].value.len == 0)
			continue;
		if (!read_number(cells[i].value, is_id ? &draft->id : &draft->rev))
			return fault_set(
			    fault, FAULT_USAGE, "%s: not a number", field->name);
		draft->has_id |= is_id;
		draft->has_rev |= is_rev;
	}
	draft->count = n;
	if (draft->has_id && !draft->has_rev &&
	    (import->options.key == NULL || strcmp(import->options.key, "id") != 0))
		return fault_set(fault, FAULT_INPUT,
		    "id: whose? --key id if "
		    "it is this store's, ext.NAME if it is NAME's");
	return 0;
}
