/* SPDX-License-Identifier: ISC */
/*
 * One row: the record that it means is found, then what it asks for is done, and what
 * came of it is told. What a row leaves half done is never in the store.
 */
#include <stdio.h>

#include "rules/archive.h"
#include "rules/beside.h"
#include "rules/bounced.h"
#include "rules/people.h"
#include "rules/invitation_decision.h"
#include "rules/invitation_event.h"
#include "rules/invite.h"
#include "rules/merge.h"
#include "rules/removal.h"

/* Whether a value of the field tells who or what the record is. */
static bool
identifies(const struct import *import, const struct field *field)
{
	return field == &field_ext || (field->flags & FIELD_KEY) != 0 ||
	    (import->kind == &kind_contact && field->slot >= CONTACT_FIRST_NAME &&
		field->slot <= CONTACT_NAME);
}

/* HS-35: what is sent is queued first, and stays what it was. */
static bool
made_by_rules(const struct kind *kind)
{
	return kind == &kind_campaign || kind == &kind_invitation;
}

/* HS-4: what a new record needs at least; files skip such rows as EMPTY
 * before they come here. */
static enum step
require(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct field *field;
	const char *key = NULL;
	size_t i;

	if (made_by_rules(import->kind))
		return import_stop(import, STEP_ERROR, "READ_ONLY",
		    "%s %s is made by contact-invite --campaign alone",
		    import->kind == &kind_campaign ? "a" : "an", import->kind->name);
	for (i = 0; i < import->kind->count && key == NULL; i++)
		if ((import->kind->fields[i].flags & FIELD_KEY) != 0)
			key = import->kind->fields[i].name;
	for (i = 0; i < draft->count; i++) {
		if (draft->cells[i].value.len == 0 ||
		    (draft->cells[i].flags & CELL_READ_ONLY) != 0)
			continue;
		if (import_field(import, draft->cells[i].slot, &field, fault) != 0)
			return STEP_FAULT;
		if (key == NULL || identifies(import, field))
			return STEP_GO;
	}
	return import_stop(import, STEP_ERROR, "REQUIRED", "%s %s needs %s",
	    strchr("aeio", import->kind->name[0]) == NULL ? "a" : "an",
	    import->kind->name,
	    import->kind == &kind_contact  ? "an e-mail address, a name "
					     "or an external id"
		: key == NULL		   ? "a value"
		: strcmp(key, "name") == 0 ? "a name or an external id"
					   : key);
}

/* --set: its cells win over the row's. Both are in order of slot. */
static int
merge_sets(struct import *import, struct draft *draft, struct fault *fault)
{
	struct cell *cells;
	size_t i = 0, j = 0, n = 0;

	if (import->set_count == 0)
		return 0;
	cells = arena_take(
	    &import->arena, (draft->count + import->set_count) * sizeof(*cells));
	if (cells == NULL)
		return fault_memory(fault);
	while (i < draft->count || j < import->set_count) {
		if (j == import->set_count ||
		    (i < draft->count && draft->cells[i].slot < import->sets[j].slot)) {
			cells[n++] = draft->cells[i++];
			continue;
		}
		i += i < draft->count && draft->cells[i].slot == import->sets[j].slot;
		cells[n++] = import->sets[j++];
	}
	draft->cells = cells;
	draft->count = n;
	draft->contact = 0;
	/* A key that is set is another key. */
	return draft_make_keys(draft, import->kind, import->keyed, import->keyed_count,
	    &import->arena, &import->text, fault);
}

/* TR-52: the row chooses a contact, its jobs say what becomes of it. */
static int
reconcile(struct import *import, struct draft *draft, uint64_t id, struct fault *fault)
{
	struct judgement judgement;
	struct record record;

	draft->count = 0;
	if (import_record(import, id, &record, fault) != 0)
		return -1;
	reconciling_judge(import->reconciling, id, record, &judgement);
	if (judgement.agreement != DISAGREES)
		return 0;
	draft->cells = arena_take(&import->arena, sizeof(*draft->cells));
	if (draft->cells == NULL)
		return fault_memory(fault);
	draft->cells[0] =
	    (struct cell){ .slot = CONTACT_CLIENT_STATUS, .value = VIEW("Past") };
	draft->count = 1;
	return 0;
}

/* What the rules about statuses have to say of the row, beside what was said. */
static void
take_remark(struct import *import)
{
	struct view message;
	const char *code;

	if (import->shared[0] != 0) {
		import->code = "SHARED_DOMAIN";
		buf_clear(&import->message);
		buf_printf(&import->message,
		    "organization: #%llu and #%llu bear the domain of the address",
		    (unsigned long long)import->shared[0],
		    (unsigned long long)import->shared[1]);
	}
	code =
	    import->statuses == NULL ? NULL : statuses_remark(import->statuses, &message);
	if (code == NULL)
		return;
	import->code = code;
	if (import->message.len > 0)
		buf_text(&import->message, "; ");
	buf_view(&import->message, message);
}

/* What is known of a row while it is taken. */
struct taking {
	uint64_t first, also; /* the next id, and the count, when it was begun */
	uint64_t archived;    /* in whose place a new contact comes */
	uint64_t person;      /* HS-29 */
	bool changed, created, removed, merged;
	enum import_action invited; /* what came of an invitation */
};

static void
begin_row(struct import *import, const struct draft *draft)
{
	import->line = draft->line;
	if (import->statuses != NULL)
		statuses_at(
		    import->statuses, draft->line, import->kind == &kind_status_event);
	import->code = NULL;
	import->learner = import->shared[0] = import->opted_out = 0;
	import->revival = (struct revival){ .under_way = false };
	buf_clear(&import->message);
	buf_clear(&import->changed);
	buf_clear(&import->kept);
	buf_clear(&import->key_text);
	arena_clear(&import->arena);
}

/* A row that was in error, or to be skipped, before anybody looked into the store. */
static int
refuse_row(struct import *import, const struct draft *draft, struct fault *fault)
{
	import->code = draft->code;
	if (draft->message != NULL)
		buf_text(&import->message, draft->message);
	if (draft->deleted && draft->master.len > 0 &&
	    import_alias(import, draft, fault) != 0)
		return -1;
	return import_tell(
	    import, draft, 0, draft->skipped ? ACTION_SKIPPED : ACTION_ERROR, fault);
}

/* --archived new: who is out of use is not met, but who is frozen (TW-21) is. */
static int
pass_archived(
    struct import *import, uint64_t *id, struct taking *taking, struct fault *fault)
{
	struct record record;

	if (*id == 0 || import->options.archived != ARCHIVED_NEW)
		return 0;
	if (import_record(import, *id, &record, fault) != 0)
		return -1;
	if (archive_holds(import, record) && !archive_rejected(record)) {
		if (view_is(record_get(record, CONTACT_DO_NOT_EMAIL), "true"))
			import->opted_out = *id;
		taking->archived = *id;
		*id = 0;
	}
	return 0;
}

/* The record that the row means, and the person whom it names. What an edit sets
 * comes in behind that, so that it may be a key. */
static enum step
find_row(struct import *import, struct draft *draft, uint64_t *id, struct taking *taking,
    struct fault *fault)
{
	bool edits = import->options.edits;
	enum step step;

	if (!edits && merge_sets(import, draft, fault) != 0)
		return STEP_FAULT;
	step = people_take(import, draft, &taking->person, fault);
	if (step == STEP_GO)
		step = match_row(import, draft, id, fault);
	if (*id != 0)
		import->last_met = *id;
	if (step == STEP_GO && edits && merge_sets(import, draft, fault) != 0)
		return STEP_FAULT;
	if (step == STEP_GO && import->erasures != NULL &&
	    !erasures_none(import->erasures))
		step = suppress_row(import, draft, *id, fault);
	if (step == STEP_GO &&
	    ((import->reconciling != NULL && reconcile(import, draft, *id, fault) != 0) ||
		pass_archived(import, id, taking, fault) != 0))
		return STEP_FAULT;
	if (step == STEP_GO && *id == 0 && import->options.needs_ids &&
	    import->kind != &kind_status_event && import->code != NULL &&
	    strcmp(import->code, "NO_KEY") == 0)
		step = import_stop(import, STEP_ERROR, "REQUIRED",
		    "the row has no id, so it would be another %s each time",
		    import->kind->name);
	return step == STEP_GO && import->options.links_contacts
	    ? people_of_employee(import, draft, *id, fault)
	    : step;
}

static enum step
do_row(struct import *import, struct draft *draft, uint64_t *id, struct taking *taking,
    struct fault *fault)
{
	enum step step;

	if (import->options.removes) {
		buf_clear(&import->key_text);
		selection_key(import, *id, &import->key_text);
		step = removal_take(import, *id, fault);
		taking->removed = step == STEP_GO;
	} else if (import->options.pairs == PAIRS_MERGED) {
		step = merge_take(import, draft, *id, &taking->changed, fault);
		taking->merged = step == STEP_GO && taking->changed;
	} else if (import->options.pairs == PAIRS_APART) {
		step = merge_apart(import, draft, *id, &taking->changed, fault);
	} else if (import->options.archives != 0) {
		step = row_archive(import, draft, *id, &taking->changed, fault);
	} else if (import->options.decides != DECIDES_NOTHING) {
		step = invitation_decision_take(import, *id, &taking->changed, fault);
	} else if (import->inviting != NULL) {
		step = invite_take(import, draft, *id, &taking->invited, fault);
	} else if (import->options.returns) {
		step =
		    bounced_take(import, *id, import->bounced, &taking->changed, fault);
	} else if (*id == 0) {
		step = require(import, draft, fault);
		if (step == STEP_GO)
			step = row_create(import, draft, taking->archived, id, fault);
		taking->created = step == STEP_GO;
	} else {
		step = row_update(import, draft, *id, &taking->changed, fault);
	}
	if (step == STEP_GO && import->learner != 0 &&
	    employer_learn_id(import, import->learner, draft, fault) != 0)
		return STEP_FAULT;
	return step == STEP_GO && taking->person != 0 && import->kind == &kind_event
	    ? people_join(import, *id, taking->person, fault)
	    : step;
}

/* What the row made on its way, a person or an organization, goes with it when it
 * comes to nothing (CS-34, HS-29), and is known no more. */
static int
take_back(struct import *import, const struct taking *taking, struct fault *fault)
{
	uint64_t id = txn_next_id(import->txn), ignored = 0;
	struct record record;
	int found;

	if (id == taking->first)
		return 0;
	while (id-- > taking->first) {
		found = txn_record(import->txn, id, &record, fault);
		if (found < 0 ||
		    (found == 1 &&
			removal_force(&import->removal, import->txn, id, NULL, &ignored,
			    fault) != 0))
			return -1;
	}
	import->counts.also = taking->also;
	besides_forget(import);
	return 0;
}

static enum import_action
action_of(const struct import *import, enum step step, const struct taking *taking)
{
	switch (step) {
	case STEP_SKIP:
		return ACTION_SKIPPED;
	case STEP_SUPPRESS:
		return ACTION_SUPPRESSED;
	case STEP_FAULT:
	case STEP_ERROR:
		return ACTION_ERROR;
	case STEP_GO:
		break;
	}
	if (import->inviting != NULL)
		return taking->invited;
	if (taking->removed)
		return import->options.erases ? ACTION_ERASED : ACTION_DELETED;
	return taking->merged ? ACTION_MERGED
	    : taking->created ? ACTION_CREATED
	    : taking->changed ? ACTION_UPDATED
			      : ACTION_UNCHANGED;
}

int
import_take(struct import *import, struct draft *draft, uint64_t *id, struct fault *fault)
{
	struct taking taking = { .first = txn_next_id(import->txn),
		.also = import->counts.also };
	enum step step;

	*id = 0;
	begin_row(import, draft);
	if (import->missing.lists)
		return missing_list(import, draft, fault);
	if (import->options.closes_missing && missing_note(import, draft, fault) != 0)
		return -1;
	if (draft->code != NULL)
		return refuse_row(import, draft, fault);
	if (import->kind == &kind_invitation_event)
		step = invitation_event_take(import, draft, id, &taking.changed, fault);
	else
		step = find_row(import, draft, id, &taking, fault);
	if (step == STEP_GO && import->kind != &kind_invitation_event)
		step = do_row(import, draft, id, &taking, fault);
	if (step != STEP_GO && step != STEP_FAULT &&
	    take_back(import, &taking, fault) != 0)
		return -1;
	if (step == STEP_FAULT)
		return -1;
	if (step == STEP_GO)
		take_remark(import);
	return import_tell(import, draft, *id, action_of(import, step, &taking), fault);
}
