/* SPDX-License-Identifier: ISC */
/*
 * What is taken from a contact on its way out is kept in one stored field, each
 * part on a line, so that reviving gives back exactly that (TW-42).
 */
#include "rules/archive.h"

#include <stdlib.h>

#define ORGANIZATION "organization="
#define VISIBILITY   "\nvisibility="
#define PRIMARY	     "\nprimary="
#define ATTRIBUTES   "\nattributes="
#define APPROVAL     "\napproval="

/* Parts that are there say what was done: moved away (organization), hidden
 * (visibility), marked (attributes: NAME, or NAME=false where it was false),
 * rejected (approval). */
struct kept {
	bool moved, hidden, rejected;
	bool primary; /* of the organization, when moved or rejected */
	struct view organization, visibility, attributes, approval;
};

/* Takes one part off the end of what is kept. */
static bool
take_part(struct view *text, const char *name, struct view *part)
{
	size_t at;

	for (at = text->len; at-- > 0;)
		if (view_begins(view_from(*text, at), view_of(name))) {
			*part = view_from(*text, at + strlen(name));
			*text = view_until(*text, at);
			return true;
		}
	return false;
}

static void
kept_read(struct view text, struct kept *kept)
{
	struct view primary;

	*kept = (struct kept){ .moved = false };
	kept->rejected = take_part(&text, APPROVAL, &kept->approval);
	(void)take_part(&text, ATTRIBUTES, &kept->attributes);
	kept->primary = take_part(&text, PRIMARY, &primary) && view_is(primary, "true");
	kept->hidden = take_part(&text, VISIBILITY, &kept->visibility);
	kept->moved = view_begins(text, view_of(ORGANIZATION));
	kept->organization = view_from(text, strlen(ORGANIZATION));
}

/* A value has no line end, which parts the parts. */
static void
put_part(struct buf *text, const char *name, struct view value)
{
	size_t i;

	buf_text(text, name);
	for (i = 0; i < value.len; i++) {
		if (value.at[i] == '\n' || value.at[i] == '\\')
			buf_char(text, '\\');
		buf_char(text, value.at[i] == '\n' ? 'n' : value.at[i]);
	}
}

/* In place, as the text is a copy. */
static struct view
plain_part(struct view part)
{
	char *at = (char *)(uintptr_t)part.at;
	size_t i, n = 0;

	for (i = 0; i < part.len; i++) {
		if (at[i] == '\\' && i + 1 < part.len)
			at[n++] = at[++i] == 'n' ? '\n' : at[i];
		else
			at[n++] = at[i];
	}
	return view_until(part, n);
}

/* The same of a text that may be written to. */
static void
kept_read_plain(struct view text, struct kept *kept)
{
	kept_read(text, kept);
	kept->organization = plain_part(kept->organization);
	kept->visibility = plain_part(kept->visibility);
	kept->attributes = plain_part(kept->attributes);
	kept->approval = plain_part(kept->approval);
}

/* Puts it into import->form. What is kept lies elsewhere. */
static int
kept_write(struct import *import, const struct kept *kept, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	int result;

	if (kept->moved)
		put_part(&text, ORGANIZATION, kept->organization);
	if (kept->hidden)
		put_part(&text, VISIBILITY, kept->visibility);
	if (kept->moved || kept->rejected)
		put_part(&text, PRIMARY, kept->primary ? VIEW("true") : VIEW("false"));
	if (kept->attributes.len > 0)
		put_part(&text, ATTRIBUTES, kept->attributes);
	if (kept->rejected)
		put_part(&text, APPROVAL, kept->approval);
	result = buf_check(&text, fault) != 0
	    ? -1
	    : apply_set(import, CONTACT_REVIVAL, buf_as_view(&text), fault);
	buf_release(&text);
	return result;
}

bool
archive_holds(const struct import *import, struct record record)
{
	return import->kind == &kind_contact && archive_out_of_use(record);
}

bool
archive_out_of_use(struct record contact)
{
	return record_get(contact, CONTACT_ARCHIVED_AT).len > 0 ||
	    archive_rejected(contact);
}

bool
archive_rejected(struct record record)
{
	return view_is(record_get(record, CONTACT_APPROVAL), "Rejected");
}

static int
inactive_organization(struct import *import, uint64_t *id, struct fault *fault)
{
	struct employer_given given = { .name = buf_as_view(&import->inactive_name) };

	import->others.count = 0;
	if (entity_resolve(
		import->txn, &kind_organization, given.name, &import->others, fault) != 0)
		return -1;
	if (import->others.count > 0) {
		*id = import->others.at[0];
		return 0;
	}
	return employer_make(import, &given, false, id, fault);
}

/* TW-10: the organization that is left stays on record. */
static int
keep_former(struct import *import, struct view organization, struct fault *fault)
{
	struct view former = record_form_get(&import->form, CONTACT_FORMER_ORGANIZATIONS);
	struct view rest = former, element;

	while (list_next(&rest, &element, &import->scratch))
		if (view_equal(element, organization))
			return 0;
	buf_clear(&import->text);
	buf_view(&import->text, former);
	list_add(&import->text, 0, organization);
	return buf_check(&import->text, fault) != 0
	    ? -1
	    : apply_set(import, CONTACT_FORMER_ORGANIZATIONS, buf_as_view(&import->text),
		  fault);
}

/* Whether the contact is the primary one of the organization referred to. */
static int
is_primary(struct import *import, struct view organization, uint64_t contact,
    bool *primary, struct fault *fault)
{
	struct record record;
	uint64_t id;
	int found;

	*primary = false;
	if (!reference_id(organization, &id))
		return 0;
	found = txn_record(import->txn, id, &record, fault);
	if (found == 1)
		*primary =
		    reference_id(record_get(record, ORGANIZATION_PRIMARY_CONTACT), &id) &&
		    id == contact;
	return found < 0 ? -1 : 0;
}

/* TW-7. */
static int
hide(struct import *import, struct kept *kept, struct fault *fault)
{
	if (!kept->hidden)
		kept->visibility = record_form_get(&import->form, CONTACT_VISIBILITY);
	kept->hidden = true;
	return apply_set(
	    import, CONTACT_VISIBILITY, VIEW("Myself and All Career Advisors"), fault);
}

static int
date_archiving(struct import *import, struct fault *fault)
{
	struct buf now = BUF_EMPTY;
	int result = 0;

	time_print(&now, txn_now(import->txn));
	if (record_form_get(&import->form, CONTACT_ARCHIVED_AT).len == 0)
		result = buf_check(&now, fault) != 0
		    ? -1
		    : apply_set(import, CONTACT_ARCHIVED_AT, buf_as_view(&now), fault);
	buf_release(&now);
	return result;
}

static int
move_away(struct import *import, uint64_t contact, struct kept *kept, struct fault *fault)
{
	struct buf inactive = BUF_EMPTY;
	struct view was;
	uint64_t id;
	int result = -1;

	if (inactive_organization(import, &id, fault) != 0)
		return -1;
	reference_put(&inactive, id);
	was = record_form_get(&import->form, CONTACT_ORGANIZATION);
	if (buf_check(&inactive, fault) != 0 ||
	    is_primary(import, was, contact, &kept->primary, fault) != 0)
		goto done;
	kept->moved = true;
	kept->organization = was;
	/* TW-12: Inactive itself is never a former organization. */
	if (was.len > 0 && !view_equal(was, buf_as_view(&inactive)) &&
	    keep_former(import, was, fault) != 0)
		goto done;
	result = apply_set(import, CONTACT_ORGANIZATION, buf_as_view(&inactive), fault);
done:
	buf_release(&inactive);
	return result;
}

/* What is kept of the contact in the form, in memory of its own. */
static int
read_kept(struct import *import, struct kept *kept, struct fault *fault)
{
	struct view text = record_form_get(&import->form, CONTACT_REVIVAL);
	struct view copy = arena_copy(&import->arena, text);

	if (copy.at == NULL && text.len > 0)
		return fault_memory(fault);
	kept_read_plain(copy, kept);
	return 0;
}

int
archive_inactive(struct import *import, uint64_t contact, struct fault *fault)
{
	struct kept kept;

	return read_kept(import, &kept, fault) != 0 ||
		move_away(import, contact, &kept, fault) != 0 ||
		hide(import, &kept, fault) != 0 || kept_write(import, &kept, fault) != 0
	    ? -1
	    : date_archiving(import, fault);
}

/* What of a list another one has not. */
static int
list_without(struct import *import, struct view list, struct view others, struct buf *out,
    struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct view element, rest, other;
	bool has;

	buf_clear(out);
	while (list_next(&list, &element, &import->scratch)) {
		has = false;
		rest = others;
		while (!has && list_next(&rest, &other, &scratch))
			has = view_equal(element, other);
		if (!has)
			list_add(out, 0, element);
	}
	buf_release(&scratch);
	return buf_check(out, fault);
}

int
archive_pass_ids(struct import *import, uint64_t archived, struct fault *fault)
{
	struct record_form *form = malloc(sizeof(*form));
	const struct field *field;
	struct record record;
	struct view list;
	bool changed;
	int result = -1;

	if (form == NULL)
		return fault_memory(fault);
	if (txn_record(import->txn, archived, &record, fault) != 1)
		goto done;
	record_form_from(form, record);
	for (size_t i = 0; i < import->form.extra_count; i++) {
		const struct record_extra *given = &import->form.extras[i];

		list = record_form_get(form, given->slot);
		if (import_field(import, given->slot, &field, fault) != 0)
			goto done;
		if (field != &field_ext || list.len == 0)
			continue;
		if (list_without(import, list, given->value, &import->text, fault) != 0)
			goto done;
		list = arena_copy(&import->arena, buf_as_view(&import->text));
		if (list.at == NULL && import->text.len > 0) {
			fault_memory(fault);
			goto done;
		}
		record_form_set(form, given->slot, list);
	}
	if (record_same(record, form)) {
		result = 0;
		goto done;
	}
	import->counts.also += record_rev(record) != txn_rev(import->txn);
	result = change_update(import->txn, import->kind, archived, record, form, 0,
	    CAUSE_ARCHIVE, &changed, fault);
done:
	free(form);
	return result;
}

struct view
archive_left(struct view revival)
{
	struct kept kept;

	kept_read(revival, &kept);
	return kept.organization;
}

/* The slot of an attribute in the list of those that archiving set, whose value
 * before is told behind the name. */
static int
marked_slot(struct import *import, struct view element, uint16_t *slot,
    struct view *before, struct fault *fault)
{
	const char *equals = memchr(element.at, '=', element.len);
	const struct field *field;
	struct view name =
	    equals == NULL ? element : view_until(element, (size_t)(equals - element.at));

	*before = view_from(element, name.len + 1);
	field = kind_field(&kind_contact, name);
	if (field != NULL) {
		*slot = field->slot;
		return 1;
	}
	return txn_name_slot(
	    import->txn, NAME_ATTR, view_from(name, strlen("attr.")), false, slot, fault);
}

/* Takes back the attributes that archiving set. */
static int
unmark(struct import *import, struct view attributes, struct fault *fault)
{
	struct view element, before;
	uint16_t slot;
	int found;

	while (list_next(&attributes, &element, &import->scratch)) {
		found = marked_slot(import, element, &slot, &before, fault);
		if (found < 0)
			return -1;
		if (found == 1)
			record_form_set(&import->form, slot,
			    before.len == 0 ? (struct view){ NULL, 0 } : VIEW("false"));
	}
	return 0;
}

/* An organization that is gone since cannot be given back; one that was merged into
 * another is that one. */
static int
still_there(struct import *import, struct view *organization, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	struct record record;
	uint64_t id;
	int found;

	if (!reference_id(*organization, &id))
		return 0;
	found = txn_record(import->txn, id, &record, fault);
	if (found != 0 && record_kind(record) == kind_organization.number)
		return found < 0 ? -1 : 0;
	if (found < 0)
		return -1;
	buf_printf(&text, "#%llu", (unsigned long long)id);
	import->others.count = 0;
	found = entity_resolve(
	    import->txn, &kind_organization, buf_as_view(&text), &import->others, fault);
	buf_clear(&text);
	if (found == 0 && import->others.count == 1)
		reference_put(&text, import->others.at[0]);
	if (found == 0)
		*organization = arena_copy(&import->arena, buf_as_view(&text));
	buf_release(&text);
	return found;
}

int
archive_revive(struct import *import, struct record record, struct fault *fault)
{
	static const struct view none = { NULL, 0 };
	struct revival *revival = &import->revival;
	struct record_form *form = &import->form;
	struct kept kept;

	if (read_kept(import, &kept, fault) != 0)
		return -1;
	if (archive_rejected(record))
		record_form_set(form, CONTACT_APPROVAL, kept.approval);
	if (kept.hidden)
		record_form_set(form, CONTACT_VISIBILITY, kept.visibility);
	if (unmark(import, kept.attributes, fault) != 0)
		return -1;
	revival->primary = kept.primary;
	revival->organization = record_get(record, CONTACT_ORGANIZATION);
	if (kept.moved) {
		if (still_there(import, &kept.organization, fault) != 0)
			return -1;
		revival->organization = kept.organization;
		record_form_set(form, CONTACT_ORGANIZATION, kept.organization);
	}
	record_form_set(form, CONTACT_REVIVAL, none);
	record_form_set(form, CONTACT_ARCHIVED_AT, none);
	revival->under_way = true;
	import->touched = true;
	return 0;
}

/* TW-22. */
static int
approve(struct import *import, struct record record, struct fault *fault)
{
	static const struct view none = { NULL, 0 };
	struct kept kept;

	record_form_set(&import->form, CONTACT_APPROVAL, none);
	if (!archive_rejected(record))
		return 0;
	if (read_kept(import, &kept, fault) != 0)
		return -1;
	if (!kept.moved) {
		record_form_set(&import->form, CONTACT_ARCHIVED_AT, none);
		import->revival = (struct revival){ .under_way = true,
			.primary = kept.primary,
			.organization = record_get(record, CONTACT_ORGANIZATION) };
	}
	kept.rejected = false;
	return kept_write(import, &kept, fault);
}

/* TW-19 to TW-21. */
static int
reject(struct import *import, uint64_t contact, struct fault *fault)
{
	struct record_form *form = &import->form;
	struct kept kept;

	if (read_kept(import, &kept, fault) != 0 ||
	    (!kept.moved &&
		is_primary(import, record_form_get(form, CONTACT_ORGANIZATION), contact,
		    &kept.primary, fault) != 0))
		return -1;
	kept.rejected = true;
	kept.approval =
	    arena_copy(&import->arena, record_form_get(form, CONTACT_APPROVAL));
	return kept_write(import, &kept, fault) != 0 ||
		apply_set(import, CONTACT_APPROVAL, VIEW("Rejected"), fault) != 0
	    ? -1
	    : date_archiving(import, fault);
}

/* The slot of the flag that --attribute names. */
static int
attribute_slot(struct import *import, uint16_t *slot, struct fault *fault)
{
	const char *name = import->options.attribute;
	const struct field *field = kind_field(&kind_contact, view_of(name));

	if (field == NULL)
		return txn_name_slot(import->txn, NAME_ATTR,
			   view_from(view_of(name), strlen("attr.")), true, slot,
			   fault) < 0
		    ? -1
		    : 0;
	*slot = field->slot;
	return 0;
}

/* TW-17: the flag, and the visibility with it. */
static int
mark(struct import *import, uint16_t slot, struct fault *fault)
{
	const char *name = import->options.attribute;
	struct buf marks = BUF_EMPTY;
	struct view was;
	struct kept kept;
	int result = -1;

	if (read_kept(import, &kept, fault) != 0)
		return -1;
	was = record_form_get(&import->form, slot);
	buf_view(&marks, kept.attributes);
	if (!view_is(was, "true")) {
		buf_clear(&import->text);
		buf_printf(&import->text, "%s%s", name, was.len > 0 ? "=false" : "");
		list_add(&marks, 0, buf_as_view(&import->text));
	}
	kept.attributes = buf_as_view(&marks);
	if (buf_check(&import->text, fault) == 0 && buf_check(&marks, fault) == 0 &&
	    apply_set(import, slot, VIEW("true"), fault) == 0 &&
	    hide(import, &kept, fault) == 0)
		result = kept_write(import, &kept, fault);
	buf_release(&marks);
	return result;
}

int
archive_date(struct import *import, struct fault *fault)
{
	return view_is(record_form_get(&import->form, CONTACT_APPROVAL), "Rejected")
	    ? date_archiving(import, fault)
	    : 0;
}

enum step
archive_take(
    struct import *import, uint64_t id, struct record *record, struct fault *fault)
{
	unsigned does = import->options.archives;
	uint64_t inactive;
	uint16_t slot = FIELD_NONE;
	int result = 0;

	if (archive_rejected(*record) &&
	    (does & (ARCHIVE_INACTIVE | ARCHIVE_ATTRIBUTE)) != 0)
		return import_stop(import, STEP_SKIP, "FROZEN", "#%llu is rejected",
		    (unsigned long long)id);
	/* What is made here may move the pages that the record lies on. */
	if (((does & ARCHIVE_INACTIVE) != 0 &&
		record_get(*record, CONTACT_ARCHIVED_AT).len == 0 &&
		inactive_organization(import, &inactive, fault) != 0) ||
	    ((does & ARCHIVE_ATTRIBUTE) != 0 &&
		attribute_slot(import, &slot, fault) != 0) ||
	    ((does & (ARCHIVE_INACTIVE | ARCHIVE_ATTRIBUTE)) != 0 &&
		import_record(import, id, record, fault) != 0))
		return STEP_FAULT;
	record_form_from(&import->form, *record);
	import->touched = import->makes_employer = false;
	if ((does & ARCHIVE_INACTIVE) != 0 &&
	    record_get(*record, CONTACT_ARCHIVED_AT).len == 0)
		result = archive_inactive(import, id, fault);
	if (result == 0 && (does & ARCHIVE_ATTRIBUTE) != 0)
		result = mark(import, slot, fault);
	if (result == 0 && (does & ARCHIVE_REJECT) != 0 && !archive_rejected(*record))
		result = reject(import, id, fault);
	if (result == 0 && (does & ARCHIVE_APPROVE) != 0)
		result = approve(import, *record, fault);
	if (result == 0 && (does & ARCHIVE_REVIVE) != 0 &&
	    (record_get(*record, CONTACT_REVIVAL).len > 0 ||
		archive_holds(import, *record)))
		result = archive_revive(import, *record, fault) != 0
		    ? -1
		    : archive_back(import, fault);
	return result != 0 ? STEP_FAULT : STEP_GO;
}

int
archive_claim(
    struct import *import, const struct draft *draft, bool *claims, struct fault *fault)
{
	struct buf marks = BUF_EMPTY;
	struct view rest, element, before;
	const struct cell *cell;
	struct kept kept;
	uint16_t slot;
	int found = 0;

	*claims = false;
	/* What this store has printed says nothing new. */
	if (record_form_get(&import->form, CONTACT_REVIVAL).len == 0 || draft->has_rev)
		return 0;
	if (read_kept(import, &kept, fault) != 0)
		return -1;
	rest = kept.attributes;
	while (found >= 0 && list_next(&rest, &element, &import->scratch)) {
		found = marked_slot(import, element, &slot, &before, fault);
		cell = found == 1 ? draft_cell(draft, slot) : NULL;
		if (cell == NULL || !view_is(cell->value, "true"))
			list_add(&marks, 0, element);
	}
	if (found >= 0 && buf_check(&marks, fault) != 0)
		found = -1;
	if (found >= 0 && marks.len < kept.attributes.len) {
		*claims = true;
		kept.attributes = buf_as_view(&marks);
		found = kept_write(import, &kept, fault);
	}
	buf_release(&marks);
	return found < 0 ? -1 : 0;
}

int
archive_back(struct import *import, struct fault *fault)
{
	struct view rest = record_form_get(&import->form, CONTACT_FORMER_ORGANIZATIONS),
		    element;
	struct view back = import->revival.organization;
	struct buf former = BUF_EMPTY;
	int result = -1;

	if (back.len == 0 || import->makes_employer ||
	    !view_equal(back, record_form_get(&import->form, CONTACT_ORGANIZATION)))
		return 0;
	while (list_next(&rest, &element, &import->scratch))
		if (!view_equal(element, back))
			list_add(&former, 0, element);
	if (buf_check(&former, fault) == 0)
		result = apply_set(
		    import, CONTACT_FORMER_ORGANIZATIONS, buf_as_view(&former), fault);
	buf_release(&former);
	return result;
}

/* TW-11, TW-13. */
static int
move_back(struct import *import, struct kept *kept, struct fault *fault)
{
	kept->moved = false;
	apply_set_kept(import, CONTACT_ARCHIVED_AT, (struct view){ NULL, 0 });
	import->revival.organization =
	    record_form_get(&import->form, CONTACT_ORGANIZATION);
	return archive_back(import, fault);
}

int
archive_edited(struct import *import, const struct draft *draft, uint64_t id,
    struct record old, struct fault *fault)
{
	struct record_form *form = &import->form;
	bool moves = import->makes_employer ||
	    !view_equal(record_form_get(form, CONTACT_ORGANIZATION),
		record_get(old, CONTACT_ORGANIZATION));
	bool rejects = !archive_rejected(old) &&
	    view_is(record_form_get(form, CONTACT_APPROVAL), "Rejected");
	struct kept kept;

	if (read_kept(import, &kept, fault) != 0 ||
	    (kept.moved && moves && move_back(import, &kept, fault) != 0))
		return -1;
	if (draft_cell(draft, CONTACT_VISIBILITY) != NULL)
		kept.hidden = false;
	if (record_form_get(form, CONTACT_REVIVAL).len > 0 &&
	    kept_write(import, &kept, fault) != 0)
		return -1;
	if (!rejects)
		return 0;
	record_form_set(form, CONTACT_APPROVAL, record_get(old, CONTACT_APPROVAL));
	return reject(import, id, fault);
}
