/* SPDX-License-Identifier: ISC */
/*
 * What the images tell about a record and about a run, and forgetting it.
 */
#include "store/history.h"

#include <stdlib.h>

#include "store/image.h"
#include "store/log.h"

int
history_reaches(struct txn *txn, uint64_t rev, struct fault *fault)
{
	uint64_t horizon;

	if (log_horizon(txn, &horizon, fault) != 0)
		return -1;
	if (rev > txn->rev)
		return fault_set(fault, FAULT_USAGE,
		    "revision %llu: the store's last one is %llu",
		    (unsigned long long)rev, (unsigned long long)txn->rev);
	if (rev < horizon)
		return fault_set(fault, FAULT_USAGE,
		    "revision %llu: what was before revision %llu has been pruned",
		    (unsigned long long)rev, (unsigned long long)horizon);
	return 0;
}

int
version_walk_open(
    struct version_walk *walk, struct txn *txn, uint64_t id, struct fault *fault)
{
	*walk = (struct version_walk){ .txn = txn, .id = id };
	return engine_cursor_open(&walk->cursor, txn->engine, TREE_IMAGES, fault);
}

int
version_walk_next(struct version_walk *walk, struct record *version, uint64_t *until,
    struct fault *fault)
{
	uint64_t id = walk->id;
	int found;

	if (walk->from == UINT64_MAX)
		return 0;
	*until = walk->from;
	found = image_seek(walk->cursor, &id, until, version, fault);
	if (found < 0)
		return -1;
	if (found == 1 && id == walk->id) {
		walk->from = *until + 1;
		return 1;
	}
	*until = walk->from = UINT64_MAX;
	return records_find(walk->txn, walk->id, version, fault);
}

void
version_walk_close(struct version_walk *walk)
{
	engine_cursor_close(walk->cursor);
	walk->cursor = NULL;
}

int
image_walk_open(
    struct image_walk *walk, struct txn *txn, uint64_t rev, struct fault *fault)
{
	*walk = (struct image_walk){ .txn = txn, .rev = rev, .from = 1 };
	return engine_cursor_open(&walk->cursor, txn->engine, TREE_IMAGES, fault);
}

int
image_walk_next(
    struct image_walk *walk, uint64_t *id, struct record *image, struct fault *fault)
{
	uint64_t rev = 0;
	int found;

	*id = walk->from;
	/* A run that writes between two steps may move the cursor's page, so
	 * it is placed anew. */
	found = image_seek(walk->cursor, id, &rev, image, fault);
	while (found == 1 && rev != walk->rev)
		found = image_next(walk->cursor, id, &rev, image, fault);
	walk->from = *id + 1;
	return found;
}

void
image_walk_close(struct image_walk *walk)
{
	engine_cursor_close(walk->cursor);
	walk->cursor = NULL;
}

int
image_after(
    struct txn *txn, uint64_t id, uint64_t rev, uint64_t *next, struct fault *fault)
{
	struct engine_cursor *cursor = image_cursor(txn, fault);
	uint64_t at = id, found_rev = rev + 1;
	struct record image;
	int found;

	*next = 0;
	if (cursor == NULL)
		return -1;
	found = image_seek(cursor, &at, &found_rev, &image, fault);
	if (found == 1 && at == id)
		*next = found_rev;
	return found < 0 ? -1 : 0;
}

int
image_next_id(struct txn *txn, uint64_t from, uint64_t *id, struct fault *fault)
{
	struct engine_cursor *cursor = image_cursor(txn, fault);
	struct record image;
	uint64_t rev = 0;

	*id = from;
	return cursor == NULL ? -1 : image_seek(cursor, id, &rev, &image, fault);
}

/* Appends name and value, each behind its length, so that what is told about
 * a setting may write. */
static void
note_setting(struct buf *notes, struct view name, struct view value)
{
	buf_put(notes, &name.len, sizeof(name.len));
	buf_view(notes, name);
	buf_put(notes, &value.len, sizeof(value.len));
	buf_view(notes, value);
}

static struct view
take_note(struct view *notes)
{
	struct view text;
	size_t len;

	memcpy(&len, notes->at, sizeof(len));
	text = view_make(notes->at + sizeof(len), len);
	*notes = view_from(*notes, sizeof(len) + len);
	return text;
}

static int
collect_settings(struct txn *txn, uint64_t rev, struct buf *notes, struct fault *fault)
{
	struct engine_cursor *cursor = image_cursor(txn, fault);
	struct image_key from = image_key(0, rev);
	struct view key = image_key_view(&from), value;
	uint64_t id, at;
	int found;

	if (cursor == NULL)
		return -1;
	found = engine_seek(cursor, &key, &value, fault);
	while (found == 1 && image_key_read(key, &id, &at) && id == 0 && at == rev) {
		note_setting(notes, view_from(key, sizeof(from)), value);
		found = engine_next(cursor, &key, &value, fault);
	}
	return found < 0 ? -1 : buf_check(notes, fault);
}

int
settings_before(struct txn *txn, uint64_t rev,
    int (*each)(void *context, struct view name, struct view value, bool changed_since,
	struct fault *fault),
    void *context, struct fault *fault)
{
	struct buf notes = BUF_EMPTY;
	struct view rest, name, value, later;
	int since, result = collect_settings(txn, rev, &notes, fault);

	rest = buf_as_view(&notes);
	while (result == 0 && rest.len > 0) {
		name = take_note(&rest);
		value = take_note(&rest);
		since = image_of_setting(txn, rev, name, &later, fault);
		result = since < 0 ? -1 : each(context, name, value, since == 1, fault);
	}
	buf_release(&notes);
	return result;
}

void
txn_undoes(struct txn *txn, uint64_t rev)
{
	txn->undoes = rev;
}

/* Deletes images from (id, 0) on: of this record alone, or of all as long as
 * they are not younger than `oldest`. */
static int
delete_images(struct txn *txn, uint64_t only, uint64_t oldest, uint64_t *deleted,
    struct fault *fault)
{
	struct engine_cursor *cursor = image_cursor(txn, fault);
	struct image_key from = image_key(only == UINT64_MAX ? 0 : only, 0);
	struct view key = image_key_view(&from), value;
	struct buf doomed = BUF_EMPTY;
	uint64_t id, rev;
	int found;

	if (cursor == NULL)
		return -1;
	found = engine_seek(cursor, &key, &value, fault);
	while (found == 1) {
		/* To stop here without a word would leave images behind. */
		if (!image_key_read(key, &id, &rev)) {
			found = image_key_damaged(fault);
			break;
		}
		if (only != UINT64_MAX && id != only)
			break;
		if (rev > oldest) {
			found = engine_next(cursor, &key, &value, fault);
			continue;
		}
		/* The key lies on the page that the deletion changes. */
		buf_clear(&doomed);
		buf_view(&doomed, key);
		if (buf_check(&doomed, fault) != 0 ||
		    engine_delete(txn->engine, TREE_IMAGES, buf_as_view(&doomed), fault) <
			0) {
			found = -1;
			break;
		}
		++*deleted;
		key = buf_as_view(&doomed);
		found = engine_seek(cursor, &key, &value, fault);
	}
	buf_release(&doomed);
	return found < 0 ? -1 : 0;
}

int
history_erase(struct txn *txn, uint64_t id, struct fault *fault)
{
	uint64_t deleted = 0;

	if (delete_images(txn, id, UINT64_MAX, &deleted, fault) != 0)
		return -1;
	txn->changes += deleted;
	return 0;
}

/* Puts the image that judge has made in the place of the one that it saw. */
static int
write_image(struct txn *txn, struct view key, struct record image,
    const struct record_form *form, struct fault *fault)
{
	const struct record_head head = { record_kind(image), record_created(image),
		record_rev(image), record_line(image), record_cause(image) };
	size_t len = record_size(form);

	buf_clear(&txn->image);
	if (!buf_reserve(&txn->image, len))
		return fault_memory(fault);
	record_encode(form, &head, txn->image.at);
	txn->image.len = len;
	txn->changes++;
	return engine_put(txn->engine, TREE_IMAGES, key, buf_as_view(&txn->image), fault);
}

static int
drop_image(struct txn *txn, struct view key, struct fault *fault)
{
	txn->changes++;
	return engine_delete(txn->engine, TREE_IMAGES, key, fault) < 0 ? -1 : 0;
}

int
history_sweep(struct txn *txn,
    int (*judge)(void *context, uint64_t id, struct record image,
	struct record_form *form, struct fault *fault),
    void *context, struct fault *fault)
{
	struct record_form *form = malloc(sizeof(*form));
	struct engine_cursor *cursor = image_cursor(txn, fault);
	struct image_key at;
	uint64_t id = 1, rev = 0;
	struct record image;
	int found = -1, verdict;

	if (form == NULL)
		fault_memory(fault);
	else if (cursor != NULL)
		found = image_seek(cursor, &id, &rev, &image, fault);
	while (found == 1) {
		verdict = judge(context, id, image, form, fault);
		at = image_key(id, rev);
		if (verdict == SWEEP_KEEP) {
			found = image_next(cursor, &id, &rev, &image, fault);
			continue;
		}
		found = verdict < 0 ? -1
		    : verdict == SWEEP_DROP
		    ? drop_image(txn, image_key_view(&at), fault)
		    : write_image(txn, image_key_view(&at), image, form, fault);
		/* The page that the cursor was on has moved. */
		rev++;
		if (found == 0)
			found = image_seek(cursor, &id, &rev, &image, fault);
	}
	free(form);
	txn->image_known = false;
	return found < 0 ? -1 : remains_mark(txn, fault);
}

int
history_prune(struct txn *txn, uint64_t rev, struct pruned *pruned, struct fault *fault)
{
	uint64_t horizon;

	if (log_horizon(txn, &horizon, fault) != 0)
		return -1;
	if (rev <= horizon)
		return 0;
	if (delete_images(txn, UINT64_MAX, rev, &pruned->images, fault) != 0 ||
	    log_strip(txn, rev, &pruned->runs, fault) != 0)
		return -1;
	txn->changes++;
	return engine_put(txn->engine, TREE_META, VIEW("horizon"),
	    view_make((char *)&rev, sizeof(rev)), fault);
}
