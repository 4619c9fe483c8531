/* SPDX-License-Identifier: ISC */
/*
 * The index tells about the present alone. In the past, records that have
 * changed since are candidates of every search; where they are many and
 * somebody can say what entries they had, these are noted for a slot when it is
 * searched first, so that a search gives only those that it should.
 */
#include <stdlib.h>

#include "base/array.h"
#include "store/history.h"
#include "store/txn.h"

/* So few candidates too many are compared faster than anything is noted. */
#define FEW 64
/* What an index key says before the value: kind and slot. */
#define SLOT_BYTES 3

struct past_entry {
	struct index_key key;
	uint64_t id;
};

struct past_slot {
	struct past_slot *next;
	unsigned char slot[SLOT_BYTES];
	struct past_entry *entries; /* in order of key, then id */
	size_t count, cap;
	uint64_t id; /* of the record that is asked */
};

void
txn_past_entries(struct txn *txn, past_entries *entries)
{
	txn->entries = entries;
}

static int
note(void *context, struct index_key key, bool searchable, struct fault *fault)
{
	struct past_slot *slot = context;
	struct past_entry *wider;

	(void)searchable;
	if (memcmp(key.bytes, slot->slot, SLOT_BYTES) != 0)
		return 0;
	wider = array_room(slot->entries, slot->count, &slot->cap, sizeof(*wider), fault);
	if (wider == NULL)
		return -1;
	slot->entries = wider;
	slot->entries[slot->count++] = (struct past_entry){ key, slot->id };
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct past_entry *x = a, *y = b;
	int c = memcmp(x->key.bytes, y->key.bytes, INDEX_KEY);

	return c != 0 ? c : (x->id > y->id) - (x->id < y->id);
}

static int
note_all(
    struct txn *txn, struct past_slot *slot, const struct ids *since, struct fault *fault)
{
	struct record record;
	int found;

	for (size_t i = 0; i < since->count; i++) {
		slot->id = since->at[i];
		found = past_record(txn, slot->id, &record, fault);
		if (found == 1 &&
		    txn->entries(txn, slot->id, record, note, slot, fault) != 0)
			return -1;
		if (found < 0)
			return -1;
	}
	if (slot->count > 1)
		qsort(slot->entries, slot->count, sizeof(*slot->entries), compare);
	return 0;
}

static struct past_slot *
find_slot(struct txn *txn, const struct index_key *key)
{
	struct past_slot *slot = txn->past_slots;

	while (slot != NULL && memcmp(slot->slot, key->bytes, SLOT_BYTES) != 0)
		slot = slot->next;
	return slot;
}

static struct past_slot *
make_slot(struct txn *txn, const struct index_key *key, const struct ids *since,
    struct fault *fault)
{
	struct past_slot *slot = calloc(1, sizeof(*slot));

	if (slot == NULL) {
		fault_memory(fault);
		return NULL;
	}
	slot->next = txn->past_slots;
	txn->past_slots = slot;
	memcpy(slot->slot, key->bytes, SLOT_BYTES);
	return note_all(txn, slot, since, fault) == 0 ? slot : NULL;
}

static int
add_noted(const struct past_slot *slot, const struct index_key *key, struct ids *ids,
    struct fault *fault)
{
	size_t low = 0, high = slot->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (memcmp(slot->entries[middle].key.bytes, key->bytes, INDEX_KEY) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < slot->count &&
	     memcmp(slot->entries[low].key.bytes, key->bytes, INDEX_KEY) == 0;
	     low++)
		if (ids_add(ids, slot->entries[low].id, fault) != 0)
			return -1;
	return 0;
}

int
past_find(
    struct txn *txn, const struct index_key *key, struct ids *ids, struct fault *fault)
{
	struct past_slot *slot = find_slot(txn, key);
	struct ids since = { NULL, 0, 0 };
	int result = 0;

	if (slot != NULL)
		return add_noted(slot, key, ids, fault);
	if (past_since(txn, key->bytes[0], &since, fault) != 0)
		result = -1;
	else if (since.count <= FEW || txn->entries == NULL)
		result = past_since(txn, key->bytes[0], ids, fault);
	else if ((slot = make_slot(txn, key, &since, fault)) == NULL)
		result = -1;
	else
		result = add_noted(slot, key, ids, fault);
	ids_release(&since);
	return result;
}

void
past_release(struct txn *txn)
{
	struct past_slot *slot;

	while ((slot = txn->past_slots) != NULL) {
		txn->past_slots = slot->next;
		free(slot->entries);
		free(slot);
	}
	ids_release(&txn->since);
}
