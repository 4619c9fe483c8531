/* SPDX-License-Identifier: ISC */
/* A suppression is a record that goes through an import of its kind, as one from a
 * file does. */
#include "rules/suppression.h"

#include "rules/beside.h"

enum step
suppression_put(struct import *import, struct view address, const char *reason,
    struct view at, enum import_mode mode, bool *changed, struct fault *fault)
{
	const struct beside_way way = { .kind = &kind_suppression, .mode = mode };
	struct cell cells[] = { { .slot = SUPPRESSION_ADDRESS, .value = address },
		{ .slot = SUPPRESSION_REASON, .value = view_of(reason) },
		{ .slot = SUPPRESSION_AT, .value = at } };
	struct draft draft = { .cells = cells,
		.count = sizeof(cells) / sizeof(cells[0]) };
	struct beside beside;
	enum step step = STEP_GO;

	if (beside_take(import, &way, &draft, &beside, fault) != 0)
		return STEP_FAULT;
	if (beside.action == ACTION_CREATED || beside.action == ACTION_UPDATED)
		*changed = true;
	else if (beside.action == ACTION_ERROR)
		step = beside_stop(import, &beside);
	beside_release(&beside);
	return step;
}
