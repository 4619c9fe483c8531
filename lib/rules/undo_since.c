/* SPDX-License-Identifier: ISC */
/*
 * Who is in the way where a record has changed since the run: a run that undid
 * another and left what had been before that one is no change, nor is the one
 * that it undid, so both are passed over.
 */
#include <stdlib.h>

#include "base/array.h"
#include "rules/undo_parts.h"
#include "store/history.h"
#include "store/log.h"

/* A run that touched a record, and what it left of it. */
struct touch {
	uint64_t rev;
	struct record left;
};

struct touches {
	struct touch *at;
	size_t count, cap;
};

static int
add_touch(struct touches *touches, uint64_t rev, struct record left, struct fault *fault)
{
	struct touch *at =
	    array_room(touches->at, touches->count, &touches->cap, sizeof(*at), fault);

	if (at == NULL)
		return -1;
	touches->at = at;
	at[touches->count++] = (struct touch){ rev, left };
	return 0;
}

static int
find_touches(struct undo *undo, uint64_t id, struct touches *touches, struct fault *fault)
{
	static const struct record none = { NULL, 0 };
	struct version_walk walk;
	struct record version;
	uint64_t until = UINT64_MAX, before = UINT64_MAX;
	int found;

	if (version_walk_open(&walk, undo->txn, id, fault) != 0)
		return -1;
	while ((found = version_walk_next(&walk, &version, &until, fault)) == 1) {
		if ((before < record_rev(version) &&
			add_touch(touches, before, none, fault) != 0) ||
		    add_touch(touches, record_rev(version), version, fault) != 0) {
			found = -1;
			break;
		}
		before = until;
	}
	version_walk_close(&walk);
	if (found == 0 && until != UINT64_MAX)
		found = add_touch(touches, until, none, fault);
	return found;
}

int
undo_in_the_way(struct undo *undo, uint64_t id, uint64_t *rev, struct fault *fault)
{
	struct touches touches = { NULL, 0, 0 };
	struct log_row row = { .undoes = 0 };
	size_t last, i;
	int found = find_touches(undo, id, &touches, fault);

	for (last = touches.count; found == 0 && last > 1; last = i) {
		struct touch *touch = &touches.at[last - 1];

		if (touch->rev <= undo->rev)
			break;
		*rev = touch->rev;
		if (log_row(undo->txn, touch->rev, &row, fault) < 0)
			found = -1;
		i = last - 1;
		while (i > 0 && touches.at[i].rev > row.undoes)
			i--;
		if (found != 0 || i == 0 || touches.at[i].rev != row.undoes ||
		    row.undoes <= undo->rev ||
		    !undo_same(undo, touch->left, touches.at[i - 1].left))
			break;
	}
	free(touches.at);
	return found;
}
