/* SPDX-License-Identifier: ISC */
/*
 * Fields are compared as they print, so that what was written in another way
 * and means the same is no difference. But a reference and the text that waits
 * for one print alike and are not the same: there the id is told.
 */
#include "model/differences.h"

#include <stdio.h>

struct sides {
	struct txn *txn;
	const struct kind *kind;
	uint64_t id;
	struct record old, new;
	int (*each)(
	    void *context, const struct difference *difference, struct fault *fault);
	void *context;
	struct buf from, to;
};

static int
print(struct buf *out, const struct sides *sides, struct record record, uint16_t slot,
    struct fault *fault)
{
	buf_clear(out);
	if (record.at != NULL &&
	    entity_print(out, sides->txn, sides->kind, sides->id, record, slot, fault) ==
		-1)
		return -1;
	return buf_check(out, fault);
}

static void
print_element(struct buf *out, struct view element, bool list)
{
	char text[24];
	uint64_t id;

	if (reference_id(element, &id)) {
		snprintf(text, sizeof(text), "#%llu", (unsigned long long)id);
		element = view_of(text);
	}
	if (list)
		list_add(out, 0, element);
	else
		buf_view(out, element);
}

static int
print_ids(struct buf *out, struct view value, bool list, struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct view element;

	buf_clear(out);
	if (!list)
		print_element(out, value, false);
	while (list && list_next(&value, &element, &scratch))
		print_element(out, element, true);
	buf_release(&scratch);
	return buf_check(out, fault);
}

/* Where both sides print alike: whether a reference is stored in another way,
 * and then its sides with ids. */
static int
print_references(struct sides *sides, uint16_t slot, struct fault *fault)
{
	const struct field *field = kind_slot(sides->kind, slot);
	struct view old, new;
	bool list;

	if (field == NULL || field->type != TYPE_REFERENCE || slot >= RECORD_FIXED ||
	    sides->old.at == NULL || sides->new.at == NULL)
		return 0;
	old = record_get(sides->old, slot);
	new = record_get(sides->new, slot);
	list = (field->flags & FIELD_LIST) != 0;
	return view_equal(old, new) ? 0
	    : print_ids(&sides->from, old, list, fault) == -1
	    ? -1
	    : print_ids(&sides->to, new, list, fault);
}

static int
compare(struct sides *sides, uint16_t slot, struct view field, struct fault *fault)
{
	struct difference difference;

	if (print(&sides->from, sides, sides->old, slot, fault) == -1 ||
	    print(&sides->to, sides, sides->new, slot, fault) == -1 ||
	    (view_equal(buf_as_view(&sides->from), buf_as_view(&sides->to)) &&
		print_references(sides, slot, fault) == -1))
		return -1;
	difference = (struct difference){ slot, field, buf_as_view(&sides->from),
		buf_as_view(&sides->to) };
	return view_equal(difference.from, difference.to)
	    ? 0
	    : sides->each(sides->context, &difference, fault);
}

static int
compare_extra(struct sides *sides, uint16_t slot, struct fault *fault)
{
	struct buf field = BUF_EMPTY;
	enum name_class class;
	struct view name;
	int result;

	result = txn_slot_name(sides->txn, slot, &class, &name, NULL, fault);
	if (result == 1) {
		buf_text(&field, class == NAME_EXT ? "ext." : "attr.");
		buf_view(&field, name);
		result = buf_check(&field, fault);
		if (result == 0)
			result = compare(sides, slot, buf_as_view(&field), fault);
	}
	buf_release(&field);
	return result;
}

/* The extras of one state; those that the other has too are left out with
 * `once`, since they were compared before. */
static int
compare_extras(struct sides *sides, struct record record, bool once, struct fault *fault)
{
	uint32_t position = RECORD_FIXED;
	struct view value;
	uint16_t slot;
	int result = 0;

	while (result == 0 && record.at != NULL &&
	    record_next(record, &position, &slot, &value))
		if (!once || sides->new.at == NULL ||
		    record_get(sides->new, slot).len == 0)
			result = compare_extra(sides, slot, fault);
	return result;
}

int
differences_each(struct txn *txn, const struct kind *kind, uint64_t id, struct record old,
    struct record new, unsigned without,
    int (*each)(void *context, const struct difference *difference, struct fault *fault),
    void *context, struct fault *fault)
{
	struct sides sides = { txn, kind, id, old, new, each, context, BUF_EMPTY,
		BUF_EMPTY };
	const struct field *field;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < kind->count; i++) {
		field = &kind->fields[i];
		if ((field->flags & without) == 0)
			result =
			    compare(&sides, field->slot, view_of(field->name), fault);
	}
	if (result == 0)
		result = compare_extras(&sides, new, false, fault);
	if (result == 0)
		result = compare_extras(&sides, old, true, fault);
	buf_release(&sides.from);
	buf_release(&sides.to);
	return result;
}

int
differences_name(struct buf *out, struct txn *txn, const struct kind *kind, uint64_t id,
    struct record old, struct record new, struct fault *fault)
{
	const struct field *name = kind_field(kind, VIEW("name"));

	if (name == NULL)
		return 0;
	return entity_print(
	    out, txn, kind, id, new.at == NULL ? old : new, name->slot, fault);
}
