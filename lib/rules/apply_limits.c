/* SPDX-License-Identifier: ISC */
/*
 * What is stored has to go out and come in again, so the limits of a row hold
 * for what several rows make of a record, too: lists that imports add to, and
 * columns of several files.
 */
#include "rules/import_run.h"

#include "table/reader.h"

static size_t
count_elements(struct import *import, struct view list)
{
	struct view element;
	size_t count = 0;

	while (list_next(&list, &element, &import->scratch))
		count++;
	return count;
}

static enum step
check_value(struct import *import, uint16_t slot, struct view value, struct fault *fault)
{
	const struct field *field;

	/* Shorter than any list of too many. */
	if (value.len < 2 * LIST_MOST)
		return STEP_GO;
	if (import_field(import, slot, &field, fault) != 0)
		return STEP_FAULT;
	if (field == NULL)
		return STEP_GO;
	if (value.len > READER_VALUE_MAX)
		return import_stop(import, STEP_ERROR, "TOO_LONG",
		    "%s: would have more than 1 MiB", field->name);
	if ((field->flags & FIELD_LIST) != 0 && count_elements(import, value) > LIST_MOST)
		return import_stop(import, STEP_ERROR, "TOO_LONG",
		    "%s: would be a list of more than %d elements", field->name,
		    LIST_MOST);
	return STEP_GO;
}

static size_t
values_size(const struct record_form *form)
{
	size_t size = 0, i;
	uint64_t rest;

	for (rest = form->present; rest != 0; rest &= rest - 1)
		size += form->fixed[__builtin_ctzll(rest)].len;
	for (i = 0; i < form->extra_count; i++)
		size += form->extras[i].value.len;
	return size;
}

enum step
apply_limits(struct import *import, bool is_new, struct fault *fault)
{
	const struct record_form *form = &import->form;
	size_t size = record_size(form), i;
	uint64_t rest;
	enum step step = STEP_GO;

	if (size < 2 * LIST_MOST)
		return STEP_GO;
	/* A row that makes a record was measured as a row, but --set adds to it. */
	if (is_new ? values_size(form) > VALUES_MOST : size > READER_RECORD_MAX)
		return import_stop(import, STEP_ERROR, "TOO_LONG",
		    "the record would have more than 4 MiB");
	for (rest = form->present; rest != 0 && step == STEP_GO; rest &= rest - 1) {
		i = (size_t)__builtin_ctzll(rest);
		step = check_value(import, (uint16_t)i, form->fixed[i], fault);
	}
	for (i = 0; i < form->extra_count && step == STEP_GO; i++)
		step = check_value(
		    import, form->extras[i].slot, form->extras[i].value, fault);
	return step;
}
