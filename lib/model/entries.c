/* SPDX-License-Identifier: ISC */
/*
 * Fixed fields come first, in the order of the table, then extras. Folding is
 * what takes time, so keys that were made before are not made again.
 */
#include "model/entries.h"

#include <stdlib.h>

#include <stdlib.h>

#include "base/array.h"
#include "model/value.h"

/* Elements up to which they are compared one by one. */
#define LONG_LIST 32

static int
add_entry(
    struct entries *entries, struct index_key key, bool searchable, struct fault *fault)
{
	struct entry *at;

	at = array_room(entries->at, entries->count, &entries->cap, sizeof(*at), fault);
	if (at == NULL)
		return -1;
	entries->at = at;
	entries->at[entries->count++] = (struct entry){ key, searchable };
	return 0;
}

/* Whether it is searched while entries are still gathered. */
static bool
is_searchable(const struct field *field)
{
	return (field->flags & (FIELD_KEY | FIELD_FOLLOWED)) != 0;
}

static struct entries_memo *
memo_of(const struct entries *entries, const struct kind *kind, uint16_t slot,
    struct view value)
{
	size_t at = (size_t)kind->number + slot * 31u + value.len * 7u +
	    (unsigned char)value.at[0] * 13u +
	    (unsigned char)value.at[value.len / 2] * 17u +
	    (unsigned char)value.at[value.len - 1] * 29u;

	return entries->known->memos + at % ENTRIES_MEMOS;
}

static int
add_text(struct entries *entries, const struct kind *kind, const struct field *field,
    uint16_t slot, struct view value, struct fault *fault)
{
	bool searchable = is_searchable(field);
	struct entries_memo *memo = NULL;

	/* Keys hardly repeat, so they would only turn others out. */
	if (!searchable && value.len <= sizeof(memo->value)) {
		memo = memo_of(entries, kind, slot, value);
		if (memo->len == value.len && memo->slot == slot &&
		    memo->kind == kind->number &&
		    memcmp(memo->value, value.at, value.len) == 0)
			return add_entry(entries, memo->key, false, fault);
	}
	buf_clear(&entries->text);
	value_index_text(&entries->text, field, value);
	if (buf_check(&entries->text, fault) != 0)
		return -1;
	/* A value of nothing but accents or blanks folds to nothing. */
	if (entries->text.len == 0)
		return 0;
	if (add_entry(entries,
		index_text_key(kind->number, slot, buf_as_view(&entries->text)),
		searchable, fault) != 0)
		return -1;
	if (memo != NULL) {
		memo->key = entries->at[entries->count - 1].key;
		memo->slot = slot;
		memo->kind = kind->number;
		memo->len = (uint8_t)value.len;
		memcpy(memo->value, value.at, value.len);
	}
	return 0;
}

static int
add_element(struct entries *entries, const struct kind *kind, const struct field *field,
    uint16_t slot, struct view element, struct fault *fault)
{
	bool searchable = is_searchable(field);
	uint64_t id;

	if (field->type == TYPE_REFERENCE && reference_id(element, &id))
		return add_entry(
		    entries, index_id_key(kind->number, slot, id), searchable, fault);
	return element.len == 0 ? 0
				: add_text(entries, kind, field, slot, element, fault);
}

static bool
repeated(const struct entries *entries, size_t from)
{
	const struct entry *last = entries->at + entries->count - 1;
	size_t i;

	for (i = from; i + 1 < entries->count; i++)
		if (memcmp(entries->at[i].key.bytes, last->key.bytes, INDEX_KEY) == 0)
			return true;
	return false;
}

static int
compare_keys(const void *a, const void *b)
{
	return memcmp(((const struct entry *)a)->key.bytes,
	    ((const struct entry *)b)->key.bytes, INDEX_KEY);
}

/* Of a long list, each key once. */
static void
sort_out(struct entries *entries, size_t from)
{
	struct entry *at = entries->at + from;
	size_t count = entries->count - from, i, kept = 1;

	qsort(at, count, sizeof(*at), compare_keys);
	for (i = 1; i < count; i++)
		if (compare_keys(at + i, at + kept - 1) != 0)
			at[kept++] = at[i];
	entries->count = from + kept;
}

static int
add_field(struct entries *entries, const struct kind *kind, const struct field *field,
    uint16_t slot, struct view value, struct fault *fault)
{
	size_t from = entries->count, before;
	struct view element;

	if ((field->flags & FIELD_LIST) == 0)
		return add_element(entries, kind, field, slot, value, fault);
	while (list_next(&value, &element, &entries->scratch)) {
		before = entries->count;
		if (add_element(entries, kind, field, slot, element, fault) != 0)
			return -1;
		if (entries->count > before && entries->count - from <= LONG_LIST &&
		    repeated(entries, from))
			entries->count--;
	}
	if (entries->count - from > LONG_LIST)
		sort_out(entries, from);
	return 0;
}

static void
list_indexed(struct entries_known *known, const struct kind *kind)
{
	const struct field *field;
	size_t i;

	if (known->kind == kind)
		return;
	known->kind = kind;
	known->indexed_count = 0;
	for (i = 0; (field = kind_each(kind, i)) != NULL; i++)
		if ((field->flags & (FIELD_INDEXED | FIELD_KEY)) != 0 &&
		    field->slot < RECORD_FIXED)
			known->indexed[known->indexed_count++] = field;
}

static const struct change_key *
made_key(const struct entries_source *source, uint16_t slot)
{
	size_t i;

	for (i = 0; i < source->key_count; i++)
		if (source->keys[i].slot == slot)
			return source->keys + i;
	return NULL;
}

static int
add_fixed(struct entries *entries, const struct entries_source *source,
    const struct field *field, struct fault *fault)
{
	struct view value = record_get(source->record, field->slot);
	const struct change_key *made;

	if (value.len == 0 && field->derive != NULL) {
		buf_clear(&entries->derived);
		if (field->derive(source->txn, source->id, source->record,
			&entries->derived, fault) != 0)
			return -1;
		value = buf_as_view(&entries->derived);
	}
	if (value.len == 0)
		return 0;
	made = made_key(source, field->slot);
	if (made != NULL)
		return add_entry(entries, made->key, is_searchable(field), fault);
	return add_field(entries, source->kind, field, field->slot, value, fault);
}

static int
add_extra(struct entries *entries, const struct entries_source *source, uint16_t slot,
    struct view value, struct fault *fault)
{
	const struct change_key *made;
	enum name_class class;
	int found = txn_slot_class(source->txn, slot, &class, fault);

	if (found < 1 || class != NAME_EXT)
		return found < 0 ? -1 : 0;
	made = made_key(source, slot);
	return made != NULL
	    ? add_entry(entries, made->key, true, fault)
	    : add_field(entries, source->kind, &field_ext, slot, value, fault);
}

int
entries_collect(
    struct entries *entries, const struct entries_source *source, struct fault *fault)
{
	struct entries_known *known = entries->known;
	uint32_t position = RECORD_FIXED;
	struct view value;
	uint16_t slot;
	size_t i;

	entries->count = 0;
	list_indexed(known, source->kind);
	for (i = 0; i < known->indexed_count; i++)
		if (add_fixed(entries, source, known->indexed[i], fault) != 0)
			return -1;
	while (record_next(source->record, &position, &slot, &value))
		if (add_extra(entries, source, slot, value, fault) != 0)
			return -1;
	return 0;
}

void
entries_release(struct entries *entries)
{
	free(entries->at);
	buf_release(&entries->text);
	buf_release(&entries->scratch);
	buf_release(&entries->derived);
}
