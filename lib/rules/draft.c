/* SPDX-License-Identifier: ISC */
/* Cells by slot. */
#include "rules/draft.h"

#include <stdlib.h>

const struct cell *
draft_cell(const struct draft *draft, uint16_t slot)
{
	size_t low = 0, high = draft->count, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (draft->cells[middle].slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low < draft->count && draft->cells[low].slot == slot ? draft->cells + low
								    : NULL;
}

static int
compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return (x->slot > y->slot) - (x->slot < y->slot);
}

void
draft_sort(struct draft *draft)
{
	if (draft->count > 1)
		qsort(draft->cells, draft->count, sizeof(*draft->cells), compare_cells);
}

void
draft_split_name(struct draft *draft)
{
	static const uint16_t slots[DRAFT_NAME_PARTS] = { CONTACT_FIRST_NAME,
		CONTACT_MIDDLE_NAME, CONTACT_LAST_NAME, CONTACT_SUFFIX };
	const struct cell *name = draft_cell(draft, CONTACT_NAME);
	struct name_parts parts;
	struct view values[DRAFT_NAME_PARTS];
	size_t i;

	if (name == NULL || name->value.len == 0)
		return;
	for (i = 0; i < DRAFT_NAME_PARTS; i++)
		if (draft_cell(draft, slots[i]) != NULL)
			return;
	name_split(name->value, &parts);
	values[0] = parts.first;
	values[1] = parts.middle;
	values[2] = parts.last;
	values[3] = parts.suffix;
	for (i = 0; i < DRAFT_NAME_PARTS; i++)
		if (values[i].len > 0)
			draft->cells[draft->count++] = (struct cell){
				.slot = slots[i], .flags = CELL_SPLIT, .value = values[i]
			};
	draft_sort(draft);
}
