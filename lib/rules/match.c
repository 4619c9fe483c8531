/* SPDX-License-Identifier: ISC */
/*
 * Which record a row means. Every key that the row gives
 * is looked up in the index; candidates are tested against their records.
 */
#include "base/array.h"
#include "base/fold.h"
#include "model/merged.h"
#include "rules/import_run.h"
#include "rules/merge.h"

static bool
is_key(const struct field *field)
{
	return field != NULL && (field->flags & FIELD_KEY) != 0;
}

static int
add_keyed(
    struct import *import, uint16_t slot, const struct field *field, struct fault *fault)
{
	struct keyed *keyed = array_room(import->keyed, import->keyed_count,
	    &import->keyed_cap, sizeof(*keyed), fault);

	if (keyed == NULL)
		return -1;
	import->keyed = keyed;
	import->keyed[import->keyed_count++] = (struct keyed){ slot, field };
	return 0;
}

int
match_keys(struct import *import, struct fault *fault)
{
	const struct field *field;
	enum name_class class;
	uint16_t slot;
	size_t i;
	int found;

	import->keyed_count = 0;
	for (i = 0; i < import->kind->count; i++) {
		field = import->kind->fields + i;
		if (is_key(field) && (field->flags & (FIELD_LIST | FIELD_RULES)) == 0 &&
		    add_keyed(import, field->slot, field, fault) != 0)
			return -1;
	}
	for (slot = RECORD_FIXED;
	     (found = txn_slot_class(import->txn, slot, &class, fault)) == 1; slot++)
		if (class == NAME_EXT && add_keyed(import, slot, &field_ext, fault) != 0)
			return -1;
	return found;
}

bool
match_same(struct import *import, const struct field *field, struct view stored,
    struct view value)
{
	struct view element;
	size_t len;
	bool same = false;

	if (field->type == TYPE_EMAIL) {
		buf_clear(&import->text);
		if (!email_key(&import->text, value))
			return view_equal(stored, value);
		len = import->text.len;
		while (!same && list_next(&stored, &element, &import->scratch)) {
			import->text.len = len;
			same = email_key(&import->text, element) &&
			    view_equal(view_make(import->text.at, len),
				view_from(buf_as_view(&import->text), len));
		}
		return same;
	}
	if ((field->flags & FIELD_LIST) != 0) {
		while (!same && list_next(&stored, &element, &import->scratch))
			same = view_equal(element, value);
		return same;
	}
	if ((field->flags & FIELD_EXACT) != 0 || view_equal(stored, value))
		return view_equal(stored, value);
	buf_clear(&import->text);
	fold_identity(&import->text, stored);
	len = import->text.len;
	fold_identity(&import->text, value);
	return view_equal(
	    view_make(import->text.at, len), view_from(buf_as_view(&import->text), len));
}

int
match_next_id(struct import *import, const struct draft *draft, size_t *at,
    const struct cell **cell, struct fault *fault)
{
	const struct field *field;

	while (*at < draft->count) {
		*cell = draft->cells + (*at)++;
		if ((*cell)->slot < RECORD_FIXED || (*cell)->slot >= FIELD_VIRTUAL ||
		    (*cell)->value.len == 0)
			continue;
		if (import_field(import, (*cell)->slot, &field, fault) != 0)
			return -1;
		if (field == &field_ext)
			return 1;
	}
	return 0;
}

/* another id of the same system says that it is somebody else. */
static int
other_id(struct import *import, const struct draft *draft, struct record record,
    bool *other, struct fault *fault)
{
	const struct cell *cell;
	struct view stored;
	size_t at = 0;
	int found;

	*other = false;
	while (
	    !*other && (found = match_next_id(import, draft, &at, &cell, fault)) != 0) {
		if (found < 0)
			return -1;
		stored = record_get(record, cell->slot);
		*other = stored.len > 0 &&
		    !match_same(import, &field_ext, stored, cell->value);
	}
	return 0;
}

/* Somebody else has the address: that he wants no mail there is a wish about it. */
static void
note_wish(struct import *import, uint64_t id, struct record record)
{
	if (import->kind == &kind_contact &&
	    view_is(record_get(record, CONTACT_DO_NOT_EMAIL), "true"))
		import->opted_out = id;
}

/* Keeps the candidates that do have the value. */
static int
verify(struct import *import, const struct draft *draft, const struct field *field,
    uint16_t slot, struct view value, struct ids *ids, struct fault *fault)
{
	struct record record;
	size_t i, kept = 0;
	bool other;
	int found;

	for (i = 0; i < ids->count; i++) {
		found = txn_record(import->txn, ids->at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 0 || record_kind(record) != import->kind->number ||
		    !match_same(import, field, record_get(record, slot), value))
			continue;
		other = false;
		if (field != &field_ext && import->options.key == NULL &&
		    other_id(import, draft, record, &other, fault) != 0)
			return -1;
		if (other) {
			note_wish(import, ids->at[i], record);
			continue;
		}
		ids->at[kept++] = ids->at[i];
	}
	ids->count = kept;
	return 0;
}

/* Who has one of the elements, beside those known. */
static int
add_bearers(struct import *import, uint16_t slot, struct view list, struct ids *ids,
    struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct ids more = { NULL, 0, 0 };
	struct view element;
	int result = 0;

	while (result == 0 && list_next(&list, &element, &scratch)) {
		result = entity_find_key(
		    import->txn, import->kind, slot, &field_ext, element, &more, fault);
		for (size_t i = 0; result == 0 && i < more.count; i++)
			result = ids_add(ids, more.at[i], fault);
	}
	ids_sort(ids);
	ids_release(&more);
	buf_release(&scratch);
	return result;
}

/* Who has the cell's value in a slot: its own, or that of other_emails. Of ids of one
 * system any may be theirs. */
static int
find_cell(struct import *import, const struct draft *draft, const struct cell *cell,
    const struct field *field, uint16_t slot, struct ids *ids, struct fault *fault)
{
	const struct index_key *own = match_draft_key(draft, cell->slot);
	struct view list = cell->value, element = cell->value;
	struct buf scratch = BUF_EMPTY;
	struct index_key key;
	int result;

	ids->count = 0;
	if (own == NULL)
		return 0;
	key = *own;
	key.bytes[1] = (unsigned char)(slot >> 8);
	key.bytes[2] = (unsigned char)slot;
	result = match_candidates(import, slot, key, ids, fault);
	if (field == &field_ext && !list_next(&list, &element, &scratch))
		element.len = 0;
	if (result == 0 && ids->count > 0)
		result = verify(import, draft, field, slot, element, ids, fault);
	if (result == 0 && field == &field_ext && list.len > 0)
		result = add_bearers(import, slot, list, ids, fault);
	buf_release(&scratch);
	return result;
}

static enum step
ambiguous(struct import *import, const struct field *field, const struct ids *ids)
{
	return import_stop(import, STEP_ERROR, "AMBIGUOUS",
	    "%s: #%llu and #%llu%s have it", field->name, (unsigned long long)ids->at[0],
	    (unsigned long long)ids->at[1], ids->count > 2 ? " and others" : "");
}

int
match_bearers(struct import *import, const struct draft *draft, const struct cell *cell,
    const struct field *field, struct ids *ids, struct fault *fault)
{
	const struct field *others = kind_slot(import->kind, CONTACT_OTHER_EMAILS);

	if (find_cell(import, draft, cell, field, cell->slot, ids, fault) != 0)
		return -1;
	if (ids->count > 0 || import->kind != &kind_contact ||
	    field->slot != CONTACT_EMAIL || !import->other_emails)
		return 0;
	return find_cell(import, draft, cell, others, CONTACT_OTHER_EMAILS, ids, fault);
}

/* ids and e-mail may not mean different people; an address that the record has
 * already is no contradiction. */
static enum step
check_conflict(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault)
{
	const struct cell *cell =
	    import->kind == &kind_contact ? draft_cell(draft, CONTACT_EMAIL) : NULL;
	const struct field *field;
	struct record record;
	size_t i;

	if (cell == NULL || cell->value.len == 0)
		return STEP_GO;
	field = kind_slot(import->kind, CONTACT_EMAIL);
	if (txn_record(import->txn, id, &record, fault) != 1)
		return STEP_FAULT;
	if (view_equal(record_get(record, CONTACT_EMAIL), cell->value) ||
	    match_same(import, field, record_get(record, CONTACT_EMAIL), cell->value))
		return STEP_GO;
	if (match_bearers(import, draft, cell, field, &import->others, fault) != 0)
		return STEP_FAULT;
	for (i = 0; i < import->others.count; i++)
		if (import->others.at[i] == id)
			return STEP_GO;
	if (import->others.count == 0)
		return STEP_GO;
	return import_stop(import, STEP_ERROR, "KEY_CONFLICT",
	    "the id means #%llu, the e-mail address is that of #%llu",
	    (unsigned long long)id, (unsigned long long)import->others.at[0]);
}

/* A row that was matched otherwise may not take the external id of somebody
 * else, since an id has one bearer. */
static enum step
check_bearers(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault)
{
	const struct cell *cell;
	size_t at = 0;
	int found;

	while ((found = match_next_id(import, draft, &at, &cell, fault)) == 1) {
		if (find_cell(import, draft, cell, &field_ext, cell->slot, &import->ids,
			fault) != 0)
			return STEP_FAULT;
		for (size_t i = 0; i < import->ids.count; i++)
			if (import->ids.at[i] != id)
				return import_stop(import, STEP_ERROR, "KEY_CONFLICT",
				    "the external id is that of #%llu",
				    (unsigned long long)import->ids.at[i]);
	}
	return found < 0 ? STEP_FAULT : STEP_GO;
}

/* Another contact than this one has the address. */
static enum step
check_address(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault)
{
	const struct cell *cell = draft_cell(draft, CONTACT_EMAIL);
	const struct field *field = kind_slot(import->kind, CONTACT_EMAIL);
	size_t i;

	if (import->kind != &kind_contact || cell == NULL || cell->value.len == 0 ||
	    import->options.forced)
		return STEP_GO;
	if (match_bearers(import, draft, cell, field, &import->others, fault) != 0)
		return STEP_FAULT;
	for (i = 0; i < import->others.count; i++)
		if (import->others.at[i] != id)
			return import_stop(import, STEP_ERROR, "KEY_CONFLICT",
			    "the e-mail address is that of #%llu, too (--force shares "
			    "it)",
			    (unsigned long long)import->others.at[i]);
	return STEP_GO;
}

/* Another record is called so: a name would then mean neither. */
static enum step
check_names(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault)
{
	const struct field *field;
	const struct cell *cell;
	size_t i, j;

	for (i = 0; i < import->kind->count && !import->options.forced; i++) {
		field = import->kind->fields + i;
		cell = draft_cell(draft, field->slot);
		if (field->type != TYPE_TEXT || !is_key(field) ||
		    (field->flags & (FIELD_LIST | FIELD_RULES)) != 0 || cell == NULL ||
		    cell->value.len == 0)
			continue;
		import->others.count = 0;
		if (entity_find_key(import->txn, import->kind, field->slot, field,
			cell->value, &import->others, fault) != 0)
			return STEP_FAULT;
		for (j = 0; j < import->others.count; j++)
			if (import->others.at[j] != id)
				return import_stop(import, STEP_ERROR, "KEY_CONFLICT",
				    "%s: #%llu is called so, too (--force shares it)",
				    field->name,
				    (unsigned long long)import->others.at[j]);
	}
	return STEP_GO;
}

enum step
match_free(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault)
{
	enum step step = check_bearers(import, draft, id, fault);

	if (step == STEP_GO)
		step = check_names(import, draft, id, fault);

	return step == STEP_GO ? check_address(import, draft, id, fault) : step;
}

enum step
match_no_such_id(struct import *import, const struct draft *draft)
{
	return import_stop(import, STEP_ERROR, "NO_SUCH_ID",
	    "id: there is no record %llu", (unsigned long long)draft->id);
}

enum step
match_store_id(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault)
{
	struct record record;
	uint64_t meant = draft->id;
	int found = merged_resolve(import->txn, import->kind, &meant, fault);

	if (found == 0)
		found = txn_record(import->txn, meant, &record, fault);
	if (found < 0)
		return STEP_FAULT;
	if (found == 0)
		return match_no_such_id(import, draft);
	if (record_kind(record) != import->kind->number)
		return import_stop(import, STEP_ERROR, "WRONG_KIND",
		    "id: record %llu is no %s", (unsigned long long)draft->id,
		    import->kind->name);
	*id = meant;
	return STEP_GO;
}

/* Whether the next record of the kind behind the last one met bears the id. An
 * id has one bearer, so it need not be looked for. */
static int
guess(struct import *import, const struct cell *cell, uint64_t *id, struct fault *fault)
{
	struct record record;
	unsigned ahead;
	int found;

	import->guesses++;
	for (ahead = 1; ahead <= 3; ahead++) {
		found = txn_record(import->txn, import->last_met + ahead, &record, fault);
		if (found < 0)
			return -1;
		if (found == 0 || record_kind(record) != import->kind->number)
			continue;
		if (match_same(import, &field_ext, record_get(record, cell->slot),
			cell->value)) {
			*id = import->last_met + ahead;
			import->hits++;
		}
		return 0;
	}
	return 0;
}

/* Each ext id given, in turn; two that mean different records contradict. */
static enum step
match_ext(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault)
{
	const struct cell *cell;
	size_t at = 0;
	int found;

	while ((found = match_next_id(import, draft, &at, &cell, fault)) == 1) {
		if (*id == 0 && !import->store_was_empty) {
			if (guess(import, cell, id, fault) != 0)
				return STEP_FAULT;
			if (*id != 0)
				continue;
		}
		if (find_cell(import, draft, cell, &field_ext, cell->slot, &import->ids,
			fault) != 0)
			return STEP_FAULT;
		for (size_t i = 0; i < import->ids.count; i++) {
			if (*id != 0 && *id != import->ids.at[i])
				return import_stop(import, STEP_ERROR, "KEY_CONFLICT",
				    "the external ids mean #%llu and #%llu",
				    (unsigned long long)*id,
				    (unsigned long long)import->ids.at[i]);
			*id = import->ids.at[i];
		}
	}
	if (found < 0)
		return STEP_FAULT;
	return *id == 0 ? STEP_GO : check_conflict(import, draft, *id, fault);
}

/* the e-mail met somebody who is called otherwise altogether. */
static bool
other_person(struct record record, const struct draft *draft)
{
	const struct cell *first = draft_cell(draft, CONTACT_FIRST_NAME);
	const struct cell *last = draft_cell(draft, CONTACT_LAST_NAME);
	struct view had_first = record_get(record, CONTACT_FIRST_NAME);
	struct view had_last = record_get(record, CONTACT_LAST_NAME);

	return first != NULL && last != NULL && first->value.len > 0 &&
	    last->value.len > 0 && had_first.len > 0 && had_last.len > 0 &&
	    !fold_search_equal(first->value, had_first) &&
	    !fold_search_equal(last->value, had_last);
}

/* With --shared-email a row means the one of several who is called so. */
static int
drop_other_people(struct import *import, const struct draft *draft, struct fault *fault)
{
	struct ids *ids = &import->ids;
	struct record record;
	size_t i, kept = 0;

	for (i = 0; i < ids->count; i++) {
		if (txn_record(import->txn, ids->at[i], &record, fault) != 1)
			return -1;
		if (!other_person(record, draft))
			ids->at[kept++] = ids->at[i];
		else
			note_wish(import, ids->at[i], record);
	}
	ids->count = kept;
	return 0;
}

/* The other keys of the kind, one by one, in the order of its table. */
static enum step
match_fields(struct import *import, const struct draft *draft, uint64_t *id,
    bool *had_key, struct fault *fault)
{
	const struct kind *kind = import->kind;
	const struct field *field;
	const struct cell *cell;
	size_t i;

	for (i = 0; *id == 0 && i < kind->count; i++) {
		field = kind->fields + i;
		if (!is_key(field) || (field->flags & (FIELD_RULES | FIELD_LIST)) != 0)
			continue;
		cell = draft_cell(draft, field->slot);
		if (cell == NULL || cell->value.len == 0)
			continue;
		*had_key = true;
		if (match_bearers(import, draft, cell, field, &import->ids, fault) != 0)
			return STEP_FAULT;
		if (import->ids.count > 1 && import->options.shared_email &&
		    field->type == TYPE_EMAIL &&
		    drop_other_people(import, draft, fault) != 0)
			return STEP_FAULT;
		if (import->ids.count > 1)
			return ambiguous(import, field, &import->ids);
		if (import->ids.count == 1) {
			*id = import->ids.at[0];
			import->by_email = field->type == TYPE_EMAIL;
		}
	}
	return STEP_GO;
}

static int
has_ext(struct import *import, const struct draft *draft, bool *has, struct fault *fault)
{
	const struct cell *cell;
	size_t at = 0;
	int found = match_next_id(import, draft, &at, &cell, fault);

	*has = found == 1;
	return found < 0 ? -1 : 0;
}

/* A row without ids that met its record by the address alone. */
static enum step
check_person(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault)
{
	struct record record;

	if (txn_record(import->txn, *id, &record, fault) != 1)
		return STEP_FAULT;
	if (!other_person(record, draft))
		return STEP_GO;
	if (!import->options.shared_email)
		return import_stop(import, STEP_ERROR, "OTHER_PERSON",
		    "the e-mail address is that of #%llu, who is called "
		    "otherwise (--shared-email makes another contact, --key "
		    "email updates that one)",
		    (unsigned long long)*id);
	note_wish(import, *id, record);
	*id = 0;
	return STEP_GO;
}

enum step
match_row(struct import *import, struct draft *draft, uint64_t *id, struct fault *fault)
{
	bool had_key = false, has_id;
	enum step step;

	*id = 0;
	import->by_email = false;
	import->other_emails |= import->kind == &kind_contact &&
	    draft_cell(draft, CONTACT_OTHER_EMAILS) != NULL;
	if (import->options.selects)
		return match_selected(import, draft, id, fault);
	if (draft->has_id || import->key.count > 0) {
		step = draft->has_id ? match_store_id(import, draft, id, fault)
				     : match_by_key(import, draft, id, fault);
		if (step == STEP_GO && draft->has_id)
			step = check_conflict(import, draft, *id, fault);
		return step == STEP_GO ? check_bearers(import, draft, *id, fault) : step;
	}
	step = match_ext(import, draft, id, fault);
	if (step != STEP_GO || *id != 0)
		return step;
	step = match_fields(import, draft, id, &had_key, fault);
	if (step != STEP_GO)
		return step;
	if (has_ext(import, draft, &has_id, fault) != 0)
		return STEP_FAULT;
	if (*id != 0)
		return import->by_email && import->kind == &kind_contact && !has_id
		    ? check_person(import, draft, id, fault)
		    : STEP_GO;
	if (!has_id && merge_by_name(import, draft, id, fault) != 0)
		return STEP_FAULT;
	if (!had_key && !has_id) {
		/* TR-44: in a snapshot that is no way to tell what is meant. */
		if (!import->options.needs_ids && !import->options.anew)
			step = match_alike(import, draft, id, fault);
		if (step == STEP_GO && *id == 0)
			import->code = "NO_KEY";
	}
	return step;
}
