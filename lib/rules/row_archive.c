/* SPDX-License-Identifier: ISC */
/* A chosen contact on its way out of use or back, and the places that it leaves. */
#include "rules/archive.h"
#include "rules/points.h"

/* CS-21, TW-42: who is rejected gives up the primary place where it stays, and
 * gets it back when it is free. */
int
row_place(struct import *import, uint64_t id, struct view organization, bool rejected,
    struct fault *fault)
{
	uint64_t of;

	if (!reference_id(organization, &of))
		return 0;
	if (rejected)
		return employer_left(import, of, id, fault);
	return import->revival.primary ? employer_joined(import, of, id, fault) : 0;
}

int
row_say_points(struct import *import, uint64_t id, struct fault *fault)
{
	struct points points;

	if (points_find(import, id, &points, fault) != 0)
		return -1;
	if (points.count == 0)
		return 0;
	import->code = "POINT_OF_CONTACT";
	if (import->message.len > 0)
		buf_text(&import->message, "; ");
	points_print(&import->message, id, &points);
	return 0;
}

/* A chosen contact is taken out of use or brought back. */
enum step
row_archive(struct import *import, struct draft *draft, uint64_t id, bool *changed,
    struct fault *fault)
{
	const struct record_form *form = &import->form;
	struct record record;
	struct view organization;
	bool stays, rejected;
	enum step step;

	*changed = false;
	if (import_record(import, id, &record, fault) != 0)
		return STEP_FAULT;
	if (draft->has_rev && draft->rev != record_rev(record) &&
	    record_rev(record) != txn_rev(import->txn))
		return row_stale(import, draft, record);
	step = archive_take(import, id, &record, fault);
	if (step != STEP_GO || record_same(record, form))
		return step;
	*changed = true;
	import->taken++;
	/* Writing moves the pages that the form borrows from. */
	organization =
	    arena_copy(&import->arena, record_get(record, CONTACT_ORGANIZATION));
	stays = view_equal(organization, record_form_get(form, CONTACT_ORGANIZATION));
	rejected = view_is(record_form_get(form, CONTACT_APPROVAL), "Rejected");
	step = row_write(import, draft, id, record, fault);
	if (step != STEP_GO ||
	    (stays && row_place(import, id, organization, rejected, fault) != 0))
		return STEP_FAULT;
	return (import->options.archives & (ARCHIVE_INACTIVE | ARCHIVE_REJECT)) != 0 &&
		row_say_points(import, id, fault) != 0
	    ? STEP_FAULT
	    : STEP_GO;
}
