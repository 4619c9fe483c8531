/* SPDX-License-Identifier: ISC */
/*
 * The log says which ids a run gave to new records, and how many it changed or
 * removed: as many images bear its revision, so looking through the images ends
 * with the last of them. Records that a run brought back under their old ids
 * stand nowhere but among the records.
 */
#include "store/changes.h"

#include "store/image.h"
#include "store/log.h"

/* What the rows of the log after a revision sum up to. */
struct sums {
	uint64_t images; /* records that were changed or removed */
	bool scattered;	 /* some came back under old ids, or rows are missing */
};

/* Of new records that are gone already nobody knows here: their ids are taken
 * with the others. */
static int
add_created(
    const struct log_row *row, uint64_t most, struct ids *ids, struct fault *fault)
{
	if (row->first_id > row->last_id)
		return 0;
	if (row->last_id - row->first_id >= most - ids->count)
		return 1;
	for (uint64_t id = row->first_id; id <= row->last_id; id++)
		if (ids_add(ids, id, fault) == -1)
			return -1;
	return 0;
}

/* 1 when there are too many new ones. */
static int
read_log(struct txn *txn, uint64_t since, uint64_t most, struct sums *sums,
    struct ids *ids, struct fault *fault)
{
	struct log_walk walk;
	struct log_row row;
	int found, result = 0;

	if (log_walk_open(&walk, txn, since + 1, fault) == -1)
		return -1;
	while (result == 0 && (found = log_walk_next(&walk, &row, fault)) != 0) {
		if (found == -1) {
			result = -1;
			break;
		}
		sums->images += row.updated + row.deleted;
		sums->scattered |= row.undoes > 0 ||
		    (row.created > 0 && row.created > row.last_id - row.first_id + 1);
		result = add_created(&row, most, ids, fault);
	}
	log_walk_close(&walk);
	return result;
}

static int
read_images(
    struct txn *txn, uint64_t since, uint64_t left, struct ids *ids, struct fault *fault)
{
	struct image_key from = image_key(1, 0);
	struct view key = image_key_view(&from), value;
	struct engine_cursor *cursor;
	uint64_t id, rev;
	int found;

	if (left == 0)
		return 0;
	if (engine_cursor_open(&cursor, txn->engine, TREE_IMAGES, fault) == -1)
		return -1;
	found = engine_seek(cursor, &key, &value, fault);
	while (found == 1 && left > 0) {
		if (!image_key_read(key, &id, &rev)) {
			found = image_key_damaged(fault);
			break;
		}
		if (rev > since && rev <= txn->rev) {
			left--;
			if (ids_add(ids, id, fault) == -1) {
				found = -1;
				break;
			}
		}
		found = engine_next(cursor, &key, &value, fault);
	}
	engine_cursor_close(cursor);
	return found == -1 ? -1 : 0;
}

int
changes_since(
    struct txn *txn, uint64_t since, uint64_t most, struct ids *ids, struct fault *fault)
{
	struct sums sums = { 0, false };
	uint64_t horizon;
	int result;

	if (log_horizon(txn, &horizon, fault) == -1)
		return -1;
	if (since < horizon)
		return 0;
	result = read_log(txn, since, most, &sums, ids, fault);
	if (result != 0)
		return result == -1 ? -1 : 0;
	if (sums.scattered || sums.images > most - ids->count)
		return 0;
	return read_images(txn, since, sums.images, ids, fault) == -1 ? -1 : 1;
}

int
changes_removed(struct txn *txn, uint64_t since, uint64_t *removed, struct fault *fault)
{
	struct log_walk walk;
	struct log_row row;
	int found;

	*removed = 0;
	if (log_walk_open(&walk, txn, since + 1, fault) == -1)
		return -1;
	while ((found = log_walk_next(&walk, &row, fault)) == 1)
		*removed += row.deleted;
	log_walk_close(&walk);
	return found;
}
