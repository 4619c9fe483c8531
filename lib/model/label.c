/* SPDX-License-Identifier: ISC */
/*
 * A table with open addressing, doubled when it is half full. Labels lie in an
 * arena, so that views of them stay good while the table grows. A label prints
 * only where reading it again gives the same record, else #ID.
 */
#include "model/label.h"

#include "base/arena.h"

#include <stdlib.h>

struct entry {
	uint64_t id; /* 0: free, since ids begin at 1 */
	struct view text;
};

struct labels {
	struct entry *entries;
	size_t count, room; /* room is a power of two */
	struct arena arena;
	struct buf latest;
};

static void
labels_free(void *at)
{
	struct labels *labels = at;

	free(labels->entries);
	arena_release(&labels->arena);
	buf_release(&labels->latest);
	free(labels);
}

/* NULL when memory ran out. */
static struct labels *
labels_of(struct txn *txn)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_LABELS);

	if (kept->at == NULL) {
		kept->at = calloc(1, sizeof(struct labels));
		kept->release = labels_free;
	}
	return kept->at;
}

static size_t
first_place(const struct labels *labels, uint64_t id)
{
	return (size_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (labels->room - 1);
}

static struct entry *
entry_of(const struct labels *labels, uint64_t id)
{
	size_t mask = labels->room - 1, i = first_place(labels, id);

	while (labels->entries[i].id != 0 && labels->entries[i].id != id)
		i = (i + 1) & mask;
	return &labels->entries[i];
}

static int
grow(struct labels *labels, struct fault *fault)
{
	struct labels wider = *labels;
	size_t i;

	wider.room = labels->room == 0 ? 64 : labels->room * 2;
	wider.entries = calloc(wider.room, sizeof(*wider.entries));
	if (wider.entries == NULL)
		return fault_memory(fault);
	for (i = 0; i < labels->room; i++)
		if (labels->entries[i].id != 0)
			*entry_of(&wider, labels->entries[i].id) = labels->entries[i];
	free(labels->entries);
	*labels = wider;
	return 0;
}

static int
label_text(struct txn *txn, const struct kind *of, const struct field *field, uint64_t id,
    struct buf *scratch, struct view *text, struct fault *fault)
{
	struct record record;
	int found;

	*text = view_make(NULL, 0);
	found = txn_record(txn, id, &record, fault);
	if (found != 1 || record_kind(record) != of->number)
		return found == -1 ? -1 : 0;
	return entity_value(txn, field, field->slot, id, record, scratch, text, fault);
}

static int
print_label(struct buf *out, struct txn *txn, const struct kind *of, uint64_t id,
    struct fault *fault)
{
	const struct field *field;
	struct buf scratch = BUF_EMPTY;
	struct ids ids = { NULL, 0, 0 };
	struct view text;
	int result = -1;

	field = of->label == NULL ? NULL : kind_field(of, view_of(of->label));
	/* A label that is no key is for people only: it would not read back. */
	if (field == NULL || (field->flags & FIELD_KEY) == 0) {
		buf_number(out, id);
		return buf_check(out, fault);
	}
	if (label_text(txn, of, field, id, &scratch, &text, fault) == -1)
		goto done;
	if (text.len > 0 && entity_resolve(txn, of, text, &ids, fault) == -1)
		goto done;
	if (ids.count == 1 && ids.at[0] == id) {
		buf_view(out, text);
	} else {
		buf_char(out, '#');
		buf_number(out, id);
	}
	result = buf_check(out, fault);
done:
	buf_release(&scratch);
	ids_release(&ids);
	return result;
}

int
label_get(struct txn *txn, const struct kind *of, uint64_t id, struct view *text,
    struct fault *fault)
{
	struct labels *labels = labels_of(txn);
	struct entry *entry = NULL;

	if (labels == NULL)
		return fault_memory(fault);
	if (!txn_writes(txn)) {
		if (labels->count * 2 >= labels->room && grow(labels, fault) == -1)
			return -1;
		entry = entry_of(labels, id);
		*text = entry->text;
		if (entry->id != 0)
			return 0;
	}
	buf_clear(&labels->latest);
	if (print_label(&labels->latest, txn, of, id, fault) == -1)
		return -1;
	*text = buf_as_view(&labels->latest);
	if (entry == NULL)
		return 0;
	*text = arena_copy(&labels->arena, *text);
	if (text->at == NULL)
		return fault_memory(fault);
	*entry = (struct entry){ id, *text };
	labels->count++;
	return 0;
}

void
label_expect(struct txn *txn, uint64_t id, bool text)
{
	const struct labels *labels = txn_kept(txn, KEEP_LABELS)->at;

	if (labels == NULL || labels->room == 0)
		return;
	if (text)
		__builtin_prefetch(entry_of(labels, id)->text.at);
	else
		__builtin_prefetch(&labels->entries[first_place(labels, id)]);
}
