/* SPDX-License-Identifier: ISC */
/* What keeps a record where it is is asked before anything is changed, so that it
 * goes as a whole or not at all. */
#include "rules/removal.h"

#include "rules/points.h"
#include "rules/wish.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "model/referrers.h"

static bool
skip_none(void *context, uint64_t id)
{
	(void)context;
	(void)id;
	return false;
}

static bool
is_doomed(const struct removal *removal, uint64_t id)
{
	return seen_has(&removal->met, id);
}

static int
doom(struct removal *removal, uint64_t id, struct fault *fault)
{
	uint64_t before;

	return seen_note(&removal->met, id, 1, &before, fault) != 0
	    ? -1
	    : ids_add(&removal->doomed, id, fault);
}

/* What owns itself to the target goes with it, and whatever refers to that is
 * looked at in its turn. */
static int
note_referrer(void *context, const struct referrer *referrer, struct fault *fault)
{
	struct removal *removal = context;
	struct referrer *at;

	if (is_doomed(removal, referrer->id))
		return 0;
	if ((referrer->field->flags & FIELD_OWNED) != 0)
		return doom(removal, referrer->id, fault);
	at = array_room(
	    removal->referrers, removal->count, &removal->cap, sizeof(*at), fault);
	if (at == NULL)
		return -1;
	removal->referrers = at;
	at[removal->count++] = *referrer;
	return 0;
}

/* The record, what goes with it, and who refers to any of them. */
static int
gather(struct removal *removal, struct txn *txn, uint64_t id, struct fault *fault)
{
	struct ids target = { &id, 1, 1 };
	size_t i;

	removal->count = removal->doomed.count = 0;
	seen_clear(&removal->met);
	if (doom(removal, id, fault) != 0)
		return -1;
	for (i = 0; i < removal->doomed.count; i++) {
		id = removal->doomed.at[i];
		if (referrers_each(
			txn, &target, skip_none, note_referrer, removal, fault) != 0)
			return -1;
	}
	return 0;
}

/* Whether a reference keeps its target. One that is lost with it does not, and
 * what happened once is told of who was there then; a user goes whatever he has to
 * look after (TW-33). */
static bool
keeps(const struct referrer *referrer, uint64_t id)
{
	return referrer->target == id && (referrer->field->flags & FIELD_LOSES) == 0 &&
	    referrer->kind != &kind_status_event &&
	    strcmp(referrer->field->of, kind_user.name) != 0;
}

/* HS-67, X-45: says where the record is needed. */
static enum step
check_referrers(struct import *import, uint64_t id)
{
	const struct removal *removal = &import->removal;
	const struct referrer *first = NULL;
	size_t i, count = 0;
	char more[48] = "";

	for (i = 0; i < removal->count; i++) {
		if (!keeps(removal->referrers + i, id))
			continue;
		if (first == NULL)
			first = removal->referrers + i;
		count++;
	}
	if (first == NULL || import->options.forced)
		return STEP_GO;
	if (count > 1)
		snprintf(more, sizeof(more), " and %zu more", count - 1);
	return import_stop(import, STEP_ERROR, "IN_USE",
	    "#%llu is %s of %s #%llu%s (--force deletes it all the same)",
	    (unsigned long long)id, first->field->name, first->kind->name,
	    (unsigned long long)first->id, more);
}

/* HS-67: his part in an event would go with him. */
static enum step
check_points(struct import *import, uint64_t id, struct fault *fault)
{
	struct points points;
	struct buf text = BUF_EMPTY;
	enum step step = STEP_GO;

	if (import->kind != &kind_contact || import->options.forced)
		return STEP_GO;
	if (points_find(import, id, &points, fault) != 0)
		return STEP_FAULT;
	if (points.count > 0) {
		points_print(&text, id, &points);
		step = import_stop(import, STEP_ERROR, "IN_USE",
		    "%s (--force deletes it all the same)", buf_string(&text));
	}
	buf_release(&text);
	return step;
}

/* A declared attribute that records have. */
static enum step
check_attribute(struct import *import, struct record attribute, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	struct record_walk walk;
	struct record record;
	uint64_t id;
	uint16_t slot;
	int found = -1;

	if (import->options.forced)
		return STEP_GO;
	attribute_name(&name, record_get(attribute, ATTRIBUTE_NAME));
	if (buf_check(&name, fault) == 0)
		found = txn_name_slot(
		    import->txn, NAME_ATTR, buf_as_view(&name), false, &slot, fault);
	buf_release(&name);
	if (found < 1)
		return found < 0 ? STEP_FAULT : STEP_GO;
	if (record_walk_open(&walk, import->txn, 0, fault) != 0)
		return STEP_FAULT;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1 &&
	    record_get(record, slot).len == 0)
		;
	record_walk_close(&walk);
	if (found < 1)
		return found < 0 ? STEP_FAULT : STEP_GO;
	return import_stop(import, STEP_ERROR, "IN_USE",
	    "the attribute is in use, #%llu has it (--force deletes its declaration all "
	    "the same)",
	    (unsigned long long)id);
}

static enum step
check(struct import *import, uint64_t id, struct record record, struct fault *fault)
{
	enum step step = STEP_GO;

	if (import->kind == &kind_picklist)
		step = picklist_keep(import, record, fault);
	else if (import->kind == &kind_attribute)
		step = check_attribute(import, record, fault);
	else
		step = check_points(import, id, fault);
	if (step != STEP_GO)
		return step;
	if (gather(&import->removal, import->txn, id, fault) != 0)
		return STEP_FAULT;
	step = removal_check_sent(import, id, fault);
	return step == STEP_GO ? check_referrers(import, id) : step;
}

/* What a reference to a record becomes. */
static int
put_text(
    struct txn *txn, uint64_t target, bool erases, struct buf *text, struct fault *fault)
{
	struct record record;
	int found;

	buf_clear(text);
	if (erases)
		return 0;
	found = txn_record(txn, target, &record, fault);
	return found < 1 ? found : referrers_text(text, txn, target, record, fault);
}

/* References become text, or nothing where they are lost with their target. */
static int
detach(const struct removal *removal, struct txn *txn, struct erasing *erasing,
    uint64_t *also, struct fault *fault)
{
	const struct referrer *referrer;
	struct buf text = BUF_EMPTY;
	bool first;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < removal->count; i++) {
		referrer = removal->referrers + i;
		/* One that was met before it was known to go as well. */
		if (is_doomed(removal, referrer->id))
			continue;
		result = put_text(txn, referrer->target, erasing != NULL, &text, fault);
		if (result == 0 && erasing != NULL)
			result = erasing_left(erasing, referrer->kind, referrer->id,
			    referrer->field, fault);
		if (result == 0)
			result = referrers_detach(txn, referrer, buf_as_view(&text),
			    CAUSE_REFERENCE, &first, fault);
		*also += result == 0 && first;
	}
	buf_release(&text);
	return result;
}

/* Those that go, what is owned before what owns it. */
static int
remove_all(
    const struct removal *removal, struct txn *txn, uint64_t *also, struct fault *fault)
{
	struct record record;
	size_t i = removal->doomed.count;
	int found;

	while (i-- > 0) {
		found = txn_record(txn, removal->doomed.at[i], &record, fault);
		if (found == 1)
			found = change_remove(txn, kind_by_number(record_kind(record)),
			    removal->doomed.at[i], record, CAUSE_ROW, fault);
		if (found < 0)
			return -1;
		*also += i > 0;
	}
	return 0;
}

/* What was gathered goes. */
static int
carry_out(struct removal *removal, struct txn *txn, struct erasing *erasing,
    uint64_t *also, struct fault *fault)
{
	uint64_t id = removal->doomed.at[0];
	size_t i;

	for (i = 0; erasing != NULL && i < removal->doomed.count; i++)
		if (erasing_note(
			erasing, removal->doomed.at[i], i == 0 ? 0 : id, fault) != 0)
			return -1;
	return detach(removal, txn, erasing, also, fault) != 0
	    ? -1
	    : remove_all(removal, txn, also, fault);
}

static int
keep_wish(struct import *import, uint64_t contact, struct fault *fault)
{
	struct wish wish = WISH_EMPTY;
	struct record record;
	int result = import_record(import, contact, &record, fault);

	if (result == 0)
		result = wish_of(&wish, import->txn, record, fault);
	if (result == 0)
		result = wish_keep(&wish, import->txn, 0, &import->counts.also, fault);
	wish_release(&wish);
	return result;
}

enum step
removal_take(struct import *import, uint64_t id, struct fault *fault)
{
	struct record record;
	enum step step;

	if (import_record(import, id, &record, fault) != 0)
		return STEP_FAULT;
	step = check(import, id, record, fault);
	if (step != STEP_GO)
		return step;
	if (import->kind == &kind_contact && import->erasing == NULL &&
	    keep_wish(import, id, fault) != 0)
		return STEP_FAULT;
	if (carry_out(&import->removal, import->txn, import->erasing,
		&import->counts.also, fault) != 0)
		return STEP_FAULT;
	import->taken++;
	return STEP_GO;
}

int
removal_force(struct removal *removal, struct txn *txn, uint64_t id,
    struct erasing *erasing, uint64_t *also, struct fault *fault)
{
	return gather(removal, txn, id, fault) != 0
	    ? -1
	    : carry_out(removal, txn, erasing, also, fault);
}

void
removal_release(struct removal *removal)
{
	free(removal->referrers);
	ids_release(&removal->doomed);
	seen_release(&removal->met);
}
