/* SPDX-License-Identifier: ISC */
/* What keeps a record where it is is asked before anything is changed, so that it
 * goes as a whole or not at all. */
#include "rules/removal.h"

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

static int
note_referrer(void *context, const struct referrer *referrer, struct fault *fault)
{
	struct removal *removal = context;
	struct referrer *at = array_room(
	    removal->referrers, removal->count, &removal->cap, sizeof(*at), fault);

	if (at == NULL)
		return -1;
	removal->referrers = at;
	at[removal->count++] = *referrer;
	return 0;
}

/* Whether a reference keeps its target. One that is lost with it does not, and
 * what happened once is told of who was there then. */
static bool
keeps(const struct referrer *referrer, uint64_t id)
{
	return referrer->id != id && (referrer->field->flags & FIELD_LOSES) == 0 &&
	    referrer->kind != &kind_status_event;
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
	const struct ids target = { &id, 1, 1 };
	enum step step = STEP_GO;

	import->removal.count = 0;
	if (import->kind == &kind_picklist)
		step = picklist_keep(import, record, fault);
	else if (import->kind == &kind_attribute)
		step = check_attribute(import, record, fault);
	if (step != STEP_GO)
		return step;
	return referrers_each(import->txn, &target, skip_none, note_referrer,
		   &import->removal, fault) != 0
	    ? STEP_FAULT
	    : check_referrers(import, id);
}

/* References become text, or nothing where they are lost with their target. */
static int
detach(struct import *import, uint64_t id, struct fault *fault)
{
	const struct removal *removal = &import->removal;
	struct buf text = BUF_EMPTY;
	struct record record;
	bool first;
	size_t i;
	int result = 0;

	if (removal->count == 0)
		return 0;
	if (import_record(import, id, &record, fault) != 0 ||
	    referrers_text(&text, import->txn, id, record, fault) != 0)
		result = -1;
	for (i = 0; result == 0 && i < removal->count; i++) {
		if (removal->referrers[i].id == id)
			continue;
		result = referrers_detach(import->txn, removal->referrers + i,
		    buf_as_view(&text), CAUSE_REFERENCE, &first, fault);
		import->counts.also += result == 0 && first;
	}
	buf_release(&text);
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
	if (detach(import, id, fault) != 0 ||
	    import_record(import, id, &record, fault) != 0 ||
	    change_remove(import->txn, import->kind, id, record, CAUSE_ROW, fault) != 0)
		return STEP_FAULT;
	import->taken++;
	return STEP_GO;
}

void
removal_release(struct removal *removal)
{
	free(removal->referrers);
}
