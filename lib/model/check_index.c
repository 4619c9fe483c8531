/* SPDX-License-Identifier: ISC */
/*
 * Two sets are compared, the entries in the index and those that the records
 * have to have, without holding either. Each entry has a hash, which chooses
 * one of many sums; what records yield is added there and what the index holds
 * is taken away. Sums that end at zero prove both sets the same. Where one
 * does not, a second pass gathers the few entries of that sum from both sides
 * and finds those without a partner.
 */
#include "model/check_internal.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/change.h"
#include "model/value.h"

/* At most GATHERED entries are kept for the second pass, 16 MiB or so. */
enum { SUMS = 1 << 16, GATHERED = 500000 };

struct entry {
	struct index_key key;
	uint64_t id;
	bool in_index;
};

struct sets {
	struct check *check;
	uint64_t *sums;
	bool gathering; /* the second pass */
	bool in_index;	/* the side that is walked */
	struct entry *entries;
	size_t count;
	uint64_t id; /* of the record that yields entries */
	/* Index side: a second cursor searches what the first one walks. */
	struct engine_cursor *searcher;
	struct index_key last_key;
	uint64_t last_id;
	bool began;
};

static void
take(struct sets *sets, const struct index_key *key, uint64_t id)
{
	unsigned char bytes[INDEX_KEY + sizeof(id)];
	uint64_t hash;
	uint64_t *sum;

	memcpy(bytes, key->bytes, INDEX_KEY);
	memcpy(bytes + INDEX_KEY, &id, sizeof(id));
	hash = XXH3_64bits(bytes, sizeof(bytes));
	sum = &sets->sums[hash % SUMS];
	if (!sets->gathering)
		*sum += sets->in_index ? -hash : hash;
	else if (*sum != 0 && sets->count < GATHERED)
		sets->entries[sets->count++] = (struct entry){ *key, id, sets->in_index };
}

static int
take_from_record(
    void *context, struct index_key key, bool searchable, struct fault *fault)
{
	struct sets *sets = context;

	(void)searchable;
	(void)fault;
	take(sets, &key, sets->id);
	return 0;
}

/* A damaged record cannot be asked; its entries in the index are set aside
 * too, since the record itself has been told of. */
static int
walk_records(struct sets *sets, struct fault *fault)
{
	struct check *check = sets->check;
	struct check_walk walk;
	struct record record;
	int found;

	sets->in_index = false;
	if (check_records_open(&walk, check, fault) < 0)
		return -1;
	while ((found = check_records_next(&walk, &sets->id, &record, fault)) == 1) {
		if (check_is_unreadable(check, sets->id) ||
		    change_entries(check->txn, kind_by_number(record_kind(record)),
			sets->id, record, take_from_record, sets, fault) == 0)
			continue;
		found = check_goes_on(fault) ? 0 : -1;
		if (found == -1)
			break;
		if (!sets->gathering)
			check_found(check, CHECK_DAMAGE,
			    "record %llu: its index entries cannot be told: %s",
			    (unsigned long long)sets->id, fault->text);
	}
	check_walk_close(&walk);
	return found;
}

static bool
share_element(struct view a, struct view b)
{
	struct buf scratch = BUF_EMPTY, other = BUF_EMPTY;
	struct view element, same, rest;
	bool shared = false;

	while (!shared && list_next(&a, &element, &scratch)) {
		rest = b;
		while (!shared && list_next(&rest, &same, &other))
			shared = view_equal(element, same);
	}
	buf_release(&scratch);
	buf_release(&other);
	return shared;
}

/* An external id has one bearer (of its kind). Only ids that stand under one key
 * can be the same, and the key is a hash. */
static int
check_bearers(struct sets *sets, const struct index_key *key, uint64_t id, uint64_t other,
    struct fault *fault)
{
	uint16_t slot = (uint16_t)(key->bytes[1] << 8 | key->bytes[2]);
	struct record one, two;
	int found;

	if (slot < RECORD_FIXED || check_is_unreadable(sets->check, id) ||
	    check_is_unreadable(sets->check, other))
		return 0;
	found = check_look_up(sets->check, id, &one, fault);
	if (found == 1)
		found = check_look_up(sets->check, other, &two, fault);
	if (found < 0)
		return check_goes_on(fault) ? 0 : -1;
	if (found == 1 && share_element(record_get(one, slot), record_get(two, slot)))
		check_found(sets->check, CHECK_DAMAGE,
		    "records %llu and %llu: both have the same external id",
		    (unsigned long long)other, (unsigned long long)id);
	return 0;
}

/* The entry stands behind the last one, and a search from the top of the tree
 * finds its key. The searching cursor stays on its page while it can. */
static int
check_place(
    struct sets *sets, const struct index_key *key, uint64_t id, struct fault *fault)
{
	int order =
	    sets->began ? memcmp(sets->last_key.bytes, key->bytes, INDEX_KEY) : -1;
	struct view at = view_make((const char *)key->bytes, INDEX_KEY), value;
	int found;

	/* The keys of rows ascend, or the walk had ended: within a row, or where
	 * one reaches into the next, ids may not. */
	if (order == 0 && sets->last_id >= id)
		check_found(sets->check, CHECK_DAMAGE,
		    "the index: an entry of record %llu is out of order",
		    (unsigned long long)id);
	else if (order == 0 && check_bearers(sets, key, id, sets->last_id, fault) < 0)
		return -1;
	if (order != 0) {
		found = engine_seek(sets->searcher, &at, &value, fault);
		if (found < 0 && !check_goes_on(fault))
			return -1;
		if (found != 1 || at.len < INDEX_KEY ||
		    memcmp(at.at, key->bytes, INDEX_KEY) != 0)
			check_found(sets->check, CHECK_DAMAGE,
			    "the index: a search does not find an entry of record %llu",
			    (unsigned long long)id);
	}
	sets->last_key = *key;
	sets->last_id = id;
	sets->began = true;
	return 0;
}

static int
take_from_index(
    struct sets *sets, const struct index_key *key, uint64_t id, struct fault *fault)
{
	if (!sets->gathering) {
		sets->check->outcome->entries++;
		if (check_place(sets, key, id, fault) < 0)
			return -1;
	}
	if (!check_is_unreadable(sets->check, id))
		take(sets, key, id);
	return 0;
}

/* One row is a key with the ids that have it. */
static int
take_row(struct sets *sets, struct ids *ids, struct view at, struct view value,
    struct fault *fault)
{
	int sound = index_row(ids, at, value, fault);
	struct index_key key;

	if (sound < 0)
		return -1;
	if (sound == 0 && !sets->gathering)
		check_found(sets->check, CHECK_DAMAGE,
		    "the index: the row of record %llu is damaged",
		    (unsigned long long)(ids->count > 0 ? ids->at[0] : 0));
	if (at.len < INDEX_KEY)
		return 0;
	memcpy(key.bytes, at.at, INDEX_KEY);
	for (size_t i = 0; i < ids->count; i++)
		if (take_from_index(sets, &key, ids->at[i], fault) < 0)
			return -1;
	return 0;
}

static int
walk_index(struct sets *sets, struct fault *fault)
{
	struct check *check = sets->check;
	struct ids ids = { NULL, 0, 0 };
	struct check_walk walk;
	struct view key, value;
	int found = -1;

	sets->in_index = true;
	if (engine_cursor_open(
		&sets->searcher, txn_engine(check->txn), TREE_INDEX, fault) < 0)
		return -1;
	if (check_walk_open(&walk, check, TREE_INDEX, fault) == 0) {
		while ((found = check_walk_next(&walk, &key, &value, fault)) == 1)
			if (take_row(sets, &ids, key, value, fault) < 0) {
				found = -1;
				break;
			}
		check_walk_close(&walk);
	}
	engine_cursor_close(sets->searcher);
	ids_release(&ids);
	return found;
}

static int
compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = memcmp(x->key.bytes, y->key.bytes, INDEX_KEY);

	if (order != 0)
		return order;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (int)x->in_index - (int)y->in_index;
}

/* "email", "ext.salesforce", or the number of a slot that nobody knows. */
static int
column_name(struct check *check, const struct index_key *key, struct buf *name,
    struct fault *fault)
{
	const struct kind *kind = kind_by_number(key->bytes[0]);
	uint16_t slot = (uint16_t)(key->bytes[1] << 8 | key->bytes[2]);
	const struct field *field = kind == NULL ? NULL : kind_slot(kind, slot);
	enum name_class class;
	struct view own, label;
	int found = 0;

	buf_clear(name);
	if (kind != NULL && field == NULL && slot >= RECORD_FIXED) {
		found = txn_slot_name(check->txn, slot, &class, &own, &label, fault);
		if (found < 0 && !check_goes_on(fault))
			return -1;
	}
	if (field != NULL)
		buf_text(name, field->name);
	else if (found == 1)
		buf_printf(name, "%s%.*s", class == NAME_EXT ? "ext." : "attr.",
		    (int)own.len, own.at);
	else
		buf_printf(name, "slot %u of kind %u", slot, key->bytes[0]);
	return buf_check(name, fault);
}

static int
tell(struct check *check, const struct entry *entry, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	int rc = column_name(check, &entry->key, &name, fault);

	if (rc == 0 && entry->in_index)
		check_found(check, CHECK_DAMAGE,
		    "record %llu: the index has "
		    "an entry by %s that the record does not yield",
		    (unsigned long long)entry->id, buf_string(&name));
	else if (rc == 0)
		check_found(check, CHECK_DAMAGE,
		    "record %llu: the index has no entry by %s",
		    (unsigned long long)entry->id, buf_string(&name));
	buf_release(&name);
	return rc;
}

static int
tell_differences(struct sets *sets, struct fault *fault)
{
	size_t i = 0;

	qsort(sets->entries, sets->count, sizeof(*sets->entries), compare);
	while (i < sets->count) {
		struct entry *entry = &sets->entries[i];

		if (i + 1 < sets->count && !entry->in_index && entry[1].in_index &&
		    entry->id == entry[1].id &&
		    memcmp(entry->key.bytes, entry[1].key.bytes, INDEX_KEY) == 0) {
			i += 2;
			continue;
		}
		if (tell(sets->check, entry, fault) < 0)
			return -1;
		i++;
	}
	return 0;
}

static int
find_differences(struct sets *sets, struct fault *fault)
{
	sets->entries = malloc(GATHERED * sizeof(*sets->entries));
	if (sets->entries == NULL)
		return fault_memory(fault);
	sets->gathering = true;
	if (walk_records(sets, fault) < 0 || walk_index(sets, fault) < 0)
		return -1;
	if (sets->count < GATHERED)
		return tell_differences(sets, fault);
	check_found(sets->check, CHECK_DAMAGE,
	    "the index: very many entries "
	    "differ from what the records yield");
	return 0;
}

int
check_index(struct check *check, struct fault *fault)
{
	struct sets sets = { .check = check };
	bool same = true;
	int rc = -1;

	sets.sums = calloc(SUMS, sizeof(*sets.sums));
	if (sets.sums == NULL)
		return fault_memory(fault);
	if (walk_records(&sets, fault) == 0 && walk_index(&sets, fault) == 0) {
		/* What could not be read has been told of, and nearly all else
		 * would be without its partner. */
		for (size_t i = 0; i < SUMS && !check->broken[TREE_RECORDS] &&
		     !check->broken[TREE_INDEX];
		     i++)
			same = same && sets.sums[i] == 0;
		rc = same ? 0 : find_differences(&sets, fault);
	}
	free(sets.entries);
	free(sets.sums);
	return rc;
}
