/* SPDX-License-Identifier: ISC */
/*
 * Names of ext and attr columns. The tree `names` has two rows a name: class
 * and name -> slot, and '#' with the slot -> class, name, NUL, label.
 */
#include <endian.h>
#include <stdlib.h>

#include "store/txn.h"

static struct view
slot_key(unsigned char key[3], uint16_t slot)
{
	key[0] = '#';
	key[1] = (unsigned char)(slot >> 8);
	key[2] = (unsigned char)slot;
	return view_make((char *)key, 3);
}

/* The highest slot that was given, RECORD_FIXED - 1 if none. The rows of slots
 * come first, since '#' is below the letters of the classes. */
static int
last_slot(struct txn *txn, uint16_t *slot, struct fault *fault)
{
	struct engine_cursor *cursor;
	struct view key = { NULL, 0 }, value;
	int found;

	*slot = RECORD_FIXED - 1;
	if (engine_cursor_open(&cursor, txn->engine, TREE_NAMES, fault) != 0)
		return -1;
	found = engine_first(cursor, &key, &value, fault);
	while (found == 1 && key.len == 3 && key.at[0] == '#') {
		*slot =
		    (uint16_t)((unsigned char)key.at[1] << 8 | (unsigned char)key.at[2]);
		found = engine_next(cursor, &key, &value, fault);
	}
	engine_cursor_close(cursor);
	return found < 0 ? -1 : 0;
}

static int
put_slot(struct txn *txn, uint16_t slot, enum name_class class, struct view name,
    struct view label, struct fault *fault)
{
	unsigned char key[3];
	struct buf row = BUF_EMPTY;
	int result = -1;

	buf_char(&row, (char)class);
	buf_view(&row, name);
	buf_char(&row, '\0');
	buf_view(&row, label);
	if (buf_check(&row, fault) == 0)
		result = engine_put(txn->engine, TREE_NAMES, slot_key(key, slot),
		    buf_as_view(&row), fault);
	buf_release(&row);
	return result;
}

/* The last slot that extras may have; virtual fields begin above. */
#define SLOT_LAST 0xdfff

static int
make_name(struct txn *txn, enum name_class class, struct view key, struct view name,
    uint16_t *slot, struct fault *fault)
{
	uint16_t made;

	if (last_slot(txn, &made, fault) != 0)
		return -1;
	if (made >= SLOT_LAST)
		return fault_set(
		    fault, FAULT_INPUT, "the store knows too many different attributes");
	made++;
	if (engine_put(txn->engine, TREE_NAMES, key,
		view_make((char *)&made, sizeof(made)), fault) != 0 ||
	    put_slot(txn, made, class, name, (struct view){ NULL, 0 }, fault) != 0)
		return -1;
	*slot = made;
	return 1;
}

int
txn_name_slot(struct txn *txn, enum name_class class, struct view name, bool create,
    uint16_t *slot, struct fault *fault)
{
	char bytes[256];
	struct view key = { bytes, name.len + 1 }, value;
	int found;

	if (name.len == 0 || name.len >= sizeof(bytes))
		return create
		    ? fault_set(fault, FAULT_INPUT,
			  "a column name has %zu bytes, 1 to 255 are possible", name.len)
		    : 0;
	bytes[0] = (char)class;
	memcpy(bytes + 1, name.at, name.len);
	found = engine_get(txn->engine, TREE_NAMES, key, &value, fault);
	if (found == 1 && value.len == sizeof(*slot))
		memcpy(slot, value.at, sizeof(*slot));
	if (found != 0 || !create)
		return found;
	return make_name(txn, class, key, name, slot, fault);
}

int
txn_slot_name(struct txn *txn, uint16_t slot, enum name_class *class, struct view *name,
    struct view *label, struct fault *fault)
{
	unsigned char key[3];
	struct view value;
	int found;

	found = engine_get(txn->engine, TREE_NAMES, slot_key(key, slot), &value, fault);
	if (found <= 0)
		return found;
	if (value.len < 2)
		return fault_set(fault, FAULT_STORE, "a name is damaged");
	*class = (enum name_class)value.at[0];
	*name = view_make(value.at + 1, strnlen(value.at + 1, value.len - 1));
	if (label != NULL)
		*label = view_from(value, name->len + 2);
	return 1;
}

int
txn_slot_class(
    struct txn *txn, uint16_t slot, enum name_class *class, struct fault *fault)
{
	size_t at = (size_t)slot - RECORD_FIXED, count;
	unsigned char *classes;
	struct view name;
	int found;

	if (slot < RECORD_FIXED)
		return 0;
	if (at < txn->class_count && txn->classes[at] != 0) {
		*class = (enum name_class)txn->classes[at];
		return 1;
	}
	found = txn_slot_name(txn, slot, class, &name, NULL, fault);
	if (found != 1)
		return found;
	if (at >= txn->class_count) {
		count = (at | 63) + 1;
		classes = realloc(txn->classes, count);
		if (classes == NULL)
			return fault_memory(fault);
		memset(classes + txn->class_count, 0, count - txn->class_count);
		txn->classes = classes;
		txn->class_count = count;
	}
	txn->classes[at] = (unsigned char)*class;
	return 1;
}

static int
set_label(
    struct txn *txn, uint16_t slot, struct view label, bool anew, struct fault *fault)
{
	enum name_class class;
	struct view name, had;
	char *copy;
	int found, result;

	found = txn_slot_name(txn, slot, &class, &name, &had, fault);
	if (found <= 0)
		return found < 0
		    ? -1
		    : fault_set(fault, FAULT_INTERNAL, "slot %u has no name", slot);
	if ((had.len > 0 && !anew) || view_equal(had, label))
		return 0;
	copy = strndup(name.at, name.len);
	if (copy == NULL)
		return fault_memory(fault);
	result = put_slot(txn, slot, class, view_of(copy), label, fault);
	free(copy);
	return result;
}

int
txn_name_label(struct txn *txn, uint16_t slot, struct view label, struct fault *fault)
{
	return set_label(txn, slot, label, false, fault);
}

int
txn_name_relabel(struct txn *txn, uint16_t slot, struct view label, struct fault *fault)
{
	return set_label(txn, slot, label, true, fault);
}
