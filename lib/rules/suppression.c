/* SPDX-License-Identifier: ISC */
/* A suppression is a record that goes through an import of its kind, as one from a
 * file does, where there is an import. */
#include "rules/suppression.h"

#include "model/change.h"
#include "model/mailable.h"
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

int
suppression_add(struct txn *txn, struct view address, struct view reason, struct view at,
    uint64_t *made, struct fault *fault)
{
	struct record_form form;
	uint64_t id;
	int there = mailable_suppressed(txn, address, fault);

	if (there != 0)
		return there < 0 ? -1 : 0;
	record_form_clear(&form);
	record_form_set(&form, SUPPRESSION_ADDRESS, address);
	record_form_set(&form, SUPPRESSION_REASON, reason);
	record_form_set(&form, SUPPRESSION_AT, at);
	++*made;
	return change_create(txn, &kind_suppression, &form, 0, CAUSE_ROW, &id, fault);
}
