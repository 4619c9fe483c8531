/* SPDX-License-Identifier: ISC */
/*
 * Rows of kind picklist: a value for a picklist that no field has would never be
 * seen, and one that is in use may not turn into another (TR-8).
 */
#include <stdio.h>

#include "model/usage.h"
#include "model/vocabulary.h"
#include "rules/import_run.h"

static enum step
check_name(struct import *import)
{
	struct view name = record_form_get(&import->form, PICKLIST_NAME);
	struct picklist_value value;
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)(name.len < 63 ? name.len : 63),
	    name.len == 0 ? "" : name.at);
	if (vocabulary_computed(name))
		return import_stop(import, STEP_ERROR, "BAD_VALUE",
		    "name: \"%s\" takes no other values than its own", text);
	return vocabulary_value(import->values.vocabulary, text, 0, &value)
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, "BAD_VALUE",
		  "name: there is no picklist \"%s\"", text);
}

/* What the picklist has already that reads as the value does. */
static int
find_alike(struct import *import, struct view picklist, struct view value,
    struct picklist_value *known, bool *found, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	int result;

	buf_view(&name, picklist);
	result = buf_check(&name, fault);
	*found = result == 0 &&
	    vocabulary_find(import->values.vocabulary, buf_string(&name), value, known);
	buf_release(&name);
	return result;
}

enum step
picklist_keep(struct import *import, struct record record, struct fault *fault)
{
	struct view picklist = record_get(record, PICKLIST_NAME);
	struct view value = record_get(record, PICKLIST_VALUE);
	int shown = (int)(value.len < 80 ? value.len : 80);
	struct usage usage;
	struct picklist_value known;
	bool found;
	int used;

	if (find_alike(import, picklist, value, &known, &found, fault) != 0)
		return STEP_FAULT;
	/* A built-in value that the record hides is there without it. */
	if (found && known.built_in)
		return STEP_GO;
	used = usage_of_value(import->txn, picklist, value, &usage, fault);
	if (used < 1)
		return used < 0 ? STEP_FAULT : STEP_GO;
	if (usage.setting != NULL)
		return import_stop(import, STEP_ERROR, "IN_USE",
		    "value: \"%.*s\" is in use, the setting %s is it", shown, value.at,
		    usage.setting->name);
	return import_stop(import, STEP_ERROR, "IN_USE",
	    "value: \"%.*s\" is in use, #%llu has it", shown, value.at,
	    (unsigned long long)usage.id);
}

/* A value that turns into another, or into one of another picklist. */
static bool
turns(const struct import *import, struct record old)
{
	return !view_equal(record_get(old, PICKLIST_NAME),
		   record_form_get(&import->form, PICKLIST_NAME)) ||
	    !view_equal(record_get(old, PICKLIST_VALUE),
		record_form_get(&import->form, PICKLIST_VALUE));
}

static enum step
only_hidden(struct import *import, uint16_t slot, struct view value, struct fault *fault)
{
	const struct field *field;

	return import_field(import, slot, &field, fault) != 0
	    ? STEP_FAULT
	    : import_stop(import, STEP_ERROR, "BAD_VALUE",
		  "%s: \"%.*s\" is built in, it can only be hidden", field->name,
		  (int)value.len, value.at);
}

/* TR-6: two values that read alike would be taken for each other. */
static enum step
check_alike(struct import *import, const struct record *old, struct fault *fault)
{
	struct view value = record_form_get(&import->form, PICKLIST_VALUE);
	struct picklist_value known;
	uint16_t slot;
	bool found;

	if (find_alike(import, record_form_get(&import->form, PICKLIST_NAME), value,
		&known, &found, fault) != 0)
		return STEP_FAULT;
	if (found && known.built_in)
		for (slot = PICKLIST_MEANING; slot < PICKLIST_HIDDEN; slot++)
			if (record_form_get(&import->form, slot).len > 0)
				return only_hidden(import, slot, known.value, fault);
	if (!found || view_equal(known.value, value) ||
	    (old != NULL && view_equal(known.value, record_get(*old, PICKLIST_VALUE))))
		return STEP_GO;
	return import_stop(import, STEP_ERROR, "BAD_VALUE",
	    "value: \"%.*s\" reads as \"%.*s\", which is there",
	    (int)(value.len < 80 ? value.len : 80), value.at, (int)known.value.len,
	    known.value.at);
}

enum step
picklist_row(struct import *import, const struct record *old, struct fault *fault)
{
	enum step step = STEP_GO;

	if (import->kind != &kind_picklist)
		return STEP_GO;
	step = check_name(import);
	if (step == STEP_GO)
		step = check_alike(import, old, fault);
	return step == STEP_GO && old != NULL && turns(import, *old)
	    ? picklist_keep(import, *old, fault)
	    : step;
}
