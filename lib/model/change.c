/* SPDX-License-Identifier: ISC */
/*
 * A record and its index entries change together. What entries a record has
 * to have follows from its kind's table alone, so a change puts in those that
 * the new form has and takes out those that only the old one had, and check
 * can ask the same question.
 */
#include "model/change.h"

#include <stdlib.h>

#include "model/entries.h"
#include "model/references.h"
#include "store/history.h"

#define OBSERVERS_MOST 4

/* Of the record as it was and as it is, kept for a transaction. */
struct change {
	struct entries before, after;
	struct entries_known known;
	struct change_observer observers[OBSERVERS_MOST];
	size_t observer_count;
	struct buf old; /* for observers: a copy that does not move */
	bool unindexed; /* the index is made anew in the end */
};

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
	struct change *change = kept->at;

	if (change != NULL)
		return change;
	change = calloc(1, sizeof(*change));
	if (change == NULL) {
		fault_memory(fault);
		return NULL;
	}
	change->before.known = change->after.known = &change->known;
	kept->at = change;
	kept->release = change_free;
	return change;
}

/* None while the index is left alone. */
static int
collect(struct change *change, struct entries *entries,
    const struct entries_source *source, struct fault *fault)
{
	entries->count = 0;
	return change->unindexed ? 0 : entries_collect(entries, source, fault);
}

int
change_observe(
    struct txn *txn, const struct change_observer *observer, struct fault *fault)
{
	struct change *change = change_of(txn, fault);

	if (change == NULL)
		return -1;
	if (change->observer_count == OBSERVERS_MOST)
		return fault_set(fault, FAULT_INTERNAL, "too many observers of changes");
	change->observers[change->observer_count++] = *observer;
	return 0;
}

void
change_unobserve(struct txn *txn, const void *context)
{
	struct change *change = txn_kept(txn, KEEP_CHANGE)->at;
	size_t i, kept = 0;

	for (i = 0; change != NULL && i < change->observer_count; i++)
		if (change->observers[i].context != context)
			change->observers[kept++] = change->observers[i];
	if (change != NULL)
		change->observer_count = kept;
}

static bool
is_told(const struct change_observer *observer, const struct kind *kind)
{
	return observer->kind == NULL || observer->kind == kind;
}

static int
remember(struct change *change, const struct kind *kind, struct record old,
    struct fault *fault)
{
	size_t i;

	for (i = 0; i < change->observer_count; i++)
		if (is_told(change->observers + i, kind))
			break;
	if (i == change->observer_count)
		return 0;
	buf_clear(&change->old);
	buf_put(&change->old, old.at, old.len);
	return buf_check(&change->old, fault);
}

static int
tell(struct change *change, const struct kind *kind, uint64_t id, struct record old,
    struct record new, enum cause cause, struct fault *fault)
{
	const struct change_observer *observer;
	size_t i;

	for (i = 0; i < change->observer_count; i++) {
		observer = change->observers + i;
		if (is_told(observer, kind) &&
		    observer->changed(
			observer->context, kind, id, old, new, cause, fault) != 0)
			return -1;
	}
	return 0;
}

static struct record
remembered(const struct change *change)
{
	return (struct record){ (const unsigned char *)change->old.at, change->old.len };
}

/* Puts in the entries of the record that was written last, and tells. */
static int
announce(struct change *change, const struct entries_source *source, enum cause cause,
    struct fault *fault)
{
	static const struct record none = { NULL, 0 };
	struct entries *entries = &change->after;
	size_t i;

	if (collect(change, entries, source, fault) != 0)
		return -1;
	for (i = 0; i < entries->count; i++)
		if (index_add(source->txn, entries->at[i].key, source->id,
			entries->at[i].searchable, fault) != 0)
			return -1;
	return tell(change, source->kind, source->id, none, txn_written(source->txn),
	    cause, fault);
}

int
change_create_known(struct txn *txn, const struct kind *kind,
    const struct record_form *form, uint32_t line, enum cause cause,
    const struct change_key *known, size_t known_count, uint64_t *id, struct fault *fault)
{
	struct change *change = change_of(txn, fault);
	struct entries_source source = {
		.txn = txn, .kind = kind, .keys = known, .key_count = known_count
	};

	if (change == NULL ||
	    txn_create(txn, kind->number, form, line, cause, id, fault) != 0)
		return -1;
	source.id = *id;
	source.record = txn_written(txn);
	return announce(change, &source, cause, fault);
}

int
change_restore(struct txn *txn, const struct kind *kind, uint64_t id, uint32_t created,
    const struct record_form *form, enum cause cause, struct fault *fault)
{
	struct change *change = change_of(txn, fault);
	struct entries_source source = { .txn = txn, .kind = kind, .id = id };

	if (change == NULL ||
	    txn_restore(txn, id, kind->number, created, form, cause, fault) != 0)
		return -1;
	source.record = txn_written(txn);
	return announce(change, &source, cause, fault);
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
	struct entries_source source = { txn, kind, id, old, NULL, 0 };
	struct change *change = change_of(txn, fault);

	*changed = !record_same(old, form);
	if (change == NULL || !*changed)
		return change == NULL ? -1 : 0;
	if (remember(change, kind, old, fault) != 0 ||
	    references_note(txn, kind, id, old, form, fault) != 0 ||
	    collect(change, &change->before, &source, fault) != 0 ||
	    txn_replace(txn, id, old, form, line, cause, fault) != 0)
		return -1;
	source.record = txn_written(txn);
	if (collect(change, &change->after, &source, fault) != 0 ||
	    exchange(txn, id, &change->before, &change->after, fault) != 0)
		return -1;
	return tell(change, kind, id, remembered(change), txn_written(txn), cause, fault);
}

int
change_remove(struct txn *txn, const struct kind *kind, uint64_t id, struct record old,
    enum cause cause, struct fault *fault)
{
	static const struct record none = { NULL, 0 };
	const struct entries_source source = { txn, kind, id, old, NULL, 0 };
	struct change *change = change_of(txn, fault);
	struct entries *entries;
	size_t i;

	if (change == NULL || remember(change, kind, old, fault) != 0)
		return -1;
	entries = &change->before;
	if (collect(change, entries, &source, fault) != 0)
		return -1;
	for (i = 0; i < entries->count; i++)
		if (index_remove(txn, entries->at[i].key, id, fault) != 0)
			return -1;
	if (txn_remove(txn, id, old, fault) != 0)
		return -1;
	return tell(change, kind, id, remembered(change), none, cause, fault);
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
change_entries(struct txn *txn, const struct kind *kind, uint64_t id,
    struct record record,
    int (*each)(
	void *context, struct index_key key, bool searchable, struct fault *fault),
    void *context, struct fault *fault)
{
	const struct entries_source source = { txn, kind, id, record, NULL, 0 };
	struct change *change = change_of(txn, fault);
	struct entries *entries;
	size_t i;

	if (change == NULL)
		return -1;
	entries = &change->after;
	if (entries_collect(entries, &source, fault) != 0)
		return -1;
	for (i = 0; i < entries->count; i++)
		if (each(context, entries->at[i].key, entries->at[i].searchable, fault) !=
		    0)
			return -1;
	return 0;
}

static int
fill(struct txn *txn, const struct entries_source *source, struct entries *entries,
    struct fault *fault)
{
	size_t i;

	if (entries_collect(entries, source, fault) != 0)
		return -1;
	for (i = 0; i < entries->count; i++)
		if (index_fill(txn, entries->at[i].key, source->id,
			entries->at[i].searchable, fault) != 0)
			return -1;
	return 0;
}

int
change_reindex(struct txn *txn, struct fault *fault)
{
	struct entries_source source = { .txn = txn };
	struct change *change = change_of(txn, fault);
	struct record_walk walk;
	int found;

	if (change == NULL || index_clear(txn, fault) != 0 ||
	    record_walk_open(&walk, txn, 1, fault) != 0)
		return -1;
	while (
	    (found = record_walk_next(&walk, &source.id, &source.record, fault)) == 1) {
		source.kind = kind_by_number(record_kind(source.record));
		if (source.kind == NULL)
			continue;
		found = fill(txn, &source, &change->after, fault);
		if (found < 0)
			break;
	}
	record_walk_close(&walk);
	change->unindexed = false;
	return found < 0 ? -1 : index_flush(txn, fault);
}
