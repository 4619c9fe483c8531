/* SPDX-License-Identifier: ISC */
/*
 * A file of a million contacts names some thousands of organizations, so what
 * was found is kept by the name as the rows spell it, and what the rules ask
 * of an organization by its id.
 */
#include "rules/employer.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/fold.h"
#include "model/domain.h"
#include "model/references.h"
#include "rules/import_run.h"

static struct employer *
place_of(const struct employers *employers, uint64_t hash, struct view name)
{
	size_t at = hash & (employers->cap - 1);

	while (employers->places[at].id != 0 &&
	    (employers->places[at].hash != hash ||
		!view_equal(employers->places[at].name, name)))
		at = (at + 1) & (employers->cap - 1);
	return employers->places + at;
}

static int
grow_places(struct employers *employers, struct fault *fault)
{
	struct employer *old = employers->places;
	size_t cap = employers->cap, i;

	employers->last = NULL;
	employers->cap = cap == 0 ? 256 : cap * 2;
	employers->places = calloc(employers->cap, sizeof(*old));
	if (employers->places == NULL) {
		employers->places = old;
		employers->cap = cap;
		return fault_memory(fault);
	}
	for (i = 0; i < cap; i++)
		if (old[i].id != 0)
			*place_of(employers, old[i].hash, old[i].name) = old[i];
	free(old);
	return 0;
}

bool
employer_is_inactive(struct import *import, struct record organization)
{
	struct view inactive = buf_as_view(&import->inactive_name);
	struct view rest = record_get(organization, ORGANIZATION_FORMER_NAMES), name;
	bool is =
	    fold_search_equal(record_get(organization, ORGANIZATION_NAME), inactive);

	while (!is && list_next(&rest, &name, &import->scratch))
		is = fold_search_equal(name, inactive);
	return is;
}

/* What is known of an organization; a record that is gone wants nothing. */
static int
learn(struct import *import, struct employer *employer, uint64_t id, struct fault *fault)
{
	struct record record;
	int found = txn_record(import->txn, id, &record, fault);

	if (found < 0)
		return -1;
	employer->id = id;
	employer->primary = true;
	employer->inactive = false;
	employer->assignee = (struct view){ NULL, 0 };
	if (found == 0)
		return 0;
	employer->primary = record_get(record, ORGANIZATION_PRIMARY_CONTACT).len > 0;
	employer->inactive = employer_is_inactive(import, record);
	employer->assignee = arena_copy(
	    &import->employers.names, record_get(record, ORGANIZATION_ASSIGNED_TO));
	return 0;
}

static int
keep_name(struct import *import, struct view name, uint64_t hash, uint64_t id,
    struct fault *fault)
{
	struct employers *employers = &import->employers;
	struct employer employer = { .hash = hash,
		.name = arena_copy(&employers->names, name) };

	if (employer.name.at == NULL)
		return fault_memory(fault);
	if (learn(import, &employer, id, fault) != 0)
		return -1;
	employers->last = place_of(employers, hash, name);
	*employers->last = employer;
	employers->count++;
	return 0;
}

/* Mostly the one that the row has just found. */
static int
employer_of(struct import *import, uint64_t id, struct employer *spare,
    struct employer **employer, struct fault *fault)
{
	*employer = import->employers.last;
	if (*employer != NULL && (*employer)->id == id)
		return 0;
	*employer = spare;
	return learn(import, spare, id, fault);
}

void
employers_release(struct employers *employers)
{
	free(employers->places);
	arena_release(&employers->names);
	*employers = (struct employers){ .places = NULL };
}

void
employer_changed(struct import *import)
{
	struct employers *employers = &import->employers;

	/* A later row may rename it, so names are looked up anew; that a
	 * file of organizations asks no names makes this cheap. */
	if (employers->count > 0)
		memset(employers->places, 0, employers->cap * sizeof(*employers->places));
	employers->count = 0;
	employers->last = NULL;
}

/* The slot of a SYSTEM:ID and the id itself; 0 when the store does not know
 * the system. */
static int
id_slot(struct import *import, struct view by_id, bool create, uint16_t *slot,
    struct view *value, struct fault *fault)
{
	const char *colon = by_id.len == 0 ? NULL : memchr(by_id.at, ':', by_id.len);
	struct view system;

	if (colon == NULL)
		return 0;
	system = view_until(by_id, (size_t)(colon - by_id.at));
	*value = view_from(by_id, system.len + 1);
	return txn_name_slot(import->txn, NAME_EXT, system, create, slot, fault);
}

int
employer_make(struct import *import, const struct employer_given *given, bool primary,
    uint64_t *id, struct fault *fault)
{
	struct record_form *form = malloc(sizeof(*form));
	struct buf contact = BUF_EMPTY, ext = BUF_EMPTY;
	struct view value;
	uint16_t slot;
	int result = -1, known;

	if (form == NULL)
		return fault_memory(fault);
	record_form_clear(form);
	record_form_set(form, ORGANIZATION_NAME, given->name);
	record_form_set(form, ORGANIZATION_DOMAINS, given->domain);
	known = id_slot(import, given->by_id, true, &slot, &value, fault);
	if (known < 0)
		goto done;
	if (known == 1) {
		list_add(&ext, 0, value);
		record_form_set(form, slot, buf_as_view(&ext));
	}
	if (primary) {
		reference_put(&contact, txn_next_id(import->txn) + 1);
		record_form_set(
		    form, ORGANIZATION_PRIMARY_CONTACT, buf_as_view(&contact));
	}
	if (buf_check(&contact, fault) == 0 && buf_check(&ext, fault) == 0)
		result = change_create(import->txn, &kind_organization, form, 0,
		    CAUSE_ORGANIZATION, id, fault);
	import->counts.also++;
done:
	buf_release(&contact);
	buf_release(&ext);
	free(form);
	return result;
}

/* Candidates for SYSTEM:ID: organizations with this external id. */
static int
find_by_id(struct import *import, struct view text, uint64_t *id, struct fault *fault)
{
	struct view value;
	uint16_t slot;
	int found;

	*id = 0;
	found = id_slot(import, text, false, &slot, &value, fault);
	if (found <= 0)
		return found;
	import->others.count = 0;
	if (entity_find_key(import->txn, &kind_organization, slot, &field_ext, value,
		&import->others, fault) != 0)
		return -1;
	if (import->others.count > 0)
		*id = import->others.at[0];
	return 0;
}

/* "#42", "hr:5": the name of an organization goes before what it reads as. */
static int
find_typed(struct import *import, struct view text, uint64_t *id, struct fault *fault)
{
	*id = 0;
	import->others.count = 0;
	if (entity_resolve(
		import->txn, &kind_organization, text, &import->others, fault) != 0)
		return -1;
	if (import->others.count > 0)
		*id = import->others.at[0];
	return 0;
}

/* Leaves out who bears another id of the same system. */
static int
drop_others(struct import *import, struct view by_id, struct fault *fault)
{
	struct ids *ids = &import->others;
	struct record record;
	struct view value;
	size_t i, kept = 0;
	uint16_t slot;
	int found = id_slot(import, by_id, false, &slot, &value, fault);

	if (found <= 0)
		return found;
	for (i = 0; i < ids->count; i++) {
		found = txn_record(import->txn, ids->at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 1 && record_get(record, slot).len == 0)
			ids->at[kept++] = ids->at[i];
	}
	ids->count = kept;
	return 0;
}

static enum step
find_by_name(struct import *import, const struct employer_given *given, uint64_t *id,
    struct fault *fault)
{
	struct view name = given->name;

	import->others.count = 0;
	if (entity_resolve(
		import->txn, &kind_organization, name, &import->others, fault) != 0 ||
	    drop_others(import, given->by_id, fault) != 0)
		return STEP_FAULT;
	if (given->kept && import->others.count != 1)
		return STEP_GO;
	if (import->others.count > 1)
		return import_stop(import, STEP_ERROR, "AMBIGUOUS",
		    "organization: %zu organizations are called \"%.*s\": "
		    "#%llu, #%llu%s",
		    import->others.count, (int)(name.len < 80 ? name.len : 80), name.at,
		    (unsigned long long)import->others.at[0],
		    (unsigned long long)import->others.at[1],
		    import->others.count > 2 ? " ..." : "");
	if (import->others.count == 1) {
		*id = import->others.at[0];
		return STEP_GO;
	}
	if (import->options.known_organizations)
		return import_stop(import, STEP_ERROR, "UNKNOWN_ORGANIZATION",
		    "organization: nobody is called \"%.*s\"",
		    (int)(name.len < 80 ? name.len : 80), name.at);
	return STEP_GO;
}

/* "#42", or SYSTEM:ID of a system that the store knows, typed as a name. */
static bool
reads_as_id(struct import *import, struct view text)
{
	const char *colon = memchr(text.at, ':', text.len);
	struct fault ignored;
	uint16_t slot;
	size_t i;

	if (text.at[0] == '#' && text.len > 1) {
		for (i = 1; i < text.len; i++)
			if (text.at[i] < '0' || text.at[i] > '9')
				return false;
		return true;
	}
	return colon != NULL && colon > text.at &&
	    txn_name_slot(import->txn, NAME_EXT,
		view_until(text, (size_t)(colon - text.at)), false, &slot, &ignored) == 1;
}

void
employer_of_draft(
    struct import *import, const struct draft *draft, struct employer_given *given)
{
	const struct cell *cell = draft_cell(draft, import->employer_slot);
	size_t i;

	*given = (struct employer_given){ .name = { NULL, 0 } };
	if (cell == NULL || cell->value.len == 0) {
		given->name = draft->domain_name;
		given->domain = draft->domain;
		return;
	}
	given->typed =
	    (cell->flags & CELL_BY_ID) == 0 && reads_as_id(import, cell->value);
	if ((cell->flags & CELL_BY_ID) != 0 || given->typed)
		given->by_id = cell->value;
	else
		given->name = text_trim_wide(cell->value);
	for (i = 0; i < draft->by_id_count; i++)
		if (draft->by_id[i].slot == import->employer_slot)
			given->by_id = draft->by_id[i].value;
}

static struct view
place_key(const struct employer_given *given)
{
	if (given->domain.len > 0)
		return view_make(given->domain.at - 1, given->domain.len + 1);
	return given->by_id.len > 0 ? given->by_id : given->name;
}

int
employer_know_system(
    struct import *import, const struct employer_given *given, struct fault *fault)
{
	struct view value;
	uint16_t slot;

	return id_slot(import, given->by_id, true, &slot, &value, fault) < 0 ? -1 : 0;
}

void
employer_ahead(struct import *import, const struct draft *draft)
{
	struct employer_given given;
	struct view key;

	employer_of_draft(import, draft, &given);
	key = place_key(&given);
	if (key.len > 0 && import->employers.cap > 0)
		__builtin_prefetch(
		    &import->employers.places[XXH3_64bits(key.at, key.len) &
			(import->employers.cap - 1)]);
}

int
employer_find(struct import *import, const struct employer_given *given, uint64_t *id,
    struct fault *fault)
{
	struct employers *employers = &import->employers;
	struct view key = place_key(given);
	uint64_t hash = XXH3_64bits(key.at, key.len);
	struct employer *place;
	enum step step = STEP_GO;

	if (employers->count * 4 >= employers->cap * 3 &&
	    grow_places(employers, fault) != 0)
		return STEP_FAULT;
	place = place_of(employers, hash, key);
	*id = place->id;
	if (*id != 0) {
		employers->last = place;
		return STEP_GO;
	}
	if (given->by_id.len > 0 &&
	    (given->typed ? find_typed(import, given->by_id, id, fault)
			  : find_by_id(import, given->by_id, id, fault)) != 0)
		return STEP_FAULT;
	if (given->domain.len > 0) {
		import->others.count = 0;
		if (domain_bearers(import->txn, given->domain, &import->others, fault) !=
		    0)
			return STEP_FAULT;
		if (import->others.count > 1)
			return STEP_GO;
		if (import->others.count == 1)
			*id = import->others.at[0];
	}
	if (*id == 0 && given->name.len > 0) {
		step = find_by_name(import, given, id, fault);
		/* The id is learnt when the row turns out to be good. */
		if (step == STEP_GO && *id != 0 && given->by_id.len > 0) {
			import->learner = *id;
			return step;
		}
	}
	if (step == STEP_GO && *id != 0 && keep_name(import, key, hash, *id, fault) != 0)
		return STEP_FAULT;
	return step;
}

/* A record counts once, whatever the run does to it. */
static void
count_also(struct import *import, struct record record)
{
	import->counts.also += record_rev(record) != txn_rev(import->txn);
}

int
employer_learn_id(
    struct import *import, uint64_t id, const struct draft *draft, struct fault *fault)
{
	struct employer_given given;
	struct record_form *form;
	struct buf ext = BUF_EMPTY;
	struct record record;
	struct view value;
	uint16_t slot;
	bool changed;
	int known;

	employer_of_draft(import, draft, &given);
	known = id_slot(import, given.by_id, true, &slot, &value, fault);
	if (known <= 0)
		return known;
	if (txn_record(import->txn, id, &record, fault) != 1)
		return -1;
	form = malloc(sizeof(*form));
	if (form == NULL)
		return fault_memory(fault);
	record_form_from(form, record);
	count_also(import, record);
	list_add(&ext, 0, value);
	record_form_set(form, slot, buf_as_view(&ext));
	known = buf_check(&ext, fault) != 0
	    ? -1
	    : change_update(import->txn, &kind_organization, id, record, form, 0,
		  CAUSE_ORGANIZATION, &changed, fault);
	buf_release(&ext);
	free(form);
	return known;
}

int
employer_assignee(
    struct import *import, uint64_t id, struct view *assignee, struct fault *fault)
{
	struct employer spare, *employer;

	if (employer_of(import, id, &spare, &employer, fault) != 0)
		return -1;
	*assignee = employer->assignee;
	return 0;
}

/* contact 0 takes the primary contact away. */
static int
set_primary(
    struct import *import, uint64_t organization, uint64_t contact, struct fault *fault)
{
	struct record_form *form;
	struct buf primary = BUF_EMPTY;
	struct record record;
	bool changed;
	int found, result = -1;

	found = txn_record(import->txn, organization, &record, fault);
	if (found <= 0)
		return found;
	form = malloc(sizeof(*form));
	if (form == NULL)
		return fault_memory(fault);
	record_form_from(form, record);
	/* It may be known under two names, of which one is behind. */
	if (contact != 0 && record_get(record, ORGANIZATION_PRIMARY_CONTACT).len > 0) {
		free(form);
		return 0;
	}
	if (contact != 0)
		reference_put(&primary, contact);
	count_also(import, record);
	record_form_set(form, ORGANIZATION_PRIMARY_CONTACT, buf_as_view(&primary));
	if (buf_check(&primary, fault) == 0)
		result = change_update(import->txn, &kind_organization, organization,
		    record, form, 0, CAUSE_ORGANIZATION, &changed, fault);
	buf_release(&primary);
	free(form);
	return result;
}

int
employer_joined(
    struct import *import, uint64_t organization, uint64_t contact, struct fault *fault)
{
	struct employer spare, *employer;

	if (employer_of(import, organization, &spare, &employer, fault) != 0)
		return -1;
	if (employer->primary || employer->inactive)
		return 0;
	employer->primary = true;
	return set_primary(import, organization, contact, fault);
}

int
employer_left(
    struct import *import, uint64_t organization, uint64_t contact, struct fault *fault)
{
	struct record record;
	uint64_t primary;
	int found;

	found = txn_record(import->txn, organization, &record, fault);
	if (found <= 0)
		return found;
	if (!reference_id(record_get(record, ORGANIZATION_PRIMARY_CONTACT), &primary) ||
	    primary != contact)
		return 0;
	/* What is kept of it under any name says otherwise now. */
	employer_changed(import);
	return set_primary(import, organization, 0, fault);
}

/* The first contact of an organization, 0 if it has none; of those whose text this run
 * has resolved, where only these came. */
static int
first_contact(struct import *import, uint64_t organization, bool came, uint64_t *id,
    struct fault *fault)
{
	struct record record;
	uint64_t of;
	size_t i;
	int found;

	*id = 0;
	import->others.count = 0;
	if (index_find(import->txn,
		index_id_key(kind_contact.number, CONTACT_ORGANIZATION, organization),
		&import->others, fault) != 0)
		return -1;
	for (i = 0; *id == 0 && i < import->others.count; i++) {
		found = txn_record(import->txn, import->others.at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 1 && record_kind(record) == kind_contact.number &&
		    (!came ||
			(record_rev(record) == txn_rev(import->txn) &&
			    record_cause(record) == CAUSE_REFERENCE)) &&
		    reference_id(record_get(record, CONTACT_ORGANIZATION), &of) &&
		    of == organization)
			*id = import->others.at[i];
	}
	return 0;
}

/* CS-16: an organization without a primary contact gets its first one. */
static int
settle_one(struct import *import, uint64_t id, bool came, struct fault *fault)
{
	struct record record;
	uint64_t contact;
	int found = txn_record(import->txn, id, &record, fault);

	if (found < 0)
		return -1;
	if (found == 0 || record_kind(record) != kind_organization.number ||
	    record_get(record, ORGANIZATION_PRIMARY_CONTACT).len > 0 ||
	    employer_is_inactive(import, record))
		return 0;
	if (first_contact(import, id, came, &contact, fault) != 0)
		return -1;
	return contact == 0 ? 0 : set_primary(import, id, contact, fault);
}

int
employers_settle(struct import *import, struct fault *fault)
{
	const struct ids *met = references_met(import->txn);
	uint64_t id, until = txn_next_id(import->txn);

	/* Those that contacts' rows made have theirs already. */
	if (import->kind == &kind_organization)
		for (id = txn_first_id(import->txn); id < until; id++)
			if (settle_one(import, id, false, fault) != 0)
				return -1;
	for (size_t i = 0; i < met->count; i++)
		if (settle_one(import, met->at[i], true, fault) != 0)
			return -1;
	return 0;
}
