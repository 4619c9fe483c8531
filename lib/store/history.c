/* SPDX-License-Identifier: ISC */
/*
 * Images: the versions that later runs replaced. Their keys are id and the
 * revision that replaced them, so the versions of a record stand together,
 * oldest first; former values of settings stand under id 0 with the name
 * behind.
 */
#include "store/history.h"

#include <endian.h>

#include "store/changes.h"
#include "store/index.h"
#include "store/log.h"
#include "store/txn.h"

struct image_key
image_key(uint64_t id, uint64_t rev)
{
	return (struct image_key){ htobe64(id), htobe64(rev) };
}

static struct view
key_view(const struct image_key *key)
{
	return view_make((const char *)key, sizeof(*key));
}

bool
image_key_read(struct view key, uint64_t *id, uint64_t *rev)
{
	struct image_key at;

	if (key.len < sizeof(at))
		return false;
	memcpy(&at, key.at, sizeof(at));
	*id = be64toh(at.id);
	*rev = be64toh(at.rev);
	return *id == 0 || key.len == sizeof(at);
}

/* The image that was found, sound or a fault. */
static int
take_image(struct view key, struct view value, uint64_t *id, uint64_t *rev,
    struct record *image, struct fault *fault)
{
	if (!image_key_read(key, id, rev))
		return fault_set(fault, FAULT_STORE,
		    "the key of a before-image is damaged: run contact-store check, "
		    "restore a backup");
	*image = (struct record){ (const unsigned char *)value.at, value.len };
	if (*id != 0 && !record_sound(*image))
		return fault_set(fault, FAULT_STORE,
		    "the before-image of record %llu, revision %llu is damaged: run "
		    "contact-store check, restore a backup",
		    (unsigned long long)*id, (unsigned long long)*rev);
	return 1;
}

/* The first image from (id, rev) on. */
static int
seek_image(struct engine_cursor *cursor, uint64_t *id, uint64_t *rev,
    struct record *image, struct fault *fault)
{
	struct image_key from = image_key(*id, *rev);
	struct view key = key_view(&from), value;
	int found = engine_seek(cursor, &key, &value, fault);

	return found == 1 ? take_image(key, value, id, rev, image, fault) : found;
}

static int
next_image(struct engine_cursor *cursor, uint64_t *id, uint64_t *rev,
    struct record *image, struct fault *fault)
{
	struct view key = { NULL, 0 }, value;
	int found = engine_next(cursor, &key, &value, fault);

	return found == 1 ? take_image(key, value, id, rev, image, fault) : found;
}

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

static struct engine_cursor *
imager(struct txn *txn, struct fault *fault)
{
	if (txn->imager == NULL &&
	    engine_cursor_open(&txn->imager, txn->engine, TREE_IMAGES, fault) != 0)
		return NULL;
	return txn->imager;
}

/* The image that a run before or at txn->rev made last: what was deleted. */
static int
last_image(struct txn *txn, uint64_t id, struct record *record, struct fault *fault)
{
	struct engine_cursor *cursor = imager(txn, fault);
	uint64_t at = id, rev = 0;
	struct record image;
	int found, last = 0;

	if (cursor == NULL)
		return -1;
	found = seek_image(cursor, &at, &rev, &image, fault);
	while (found == 1 && at == id && rev <= txn->rev) {
		*record = image;
		last = 1;
		found = next_image(cursor, &at, &rev, &image, fault);
	}
	return found < 0 ? -1 : last;
}

/* Alive by txn->rev: the version that began by then and was not replaced. */
static int
living(struct txn *txn, uint64_t id, struct record *record, struct fault *fault)
{
	struct engine_cursor *cursor;
	uint64_t at = id, rev = txn->rev + 1;
	int found = records_find(txn, id, record, fault);

	if (found < 0 || (found == 1 && record_rev(*record) <= txn->rev))
		return found;
	cursor = imager(txn, fault);
	if (cursor == NULL)
		return -1;
	found = seek_image(cursor, &at, &rev, record, fault);
	return found == 1 && (at != id || record_rev(*record) > txn->rev) ? 0 : found;
}

int
past_record(struct txn *txn, uint64_t id, struct record *record, struct fault *fault)
{
	int found = id == 0 ? 0 : living(txn, id, record, fault);

	return found == 0 && id != 0 && txn->deleted ? last_image(txn, id, record, fault)
						     : found;
}

int
txn_deleted(struct txn *txn, uint64_t id, struct fault *fault)
{
	struct record record;
	int found = txn->past ? living(txn, id, &record, fault)
			      : records_find(txn, id, &record, fault);

	return found < 0 ? -1 : found == 0;
}

/* Ids with an image that txn->rev lies before, and with `deleted` all that
 * have one, but those that are still what they were; their kind stands in the
 * byte above. */
#define KIND_SHIFT 56

static int
add_since(struct txn *txn, uint64_t id, struct record image, struct fault *fault)
{
	struct record record;
	int found = txn->latest ? records_find(txn, id, &record, fault) : 0;

	if (found != 0)
		return found < 0 ? -1 : 0;
	return ids_add(
	    &txn->since, (uint64_t)record_kind(image) << KIND_SHIFT | id, fault);
}

/* How many images have to be looked for. */
static int
count_since(struct txn *txn, uint64_t *left, struct fault *fault)
{
	struct log_row row;
	uint64_t rev, removed;
	int found = 1;

	*left = UINT64_MAX;
	if (txn->latest) {
		/* Where nothing was ever removed there is nothing to find. */
		if (changes_removed(txn, 0, &removed, fault) != 0)
			return -1;
		*left = removed > 0 ? UINT64_MAX : 0;
	} else if (!txn->deleted) {
		*left = 0;
		for (rev = txn->rev + 1; found == 1; rev++) {
			found = log_row(txn, rev, &row, fault);
			if (found == 1)
				*left += row.updated + row.deleted;
		}
	}
	return found < 0 ? -1 : 0;
}

static int
find_since(struct txn *txn, struct fault *fault)
{
	struct engine_cursor *cursor = imager(txn, fault);
	uint64_t id = 1, rev = 0, last = 0, left;
	struct record image;
	int found;

	if (cursor == NULL || count_since(txn, &left, fault) != 0)
		return -1;
	found = left == 0 ? 0 : seek_image(cursor, &id, &rev, &image, fault);
	while (found == 1 && left > 0) {
		left -= rev > txn->rev && left != UINT64_MAX;
		if (id != last && (rev > txn->rev || txn->deleted)) {
			last = id;
			if (add_since(txn, id, image, fault) != 0)
				return -1;
		}
		if (left > 0)
			found = next_image(cursor, &id, &rev, &image, fault);
	}
	if (found < 0)
		return -1;
	txn->since_known = true;
	return 0;
}

int
past_since(struct txn *txn, uint8_t kind, struct ids *ids, struct fault *fault)
{
	size_t i;

	if (!txn->since_known && find_since(txn, fault) != 0)
		return -1;
	for (i = 0; i < txn->since.count; i++)
		if (txn->since.at[i] >> KIND_SHIFT == kind &&
		    ids_add(ids, txn->since.at[i] & ((UINT64_C(1) << KIND_SHIFT) - 1),
			fault) != 0)
			return -1;
	return 0;
}

int
past_setting(struct txn *txn, const char *name, struct view *value, struct fault *fault)
{
	struct engine_cursor *cursor = imager(txn, fault);
	struct image_key from = image_key(0, txn->rev + 1);
	struct view key = key_view(&from);
	uint64_t id, rev;
	int found;

	if (cursor == NULL)
		return -1;
	found = engine_seek(cursor, &key, value, fault);
	while (found == 1 && image_key_read(key, &id, &rev) && id == 0) {
		if (view_is(view_from(key, sizeof(from)), name))
			return value->len > 0;
		found = engine_next(cursor, &key, value, fault);
	}
	return found < 0 ? -1 : 2;
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
	found = seek_image(walk->cursor, &id, until, version, fault);
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
	found = seek_image(walk->cursor, id, &rev, image, fault);
	while (found == 1 && rev != walk->rev)
		found = next_image(walk->cursor, id, &rev, image, fault);
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
	struct engine_cursor *cursor = imager(txn, fault);
	uint64_t at = id, found_rev = rev + 1;
	struct record image;
	int found;

	*next = 0;
	if (cursor == NULL)
		return -1;
	found = seek_image(cursor, &at, &found_rev, &image, fault);
	if (found == 1 && at == id)
		*next = found_rev;
	return found < 0 ? -1 : 0;
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
	struct engine_cursor *cursor = imager(txn, fault);
	struct image_key from = image_key(0, rev);
	struct view key = key_view(&from), value;
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

static int
changed_since(struct txn *txn, uint64_t rev, struct view name, struct fault *fault)
{
	struct engine_cursor *cursor = imager(txn, fault);
	struct image_key from = image_key(0, rev + 1);
	struct view key = key_view(&from), value;
	uint64_t id, at;
	int found;

	if (cursor == NULL)
		return -1;
	found = engine_seek(cursor, &key, &value, fault);
	while (found == 1 && image_key_read(key, &id, &at) && id == 0) {
		if (view_equal(view_from(key, sizeof(from)), name))
			return 1;
		found = engine_next(cursor, &key, &value, fault);
	}
	return found < 0 ? -1 : 0;
}

int
settings_before(struct txn *txn, uint64_t rev,
    int (*each)(void *context, struct view name, struct view value, bool changed_since,
	struct fault *fault),
    void *context, struct fault *fault)
{
	struct buf notes = BUF_EMPTY;
	struct view rest, name, value;
	int since, result = collect_settings(txn, rev, &notes, fault);

	rest = buf_as_view(&notes);
	while (result == 0 && rest.len > 0) {
		name = take_note(&rest);
		value = take_note(&rest);
		since = changed_since(txn, rev, name, fault);
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
	struct engine_cursor *cursor = imager(txn, fault);
	struct image_key from = image_key(only == UINT64_MAX ? 0 : only, 0);
	struct view key = key_view(&from), value;
	struct buf doomed = BUF_EMPTY;
	uint64_t id, rev;
	int found;

	if (cursor == NULL)
		return -1;
	found = engine_seek(cursor, &key, &value, fault);
	while (found == 1 && image_key_read(key, &id, &rev) &&
	    (only == UINT64_MAX || id == only)) {
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
