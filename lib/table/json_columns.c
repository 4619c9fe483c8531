/* SPDX-License-Identifier: ISC */
/*
 * Objects of one file nearly always have the same names in the same order, so
 * that the column after the last one is tried before the hash table.
 */
#include "table/json_columns.h"

#include "base/fold.h"

/* Whether an object with the name is in error as a whole. */
static bool
is_unusable(struct view name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.at[i] < ' ' && name.at[i] != '\t' &&
		    name.at[i] != '\n' && name.at[i] != '\r')
			return true;
	return utf8_valid(name) != name.len;
}

static size_t
hash(struct view name)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ (unsigned char)name.at[i]) * 16777619u;
	return h ^ h >> 15;
}

bool
json_columns_find(struct json_columns *columns, struct view name, size_t *column)
{
	size_t slot;

	if (columns->next < columns->count &&
	    view_equal(columns->names[columns->next], name)) {
		*column = columns->next++;
		return true;
	}
	for (slot = hash(name) % JSON_SLOTS; columns->slots[slot] != 0;
	     slot = (slot + 1) % JSON_SLOTS) {
		*column = columns->slots[slot] - 1u;
		if (view_equal(columns->names[*column], name)) {
			columns->next = *column + 1;
			return true;
		}
	}
	if (!columns->learning || columns->overflow || is_unusable(name))
		return false;
	columns->bytes += name.len;
	if (columns->count == READER_COLUMNS_MAX || columns->bytes > READER_RECORD_MAX) {
		columns->overflow = true;
		return false;
	}
	columns->names[columns->count] = arena_copy(&columns->arena, name);
	if (columns->names[columns->count].at == NULL && name.len > 0) {
		columns->failed = true;
		return false;
	}
	*column = columns->count++;
	columns->slots[slot] = (uint16_t)columns->count;
	columns->next = columns->count;
	return true;
}

void
json_columns_release(struct json_columns *columns)
{
	arena_release(&columns->arena);
	columns->count = 0;
}
