/* SPDX-License-Identifier: ISC */
/*
 * Which systems there are for ids that are given bare. Those of the file stand
 * first in the list, so that both questions are a piece of it.
 */
#include "base/array.h"
#include "rules/import_run.h"

static int
put(struct systems *systems, uint16_t slot, bool own, struct fault *fault)
{
	uint16_t *slots = array_room(
	    systems->slots, systems->count, &systems->cap, sizeof(*slots), fault);
	size_t at = own ? systems->own : systems->count;

	if (slots == NULL)
		return -1;
	systems->slots = slots;
	slots[systems->count++] = slots[at];
	slots[at] = slot;
	systems->own += own;
	return 0;
}

/* Events name jobs by ids of the map's system, though no column is one. */
static int
named_slot(struct import *import, uint16_t *slot, struct fault *fault)
{
	*slot = FIELD_NONE;
	if (import->kind != &kind_status_event || import->plan == NULL)
		return 0;
	return txn_name_slot(import->txn, NAME_EXT, view_of(plan_system(import->plan)),
		   false, slot, fault) < 0
	    ? -1
	    : 0;
}

int
systems_read(struct import *import, struct fault *fault)
{
	struct systems *systems = &import->systems;
	enum name_class class;
	uint16_t slot, named;
	int found;

	systems->count = systems->own = 0;
	if (named_slot(import, &named, fault) != 0)
		return -1;
	for (slot = RECORD_FIXED;
	     (found = txn_slot_class(import->txn, slot, &class, fault)) == 1; slot++)
		if (class == NAME_EXT &&
		    put(systems, slot,
			slot == named ||
			    (import->plan != NULL && plan_has_ids(import->plan, slot)),
			fault) != 0)
			return -1;
	return found;
}

int
systems_add(struct import *import, uint16_t slot, struct fault *fault)
{
	const struct systems *systems = &import->systems;
	size_t i;

	for (i = 0; i < systems->count; i++)
		if (systems->slots[i] == slot)
			return 0;
	return put(&import->systems, slot, true, fault);
}
