/* SPDX-License-Identifier: ISC */
/*
 * --key: rows matched by the fields that the user names, or those that together are
 * the key of the kind. Where one of them has an index that is asked; where none has,
 * or too much comes of it, a table of all records by the folded values of the fields
 * is made once and kept in step. A reference counts by the record that it means.
 */
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/fold.h"
#include "rules/import_run.h"

/* After so many records that the index gave a table is cheaper. */
#define LOOKED_MAX 200000

struct key_table {
	struct key_place {
		uint64_t hash, id;
	} * places;
	size_t count, cap;
};

static int
key_add(struct import *import, uint16_t slot, struct fault *fault)
{
	struct match_key *key = &import->key;
	const struct field *field;

	if (key->count == KEY_PARTS)
		return fault_set(
		    fault, FAULT_USAGE, "--key: more than %d fields", KEY_PARTS);
	if (import_field(import, slot, &field, fault) != 0)
		return -1;
	if (field != NULL && field->derive == NULL &&
	    (field->flags & (FIELD_INDEXED | FIELD_KEY)) != 0)
		key->indexed = true;
	key->slots[key->count++] = slot;
	return 0;
}

/* In a file --key may name headers too, which the plan knows. */
static int
plan_key_read(struct import *import, struct fault *fault)
{
	const uint16_t *slots;
	size_t count = plan_keys(import->plan, &slots), i;

	for (i = 0; i < count; i++)
		if (key_add(import, slots[i], fault) != 0)
			return -1;
	return 0;
}

/* A part of --key beside operands: a field name, ext.NAME or attr.NAME. */
static int
key_slot(struct import *import, struct view name, uint16_t *slot, struct fault *fault)
{
	const struct field *field = kind_field(import->kind, name);
	enum name_class class = NAME_ATTR;
	struct view rest = name;
	int found;

	if (field != NULL) {
		*slot = field->slot;
		if (field->slot < RECORD_FIXED)
			return 0;
		return fault_set(fault, FAULT_USAGE,
		    "--key %.*s: is computed, "
		    "so no row can be matched by it",
		    (int)name.len, name.at);
	}
	if (view_begins(name, VIEW("ext."))) {
		class = NAME_EXT;
		rest = view_from(name, 4);
	} else if (view_begins(name, VIEW("attr."))) {
		rest = view_from(name, 5);
	}
	found = txn_name_slot(import->txn, class, rest, false, slot, fault);
	if (found < 0)
		return -1;
	if (found == 0)
		return fault_set(fault, FAULT_USAGE,
		    "--key %.*s: neither a "
		    "field nor a column of the file",
		    (int)name.len, name.at);
	return 0;
}

int
match_key_read(struct import *import, struct fault *fault)
{
	struct match_key *key = &import->key;
	const char *at = import->options.key, *end;
	uint16_t slot;

	*key = (struct match_key){ .count = 0 };
	if (at == NULL)
		at = import->kind->key;
	if (at == NULL)
		return 0;
	if (strcmp(at, "id") == 0)
		return 0;
	if (import->options.key != NULL && import->plan != NULL)
		return plan_key_read(import, fault);
	for (; *at != '\0'; at = *end == '+' ? end + 1 : end) {
		end = at + strcspn(at, "+");
		if (key_slot(import, view_make(at, (size_t)(end - at)), &slot, fault) !=
			0 ||
		    key_add(import, slot, fault) != 0)
			return -1;
	}
	return 0;
}

static void
add_part(struct buf *key, const struct field *field, struct view value)
{
	uint64_t id;

	if (field->type == TYPE_EMAIL && email_key(key, value)) {
		/* Addresses compare by their own rule. */
	} else if ((field->flags & FIELD_EXACT) != 0 ||
	    (field->type == TYPE_REFERENCE && reference_id(value, &id))) {
		buf_view(key, value);
	} else {
		fold_identity(key, value);
	}
	buf_char(key, '\0');
}

/* The folded values of a record; *whole is false when one is missing. */
static int
record_key(struct import *import, uint64_t id, struct record record, struct buf *key,
    bool *whole, struct fault *fault)
{
	const struct field *field;
	size_t i;

	buf_clear(key);
	*whole = true;
	for (i = 0; *whole && i < import->key.count; i++) {
		buf_clear(&import->text);
		if (import_field(import, import->key.slots[i], &field, fault) != 0)
			return -1;
		if (field->type == TYPE_REFERENCE)
			buf_view(&import->text, record_get(record, field->slot));
		else if (entity_print(&import->text, import->txn, import->kind, id,
			     record, import->key.slots[i], fault) != 0)
			return -1;
		*whole = import->text.len > 0;
		add_part(key, field, buf_as_view(&import->text));
	}
	return buf_check(key, fault);
}

static int
draft_key(struct import *import, const struct draft *draft, struct buf *key, bool *whole,
    struct fault *fault)
{
	const struct field *field;
	const struct cell *cell;
	struct index_key ignored;
	size_t i;

	buf_clear(key);
	*whole = true;
	for (i = 0; *whole && i < import->key.count; i++) {
		cell = draft_cell(draft, import->key.slots[i]);
		*whole = cell != NULL && cell->value.len > 0;
		if (!*whole)
			break;
		if (import_field(import, import->key.slots[i], &field, fault) != 0)
			return -1;
		if (field->type == TYPE_REFERENCE &&
		    match_reference(import, draft, cell, field, &ignored, &import->stored,
			fault) != 0)
			return -1;
		add_part(key, field,
		    field->type == TYPE_REFERENCE ? buf_as_view(&import->stored)
						  : cell->value);
	}
	return buf_check(key, fault);
}

static int
table_grow(struct key_table *table, struct fault *fault)
{
	size_t cap = table->cap == 0 ? 1024 : table->cap * 2, i, at;
	struct key_place *places = calloc(cap, sizeof(*places));

	if (places == NULL)
		return fault_memory(fault);
	for (i = 0; i < table->cap; i++) {
		if (table->places[i].id == 0)
			continue;
		at = table->places[i].hash & (cap - 1);
		while (places[at].id != 0)
			at = (at + 1) & (cap - 1);
		places[at] = table->places[i];
	}
	free(table->places);
	table->places = places;
	table->cap = cap;
	return 0;
}

static int
table_add(struct import *import, uint64_t id, struct record record, struct fault *fault)
{
	struct key_table *table = import->key_table;
	struct buf key = BUF_EMPTY;
	uint64_t hash;
	size_t at;
	bool whole;
	int result = -1;

	if (record_key(import, id, record, &key, &whole, fault) != 0)
		goto done;
	result = 0;
	if (!whole)
		goto done;
	if (table->count * 4 >= table->cap * 3 && table_grow(table, fault) != 0) {
		result = -1;
		goto done;
	}
	hash = XXH3_64bits(key.at, key.len);
	at = hash & (table->cap - 1);
	while (table->places[at].id != 0)
		at = (at + 1) & (table->cap - 1);
	table->places[at] = (struct key_place){ hash, id };
	table->count++;
done:
	buf_release(&key);
	return result;
}

static int
table_make(struct import *import, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found;

	import->key_table = calloc(1, sizeof(*import->key_table));
	if (import->key_table == NULL)
		return fault_memory(fault);
	if (record_walk_open(&walk, import->txn, 0, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1)
		if (record_kind(record) == import->kind->number &&
		    table_add(import, id, record, fault) != 0) {
			found = -1;
			break;
		}
	record_walk_close(&walk);
	return found;
}

int
match_created(struct import *import, uint64_t id, struct fault *fault)
{
	if (import->key_table == NULL)
		return 0;
	return table_add(import, id, txn_written(import->txn), fault);
}

void
match_release(struct import *import)
{
	size_t i;

	if (import->key_table != NULL)
		free(import->key_table->places);
	free(import->key_table);
	for (i = 0; i < import->prefetch_cap; i++)
		free(import->prefetched[i].first);
	free(import->prefetched);
	free(import->prefetch_keys);
	free(import->prefetch_order);
}

static int
table_candidates(struct import *import, struct view key, struct fault *fault)
{
	struct key_table *table;
	uint64_t hash = XXH3_64bits(key.at, key.len);
	size_t at;

	if (import->key_table == NULL && table_make(import, fault) != 0)
		return -1;
	table = import->key_table;
	if (table->count == 0)
		return 0;
	for (at = hash & (table->cap - 1); table->places[at].id != 0;
	     at = (at + 1) & (table->cap - 1))
		if (table->places[at].hash == hash &&
		    ids_add(&import->ids, table->places[at].id, fault) != 0)
			return -1;
	return 0;
}

int
match_reference(struct import *import, const struct draft *draft, const struct cell *cell,
    const struct field *field, struct index_key *key, struct buf *stored,
    struct fault *fault)
{
	struct buf folded = BUF_EMPTY;
	int result;

	buf_clear(stored);
	if (reference_find(import->txn, &import->systems, import->kind, draft, field,
		cell->value, &import->others, fault) != 0)
		return -1;
	if (import->others.count == 1) {
		reference_put(stored, import->others.at[0]);
		*key =
		    index_id_key(import->kind->number, field->slot, import->others.at[0]);
		return buf_check(stored, fault);
	}
	buf_view(stored, cell->value);
	value_index_text(&folded, field, cell->value);
	*key = index_text_key(import->kind->number, field->slot, buf_as_view(&folded));
	result = buf_check(&folded, fault) != 0 ? -1 : buf_check(stored, fault);
	buf_release(&folded);
	return result;
}

/* Through the index of the first part that has one. */
static int
index_candidates(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct field *field;
	struct view value, element;
	struct index_key key;
	size_t i;

	for (i = 0; i < import->key.count; i++) {
		if (import_field(import, import->key.slots[i], &field, fault) != 0)
			return -1;
		if (field->derive == NULL &&
		    (field->flags & (FIELD_INDEXED | FIELD_KEY)) != 0)
			break;
	}
	if (field->type == TYPE_REFERENCE)
		return match_reference(import, draft,
			   draft_cell(draft, import->key.slots[i]), field, &key,
			   &import->stored, fault) != 0
		    ? -1
		    : index_find(import->txn, key, &import->ids, fault);
	value = draft_cell(draft, import->key.slots[i])->value;
	if ((field->flags & FIELD_LIST) != 0 &&
	    !list_next(&value, &element, &import->scratch))
		return 0;
	if ((field->flags & FIELD_LIST) == 0)
		element = value;
	buf_clear(&import->text);
	value_index_text(&import->text, field, element);
	if (buf_check(&import->text, fault) != 0)
		return -1;
	return index_find(import->txn,
	    index_text_key(
		import->kind->number, import->key.slots[i], buf_as_view(&import->text)),
	    &import->ids, fault);
}

enum step
match_by_key(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault)
{
	struct buf key = BUF_EMPTY, other = BUF_EMPTY;
	enum step step = STEP_FAULT;
	struct record record;
	bool whole;
	size_t i;
	int found;

	import->ids.count = 0;
	if (draft_key(import, draft, &key, &whole, fault) != 0)
		goto done;
	if (!whole) {
		step = import_stop(
		    import, STEP_ERROR, "REQUIRED", "the row has no value for --key");
		if (import->options.key == NULL)
			step = import_stop(import, STEP_ERROR, "REQUIRED",
			    "%s: a %s needs these fields", import->kind->key,
			    import->kind->name);
		goto done;
	}
	if ((import->key.indexed
		    ? index_candidates(import, draft, fault)
		    : table_candidates(import, buf_as_view(&key), fault)) != 0)
		goto done;
	ids_sort(&import->ids);
	import->key.looked += import->ids.count;
	if (import->key.looked > LOOKED_MAX)
		import->key.indexed = false;
	for (i = 0; i < import->ids.count; i++) {
		found = txn_record(import->txn, import->ids.at[i], &record, fault);
		if (found < 0 ||
		    (found == 1 &&
			record_key(import, import->ids.at[i], record, &other, &whole,
			    fault) != 0))
			goto done;
		if (found == 0 || record_kind(record) != import->kind->number || !whole ||
		    !view_equal(buf_as_view(&key), buf_as_view(&other)))
			continue;
		if (*id != 0) {
			step = import_stop(import, STEP_ERROR, "AMBIGUOUS",
			    "#%llu and #%llu have the same key", (unsigned long long)*id,
			    (unsigned long long)import->ids.at[i]);
			*id = 0;
			goto done;
		}
		*id = import->ids.at[i];
	}
	step = STEP_GO;
done:
	buf_release(&key);
	buf_release(&other);
	return step;
}
