/* SPDX-License-Identifier: ISC */
/*
 * What a draft does to a record. import->form starts as the stored record (or
 * empty) and becomes what the record is to be; values it points to are in the
 * store, the draft or import->arena, all of which live until it is encoded.
 */
#include <stdarg.h>
#include <stdio.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/fold.h"
#include "rules/archive.h"

enum step
import_stop(
    struct import *import, enum step step, const char *code, const char *format, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	import->code = code;
	buf_clear(&import->message);
	buf_text(&import->message, text);
	return step;
}

int
import_record(
    struct import *import, uint64_t id, struct record *record, struct fault *fault)
{
	int found = txn_record(import->txn, id, record, fault);

	return found != 0
	    ? found < 0 ? -1 : 0
	    : fault_set(fault, FAULT_STORE, "damaged: what refers to #%llu finds nothing",
		  (unsigned long long)id);
}

static bool
is_contact(const struct import *import)
{
	return import->kind == &kind_contact;
}

void
apply_keep(struct import *import, const struct field *field)
{
	if (import->kept.len > 0)
		buf_char(&import->kept, ' ');
	buf_text(&import->kept, field->name);
}

void
apply_set_kept(struct import *import, uint16_t slot, struct view value)
{
	import->touched = true;
	record_form_set(&import->form, slot, value);
}

int
apply_set(struct import *import, uint16_t slot, struct view value, struct fault *fault)
{
	struct view copy = arena_copy(&import->arena, value);

	if (copy.at == NULL && copy.len > 0)
		return fault_memory(fault);
	apply_set_kept(import, slot, copy);
	return 0;
}

static bool
list_has(
    struct import *import, const struct field *field, struct view list, struct view value)
{
	struct view element;

	while (list_next(&list, &element, &import->scratch))
		if ((field->flags & FIELD_EXACT) != 0 ? view_equal(element, value)
						      : fold_search_equal(element, value))
			return true;
	return false;
}

int
apply_add(struct import *import, const struct field *field, uint16_t slot,
    struct view stored, struct view value, struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct view rest = value, element;
	int result = 0;

	buf_clear(&import->text);
	buf_view(&import->text, stored);
	while (list_next(&rest, &element, &scratch))
		if (!list_has(import, field, buf_as_view(&import->text), element))
			list_add(&import->text, 0, element);
	if (buf_check(&import->text, fault) != 0)
		result = -1;
	else if (import->text.len > stored.len)
		result = apply_set(import, slot, buf_as_view(&import->text), fault);
	buf_release(&scratch);
	return result;
}

/* The elements that the list has lose their place. */
static int
remove_from_list(struct import *import, const struct field *field, uint16_t slot,
    struct view stored, struct view value, struct fault *fault)
{
	struct buf left = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view rest = stored, element;
	int result;

	while (list_next(&rest, &element, &scratch))
		if (!list_has(import, field, value, element))
			list_add(&left, 0, element);
	result = buf_check(&left, fault);
	if (result == 0 && left.len < stored.len)
		result = apply_set(import, slot, buf_as_view(&left), fault);
	buf_release(&left);
	buf_release(&scratch);
	return result;
}

/* An id of the same system that the record does not have becomes the current
 * one, the older ones stay as aliases (design A4); so do others that the row has. */
static int
put_ext(struct import *import, uint16_t slot, struct view stored, struct view value,
    struct fault *fault)
{
	struct view rest = value, current;

	if (!list_next(&rest, &current, &import->text))
		return 0;
	if (list_has(import, &field_ext, stored, current))
		return apply_add(import, &field_ext, slot, stored, value, fault);
	return apply_set(import, slot, value, fault) != 0
	    ? -1
	    : apply_add(import, &field_ext, slot, value, stored, fault);
}

/* Whether an import may change the stored value of an old record. */
static bool
may_change(struct import *import, const struct field *field, struct view stored,
    struct view value)
{
	if (import->options.edits)
		return import->options.forced || !is_contact(import) ||
		    field->slot != CONTACT_SOURCE || stored.len == 0;
	if ((field->flags & FIELD_CONSENT) != 0)
		return import->options.allow_optin || !view_is(stored, "true") ||
		    view_is(value, "true");
	if (!is_contact(import))
		return true;
	switch (field->slot) {
	/* One that it met by another of its addresses keeps the first. */
	case CONTACT_EMAIL:
		return !import->by_email || stored.len == 0 ||
		    match_same(import, field, stored, value);
	case CONTACT_SOURCE:
		return stored.len == 0;
	case CONTACT_APPROVAL:
	case CONTACT_VISIBILITY:
		return false;
	default:
		return true;
	}
}

/* What a stored value is taken for where nothing is stored. */
static struct view
default_of(const struct import *import, uint16_t slot)
{
	if (is_contact(import) && slot == CONTACT_APPROVAL)
		return VIEW("Approved");
	if (is_contact(import) && slot == CONTACT_VISIBILITY)
		return VIEW("Everyone");
	if (import->kind == &kind_organization && slot == ORGANIZATION_APPROVAL)
		return VIEW("None");
	if (import->kind == &kind_note && slot == NOTE_PRIVACY)
		return VIEW("Institution");
	return (struct view){ NULL, 0 };
}

/* The code of a reference that has to have a target and has none, by the kind
 * that it refers to (A4). */
static const char *
unknown_code(const struct kind *of)
{
	return of == &kind_contact ? "UNKNOWN_CONTACT"
	    : of == &kind_event	   ? "UNKNOWN_EVENT"
				   : "UNKNOWN_JOB";
}

/* HS-23: with members=strict nobody but a member will do. */
static bool
is_assignee(const struct field *field)
{
	return strcmp(field->name, "assigned_to") == 0;
}

static enum step
not_a_member(struct import *import, const struct field *field, struct view text)
{
	return import_stop(import, STEP_ERROR, "NOT_A_MEMBER",
	    "%s: \"%.*s\" is no member", field->name,
	    (int)(text.len < 80 ? text.len : 80), text.at);
}

/* The one reference of an organization to a contact. */
static bool
is_primary(const struct import *import, const struct kind *of)
{
	return import->kind == &kind_organization && of == &kind_contact;
}

/* Text that means nothing yet is kept, but neither the id of something else nor
 * where the field needs its target, nor in place of one of an organization's
 * contacts (CS-19). */
static enum step
unknown_target(struct import *import, const struct field *field, const struct kind *of,
    struct view text, uint64_t id, bool made, struct fault *fault)
{
	struct record record;
	uint64_t other;
	int found;

	if (!made && entity_read_id(text, &other)) {
		found = txn_record(import->txn, other, &record, fault);
		if (found < 0)
			return STEP_FAULT;
		if (found == 1)
			return import_stop(import, STEP_ERROR, "WRONG_KIND",
			    "%s: record %llu is no %s", field->name,
			    (unsigned long long)other, of->name);
	}
	if ((field->flags & FIELD_RESOLVED) != 0)
		return import_stop(import, STEP_ERROR, unknown_code(of),
		    "%s: no %s answers to \"%.*s\"", field->name, of->name,
		    (int)(text.len < 80 ? text.len : 80), text.at);
	if (of == &kind_user && import->strict_members && is_assignee(field))
		return not_a_member(import, field, text);
	if (is_primary(import, of) && id != 0)
		return import_stop(import, STEP_ERROR, "NOT_OF_ORGANIZATION",
		    "%s: nobody in this organization answers to \"%.*s\"", field->name,
		    (int)(text.len < 80 ? text.len : 80), text.at);
	return STEP_GO;
}

/* Who looks after a record is named over and over, so what a name means is kept,
 * for as long as no user changes. */
static int
find_target(struct import *import, const struct draft *draft, const struct field *field,
    const struct kind *kind, struct view value, struct fault *fault)
{
	struct member *member;
	bool keeps = kind == &kind_user && import->kind != &kind_user &&
	    reference_id_beside(draft, field->slot).len == 0;
	uint64_t hash;

	import->others.count = 0;
	/* Contacts are looked up ahead, where the row is read. */
	if (draft->contact != 0 && kind == &kind_contact)
		return ids_add(&import->others, draft->contact, fault);
	if (!keeps)
		return reference_find(import->txn, &import->systems, import->kind, draft,
		    field, value, &import->others, fault);
	hash = XXH3_64bits(value.at, value.len);
	member = &import->members[hash % MEMBERS];
	if (member->hash == hash && view_equal(member->text, value))
		return member->id == 0 ? 0 : ids_add(&import->others, member->id, fault);
	if (reference_find(import->txn, &import->systems, import->kind, draft, field,
		value, &import->others, fault) != 0)
		return -1;
	if (import->others.count > 1)
		return 0;
	if (++import->member_count > MEMBERS * 64) {
		memset(import->members, 0, sizeof(import->members));
		arena_clear(&import->member_names);
		import->member_count = 0;
	}
	member->hash = hash;
	member->id = import->others.count == 0 ? 0 : import->others.at[0];
	member->text = arena_copy(&import->member_names, value);
	return member->text.at == NULL ? fault_memory(fault) : 0;
}

static enum step
resolve_record(struct import *import, const struct draft *draft,
    const struct field *field, const struct kind *kind, struct view *value, uint64_t id,
    struct fault *fault)
{
	bool made = reference_is_made(import->kind, draft, field);
	struct record record;
	uint64_t of;
	int found;

	if (find_target(import, draft, field, kind, *value, fault) != 0)
		return STEP_FAULT;
	if (import->others.count != 1 && (field->flags & FIELD_RESOLVED) != 0 &&
	    !reference_is_needed(import->kind, draft, field))
		return STEP_GO;
	if (import->others.count == 0)
		return unknown_target(import, field, kind, *value, id, made, fault);
	if (import->others.count > 1)
		return import_stop(import, STEP_ERROR, "AMBIGUOUS",
		    "%s: #%llu and #%llu answer to it", field->name,
		    (unsigned long long)import->others.at[0],
		    (unsigned long long)import->others.at[1]);
	found = kind == &kind_user || is_primary(import, kind)
	    ? txn_record(import->txn, import->others.at[0], &record, fault)
	    : 0;
	if (found < 0)
		return STEP_FAULT;
	if (found == 1 && !kind_may_refer(field, kind, record))
		return not_a_member(import, field, *value);
	/* CS-19: the primary contact is one of the organization's own. */
	if (is_primary(import, kind)) {
		if (found == 1 && archive_out_of_use(record))
			return import_stop(import, STEP_ERROR,
			    archive_rejected(record) ? "FROZEN" : "NOT_OF_ORGANIZATION",
			    "%s: #%llu is out of use", field->name,
			    (unsigned long long)import->others.at[0]);
		if (found == 0 ||
		    !reference_id(record_get(record, CONTACT_ORGANIZATION), &of) ||
		    of != id)
			return import_stop(import, STEP_ERROR, "NOT_OF_ORGANIZATION",
			    "%s: #%llu is not a contact of this organization",
			    field->name, (unsigned long long)import->others.at[0]);
	}
	buf_clear(&import->text);
	reference_put(&import->text, import->others.at[0]);
	*value = buf_as_view(&import->text);
	return buf_check(&import->text, fault) != 0 ? STEP_FAULT : STEP_GO;
}

/* References but the organization of a contact, which is looked up last because
 * that may create one. */
static enum step
resolve(struct import *import, const struct draft *draft, const struct field *field,
    struct view *value, uint64_t id, struct fault *fault)
{
	const struct kind *of = kind_by_name(view_of(field->of));

	if (of == &kind_user && view_is(*value, "me"))
		*value = view_of(import->options.me);
	return of == NULL ? STEP_GO
			  : resolve_record(import, draft, field, of, value, id, fault);
}

static enum step
apply_cell(struct import *import, const struct draft *draft, const struct cell *cell,
    const struct field *field, uint64_t id, bool is_new, struct fault *fault)
{
	struct view stored = record_form_get(&import->form, cell->slot);
	struct view value = cell->value, was = stored;
	bool clear = (cell->flags & CELL_CLEAR) != 0 ||
	    ((cell->flags & CELL_BLANK) != 0 && import->options.blank_clears);
	enum step step;

	if ((cell->flags & CELL_BLANK) != 0 && !clear)
		return STEP_GO;
	if (clear)
		value = (struct view){ NULL, 0 };
	if (stored.len == 0)
		was = default_of(import, cell->slot);
	if (field->type == TYPE_REFERENCE && value.len > 0) {
		step = resolve(import, draft, field, &value, id, fault);
		if (step != STEP_GO)
			return step;
	}
	if (view_equal(was, value) && (cell->flags & CELL_REMOVE) == 0)
		return STEP_GO;
	if (!is_new && !may_change(import, field, stored, value)) {
		apply_keep(import, field);
		return STEP_GO;
	}
	if (import->options.mode == IMPORT_FILL && stored.len > 0)
		return STEP_GO;
	if ((cell->flags & CELL_REMOVE) != 0)
		return remove_from_list(
			   import, field, cell->slot, stored, value, fault) != 0
		    ? STEP_FAULT
		    : STEP_GO;
	if ((cell->flags & CELL_ADD) != 0)
		return apply_add(import, field, cell->slot, stored, value, fault) != 0
		    ? STEP_FAULT
		    : STEP_GO;
	if (field == &field_ext && value.len > 0)
		return put_ext(import, cell->slot, stored, value, fault) != 0 ? STEP_FAULT
									      : STEP_GO;
	if ((field->flags & FIELD_IMPORT_ADDS) != 0 && !clear &&
	    !import->options.blank_clears && !import->options.edits)
		return apply_add(import, field, cell->slot, stored, value, fault) != 0
		    ? STEP_FAULT
		    : STEP_GO;
	if (view_equal(value, default_of(import, cell->slot)))
		value = (struct view){ NULL, 0 };
	/* The draft's own bytes outlive the form; a reference that was put
	 * together here does not. */
	if (value.at != cell->value.at)
		return apply_set(import, cell->slot, value, fault) != 0 ? STEP_FAULT
									: STEP_GO;
	apply_set_kept(import, cell->slot, value);
	return STEP_GO;
}

static void
form_name(const struct record_form *form, struct buf *out)
{
	struct name_parts parts = { .first = record_form_get(form, CONTACT_FIRST_NAME),
		.middle = record_form_get(form, CONTACT_MIDDLE_NAME),
		.last = record_form_get(form, CONTACT_LAST_NAME),
		.suffix = record_form_get(form, CONTACT_SUFFIX) };

	buf_clear(out);
	name_join(out, &parts);
}

/* Whether the name that the row gives is what the record is called already:
 * then neither it nor the parts split off it change anything. */
static bool
called_so(struct import *import, const struct cell *name)
{
	struct view given = record_form_get(&import->form, CONTACT_NAME);

	if (given.len > 0)
		return view_equal(given, name->value);
	form_name(&import->form, &import->text);
	return view_equal(buf_as_view(&import->text), name->value);
}

/* A name kept as given goes when a part was changed by itself, or when the
 * parts say the same. */
static void
settle_name(struct import *import, const struct record *old, bool named)
{
	static const uint16_t parts[] = { CONTACT_FIRST_NAME, CONTACT_MIDDLE_NAME,
		CONTACT_LAST_NAME, CONTACT_SUFFIX };
	struct view given = record_form_get(&import->form, CONTACT_NAME);
	bool drop = false;
	size_t i;

	if (given.len == 0)
		return;
	for (i = 0; !named && old != NULL && i < 4; i++)
		drop |= !view_equal(
		    record_form_get(&import->form, parts[i]), record_get(*old, parts[i]));
	if (!drop) {
		form_name(&import->form, &import->text);
		drop = view_equal(buf_as_view(&import->text), given);
	}
	if (drop)
		apply_set_kept(import, CONTACT_NAME, (struct view){ NULL, 0 });
}

/* A record with one of these has a name. */
#define NAMED                                                                   \
	((uint64_t)1 << CONTACT_FIRST_NAME | (uint64_t)1 << CONTACT_LAST_NAME | \
	    (uint64_t)1 << CONTACT_NAME)

static enum step
apply_cells(struct import *import, struct draft *draft, uint64_t id, bool is_new,
    struct fault *fault)
{
	const struct cell *name =
	    is_contact(import) ? draft_cell(draft, CONTACT_NAME) : NULL;
	const struct field *field;
	const struct cell *cell;
	enum step step = STEP_GO;
	bool skip_split = name != NULL &&
	    (called_so(import, name) ||
		(import->options.mode == IMPORT_FILL && !is_new &&
		    (import->form.present & NAMED) != 0));
	size_t i;

	for (i = 0; step == STEP_GO && i < draft->count; i++) {
		cell = draft->cells + i;
		if ((cell->flags & CELL_READ_ONLY) != 0) {
			import->read_only = true;
			continue;
		}
		if ((cell->flags & CELL_BLANK) != 0 && !import->options.blank_clears)
			continue;
		if (skip_split && (cell == name || (cell->flags & CELL_SPLIT)))
			continue;
		if (is_new && cell->slot < RECORD_FIXED && import->simple[cell->slot] &&
		    (cell->flags & ~CELL_SPLIT) == 0) {
			apply_set_kept(import, cell->slot, cell->value);
			continue;
		}
		if (cell->slot == import->employer_slot)
			continue;
		if (import_field(import, cell->slot, &field, fault) != 0)
			return STEP_FAULT;
		if (field == NULL || (field->flags & FIELD_RULES) != 0) {
			import->read_only = true;
			continue;
		}
		step = apply_cell(import, draft, cell, field, id, is_new, fault);
	}
	return step;
}

/* CS-15: a renamed organization answers to its old names. */
static int
keep_old_name(struct import *import, struct view before, struct fault *fault)
{
	struct view now = record_form_get(&import->form, ORGANIZATION_NAME);
	const struct field *field =
	    kind_slot(&kind_organization, ORGANIZATION_FORMER_NAMES);

	if (before.len == 0 || view_equal(before, now))
		return 0;
	buf_clear(&import->changed);
	list_add(&import->changed, 0, before);
	return buf_check(&import->changed, fault) != 0
	    ? -1
	    : apply_add(import, field, ORGANIZATION_FORMER_NAMES,
		  record_form_get(&import->form, ORGANIZATION_FORMER_NAMES),
		  buf_as_view(&import->changed), fault);
}

enum step
apply_draft(struct import *import, struct draft *draft, uint64_t id,
    const struct record *old, struct fault *fault)
{
	struct record_form *form = &import->form;
	const struct cell *name;
	enum step step;

	if (old == NULL)
		record_form_clear(form);
	else
		record_form_from(form, *old);
	import->touched = import->read_only = false;
	import->makes_employer = false;
	if (old != NULL && import->options.archived == ARCHIVED_REVIVE &&
	    !draft->archived && archive_holds(import, *old) &&
	    archive_revive(import, *old, fault) != 0)
		return STEP_FAULT;
	step = apply_cells(import, draft, id, old == NULL, fault);
	if (step == STEP_GO && is_contact(import)) {
		name = draft_cell(draft, CONTACT_NAME);
		settle_name(import, old, name != NULL && name->value.len > 0);
	}
	if (step == STEP_GO && old == NULL && apply_fresh(import, fault) != 0)
		return STEP_FAULT;
	if (step == STEP_GO && import->employer_slot != FIELD_NONE)
		step = apply_organization(import, draft, old == NULL, fault);
	if (step == STEP_GO && is_contact(import) && old != NULL &&
	    archive_back(import, *old, fault) != 0)
		return STEP_FAULT;
	if (step == STEP_GO && import->options.edits && is_contact(import) &&
	    old != NULL && archive_edited(import, draft, id, *old, fault) != 0)
		return STEP_FAULT;
	if (step == STEP_GO && import->read_only)
		step = apply_compare(import, draft, id, old, fault);
	if (step == STEP_GO && import->kind == &kind_organization && old != NULL &&
	    keep_old_name(import, record_get(*old, ORGANIZATION_NAME), fault) != 0)
		return STEP_FAULT;
	return step == STEP_GO ? apply_limits(import, old == NULL, fault) : step;
}
