/* SPDX-License-Identifier: ISC */
/*
 * Chunks are small enough to be rewritten whole, so ids are put in or taken out
 * by decoding their chunk, changing the list and encoding it again.
 */
#include "store/posting.h"

#include <endian.h>

#define CHUNK_KEY (INDEX_KEY + 8)

static struct view
chunk_key(unsigned char bytes[CHUNK_KEY], const struct index_key *key, uint64_t first)
{
	first = htobe64(first);
	memcpy(bytes, key->bytes, INDEX_KEY);
	memcpy(bytes + INDEX_KEY, &first, 8);
	return view_make((char *)bytes, CHUNK_KEY);
}

void
posting_begin(struct posting *posting, struct engine_txn *engine)
{
	*posting = (struct posting){ .engine = engine };
}

void
posting_end(struct posting *posting)
{
	engine_cursor_close(posting->cursor);
	buf_release(&posting->value);
	ids_release(&posting->ids);
	ids_release(&posting->changed);
	posting->cursor = NULL;
}

static void
put_difference(struct buf *value, uint64_t difference)
{
	while (difference >= 0x80) {
		buf_char(value, (char)(difference | 0x80));
		difference >>= 7;
	}
	buf_char(value, (char)difference);
}

int
posting_read(struct ids *ids, struct view key, struct view value, struct fault *fault)
{
	uint64_t id, difference = 0;
	unsigned shift = 0;
	size_t i;

	if (key.len != CHUNK_KEY)
		return fault_set(fault, FAULT_STORE, "an index entry is damaged");
	memcpy(&id, key.at + INDEX_KEY, 8);
	id = be64toh(id);
	if (ids_add(ids, id, fault) != 0)
		return -1;
	for (i = 0; i < value.len; i++) {
		difference |= (uint64_t)(value.at[i] & 0x7f) << shift;
		shift += 7;
		if ((value.at[i] & 0x80) != 0 && shift < 63)
			continue;
		if ((value.at[i] & 0x80) != 0 || difference == 0 ||
		    difference > UINT64_MAX - id)
			break;
		id += difference;
		if (ids_add(ids, id, fault) != 0)
			return -1;
		difference = 0;
		shift = 0;
	}
	return shift == 0 ? 0
			  : fault_set(fault, FAULT_STORE, "an index entry is damaged");
}

static int
learn_top(struct posting *posting, struct fault *fault)
{
	struct view key = { NULL, 0 }, value;
	int found = engine_last(posting->cursor, &key, &value, fault);

	if (found < 0)
		return -1;
	memset(&posting->top, 0, sizeof(posting->top));
	if (found == 1 && key.len == CHUNK_KEY)
		memcpy(posting->top.bytes, key.at, INDEX_KEY);
	posting->top_known = true;
	return 0;
}

static int
put_chunk(struct posting *posting, const struct index_key *key, uint64_t first,
    struct fault *fault)
{
	unsigned char bytes[CHUNK_KEY];
	struct view at = chunk_key(bytes, key, first);
	void *room;

	if (buf_check(&posting->value, fault) != 0)
		return -1;
	if (!posting->beyond)
		return engine_put(
		    posting->engine, TREE_INDEX, at, buf_as_view(&posting->value), fault);
	if (engine_append(
		posting->engine, TREE_INDEX, at, posting->value.len, &room, fault) != 0)
		return -1;
	if (posting->value.len > 0)
		memcpy(room, posting->value.at, posting->value.len);
	return 0;
}

/* Writes ids as chunks; what a chunk cannot take begins the next. */
static int
put_chunks(struct posting *posting, const struct index_key *key, const uint64_t *ids,
    size_t count, struct fault *fault)
{
	size_t first, i;

	for (first = 0; first < count; first = i) {
		buf_clear(&posting->value);
		for (i = first + 1; i < count && posting->value.len < POSTING_CHUNK - 10;
		     i++)
			put_difference(&posting->value, ids[i] - ids[i - 1]);
		if (put_chunk(posting, key, ids[first], fault) != 0)
			return -1;
	}
	return 0;
}

/* The chunk that id would be in: the last whose first id is not above it. */
static int
find_chunk(struct posting *posting, const struct index_key *key, uint64_t id,
    struct view *at, struct view *value, struct fault *fault)
{
	unsigned char bytes[CHUNK_KEY];
	struct view want = chunk_key(bytes, key, id);
	int found;

	if (posting->cursor == NULL &&
	    engine_cursor_open(&posting->cursor, posting->engine, TREE_INDEX, fault) != 0)
		return -1;
	*at = want;
	found = engine_seek(posting->cursor, at, value, fault);
	if (found < 0)
		return -1;
	if (found == 0)
		found = engine_last(posting->cursor, at, value, fault);
	else if (!view_equal(*at, want))
		found = engine_prev(posting->cursor, at, value, fault);
	if (found != 1)
		return found;
	return at->len == CHUNK_KEY && memcmp(at->at, key->bytes, INDEX_KEY) == 0;
}

/* Behind the ids of the last chunk, as far as it has room. */
static int
extend(struct posting *posting, const struct index_key *key, const uint64_t *ids,
    size_t count, size_t *taken, struct fault *fault)
{
	struct view at, value;
	int found = find_chunk(posting, key, UINT64_MAX, &at, &value, fault);
	uint64_t last;

	*taken = 0;
	if (found != 1)
		return found;
	posting->ids.count = 0;
	if (posting_read(&posting->ids, at, value, fault) != 0)
		return -1;
	last = posting->ids.at[posting->ids.count - 1];
	buf_clear(&posting->value);
	buf_view(&posting->value, value);
	for (; *taken < count && posting->value.len < POSTING_CHUNK - 10; (*taken)++) {
		put_difference(&posting->value, ids[*taken] - last);
		last = ids[*taken];
	}
	return *taken == 0 ? 0 : put_chunk(posting, key, posting->ids.at[0], fault);
}

int
posting_append(struct posting *posting, const struct index_key *key, const uint64_t *ids,
    size_t count, bool alone, struct fault *fault)
{
	size_t taken = 0;
	int order;

	if (posting->cursor == NULL &&
	    engine_cursor_open(&posting->cursor, posting->engine, TREE_INDEX, fault) != 0)
		return -1;
	if (!posting->top_known && learn_top(posting, fault) != 0)
		return -1;
	order = memcmp(key->bytes, posting->top.bytes, INDEX_KEY);
	posting->beyond = false;
	if (order <= 0 && !(alone && count == 1) &&
	    extend(posting, key, ids, count, &taken, fault) != 0)
		return -1;
	posting->beyond = order > 0;
	if (order > 0)
		posting->top = *key;
	return put_chunks(posting, key, ids + taken, count - taken, fault);
}

/* The chunk that id is in or would be in, decoded, or no ids when it would be in
 * a new one. */
static int
read_chunk(struct posting *posting, const struct index_key *key, uint64_t id, bool *found,
    struct fault *fault)
{
	struct view at, value;
	int result = find_chunk(posting, key, id, &at, &value, fault);

	*found = result == 1;
	posting->ids.count = 0;
	return result == 1 ? posting_read(&posting->ids, at, value, fault) : result;
}

/* The first id of the chunk behind the one that find_chunk found, or behind
 * where one with this id would be, or UINT64_MAX. */
static int
next_chunk(struct posting *posting, const struct index_key *key, uint64_t id, bool found,
    uint64_t *next, struct fault *fault)
{
	unsigned char bytes[CHUNK_KEY];
	struct view at = chunk_key(bytes, key, id), value;
	int result =
	    (found ? engine_next : engine_seek)(posting->cursor, &at, &value, fault);

	*next = UINT64_MAX;
	if (result != 1 || at.len != CHUNK_KEY ||
	    memcmp(at.at, key->bytes, INDEX_KEY) != 0)
		return result < 0 ? -1 : 0;
	memcpy(next, at.at + INDEX_KEY, 8);
	*next = be64toh(*next);
	return 0;
}

/* The ids of a chunk with those changes that are below next; *taken tells how
 * many these were. At least the first one is. */
static int
merge(const struct ids *ids, const struct posting_change *changes, size_t count,
    uint64_t next, struct ids *merged, size_t *taken, struct fault *fault)
{
	size_t i = 0;

	merged->count = 0;
	for (*taken = 0; *taken < count; ++*taken) {
		const struct posting_change *change = changes + *taken;

		if (*taken > 0 && change->id >= next)
			break;
		for (; i < ids->count && ids->at[i] < change->id; i++)
			if (ids_add(merged, ids->at[i], fault) != 0)
				return -1;
		i += i < ids->count && ids->at[i] == change->id;
		if (change->add && ids_add(merged, change->id, fault) != 0)
			return -1;
	}
	for (; i < ids->count; i++)
		if (ids_add(merged, ids->at[i], fault) != 0)
			return -1;
	return 0;
}

int
posting_change(struct posting *posting, const struct index_key *key,
    const struct posting_change *changes, size_t count, struct fault *fault)
{
	const struct ids *ids = &posting->ids, *changed = &posting->changed;
	unsigned char bytes[CHUNK_KEY];
	size_t i, taken;
	uint64_t next = 0;
	bool found;

	posting->beyond = posting->top_known = false;
	for (i = 0; i < count; i += taken) {
		if (read_chunk(posting, key, changes[i].id, &found, fault) != 0 ||
		    (count - i > 1 &&
			next_chunk(posting, key, changes[i].id, found, &next, fault) !=
			    0) ||
		    merge(ids, changes + i, count - i, next, &posting->changed, &taken,
			fault) != 0)
			return -1;
		if (changed->count == ids->count &&
		    (ids->count == 0 ||
			memcmp(changed->at, ids->at, ids->count * sizeof(*ids->at)) == 0))
			continue;
		if (ids->count > 0 &&
		    (changed->count == 0 || changed->at[0] != ids->at[0]) &&
		    engine_delete(posting->engine, TREE_INDEX,
			chunk_key(bytes, key, ids->at[0]), fault) < 0)
			return -1;
		if (put_chunks(posting, key, changed->at, changed->count, fault) != 0)
			return -1;
	}
	return 0;
}

int
posting_add(struct posting *posting, const struct index_key *key, uint64_t id,
    struct fault *fault)
{
	const struct posting_change change = { id, true };

	return posting_change(posting, key, &change, 1, fault);
}

int
posting_remove(struct posting *posting, const struct index_key *key, uint64_t id,
    struct fault *fault)
{
	const struct posting_change change = { id, false };

	return posting_change(posting, key, &change, 1, fault);
}
