/* SPDX-License-Identifier: ISC */
/*
 * A record of the older state is one that was erased when it has the id of one,
 * and an address or an external id that this one had, or where it has none, its
 * name and time of creation: ids alone may be equal by chance in another store.
 */
#include "rules/erase_again.h"

#include <stdlib.h>

#include "model/change.h"
#include "model/entity.h"
#include "model/erasure.h"
#include "rules/removal.h"
#include "store/history.h"

struct again {
	struct erased_again *counts;
	struct txn *to, *from;
	struct erasures *erasures;
	struct erasing *erasing;
	struct removal removal;
	struct record_form *form;
	struct ids ids; /* of what was erased, as far as `from` knows */
	struct buf version, text;
	/* Of the record that is being looked at. */
	uint64_t id;
	const struct kind *kind;
	bool same, keyed;
};

static int
carry_hash(struct again *again, struct record hash, struct fault *fault)
{
	struct view record = record_get(hash, ERASURE_RECORD);
	struct ids there = { NULL, 0, 0 };
	uint64_t id;
	int result;

	if (entity_read_id(record, &id) && ids_add(&again->ids, id, fault) != 0)
		return -1;
	result = entity_find_key(again->to, &kind_erasure, ERASURE_HASH,
	    kind_slot(&kind_erasure, ERASURE_HASH), record_get(hash, ERASURE_HASH),
	    &there, fault);
	if (result == 0 && there.count == 0) {
		again->counts->hashes++;
		record_form_from(again->form, hash);
		result = change_create(
		    again->to, &kind_erasure, again->form, 0, CAUSE_ROW, &id, fault);
	}
	ids_release(&there);
	return result;
}

static int
carry_hashes(struct again *again, struct fault *fault)
{
	struct ids hashes = { NULL, 0, 0 };
	struct record record;
	size_t i;
	int result = index_find_prefix(again->from, kind_erasure.number, ERASURE_SALT,
	    view_make(NULL, 0), &hashes, fault);

	ids_sort(&hashes);
	for (i = 0; result == 0 && i < hashes.count; i++) {
		result = txn_record(again->from, hashes.at[i], &record, fault);
		if (result == 1)
			result = record_kind(record) == kind_erasure.number
			    ? carry_hash(again, record, fault)
			    : 0;
	}
	ids_release(&hashes);
	ids_sort(&again->ids);
	return result < 0 ? -1 : 0;
}

/* Whether the hash of the value is of the record at hand. */
static int
compare(void *context, struct view what, struct view value, struct fault *fault)
{
	struct again *again = context;
	struct record record;
	uint64_t hash, id;
	int found;

	again->keyed = true;
	if (again->same)
		return 0;
	found = erasures_find(again->erasures, again->kind, what, value, &hash, fault);
	if (found == 1)
		found = txn_record(again->to, hash, &record, fault);
	if (found == 1)
		again->same = entity_read_id(record_get(record, ERASURE_RECORD), &id) &&
		    id == again->id;
	return found < 0 ? -1 : 0;
}

/* The last version that there is: *there tells whether it holds. 1, 0, -1. */
static int
last_version(
    struct again *again, struct record *version, bool *there, struct fault *fault)
{
	struct version_walk walk;
	struct record at;
	uint64_t until = 0;
	int found, any = 0;

	if (version_walk_open(&walk, again->to, again->id, fault) != 0)
		return -1;
	while ((found = version_walk_next(&walk, &at, &until, fault)) == 1) {
		buf_clear(&again->version);
		buf_put(&again->version, at.at, at.len);
		*there = until == UINT64_MAX;
		any = 1;
	}
	version_walk_close(&walk);
	if (found < 0 || buf_check(&again->version, fault) != 0)
		return -1;
	*version = (struct record){ (const unsigned char *)again->version.at,
		again->version.len };
	return any;
}

static int
erase(struct again *again, uint64_t id, struct fault *fault)
{
	struct record record;
	uint64_t also = 0;
	bool there = false;
	int found;

	again->id = id;
	again->same = again->keyed = false;
	found = last_version(again, &record, &there, fault);
	if (found < 1)
		return found;
	again->kind = kind_by_number(record_kind(record));
	buf_clear(&again->text);
	if (again->kind == NULL || again->kind == &kind_erasure)
		return 0;
	if (erasure_keys(again->to, record, compare, again, fault) != 0 ||
	    (!again->keyed &&
		(erasure_record(&again->text, again->to, id, record, fault) != 0 ||
		    compare(again, VIEW("record"), buf_as_view(&again->text), fault) !=
			0)))
		return -1;
	if (!again->same)
		return 0;
	again->counts->records++;
	return there
	    ? removal_force(&again->removal, again->to, id, again->erasing, &also, fault)
	    : erasing_note(again->erasing, id, 0, fault);
}

static int
erase_all(struct again *again, struct fault *fault)
{
	uint64_t also = 0;
	size_t i;

	if (erasures_of(&again->erasures, again->to, fault) != 0 ||
	    erasing_new(&again->erasing, again->to, NULL, fault) != 0)
		return -1;
	for (i = 0; i < again->ids.count; i++)
		if (erase(again, again->ids.at[i], fault) != 0)
			return -1;
	return erasing_settle(again->erasing, &also, fault);
}

int
erase_again(
    struct erased_again *counts, struct txn *to, struct txn *from, struct fault *fault)
{
	struct again again = { .counts = counts,
		.to = to,
		.from = from,
		.form = malloc(sizeof(*again.form)) };
	int result = -1;

	*counts = (struct erased_again){ 0, 0 };
	if (again.form == NULL)
		fault_memory(fault);
	else if (carry_hashes(&again, fault) == 0)
		result = again.ids.count == 0 ? 0 : erase_all(&again, fault);
	erasing_free(again.erasing);
	removal_release(&again.removal);
	ids_release(&again.ids);
	buf_release(&again.version);
	buf_release(&again.text);
	free(again.form);
	return result;
}
