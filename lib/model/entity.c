/* SPDX-License-Identifier: ISC */
/*
 * A reference is stored as an id, so that renaming its target costs nothing;
 * what it prints as is looked up when it prints. Searches of the index give
 * candidates, so each is compared on its record here.
 */
#include "model/entity.h"

#include "model/salesforce_id.h"

#include "base/fold.h"
#include "model/label.h"
#include "model/merged.h"

static int find_stored(struct txn *txn, const struct kind *kind, uint16_t slot,
    const struct field *field, struct view value,
    void (*key)(struct buf *out, const struct field *field, struct view text),
    struct ids *ids, struct fault *fault);

int
entity_value(struct txn *txn, const struct field *field, uint16_t slot, uint64_t id,
    struct record record, struct buf *scratch, struct view *value, struct fault *fault)
{
	*value = view_make(NULL, 0);
	if (slot < FIELD_VIRTUAL)
		*value = record_get(record, slot);
	if (value->len > 0 || field->derive == NULL)
		return 0;
	/* Computed, or stored only where it was given, as a full name is. */
	buf_clear(scratch);
	if (field->derive(txn, id, record, scratch, fault) == -1)
		return -1;
	if (buf_check(scratch, fault) == -1)
		return -1;
	*value = buf_as_view(scratch);
	return 0;
}

static int
print_reference(struct buf *out, struct txn *txn, const struct kind *of,
    struct view element, struct fault *fault)
{
	uint64_t id;

	if (of != NULL && reference_id(element, &id))
		return entity_label(out, txn, of, id, fault);
	buf_view(out, element);
	return 0;
}

/* References as their labels, anything else as it stands. */
static int
print_value(struct buf *out, struct txn *txn, const struct field *field,
    struct view value, struct fault *fault)
{
	const struct kind *of;
	struct buf label = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view element;
	size_t start = out->len;
	int result = -1;

	if (field->type != TYPE_REFERENCE) {
		buf_view(out, value);
		return 0;
	}
	of = kind_by_name(view_of(field->of));
	if ((field->flags & FIELD_LIST) == 0)
		return print_reference(out, txn, of, value, fault);
	while (list_next(&value, &element, &scratch)) {
		buf_clear(&label);
		if (print_reference(&label, txn, of, element, fault) == -1 ||
		    buf_check(&label, fault) == -1)
			goto done;
		list_add(out, start, buf_as_view(&label));
	}
	result = buf_check(&scratch, fault);
done:
	buf_release(&label);
	buf_release(&scratch);
	return result;
}

int
entity_print(struct buf *out, struct txn *txn, const struct kind *kind, uint64_t id,
    struct record record, uint16_t slot, struct fault *fault)
{
	const struct field *field;
	struct view value = { NULL, 0 };

	if (kind_field_of_slot(txn, kind, slot, &field, fault) == -1)
		return -1;
	if (field == NULL)
		return 0;
	if (slot < FIELD_VIRTUAL)
		value = record_get(record, slot);
	if (value.len > 0)
		return print_value(out, txn, field, value, fault);
	if (field->derive != NULL)
		return field->derive(txn, id, record, out, fault);
	return 0;
}

int
entity_label(struct buf *out, struct txn *txn, const struct kind *of, uint64_t id,
    struct fault *fault)
{
	struct view text;

	if (label_get(txn, of, id, &text, fault) == -1)
		return -1;
	buf_view(out, text);
	return 0;
}

static bool
read_number(struct view text, uint64_t *number)
{
	size_t i;
	unsigned digit;

	*number = 0;
	for (i = 0; i < text.len; i++) {
		digit = (unsigned char)text.at[i] - (unsigned)'0';
		if (digit > 9 || *number > (UINT64_MAX - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return text.len > 0;
}

bool
entity_read_id(struct view text, uint64_t *id)
{
	if (text.len > 0 && text.at[0] == '#')
		text = view_from(text, 1);
	return read_number(text, id);
}

int
entity_read_external(struct txn *txn, struct view text, uint16_t *slot, struct view *id,
    char form[SALESFORCE_ID], struct fault *fault)
{
	const char *colon = text.len == 0 ? NULL : memchr(text.at, ':', text.len);
	struct view system;
	int found;

	if (colon == NULL || colon == text.at || colon + 1 == text.at + text.len)
		return 0;
	system = view_until(text, (size_t)(colon - text.at));
	found = txn_name_slot(txn, NAME_EXT, system, false, slot, fault);
	*id = view_from(text, system.len + 1);
	if (found == 1)
		salesforce_id_complete(system, id, form);
	return found;
}

/* SYSTEM:ID: all records of the kind with that external id are appended. */
static int
find_external(struct txn *txn, const struct kind *kind, struct view text, struct ids *ids,
    struct fault *fault)
{
	char form[SALESFORCE_ID];
	struct view id;
	uint16_t slot;
	int found = entity_read_external(txn, text, &slot, &id, form, fault);

	return found == 1 ? entity_find_key(txn, kind, slot, &field_ext, id, ids, fault)
			  : found;
}

static int
find_by_id(struct txn *txn, const struct kind *of, uint64_t id, struct ids *ids,
    struct fault *fault)
{
	struct record record;
	int found = merged_resolve(txn, of, &id, fault);

	if (found == 0)
		found = txn_record(txn, id, &record, fault);
	if (found != 1)
		return found;
	return record_kind(record) == of->number ? ids_add(ids, id, fault) : 0;
}

/* By a name in use, or what else people call it by; else by a name that the record
 * had before (CS-15): the keys of the kind that are text, in the order of its table. */
static int
find_by_name(struct txn *txn, const struct kind *of, struct view text, struct ids *ids,
    struct fault *fault)
{
	const struct field *field;
	size_t before = ids->count, i;

	for (i = 0; i < of->count && ids->count == before; i++) {
		field = &of->fields[i];
		if (field->type == TYPE_TEXT && (field->flags & FIELD_KEY) != 0 &&
		    entity_find_key(txn, of, field->slot, field, text, ids, fault) == -1)
			return -1;
	}
	return 0;
}

/* Users who are called so: the last name has an index. */
static int
find_called(struct txn *txn, struct view last, struct view whole, struct ids *ids,
    struct fault *fault)
{
	const struct field *field = kind_slot(&kind_user, USER_LAST_NAME);
	struct name_parts parts = { .last = last };
	struct ids called = { NULL, 0, 0 };
	struct buf name = BUF_EMPTY;
	struct record record;
	size_t i;
	int found =
	    entity_find_text(txn, &kind_user, field->slot, field, last, &called, fault);

	for (i = 0; found == 0 && i < called.count; i++) {
		if (txn_record(txn, called.at[i], &record, fault) != 1) {
			found = -1;
			break;
		}
		buf_clear(&name);
		parts.first = record_get(record, USER_FIRST_NAME);
		name_join(&name, &parts);
		if (fold_search_equal(buf_as_view(&name), whole))
			found = ids_add(ids, called.at[i], fault);
	}
	buf_release(&name);
	ids_release(&called);
	return found;
}

/* A full name may be parted at any of its blanks. */
static int
find_full_name(struct txn *txn, struct view text, struct ids *ids, struct fault *fault)
{
	size_t i, before = ids->count;

	for (i = 1; i + 1 < text.len && ids->count == before; i++)
		if (text.at[i] == ' ' &&
		    find_called(txn, view_from(text, i + 1), text, ids, fault) != 0)
			return -1;
	return 0;
}

int
entity_resolve(struct txn *txn, const struct kind *of, struct view text, struct ids *ids,
    struct fault *fault)
{
	const struct field *field;
	size_t before = ids->count, i;
	uint64_t id;

	text = text_trim_wide(text);
	if (text.len == 0)
		return 0;
	if (find_by_name(txn, of, text, ids, fault) == -1)
		return -1;
	for (i = 0; i < of->count && ids->count == before; i++) {
		field = &of->fields[i];
		if (field->type == TYPE_EMAIL && (field->flags & FIELD_INDEXED) != 0 &&
		    memchr(text.at, '@', text.len) != NULL &&
		    entity_find_key(txn, of, field->slot, field, text, ids, fault) == -1)
			return -1;
	}
	if (ids->count == before && of == &kind_user &&
	    find_full_name(txn, text, ids, fault) == -1)
		return -1;
	if (ids->count == before && find_external(txn, of, text, ids, fault) == -1)
		return -1;
	if (ids->count == before && entity_read_id(text, &id))
		return find_by_id(txn, of, id, ids, fault);
	return 0;
}

static void
exact_key(struct buf *out, const struct field *field, struct view text)
{
	(void)field;
	buf_view(out, text);
}

static void
email_key_of(struct buf *out, const struct field *field, struct view text)
{
	(void)field;
	if (!email_key(out, text))
		fold_identity(out, text);
}

static void
identity_key(struct buf *out, const struct field *field, struct view text)
{
	(void)field;
	fold_identity(out, text);
}

int
entity_find_key(struct txn *txn, const struct kind *kind, uint16_t slot,
    const struct field *field, struct view value, struct ids *ids, struct fault *fault)
{
	void (*key)(struct buf *, const struct field *, struct view);

	key = (field->flags & FIELD_EXACT) != 0 ? exact_key
	    : field->type == TYPE_EMAIL		? email_key_of
						: identity_key;
	return find_stored(txn, kind, slot, field, value, key, ids, fault);
}

int
entity_find_text(struct txn *txn, const struct kind *kind, uint16_t slot,
    const struct field *field, struct view value, struct ids *ids, struct fault *fault)
{
	return find_stored(txn, kind, slot, field, value, value_index_text, ids, fault);
}

/* Whether an element of the value has the key; scratch and text are the
 * caller's, so that a search allocates once. */
static bool
any_equal(const struct field *field, struct view value, struct view wanted,
    void (*key)(struct buf *, const struct field *, struct view), struct buf *text,
    struct buf *scratch)
{
	struct view element;

	if ((field->flags & FIELD_LIST) == 0) {
		buf_clear(text);
		key(text, field, value);
		return view_equal(buf_as_view(text), wanted);
	}
	while (list_next(&value, &element, scratch)) {
		buf_clear(text);
		key(text, field, element);
		if (view_equal(buf_as_view(text), wanted))
			return true;
	}
	return false;
}

/* The candidates of the index whose value has the same key as `value`. */
static int
find_stored(struct txn *txn, const struct kind *kind, uint16_t slot,
    const struct field *field, struct view value,
    void (*key)(struct buf *out, const struct field *field, struct view text),
    struct ids *ids, struct fault *fault)
{
	struct buf folded = BUF_EMPTY, wanted = BUF_EMPTY, text = BUF_EMPTY;
	struct buf scratch = BUF_EMPTY, computed = BUF_EMPTY;
	struct ids candidates = { NULL, 0, 0 };
	struct record record;
	struct view stored;
	size_t i;
	int found, result = -1;

	value_index_text(&folded, field, value);
	key(&wanted, field, value);
	if (buf_check(&folded, fault) == -1 || buf_check(&wanted, fault) == -1)
		goto done;
	if (index_find(txn, index_text_key(kind->number, slot, buf_as_view(&folded)),
		&candidates, fault) == -1)
		goto done;
	for (i = 0; i < candidates.count; i++) {
		found = txn_record(txn, candidates.at[i], &record, fault);
		if (found == -1)
			goto done;
		if (found == 0 || record_kind(record) != kind->number)
			continue;
		if (entity_value(txn, field, slot, candidates.at[i], record, &computed,
			&stored, fault) == -1)
			goto done;
		if (stored.len > 0 &&
		    any_equal(
			field, stored, buf_as_view(&wanted), key, &text, &scratch) &&
		    ids_add(ids, candidates.at[i], fault) == -1)
			goto done;
	}
	if (buf_check(&text, fault) == -1 || buf_check(&scratch, fault) == -1)
		goto done;
	result = 0;
done:
	buf_release(&folded);
	buf_release(&wanted);
	buf_release(&text);
	buf_release(&scratch);
	buf_release(&computed);
	ids_release(&candidates);
	return result;
}

int
entity_find_referring(struct txn *txn, const struct kind *kind, uint16_t slot,
    uint64_t target, struct ids *ids, struct fault *fault)
{
	struct record record;
	uint64_t named;
	size_t i, kept = 0;
	int found;

	ids->count = 0;
	if (index_find(txn, index_id_key(kind->number, slot, target), ids, fault) != 0)
		return -1;
	ids_sort(ids);
	for (i = 0; i < ids->count; i++) {
		found = txn_record(txn, ids->at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 1 && record_kind(record) == kind->number &&
		    reference_id(record_get(record, slot), &named) && named == target)
			ids->at[kept++] = ids->at[i];
	}
	ids->count = kept;
	return 0;
}
