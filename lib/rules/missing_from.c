/* SPDX-License-Identifier: ISC */
/*
 * --missing-from (TW-48): records that a full export no longer has. Its rows are
 * only listed, by the values of one field as hashes of 64 bits of what the index
 * would have: two that meet would leave a record where it is. A row that cannot be
 * read may be any of those that seem to be missing, so it stops the run.
 */
#include "rules/import_run.h"
#include "rules/selection.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/* --key id: ids of this store. */
static bool
by_id(const struct import *import)
{
	return strcmp(import->options.key, "id") == 0;
}

int
missing_key(struct import *import, struct fault *fault)
{
	if (by_id(import))
		return 0;
	if (import->key.count != 1)
		return fault_set(fault, FAULT_USAGE,
		    "--key %s: an export is compared by one field", import->options.key);
	return plan_reads(import->plan, import->key.slots[0])
	    ? 0
	    : fault_set(fault, FAULT_INPUT, "--key %s: the file has no such column",
		  import->options.key);
}

static uint64_t
hash_of(struct import *import, const struct field *field, struct view value)
{
	buf_clear(&import->text);
	value_index_text(&import->text, field, value);
	return XXH3_64bits(import->text.at, import->text.len);
}

/* Calls each for the hash of every element; a result other than 0 ends it. */
static int
each_hash(struct import *import, const struct field *field, struct view list,
    int (*each)(struct import *import, uint64_t hash, struct fault *fault),
    struct fault *fault)
{
	struct view element;
	int result = 0;

	if (list.len == 0)
		return 0;
	if ((field->flags & FIELD_LIST) == 0)
		result = each(import, hash_of(import, field, list), fault);
	else
		while (result == 0 && list_next(&list, &element, &import->scratch))
			result = each(import, hash_of(import, field, element), fault);
	return buf_check(&import->text, fault) != 0 ? -1 : result;
}

static int
note(struct import *import, uint64_t hash, struct fault *fault)
{
	return ids_add(&import->missing.seen, hash, fault);
}

static int
is_there(struct import *import, uint64_t hash, struct fault *fault)
{
	(void)fault;
	return missing_has(&import->missing, hash);
}

/* The slot of --key, and with an address the other ones of the contact: *field is
 * NULL behind the last. */
static int
key_field(struct import *import, unsigned at, uint16_t *slot, const struct field **field,
    struct fault *fault)
{
	*field = NULL;
	*slot = import->key.slots[0];
	if (at == 0)
		return import_field(import, *slot, field, fault);
	if (at == 1 && import->kind == &kind_contact && *slot == CONTACT_EMAIL) {
		*slot = CONTACT_OTHER_EMAILS;
		return import_field(import, *slot, field, fault);
	}
	return 0;
}

/* What the row is known by; *legible when there is anything. */
static int
note_keys(
    struct import *import, const struct draft *draft, bool *legible, struct fault *fault)
{
	const struct field *field;
	const struct cell *cell;
	uint16_t slot;
	unsigned i;

	*legible = by_id(import) && draft->has_id;
	if (by_id(import))
		return draft->has_id ? note(import, draft->id, fault) : 0;
	for (i = 0;; i++) {
		if (key_field(import, i, &slot, &field, fault) != 0)
			return -1;
		if (field == NULL)
			return 0;
		cell = draft_cell(draft, slot);
		if (cell == NULL || cell->value.len == 0)
			continue;
		*legible = true;
		if (each_hash(import, field, cell->value, note, fault) != 0)
			return -1;
	}
}

int
missing_list(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct field *field = NULL;
	bool legible, needed = by_id(import);

	/* What is deleted at the source is there no more. */
	if (draft->deleted || (draft->code != NULL && draft->skipped)) {
		import->file_rows += draft->deleted;
		return 0;
	}
	if (note_keys(import, draft, &legible, fault) != 0)
		return -1;
	if (!needed && import_field(import, import->key.slots[0], &field, fault) != 0)
		return -1;
	/* Every row of an export has its id; a person may have no address. */
	needed |= field == &field_ext;
	if (draft->code != NULL) {
		import->missing.illegible += !legible;
		import->code = draft->code;
		if (draft->message != NULL)
			buf_text(&import->message, draft->message);
		return import_tell(import, draft, 0, ACTION_ERROR, fault);
	}
	if (!legible && needed) {
		(void)import_stop(import, STEP_ERROR, "REQUIRED",
		    "the row has no %s, so it may be any record", import->options.key);
		import->missing.illegible++;
		return import_tell(import, draft, 0, ACTION_ERROR, fault);
	}
	import->file_rows++;
	return 0;
}

/* Whether the record has a value of the key, and whether the export has it. */
static int
look_at(
    struct import *import, uint64_t id, bool *concerned, bool *there, struct fault *fault)
{
	const struct field *field;
	struct record record;
	struct view value;
	uint16_t slot;
	unsigned i;
	int found = 0;

	*concerned = by_id(import);
	*there = by_id(import) && missing_has(&import->missing, id);
	if (by_id(import))
		return 0;
	if (import_record(import, id, &record, fault) != 0)
		return -1;
	for (i = 0; found == 0; i++) {
		if (key_field(import, i, &slot, &field, fault) != 0)
			return -1;
		if (field == NULL)
			break;
		value = record_get(record, slot);
		*concerned |= value.len > 0;
		found = each_hash(import, field, value, is_there, fault);
	}
	*there = found == 1;
	return found < 0 ? -1 : 0;
}

/* Those that are missing take the place of all. */
static int
keep_missing(struct import *import, struct ids *ids, struct fault *fault)
{
	bool concerned, there;
	size_t i, kept = 0;

	for (i = 0; i < ids->count; i++) {
		if (look_at(import, ids->at[i], &concerned, &there, fault) != 0)
			return -1;
		import->missing.considered += concerned;
		if (concerned && !there)
			ids->at[kept++] = ids->at[i];
	}
	ids->count = kept;
	return 0;
}

int
import_missing(struct import *import, const char *const *operands, size_t operand_count,
    uint64_t *count, struct fault *fault)
{
	const struct query_options options = { .kind = import->kind,
		.me = import->options.me,
		.now = import->values.now,
		.optional = true };
	struct ids ids = { NULL, 0, 0 };
	struct draft draft;
	uint64_t id;
	size_t i;
	int result;

	*count = 0;
	if (import->counts.by_action[ACTION_ERROR] > import->options.max_errors ||
	    import->missing.illegible > 0)
		return fault_set(fault, FAULT_INPUT,
		    "%llu of the rows cannot be relied on, so nothing is known to be "
		    "missing: nothing was stored%s",
		    (unsigned long long)import->counts.by_action[ACTION_ERROR],
		    import->missing.illegible > 0 ? ""
						  : " (--max-errors N takes so many)");
	missing_sort(&import->missing);
	result =
	    selection_find(import->txn, operands, operand_count, &options, &ids, fault);
	*count = ids.count;
	if (result == 0)
		result = keep_missing(import, &ids, fault);
	for (i = 0; result == 0 && i < ids.count; i++) {
		draft = (struct draft){ .has_id = true, .id = ids.at[i] };
		result = import_take(import, &draft, &id, fault);
		if (import->report.progress != NULL && i % 1024 == 1023)
			import->report.progress(import->report.context, i, ids.count, i);
	}
	ids_release(&ids);
	return result;
}
