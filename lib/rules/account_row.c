/* SPDX-License-Identifier: ISC */
/*
 * What rows of users, employees, notes and the like must say before they are
 * written. A contact has one user and one employee at most (CS-25, CS-35); the
 * index is asked, since whoever is linked says so himself.
 */
#include "model/account.h"
#include "model/rights.h"
#include "rules/archive.h"

static struct view
given(const struct import *import, uint16_t slot)
{
	return record_form_get(&import->form, slot);
}

/* What a record of a kind cannot do without, beside its keys. */
static const struct {
	const struct kind *kind;
	uint16_t slot;
} needed[] = {
	{ &kind_note, NOTE_CONTACT },
	{ &kind_note, NOTE_TEXT },
	{ &kind_user, USER_LOGIN },
	{ &kind_role, ROLE_NAME },
	{ &kind_workspace, WORKSPACE_NAME },
	{ &kind_query, QUERY_NAME },
	{ &kind_query, QUERY_TEXT },
};

static enum step
check_needed(struct import *import)
{
	const char *name;
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (needed[i].kind != import->kind ||
		    given(import, needed[i].slot).len > 0)
			continue;
		name = kind_slot(import->kind, needed[i].slot)->name;
		return import_stop(import, STEP_ERROR, "REQUIRED", "%s: a %s needs one",
		    name, import->kind->name);
	}
	return STEP_GO;
}

/* A login, or the name of a role, is that of one record. */
static enum step
check_unique(struct import *import, uint16_t slot, const char *code, uint64_t id,
    struct fault *fault)
{
	const struct field *field = kind_slot(import->kind, slot);
	struct view value = given(import, slot);
	size_t i;

	import->others.count = 0;
	if (entity_find_key(import->txn, import->kind, slot, field, value,
		&import->others, fault) != 0)
		return STEP_FAULT;
	for (i = 0; i < import->others.count; i++)
		if (import->others.at[i] != id)
			return import_stop(import, STEP_ERROR, code,
			    "%s: \"%.*s\" is that of #%llu", field->name,
			    (int)(value.len < 80 ? value.len : 80), value.at,
			    (unsigned long long)import->others.at[i]);
	return STEP_GO;
}

/* The record of this kind, other than id, that is linked to the contact. */
static enum step
check_link(struct import *import, uint16_t slot, const char *code, uint64_t id,
    struct fault *fault)
{
	struct view link = given(import, slot);
	uint64_t contact, other;

	if (!reference_id(link, &contact))
		return STEP_GO;
	if (account_linked(import->txn, import->kind, slot, contact, id, &other, fault) !=
	    0)
		return STEP_FAULT;
	return other == 0
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, code,
		  "contact: #%llu is linked to %s #%llu", (unsigned long long)contact,
		  import->kind->name, (unsigned long long)other);
}

/* HS-23: who looks after contacts or organizations stays a member. */
static enum step
check_member(struct import *import, uint64_t id, struct fault *fault)
{
	static const struct {
		const struct kind *kind;
		uint16_t slot;
	} kept[] = { { &kind_contact, CONTACT_ASSIGNED_TO },
		{ &kind_organization, ORGANIZATION_ASSIGNED_TO } };
	struct record record;
	size_t i;

	if (id == 0 || !view_is(given(import, USER_TYPE), "External"))
		return STEP_GO;
	if (import_record(import, id, &record, fault) != 0)
		return STEP_FAULT;
	if (view_is(record_get(record, USER_TYPE), "External"))
		return STEP_GO;
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (entity_find_referring(import->txn, kept[i].kind, kept[i].slot, id,
			&import->others, fault) != 0)
			return STEP_FAULT;
		if (import->others.count > 0)
			return import_stop(import, STEP_ERROR, "NOT_A_MEMBER",
			    "user_type: #%llu looks after %zu %s%s, such as #%llu",
			    (unsigned long long)id, import->others.count,
			    kept[i].kind->name, import->others.count == 1 ? "" : "s",
			    (unsigned long long)import->others.at[0]);
	}
	return STEP_GO;
}

/* CS-36: a contact is somebody outside. */
static enum step
check_user(struct import *import, uint64_t id, struct fault *fault)
{
	enum step step = check_unique(import, USER_LOGIN, "LOGIN_IN_USE", id, fault);

	if (step == STEP_GO && given(import, USER_CONTACT).len > 0 &&
	    !view_is(given(import, USER_TYPE), "External"))
		step = import_stop(import, STEP_ERROR, "NOT_EXTERNAL",
		    "contact: only a user with user_type External can be linked");
	if (step == STEP_GO)
		step = check_member(import, id, fault);
	return step == STEP_GO
	    ? check_link(import, USER_CONTACT, "ALREADY_USER", id, fault)
	    : step;
}

/* CS-9: two levels on one entity leave open which is meant. */
static enum step
check_role(struct import *import, uint64_t id, struct fault *fault)
{
	struct rights rights;
	const char *entity;

	if (!rights_read(&rights, given(import, ROLE_RIGHTS), &entity))
		return import_stop(import, STEP_ERROR, "BAD_VALUE",
		    "rights: %s has two levels", entity == NULL ? "something" : entity);
	return check_unique(import, ROLE_NAME, "NAME_IN_USE", id, fault);
}

/* TW-21: nothing new is said of somebody who is rejected. */
static enum step
check_frozen(struct import *import, uint64_t id, struct fault *fault)
{
	static const struct {
		const struct kind *kind;
		uint16_t slot;
	} links[] = { { &kind_note, NOTE_CONTACT },
		{ &kind_participation, PARTICIPATION_CONTACT },
		{ &kind_employee, EMPLOYEE_CONTACT }, { &kind_user, USER_CONTACT } };
	struct view was = { NULL, 0 };
	struct record record;
	uint64_t contact;
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].kind == import->kind)
			break;
	if (i == sizeof(links) / sizeof(links[0]) ||
	    !reference_id(given(import, links[i].slot), &contact))
		return STEP_GO;
	if (id != 0) {
		if (import_record(import, id, &record, fault) != 0)
			return STEP_FAULT;
		was = record_get(record, links[i].slot);
	}
	if (view_equal(was, given(import, links[i].slot)))
		return STEP_GO;
	if (import_record(import, contact, &record, fault) != 0)
		return STEP_FAULT;
	return archive_rejected(record)
	    ? import_stop(import, STEP_SKIP, "FROZEN", "contact: #%llu is rejected",
		  (unsigned long long)contact)
	    : STEP_GO;
}

/* An address is let in again by deleting its suppression, not by giving that to
 * another one. */
static enum step
check_address(struct import *import, uint64_t id, struct fault *fault)
{
	struct record record;

	if (import_record(import, id, &record, fault) != 0)
		return STEP_FAULT;
	return view_equal(record_get(record, SUPPRESSION_ADDRESS),
		   given(import, SUPPRESSION_ADDRESS))
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, "READ_ONLY",
		  "address: is that of the suppression for good; add another one");
}

enum step
account_row(struct import *import, uint64_t id, struct fault *fault)
{
	enum step step = check_needed(import);

	if (step == STEP_GO)
		step = check_frozen(import, id, fault);
	if (step != STEP_GO)
		return step;
	if (import->kind == &kind_suppression && id != 0)
		return check_address(import, id, fault);
	if (import->kind == &kind_user)
		return check_user(import, id, fault);
	if (import->kind == &kind_role)
		return check_role(import, id, fault);
	if (import->kind == &kind_workspace)
		return check_unique(import, WORKSPACE_NAME, "NAME_IN_USE", id, fault);
	return import->kind == &kind_employee
	    ? check_link(import, EMPLOYEE_CONTACT, "ALREADY_LINKED", id, fault)
	    : STEP_GO;
}
