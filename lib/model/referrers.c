/* SPDX-License-Identifier: ISC */
/*
 * References are in the index by the id of their target, so both the targets
 * that go and those that are referred to come in ascending order, and each side
 * in turn skips to what the other one has next: one record that goes costs one
 * search a field, and a million that nobody refers to hardly more.
 */
#include "model/referrers.h"

#include <endian.h>
#include <stdlib.h>

#include "model/change.h"
#include "model/entity.h"

struct search {
	struct txn *txn;
	const struct ids *targets;
	const struct kind *kind;
	const struct field *field;
	struct ids found;
	bool (*skip)(void *context, uint64_t id);
	int (*each)(void *context, const struct referrer *referrer, struct fault *fault);
	void *context;
};

/* Whether the field of the record does refer to the target; the index gives
 * candidates. */
static int
refers(const struct search *search, uint64_t id, uint64_t target, struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct view list, element;
	struct record record;
	uint64_t to;
	int found = txn_record(search->txn, id, &record, fault);

	if (found != 1 || record_kind(record) != search->kind->number)
		return found < 0 ? -1 : 0;
	list = record_get(record, search->field->slot);
	if ((search->field->flags & FIELD_LIST) == 0)
		return reference_id(list, &to) && to == target;
	found = 0;
	while (found == 0 && list_next(&list, &element, &scratch))
		found = reference_id(element, &to) && to == target;
	buf_release(&scratch);
	return found;
}

static int
tell_target(struct search *search, uint64_t target, struct fault *fault)
{
	struct referrer referrer = {
		.kind = search->kind, .field = search->field, .target = target
	};
	size_t i;
	int found = 0;

	search->found.count = 0;
	if (index_find(search->txn,
		index_id_key(search->kind->number, search->field->slot, target),
		&search->found, fault) != 0)
		return -1;
	for (i = 0; found >= 0 && i < search->found.count; i++) {
		referrer.id = search->found.at[i];
		if (search->skip(search->context, referrer.id))
			continue;
		found = refers(search, referrer.id, target, fault);
		if (found == 1)
			found = search->each(search->context, &referrer, fault);
	}
	return found < 0 ? -1 : 0;
}

/* The first of the targets from `from` on that is not below id. */
static size_t
skip_to(const struct ids *targets, size_t from, uint64_t id)
{
	size_t step = 1, low = from, high;

	while (low + step < targets->count && targets->at[low + step] < id) {
		low += step;
		step *= 2;
	}
	high = low + step < targets->count ? low + step : targets->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (targets->at[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The least id from *id on that the field of some record refers to. */
static int
next_referred(const struct search *search, struct engine_cursor *cursor, uint64_t *id,
    struct fault *fault)
{
	struct index_key from =
	    index_id_key(search->kind->number, search->field->slot, *id);
	struct view key = view_make((const char *)from.bytes, INDEX_KEY), value;
	int found = engine_seek(cursor, &key, &value, fault);

	if (found != 1 || key.len < INDEX_KEY || memcmp(key.at, from.bytes, 3) != 0)
		return found < 0 ? -1 : 0;
	memcpy(id, key.at + 3, 8);
	*id = be64toh(*id);
	return 1;
}

static int
search_field(struct search *search, struct fault *fault)
{
	const struct ids *targets = search->targets;
	struct engine_cursor *cursor;
	uint64_t id;
	size_t i = 0;
	int found = 0;

	if (engine_cursor_open(&cursor, txn_engine(search->txn), TREE_INDEX, fault) != 0)
		return -1;
	while (found >= 0 && i < targets->count) {
		id = targets->at[i];
		found = next_referred(search, cursor, &id, fault);
		if (found != 1)
			break;
		i = skip_to(targets, i, id);
		if (i == targets->count || targets->at[i] != id)
			continue;
		found = tell_target(search, id, fault);
		i++;
	}
	engine_cursor_close(cursor);
	return found < 0 ? -1 : 0;
}

int
referrers_each(struct txn *txn, const struct ids *targets,
    bool (*skip)(void *context, uint64_t id),
    int (*each)(void *context, const struct referrer *referrer, struct fault *fault),
    void *context, struct fault *fault)
{
	struct search search = { .txn = txn,
		.targets = targets,
		.skip = skip,
		.each = each,
		.context = context };
	size_t i, j;
	int result = index_flush(txn, fault);

	for (i = 0; result == 0 && (search.kind = kind_at(i)) != NULL; i++)
		for (j = 0;
		     result == 0 && (search.field = kind_each(search.kind, j)) != NULL;
		     j++) {
			if (search.field->type == TYPE_REFERENCE &&
			    (search.field->flags & FIELD_INDEXED) != 0 &&
			    kind_by_name(view_of(search.field->of)) != NULL)
				result = search_field(&search, fault);
		}
	ids_release(&search.found);
	return result;
}

/* The first of its external ids as SYSTEM:ID. */
static int
put_external(struct buf *out, struct txn *txn, struct record record, struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	uint32_t position = RECORD_FIXED;
	struct view name, value, element;
	enum name_class class;
	uint16_t slot;
	int found = 0;

	while (found >= 0 && record_next(record, &position, &slot, &value)) {
		found = txn_slot_name(txn, slot, &class, &name, NULL, fault);
		if (found != 1 || class != NAME_EXT ||
		    !list_next(&value, &element, &scratch))
			continue;
		buf_view(out, name);
		buf_char(out, ':');
		buf_view(out, element);
		break;
	}
	buf_release(&scratch);
	return found < 0 ? -1 : 0;
}

int
referrers_text(struct buf *out, struct txn *txn, uint64_t id, struct record record,
    struct fault *fault)
{
	const struct kind *kind = kind_by_number(record_kind(record));
	const struct field *field;
	size_t start = out->len, i;

	field = kind == NULL || kind->label == NULL
	    ? NULL
	    : kind_field(kind, view_of(kind->label));
	/* A label that is no key would never be met again by what it says. */
	if (field != NULL && (field->flags & FIELD_KEY) != 0 &&
	    entity_print(out, txn, kind, id, record, field->slot, fault) != 0)
		return -1;
	for (i = 0; kind != NULL && out->len == start && i < kind->count; i++)
		if (kind->fields[i].type == TYPE_EMAIL &&
		    (kind->fields[i].flags & FIELD_LIST) == 0)
			buf_view(out, record_get(record, kind->fields[i].slot));
	if (out->len == start && put_external(out, txn, record, fault) != 0)
		return -1;
	if (out->len == start && field != NULL &&
	    entity_print(out, txn, kind, id, record, field->slot, fault) != 0)
		return -1;
	if (out->len == start) {
		buf_char(out, '#');
		buf_number(out, id);
	}
	return buf_check(out, fault);
}

static void
replace(struct buf *out, const struct field *field, struct view had, uint64_t target,
    struct view text)
{
	struct buf scratch = BUF_EMPTY;
	struct view element;
	size_t start = out->len;
	uint64_t to;
	bool put = false, meant;

	if ((field->flags & FIELD_LIST) == 0) {
		buf_view(out, reference_id(had, &to) && to == target ? text : had);
		return;
	}
	while (list_next(&had, &element, &scratch)) {
		meant = (reference_id(element, &to) && to == target) ||
		    view_equal(element, text);
		if (!meant || (!put && text.len > 0))
			list_add(out, start, meant ? text : element);
		put |= meant;
	}
	buf_release(&scratch);
}

void
referrers_replace(struct buf *out, const struct field *field, struct view had,
    uint64_t target, struct view text)
{
	replace(out, field, had, target,
	    (field->flags & FIELD_LOSES) != 0 ? view_make(NULL, 0) : text);
}

int
referrers_redirect(struct buf *out, const struct field *field, struct view had,
    uint64_t target, uint64_t to, struct fault *fault)
{
	struct buf reference = BUF_EMPTY;
	int result;

	if (to != 0)
		reference_put(&reference, to);
	result = buf_check(&reference, fault);
	if (result == 0)
		replace(out, field, had, target, buf_as_view(&reference));
	buf_release(&reference);
	return result != 0 ? -1 : buf_check(out, fault);
}

int
referrers_detach(struct txn *txn, const struct referrer *referrer, struct view text,
    enum cause cause, bool *first, struct fault *fault)
{
	struct record_form *form = malloc(sizeof(*form));
	struct buf value = BUF_EMPTY;
	struct record record;
	bool changed = false, before;
	int result = -1;

	*first = false;
	if (form == NULL)
		return fault_memory(fault);
	result = txn_record(txn, referrer->id, &record, fault);
	if (result != 1)
		goto done;
	before = record_rev(record) == txn_rev(txn);
	referrers_replace(&value, referrer->field,
	    record_get(record, referrer->field->slot), referrer->target, text);
	record_form_from(form, record);
	record_form_set(form, referrer->field->slot, buf_as_view(&value));
	result = buf_check(&value, fault) != 0
	    ? -1
	    : change_update(txn, referrer->kind, referrer->id, record, form, 0, cause,
		  &changed, fault);
	*first = changed && !before;
done:
	buf_release(&value);
	free(form);
	return result < 0 ? -1 : 0;
}
