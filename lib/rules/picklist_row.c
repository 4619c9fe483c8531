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
		    "name: the values of \"%s\" are computed, it takes no others", text);
	return vocabulary_value(import->values.vocabulary, text, 0, &value)
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, "BAD_VALUE",
		  "name: there is no picklist \"%s\"", text);
}

/* A built-in value that the record hides is there without it. */
static enum step
check_use(struct import *import, struct record old, struct fault *fault)
{
	struct view picklist = record_get(old, PICKLIST_NAME);
	struct view value = record_get(old, PICKLIST_VALUE);
	struct picklist_value known;
	struct buf name = BUF_EMPTY;
	struct usage usage;
	int used = -1;

	if (view_equal(picklist, record_form_get(&import->form, PICKLIST_NAME)) &&
	    view_equal(value, record_form_get(&import->form, PICKLIST_VALUE)))
		return STEP_GO;
	buf_view(&name, picklist);
	if (buf_check(&name, fault) == 0)
		used = vocabulary_find(
			   import->values.vocabulary, buf_string(&name), value, &known) &&
			known.built_in
		    ? 0
		    : usage_of_value(import->txn, picklist, value, &usage, fault);
	buf_release(&name);
	if (used < 1)
		return used < 0 ? STEP_FAULT : STEP_GO;
	if (usage.setting != NULL)
		return import_stop(import, STEP_ERROR, "IN_USE",
		    "value: \"%.*s\" is in use, the setting %s is it",
		    (int)(value.len < 80 ? value.len : 80), value.at,
		    usage.setting->name);
	return import_stop(import, STEP_ERROR, "IN_USE",
	    "value: \"%.*s\" is in use, #%llu has it",
	    (int)(value.len < 80 ? value.len : 80), value.at,
	    (unsigned long long)usage.id);
}

enum step
picklist_row(struct import *import, const struct record *old, struct fault *fault)
{
	enum step step = STEP_GO;

	if (import->kind != &kind_picklist)
		return STEP_GO;
	step = check_name(import);
	return step == STEP_GO && old != NULL ? check_use(import, *old, fault) : step;
}
