/* SPDX-License-Identifier: ISC */
/*
 * The scenario that the message told of decides, with the organization that the contact
 * has by now. What was not told of is never done by itself: where a company that was to
 * be new is there after all, or the contact has changed to another one, joining is a
 * request. All that may be wrong with the row is found before a record is changed that
 * was there before; what it makes is taken back with it.
 */
#include "rules/join.h"

#include <stdio.h>

#include "base/fold.h"
#include "model/domain.h"
#include "rules/attach.h"
#include "rules/beside.h"
#include "rules/scenario.h"

/* Whether there is such an organization, of people who are in use: 1, 0, -1. */
static int
is_company(struct import *import, uint64_t id, bool *inactive, struct fault *fault)
{
	struct record organization;
	int found = id == 0 ? 0 : txn_record(import->txn, id, &organization, fault);

	if (found == 1 && record_kind(organization) != kind_organization.number)
		found = 0;
	*inactive = found == 1 && employer_is_inactive(import, organization);
	return *inactive ? 0 : found;
}

/* Whether the text that a contact has of its organization is what that is called: 1, 0,
 * -1. It may be an id, of this store or of a system that it knows. */
static int
is_name(struct import *import, struct view text, struct fault *fault)
{
	char form[SALESFORCE_ID];
	struct view value;
	uint64_t id;
	uint16_t slot;
	int external;

	if (text.len == 0 || (text.at[0] == '#' && entity_read_id(text, &id)))
		return 0;
	external = entity_read_external(import->txn, text, &slot, &value, form, fault);
	return external < 0 ? -1 : external == 0;
}

/* The organization of the contact, 0 for none; what is said of it in words is copied.
 * Who is inactive by now joins the one that he was invited to, and stays archived. */
static int
find_employer(struct import *import, struct joining *joining, struct view *text,
    bool *inactive, struct fault *fault)
{
	struct record contact;
	struct view stored;
	bool ignored;
	int found;

	*inactive = false;
	if (import_record(import, joining->contact, &contact, fault) != 0)
		return -1;
	stored = record_get(contact, CONTACT_ORGANIZATION);
	*text = VIEW("");
	if (!reference_id(stored, &joining->organization)) {
		joining->organization = 0;
		found = is_name(import, stored, fault);
		if (found == 1)
			*text = arena_copy(&import->arena, stored);
		return found < 0 ? -1 : 0;
	}
	found = is_company(import, joining->organization, inactive, fault);
	if (*inactive) {
		joining->organization = joining->invited_to;
		found = is_company(import, joining->invited_to, &ignored, fault);
	}
	if (found == 0)
		joining->organization = 0;
	return found < 0 ? -1 : 0;
}

/* TW-9: whoever is with the organization of the inactive is out of use, so nobody
 * joins it, by whichever of its names. */
static enum step
check_inactive(
    struct import *import, struct view name, const struct ids *ids, struct fault *fault)
{
	bool inactive = fold_search_equal(name, buf_as_view(&import->inactive_name));

	for (size_t i = 0; !inactive && i < ids->count; i++)
		if (is_company(import, ids->at[i], &inactive, fault) < 0)
			return STEP_FAULT;
	return !inactive
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, "BAD_VALUE",
		  "organization: \"%.*s\" is that of contacts who are out of use "
		  "(setting inactive_organization), nobody joins it",
		  (int)view_until(name, 80).len, name.at);
}

/* Whatever comes of the row, it must not name that. */
static enum step
check_named(struct import *import, const struct joining *joining, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	enum step step = STEP_GO;

	if (joining->named.len > 0)
		step = entity_resolve(import->txn, &kind_organization, joining->named,
			   &ids, fault) != 0
		    ? STEP_FAULT
		    : check_inactive(import, joining->named, &ids, fault);
	ids_release(&ids);
	return step;
}

/* What the company of a new_company is called, and who is called so already: what the
 * row says, else what the contact does, else whose domain it is. A domain where anybody
 * has an address is nobody's name. */
static enum step
find_named(struct import *import, struct joining *joining, struct scenarios *scenarios,
    struct view text, struct view *name, struct ids *ids, struct fault *fault)
{
	struct view domain = buf_as_view(&scenarios->domain);
	enum step step;

	*name = joining->named.len > 0 ? joining->named : text;
	if (name->len > 0) {
		if (entity_resolve(import->txn, &kind_organization, *name, ids, fault) !=
		    0)
			return STEP_FAULT;
	} else if (domain.len == 0 ||
	    domain_is_generic(domain, buf_as_view(&scenarios->generic))) {
		return import_stop(import, STEP_ERROR, "REQUIRED",
		    "organization: the contact has none, and its address does not tell");
	} else {
		*name = domain;
		if (scenario_bearers(scenarios, import->txn, ids, fault) != 0 ||
		    (ids->count == 0 &&
			entity_resolve(
			    import->txn, &kind_organization, domain, ids, fault) != 0))
			return STEP_FAULT;
	}
	step = check_inactive(import, *name, ids, fault);
	if (step != STEP_GO)
		return step;
	if (ids->count > 1)
		return import_stop(import, STEP_ERROR, "AMBIGUOUS",
		    "organization: #%llu and #%llu%s are meant by \"%.*s\"",
		    (unsigned long long)ids->at[0], (unsigned long long)ids->at[1],
		    ids->count > 2 ? " and others" : "", (int)view_until(*name, 80).len,
		    name->at);
	joining->organization = ids->count == 1 ? ids->at[0] : 0;
	return STEP_GO;
}

/* HS-45: with the domain of the address where it is free. */
static enum step
make_company(struct import *import, struct joining *joining, struct view name,
    struct view domain, struct fault *fault)
{
	const struct beside_way way = {
		.kind = &kind_organization, .mode = IMPORT_CREATE, .anew = true
	};
	struct cell cells[] = { { .slot = ORGANIZATION_NAME, .value = name },
		{ .slot = ORGANIZATION_DOMAINS, .value = domain } };
	struct draft draft = { .cells = cells, .count = domain.len > 0 ? 2 : 1 };
	struct beside beside;
	enum step step = STEP_GO;

	if (beside_take(import, &way, &draft, &beside, fault) != 0)
		return STEP_FAULT;
	joining->organization = beside.id;
	if (beside.action != ACTION_CREATED)
		step = beside_stop(import, &beside);
	beside_release(&beside);
	return step;
}

static enum step
find_company(struct import *import, struct joining *joining, struct scenarios *scenarios,
    struct view text, bool *made, struct fault *fault)
{
	struct scenario scenario = { .name = NULL };
	struct ids ids = { NULL, 0, 0 };
	struct record contact;
	struct view name;
	bool brings;
	enum step step;

	if (import_record(import, joining->contact, &contact, fault) != 0 ||
	    scenario_find(scenarios, import->txn, contact, &scenario, fault) != 0)
		return STEP_FAULT;
	step = find_named(import, joining, scenarios, text, &name, &ids, fault);
	ids_release(&ids);
	if (step != STEP_GO || joining->organization != 0)
		return step;
	*made = true;
	if (scenario_brings_domain(scenarios, import->txn, &brings, fault) != 0)
		return STEP_FAULT;
	return make_company(import, joining, name,
	    brings ? buf_as_view(&scenarios->domain) : VIEW(""), fault);
}

/* *made is set where the organization came with it. */
static enum step
find_organization(struct import *import, struct joining *joining, struct view text,
    bool *made, struct fault *fault)
{
	struct scenarios scenarios = { .generic = BUF_EMPTY };
	enum step step = STEP_FAULT;
	bool subdomains;

	if (scenario_subdomains(import->txn, joining->campaign, &subdomains, fault) ==
		0 &&
	    scenarios_read(&scenarios, import->txn, subdomains, fault) == 0)
		step = find_company(import, joining, &scenarios, text, made, fault);
	scenarios_release(&scenarios);
	return step;
}

/* The contact is with the organization from now on. */
static enum step
place_contact(struct import *import, const struct joining *joining, struct fault *fault)
{
	const struct beside_way way = {
		.kind = &kind_contact, .mode = IMPORT_UPDATE, .selects = true
	};
	struct cell cell = { .slot = CONTACT_ORGANIZATION };
	struct draft draft = {
		.cells = &cell, .count = 1, .has_id = true, .id = joining->contact
	};
	char text[24];
	struct beside beside;
	enum step step = STEP_GO;

	snprintf(text, sizeof(text), "#%llu", (unsigned long long)joining->organization);
	cell.value = view_of(text);
	if (beside_take(import, &way, &draft, &beside, fault) != 0)
		return STEP_FAULT;
	if (beside.action != ACTION_UPDATED && beside.action != ACTION_UNCHANGED)
		step = beside_stop(import, &beside);
	beside_release(&beside);
	return step;
}

/* HS-38: while a request is open there is no second one, and one that was decided
 * stays so. */
static int
ask_approval(struct import *import, uint64_t id, struct fault *fault)
{
	struct record record;
	struct view approval;
	bool changed;

	if (import_record(import, id, &record, fault) != 0)
		return -1;
	approval = record_get(record, ORGANIZATION_APPROVAL);
	if (approval.len > 0 && !view_is(approval, "None"))
		return 0;
	record_form_from(&import->form, record);
	record_form_set(&import->form, ORGANIZATION_APPROVAL, VIEW("Pending"));
	import->counts.also += record_rev(record) != txn_rev(import->txn);
	return change_update(import->txn, &kind_organization, id, record, &import->form,
	    (uint32_t)import->line, CAUSE_INVITATION, &changed, fault);
}

/* Nobody is taken from another organization; the row says so. */
static void
note_other(
    struct import *import, uint64_t user, struct record record, uint64_t organization)
{
	uint64_t other;

	if (reference_id(record_get(record, USER_ORGANIZATION), &other) &&
	    other != organization)
		(void)import_stop(import, STEP_GO, "OTHER_ORGANIZATION",
		    "the user #%llu is of organization #%llu, and stays there",
		    (unsigned long long)user, (unsigned long long)other);
}

int
join_admit(struct import *import, uint64_t user, uint64_t organization, bool *changed,
    struct fault *fault)
{
	struct buf reference = BUF_EMPTY;
	struct record record;
	bool admits;
	int found = user == 0 ? 0 : txn_record(import->txn, user, &record, fault);
	int result;

	if (found != 1 || organization == 0 || record_kind(record) != kind_user.number)
		return found < 0 ? -1 : 0;
	if (record_get(record, USER_ORGANIZATION).len > 0) {
		note_other(import, user, record, organization);
		return 0;
	}
	reference_put(&reference, organization);
	record_form_from(&import->form, record);
	record_form_set(&import->form, USER_ORGANIZATION, buf_as_view(&reference));
	import->counts.also += record_rev(record) != txn_rev(import->txn);
	result = buf_check(&reference, fault) != 0
	    ? -1
	    : change_update(import->txn, &kind_user, user, record, &import->form,
		  (uint32_t)import->line, CAUSE_INVITATION, &admits, fault);
	*changed = result == 0;
	buf_release(&reference);
	return result;
}

/* HS-45, HS-47 to HS-52: what the invitation becomes. A decision that was told of
 * before stands where there was something to decide. */
static void
settle_state(struct joining *joining, bool made)
{
	bool is_auto = view_is(joining->scenario, "join_auto") &&
	    joining->organization == joining->invited_to;

	joining->decided = is_auto;
	joining->becomes = made			     ? "joined"
	    : is_auto				     ? "approved"
	    : view_is(joining->decision, "approved") ? "approved"
	    : view_is(joining->decision, "declined") ? "declined"
						     : "pending";
}

enum step
join_take(struct import *import, struct joining *joining, struct fault *fault)
{
	bool made = false, changed = false, inactive, comes;
	struct view text;
	enum step step = check_named(import, joining, fault);

	if (step != STEP_GO)
		return step;
	if (find_employer(import, joining, &text, &inactive, fault) != 0)
		return STEP_FAULT;
	comes = joining->organization == 0;
	if (comes)
		step = find_organization(import, joining, text, &made, fault);
	if (step == STEP_GO)
		step = new_user_join(import, joining->contact, &joining->user, fault);
	if (step == STEP_GO && comes && !inactive)
		step = place_contact(import, joining, fault);
	if (step != STEP_GO)
		return step;
	settle_state(joining, made);
	if (ask_approval(import, joining->organization, fault) != 0 ||
	    (strcmp(joining->becomes, "pending") != 0 &&
		strcmp(joining->becomes, "declined") != 0 &&
		join_admit(
		    import, joining->user, joining->organization, &changed, fault) != 0))
		return STEP_FAULT;
	return STEP_GO;
}
