/* SPDX-License-Identifier: ISC */
/*
 * FIELD=VALUE from the command line, as cells. A mistake here is one of usage:
 * it is told before anything is read or stored.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/fold.h"
#include "rules/import_run.h"

static int
compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return (x->slot > y->slot) - (x->slot < y->slot);
}

static int
find_slot(struct import *import, struct view name, uint16_t *slot,
    const struct field **field, struct view *attribute, struct fault *fault)
{
	bool ext = view_begins(name, VIEW("ext."));
	const char *near;
	int made;

	*attribute = (struct view){ NULL, 0 };
	*field = kind_field(import->kind, name);
	if (*field != NULL) {
		*slot = (*field)->slot;
		return 0;
	}
	if (ext || view_begins(name, VIEW("attr."))) {
		*attribute = view_from(name, ext ? 4 : 5);
		*field = ext ? &field_ext : &field_attr;
		made = txn_name_slot(import->txn, ext ? NAME_EXT : NAME_ATTR,
		    *attribute, true, slot, fault);
		return made < 0 ? -1 : 0;
	}
	near = kind_suggest(import->kind, name);
	return fault_set(fault, FAULT_USAGE, "%.*s: no field of kind %s%s%s%s",
	    (int)(name.len < 80 ? name.len : 80), name.at, import->kind->name,
	    near == NULL ? " (attr.NAME keeps what you like)" :
	    " (did you mean ", near == NULL ? "" : near,
	    near == NULL ? "" : "?)");
}

static int
read_cell(struct import *import, const char *operand, struct cell *cell,
    struct buf *bytes, size_t *begin, struct problem *problem,
    struct fault *fault)
{
	const char *equals = strchr(operand, '=');
	struct view name, value, attribute;
	const struct field *field;
	struct problem why;

	if (equals == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "%s: not of the form FIELD=VALUE", operand);
	name = view_make(operand, (size_t)(equals - operand));
	value = text_trim(view_of(equals + 1));
	*cell = (struct cell){ .flags = 0 };
	if (find_slot(import, name, &cell->slot, &field, &attribute, fault) != 0)
		return -1;
	if ((field->flags & (FIELD_DERIVED | FIELD_SYSTEM | FIELD_RULES)) != 0)
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: is computed and cannot be set", (int)name.len,
		    name.at);
	*begin = bytes->len;
	if (value.len == 0) {
		cell->flags = CELL_BLANK;
		return 0;
	}
	if (!value_read(bytes, field, attribute, value, &import->values,
	    &why)) {
		if (problem->code == NULL) {
			problem->code = why.code;
			snprintf(problem->text, sizeof(problem->text),
			    "%.*s: %.*s", (int)(name.len < 80 ? name.len : 80),
			    name.at, 150, why.text);
		}
		return 0;
	}
	cell->value.len = bytes->len - *begin;
	return buf_check(bytes, fault);
}

/* A full name is split, unless parts stand beside it. */
static size_t
split_name(struct import *import, struct cell *cells, size_t count)
{
	static const uint16_t slots[] = { CONTACT_FIRST_NAME,
		CONTACT_MIDDLE_NAME, CONTACT_LAST_NAME, CONTACT_SUFFIX };
	struct draft draft = { .cells = cells, .count = count };
	const struct cell *name;
	struct name_parts parts;
	struct view values[4];
	size_t i;

	if (import->kind != &kind_contact ||
	    (name = draft_cell(&draft, CONTACT_NAME)) == NULL ||
	    name->value.len == 0)
		return count;
	for (i = 0; i < 4; i++)
		if (draft_cell(&draft, slots[i]) != NULL)
			return count;
	name_split(name->value, &parts);
	values[0] = parts.first;
	values[1] = parts.middle;
	values[2] = parts.last;
	values[3] = parts.suffix;
	for (i = 0; i < 4; i++)
		if (values[i].len > 0)
			cells[count++] = (struct cell){ .slot = slots[i],
				.flags = CELL_SPLIT, .value = values[i] };
	qsort(cells, count, sizeof(*cells), compare_cells);
	return count;
}

int
import_cells_read(struct import *import, const char *const *operands,
    size_t count, struct cell **out, size_t *out_count, struct buf *bytes,
    struct problem *problem, struct fault *fault)
{
	struct cell *cells = calloc(count + 4, sizeof(*cells));
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
		if (read_cell(import, operands[i], cells + i, bytes, begins + i,
		    problem, fault) != 0)
			goto done;
	/* The bytes have stopped moving, so values can point to them. */
	for (i = 0; i < count; i++)
		if (cells[i].value.len > 0)
			cells[i].value.at = bytes->at + begins[i];
	qsort(cells, count, sizeof(*cells), compare_cells);
	for (i = 1; i < count; i++)
		if (cells[i].slot == cells[i - 1].slot) {
			fault_set(fault, FAULT_USAGE,
			    "a field is given twice: %s", operands[i]);
			goto done;
		}
	*out_count = split_name(import, cells, count);
	*out = cells;
	cells = NULL;
	result = 0;
done:
	free(cells);
	free(begins);
	return result;
}

int
import_sets_read(struct import *import, struct fault *fault)
{
	struct problem problem;

	if (import_cells_read(import, import->options.sets,
	    import->options.set_count, &import->sets, &import->set_count,
	    &import->set_bytes, &problem, fault) != 0)
		return -1;
	return problem.code == NULL ? 0 : fault_set(fault, FAULT_USAGE,
	    "--set %s (%s)", problem.text, problem.code);
}
