/* SPDX-License-Identifier: ISC */
/*
 * The store as it was after a revision: a record is then the version that began
 * by that revision and that no run up to it replaced.
 */
#include "store/changes.h"
#include "store/image.h"
#include "store/log.h"

/* The image that a run before or at txn->rev made last: what was deleted. */
static int
last_image(struct txn *txn, uint64_t id, struct record *record, struct fault *fault)
{
	struct engine_cursor *cursor = image_cursor(txn, fault);
	uint64_t at = id, rev = 0;
	struct record image;
	int found, last = 0;

	if (cursor == NULL)
		return -1;
	found = image_seek(cursor, &at, &rev, &image, fault);
	while (found == 1 && at == id && rev <= txn->rev) {
		*record = image;
		last = 1;
		found = image_next(cursor, &at, &rev, &image, fault);
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
	cursor = image_cursor(txn, fault);
	if (cursor == NULL)
		return -1;
	found = image_seek(cursor, &at, &rev, record, fault);
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
	struct engine_cursor *cursor = image_cursor(txn, fault);
	uint64_t id = 1, rev = 0, last = 0, left;
	struct record image;
	int found;

	if (cursor == NULL || count_since(txn, &left, fault) != 0)
		return -1;
	found = left == 0 ? 0 : image_seek(cursor, &id, &rev, &image, fault);
	while (found == 1 && left > 0) {
		left -= rev > txn->rev && left != UINT64_MAX;
		if (id != last && (rev > txn->rev || txn->deleted)) {
			last = id;
			if (add_since(txn, id, image, fault) != 0)
				return -1;
		}
		if (left > 0)
			found = image_next(cursor, &id, &rev, &image, fault);
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
	int found = image_of_setting(txn, txn->rev, view_of(name), value, fault);

	return found == 1 ? value->len > 0 : found < 0 ? -1 : 2;
}
