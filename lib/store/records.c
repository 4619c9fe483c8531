/* SPDX-License-Identifier: ISC */
/*
 * Records by id, with before-images: a record that a run changes for the
 * first time is kept as it was under (id, rev). Creation keeps nothing, since
 * the log row tells which ids a run made. Here too: settings and names.
 */
#include <endian.h>

#include "store/txn.h"

static int
damaged(uint64_t id, struct fault *fault)
{
	return fault_set(fault, FAULT_STORE,
	    "record %llu is damaged: run "
	    "contact-store check, restore a backup",
	    (unsigned long long)id);
}

int
txn_record(struct txn *txn, uint64_t id, struct record *record, struct fault *fault)
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
		return damaged(id, fault);
	txn->found_id = id;
	txn->found_writes = engine_writes(txn->engine);
	txn->found = *record;
	return 1;
}

int
record_walk_open(
    struct record_walk *walk, struct txn *txn, uint64_t from, struct fault *fault)
{
	*walk = (struct record_walk){ .txn = txn, .from = from };
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

int
record_walk_next(
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
	return record_sound(*record) ? 1 : damaged(*id, fault);
}

void
record_walk_close(struct record_walk *walk)
{
	engine_cursor_close(walk->cursor);
	walk->cursor = NULL;
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

	if (encode(txn, form, &head, fault) != 0 ||
	    engine_append(txn->engine, TREE_RECORDS, view_make((char *)&key, 8),
		txn->encoded.len, &room, fault) != 0)
		return -1;
	memcpy(room, txn->encoded.at, txn->encoded.len);
	*id = txn->next_id++;
	txn->changes++;
	return 0;
}

static struct view
image_key(uint64_t key[2], const struct txn *txn, uint64_t id)
{
	key[0] = htobe64(id);
	key[1] = htobe64(txn->rev);
	return view_make((char *)key, 16);
}

/* Keeps the record as it was before this run, once. */
static int
keep_image(struct txn *txn, uint64_t id, struct record old, struct fault *fault)
{
	uint64_t key[2];

	if (record_rev(old) == txn->rev)
		return 0;
	txn->changes++;
	buf_clear(&txn->image);
	buf_put(&txn->image, old.at, old.len);
	if (buf_check(&txn->image, fault) != 0)
		return -1;
	return engine_put(txn->engine, TREE_IMAGES, image_key(key, txn, id),
	    buf_as_view(&txn->image), fault);
}

/* Whether a record that this run has changed before becomes what it was before
 * the run: then its old bytes take their place again, as if nothing had been.
 * 1, 0 or -1. */
static int
restore_image(struct txn *txn, uint64_t id, struct record old,
    const struct record_form *form, struct fault *fault)
{
	struct view value;
	uint64_t key[2];
	int found;

	if (record_rev(old) != txn->rev || record_created(old) == txn->rev)
		return 0;
	found =
	    engine_get(txn->engine, TREE_IMAGES, image_key(key, txn, id), &value, fault);
	if (found != 1 ||
	    !record_same(
		(struct record){ (const unsigned char *)value.at, value.len }, form))
		return found < 0 ? -1 : 0;
	buf_clear(&txn->encoded);
	buf_view(&txn->encoded, value);
	if (buf_check(&txn->encoded, fault) != 0 ||
	    engine_delete(txn->engine, TREE_IMAGES, image_key(key, txn, id), fault) < 0)
		return -1;
	txn->changes--;
	return 1;
}

int
txn_replace(struct txn *txn, uint64_t id, struct record old,
    const struct record_form *form, uint32_t line, enum cause cause, struct fault *fault)
{
	struct record_head head = { record_kind(old), record_created(old),
		(uint32_t)txn->rev, line, cause };
	uint64_t key = htobe64(id);
	int restored = restore_image(txn, id, old, form, fault);

	if (restored < 0 ||
	    (restored == 0 &&
		(encode(txn, form, &head, fault) != 0 ||
		    keep_image(txn, id, old, fault) != 0)))
		return -1;
	return engine_put(txn->engine, TREE_RECORDS, view_make((char *)&key, 8),
	    buf_as_view(&txn->encoded), fault);
}

int
txn_remove(struct txn *txn, uint64_t id, struct record old, struct fault *fault)
{
	uint64_t key = htobe64(id);
	bool made = record_created(old) == txn->rev;

	if (keep_image(txn, id, old, fault) != 0)
		return -1;
	if (made)
		txn->changes--;
	return engine_delete(
		   txn->engine, TREE_RECORDS, view_make((char *)&key, 8), fault) < 0
	    ? -1
	    : 0;
}

static void
setting_key(struct buf *key, struct view name)
{
	buf_text(key, "set.");
	buf_view(key, name);
}

int
txn_setting(struct txn *txn, const char *name, struct view *value, struct fault *fault)
{
	struct buf key = BUF_EMPTY;
	int found = -1;

	setting_key(&key, view_of(name));
	if (buf_check(&key, fault) == 0)
		found =
		    engine_get(txn->engine, TREE_META, buf_as_view(&key), value, fault);
	buf_release(&key);
	return found;
}

int
txn_set(struct txn *txn, const char *name, struct view value, struct fault *fault)
{
	struct buf key = BUF_EMPTY;
	int result = -1;

	setting_key(&key, view_of(name));
	if (buf_check(&key, fault) == 0)
		result = value.len > 0
		    ? engine_put(txn->engine, TREE_META, buf_as_view(&key), value, fault)
		    : engine_delete(txn->engine, TREE_META, buf_as_view(&key), fault);
	buf_release(&key);
	txn->changes++;
	return result < 0 ? -1 : 0;
}

int
txn_settings(struct txn *txn,
    int (*each)(void *context, struct view name, struct view value, struct fault *fault),
    void *context, struct fault *fault)
{
	struct view key = VIEW("set."), value, prefix = VIEW("set.");
	struct engine_cursor *cursor;
	int found, result = 0;

	if (engine_cursor_open(&cursor, txn->engine, TREE_META, fault) != 0)
		return -1;
	found = engine_seek(cursor, &key, &value, fault);
	while (found == 1 && result == 0 && view_begins(key, prefix)) {
		result = each(context, view_from(key, prefix.len), value, fault);
		if (result == 0)
			found = engine_next(cursor, &key, &value, fault);
	}
	engine_cursor_close(cursor);
	return found < 0 ? -1 : result;
}
