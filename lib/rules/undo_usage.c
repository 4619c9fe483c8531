/* SPDX-License-Identifier: ISC */
/*
 * A value of a picklist, or an attribute, is in records as text, so no index of
 * references tells who has it. Values go so seldom that all records are looked
 * at then. A value that is in use never goes, since what a record has must be
 * taken when it is read again; an attribute that nobody declares is a text, so
 * that is for the user to say.
 */
#include <stdlib.h>

#include "base/array.h"
#include "base/fold.h"
#include "model/settings.h"
#include "model/vocabulary.h"
#include "rules/undo_parts.h"

/* What a record may have: the value in a slot, any value where that is empty. */
struct going {
	struct undo_item *item;
	uint8_t kind; /* 0: any */
	uint16_t slot;
	struct view value;
};

struct usage {
	struct undo *undo;
	struct going *at;
	size_t count, cap;
};

static int
add_going(struct usage *usage, struct undo_item *item, uint8_t kind, uint16_t slot,
    struct view value, struct fault *fault)
{
	struct going *at =
	    array_room(usage->at, usage->count, &usage->cap, sizeof(*at), fault);

	if (at == NULL)
		return -1;
	usage->at = at;
	at[usage->count++] = (struct going){ item, kind, slot, value };
	return 0;
}

/* Whether the field takes the values of its picklist alone. */
static bool
is_closed(const struct field *field)
{
	return field->type == TYPE_PICKLIST && field->slot < RECORD_FIXED &&
	    (field->flags & FIELD_OPEN) == 0;
}

/* Every field that takes the values of the picklist alone. */
static int
add_fields(struct usage *usage, struct undo_item *item, struct view picklist,
    struct view value, struct fault *fault)
{
	const struct kind *kind;
	const struct field *field;
	size_t i, k;

	for (i = 0; (kind = kind_at(i)) != NULL; i++) {
		for (k = 0; k < kind->count; k++) {
			field = &kind->fields[k];
			if (!is_closed(field) || !view_is(picklist, field->of))
				continue;
			if (add_going(usage, item, kind->number, field->slot, value,
				fault) != 0)
				return -1;
		}
	}
	return 0;
}

/* What a setting is to be. */
static int
setting_will_be(struct undo *undo, const char *name, struct buf *out, struct fault *fault)
{
	size_t i;

	for (i = 0; i < undo->setting_count; i++) {
		const struct undo_setting *setting = &undo->settings[i];

		if (!view_is(setting->name, name) || setting->action != UNDO_UPDATED)
			continue;
		/* Its default is built in. */
		buf_view(out, setting->value);
		return buf_check(out, fault);
	}
	return setting_get(out, undo->txn, name, fault);
}

static int
check_settings(struct undo *undo, struct undo_item *item, struct view picklist,
    struct view value, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && setting_at(i) != NULL; i++) {
		if (setting_picklist(i) == NULL ||
		    !view_is(picklist, setting_picklist(i)))
			continue;
		buf_clear(&text);
		result = setting_will_be(undo, setting_at(i)->name, &text, fault);
		if (result != 0 || !fold_search_equal(value, buf_as_view(&text)))
			continue;
		item->problem = PROBLEM_SET;
		item->action = UNDO_ERROR;
		item->other = i;
	}
	buf_release(&text);
	return result;
}

/* Whether the value of the picklist goes with the record: one that is built in
 * was only hidden by it. 1, 0, -1. */
static int
value_goes(
    struct undo *undo, struct view picklist, struct view value, struct fault *fault)
{
	const struct vocabulary *vocabulary;
	struct picklist_value found;
	struct buf name = BUF_EMPTY;
	int goes = -1;

	buf_view(&name, picklist);
	if (buf_check(&name, fault) == 0 &&
	    vocabulary_of(&vocabulary, undo->txn, fault) == 0)
		goes = vocabulary_find(vocabulary, buf_string(&name), value, &found) &&
		    !found.built_in;
	buf_release(&name);
	return goes;
}

static int
collect_value(struct usage *usage, struct undo_item *item, struct record record,
    struct fault *fault)
{
	struct undo *undo = usage->undo;
	struct view picklist = record_get(record, PICKLIST_NAME);
	struct view value = record_get(record, PICKLIST_VALUE);
	int goes = value_goes(undo, picklist, value, fault);

	if (goes <= 0)
		return goes;
	if (check_settings(undo, item, picklist, value, fault) != 0)
		return -1;
	return item->action == UNDO_ERROR
	    ? 0
	    : add_fields(usage, item, picklist, value, fault);
}

static int
collect_attribute(struct usage *usage, struct undo_item *item, struct record record,
    struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	uint16_t slot;
	int found = -1;

	attribute_name(&name, record_get(record, ATTRIBUTE_NAME));
	if (buf_check(&name, fault) == 0)
		found = txn_name_slot(
		    usage->undo->txn, NAME_ATTR, buf_as_view(&name), false, &slot, fault);
	buf_release(&name);
	return found < 1 ? found
			 : add_going(usage, item, 0, slot, view_make(NULL, 0), fault);
}

static int
collect(struct usage *usage, struct fault *fault)
{
	struct undo *undo = usage->undo;
	struct record record;
	size_t i;
	int found;

	for (i = 0; i < undo->count; i++) {
		struct undo_item *item = &undo->items[i];
		bool value = item->kind == kind_picklist.number;

		if (item->action != UNDO_DELETED ||
		    (!value && (item->kind != kind_attribute.number || undo->force)))
			continue;
		found = txn_record(undo->txn, item->id, &record, fault);
		if (found == 1)
			found = (value ? collect_value : collect_attribute)(
			    usage, item, record, fault);
		if (found < 0)
			return -1;
	}
	return 0;
}

/* Whether the record has what goes, and keeps it. */
static int
look_at(struct usage *usage, uint64_t id, struct record record, struct fault *fault)
{
	size_t i;

	for (i = 0; i < usage->count; i++) {
		struct going *going = &usage->at[i];
		struct view held;
		int has;

		if ((going->kind != 0 && going->kind != record_kind(record)) ||
		    going->item->action == UNDO_ERROR)
			continue;
		held = record_get(record, going->slot);
		if (held.len == 0 ||
		    (going->value.len > 0 && !fold_search_equal(held, going->value)))
			continue;
		has = undo_will_have(usage->undo, id, going->slot, false, held, fault);
		if (has < 0)
			return -1;
		if (has == 0)
			continue;
		going->item->problem = PROBLEM_USED;
		going->item->action = UNDO_ERROR;
		going->item->other = id;
	}
	return 0;
}

int
undo_note_lack(struct undo *undo, struct undo_item *item,
    const struct undo_states *states, const struct record_form *form, struct fault *fault)
{
	const struct kind *kind = kind_by_number(item->kind);
	const struct vocabulary *vocabulary;
	struct picklist_value found;
	size_t i;

	if (vocabulary_of(&vocabulary, undo->txn, fault) != 0)
		return -1;
	for (i = 0; i < kind->count; i++) {
		const struct field *field = &kind->fields[i];
		struct view value;

		if (!is_closed(field))
			continue;
		value = record_form_get(form, field->slot);
		if (value.len == 0 ||
		    (record_there(states->now) &&
			view_equal(value, record_get(states->now, field->slot))) ||
		    (undo->known_kind[field->slot] == kind->number &&
			view_equal(value, undo->known[field->slot])))
			continue;
		if (vocabulary_find(vocabulary, field->of, value, &found)) {
			undo->known[field->slot] = found.value;
			undo->known_kind[field->slot] = kind->number;
		} else {
			item->lacks = true;
			item->other = field->slot;
		}
	}
	return 0;
}

/* A run that took values away with the records that had them brings both back. */
static void
check_lacks(struct undo *undo)
{
	size_t i;

	for (i = 0; i < undo->count; i++)
		if (undo->items[i].kind == kind_picklist.number &&
		    undo->items[i].action == UNDO_CREATED)
			return;
	for (i = 0; i < undo->count; i++) {
		if (!undo->items[i].lacks || undo->items[i].action == UNDO_ERROR)
			continue;
		undo->items[i].problem = PROBLEM_GONE;
		undo->items[i].action = UNDO_ERROR;
	}
}

int
undo_check_usage(struct undo *undo, struct fault *fault)
{
	struct usage usage = { .undo = undo };
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found;

	check_lacks(undo);
	found = collect(&usage, fault);
	if (found == 0 && usage.count > 0) {
		found = record_walk_open(&walk, undo->txn, 0, fault);
		while (found == 0 &&
		    (found = record_walk_next(&walk, &id, &record, fault)) == 1)
			found = look_at(&usage, id, record, fault);
		record_walk_close(&walk);
	}
	free(usage.at);
	return found;
}
