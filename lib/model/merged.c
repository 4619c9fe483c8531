/* SPDX-License-Identifier: ISC */
/*
 * The list of what was merged into a record has also what had been merged into
 * that before, so that an id leads to its record in one step however long the
 * chain is.
 */
#include "model/merged.h"

#include <stdio.h>

#include "model/entity.h"

static struct view
list_of(const struct kind *kind, struct record record, const char *name)
{
	const struct field *field = kind == NULL ? NULL : kind_hidden(kind, name);

	return field == NULL ? view_make(NULL, 0) : record_get(record, field->slot);
}

static bool
refers(const struct kind *kind, struct record record, uint64_t other)
{
	struct view list = list_of(kind, record, "not_duplicate"), element;
	struct buf scratch = BUF_EMPTY;
	uint64_t id;
	bool found = false;

	while (!found && list_next(&list, &element, &scratch))
		found = reference_id(element, &id) && id == other;
	buf_release(&scratch);
	return found;
}

bool
merged_apart(const struct kind *kind, uint64_t id, struct record record, uint64_t other,
    struct record other_record)
{
	return refers(kind, record, other) || refers(kind, other_record, id);
}

bool
merged_has(const struct kind *kind, struct record record, struct view id)
{
	struct view list = list_of(kind, record, "merged"), element;
	struct buf scratch = BUF_EMPTY;
	bool found = false;

	while (!found && list_next(&list, &element, &scratch))
		found = view_equal(element, id);
	buf_release(&scratch);
	return found;
}

bool
merged_has_id(const struct kind *kind, struct record record, uint64_t id)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)id);
	return merged_has(kind, record, view_of(text));
}

/* 1, 0, -1. */
static int
find_in(struct txn *txn, const struct kind *kind, uint64_t *id, struct fault *fault)
{
	const struct field *field = kind_hidden(kind, "merged");
	struct ids ids = { NULL, 0, 0 };
	char text[24];
	int result;

	if (field == NULL)
		return 0;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)*id);
	result =
	    entity_find_key(txn, kind, field->slot, field, view_of(text), &ids, fault);
	if (result == 0 && ids.count > 0) {
		*id = ids.at[0];
		result = 1;
	}
	ids_release(&ids);
	return result;
}

int
merged_resolve(
    struct txn *txn, const struct kind *kind, uint64_t *id, struct fault *fault)
{
	struct record record;
	size_t i;
	int found = txn_record(txn, *id, &record, fault);

	if (found == 0 && kind != NULL)
		found = find_in(txn, kind, id, fault);
	for (i = 0; found == 0 && kind == NULL && kind_at(i) != NULL; i++)
		found = find_in(txn, kind_at(i), id, fault);
	return found < 0 ? -1 : 0;
}

int
merged_ids(
    const struct kind *kind, struct record record, struct ids *ids, struct fault *fault)
{
	struct view list = list_of(kind, record, "merged"), element;
	struct buf scratch = BUF_EMPTY;
	uint64_t id;
	int result = 0;

	while (result == 0 && list_next(&list, &element, &scratch))
		if (element.at[0] >= '0' && element.at[0] <= '9' &&
		    entity_read_id(element, &id))
			result = ids_add(ids, id, fault);
	buf_release(&scratch);
	return result;
}
