/* SPDX-License-Identifier: ISC */
#ifndef STORE_GATHER_H
#define STORE_GATHER_H

/*
 * Index entries of a run on their way into the tree. Entries of records that
 * the run creates are 16 bytes each, per kind and slot, and are sorted by
 * radix; changes of older records are few and are kept whole. Internal to
 * lib/store.
 */

#include <stdint.h>

#include "store/index.h"

/* Key after kind and slot: 8 bytes of prefix as a number, then 40 bits of
 * hash above 24 bits that tell the record: its id less the first id. */
struct gathered {
	uint64_t prefix;
	uint64_t rest;
};

/* Half of the numbers are for changes, of which memory allows fewer. */
#define GATHER_ORDINALS (UINT64_C(1) << 23)
#define GATHER_CROWDS	64

struct gather_list {
	uint8_t kind;
	uint16_t slot;
	bool searchable; /* its entries have places too */
	struct gathered *at;
	size_t count, cap;
};

struct gather_change {
	struct index_key key;
	bool add;
	uint32_t order;
	uint64_t id;
};

struct gather {
	uint64_t first_id;
	struct gather_list *lists;
	size_t list_count, list_cap;
	size_t last; /* the list that was used last */
	/* Ids of lists ascend: what is not of the newest record, or of one that
	 * an entry was taken from, goes among the changes. */
	uint64_t newest, taken_from;
	/* Records that come back are gathered as new ones are, when their ids
	 * ascend too: the last of them (index_expect). */
	bool expecting;
	uint64_t latest;
	struct gather_change *changes;
	size_t change_count, change_cap;
	/* Slots with a change that has no place, so that searching them has to
	 * wait: a bit for each fixed slot and one for all others, by kind. */
	uint64_t hidden[4];
	/* Entries that can be searched before they are in the tree, by open
	 * addressing: 40 bits of a hash of the key above a record's number, or
	 * above 2^23 and the place among `changes`. 0 is a free place. Most keys
	 * that are looked up are not there, which a bit in `filter` says without
	 * a cache miss. */
	uint64_t *places;
	/* Keys with many entries: how many places those take. */
	struct gather_crowd {
		uint64_t hash;
		size_t taken;
	} crowds[GATHER_CROWDS];
	size_t crowd_next;
	size_t place_count, place_cap;
	uint64_t *filter;
	size_t bytes;
	uint64_t flushes;
};

/* Sorts by prefix, then hash; equal ones keep their order. scratch has room for
 * count entries; the result is in at. */
void gather_sort(struct gathered *at, struct gathered *scratch, size_t count);

/* The key of an entry as it is gathered; number is below 2^24. */
struct gathered gather_entry(const struct index_key *key, uint64_t number);

/* Takes an entry in. gather_fill: one that comes in ascending order of id, from
 * first_id on, and need not be searched before it is put. */
int gather_add(struct gather *gather, const struct index_key *key, uint64_t id,
    bool searchable, struct fault *fault) MUST_CHECK;
int gather_fill(struct gather *gather, const struct index_key *key, uint64_t id,
    bool searchable, struct fault *fault) MUST_CHECK;
int gather_remove(struct gather *gather, const struct index_key *key, uint64_t id,
    struct fault *fault) MUST_CHECK;

/* Whether entries of the key's slot wait that gather_places does not know. */
bool gather_hides(const struct gather *gather, const struct index_key *key);

/* Searchable entries. */
int gather_place(struct gather *gather, const struct index_key *key, uint64_t id,
    struct fault *fault) MUST_CHECK;
void gather_ahead(const struct gather *gather, const struct index_key *key);
int gather_places(const struct gather *gather, const struct index_key *key,
    struct ids *ids, struct fault *fault) MUST_CHECK;

/* Puts everything into the tree and leaves an empty gather. */
int gather_put(
    struct gather *gather, struct engine_txn *engine, struct fault *fault) MUST_CHECK;

void gather_free(void *gather);

#endif
