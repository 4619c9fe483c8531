/* SPDX-License-Identifier: ISC */
/*
 * Everything here is a record of another kind that names the contact, so each is
 * written beside it (beside.h): a participation in an event, the `contact` of a job,
 * an employee or a user.
 */
#include "rules/attach.h"

#include <stdlib.h>

#include "base/fold.h"
#include "model/account.h"
#include "rules/beside.h"
#include "rules/removal.h"

/* A record that contacts are linked to, or unlinked from. */
struct attach_link {
	const struct kind *kind;
	const struct field *field; /* its reference to a contact; NULL: an event */
	uint64_t id;
	bool removes;
};

struct attach {
	struct attach_link *links;
	size_t count;
};

static const struct kind *
link_kind(struct view name)
{
	static const struct kind *const kinds[] = { &kind_event, &kind_job,
		&kind_employee, &kind_user };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (view_is(name, kinds[i]->name))
			return kinds[i];
	return NULL;
}

static int
read_link(struct import *import, const char *text, bool removes, struct attach_link *link,
    struct fault *fault)
{
	const char *option = removes ? "--unlink" : "--link", *colon = strchr(text, ':');
	struct ids ids = { NULL, 0, 0 };
	int result = -1;

	link->removes = removes;
	link->kind =
	    colon == NULL ? NULL : link_kind(view_make(text, (size_t)(colon - text)));
	if (link->kind == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "%s %s: not KIND:REF, where KIND is event, job, employee or user",
		    option, text);
	link->field =
	    link->kind == &kind_event ? NULL : kind_field(link->kind, VIEW("contact"));
	if (entity_resolve(import->txn, link->kind, view_of(colon + 1), &ids, fault) != 0)
		goto done;
	if (ids.count == 0)
		fault_set(fault, FAULT_USAGE, "%s %s: there is no such %s", option, text,
		    link->kind->name);
	else if (ids.count > 1)
		fault_set(fault, FAULT_CONFLICT,
		    "%s %s: #%llu and #%llu answer to it (AMBIGUOUS)", option, text,
		    (unsigned long long)ids.at[0], (unsigned long long)ids.at[1]);
	else
		result = 0;
	if (result == 0)
		link->id = ids.at[0];
done:
	ids_release(&ids);
	return result;
}

bool
attach_wanted(const struct import *import)
{
	const struct import_options *options = &import->options;

	return options->note != NULL || options->link_count > 0 ||
	    options->unlink_count > 0 || options->creates_users;
}

int
attach_read(struct import *import, struct fault *fault)
{
	const struct import_options *options = &import->options;
	size_t count = options->link_count + options->unlink_count, i;

	if (!attach_wanted(import))
		return 0;
	if (import->kind != &kind_contact)
		return fault_set(fault, FAULT_USAGE,
		    "--kind %s: notes, links and users are those of contacts",
		    import->kind->name);
	if (options->note != NULL &&
	    import_text_check(import, "--note", kind_slot(&kind_note, NOTE_TEXT),
		options->note, fault) != 0)
		return -1;
	import->attach = calloc(1, sizeof(*import->attach));
	if (import->attach == NULL)
		return fault_memory(fault);
	import->attach->links = calloc(count + 1, sizeof(struct attach_link));
	if (import->attach->links == NULL)
		return fault_memory(fault);
	for (i = 0; i < count; i++) {
		bool removes = i >= options->link_count;

		if (read_link(import,
			removes ? options->unlinks[i - options->link_count]
				: options->links[i],
			removes, &import->attach->links[i], fault) != 0)
			return -1;
		import->attach->count++;
	}
	return 0;
}

void
attach_release(struct import *import)
{
	if (import->attach != NULL)
		free(import->attach->links);
	free(import->attach);
}

/* CS-25, CS-35, CS-36: whether the record may be linked to the contact. */
static enum step
check_link(struct import *import, const struct attach_link *link, uint64_t id,
    struct fault *fault)
{
	const char *code = link->kind == &kind_user ? "ALREADY_USER" : "ALREADY_LINKED";
	struct record record;
	uint64_t linked, other = 0;

	if (link->field == NULL || link->removes)
		return STEP_GO;
	if (import_record(import, link->id, &record, fault) != 0)
		return STEP_FAULT;
	if (reference_id(record_get(record, link->field->slot), &linked) && linked != id)
		return import_stop(import, STEP_ERROR, code,
		    "%s #%llu is linked to contact #%llu (--unlink %s:#%llu first)",
		    link->kind->name, (unsigned long long)link->id,
		    (unsigned long long)linked, link->kind->name,
		    (unsigned long long)link->id);
	if (link->kind == &kind_job)
		return STEP_GO;
	if (link->kind == &kind_user &&
	    !view_is(record_get(record, USER_TYPE), "External"))
		return import_stop(import, STEP_ERROR, "NOT_EXTERNAL",
		    "user #%llu is a member; only a user of type External can be linked",
		    (unsigned long long)link->id);
	if (id != 0 &&
	    account_linked(import->txn, link->kind, link->field->slot, id, link->id,
		&other, fault) != 0)
		return STEP_FAULT;
	return other == 0
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, code, "#%llu is linked to %s #%llu already",
		  (unsigned long long)id, link->kind->name, (unsigned long long)other);
}

enum step
attach_check(struct import *import, uint64_t id, struct fault *fault)
{
	enum step step = STEP_GO;
	size_t i;

	for (i = 0; step == STEP_GO && i < import->attach->count; i++)
		step = check_link(import, &import->attach->links[i], id, fault);
	return step == STEP_GO && import->options.creates_users
	    ? new_user_check(import, id, fault)
	    : step;
}

static void
name_change(struct import *import, const char *name)
{
	if (import->changed.len > 0)
		buf_char(&import->changed, ' ');
	buf_text(&import->changed, name);
}

/* Takes a record whose cells are texts; *changed when it was made or changed. */
static enum step
take_beside(struct import *import, const struct beside_way *way, struct draft *draft,
    bool *changed, struct fault *fault)
{
	struct beside beside;
	enum step step = STEP_GO;

	if (beside_take(import, way, draft, &beside, fault) != 0)
		step = STEP_FAULT;
	else if (beside.action == ACTION_ERROR)
		step = beside_stop(import, &beside);
	*changed = step == STEP_GO &&
	    (beside.action == ACTION_CREATED || beside.action == ACTION_UPDATED);
	beside_release(&beside);
	return step;
}

/* HS-5: two notes of the same words are two notes. */
static enum step
take_note(struct import *import, struct view contact, bool *changed, struct fault *fault)
{
	const struct beside_way way = { .kind = &kind_note, .anew = true };
	struct cell cells[] = { { .slot = NOTE_CONTACT, .value = contact },
		{ .slot = NOTE_TEXT,
		    .value = text_trim(view_of(import->options.note)) } };
	struct draft draft = { .cells = cells, .count = 2 };

	return take_beside(import, &way, &draft, changed, fault);
}

/* The participation of the contact in the event, 0 for none. */
static int
find_participation(struct import *import, uint64_t event, uint64_t contact, uint64_t *id,
    struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	uint64_t of;
	size_t i;
	int found = entity_find_referring(import->txn, &kind_participation,
	    PARTICIPATION_CONTACT, contact, &ids, fault);

	*id = 0;
	for (i = 0; found >= 0 && *id == 0 && i < ids.count; i++) {
		found = txn_record(import->txn, ids.at[i], &record, fault);
		if (found == 1 &&
		    reference_id(record_get(record, PARTICIPATION_EVENT), &of) &&
		    of == event)
			*id = ids.at[i];
	}
	ids_release(&ids);
	return found < 0 ? -1 : 0;
}

static enum step
take_part(struct import *import, const struct attach_link *link, uint64_t id,
    struct view contact, bool *changed, struct fault *fault)
{
	const struct beside_way way = { .kind = &kind_participation };
	struct buf event = BUF_EMPTY;
	struct cell cells[] = { { .slot = PARTICIPATION_EVENT },
		{ .slot = PARTICIPATION_CONTACT, .value = contact } };
	struct draft draft = { .cells = cells, .count = 2 };
	enum step step = STEP_FAULT;
	uint64_t participation;

	if (link->removes) {
		if (find_participation(import, link->id, id, &participation, fault) != 0)
			return STEP_FAULT;
		*changed = participation != 0;
		import->counts.also += *changed;
		return *changed &&
			removal_force(&import->removal, import->txn, participation, NULL,
			    &import->counts.also, fault) != 0
		    ? STEP_FAULT
		    : STEP_GO;
	}
	buf_printf(&event, "#%llu", (unsigned long long)link->id);
	cells[0].value = buf_as_view(&event);
	if (buf_check(&event, fault) == 0)
		step = take_beside(import, &way, &draft, changed, fault);
	buf_release(&event);
	return step;
}

static enum step
take_link(struct import *import, const struct attach_link *link, uint64_t id,
    struct view contact, bool *changed, struct fault *fault)
{
	const struct beside_way way = {
		.kind = link->kind, .mode = IMPORT_UPDATE, .selects = true
	};
	struct cell cell = { .value = contact };
	struct draft draft = {
		.cells = &cell, .count = 1, .has_id = true, .id = link->id
	};
	struct record record;
	uint64_t linked;

	*changed = false;
	if (link->field == NULL)
		return take_part(import, link, id, contact, changed, fault);
	if (link->removes) {
		if (import_record(import, link->id, &record, fault) != 0)
			return STEP_FAULT;
		if (!reference_id(record_get(record, link->field->slot), &linked) ||
		    linked != id)
			return STEP_GO;
		cell = (struct cell){ .flags = CELL_CLEAR };
	}
	cell.slot = link->field->slot;
	return take_beside(import, &way, &draft, changed, fault);
}

enum step
attach_take(struct import *import, uint64_t id, bool *changed, struct fault *fault)
{
	struct buf contact = BUF_EMPTY;
	enum step step = STEP_GO;
	bool done, linked = false;
	size_t i;

	buf_printf(&contact, "#%llu", (unsigned long long)id);
	if (buf_check(&contact, fault) != 0)
		step = STEP_FAULT;
	for (i = 0; step == STEP_GO && i < import->attach->count; i++) {
		step = take_link(import, &import->attach->links[i], id,
		    buf_as_view(&contact), &done, fault);
		linked |= done;
	}
	if (linked)
		name_change(import, "link");
	*changed |= linked;
	if (step == STEP_GO && import->options.creates_users) {
		step = new_user_take(import, id, &done, fault);
		if (done)
			name_change(import, "user");
		*changed |= done;
	}
	if (step == STEP_GO && import->options.note != NULL) {
		step = take_note(import, buf_as_view(&contact), &done, fault);
		if (done)
			name_change(import, "note");
		*changed |= done;
	}
	buf_release(&contact);
	return step;
}
