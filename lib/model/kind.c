/* SPDX-License-Identifier: ISC */
/*
 * The registry of kinds, and lookups in their tables. Tables are short, so
 * lookups compare names one by one.
 */
#include "model/kind.h"

#include <stdio.h>
#include <stdlib.h>

#define KINDS_MAX 32

static const struct kind *kinds[KINDS_MAX] = { &kind_contact, &kind_organization,
	&kind_job, &kind_placement, &kind_event, &kind_participation, &kind_note,
	&kind_user, &kind_role, &kind_employee, &kind_workspace, &kind_campaign,
	&kind_invitation, &kind_suppression, &kind_picklist, &kind_attribute, &kind_query,
	&kind_status_event, &kind_erasure };

const struct field field_ext = { "ext", FIELD_NONE, TYPE_TEXT,
	FIELD_LIST | FIELD_INDEXED | FIELD_KEY | FIELD_EXACT, NULL, "003A000001abcDEIAY",
	NULL };
const struct field field_attr = { "attr", FIELD_NONE, TYPE_TEXT, 0, NULL, "Berlin office",
	NULL };

const struct kind *
kind_at(size_t index)
{
	return index < KINDS_MAX ? kinds[index] : NULL;
}

const struct kind *
kind_by_name(struct view name)
{
	size_t i;

	for (i = 0; i < KINDS_MAX && kinds[i] != NULL; i++)
		if (view_is(name, kinds[i]->name))
			return kinds[i];
	return NULL;
}

const struct kind *
kind_by_number(uint8_t number)
{
	size_t i;

	for (i = 0; i < KINDS_MAX && kinds[i] != NULL; i++)
		if (kinds[i]->number == number)
			return kinds[i];
	return NULL;
}

int
kind_register(const struct kind *kind, struct fault *fault)
{
	size_t i, j;

	if (kind_by_name(view_of(kind->name)) != NULL ||
	    kind_by_number(kind->number) != NULL)
		return fault_set(fault, FAULT_INTERNAL,
		    "kind %s: name or number is taken", kind->name);
	for (i = 0; i < kind->count; i++)
		for (j = 0; j < i; j++)
			if (kind->fields[i].slot == kind->fields[j].slot ||
			    strcmp(kind->fields[i].name, kind->fields[j].name) == 0)
				return fault_set(fault, FAULT_INTERNAL,
				    "kind %s: %s repeats the slot or name of %s",
				    kind->name, kind->fields[i].name,
				    kind->fields[j].name);
	for (i = 0; i < KINDS_MAX && kinds[i] != NULL; i++)
		;
	if (i == KINDS_MAX)
		return fault_set(fault, FAULT_INTERNAL, "too many kinds");
	kinds[i] = kind;
	return 0;
}

const struct field *
kind_field(const struct kind *kind, struct view name)
{
	size_t i;

	for (i = 0; i < kind->count; i++)
		if (view_is(name, kind->fields[i].name))
			return kind->fields + i;
	return NULL;
}

const struct field *
kind_slot(const struct kind *kind, uint16_t slot)
{
	const struct field *field;
	size_t i;

	for (i = 0; (field = kind_each(kind, i)) != NULL && field->slot != slot; i++)
		;
	return field;
}

const struct field *
kind_each(const struct kind *kind, size_t index)
{
	return index < kind->count ? kind->fields + index
	    : index - kind->count < kind->hidden_count
	    ? kind->hidden + (index - kind->count)
	    : NULL;
}

const struct field *
kind_hidden(const struct kind *kind, const char *name)
{
	size_t i;

	for (i = 0; i < kind->hidden_count; i++)
		if (strcmp(kind->hidden[i].name, name) == 0)
			return kind->hidden + i;
	return NULL;
}

bool
kind_hides(const struct kind *kind, uint16_t slot)
{
	size_t i;

	for (i = 0; i < kind->hidden_count; i++)
		if (kind->hidden[i].slot == slot)
			return true;
	return false;
}

int
kind_field_of_slot(struct txn *txn, const struct kind *kind, uint16_t slot,
    const struct field **field, struct fault *fault)
{
	enum name_class class;
	int found;

	if (slot < RECORD_FIXED || slot >= FIELD_VIRTUAL) {
		*field = kind_slot(kind, slot);
		return 0;
	}
	found = txn_slot_class(txn, slot, &class, fault);
	if (found < 0)
		return -1;
	*field = found == 0 ? NULL : class == NAME_EXT ? &field_ext : &field_attr;
	return 0;
}

bool
kind_may_refer(const struct field *field, const struct kind *of, struct record record)
{
	return of != &kind_user || strcmp(field->name, "assigned_to") != 0 ||
	    !view_is(record_get(record, USER_TYPE), "External");
}

/* Edit distance, capped; names are short. */
static unsigned
distance(struct view a, const char *b)
{
	unsigned row[65], diagonal, above, cost;
	size_t n = strlen(b), i, j;

	if (n > 64 || a.len > 64)
		return 99;
	for (j = 0; j <= n; j++)
		row[j] = (unsigned)j;
	for (i = 0; i < a.len; i++) {
		diagonal = row[0];
		row[0] = (unsigned)i + 1;
		for (j = 0; j < n; j++) {
			above = row[j + 1];
			cost = diagonal + (a.at[i] != b[j]);
			if (cost > above + 1)
				cost = above + 1;
			if (cost > row[j] + 1)
				cost = row[j] + 1;
			diagonal = above;
			row[j + 1] = cost;
		}
	}
	return row[n];
}

const char *
kind_suggest(const struct kind *kind, struct view name)
{
	const char *best = NULL;
	size_t i, len, most = 2 + name.len / 4;
	unsigned least = 99, d;

	for (i = 0; i < kind->count; i++) {
		/* As far apart as their lengths are, at least. */
		len = strlen(kind->fields[i].name);
		if (len > name.len + most || name.len > len + most)
			continue;
		d = distance(name, kind->fields[i].name);
		if (d < least) {
			least = d;
			best = kind->fields[i].name;
		}
	}
	return least <= most ? best : NULL;
}
