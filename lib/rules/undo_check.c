/* SPDX-License-Identifier: ISC */
/*
 * What would not hold together when all is done: an external id with two
 * bearers, a key twice, a reference to a record that went. External ids and keys
 * that records gain are looked up many at once, in order of key; only records for
 * which the index has somebody are looked at one by one, when it is known what
 * becomes of everybody.
 */
#include <stdlib.h>

#include "base/array.h"
#include "base/fold.h"
#include "model/entity.h"
#include "rules/undo_parts.h"

/* Keys that are looked up together, of one kind and slot. */
enum { AT_ONCE = 1 << 15, SLOTS = 8 };

struct gain_list {
	uint8_t kind;
	uint16_t slot;
	size_t count;
	struct index_key *keys;
	size_t *items;
};

struct undo_gains {
	struct gain_list lists[SLOTS];
	size_t count, next; /* which list gives way */
	uint64_t *first;
	uint32_t *order;
};

static struct undo_gains *
gains_new(struct fault *fault)
{
	struct undo_gains *gains = calloc(1, sizeof(*gains));

	if (gains != NULL) {
		gains->first = malloc(AT_ONCE * sizeof(*gains->first));
		gains->order = malloc(AT_ONCE * sizeof(*gains->order));
	}
	if (gains == NULL || gains->first == NULL || gains->order == NULL) {
		fault_memory(fault);
		undo_gains_free(gains);
		return NULL;
	}
	return gains;
}

void
undo_gains_free(struct undo_gains *gains)
{
	size_t i;

	if (gains == NULL)
		return;
	for (i = 0; i < gains->count; i++) {
		free(gains->lists[i].keys);
		free(gains->lists[i].items);
	}
	free(gains->first);
	free(gains->order);
	free(gains);
}

static int
look_up(struct undo *undo, struct undo_gains *gains, struct gain_list *list,
    struct fault *fault)
{
	size_t i;

	if (list->count > 0 &&
	    index_find_many(undo->txn, list->keys, gains->first, gains->order,
		list->count, fault) != 0)
		return -1;
	for (i = 0; i < list->count; i++)
		if (gains->first[i] != 0)
			undo->items[list->items[i]].suspect = true;
	list->count = 0;
	return 0;
}

int
undo_gains_finish(struct undo *undo, struct undo_gains *gains, struct fault *fault)
{
	size_t i;

	for (i = 0; gains != NULL && i < gains->count; i++)
		if (look_up(undo, gains, &gains->lists[i], fault) != 0)
			return -1;
	return 0;
}

static struct gain_list *
list_of(struct undo *undo, struct undo_gains *gains, uint8_t kind, uint16_t slot,
    struct fault *fault)
{
	struct gain_list *list;
	size_t i;

	for (i = 0; i < gains->count; i++) {
		list = &gains->lists[i];
		if (list->kind == kind && list->slot == slot)
			return list->count == AT_ONCE &&
				look_up(undo, gains, list, fault) != 0
			    ? NULL
			    : list;
	}
	if (gains->count < SLOTS) {
		list = &gains->lists[gains->count++];
		list->keys = malloc(AT_ONCE * sizeof(*list->keys));
		list->items = malloc(AT_ONCE * sizeof(*list->items));
		if (list->keys == NULL || list->items == NULL) {
			fault_memory(fault);
			return NULL;
		}
	} else {
		list = &gains->lists[gains->next++ % SLOTS];
		if (look_up(undo, gains, list, fault) != 0)
			return NULL;
	}
	list->kind = kind;
	list->slot = slot;
	return list;
}

static bool
list_has(struct view list, struct view wanted)
{
	struct buf scratch = BUF_EMPTY;
	struct view element;
	bool has = false;

	while (!has && list_next(&list, &element, &scratch))
		has = view_equal(element, wanted);
	buf_release(&scratch);
	return has;
}

static int
add_gain(struct undo *undo, struct undo_gains *gains, const struct undo_item *item,
    uint16_t slot, struct view text, struct fault *fault)
{
	struct gain_list *list = list_of(undo, gains, item->kind, slot, fault);

	if (list == NULL)
		return -1;
	list->items[list->count] = (size_t)(item - undo->items);
	list->keys[list->count++] = index_text_key(item->kind, slot, text);
	return 0;
}

static struct view
value_now(const struct undo_states *states, uint16_t slot)
{
	return record_there(states->now) ? record_get(states->now, slot)
					 : view_make(NULL, 0);
}

/* Keys that one record alone may have. Contacts may share an address, and a
 * picklist has several values. */
static bool
is_key(const struct kind *kind, const struct field *field)
{
	return kind != &kind_contact && field->slot < RECORD_FIXED &&
	    (field->flags & (FIELD_KEY | FIELD_LIST)) == FIELD_KEY;
}

static bool
gains_key(const struct kind *kind, const struct field *field,
    const struct undo_states *states, const struct record_form *form)
{
	struct view value;

	if (!is_key(kind, field))
		return false;
	value = record_form_get(form, field->slot);
	return value.len > 0 && !view_equal(value, value_now(states, field->slot));
}

static int
gain_keys(struct undo *undo, struct undo_gains *gains, const struct undo_item *item,
    const struct undo_states *states, const struct record_form *form, struct fault *fault)
{
	const struct kind *kind = kind_by_number(item->kind);
	struct buf text = BUF_EMPTY;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < kind->count; i++) {
		const struct field *field = &kind->fields[i];

		if (!gains_key(kind, field, states, form))
			continue;
		buf_clear(&text);
		value_index_text(&text, field, record_form_get(form, field->slot));
		result = buf_check(&text, fault);
		if (result == 0)
			result = add_gain(
			    undo, gains, item, field->slot, buf_as_view(&text), fault);
	}
	buf_release(&text);
	return result;
}

int
undo_gain(struct undo *undo, struct undo_gains **gains, const struct undo_item *item,
    const struct undo_states *states, const struct record_form *form, struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct view value, element, had;
	enum name_class class = NAME_ATTR;
	unsigned i;
	int result = 0;

	if (*gains == NULL && (*gains = gains_new(fault)) == NULL)
		return -1;
	if (undo_note_lack(undo, &undo->items[item - undo->items], states, form, fault) !=
		0 ||
	    gain_keys(undo, *gains, item, states, form, fault) != 0)
		return -1;
	for (i = 0; result == 0 && i < form->extra_count; i++) {
		if (txn_slot_class(undo->txn, form->extras[i].slot, &class, fault) < 0) {
			result = -1;
			break;
		}
		value = form->extras[i].value;
		had = value_now(states, form->extras[i].slot);
		if (class != NAME_EXT || view_equal(value, had))
			continue;
		while (result == 0 && list_next(&value, &element, &scratch))
			if (!list_has(had, element))
				result = add_gain(undo, *gains, item,
				    form->extras[i].slot, element, fault);
	}
	buf_release(&scratch);
	return result;
}

int
undo_will_have(struct undo *undo, uint64_t id, uint16_t slot, bool list,
    struct view value, struct fault *fault)
{
	const struct undo_item *item = undo_item(undo, id);
	struct undo_states states;
	struct view held;

	if (item == NULL || item->action == UNDO_UNCHANGED || item->action == UNDO_ERROR)
		return 1;
	if (item->action == UNDO_DELETED)
		return 0;
	if (undo_states(undo, id, &states, fault) != 0)
		return -1;
	undo_merge(&states, undo->scratch);
	held = record_form_get(undo->scratch, slot);
	return list ? list_has(held, value) : fold_search_equal(held, value);
}

/* Another record that has the value now and will have it then: *other. */
static int
find_bearer(struct undo *undo, const struct undo_item *item, uint16_t slot,
    const struct field *field, struct view value, uint64_t *other, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	size_t i;
	int has = 0;

	if (entity_find_key(undo->txn, kind_by_number(item->kind), slot, field, value,
		&ids, fault) != 0)
		has = -1;
	for (i = 0; has == 0 && i < ids.count; i++) {
		if (ids.at[i] == item->id)
			continue;
		has = undo_will_have(
		    undo, ids.at[i], slot, field == &field_ext, value, fault);
		*other = ids.at[i];
	}
	ids_release(&ids);
	return has;
}

static int
check_ids(struct undo *undo, struct undo_item *item, const struct undo_states *states,
    struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct view value, element, had;
	enum name_class class = NAME_ATTR;
	unsigned i;
	int has = 0;

	for (i = 0; has == 0 && i < undo->form->extra_count; i++) {
		uint16_t slot = undo->form->extras[i].slot;

		has = txn_slot_class(undo->txn, slot, &class, fault);
		if (has < 0 || class != NAME_EXT) {
			has = has < 0 ? -1 : 0;
			continue;
		}
		has = 0;
		value = undo->form->extras[i].value;
		had = value_now(states, slot);
		while (has == 0 && list_next(&value, &element, &scratch))
			if (!list_has(had, element))
				has = find_bearer(undo, item, slot, &field_ext, element,
				    &item->other, fault);
	}
	buf_release(&scratch);
	if (has == 1) {
		item->problem = PROBLEM_BORNE;
		item->action = UNDO_ERROR;
	}
	return has < 0 ? -1 : 0;
}

static int
check_keys(struct undo *undo, struct undo_item *item, const struct undo_states *states,
    struct fault *fault)
{
	const struct kind *kind = kind_by_number(item->kind);
	size_t i;
	int has = 0;

	for (i = 0; has == 0 && i < kind->count; i++) {
		const struct field *field = &kind->fields[i];

		if (gains_key(kind, field, states, undo->form))
			has = find_bearer(undo, item, field->slot, field,
			    record_form_get(undo->form, field->slot), &item->other,
			    fault);
	}
	if (has == 1) {
		item->problem = PROBLEM_SAME;
		item->action = UNDO_ERROR;
	}
	return has < 0 ? -1 : 0;
}

/* A value of a picklist is declared once. */
static int
check_value(struct undo *undo, struct undo_item *item, const struct undo_states *states,
    struct fault *fault)
{
	struct view name = record_form_get(undo->form, PICKLIST_NAME);
	struct view value = record_form_get(undo->form, PICKLIST_VALUE), other_value;
	struct ids ids = { NULL, 0, 0 };
	struct record other;
	size_t i;
	int has;

	if (view_equal(value, value_now(states, PICKLIST_VALUE)) &&
	    view_equal(name, value_now(states, PICKLIST_NAME)))
		return 0;
	has = entity_find_key(undo->txn, &kind_picklist, PICKLIST_NAME,
	    kind_slot(&kind_picklist, PICKLIST_NAME), name, &ids, fault);
	for (i = 0; has == 0 && i < ids.count; i++) {
		if (ids.at[i] == item->id)
			continue;
		has = txn_record(undo->txn, ids.at[i], &other, fault);
		if (has != 1)
			continue;
		other_value = record_get(other, PICKLIST_VALUE);
		has = !fold_search_equal(value, other_value)
		    ? 0
		    : undo_will_have(
			  undo, ids.at[i], PICKLIST_VALUE, false, other_value, fault);
		if (has != 1)
			continue;
		item->other = ids.at[i];
		item->problem = PROBLEM_SAME;
		item->action = UNDO_ERROR;
	}
	ids_release(&ids);
	return has < 0 ? -1 : 0;
}

static int
check_item(struct undo *undo, struct undo_item *item, struct fault *fault)
{
	bool value = item->kind == kind_picklist.number;
	struct undo_states states;

	if ((item->action != UNDO_CREATED && item->action != UNDO_UPDATED) ||
	    (!item->suspect && !value))
		return 0;
	if (undo_states(undo, item->id, &states, fault) != 0)
		return -1;
	undo_merge(&states, undo->form);
	if (item->suspect && check_ids(undo, item, &states, fault) != 0)
		return -1;
	if (item->suspect && item->action != UNDO_ERROR &&
	    check_keys(undo, item, &states, fault) != 0)
		return -1;
	return value && item->action != UNDO_ERROR
	    ? check_value(undo, item, &states, fault)
	    : 0;
}

/* Records that are put back are written without references to what is gone; for
 * those that are in conflict that is enough. */
static bool
is_written(void *context, uint64_t id)
{
	const struct undo_item *item = undo_item(context, id);

	return item != NULL && item->action != UNDO_UNCHANGED;
}

/* A reference to a record that goes. */
static int
take_referrer(void *context, const struct referrer *referrer, struct fault *fault)
{
	struct undo *undo = context;
	struct undo_item *target = undo_item(undo, referrer->target);
	struct referrer *referrers;
	struct record record;
	int found = 0;

	if (target->kind == kind_campaign.number)
		found = txn_record(undo->txn, referrer->id, &record, fault);
	if (found < 0)
		return -1;
	if (found == 1 && undo_keeps_sent(record)) {
		target->problem = PROBLEM_SENT;
		target->other = referrer->id;
	} else if (!undo->force && target->problem != PROBLEM_SENT) {
		target->problem = PROBLEM_REFERRED;
		target->other = referrer->id;
	}
	referrers = array_room(undo->referrers, undo->referrer_count, &undo->referrer_cap,
	    sizeof(*referrers), fault);
	if (referrers == NULL)
		return -1;
	undo->referrers = referrers;
	undo->referrers[undo->referrer_count++] = *referrer;
	return 0;
}

static int
check_referrers(struct undo *undo, struct fault *fault)
{
	struct ids going = { NULL, 0, 0 };
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < undo->count; i++)
		if (undo->items[i].action == UNDO_DELETED)
			result = ids_add(&going, undo->items[i].id, fault);
	if (result == 0 && going.count > 0)
		result = referrers_each(
		    undo->txn, &going, is_written, take_referrer, undo, fault);
	ids_release(&going);
	for (i = 0; i < undo->count; i++)
		if (undo->items[i].problem == PROBLEM_REFERRED ||
		    undo->items[i].problem == PROBLEM_SENT)
			undo->items[i].action = UNDO_ERROR;
	return result;
}

int
undo_check(struct undo *undo, struct fault *fault)
{
	size_t i;

	for (i = 0; i < undo->count; i++)
		if (check_item(undo, &undo->items[i], fault) != 0)
			return -1;
	return undo_check_usage(undo, fault) != 0 || undo_check_sent(undo, fault) != 0
	    ? -1
	    : check_referrers(undo, fault);
}
