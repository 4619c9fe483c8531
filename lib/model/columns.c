/* SPDX-License-Identifier: ISC */
/*
 * Which ext and attr columns a kind has is nowhere written down: the records
 * say it. They are read until every name that the store knows was met.
 */
#include "model/columns.h"

#include <stdlib.h>

static int
add(struct columns *columns, struct txn *txn, const struct kind *kind, struct view name,
    bool descending, struct fault *fault)
{
	struct column **at;
	bool *signs;

	at = reallocarray(columns->at, columns->count + 1, sizeof(*at));
	if (at == NULL)
		return fault_memory(fault);
	columns->at = at;
	signs = reallocarray(columns->descending, columns->count + 1, sizeof(*signs));
	if (signs == NULL)
		return fault_memory(fault);
	columns->descending = signs;
	signs[columns->count] = descending;
	if (column_parse(&at[columns->count], txn, kind, name, fault) == -1)
		return -1;
	columns->count++;
	return 0;
}

int
columns_parse(struct columns *columns, struct txn *txn, const struct kind *kind,
    struct view list, bool signs, struct fault *fault)
{
	const char *comma;
	struct view name;
	bool descending;

	do {
		comma = list.len == 0 ? NULL : memchr(list.at, ',', list.len);
		name = comma == NULL ? list : view_until(list, (size_t)(comma - list.at));
		list = view_from(list, name.len + 1);
		descending = signs && view_begins(name, VIEW("-"));
		if (descending)
			name = view_from(name, 1);
		if (name.len == 0) {
			(void)fault_set(fault, FAULT_USAGE,
			    "a name is missing in the list of columns");
			goto failed;
		}
		if (add(columns, txn, kind, name, descending, fault) == -1)
			goto failed;
	} while (comma != NULL);
	return 0;
failed:
	columns_release(columns);
	return -1;
}

/* Marks the extra slots that records of the kind have; room of them are
 * known. */
static int
mark_extras(struct txn *txn, const struct kind *kind, bool *marks, size_t room,
    struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	struct view value;
	uint32_t position;
	uint16_t slot;
	uint64_t id;
	size_t left = room;
	int found;

	if (record_walk_open(&walk, txn, 0, fault) == -1)
		return -1;
	while (
	    (found = left == 0 ? 0 : record_walk_next(&walk, &id, &record, fault)) == 1) {
		if (record_kind(record) != kind->number)
			continue;
		position = RECORD_FIXED;
		while (record_next(record, &position, &slot, &value))
			if ((size_t)(slot - RECORD_FIXED) < room &&
			    !marks[slot - RECORD_FIXED]) {
				marks[slot - RECORD_FIXED] = true;
				left--;
			}
	}
	record_walk_close(&walk);
	return found;
}

static int
add_extra(struct columns *columns, struct txn *txn, const struct kind *kind,
    uint16_t slot, struct fault *fault)
{
	struct buf column = BUF_EMPTY;
	enum name_class class;
	struct view name;
	int result;

	result = txn_slot_name(txn, slot, &class, &name, NULL, fault);
	if (result != 1)
		return result;
	buf_text(&column, class == NAME_EXT ? "ext." : "attr.");
	buf_view(&column, name);
	result = buf_check(&column, fault);
	if (result == 0)
		result = add(columns, txn, kind, buf_as_view(&column), false, fault);
	buf_release(&column);
	return result;
}

static int
add_extras(struct columns *columns, struct txn *txn, const struct kind *kind,
    struct fault *fault)
{
	enum name_class class;
	struct view name;
	bool *marks;
	uint16_t slot = RECORD_FIXED;
	int result;

	while ((result = txn_slot_name(txn, slot, &class, &name, NULL, fault)) == 1)
		slot++;
	if (result == -1 || slot == RECORD_FIXED)
		return result;
	marks = calloc(slot - RECORD_FIXED, sizeof(*marks));
	if (marks == NULL)
		return fault_memory(fault);
	result = mark_extras(txn, kind, marks, slot - RECORD_FIXED, fault);
	for (uint16_t i = RECORD_FIXED; i < slot && result == 0; i++)
		if (marks[i - RECORD_FIXED])
			result = add_extra(columns, txn, kind, i, fault);
	free(marks);
	return result;
}

int
columns_all(struct columns *columns, struct txn *txn, const struct kind *kind,
    struct fault *fault)
{
	size_t i;
	int result = 0;

	for (i = 0; i < kind->count && result == 0; i++)
		result =
		    add(columns, txn, kind, view_of(kind->fields[i].name), false, fault);
	if (result == 0)
		result = add_extras(columns, txn, kind, fault);
	if (result == 0)
		result = columns_place(columns, txn, kind, "id", 0, fault);
	if (result == 0)
		result = columns_place(columns, txn, kind, "rev", 1, fault);
	if (result == -1)
		columns_release(columns);
	return result;
}

static size_t
find(const struct columns *columns, const char *name)
{
	size_t i;

	for (i = 0; i < columns->count; i++)
		if (view_is(column_name(columns->at[i]), name))
			break;
	return i;
}

int
columns_place(struct columns *columns, struct txn *txn, const struct kind *kind,
    const char *name, size_t place, struct fault *fault)
{
	struct column *column;
	size_t at = find(columns, name);

	if (at == columns->count &&
	    add(columns, txn, kind, view_of(name), false, fault) == -1)
		return -1;
	if (at < place)
		return 0;
	column = columns->at[at];
	memmove(&columns->at[place + 1], &columns->at[place],
	    (at - place) * sizeof(struct column *));
	columns->at[place] = column;
	return 0;
}

void
columns_drop(struct columns *columns, const char *name)
{
	size_t at = find(columns, name);

	if (at == columns->count)
		return;
	column_free(columns->at[at]);
	columns->count--;
	memmove(&columns->at[at], &columns->at[at + 1],
	    (columns->count - at) * sizeof(struct column *));
}

void
columns_release(struct columns *columns)
{
	size_t i;

	for (i = 0; i < columns->count; i++)
		column_free(columns->at[i]);
	free(columns->at);
	free(columns->descending);
	*columns = (struct columns){ NULL, NULL, 0 };
}
