/* SPDX-License-Identifier: ISC */
/*
 * What the record that is kept becomes. Its values win and its blanks are filled,
 * field by field as the kind's table has them; what belongs together, such as a
 * name or a street and its city, is filled only where the two agree on the rest.
 * Lists are united. Consent is the stricter of the two.
 */
#include "rules/merge.h"

#include "base/fold.h"
#include "model/mailable.h"
#include "model/vocabulary.h"
#include "rules/archive.h"

static struct view
form_get(const struct import *import, uint16_t slot)
{
	return record_form_get(&import->form, slot);
}

/* Fills the blanks among slots that belong together. */
static int
fill_together(struct import *import, struct record merged, const uint16_t *slots,
    size_t count, bool *filled, struct fault *fault)
{
	struct view had, gives;
	size_t i;

	*filled = false;
	for (i = 0; i < count; i++) {
		had = form_get(import, slots[i]);
		gives = record_get(merged, slots[i]);
		if (had.len > 0 && gives.len > 0 && !fold_search_equal(had, gives))
			return 0;
	}
	for (i = 0; i < count; i++) {
		gives = record_get(merged, slots[i]);
		if (form_get(import, slots[i]).len > 0 || gives.len == 0)
			continue;
		*filled = true;
		if (apply_set(import, slots[i], gives, fault) != 0)
			return -1;
	}
	return 0;
}

/* The full name as it was given goes with its parts. */
static int
fill_name(struct import *import, struct record merged, struct fault *fault)
{
	static const uint16_t parts[] = { CONTACT_FIRST_NAME, CONTACT_MIDDLE_NAME,
		CONTACT_LAST_NAME, CONTACT_SUFFIX };
	bool filled, had = false;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		had |= form_get(import, parts[i]).len > 0;
	if (fill_together(import, merged, parts, sizeof(parts) / sizeof(parts[0]),
		&filled, fault) != 0)
		return -1;
	return !filled
	    ? 0
	    : apply_set(import, CONTACT_NAME,
		  had ? view_make(NULL, 0) : record_get(merged, CONTACT_NAME), fault);
}

static int
fill_address(struct import *import, struct record merged, struct fault *fault)
{
	static const uint16_t person[] = { CONTACT_STREET, CONTACT_CITY, CONTACT_STATE,
		CONTACT_POSTAL_CODE, CONTACT_COUNTRY };
	static const uint16_t company[] = { ORGANIZATION_STREET, ORGANIZATION_CITY,
		ORGANIZATION_STATE, ORGANIZATION_POSTAL_CODE, ORGANIZATION_COUNTRY };
	bool filled;

	return fill_together(import, merged,
	    import->kind == &kind_contact ? person : company,
	    sizeof(person) / sizeof(person[0]), &filled, fault);
}

static int
fill_phone(struct import *import, struct record merged, struct fault *fault)
{
	static const uint16_t slots[] = { CONTACT_PHONE, CONTACT_PHONE_EXT };
	bool filled;

	return fill_together(import, merged, slots, 2, &filled, fault);
}

static bool
same_address(struct import *import, struct view a, struct view b)
{
	struct buf *x = &import->scratch, *y = &import->key_text;

	buf_clear(x);
	buf_clear(y);
	if (!email_key(x, a))
		fold_identity(x, a);
	if (!email_key(y, b))
		fold_identity(y, b);
	return view_equal(buf_as_view(x), buf_as_view(y));
}

static void
add_address(struct import *import, struct buf *list, struct view own, struct view address)
{
	struct view rest = buf_as_view(list), element;
	struct buf scratch = BUF_EMPTY;
	bool known = address.len == 0 || same_address(import, own, address);

	while (!known && list_next(&rest, &element, &scratch))
		known = same_address(import, element, address);
	if (!known)
		list_add(list, 0, address);
	buf_release(&scratch);
}

static void
add_addresses(struct import *import, struct buf *list, struct view own, struct view more)
{
	struct buf scratch = BUF_EMPTY;
	struct view element;

	while (list_next(&more, &element, &scratch))
		add_address(import, list, own, element);
	buf_release(&scratch);
}

/* A status of mail is that of an address; but whoever complained, did. */
static int
fill_email_status(
    struct import *import, struct record merged, bool same, struct fault *fault)
{
	struct view had = form_get(import, CONTACT_EMAIL_STATUS);
	struct view gives = record_get(merged, CONTACT_EMAIL_STATUS);
	bool stricter = !mailable_bad(had);

	return view_is(gives, "Complained") || (same && stricter && gives.len > 0)
	    ? apply_set(import, CONTACT_EMAIL_STATUS, gives, fault)
	    : 0;
}

static int
fill_emails(struct import *import, struct record merged, struct fault *fault)
{
	struct view own = form_get(import, CONTACT_EMAIL);
	struct view had = form_get(import, CONTACT_OTHER_EMAILS);
	struct view theirs = record_get(merged, CONTACT_EMAIL);
	struct buf list = BUF_EMPTY;
	bool same = own.len == 0 || same_address(import, own, theirs);
	int result = 0;

	if (own.len == 0) {
		result = apply_set(import, CONTACT_EMAIL, theirs, fault);
		own = form_get(import, CONTACT_EMAIL);
	}
	if (result == 0)
		result = fill_email_status(import, merged, same, fault);
	/* KEEP's own are there once each, but for the one that became its address. */
	if (same)
		add_addresses(import, &list, own, had);
	else
		buf_view(&list, had);
	add_address(import, &list, own, theirs);
	add_addresses(import, &list, own, record_get(merged, CONTACT_OTHER_EMAILS));
	if (result == 0)
		result = buf_check(&list, fault) != 0
		    ? -1
		    : apply_set(import, CONTACT_OTHER_EMAILS, buf_as_view(&list), fault);
	buf_release(&list);
	return result;
}

static bool
is_inactive(struct record contact)
{
	return record_get(contact, CONTACT_ARCHIVED_AT).len > 0;
}

/* The organization fills a blank. One that gives way stays on record as a former
 * one, and who has come back to one is no former contact of it (TW-13). */
static int
fill_organization(struct import *import, struct record merged, struct fault *fault)
{
	struct view own = form_get(import, CONTACT_ORGANIZATION);
	struct view theirs = record_get(merged, CONTACT_ORGANIZATION);
	struct view lists[] = { form_get(import, CONTACT_FORMER_ORGANIZATIONS),
		record_get(merged, CONTACT_FORMER_ORGANIZATIONS), { NULL, 0 } };
	struct buf former = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view element, rest, one;
	size_t i;
	bool known;
	int result = 0;

	/* TW-12: Inactive is no former organization, nor where somebody works. */
	if (is_inactive(merged))
		theirs = view_make(NULL, 0);
	if (own.len == 0 && theirs.len > 0) {
		result = apply_set(import, CONTACT_ORGANIZATION, theirs, fault);
		own = theirs;
	}
	/* As a list of one; a text may have what parts a list. */
	if (theirs.len > 0) {
		list_add(&scratch, 0, theirs);
		lists[2] = arena_copy(&import->arena, buf_as_view(&scratch));
	}
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		while (list_next(&lists[i], &element, &scratch)) {
			known = view_equal(element, own);
			rest = buf_as_view(&former);
			while (!known && list_next(&rest, &one, &import->scratch))
				known = view_equal(one, element);
			if (!known)
				list_add(&former, 0, element);
		}
	if (result == 0)
		result = buf_check(&former, fault) != 0 || buf_check(&scratch, fault) != 0
		    ? -1
		    : apply_set(import, CONTACT_FORMER_ORGANIZATIONS,
			  buf_as_view(&former), fault);
	buf_release(&former);
	buf_release(&scratch);
	return result;
}

/* CS-15: a merged organization answers to its names. */
static int
fill_names(struct import *import, struct record merged, struct fault *fault)
{
	const struct field *field =
	    kind_slot(&kind_organization, ORGANIZATION_FORMER_NAMES);
	struct view own = form_get(import, ORGANIZATION_NAME);
	struct view theirs = record_get(merged, ORGANIZATION_NAME);
	struct buf names = BUF_EMPTY;
	int result;

	if (!view_equal(own, theirs))
		list_add(&names, 0, theirs);
	if (names.len > 0)
		buf_char(&names, ';');
	buf_view(&names, record_get(merged, ORGANIZATION_FORMER_NAMES));
	if (names.len > 0 && names.at[names.len - 1] == ';')
		names.len--;
	result = buf_check(&names, fault) != 0
	    ? -1
	    : apply_add(import, field, ORGANIZATION_FORMER_NAMES,
		  form_get(import, ORGANIZATION_FORMER_NAMES), buf_as_view(&names),
		  fault);
	buf_release(&names);
	return result;
}

/* Fields that are filled as a group, or that stay as they are: a contact that
 * says nothing of approval and visibility has the usual, which is a value. */
static bool
is_apart(const struct import *import, const struct field *field)
{
	if (field->slot >= RECORD_FIXED)
		return true;
	if (import->kind == &kind_organization)
		return field->slot == ORGANIZATION_NAME ||
		    field->slot == ORGANIZATION_FORMER_NAMES ||
		    (field->slot >= ORGANIZATION_STREET &&
			field->slot <= ORGANIZATION_COUNTRY);
	return (field->slot >= CONTACT_FIRST_NAME && field->slot <= CONTACT_PHONE_EXT) ||
	    field->slot == CONTACT_ORGANIZATION ||
	    field->slot == CONTACT_FORMER_ORGANIZATIONS ||
	    (field->slot >= CONTACT_STREET && field->slot <= CONTACT_COUNTRY) ||
	    field->slot == CONTACT_CLIENT_STATUS ||
	    field->slot == CONTACT_CANDIDATE_STATUS || field->slot == CONTACT_APPROVAL ||
	    field->slot == CONTACT_VISIBILITY || field->slot == CONTACT_EMAIL_STATUS ||
	    field->slot == CONTACT_ARCHIVED_AT;
}

static int
fill_field(struct import *import, const struct field *field, struct record merged,
    struct fault *fault)
{
	struct view had = form_get(import, field->slot);
	struct view gives = record_get(merged, field->slot);

	if (gives.len == 0)
		return 0;
	if ((field->flags & FIELD_LIST) != 0)
		return apply_add(import, field, field->slot, had, gives, fault);
	if (had.len > 0 &&
	    ((field->flags & FIELD_CONSENT) == 0 || !view_is(gives, "true")))
		return 0;
	return apply_set(import, field->slot, gives, fault);
}

/* An attribute that keeps its bearer out of mail is consent, too (TW-14). */
static int
fill_attribute(struct import *import, uint16_t slot, struct view name, struct view gives,
    struct fault *fault)
{
	const struct vocabulary *vocabulary;
	struct view had = form_get(import, slot);
	struct attribute_rule rule;

	if (vocabulary_of(&vocabulary, import->txn, fault) != 0)
		return -1;
	if (had.len > 0 &&
	    !(view_is(had, "false") && vocabulary_attribute(vocabulary, name, &rule) &&
		rule.no_mail))
		return 0;
	return apply_set(import, slot, gives, fault);
}

/* External ids go behind those that are there; attributes fill blanks. */
static int
fill_extras(struct import *import, struct record merged, struct fault *fault)
{
	uint32_t position = RECORD_FIXED;
	struct view name, gives;
	enum name_class class;
	uint16_t slot;
	int found;

	while (record_next(merged, &position, &slot, &gives)) {
		found = txn_slot_name(import->txn, slot, &class, &name, NULL, fault);
		if (found < 0)
			return -1;
		if ((class == NAME_EXT
			    ? apply_add(import, &field_ext, slot, form_get(import, slot),
				  gives, fault)
			    : fill_attribute(import, slot, name, gives, fault)) != 0)
			return -1;
	}
	return 0;
}

static int
fill_kind(
    struct import *import, uint64_t other, struct record merged, struct fault *fault)
{
	if (fill_address(import, merged, fault) != 0)
		return -1;
	if (import->kind == &kind_organization)
		return fill_names(import, merged, fault);
	return fill_name(import, merged, fault) != 0 ||
		fill_phone(import, merged, fault) != 0 ||
		fill_emails(import, merged, fault) != 0 ||
		fill_organization(import, merged, fault) != 0
	    ? -1
	    : merge_statuses(import, other, merged, fault);
}

/* TW-42: a flag that archiving had set here and that the other has, too, is not
 * taken back when this one is revived. */
static int
claim_flags(struct import *import, struct record merged, struct fault *fault)
{
	struct draft draft = { .line = 0 };
	uint32_t position = 0;
	struct view value;
	uint16_t slot;
	bool claims;

	if (import->kind != &kind_contact || form_get(import, CONTACT_REVIVAL).len == 0)
		return 0;
	draft.cells = arena_take(
	    &import->arena, (RECORD_FIXED + RECORD_EXTRAS) * sizeof(*draft.cells));
	if (draft.cells == NULL)
		return fault_memory(fault);
	while (record_next(merged, &position, &slot, &value))
		if (view_is(value, "true"))
			draft.cells[draft.count++] =
			    (struct cell){ .slot = slot, .value = value };
	return archive_claim(import, &draft, &claims, fault);
}

enum step
merge_fill(struct import *import, uint64_t keep, struct record kept, uint64_t other,
    struct record merged, struct fault *fault)
{
	const struct field *field;
	size_t i;

	record_form_from(&import->form, kept);
	import->makes_employer = false;
	if (fill_kind(import, other, merged, fault) != 0)
		return STEP_FAULT;
	for (i = 0; i < import->kind->count; i++) {
		field = import->kind->fields + i;
		if (!is_apart(import, field) &&
		    fill_field(import, field, merged, fault) != 0)
			return STEP_FAULT;
	}
	if (fill_extras(import, merged, fault) != 0 ||
	    merge_ids(import, keep, other, merged, fault) != 0 ||
	    claim_flags(import, merged, fault) != 0)
		return STEP_FAULT;
	return apply_limits(import, false, fault);
}
