/* SPDX-License-Identifier: ISC */
/*
 * What a row says of an organization, and what follows from it for a contact. The
 * organization is looked up last, since it may have to be made, and that is a
 * write: it waits until nothing else can be wrong with the row.
 */
#include "base/fold.h"
#include "rules/archive.h"
#include "rules/kept.h"

/* Whether the row says who the contact is assigned to, or that nobody is (CS-41). A
 * blank that this store has printed says nothing new. */
static bool
assigns(const struct import *import, const struct draft *draft, bool is_new)
{
	const struct cell *cell = draft_cell(draft, CONTACT_ASSIGNED_TO);

	return cell != NULL &&
	    (cell->value.len > 0 || (cell->flags & CELL_CLEAR) != 0 ||
		(import->options.blank_clears && !is_new && !draft->has_rev));
}

/* CS-38, CS-42: the organization's assignee, unless the row gives one. */
static int
inherit_assignee(struct import *import, const struct draft *draft, uint64_t organization,
    bool is_new, struct fault *fault)
{
	struct view assignee;

	if (import->kind != &kind_contact || import->options.no_sync ||
	    assigns(import, draft, is_new) ||
	    (import->options.mode == IMPORT_FILL && !is_new))
		return 0;
	if (employer_assignee(import, organization, &assignee, fault) != 0)
		return -1;
	if (assignee.len > 0)
		apply_set_kept(import, CONTACT_ASSIGNED_TO, assignee);
	return 0;
}

/* Puts the reference to an organization and what follows from it. */
static int
join(struct import *import, const struct draft *draft, uint64_t id, bool is_new,
    struct fault *fault)
{
	uint16_t slot = import->employer_slot;
	struct view stored = record_form_get(&import->form, slot);

	buf_clear(&import->text);
	reference_put(&import->text, id);
	if (buf_check(&import->text, fault) != 0)
		return -1;
	if (view_equal(buf_as_view(&import->text), stored))
		return 0;
	return apply_set(import, slot, buf_as_view(&import->text), fault) != 0
	    ? -1
	    : inherit_assignee(import, draft, id, is_new, fault);
}

/* The organization stays; a row that means neither it nor the one that the
 * contact was taken from says so. */
static enum step
leave_organization(struct import *import, const struct draft *draft,
    const struct cell *cell, struct fault *fault)
{
	struct view left =
	    kept_organization(record_form_get(&import->form, CONTACT_REVIVAL));
	struct employer_given given;
	uint64_t id, stays;
	enum step step;

	if (cell->value.len == 0)
		return STEP_GO;
	employer_of_draft(import, draft, &given);
	given.kept =
	    view_equal(record_form_get(&import->form, CONTACT_ORGANIZATION), cell->value);
	step = (enum step)employer_find(import, &given, &id, fault);
	if (step != STEP_GO || given.kept ||
	    (reference_id(record_form_get(&import->form, CONTACT_ORGANIZATION), &stays) &&
		stays == id) ||
	    (reference_id(left, &stays) && stays == id))
		return step;
	apply_keep(import, kind_slot(import->kind, cell->slot));
	return STEP_GO;
}

/* CS-43: the organization that the domain of a mail's address stands for, where
 * the contact has none. */
static enum step
apply_domain(
    struct import *import, const struct draft *draft, bool is_new, struct fault *fault)
{
	struct employer_given given;
	uint64_t id = 0;
	enum step step;

	if (draft->domain.len == 0 ||
	    record_form_get(&import->form, CONTACT_ORGANIZATION).len > 0 ||
	    record_form_get(&import->form, CONTACT_ARCHIVED_AT).len > 0)
		return STEP_GO;
	employer_of_draft(import, draft, &given);
	step = (enum step)employer_find(import, &given, &id, fault);
	if (step != STEP_GO)
		return step;
	if (id != 0)
		return join(import, draft, id, is_new, fault) != 0 ? STEP_FAULT : STEP_GO;
	/* Which of them is for a person to say. */
	if (import->others.count > 1) {
		import->shared[0] = import->others.at[0];
		import->shared[1] = import->others.at[1];
		return STEP_GO;
	}
	import->makes_employer = true;
	return STEP_GO;
}

/* TW-9: who is moved into Inactive by name is made inactive as by any other way. */
static bool
means_inactive(
    const struct import *import, const struct employer_given *given, uint64_t id)
{
	return import->kind == &kind_contact &&
	    record_form_get(&import->form, CONTACT_ARCHIVED_AT).len == 0 &&
	    (id != 0 ? import->employers.last != NULL &&
			import->employers.last->id == id &&
			import->employers.last->inactive
		     : given->name.len > 0 &&
			fold_search_equal(
			    given->name, buf_as_view(&import->inactive_name)));
}

enum step
apply_organization(
    struct import *import, struct draft *draft, bool is_new, struct fault *fault)
{
	uint16_t slot = import->employer_slot;
	const struct cell *cell = draft_cell(draft, slot);
	struct view stored = record_form_get(&import->form, slot);
	struct employer_given given;
	uint64_t id = 0;
	enum step step;
	bool clear;

	if (cell == NULL)
		return apply_domain(import, draft, is_new, fault);
	/* TW-43: a row never moves a contact out of Inactive. */
	if (import->kind == &kind_contact &&
	    record_form_get(&import->form, CONTACT_ARCHIVED_AT).len > 0 &&
	    (draft->archived || import->options.archived == ARCHIVED_UPDATE))
		return leave_organization(import, draft, cell, fault);
	clear = (cell->flags & CELL_CLEAR) != 0 ||
	    ((cell->flags & CELL_BLANK) != 0 && import->options.blank_clears);
	if ((cell->flags & CELL_BLANK) != 0 && !clear)
		return STEP_GO;
	if (import->options.mode == IMPORT_FILL && stored.len > 0)
		return STEP_GO;
	if (clear) {
		if (stored.len > 0)
			apply_set_kept(import, slot, (struct view){ NULL, 0 });
		return STEP_GO;
	}
	employer_of_draft(import, draft, &given);
	/* Text whose record has not come, or is gone, waits until one comes; a
	 * row that says the same makes none (A3). */
	given.kept = view_equal(stored, cell->value);
	step = (enum step)employer_find(import, &given, &id, fault);
	if (step != STEP_GO)
		return step;
	if (means_inactive(import, &given, id)) {
		draft->archived = true;
		return STEP_GO;
	}
	if (id != 0)
		return join(import, draft, id, is_new, fault) != 0 ? STEP_FAULT : STEP_GO;
	if (given.kept)
		return STEP_GO;
	/* An id whose record has not come stays text until it does, but a person who
	 * edits is told. */
	if (given.name.len == 0 && import->options.edits)
		return import_stop(import, STEP_ERROR, "UNKNOWN_ORGANIZATION",
		    "organization: there is no \"%.*s\"",
		    (int)(cell->value.len < 80 ? cell->value.len : 80), cell->value.at);
	if (given.name.len == 0) {
		apply_set_kept(import, slot, cell->value);
		return !given.typed && employer_know_system(import, &given, fault) != 0
		    ? STEP_FAULT
		    : STEP_GO;
	}
	import->makes_employer = true;
	return STEP_GO;
}

int
apply_employer(
    struct import *import, const struct draft *draft, bool is_new, struct fault *fault)
{
	struct employer_given given;
	uint64_t id;
	/* Who is created inactive does not stay there as its primary contact. */
	bool primary = import->kind == &kind_contact && is_new && !draft->archived;

	employer_of_draft(import, draft, &given);
	if (employer_make(import, &given, primary, &id, fault) != 0)
		return -1;
	return join(import, draft, id, is_new, fault);
}
