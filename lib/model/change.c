/* SPDX-License-Identifier: ISC */
/*
 * A record and its index entries change together. What entries a record has
 * to have follows from its kind's table alone, so a change puts in those that
 * the new form has and takes out those that only the old one had, and check
 * can ask the same question.
 */
#include "model/change.h"

#include <stdlib.h>

#include "model/value.h"
#include "store/history.h"

struct entry {
	struct index_key key;
	bool searchable;
};

/* Entries of one record, and room for their texts. Lists can be long, so it
 * grows; it is kept from record to record. */
struct entries {
	struct entry *at;
	size_t count, cap;
	struct buf text, scratch, derived;
	struct memo *memos; /* MEMO of them, shared by both sides */
};

/* The last key of each of some values: most fields that are indexed have few
 * different ones, which need not be folded again. */
#define MEMO 256

struct memo {
	struct index_key key;
	uint16_t slot;
	uint8_t kind, len;
	char value[40];
};

/* Of the record as it was and as it is, kept for a transaction. */
struct change {
	struct entries before, after;
	struct memo memos[MEMO];
	const struct kind *kind; /* whose indexed fields these are */
	const struct field *indexed[RECORD_FIXED];
	size_t indexed_count;
	struct change_observer observer;
	struct buf old; /* for the observer: a copy that does not move */
	bool unindexed; /* the index is made anew in the end */
};

static int
entries_add(
    struct entries *entries, struct index_key key, bool searchable, struct fault *fault)
{
	struct entry *at;
	size_t cap;

	if (entries->count == entries->cap) {
		cap = entries->cap == 0 ? 32 : entries->cap * 2;
		at = realloc(entries->at, cap * sizeof(*at));
		if (at == NULL)
			return fault_memory(fault);
		entries->at = at;
		entries->cap = cap;
	}
	entries->at[entries->count++] = (struct entry){ key, searchable };
	return 0;
}

static void
entries_release(struct entries *entries)
{
	free(entries->at);
	buf_release(&entries->text);
	buf_release(&entries->scratch);
	buf_release(&entries->derived);
}

static void
change_free(void *at)
{
	struct change *change = at;

	entries_release(&change->before);
	entries_release(&change->after);
	buf_release(&change->old);
	free(change);
}

static struct change *
change_of(struct txn *txn, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_CHANGE);

	if (kept->at == NULL) {
		kept->at = calloc(1, sizeof(struct change));
		kept->release = change_free;
		if (kept->at == NULL) {
			fault_memory(fault);
			return NULL;
		}
		((struct change *)kept->at)->before.memos =
		    ((struct change *)kept->at)->after.memos =
			((struct change *)kept->at)->memos;
	}
	return kept->at;
}

static struct memo *
memo_of(const struct entries *entries, const struct kind *kind, uint16_t slot,
    struct view value)
{
	size_t at = (size_t)kind->number + slot * 31u + value.len * 7u +
	    (unsigned char)value.at[0] * 13u +
	    (unsigned char)value.at[value.len / 2] * 17u +
	    (unsigned char)value.at[value.len - 1] * 29u;

	return entries->memos + at % MEMO;
}

static int
add_text(struct entries *entries, const struct kind *kind, const struct field *field,
    uint16_t slot, struct view value, struct fault *fault)
{
	bool searchable = (field->flags & FIELD_KEY) != 0;
	struct memo *memo = NULL;

	/* Keys hardly repeat, so they would only turn others out. */
	if (!searchable && value.len <= sizeof(memo->value)) {
		memo = memo_of(entries, kind, slot, value);
		if (memo->len == value.len && memo->slot == slot &&
		    memo->kind == kind->number &&
		    memcmp(memo->value, value.at, value.len) == 0)
			return entries_add(entries, memo->key, false, fault);
	}
	buf_clear(&entries->text);
	value_index_text(&entries->text, field, value);
	if (buf_check(&entries->text, fault) != 0)
		return -1;
	/* A value of nothing but accents or blanks folds to nothing. */
	if (entries->text.len == 0)
		return 0;
	if (entries_add(entries,
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
	bool searchable = (field->flags & FIELD_KEY) != 0;
	uint64_t id;

	if (field->type == TYPE_REFERENCE && reference_id(element, &id))
		return entries_add(
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
		if (entries->count > before && repeated(entries, from))
			entries->count--;
	}
	return 0;
}

static void
list_indexed(struct change *change, const struct kind *kind)
{
	size_t i;

	if (change->kind == kind)
		return;
	change->kind = kind;
	change->indexed_count = 0;
	for (i = 0; i < kind->count; i++)
		if ((kind->fields[i].flags & (FIELD_INDEXED | FIELD_KEY)) != 0 &&
		    kind->fields[i].slot < RECORD_FIXED)
			change->indexed[change->indexed_count++] = kind->fields + i;
}

/* What is asked of a record: its entries, and what of them is known. */
struct asked {
	struct txn *txn;
	const struct kind *kind;
	uint64_t id;
	struct record record;
	const struct change_key *known;
	size_t known_count;
};

static const struct change_key *
known_key(const struct asked *asked, uint16_t slot)
{
	size_t i;

	for (i = 0; i < asked->known_count; i++)
		if (asked->known[i].slot == slot)
			return asked->known + i;
	return NULL;
}

static int
add_fixed(struct entries *entries, const struct asked *asked, const struct field *field,
    struct fault *fault)
{
	struct view value = record_get(asked->record, field->slot);
	const struct change_key *known;

	if (value.len == 0 && field->derive != NULL) {
		buf_clear(&entries->derived);
		if (field->derive(asked->txn, asked->id, asked->record, &entries->derived,
			fault) != 0)
			return -1;
		value = buf_as_view(&entries->derived);
	}
	if (value.len == 0)
		return 0;
	known = known_key(asked, field->slot);
	if (known != NULL)
		return entries_add(
		    entries, known->key, (field->flags & FIELD_KEY) != 0, fault);
	return add_field(entries, asked->kind, field, field->slot, value, fault);
}

static int
add_extra(struct entries *entries, const struct asked *asked, uint16_t slot,
    struct view value, struct fault *fault)
{
	const struct change_key *known;
	enum name_class class;
	int found = txn_slot_class(asked->txn, slot, &class, fault);

	if (found < 1 || class != NAME_EXT)
		return found < 0 ? -1 : 0;
	known = known_key(asked, slot);
	return known != NULL
	    ? entries_add(entries, known->key, true, fault)
	    : add_field(entries, asked->kind, &field_ext, slot, value, fault);
}

static int
collect_asked(struct change *change, struct entries *entries, const struct asked *asked,
    struct fault *fault)
{
	uint32_t position = RECORD_FIXED;
	struct view value;
	uint16_t slot;
	size_t i;

	entries->count = 0;
	list_indexed(change, asked->kind);
	for (i = 0; i < change->indexed_count; i++)
		if (add_fixed(entries, asked, change->indexed[i], fault) != 0)
			return -1;
	while (record_next(asked->record, &position, &slot, &value))
		if (add_extra(entries, asked, slot, value, fault) != 0)
			return -1;
	return 0;
}

static int
collect(struct change *change, struct entries *entries, struct txn *txn,
    const struct kind *kind, uint64_t id, struct record record, struct fault *fault)
{
	struct asked asked = { txn, kind, id, record, NULL, 0 };

	return collect_asked(change, entries, &asked, fault);
}

int
change_observe(
    struct txn *txn, const struct change_observer *observer, struct fault *fault)
{
	struct change *change = change_of(txn, fault);

	if (change == NULL)
		return -1;
	change->observer =
	    observer == NULL ? (struct change_observer){ NULL, NULL } : *observer;
	return 0;
}

static int
remember(struct change *change, struct record old, struct fault *fault)
{
	if (change->observer.changed == NULL)
		return 0;
	buf_clear(&change->old);
	buf_put(&change->old, old.at, old.len);
	return buf_check(&change->old, fault);
}

static int
tell(struct change *change, const struct kind *kind, uint64_t id, struct record old,
    struct record new, enum cause cause, struct fault *fault)
{
	return change->observer.changed == NULL
	    ? 0
	    : change->observer.changed(
		  change->observer.context, kind, id, old, new, cause, fault);
}

static struct record
remembered(const struct change *change)
{
	return (struct record){ (const unsigned char *)change->old.at, change->old.len };
}

/* Puts in the entries of the record that was written last, and tells. */
static int
announce(struct change *change, const struct asked *asked, enum cause cause,
    struct fault *fault)
{
	static const struct record none = { NULL, 0 };
	struct entries *entries = &change->after;
	size_t i;

	entries->count = 0;
	if (!change->unindexed && collect_asked(change, entries, asked, fault) != 0)
		return -1;
	for (i = 0; i < entries->count; i++)
		if (index_add(asked->txn, entries->at[i].key, asked->id,
			entries->at[i].searchable, fault) != 0)
			return -1;
	return tell(
	    change, asked->kind, asked->id, none, txn_written(asked->txn), cause, fault);
}

int
change_create_known(struct txn *txn, const struct kind *kind,
    const struct record_form *form, uint32_t line, enum cause cause,
    const struct change_key *known, size_t known_count, uint64_t *id, struct fault *fault)
{
	struct change *change = change_of(txn, fault);
	struct asked asked = {
		.txn = txn, .kind = kind, .known = known, .known_count = known_count
	};

	if (change == NULL ||
	    txn_create(txn, kind->number, form, line, cause, id, fault) != 0)
		return -1;
	asked.id = *id;
	asked.record = txn_written(txn);
	return announce(change, &asked, cause, fault);
}

int
change_restore(struct txn *txn, const struct kind *kind, uint64_t id, uint32_t created,
    const struct record_form *form, enum cause cause, struct fault *fault)
{
	struct change *change = change_of(txn, fault);
	struct asked asked = { .txn = txn, .kind = kind, .id = id };

	if (change == NULL ||
	    txn_restore(txn, id, kind->number, created, form, cause, fault) != 0)
		return -1;
	asked.record = txn_written(txn);
	return announce(change, &asked, cause, fault);
}

int
change_create(struct txn *txn, const struct kind *kind, const struct record_form *form,
    uint32_t line, enum cause cause, uint64_t *id, struct fault *fault)
{
	return change_create_known(txn, kind, form, line, cause, NULL, 0, id, fault);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return memcmp(x->key.bytes, y->key.bytes, INDEX_KEY);
}

/* Walks both sets, sorted, and changes what stands in one of them only. */
static int
exchange(struct txn *txn, uint64_t id, struct entries *old, struct entries *new,
    struct fault *fault)
{
	size_t i = 0, j = 0;
	int c, result = 0;

	if (old->count > 1)
		qsort(old->at, old->count, sizeof(*old->at), compare_entries);
	if (new->count > 1)
		qsort(new->at, new->count, sizeof(*new->at), compare_entries);
	while (result == 0 && (i < old->count || j < new->count)) {
		c = i == old->count   ? 1
		    : j == new->count ? -1
				      : compare_entries(old->at + i, new->at + j);
		if (c < 0)
			result = index_remove(txn, old->at[i].key, id, fault);
		else if (c > 0)
			result = index_add(
			    txn, new->at[j].key, id, new->at[j].searchable, fault);
		i += c <= 0;
		j += c >= 0;
	}
	return result;
}

int
change_update(struct txn *txn, const struct kind *kind, uint64_t id, struct record old,
    const struct record_form *form, uint32_t line, enum cause cause, bool *changed,
    struct fault *fault)
{
	struct change *change = change_of(txn, fault);
	int result;

	*changed = !record_same(old, form);
	if (change == NULL || !*changed)
		return change == NULL ? -1 : 0;
	if (remember(change, old, fault) != 0)
		return -1;
	result = change->unindexed
	    ? 0
	    : collect(change, &change->before, txn, kind, id, old, fault);
	if (result == 0)
		result = txn_replace(txn, id, old, form, line, cause, fault);
	if (result == 0 && !change->unindexed)
		result = collect(
		    change, &change->after, txn, kind, id, txn_written(txn), fault);
	if (result == 0 && !change->unindexed)
		result = exchange(txn, id, &change->before, &change->after, fault);
	if (result == 0)
		result = tell(
		    change, kind, id, remembered(change), txn_written(txn), cause, fault);
	return result;
}

int
change_remove(struct txn *txn, const struct kind *kind, uint64_t id, struct record old,
    enum cause cause, struct fault *fault)
{
	static const struct record none = { NULL, 0 };
	struct change *change = change_of(txn, fault);
	struct entries *entries;
	size_t i;
	int result;

	if (change == NULL || remember(change, old, fault) != 0)
		return -1;
	entries = &change->before;
	entries->count = 0;
	result =
	    change->unindexed ? 0 : collect(change, entries, txn, kind, id, old, fault);
	for (i = 0; result == 0 && i < entries->count; i++)
		result = index_remove(txn, entries->at[i].key, id, fault);
	if (result == 0)
		result = txn_remove(txn, id, old, fault);
	if (result == 0)
		result = tell(change, kind, id, remembered(change), none, cause, fault);
	return result;
}

int
change_unindexed(struct txn *txn, struct fault *fault)
{
	struct change *change = change_of(txn, fault);

	if (change == NULL)
		return -1;
	change->unindexed = true;
	return 0;
}

int
change_reindex(struct txn *txn, struct fault *fault)
{
	struct change *change = change_of(txn, fault);
	struct record_walk walk;
	struct record record;
	uint64_t id;
	size_t i;
	int found;

	if (change == NULL || index_clear(txn, fault) != 0 ||
	    record_walk_open(&walk, txn, 1, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1) {
		const struct kind *kind = kind_by_number(record_kind(record));
		const struct entries *entries = &change->after;

		if (kind == NULL)
			continue;
		found = collect(change, &change->after, txn, kind, id, record, fault);
		for (i = 0; found == 0 && i < entries->count; i++)
			found = index_fill(txn, entries->at[i].key, id,
			    entries->at[i].searchable, fault);
		if (found < 0)
			break;
	}
	record_walk_close(&walk);
	change->unindexed = false;
	return found < 0 ? -1 : index_flush(txn, fault);
}

int
change_entries(struct txn *txn, const struct kind *kind, uint64_t id,
    struct record record,
    int (*each)(
	void *context, struct index_key key, bool searchable, struct fault *fault),
    void *context, struct fault *fault)
{
	struct change *change = change_of(txn, fault);
	struct entries *entries;
	size_t i;
	int result;

	if (change == NULL)
		return -1;
	entries = &change->after;
	result = collect(change, entries, txn, kind, id, record, fault);
	for (i = 0; result == 0 && i < entries->count; i++)
		result =
		    each(context, entries->at[i].key, entries->at[i].searchable, fault);
	return result;
}
