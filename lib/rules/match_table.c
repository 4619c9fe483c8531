/* SPDX-License-Identifier: ISC */
/*
 * Records by the folded values of some fields together, as hashes: made when it is
 * first needed, by a walk over all records, and kept in step with what is created.
 * A reference counts by the record that it means, however a row names it.
 */
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/fold.h"
#include "rules/import_run.h"

struct key_table {
	struct key_place {
		uint64_t hash, id;
	} * places;
	size_t count, cap;
};

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

int
match_record_key(struct import *import, const struct match_key *match, uint64_t id,
    struct record record, struct buf *key, bool *whole, struct fault *fault)
{
	const struct field *field;
	size_t i;

	buf_clear(key);
	*whole = true;
	for (i = 0; *whole && i < match->count; i++) {
		buf_clear(&import->text);
		if (import_field(import, match->slots[i], &field, fault) != 0)
			return -1;
		if (field->type == TYPE_REFERENCE)
			buf_view(&import->text, record_get(record, field->slot));
		else if (entity_print(&import->text, import->txn, import->kind, id,
			     record, match->slots[i], fault) != 0)
			return -1;
		*whole = import->text.len > 0;
		add_part(key, field, buf_as_view(&import->text));
	}
	return buf_check(key, fault);
}

int
match_draft_values(struct import *import, const struct match_key *match,
    const struct draft *draft, struct buf *key, bool *whole, struct fault *fault)
{
	const struct field *field;
	const struct cell *cell;
	struct index_key ignored;
	size_t i;

	buf_clear(key);
	*whole = true;
	for (i = 0; *whole && i < match->count; i++) {
		cell = draft_cell(draft, match->slots[i]);
		*whole = cell != NULL && cell->value.len > 0;
		if (!*whole)
			break;
		if (import_field(import, match->slots[i], &field, fault) != 0)
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
table_add(struct import *import, const struct match_key *match, uint64_t id,
    struct record record, struct fault *fault)
{
	struct key_table *table = match->table;
	struct buf key = BUF_EMPTY;
	uint64_t hash;
	size_t at;
	bool whole;
	int result = -1;

	if (match_record_key(import, match, id, record, &key, &whole, fault) != 0)
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
table_make(struct import *import, struct match_key *match, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found;

	match->table = calloc(1, sizeof(*match->table));
	if (match->table == NULL)
		return fault_memory(fault);
	if (record_walk_open(&walk, import->txn, 0, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1)
		if (record_kind(record) == import->kind->number &&
		    table_add(import, match, id, record, fault) != 0) {
			found = -1;
			break;
		}
	record_walk_close(&walk);
	return found;
}

int
match_table_find(
    struct import *import, struct match_key *match, struct view key, struct fault *fault)
{
	struct key_table *table;
	uint64_t hash = XXH3_64bits(key.at, key.len);
	size_t at;

	if (match->table == NULL && table_make(import, match, fault) != 0)
		return -1;
	table = match->table;
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
match_created(struct import *import, uint64_t id, struct fault *fault)
{
	const struct match_key *keys[] = { &import->key, &import->alike };
	size_t i;

	for (i = 0; i < 2; i++)
		if (keys[i]->table != NULL &&
		    table_add(import, keys[i], id, txn_written(import->txn), fault) != 0)
			return -1;
	return 0;
}

void
match_key_release(struct match_key *match)
{
	if (match->table != NULL)
		free(match->table->places);
	free(match->table);
	*match = (struct match_key){ .count = 0 };
}

void
match_release(struct import *import)
{
	size_t i;

	match_key_release(&import->key);
	match_key_release(&import->alike);
	for (i = 0; i < import->prefetch_cap; i++)
		free(import->prefetched[i].first);
	free(import->prefetched);
	free(import->prefetch_keys);
	free(import->prefetch_order);
}
