/* SPDX-License-Identifier: ISC */
/*
 * --key: rows matched by the fields that the user names, or those that together are
 * the key of the kind. Where one of them has an index that is asked; where none has,
 * or too much comes of it, a table of all records by the folded values of the fields
 * is made once and kept in step. A reference counts by the record that it means.
 */
#include "rules/import_run.h"

/* After so many records that the index gave a table is cheaper. */
#define LOOKED_MAX 200000

static int
key_add(struct import *import, uint16_t slot, struct fault *fault)
{
	struct match_key *key = &import->key;
	const struct field *field;

	if (key->count == KEY_PARTS)
		return fault_set(
		    fault, FAULT_USAGE, "--key: more than %d fields", KEY_PARTS);
	if (import_field(import, slot, &field, fault) != 0)
		return -1;
	if (field != NULL && field->derive == NULL &&
	    (field->flags & (FIELD_INDEXED | FIELD_KEY)) != 0)
		key->indexed = true;
	key->slots[key->count++] = slot;
	return 0;
}

/* In a file --key may name headers too, which the plan knows. */
static int
plan_key_read(struct import *import, struct fault *fault)
{
	const uint16_t *slots;
	size_t count = plan_keys(import->plan, &slots), i;

	for (i = 0; i < count; i++)
		if (key_add(import, slots[i], fault) != 0)
			return -1;
	return 0;
}

/* A part of --key beside operands: a field name, ext.NAME or attr.NAME. */
static int
key_slot(struct import *import, struct view name, uint16_t *slot, struct fault *fault)
{
	const struct field *field = kind_field(import->kind, name);
	enum name_class class = NAME_ATTR;
	struct view rest = name;
	int found;

	if (field != NULL) {
		*slot = field->slot;
		if (field->slot < RECORD_FIXED)
			return 0;
		return fault_set(fault, FAULT_USAGE,
		    "--key %.*s: is computed, "
		    "so no row can be matched by it",
		    (int)name.len, name.at);
	}
	if (view_begins(name, VIEW("ext."))) {
		class = NAME_EXT;
		rest = view_from(name, 4);
	} else if (view_begins(name, VIEW("attr."))) {
		rest = view_from(name, 5);
	}
	found = txn_name_slot(import->txn, class, rest, false, slot, fault);
	if (found < 0)
		return -1;
	if (found == 0)
		return fault_set(fault, FAULT_USAGE,
		    "--key %.*s: neither a "
		    "field nor a column of the file",
		    (int)name.len, name.at);
	return 0;
}

int
match_key_read(struct import *import, struct fault *fault)
{
	struct match_key *key = &import->key;
	const char *at = import->options.key, *end;
	uint16_t slot;

	match_key_release(key);
	if (at == NULL)
		at = import->kind->key;
	if (at == NULL)
		return 0;
	if (strcmp(at, "id") == 0)
		return 0;
	if (import->options.key != NULL && import->plan != NULL)
		return plan_key_read(import, fault);
	for (; *at != '\0'; at = *end == '+' ? end + 1 : end) {
		end = at + strcspn(at, "+");
		if (key_slot(import, view_make(at, (size_t)(end - at)), &slot, fault) !=
			0 ||
		    key_add(import, slot, fault) != 0)
			return -1;
	}
	return 0;
}

/* Through the index of the first part that has one. */
static int
index_candidates(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct field *field;
	struct view value, element;
	struct index_key key;
	size_t i;

	for (i = 0; i < import->key.count; i++) {
		if (import_field(import, import->key.slots[i], &field, fault) != 0)
			return -1;
		if (field->derive == NULL &&
		    (field->flags & (FIELD_INDEXED | FIELD_KEY)) != 0)
			break;
	}
	if (field->type == TYPE_REFERENCE)
		return match_reference(import, draft,
			   draft_cell(draft, import->key.slots[i]), field, &key,
			   &import->stored, fault) != 0
		    ? -1
		    : index_find(import->txn, key, &import->ids, fault);
	value = draft_cell(draft, import->key.slots[i])->value;
	if ((field->flags & FIELD_LIST) != 0 &&
	    !list_next(&value, &element, &import->scratch))
		return 0;
	if ((field->flags & FIELD_LIST) == 0)
		element = value;
	buf_clear(&import->text);
	value_index_text(&import->text, field, element);
	if (buf_check(&import->text, fault) != 0)
		return -1;
	return index_find(import->txn,
	    index_text_key(
		import->kind->number, import->key.slots[i], buf_as_view(&import->text)),
	    &import->ids, fault);
}

enum step
match_by_key(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault)
{
	struct buf key = BUF_EMPTY, other = BUF_EMPTY;
	enum step step = STEP_FAULT;
	struct record record;
	bool whole;
	size_t i;
	int found;

	import->ids.count = 0;
	if (match_draft_values(import, &import->key, draft, &key, &whole, fault) != 0)
		goto done;
	if (!whole) {
		step = import_stop(
		    import, STEP_ERROR, "REQUIRED", "the row has no value for --key");
		if (import->options.key == NULL)
			step = import_stop(import, STEP_ERROR, "REQUIRED",
			    "%s: %s %s needs these fields", import->kind->key,
			    strchr("aeio", import->kind->name[0]) == NULL ? "a" : "an",
			    import->kind->name);
		goto done;
	}
	if ((import->key.indexed ? index_candidates(import, draft, fault)
				 : match_table_find(import, &import->key,
				       buf_as_view(&key), fault)) != 0)
		goto done;
	ids_sort(&import->ids);
	import->key.looked += import->ids.count;
	if (import->key.looked > LOOKED_MAX)
		import->key.indexed = false;
	for (i = 0; i < import->ids.count; i++) {
		found = txn_record(import->txn, import->ids.at[i], &record, fault);
		if (found < 0 ||
		    (found == 1 &&
			match_record_key(import, &import->key, import->ids.at[i], record,
			    &other, &whole, fault) != 0))
			goto done;
		if (found == 0 || record_kind(record) != import->kind->number || !whole ||
		    !view_equal(buf_as_view(&key), buf_as_view(&other)))
			continue;
		if (*id != 0) {
			step = import_stop(import, STEP_ERROR, "AMBIGUOUS",
			    "#%llu and #%llu have the same key", (unsigned long long)*id,
			    (unsigned long long)import->ids.at[i]);
			*id = 0;
			goto done;
		}
		*id = import->ids.at[i];
	}
	step = STEP_GO;
done:
	buf_release(&key);
	buf_release(&other);
	return step;
}
