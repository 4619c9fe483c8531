/* SPDX-License-Identifier: ISC */
/*
 * Candidates for the keys of rows. For a batch the tree is asked once, in order
 * of key; what earlier rows of the run have added is asked row by row.
 */
#include <stdlib.h>

#include "rules/import_run.h"

const struct index_key *
match_draft_key(const struct draft *draft, uint16_t slot)
{
	size_t i;

	for (i = 0; i < draft->key_count; i++)
		if (draft->keys[i].slot == slot)
			return &draft->keys[i].key;
	return NULL;
}

static struct prefetch *
prefetch_of(struct import *import, uint16_t slot)
{
	size_t i;

	for (i = 0; i < import->prefetch_count; i++)
		if (import->prefetched[i].slot == slot)
			return import->prefetched + i;
	return NULL;
}

static int
add_prefetch(struct import *import, uint16_t slot, struct fault *fault)
{
	struct prefetch *at;
	size_t cap;

	if (import->prefetch_count == import->prefetch_cap) {
		cap = import->prefetch_cap == 0 ? 4 : import->prefetch_cap * 2;
		at = realloc(import->prefetched, cap * sizeof(*at));
		if (at == NULL)
			return fault_memory(fault);
		memset(at + import->prefetch_cap, 0,
		    (cap - import->prefetch_cap) * sizeof(*at));
		import->prefetched = at;
		import->prefetch_cap = cap;
	}
	at = import->prefetched + import->prefetch_count;
	if (at->first == NULL)
		at->first = malloc(BATCH_ROWS * sizeof(*at->first));
	if (at->first == NULL)
		return fault_memory(fault);
	at->slot = slot;
	import->prefetch_count++;
	return 0;
}

/* Asks the tree for one slot's keys of all rows of the batch. Rows without
 * the key get that of an empty value, which nothing has. */
static int
prefetch_slot(
    struct import *import, struct batch *batch, uint16_t slot, struct fault *fault)
{
	struct index_key none =
	    index_text_key(import->kind->number, slot, (struct view){ NULL, 0 });
	const struct index_key *key;
	size_t i;

	if (add_prefetch(import, slot, fault) != 0)
		return -1;
	for (i = 0; i < batch->count; i++) {
		key = match_draft_key(&batch->drafts[i], slot);
		import->prefetch_keys[i] = key == NULL ? none : *key;
	}
	return index_find_many(import->txn, import->prefetch_keys,
	    import->prefetched[import->prefetch_count - 1].first, import->prefetch_order,
	    batch->count, fault);
}

int
match_prefetch(struct import *import, struct batch *batch, struct fault *fault)
{
	size_t i;

	import->prefetch_count = 0;
	import->flushes = index_flushes(import->txn);
	import->guessing =
	    import->hits * 10 > import->guesses * 9 && import->guesses > BATCH_ROWS / 2;
	import->guesses = import->hits = 0;
	if (import->guessing)
		return 0;
	if (import->prefetch_keys == NULL) {
		import->prefetch_keys =
		    malloc(BATCH_ROWS * sizeof(*import->prefetch_keys));
		import->prefetch_order =
		    malloc(BATCH_ROWS * sizeof(*import->prefetch_order));
		if (import->prefetch_keys == NULL || import->prefetch_order == NULL)
			return fault_memory(fault);
	}
	/* The e-mail is asked only for rows that no id has met. */
	for (i = 0; i < import->keyed_count; i++)
		if (import->keyed[i].field == &field_ext &&
		    prefetch_slot(import, batch, import->keyed[i].slot, fault) != 0)
			return -1;
	return 0;
}

void
match_ahead(struct import *import, const struct draft *draft)
{
	size_t i;

	if (!import->guessing)
		for (i = 0; i < draft->key_count; i++)
			index_ahead(import->txn, draft->keys[i].key);
	if (import->employer_slot != FIELD_NONE)
		employer_ahead(import, draft);
}

int
match_candidates(struct import *import, uint16_t slot, struct index_key key,
    struct ids *ids, struct fault *fault)
{
	struct prefetch *prefetch = prefetch_of(import, slot);
	uint64_t first;

	ids->count = 0;
	if (import->store_was_empty && index_flushes(import->txn) == 0)
		return index_find_gathered(import->txn, key, ids, fault);
	if (prefetch == NULL || import->flushes != index_flushes(import->txn))
		return index_find(import->txn, key, ids, fault);
	first = prefetch->first[import->row];
	if (first == INDEX_SEVERAL)
		return index_find(import->txn, key, ids, fault);
	if (first != 0 && ids_add(ids, first, fault) != 0)
		return -1;
	if (index_find_gathered(import->txn, key, ids, fault) != 0)
		return -1;
	ids_sort(ids);
	return 0;
}
