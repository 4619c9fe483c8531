/* SPDX-License-Identifier: ISC */
/*
 * Records by id, with before-images: a record that a run changes for the
 * first time is kept as it was under (id, rev). Creation keeps nothing, since
 * the log row tells which ids a run made.
 */
#include <endian.h>

#include "store/history.h"
#include "store/image.h"
#include "store/txn.h"

int
record_damaged(uint64_t id, struct fault *fault)
{
	return fault_set(fault, FAULT_STORE,
	    "record %llu is damaged: run "
	    "contact-store check, restore a backup",
	    (unsigned long long)id);
}

int
txn_record(struct txn *txn, uint64_t id, struct record *record, struct fault *fault)
{
	return txn->past ? past_record(txn, id, record, fault)
			 : records_find(txn, id, record, fault);
}

int
records_find(struct txn *txn, uint64_t id, struct record *record, struct fault *fault)
{
	uint64_t key = htobe64(id);
	struct view value;
	int found;

	if (id == txn->found_id && id != 0 &&
	    txn->found_writes == engine_writes(txn->engine)) {
		*record = txn->found;
		return 1;
	}
	/* A cursor finds neighbours on the page it stands on, and keeps its
	 * place when a run writes through other cursors. */
	if (txn->finder == NULL &&
	    engine_cursor_open(&txn->finder, txn->engine, TREE_RECORDS, fault) != 0)
		return -1;
	found =
	    engine_seek_exactly(txn->finder, view_make((char *)&key, 8), &value, fault);
	if (found <= 0)
		return found;
	*record = (struct record){ (const unsigned char *)value.at, value.len };
	if (!record_sound(*record))
		return record_damaged(id, fault);
	txn->found_id = id;
	txn->found_writes = engine_writes(txn->engine);
	txn->found = *record;
	return 1;
}

/* Encodes into txn->encoded, where index entries can be read from while the
 * store's own pages move. */
static int
encode(struct txn *txn, const struct record_form *form, const struct record_head *head,
    struct fault *fault)
{
	size_t len = record_size(form);

	if (form->full)
		return fault_set(fault, FAULT_INPUT,
		    "a record has more than %d attributes", RECORD_EXTRAS);
	buf_clear(&txn->encoded);
	if (!buf_reserve(&txn->encoded, len))
		return fault_memory(fault);
	record_encode(form, head, txn->encoded.at);
	txn->encoded.len = len;
	return 0;
}

struct record
txn_written(const struct txn *txn)
{
	return (
	    struct record){ (const unsigned char *)txn->encoded.at, txn->encoded.len };
}

int
txn_create(struct txn *txn, uint8_t kind, const struct record_form *form, uint32_t line,
    enum cause cause, uint64_t *id, struct fault *fault)
{
	struct record_head head = { kind, (uint32_t)txn->rev, (uint32_t)txn->rev, line,
		cause };
	uint64_t key = htobe64(txn->next_id);
	void *room;

	if (txn->next_id > RECORD_ID_MOST)
		return fault_set(fault, FAULT_STORE,
		    "a record has the highest id that there is, %llu, so no more can be "
		    "made: give it another id in a dump, and load that into a new store",
		    (unsigned long long)RECORD_ID_MOST);
	if (encode(txn, form, &head, fault) != 0 ||
	    engine_append(txn->engine, TREE_RECORDS, view_make((char *)&key, 8),
		txn->encoded.len, &room, fault) != 0)
		return -1;
	memcpy(room, txn->encoded.at, txn->encoded.len);
	txn->highest = txn->next_id;
	*id = txn->next_id++;
	txn->changes++;
	txn->created++;
	return 0;
}

/* The highest key of a tree, of which the first len bytes are copied; all 0 in
 * an empty one. */
static int
last_key(struct txn *txn, enum tree tree, void *at, size_t len, struct fault *fault)
{
	struct engine_cursor *cursor;
	struct view key = { NULL, 0 }, value;
	int found;

	memset(at, 0, len);
	if (engine_cursor_open(&cursor, txn->engine, tree, fault) != 0)
		return -1;
	found = engine_last(cursor, &key, &value, fault);
	if (found == 1 && key.len >= len)
		memcpy(at, key.at, len);
	engine_cursor_close(cursor);
	return found < 0 ? -1 : 0;
}

/* Nothing but this puts images, so what is above the highest stays known, and
 * those of many records, which come in order of id, are appended. */
static int
put_image(struct txn *txn, const struct image_key *key, struct fault *fault)
{
	struct view image = buf_as_view(&txn->image);
	void *room;

	if (!txn->image_known &&
	    last_key(
		txn, TREE_IMAGES, &txn->image_last, sizeof(txn->image_last), fault) != 0)
		return -1;
	txn->image_known = true;
	if (memcmp(key, &txn->image_last, sizeof(*key)) <= 0)
		return engine_put(
		    txn->engine, TREE_IMAGES, image_key_view(key), image, fault);
	if (engine_append(txn->engine, TREE_IMAGES, image_key_view(key), image.len, &room,
		fault) != 0)
		return -1;
	memcpy(room, image.at, image.len);
	txn->image_last = *key;
	return 0;
}

/* Keeps the record as it was before this run, once. */
static int
keep_image(struct txn *txn, uint64_t id, struct record old, struct fault *fault)
{
	struct image_key key = image_key(id, txn->rev);

	if (record_rev(old) == txn->rev)
		return 0;
	txn->changes++;
	buf_clear(&txn->image);
	buf_put(&txn->image, old.at, old.len);
	return buf_check(&txn->image, fault) != 0 ? -1 : put_image(txn, &key, fault);
}

/* Whether a record that this run has changed before becomes what it was before
 * the run: then its old bytes take their place again, as if nothing had been.
 * 1, 0 or -1. */
static int
restore_image(struct txn *txn, uint64_t id, struct record old,
    const struct record_form *form, struct fault *fault)
{
	struct image_key key = image_key(id, txn->rev);
	struct view value;
	int found;

	if (record_rev(old) != txn->rev || record_created(old) == txn->rev)
		return 0;
	found = engine_get(txn->engine, TREE_IMAGES, image_key_view(&key), &value, fault);
	if (found != 1 ||
	    !record_same(
		(struct record){ (const unsigned char *)value.at, value.len }, form))
		return found < 0 ? -1 : 0;
	buf_clear(&txn->encoded);
	buf_view(&txn->encoded, value);
	if (buf_check(&txn->encoded, fault) != 0 ||
	    engine_delete(txn->engine, TREE_IMAGES, image_key_view(&key), fault) < 0)
		return -1;
	txn->changes--;
	txn->updated--;
	return 1;
}

int
txn_replace(struct txn *txn, uint64_t id, struct record old,
    const struct record_form *form, uint32_t line, enum cause cause, struct fault *fault)
{
	struct record_head head = { record_kind(old), record_created(old),
		(uint32_t)txn->rev, line, cause };
	uint64_t key = htobe64(id);
	bool first = record_rev(old) != txn->rev;
	int restored = restore_image(txn, id, old, form, fault);

	if (restored < 0 ||
	    (restored == 0 &&
		(encode(txn, form, &head, fault) != 0 ||
		    keep_image(txn, id, old, fault) != 0)))
		return -1;
	txn->updated += first;
	return engine_put(txn->engine, TREE_RECORDS, view_make((char *)&key, 8),
	    buf_as_view(&txn->encoded), fault);
}

/* Whether the record was there when this run began and the run has changed or
 * removed it: 1, 0, -1. */
static int
has_image(struct txn *txn, uint64_t id, struct fault *fault)
{
	struct image_key key = image_key(id, txn->rev);
	struct view value;

	return engine_get(txn->engine, TREE_IMAGES, image_key_view(&key), &value, fault);
}

int
txn_remove(struct txn *txn, uint64_t id, struct record old, struct fault *fault)
{
	uint64_t key = htobe64(id);
	bool first = record_rev(old) != txn->rev;
	/* One that this run made or brought back leaves nothing. */
	int was = first			      ? 1
	    : record_created(old) == txn->rev ? 0
					      : has_image(txn, id, fault);

	if (was < 0 || keep_image(txn, id, old, fault) != 0)
		return -1;
	txn->changes -= was == 0;
	txn->created -= was == 0;
	txn->updated -= was == 1 && !first;
	txn->removed += was == 1;
	return engine_delete(
		   txn->engine, TREE_RECORDS, view_make((char *)&key, 8), fault) < 0
	    ? -1
	    : 0;
}

/* The highest id that a record has, 0 in a store without; asked once. */
static int
find_highest(struct txn *txn, struct fault *fault)
{
	uint64_t bytes;

	if (txn->highest_known)
		return 0;
	if (last_key(txn, TREE_RECORDS, &bytes, sizeof(bytes), fault) != 0)
		return -1;
	txn->highest = be64toh(bytes);
	txn->highest_known = true;
	return 0;
}

void
txn_reserve(struct txn *txn, uint64_t id)
{
	if (id >= txn->next_id && id <= RECORD_ID_MOST)
		txn->next_id = id + 1;
}

int
txn_restore(struct txn *txn, uint64_t id, uint8_t kind, uint32_t created,
    const struct record_form *form, enum cause cause, struct fault *fault)
{
	struct record_head head = { kind, created, (uint32_t)txn->rev, 0, cause };
	uint64_t bytes = htobe64(id);
	struct view key = { (char *)&bytes, 8 };
	void *room;
	/* One that this run removed is but changed in the end. */
	int was = txn->removed == 0 ? 0 : has_image(txn, id, fault);

	if (was < 0 || encode(txn, form, &head, fault) != 0 ||
	    find_highest(txn, fault) != 0)
		return -1;
	if (id <= txn->highest) {
		if (engine_put(txn->engine, TREE_RECORDS, key, buf_as_view(&txn->encoded),
			fault) != 0)
			return -1;
	} else {
		/* Behind all others, many may come: their index entries are
		 * gathered as those of new records are. */
		if ((!txn->restoring && index_expect(txn, id, fault) != 0) ||
		    engine_append(txn->engine, TREE_RECORDS, key, txn->encoded.len, &room,
			fault) != 0)
			return -1;
		memcpy(room, txn->encoded.at, txn->encoded.len);
		txn->restoring = true;
		txn->highest = id;
	}
	if (id >= txn->next_id)
		txn->next_id = id + 1;
	txn->changes += was == 0;
	txn->created += was == 0;
	txn->updated += was == 1;
	txn->removed -= was == 1;
	return 0;
}
