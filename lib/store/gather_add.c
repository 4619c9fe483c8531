/* SPDX-License-Identifier: ISC */
/*
 * Taking entries in. Ids of new records ascend, so their entries are appended
 * to the list of their kind and slot; whatever else comes is a change, which
 * takes more room and can be searched only where it has a place.
 */
#include <endian.h>

#include "base/array.h"
#include "store/gather.h"

static uint16_t
key_slot(const struct index_key *key)
{
	return (uint16_t)(key->bytes[1] << 8 | key->bytes[2]);
}

static struct gather_list *
list_of(struct gather *gather, const struct index_key *key, bool searchable,
    struct fault *fault)
{
	uint16_t slot = key_slot(key);
	struct gather_list *lists = gather->lists, *list;
	size_t i;

	/* Records come with the same slots in the same order, so the next
	 * list is nearly always the one. */
	for (i = 0; i < gather->list_count; i++) {
		gather->last =
		    gather->last + 1 < gather->list_count ? gather->last + 1 : 0;
		list = lists + gather->last;
		if (list->slot == slot && list->kind == key->bytes[0])
			return list;
	}
	lists = array_room(
	    gather->lists, gather->list_count, &gather->list_cap, sizeof(*lists), fault);
	if (lists == NULL)
		return NULL;
	gather->lists = lists;
	gather->last = gather->list_count++;
	list = gather->lists + gather->last;
	*list = (struct gather_list){
		.kind = key->bytes[0], .slot = slot, .searchable = searchable
	};
	return list;
}

struct gathered
gather_entry(const struct index_key *key, uint64_t number)
{
	uint64_t prefix, hash = 0;

	memcpy(&prefix, key->bytes + 3, 8);
	memcpy(&hash, key->bytes + 11, 5);
	return (struct gathered){ be64toh(prefix), be64toh(hash) | number };
}

int
gather_fill(struct gather *gather, const struct index_key *key, uint64_t id,
    bool searchable, struct fault *fault)
{
	struct gather_list *list = list_of(gather, key, searchable, fault);
	struct gathered *at;

	if (list == NULL)
		return -1;
	at = array_room(list->at, list->count, &list->cap, sizeof(*at), fault);
	if (at == NULL)
		return -1;
	list->at = at;
	list->at[list->count++] = gather_entry(key, id - gather->first_id);
	gather->bytes += sizeof(*at);
	gather->newest = gather->latest = id;
	return 0;
}

static int
add_change(struct gather *gather, const struct index_key *key, uint64_t id, bool add,
    struct fault *fault)
{
	struct gather_change *changes;

	changes = array_room(gather->changes, gather->change_count, &gather->change_cap,
	    sizeof(*changes), fault);
	if (changes == NULL)
		return -1;
	gather->changes = changes;
	gather->changes[gather->change_count] =
	    (struct gather_change){ *key, add, (uint32_t)gather->change_count, id };
	gather->change_count++;
	gather->bytes += sizeof(*changes);
	return 0;
}

/* The bit of the key's slot among the hidden ones of its kind. */
static uint64_t
hidden_bit(const struct index_key *key)
{
	uint16_t slot = key_slot(key);

	return UINT64_C(1) << (slot < 63 ? slot : 63);
}

/* Whether the entry may go into a list: of a record of this run, in the order
 * of ids, and never taken out before, which the change would do again. */
static bool
fits_list(const struct gather *gather, uint64_t id)
{
	return id >= gather->first_id && id >= gather->newest &&
	    id > gather->taken_from && id - gather->first_id < GATHER_ORDINALS;
}

int
gather_add(struct gather *gather, const struct index_key *key, uint64_t id,
    bool searchable, struct fault *fault)
{
	if (searchable && gather_place(gather, key, id, fault) != 0)
		return -1;
	if (fits_list(gather, id))
		return gather_fill(gather, key, id, searchable, fault);
	if (!searchable)
		gather->hidden[key->bytes[0] & 3] |= hidden_bit(key);
	return add_change(gather, key, id, true, fault);
}

int
gather_remove(
    struct gather *gather, const struct index_key *key, uint64_t id, struct fault *fault)
{
	if (id > gather->taken_from)
		gather->taken_from = id;
	return add_change(gather, key, id, false, fault);
}

bool
gather_hides(const struct gather *gather, const struct index_key *key)
{
	const struct gather_list *list;
	size_t i;

	if ((gather->hidden[key->bytes[0] & 3] & hidden_bit(key)) != 0)
		return true;
	for (i = 0; i < gather->list_count; i++) {
		list = gather->lists + i;
		if (list->kind == key->bytes[0] && !list->searchable &&
		    list->slot == key_slot(key))
			return true;
	}
	return false;
}
