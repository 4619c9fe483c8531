/* SPDX-License-Identifier: ISC */
/*
 * Where a contact is the one to ask (HS-64): the contact of a job, the Point of
 * Contact of an event.
 */
#include "rules/points.h"

/* The records of a kind whose slot names the contact, of which `is` is true. */
static int
find(struct import *import, const struct kind *kind, uint16_t slot, uint64_t contact,
    bool (*is)(struct record record), struct points *points, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	size_t i;
	int found = entity_find_referring(import->txn, kind, slot, contact, &ids, fault);

	for (i = 0; found >= 0 && i < ids.count; i++) {
		found = txn_record(import->txn, ids.at[i], &record, fault);
		if (found != 1 || !is(record))
			continue;
		if (points->count++ > 0)
			continue;
		points->kind = kind;
		points->id = ids.at[i];
		if (kind == &kind_participation) {
			points->kind = &kind_event;
			(void)reference_id(
			    record_get(record, PARTICIPATION_EVENT), &points->id);
		}
	}
	ids_release(&ids);
	return found < 0 ? -1 : 0;
}

static bool
any(struct record record)
{
	(void)record;
	return true;
}

static bool
is_point(struct record participation)
{
	return view_is(record_get(participation, PARTICIPATION_ROLE), "Point of Contact");
}

int
points_find(
    struct import *import, uint64_t contact, struct points *points, struct fault *fault)
{
	*points = (struct points){ .count = 0 };
	return find(import, &kind_job, JOB_CONTACT, contact, any, points, fault) != 0
	    ? -1
	    : find(import, &kind_participation, PARTICIPATION_CONTACT, contact, is_point,
		  points, fault);
}

void
points_print(struct buf *out, uint64_t contact, const struct points *points)
{
	buf_printf(out, "#%llu is the point of contact of %s #%llu",
	    (unsigned long long)contact, points->kind->name,
	    (unsigned long long)points->id);
	if (points->count > 1)
		buf_printf(out, " and %zu more", points->count - 1);
}
