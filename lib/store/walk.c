/* SPDX-License-Identifier: ISC */
/*
 * All records in order of id. A transaction of the past walks along records
 * and images at once: an id without images is as it was or came later.
 */
#include <endian.h>

#include "store/image.h"
#include "store/txn.h"

int
record_walk_open(
    struct record_walk *walk, struct txn *txn, uint64_t from, struct fault *fault)
{
	*walk = (struct record_walk){ .txn = txn, .from = from };
	if (txn->past &&
	    engine_cursor_open(&walk->images, txn->engine, TREE_IMAGES, fault) != 0)
		return -1;
	return engine_cursor_open(&walk->cursor, txn->engine, TREE_RECORDS, fault);
}

/* Records lie on pages that mostly follow each other, so what stands a page
 * on is wanted a few records later. A wrong guess costs next to nothing: it is
 * a hint and never a fault. */
static void
fetch_ahead(struct view value)
{
	size_t at;

	for (at = 0; at < value.len && at < 1024; at += 64)
		__builtin_prefetch(value.at + 4096 + at);
}

static int
next_record(
    struct record_walk *walk, uint64_t *id, struct record *record, struct fault *fault)
{
	uint64_t bytes = htobe64(walk->from);
	struct view key = { (char *)&bytes, 8 }, value;
	int found;

	if (walk->from != UINT64_MAX) {
		found = engine_seek(walk->cursor, &key, &value, fault);
		walk->from = UINT64_MAX;
	} else {
		found = engine_next(walk->cursor, &key, &value, fault);
	}
	if (found <= 0)
		return found;
	if (key.len != 8)
		return fault_set(fault, FAULT_STORE, "a record key is damaged");
	memcpy(&bytes, key.at, 8);
	*id = be64toh(bytes);
	/* The checksum does not cover the key. */
	if (*id <= walk->last || *id >= txn_next_id(walk->txn))
		return fault_set(fault, FAULT_STORE,
		    "record key %llu is damaged: run "
		    "contact-store check, restore a backup",
		    (unsigned long long)*id);
	walk->last = *id;
	fetch_ahead(value);
	*record = (struct record){ (const unsigned char *)value.at, value.len };
	return record_sound(*record) ? 1 : record_damaged(*id, fault);
}

/* The walk stands before these: the next record, and the next id with images.
 * An id of UINT64_MAX is the end. */
static int
look_ahead(struct record_walk *walk, struct fault *fault)
{
	struct view value;
	int found;

	if (!walk->record_ready) {
		found = next_record(walk, &walk->record_id, &walk->record, fault);
		if (found < 0)
			return -1;
		if (found == 0)
			walk->record_id = UINT64_MAX;
		walk->record_ready = true;
	}
	if (walk->image_id < walk->least && walk->image_id != UINT64_MAX) {
		struct image_key from = image_key(walk->least, 0);
		struct view key = image_key_view(&from);
		uint64_t rev;

		found = engine_seek(walk->images, &key, &value, fault);
		if (found < 0)
			return -1;
		if (found == 0 || !image_key_read(key, &walk->image_id, &rev))
			walk->image_id = UINT64_MAX;
	}
	return 0;
}

/* What stood under the ids, in order: a record or its images may say. */
static int
next_past(
    struct record_walk *walk, uint64_t *id, struct record *record, struct fault *fault)
{
	int found = 0;

	while (found == 0) {
		if (look_ahead(walk, fault) != 0)
			return -1;
		if (walk->record_id == UINT64_MAX && walk->image_id == UINT64_MAX)
			return 0;
		*id = walk->record_id < walk->image_id ? walk->record_id : walk->image_id;
		walk->least = *id + 1;
		if (*id < walk->image_id) {
			*record = walk->record;
			found = record_rev(*record) <= walk->txn->rev;
		} else {
			found = past_record(walk->txn, *id, record, fault);
		}
		walk->record_ready = walk->record_id != *id;
	}
	return found;
}

int
record_walk_next(
    struct record_walk *walk, uint64_t *id, struct record *record, struct fault *fault)
{
	if (!walk->txn->past)
		return next_record(walk, id, record, fault);
	if (walk->least == 0)
		walk->least = walk->from > 0 ? walk->from : 1;
	return next_past(walk, id, record, fault);
}

void
record_walk_close(struct record_walk *walk)
{
	engine_cursor_close(walk->cursor);
	engine_cursor_close(walk->images);
	walk->cursor = walk->images = NULL;
}
