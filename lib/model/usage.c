/* SPDX-License-Identifier: ISC */
/* Settings are asked first, then fields with an index, then, if there are others,
 * all records. */
#include "model/usage.h"

#include "base/fold.h"
#include "store/index.h"

/* Whether the field takes the values of the picklist, and no others. */
static bool
is_of(const struct field *field, struct view picklist)
{
	return field->type == TYPE_PICKLIST && field->slot < RECORD_FIXED &&
	    (field->flags & FIELD_OPEN) == 0 && view_is(picklist, field->of);
}

static int
find_setting(struct txn *txn, struct view picklist, struct view value,
    struct usage *usage, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && setting_at(i) != NULL; i++) {
		if (setting_picklist(i) == NULL ||
		    !view_is(picklist, setting_picklist(i)))
			continue;
		buf_clear(&text);
		result = setting_get(&text, txn, setting_at(i)->name, fault);
		if (result == 0 && fold_search_equal(buf_as_view(&text), value)) {
			usage->setting = setting_at(i);
			result = 1;
		}
	}
	buf_release(&text);
	return result;
}

static int
find_indexed(struct txn *txn, const struct kind *kind, const struct field *field,
    struct view value, struct usage *usage, struct fault *fault)
{
	struct buf folded = BUF_EMPTY;
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	size_t i;
	int found = -1;

	value_index_text(&folded, field, value);
	if (buf_check(&folded, fault) == 0)
		found = index_find(txn,
		    index_text_key(kind->number, field->slot, buf_as_view(&folded)), &ids,
		    fault);
	for (i = 0; found == 0 && i < ids.count; i++) {
		found = txn_record(txn, ids.at[i], &record, fault);
		if (found != 1)
			continue;
		usage->id = ids.at[i];
		found = record_kind(record) == kind->number &&
		    fold_search_equal(record_get(record, field->slot), value);
	}
	buf_release(&folded);
	ids_release(&ids);
	return found;
}

static bool
has_value(struct record record, struct view picklist, struct view value)
{
	const struct kind *kind = kind_by_number(record_kind(record));
	size_t i;

	for (i = 0; kind != NULL && i < kind->count; i++)
		if (is_of(kind->fields + i, picklist) &&
		    fold_search_equal(record_get(record, kind->fields[i].slot), value))
			return true;
	return false;
}

static int
find_anywhere(struct txn *txn, struct view picklist, struct view value,
    struct usage *usage, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found;

	if (record_walk_open(&walk, txn, 0, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1)
		if (has_value(record, picklist, value)) {
			usage->id = id;
			break;
		}
	record_walk_close(&walk);
	return found;
}

int
usage_of_value(struct txn *txn, struct view picklist, struct view value,
    struct usage *usage, struct fault *fault)
{
	const struct kind *kind;
	bool all = false;
	size_t i, j;
	int found;

	*usage = (struct usage){ 0, NULL };
	found = find_setting(txn, picklist, value, usage, fault);
	for (i = 0; found == 0 && (kind = kind_at(i)) != NULL; i++)
		for (j = 0; found == 0 && j < kind->count; j++) {
			if (!is_of(kind->fields + j, picklist))
				continue;
			if ((kind->fields[j].flags & FIELD_INDEXED) == 0)
				all = true;
			else
				found = find_indexed(
				    txn, kind, kind->fields + j, value, usage, fault);
		}
	return found == 0 && all ? find_anywhere(txn, picklist, value, usage, fault)
				 : found;
}
