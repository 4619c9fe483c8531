/* SPDX-License-Identifier: ISC */
/*
 * Settings are rows of the tree `meta` whose names begin with "set.". What one
 * was before a run is kept among the images, under id 0. What rules remember lies
 * beside them, under "memo.".
 */
#include "store/image.h"
#include "store/txn.h"

static void
put_key(struct buf *key, const char *prefix, struct view name)
{
	buf_text(key, prefix);
	buf_view(key, name);
}

int
txn_setting(struct txn *txn, const char *name, struct view *value, struct fault *fault)
{
	struct buf key = BUF_EMPTY;
	int found = 2;

	if (txn->past)
		found = past_setting(txn, name, value, fault);
	if (found != 2)
		return found;
	found = -1;
	put_key(&key, "set.", view_of(name));
	if (buf_check(&key, fault) == 0)
		found =
		    engine_get(txn->engine, TREE_META, buf_as_view(&key), value, fault);
	buf_release(&key);
	return found;
}

/* Keeps the value that a setting had before this run, once. */
static int
keep_value(struct txn *txn, const char *name, struct fault *fault)
{
	struct image_key at = image_key(0, txn->rev);
	struct buf key = BUF_EMPTY, value = BUF_EMPTY;
	struct view before = { NULL, 0 }, kept;
	int found = -1;

	buf_put(&key, &at, sizeof(at));
	buf_text(&key, name);
	if (buf_check(&key, fault) == 0)
		found =
		    engine_get(txn->engine, TREE_IMAGES, buf_as_view(&key), &kept, fault);
	if (found == 0) {
		found = txn_setting(txn, name, &before, fault);
		buf_view(&value, found == 1 ? before : (struct view){ NULL, 0 });
		if (found < 0 || buf_check(&value, fault) != 0 ||
		    engine_put(txn->engine, TREE_IMAGES, buf_as_view(&key),
			buf_as_view(&value), fault) != 0)
			found = -1;
	}
	buf_release(&key);
	buf_release(&value);
	return found < 0 ? -1 : 0;
}

int
txn_set(struct txn *txn, const char *name, struct view value, struct fault *fault)
{
	struct buf key = BUF_EMPTY;
	int result = -1;

	put_key(&key, "set.", view_of(name));
	if (buf_check(&key, fault) == 0 && keep_value(txn, name, fault) == 0)
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

int
txn_memo(struct txn *txn, const char *name, struct view *value, struct fault *fault)
{
	struct buf key = BUF_EMPTY;
	int found = -1;

	put_key(&key, "memo.", view_of(name));
	if (buf_check(&key, fault) == 0)
		found =
		    engine_get(txn->engine, TREE_META, buf_as_view(&key), value, fault);
	buf_release(&key);
	return found;
}

int
txn_set_memo(struct txn *txn, const char *name, struct view value, struct fault *fault)
{
	struct buf key = BUF_EMPTY;
	int result = -1;

	put_key(&key, "memo.", view_of(name));
	if (buf_check(&key, fault) == 0)
		result =
		    engine_put(txn->engine, TREE_META, buf_as_view(&key), value, fault);
	buf_release(&key);
	return result;
}
