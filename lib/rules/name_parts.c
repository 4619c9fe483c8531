/* SPDX-License-Identifier: ISC */
/*
 * A full name says less than its parts, so it is ignored where a row has
 * those (design A4); alone it is stored as given and also split.
 */
#include "rules/plan_parts.h"

enum { FIRST, MIDDLE, LAST, SUFFIX };

void
drafting_name(struct drafting *d)
{
	struct plan *plan = d->plan;
	struct name_parts split;
	struct view parts[NAME_PARTS];
	struct cell *name, *cell;
	size_t i;

	if (plan->name == NULL)
		return;
	name = &d->cells[plan->name->index];
	if (drafting_is_filled(d, plan->parts[FIRST]) ||
	    drafting_is_filled(d, plan->parts[LAST])) {
		name->slot = FIELD_NONE;
		return;
	}
	if (!drafting_is_filled(d, plan->name))
		return;
	name_split(name->value, &split);
	parts[FIRST] = split.first;
	parts[MIDDLE] = split.middle;
	parts[LAST] = split.last;
	parts[SUFFIX] = split.suffix;
	for (i = 0; i < NAME_PARTS; i++) {
		cell = &d->cells[plan->parts[i]->index];
		if (parts[i].len > 0 && !drafting_is_filled(d, plan->parts[i]))
			*cell = (struct cell){ plan->parts[i]->slot, CELL_SPLIT,
				name->column, parts[i] };
	}
}
