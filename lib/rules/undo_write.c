/* SPDX-License-Identifier: ISC */
/*
 * Records come back first, then others change, then records go, so that
 * references find their targets all along, for --diff too. When most of the
 * index would have to change it is left alone until the end and made anew.
 */
#include "model/mailable.h"
#include "model/references.h"
#include "rules/undo_parts.h"
#include "rules/wish.h"
#include "store/history.h"

/* Records between two calls of progress. */
#define PROGRESS_STEP 4096

static void
step(const struct undo *undo, uint64_t done)
{
	if (undo->report->progress != NULL && done % PROGRESS_STEP == 0)
		undo->report->progress(undo->report->context, done, undo->count);
}

/* Whether the record will be there in the end. */
static int
will_be_there(const struct undo *undo, uint64_t id, struct fault *fault)
{
	const struct undo_item *item = undo_item(undo, id);
	struct record record;

	if (item != NULL && item->action == UNDO_DELETED)
		return 0;
	return item != NULL && item->action == UNDO_CREATED
	    ? 1
	    : txn_record(undo->txn, id, &record, fault);
}

/* The text for references to a record that is gone or goes. */
static int
put_gone(struct undo *undo, struct buf *out, uint64_t id, struct fault *fault)
{
	struct version_walk walk;
	struct record version, last = { NULL, 0 };
	uint64_t until;
	int found;

	if (version_walk_open(&walk, undo->txn, id, fault) != 0)
		return -1;
	while ((found = version_walk_next(&walk, &version, &until, fault)) == 1)
		last = version;
	version_walk_close(&walk);
	if (found < 0)
		return -1;
	if (record_there(last))
		return referrers_text(out, undo->txn, id, last, fault);
	buf_char(out, '#');
	buf_number(out, id);
	return 0;
}

/* Where an element of the form's field refers to a record that will not be
 * there, its text takes the place. */
static int
mend_element(
    struct undo *undo, const struct field *field, uint64_t target, struct fault *fault)
{
	struct buf text = BUF_EMPTY, value = BUF_EMPTY;
	struct view kept;
	int there = will_be_there(undo, target, fault);

	if (there != 0)
		return there < 0 ? -1 : 0;
	if (put_gone(undo, &text, target, fault) == 0) {
		referrers_replace(&value, field, record_form_get(undo->form, field->slot),
		    target, buf_as_view(&text));
		if (buf_check(&value, fault) != 0)
			there = -1;
	} else {
		there = -1;
	}
	kept = arena_copy(&undo->arena, buf_as_view(&value));
	if (there == 0 && value.len > 0 && kept.at == NULL)
		there = fault_memory(fault);
	if (there == 0)
		record_form_set(undo->form, field->slot, kept);
	buf_release(&text);
	buf_release(&value);
	return there;
}

static int
mend(struct undo *undo, const struct kind *kind, struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	const struct field *field;
	struct view value, element;
	uint64_t target;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && (field = kind_each(kind, i)) != NULL; i++) {
		if (field->type != TYPE_REFERENCE || field->slot >= RECORD_FIXED)
			continue;
		value = record_form_get(undo->form, field->slot);
		if ((field->flags & FIELD_LIST) == 0) {
			if (reference_id(value, &target))
				result = mend_element(undo, field, target, fault);
			continue;
		}
		while (result == 0 && list_next(&value, &element, &scratch))
			if (reference_id(element, &target))
				result = mend_element(undo, field, target, fault);
	}
	buf_release(&scratch);
	return result;
}

static int
put_back(struct undo *undo, const struct undo_item *item, struct fault *fault)
{
	const struct kind *kind = kind_by_number(item->kind);
	struct undo_states states;
	bool changed;

	if (undo_states(undo, item->id, &states, fault) != 0)
		return -1;
	undo_merge(&states, undo->form);
	if (mend(undo, kind, fault) != 0)
		return -1;
	if (item->action == UNDO_CREATED)
		return change_restore(undo->txn, kind, item->id,
		    record_created(states.before), undo->form, CAUSE_UNDO, fault);
	return change_update(undo->txn, kind, item->id, states.now, undo->form, 0,
	    CAUSE_UNDO, &changed, fault);
}

static int
take_away(struct undo *undo, const struct undo_item *item, struct fault *fault)
{
	struct record record;
	int found = txn_record(undo->txn, item->id, &record, fault);

	return found < 1 ? found
			 : change_remove(undo->txn, kind_by_number(item->kind), item->id,
			       record, CAUSE_UNDO, fault);
}

static int
write_items(struct undo *undo, enum undo_action action, uint64_t *done,
    int (*write)(struct undo *undo, const struct undo_item *item, struct fault *fault),
    struct fault *fault)
{
	bool backwards = action == UNDO_DELETED && undo->report->difference != NULL;
	size_t i;

	for (i = 0; i < undo->count; i++) {
		/* What goes is told before what it refers to is gone: records
		 * are younger than those that they were made for. */
		const struct undo_item *item =
		    &undo->items[backwards ? undo->count - 1 - i : i];

		if (item->action != action)
			continue;
		step(undo, ++*done);
		if (write(undo, item, fault) != 0)
			return -1;
	}
	return 0;
}

/* References of records that stay, as long as the targets can be asked for
 * their names. */
static int
detach(struct undo *undo, struct fault *fault)
{
	const struct referrer *referrer;
	struct buf text = BUF_EMPTY;
	size_t i;
	bool first;
	int result = 0;

	for (i = 0; result == 0 && i < undo->referrer_count; i++) {
		referrer = &undo->referrers[i];
		buf_clear(&text);
		result = put_gone(undo, &text, referrer->target, fault);
		if (result == 0)
			result = referrers_detach(undo->txn, referrer, buf_as_view(&text),
			    CAUSE_REFERENCE, &first, fault);
		undo->counts->also += result == 0 && first;
	}
	buf_release(&text);
	return result;
}

/* Whether records come back in front of others: only behind all of them their
 * entries are put as fast as those of new ones. */
static int
come_between(const struct undo *undo, bool *between, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id;
	size_t i = 0;
	int found;

	*between = false;
	while (i < undo->count && undo->items[i].action != UNDO_CREATED)
		i++;
	if (i == undo->count)
		return 0;
	if (record_walk_open(&walk, undo->txn, undo->items[i].id, fault) != 0)
		return -1;
	found = record_walk_next(&walk, &id, &record, fault);
	record_walk_close(&walk);
	*between = found == 1;
	return found < 0 ? -1 : 0;
}

/* Below this the index is never made anew. */
#define REINDEX_LEAST 1000

/*
 * Taking the entries of one record out of the index takes as long as making
 * those of ten records for a new one, as they lie far apart; changing some of
 * them, half of that. Without an index no references print, so --diff takes the
 * long way.
 */
static int
is_worth_it(const struct undo *undo, bool *worth, struct fault *fault)
{
	const uint64_t *by = undo->counts->by_action;
	uint64_t had, bytes, weight = by[UNDO_DELETED] * 10 + by[UNDO_UPDATED] * 5;
	bool between;

	*worth = false;
	if (undo->report->difference != NULL)
		return 0;
	if (come_between(undo, &between, fault) != 0 ||
	    engine_size(txn_engine(undo->txn), TREE_RECORDS, &had, &bytes, fault) != 0)
		return -1;
	if (between)
		weight += by[UNDO_CREATED] * 10;
	*worth = weight > REINDEX_LEAST * 10 &&
	    weight > had - by[UNDO_DELETED] + by[UNDO_CREATED];
	return 0;
}

/* Texts that waited for what came back. */
static int
settle(struct undo *undo, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < undo->count; i++)
		if (undo->items[i].action == UNDO_CREATED)
			result = ids_add(&ids, undo->items[i].id, fault);
	if (result == 0)
		result =
		    references_settle_ids(undo->txn, &ids, &undo->counts->also, fault);
	ids_release(&ids);
	return result;
}

/* HS-42: what a later run has learnt of a contact that goes by force, that it is not
 * to be mailed, holds when it comes again. */
static int
keep_wish(struct undo *undo, const struct undo_item *item, struct fault *fault)
{
	struct wish wish = WISH_EMPTY;
	struct undo_states states;
	struct view why;
	int result = undo_states(undo, item->id, &states, fault);

	if (result != 0 || !record_there(states.now) ||
	    record_rev(states.now) == undo->rev)
		return result;
	if (record_there(states.after))
		result = mailable_barred(undo->txn, states.after, &why, fault);
	if (result != 0)
		return result < 0 ? -1 : 0;
	result = wish_of(&wish, undo->txn, states.now, fault);
	if (result == 0)
		result = wish_keep(&wish, undo->txn, 0, &undo->counts->also, fault);
	wish_release(&wish);
	return result;
}

static int
keep_wishes(struct undo *undo, struct fault *fault)
{
	const struct undo_item *item;
	size_t i;

	for (i = 0; undo->force && i < undo->count; i++) {
		item = &undo->items[i];
		if (item->action == UNDO_DELETED && item->kind == kind_contact.number &&
		    keep_wish(undo, item, fault) != 0)
			return -1;
	}
	return 0;
}

int
undo_write(struct undo *undo, struct fault *fault)
{
	uint64_t done = 0;
	bool worth;

	if (undo_write_settings(undo, fault) != 0 ||
	    is_worth_it(undo, &worth, fault) != 0 || keep_wishes(undo, fault) != 0 ||
	    (worth && change_unindexed(undo->txn, fault) != 0) ||
	    write_items(undo, UNDO_CREATED, &done, put_back, fault) != 0 ||
	    write_items(undo, UNDO_UPDATED, &done, put_back, fault) != 0 ||
	    detach(undo, fault) != 0 ||
	    write_items(undo, UNDO_DELETED, &done, take_away, fault) != 0 ||
	    (worth && change_reindex(undo->txn, fault) != 0))
		return -1;
	return settle(undo, fault);
}
