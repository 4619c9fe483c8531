/* SPDX-License-Identifier: ISC */
/*
 * Which records a run touched, and what is to be done with each. There are
 * three kinds of traces: an image under the run's revision of each record that
 * it changed or removed, the ids that it gave to new ones, and, of a run that
 * undid another, records that it brought back, which have an image of the run
 * that was undone. Nearly always the record is still as the run left it, which
 * its revision says; only where it is not are all its versions looked at.
 */
#include <stdlib.h>

#include "base/array.h"
#include "rules/undo_parts.h"
#include "store/history.h"
#include "store/log.h"

int
undo_states(
    struct undo *undo, uint64_t id, struct undo_states *states, struct fault *fault)
{
	struct version_walk walk;
	struct record version;
	uint64_t until;
	int found;

	*states = (struct undo_states){ .last = 0 };
	if (version_walk_open(&walk, undo->txn, id, fault) != 0)
		return -1;
	while ((found = version_walk_next(&walk, &version, &until, fault)) == 1) {
		if (until == undo->rev)
			states->before = version;
		if (record_rev(version) == undo->rev)
			states->after = version;
		states->last = until;
		if (until != UINT64_MAX)
			continue;
		states->now = version;
		states->last = record_rev(version);
	}
	version_walk_close(&walk);
	return found;
}

/* Puts what only differs between before and after back to before. */
static void
merge_slot(const struct undo_states *states, struct record_form *form, uint16_t slot)
{
	struct view before = record_get(states->before, slot);

	if (!view_equal(before, record_get(states->after, slot)))
		record_form_set(form, slot, before);
}

static void
merge_slots(
    const struct undo_states *states, struct record_form *form, struct record record)
{
	uint32_t position = 0;
	struct view value;
	uint16_t slot;

	while (record_next(record, &position, &slot, &value))
		merge_slot(states, form, slot);
}

void
undo_merge(const struct undo_states *states, struct record_form *form)
{
	if (!record_there(states->now) || !record_there(states->after)) {
		record_form_from(form, states->before);
		return;
	}
	record_form_from(form, states->now);
	merge_slots(states, form, states->before);
	merge_slots(states, form, states->after);
}

struct undo_item *
undo_item(const struct undo *undo, uint64_t id)
{
	size_t low = 0, high = undo->count, guess;

	/* Most runs have items of one row of ids alone. */
	guess =
	    high == 0 || id < undo->items[0].id ? high : (size_t)(id - undo->items[0].id);
	if (guess < high && undo->items[guess].id == id)
		return &undo->items[guess];
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (undo->items[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < undo->count && undo->items[low].id == id ? &undo->items[low] : NULL;
}

static int
add_item(struct undo *undo, const struct undo_item *item, struct fault *fault)
{
	struct undo_item *items;

	items = array_room(undo->items, undo->count, &undo->cap, sizeof(*items), fault);
	if (items == NULL)
		return -1;
	undo->items = items;
	undo->items[undo->count++] = *item;
	return 0;
}

int
undo_by_undoing(struct undo *undo, uint64_t rev, struct fault *fault)
{
	struct log_row row;
	int found;

	if (undo->asked != rev) {
		found = log_row(undo->txn, rev, &row, fault);
		if (found < 0)
			return -1;
		undo->asked = rev;
		undo->undid = found == 1 && row.undoes != 0;
	}
	return undo->undid;
}

/* Whether nobody has changed it since, but runs that took each other back. */
static int
untouched(struct undo *undo, const struct undo_states *states, struct fault *fault)
{
	if (states->last == undo->rev)
		return 1;
	return undo_same(undo, states->now, states->after)
	    ? undo_by_undoing(undo, states->last, fault)
	    : 0;
}

/* With force: created ones go and removed ones come back; what was changed and
 * is gone stays so. */
static enum undo_action
forced(struct undo *undo, const struct undo_states *states)
{
	if (!record_there(states->before))
		return UNDO_DELETED;
	if (!record_there(states->now))
		return record_there(states->after) ? UNDO_UNCHANGED : UNDO_CREATED;
	if (!record_there(states->after))
		return UNDO_UNCHANGED;
	undo_merge(states, undo->form);
	return record_same(states->now, undo->form) ? UNDO_UNCHANGED : UNDO_UPDATED;
}

/* Decides about a record with all its versions at hand. */
static int
decide(struct undo *undo, const struct undo_states *states, struct undo_item *item,
    struct fault *fault)
{
	int free_to;

	if (undo_same(undo, states->now, states->before)) {
		item->action = UNDO_UNCHANGED;
		return 0;
	}
	free_to = untouched(undo, states, fault);
	if (free_to < 0)
		return -1;
	if (free_to == 1) {
		item->action = !record_there(states->before) ? UNDO_DELETED
		    : !record_there(states->now)	     ? UNDO_CREATED
							     : UNDO_UPDATED;
		return 0;
	}
	item->other = states->last;
	if (undo_in_the_way(undo, item->id, &item->other, fault) != 0)
		return -1;
	item->problem = record_there(states->now) ? PROBLEM_CHANGED : PROBLEM_REMOVED;
	item->action = UNDO_ERROR;
	if (!undo->force)
		return 0;
	item->action = (uint8_t)forced(undo, states);
	if (item->action != UNDO_UNCHANGED)
		item->problem = PROBLEM_NONE;
	return 0;
}

/* Takes a record with what is known of it; gains are those of the plan. */
static int
take(struct undo *undo, uint64_t id, const struct undo_states *states,
    struct undo_gains **gains, struct fault *fault)
{
	struct undo_item item = { .id = id };
	struct record any = record_there(states->before) ? states->before : states->after;

	/* A record that the run made and removed again left nothing. */
	if (!record_there(any))
		return 0;
	item.kind = record_kind(any);
	if (kind_by_number(item.kind) == NULL)
		return fault_set(fault, FAULT_STORE,
		    "record %llu is of a kind that this version does not know",
		    (unsigned long long)id);
	if (decide(undo, states, &item, fault) != 0 || add_item(undo, &item, fault) != 0)
		return -1;
	if (item.action != UNDO_CREATED && item.action != UNDO_UPDATED)
		return 0;
	undo_merge(states, undo->form);
	return undo_gain(
	    undo, gains, &undo->items[undo->count - 1], states, undo->form, fault);
}

/* A record of which an image may be at hand: all versions are asked for only
 * where the record is not as the run left it. */
static int
take_id(struct undo *undo, uint64_t id, const struct record *before,
    struct undo_gains **gains, struct fault *fault)
{
	struct undo_states states = { .last = undo->rev };
	struct record now;
	uint64_t next = 0;
	int found = txn_record(undo->txn, id, &now, fault);

	if (found < 0)
		return -1;
	if (before != NULL)
		states.before = *before;
	if (found == 1 && record_rev(now) == undo->rev) {
		states.now = states.after = now;
		return take(undo, id, &states, gains, fault);
	}
	if (found == 0 && before != NULL) {
		if (image_after(undo->txn, id, undo->rev, &next, fault) != 0)
			return -1;
		if (next == 0)
			return take(undo, id, &states, gains, fault);
	}
	if (undo_states(undo, id, &states, fault) != 0)
		return -1;
	return take(undo, id, &states, gains, fault);
}

/* The ids in a range under which there is or was anything, however far apart. */
struct traces {
	struct record_walk walk;
	struct txn *txn;
	struct record record;	/* the next one, */
	uint64_t there, imaged; /* its id, and the next that has an image */
	uint64_t last;
};

static int
traces_record(struct traces *traces, struct fault *fault)
{
	int found =
	    record_walk_next(&traces->walk, &traces->there, &traces->record, fault);

	if (found == 0)
		traces->there = UINT64_MAX;
	return found < 0 ? -1 : 0;
}

static int
traces_image(struct traces *traces, uint64_t from, struct fault *fault)
{
	int found = image_next_id(traces->txn, from, &traces->imaged, fault);

	if (found == 0)
		traces->imaged = UINT64_MAX;
	return found < 0 ? -1 : 0;
}

static int
traces_open(struct traces *traces, struct txn *txn, uint64_t first, uint64_t last,
    struct fault *fault)
{
	*traces = (struct traces){ .txn = txn, .last = last };
	if (record_walk_open(&traces->walk, txn, first, fault) != 0)
		return -1;
	if (traces_record(traces, fault) == 0 && traces_image(traces, first, fault) == 0)
		return 0;
	record_walk_close(&traces->walk);
	return -1;
}

/* 1, 0, -1; the record is none where there was one only. */
static int
traces_next(
    struct traces *traces, uint64_t *id, struct record *record, struct fault *fault)
{
	*id = traces->there < traces->imaged ? traces->there : traces->imaged;
	if (*id > traces->last || *id == UINT64_MAX)
		return 0;
	*record = (struct record){ .len = 0 };
	if (*id == traces->there) {
		*record = traces->record;
		if (traces_record(traces, fault) != 0)
			return -1;
	}
	return *id == traces->imaged && traces_image(traces, *id + 1, fault) != 0 ? -1
										  : 1;
}

/* Ids of records that the run may have brought back, if it undid another: those
 * with an image of that one, or all where its images have been pruned. */
struct returned {
	struct image_walk walk;
	struct traces all;
	bool any, walks;
};

static int
returned_next(struct returned *returned, uint64_t *id, struct fault *fault)
{
	struct record image;
	int found = 0;

	if (returned->walks)
		found = image_walk_next(&returned->walk, id, &image, fault);
	else if (returned->any)
		found = traces_next(&returned->all, id, &image, fault);
	if (found == 0)
		*id = UINT64_MAX;
	return found < 0 ? -1 : 0;
}

static int
returned_open(struct returned *returned, struct undo *undo, const struct log_row *row,
    struct fault *fault)
{
	uint64_t horizon;
	int result;

	*returned = (struct returned){ .any = false };
	if (row->undoes == 0)
		return 0;
	if (log_horizon(undo->txn, &horizon, fault) != 0)
		return -1;
	if (row->undoes <= horizon) {
		result =
		    traces_open(&returned->all, undo->txn, 1, row->first_id - 1, fault);
		returned->any = result == 0;
	} else {
		result = image_walk_open(&returned->walk, undo->txn, row->undoes, fault);
		returned->walks = result == 0;
	}
	return result;
}

static void
returned_close(struct returned *returned)
{
	if (returned->walks)
		image_walk_close(&returned->walk);
	if (returned->any)
		record_walk_close(&returned->all.walk);
}

/* Records that were there before the run, or that it brought back. */
static int
plan_older(struct undo *undo, const struct log_row *row, struct undo_gains **gains,
    struct fault *fault)
{
	struct image_walk images;
	struct returned returned;
	struct record image;
	uint64_t id = 0, back = 0;
	int found, result = -1;

	if (image_walk_open(&images, undo->txn, undo->rev, fault) != 0)
		return -1;
	if (returned_open(&returned, undo, row, fault) != 0 ||
	    returned_next(&returned, &back, fault) != 0)
		goto done;
	found = image_walk_next(&images, &id, &image, fault);
	while (found == 1 || (found == 0 && back != UINT64_MAX)) {
		if (found == 1 && id <= back) {
			if (take_id(undo, id, &image, gains, fault) != 0)
				goto done;
			if (id == back && returned_next(&returned, &back, fault) != 0)
				goto done;
			found = image_walk_next(&images, &id, &image, fault);
		} else if (take_id(undo, back, NULL, gains, fault) != 0 ||
		    returned_next(&returned, &back, fault) != 0) {
			goto done;
		}
	}
	result = found < 0 ? -1 : 0;
done:
	image_walk_close(&images);
	returned_close(&returned);
	return result;
}

/* Records that the run created: a walk over those that are there is faster than
 * looking for each. */
static int
plan_created(struct undo *undo, const struct log_row *row, struct undo_gains **gains,
    struct fault *fault)
{
	struct undo_states states = { .last = undo->rev };
	struct traces traces;
	struct record record;
	uint64_t id;
	int found, result = 0;

	if (row->first_id > row->last_id)
		return 0;
	if (traces_open(&traces, undo->txn, row->first_id, row->last_id, fault) != 0)
		return -1;
	while (result == 0 && (found = traces_next(&traces, &id, &record, fault)) != 0) {
		if (found == 1 && record_there(record) &&
		    record_rev(record) == undo->rev) {
			states.now = states.after = record;
			result = take(undo, id, &states, gains, fault);
		} else {
			result = found < 0 ? -1 : take_id(undo, id, NULL, gains, fault);
		}
	}
	record_walk_close(&traces.walk);
	return result;
}

int
undo_plan(struct undo *undo, struct fault *fault)
{
	struct undo_gains *gains = NULL;
	struct log_row row;
	int result = -1, found = log_row(undo->txn, undo->rev, &row, fault);

	if (found != 1)
		return found < 0 ? -1
				 : fault_set(fault, FAULT_STORE,
				       "revision %llu is not in the log: run "
				       "contact-store check, restore a backup",
				       (unsigned long long)undo->rev);
	if (undo_plan_settings(undo, fault) != 0 ||
	    plan_older(undo, &row, &gains, fault) != 0)
		goto done;
	if (plan_created(undo, &row, &gains, fault) != 0)
		goto done;
	/* The log has counted them; a run that undid another is not so easily told. */
	if (row.undoes == 0 && row.created + row.updated + row.deleted > undo->count)
		undo->counts->erased =
		    row.created + row.updated + row.deleted - undo->count;
	result = undo_gains_finish(undo, gains, fault);
done:
	undo_gains_free(gains);
	return result;
}
