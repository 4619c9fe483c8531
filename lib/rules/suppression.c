/* SPDX-License-Identifier: ISC */
/* A suppression is a record that goes through an import of its kind, as one from a
 * file does. */
#include "rules/suppression.h"

#include "base/clock.h"
#include "rules/beside.h"

int
suppression_add(
    struct import *import, struct view address, const char *reason, struct fault *fault)
{
	const struct beside_way way = { .kind = &kind_suppression,
		.mode = IMPORT_CREATE };
	struct buf now = BUF_EMPTY;
	struct cell cells[] = { { .slot = SUPPRESSION_ADDRESS, .value = address },
		{ .slot = SUPPRESSION_REASON, .value = view_of(reason) },
		{ .slot = SUPPRESSION_AT } };
	struct draft draft = { .cells = cells, .count = 3 };
	struct beside beside;
	int result;

	time_print(&now, txn_now(import->txn));
	cells[2].value = buf_as_view(&now);
	result = buf_check(&now, fault) != 0
	    ? -1
	    : beside_take(import, &way, &draft, &beside, fault);
	if (result == 0)
		beside_release(&beside);
	buf_release(&now);
	return result;
}
