/* SPDX-License-Identifier: ISC */
/*
 * One row: matched, applied, written, reported. What a row leaves half done is
 * never in the store: the form is complete, and all that can fail for the row
 * has been tried, before the first write.
 */
#include <stdio.h>

#include "model/references.h"
#include "model/viewer.h"
#include "rules/archive.h"
#include "rules/attach.h"
#include "rules/beside.h"
#include "rules/people.h"
#include "rules/points.h"
#include "rules/merge.h"
#include "rules/removal.h"

/* What people know the row by: its first key, else its name. */
static void
put_key(struct import *import, const struct draft *draft, uint64_t id, struct buf *out)
{
	const struct field *field;
	struct view element;
	struct fault ignored;
	size_t i;

	for (i = draft->count; i > 0 && draft->cells[i - 1].slot >= RECORD_FIXED; i--) {
		element = draft->cells[i - 1].value;
		if (draft->cells[i - 1].slot >= FIELD_VIRTUAL || element.len == 0 ||
		    import_field(import, draft->cells[i - 1].slot, &field, &ignored) !=
			0 ||
		    field != &field_ext)
			continue;
		buf_view(out, element);
		return;
	}
	for (i = 0; i < draft->count; i++) {
		field = kind_slot(import->kind, draft->cells[i].slot);
		if (field == NULL || (field->flags & FIELD_KEY) == 0 ||
		    draft->cells[i].value.len == 0)
			continue;
		buf_view(out, draft->cells[i].value);
		return;
	}
	if (import->options.removes) {
		buf_view(out, buf_as_view(&import->key_text));
	} else if (import->options.selects) {
		selection_key(import, id, out);
		if (out->len == 0)
			buf_view(out, buf_as_view(&import->key_text));
	} else if (import->kind == &kind_contact) {
		struct name_parts parts = { .first = { NULL, 0 } };
		const struct cell *cell;

		if ((cell = draft_cell(draft, CONTACT_FIRST_NAME)) != NULL)
			parts.first = cell->value;
		if ((cell = draft_cell(draft, CONTACT_LAST_NAME)) != NULL)
			parts.last = cell->value;
		name_join(out, &parts);
	}
}

int
import_tell(struct import *import, const struct draft *draft, uint64_t id,
    enum import_action action, struct fault *fault)
{
	struct import_result result = { .line = draft->line, .id = id, .action = action };
	struct buf key = BUF_EMPTY;
	int rc;

	import->counts.read++;
	import->file_rows += import->code == NULL || strcmp(import->code, "EMPTY") != 0;
	import->counts.by_action[action]++;
	if (!import->report.all && action != ACTION_ERROR)
		return 0;
	put_key(import, draft, id, &key);
	result.key = buf_as_view(&key);
	result.message = buf_as_view(&import->message);
	result.changed = buf_as_view(&import->changed);
	result.code = import->code == NULL ? "" : import->code;
	result.draft = draft;
	rc = buf_check(&key, fault) != 0 || buf_check(&import->message, fault) != 0 ||
		buf_check(&import->changed, fault) != 0
	    ? -1
	    : import->report.result(import->report.context, &result, fault);
	buf_release(&key);
	return rc;
}

int
import_name_changes(struct import *import, const struct record *old, struct fault *fault)
{
	struct view was, is, name;
	enum name_class class;
	const struct field *field;
	size_t i;
	int found;

	buf_clear(&import->changed);
	for (i = 0; i < import->kind->count; i++) {
		field = import->kind->fields + i;
		if (field->slot >= RECORD_FIXED)
			continue;
		was = old == NULL ? (struct view){ NULL, 0 }
				  : record_get(*old, field->slot);
		is = record_form_get(&import->form, field->slot);
		if (view_equal(was, is))
			continue;
		if (import->changed.len > 0)
			buf_char(&import->changed, ' ');
		buf_text(&import->changed, field->name);
	}
	for (i = 0; i < import->form.extra_count; i++) {
		was = old == NULL ? (struct view){ NULL, 0 }
				  : record_get(*old, import->form.extras[i].slot);
		if (view_equal(was, import->form.extras[i].value))
			continue;
		found = txn_slot_name(
		    import->txn, import->form.extras[i].slot, &class, &name, NULL, fault);
		if (found < 0)
			return -1;
		if (import->changed.len > 0)
			buf_char(&import->changed, ' ');
		buf_text(&import->changed, class == NAME_EXT ? "ext." : "attr.");
		buf_view(&import->changed, name);
	}
	return buf_check(&import->changed, fault);
}

/* What creation and change of a contact mean for organizations. Both references
 * are copies: those of the record moved when it was written. */
static int
settle_organizations(struct import *import, uint64_t id, struct view was, struct view is,
    struct fault *fault)
{
	uint64_t organization;

	if (import->kind != &kind_contact || view_equal(was, is))
		return 0;
	if (reference_id(was, &organization) &&
	    employer_left(import, organization, id, fault) != 0)
		return -1;
	/* TW-42: coming back is not joining, but for the place that was left. */
	if (import->revival.under_way && !import->revival.primary &&
	    view_equal(is, import->revival.organization))
		return 0;
	return reference_id(is, &organization)
	    ? employer_joined(import, organization, id, fault)
	    : 0;
}

/* How many of the draft's keys, which came in order of slot with ext ids last,
 * are those of the only value in their slot: an ext cell may give several. */
static size_t
single_keys(const struct draft *draft)
{
	const struct cell *cell;
	size_t i;

	for (i = 0; i < draft->key_count; i++) {
		cell = draft_cell(draft, draft->keys[i].slot);
		if (cell == NULL || memchr(cell->value.at, ';', cell->value.len) != NULL)
			break;
	}
	return i;
}

int
import_form_own(struct import *import, struct fault *fault)
{
	struct record_form *form = &import->form;
	uint64_t rest;
	unsigned i;

	for (rest = form->present; rest != 0; rest &= rest - 1) {
		i = (unsigned)__builtin_ctzll(rest);
		form->fixed[i] = arena_copy(&import->arena, form->fixed[i]);
		if (form->fixed[i].at == NULL)
			return fault_memory(fault);
	}
	for (i = 0; i < form->extra_count; i++) {
		form->extras[i].value = arena_copy(&import->arena, form->extras[i].value);
		if (form->extras[i].value.at == NULL)
			return fault_memory(fault);
	}
	return 0;
}

static enum step
create(struct import *import, struct draft *draft, uint64_t archived, uint64_t *id,
    struct fault *fault)
{
	const char *code = import->code;
	struct view is;
	enum step step;
	bool attached;

	if (import->options.mode == IMPORT_UPDATE)
		return import_stop(
		    import, STEP_SKIP, "NO_MATCH", "no record has these keys");
	step = apply_draft(import, draft, 0, NULL, fault);
	if (step == STEP_GO)
		step = picklist_row(import, NULL, fault);
	if (step == STEP_GO)
		step = account_row(import, 0, fault);
	if (step == STEP_GO)
		step = organization_row(import, NULL, fault);
	if (step != STEP_GO)
		return step;
	import->code = code;
	step = status_row(import, draft, NULL, fault);
	if (step != STEP_GO)
		return step;
	code = import->code;
	if ((archived != 0 && archive_pass_ids(import, archived, fault) != 0) ||
	    (import->makes_employer && apply_employer(import, draft, true, fault) != 0) ||
	    (draft->archived && archive_inactive(import, 0, fault) != 0) ||
	    (import->kind == &kind_contact && archive_date(import, fault) != 0))
		return STEP_FAULT;
	import->code = code;
	is = arena_copy(
	    &import->arena, record_form_get(&import->form, CONTACT_ORGANIZATION));
	if (import->attach != NULL) {
		step = import_form_own(import, fault) != 0
		    ? STEP_FAULT
		    : attach_check(import, 0, fault);
		if (step != STEP_GO)
			return step;
	}
	if (change_create_known(import->txn, import->kind, &import->form,
		(uint32_t)draft->line, CAUSE_ROW, draft->keys, single_keys(draft), id,
		fault) != 0 ||
	    match_created(import, *id, fault) != 0 ||
	    settle_organizations(import, *id, (struct view){ NULL, 0 }, is, fault) != 0)
		return STEP_FAULT;
	if (import->kind == &kind_organization)
		employer_changed(import);
	if (import->report.all && import_name_changes(import, NULL, fault) != 0)
		return STEP_FAULT;
	if (import->attach == NULL)
		return STEP_GO;
	step = attach_take(import, *id, &attached, fault);
	/* CS-34: both come, or neither. */
	return step == STEP_ERROR && removal_take(import, *id, fault) == STEP_FAULT
	    ? STEP_FAULT
	    : step;
}

/* the line of this file on which the record was met before, or 0. */
static int
met_before(struct import *import, const struct draft *draft, uint64_t id,
    struct record record, uint64_t *line, struct fault *fault)
{
	*line = 0;
	if (id >= import->file_first_id) {
		*line = record_line(record);
		return 0;
	}
	return seen_note(&import->seen, id, draft->line, line, fault);
}

static enum step
write_update(struct import *import, struct draft *draft, uint64_t id,
    struct record record, struct fault *fault)
{
	struct view was, is;
	bool changed;

	was = arena_copy(&import->arena, record_get(record, CONTACT_ORGANIZATION));
	is = arena_copy(
	    &import->arena, record_form_get(&import->form, CONTACT_ORGANIZATION));
	if (import->report.all && import_name_changes(import, &record, fault) != 0)
		return STEP_FAULT;
	if (change_update(import->txn, import->kind, id, record, &import->form,
		(uint32_t)draft->line,
		import->reconciling != NULL	    ? CAUSE_RECONCILE
		    : import->options.archives != 0 ? CAUSE_ARCHIVE
						    : CAUSE_ROW,
		&changed, fault) != 0 ||
	    settle_organizations(import, id, was, is, fault) != 0)
		return STEP_FAULT;
	if (import->kind == &kind_organization)
		employer_changed(import);
	return STEP_GO;
}

static enum step
stale(struct import *import, const struct draft *draft, struct record record)
{
	return import_stop(import, STEP_ERROR, "STALE",
	    "rev: the record was changed in revision %llu, the row knows %llu",
	    (unsigned long long)record_rev(record), (unsigned long long)draft->rev);
}

static enum step
may_update(struct import *import, const struct draft *draft, uint64_t id,
    struct record record, uint64_t line)
{
	enum import_archived wanted = import->options.archived;

	if (archive_holds(import, record) && !import->revival.under_way) {
		if (archive_rejected(record))
			return import_stop(import, STEP_SKIP, "FROZEN",
			    "#%llu is rejected", (unsigned long long)id);
		if (wanted != ARCHIVED_UPDATE && !import->options.selects &&
		    !import->options.edits)
			return import_stop(import, STEP_SKIP, "MATCHED_ARCHIVED",
			    "#%llu is archived (--archived "
			    "revive brings it back)",
			    (unsigned long long)id);
	}
	/* What a row of this file changed before is told as such below. */
	if (draft->has_rev && line == 0 && draft->rev != record_rev(record))
		return stale(import, draft, record);
	if (line != 0 && !import->options.repeated_last)
		return import_stop(import, STEP_ERROR, "DUP_IN_FILE",
		    "line %llu is the same record and says otherwise "
		    "(--repeated last takes the last)",
		    (unsigned long long)line);
	/* TR-44: an event is taken once, whatever a later row says of it. */
	if (import->kind == &kind_status_event)
		return import_stop(import, STEP_SKIP, "EXISTS",
		    "the event was taken in revision %llu and said otherwise",
		    (unsigned long long)record_created(record));
	return STEP_GO;
}

enum step
import_seen(struct import *import, uint64_t id, struct record record, struct fault *fault)
{
	int may = viewer_may_change(import->txn, record, fault);

	if (may != 0)
		return may < 0 ? STEP_FAULT : STEP_GO;
	return import_stop(import, STEP_SKIP, "NOT_YOURS",
	    "#%llu is there for others alone", (unsigned long long)id);
}

/* The row is skipped, since the contact is out of use, but an opt-out in it is not
 * lost when the contact comes back. */
static enum step
claim_alone(struct import *import, struct draft *draft, uint64_t id, struct record record,
    struct fault *fault)
{
	enum step step;
	bool claims;

	record_form_from(&import->form, record);
	if (archive_claim(import, draft, &claims, fault) != 0)
		return STEP_FAULT;
	step = write_update(import, draft, id, record, fault);
	return step == STEP_GO ? STEP_SKIP : step;
}

/* CS-21, TW-42: who is rejected gives up the primary place where it stays, and
 * gets it back when it is free. */
static int
settle_place(struct import *import, uint64_t id, struct view organization, bool rejected,
    struct fault *fault)
{
	uint64_t of;

	if (!reference_id(organization, &of))
		return 0;
	if (rejected)
		return employer_left(import, of, id, fault);
	return import->revival.primary ? employer_joined(import, of, id, fault) : 0;
}

/* What the row changes of the record itself is nothing, but more goes with it. */
static enum step
attach_alone(struct import *import, uint64_t id, struct record record, bool *changed,
    struct fault *fault)
{
	enum step step;

	if (archive_rejected(record))
		return import_stop(import, STEP_SKIP, "FROZEN", "#%llu is rejected",
		    (unsigned long long)id);
	step = import_form_own(import, fault) != 0 ? STEP_FAULT
						   : attach_check(import, id, fault);
	return step == STEP_GO ? attach_take(import, id, changed, fault) : step;
}

/* HS-4, X-10: what is left has to be known by something, and by nothing that is
 * somebody else's. */
static enum step
check_edit(struct import *import, struct draft *draft, uint64_t id, struct fault *fault)
{
	const struct record_form *form = &import->form;
	bool named = import->kind != &kind_contact || form->extra_count > 0;
	unsigned slot;

	for (slot = CONTACT_FIRST_NAME; !named && slot <= CONTACT_OTHER_EMAILS; slot++)
		named = record_form_get(form, (uint16_t)slot).len > 0;
	if (!named)
		return import_stop(import, STEP_ERROR, "REQUIRED",
		    "a contact needs an e-mail address, a name or an external id");
	if (import->kind == &kind_organization &&
	    record_form_get(form, ORGANIZATION_NAME).len == 0 && form->extra_count == 0)
		return import_stop(import, STEP_ERROR, "REQUIRED",
		    "an organization needs a name or an external id");
	return match_free(import, draft, id, fault);
}

static enum step
write_edited(struct import *import, struct draft *draft, uint64_t id,
    struct record record, struct fault *fault)
{
	struct view organization =
	    arena_copy(&import->arena, record_get(record, CONTACT_ORGANIZATION));
	bool attached,
	    rejects = import->options.edits && import->kind == &kind_contact &&
	    view_is(record_form_get(&import->form, CONTACT_APPROVAL), "Rejected");
	enum step step;

	if (import->options.clear_count > 0 || import->options.disables)
		import->taken++;
	step = write_update(import, draft, id, record, fault);
	if (step == STEP_GO && rejects &&
	    settle_place(import, id, organization, true, fault) != 0)
		return STEP_FAULT;
	return step == STEP_GO && import->attach != NULL
	    ? attach_take(import, id, &attached, fault)
	    : step;
}

/* of a row of somebody who was merged into the record, what he does not want
 * is taken all the same. */
static enum step
take_consent(struct import *import, struct draft *draft, uint64_t id, bool *changed,
    struct fault *fault)
{
	struct record record;
	const struct field *field;
	size_t i;

	if (import_record(import, id, &record, fault) != 0)
		return STEP_FAULT;
	record_form_from(&import->form, record);
	for (i = 0; i < draft->count; i++) {
		field = kind_slot(import->kind, draft->cells[i].slot);
		if (field != NULL && (field->flags & FIELD_CONSENT) != 0 &&
		    view_is(draft->cells[i].value, "true"))
			record_form_set(&import->form, field->slot, VIEW("true"));
	}
	*changed = !record_same(record, &import->form);
	return *changed ? write_update(import, draft, id, record, fault) : STEP_SKIP;
}

/* the row is that of a record which was merged into this one. It says what
 * the other was, so nothing of it is taken where the two differ. */
static enum step
update_merged(struct import *import, struct draft *draft, uint64_t id,
    struct record record, bool *changed, struct fault *fault)
{
	enum step step = apply_draft(import, draft, id, &record, fault);

	if (step != STEP_GO)
		return step;
	import->code = NULL;
	buf_clear(&import->message);
	buf_clear(&import->changed);
	if (!import->makes_employer &&
	    (!import->touched || record_same(record, &import->form)))
		return STEP_GO;
	if (archive_rejected(record))
		return import_stop(import, STEP_SKIP, "FROZEN", "#%llu is rejected",
		    (unsigned long long)id);
	(void)import_stop(import, STEP_SKIP, "MERGED",
	    "its record was merged into #%llu, which says otherwise",
	    (unsigned long long)id);
	return take_consent(import, draft, id, changed, fault);
}

static enum step
update(struct import *import, struct draft *draft, uint64_t id, bool *changed,
    struct fault *fault)
{
	const char *code = import->code;
	struct record record;
	uint64_t line;
	enum step step;
	bool archives, same, claims = false, is_other;

	*changed = false;
	if (import->options.mode == IMPORT_CREATE)
		return import_stop(import, STEP_SKIP, "EXISTS", "#%llu has these keys",
		    (unsigned long long)id);
	if (import_record(import, id, &record, fault) != 0 ||
	    merge_is_other(import, draft, id, record, &is_other, fault) != 0)
		return STEP_FAULT;
	if (is_other && !import->options.selects)
		return update_merged(import, draft, id, record, changed, fault);
	if (met_before(import, draft, id, record, &line, fault) != 0)
		return STEP_FAULT;
	step = apply_draft(import, draft, id, &record, fault);
	/* TR-44: an event that was taken is done, though it could not be any more. */
	if (step == STEP_ERROR && import->kind == &kind_status_event) {
		import->code = code;
		buf_clear(&import->message);
		return STEP_GO;
	}
	if (step != STEP_GO)
		return step;
	if (import->kind == &kind_contact &&
	    archive_claim(import, draft, &claims, fault) != 0)
		return STEP_FAULT;
	archives = draft->archived && !archive_holds(import, record);
	import->code = code;
	if (import->kept.len > 0) {
		import->code = "KEPT";
		buf_clear(&import->message);
		buf_printf(
		    &import->message, "left as stored: %s", buf_string(&import->kept));
	}
	same = !import->makes_employer && !archives &&
	    (!import->touched || record_same(record, &import->form));
	if (same)
		return import->attach == NULL
		    ? STEP_GO
		    : attach_alone(import, id, record, changed, fault);
	step = import_seen(import, id, record, fault);
	if (step != STEP_GO)
		return step;
	step = may_update(import, draft, id, record, line);
	if (step == STEP_SKIP && claims)
		return claim_alone(import, draft, id, record, fault);
	if (step == STEP_GO)
		step = picklist_row(import, &record, fault);
	if (step == STEP_GO)
		step = account_row(import, id, fault);
	if (step == STEP_GO)
		step = organization_row(import, &record, fault);
	if (step == STEP_GO)
		step = status_row(import, draft, &record, fault);
	if (step == STEP_GO && import->options.edits)
		step = check_edit(import, draft, id, fault);
	if (step == STEP_GO && import->attach != NULL) {
		step = import_form_own(import, fault) != 0
		    ? STEP_FAULT
		    : attach_check(import, id, fault);
		if (step == STEP_GO && import_record(import, id, &record, fault) != 0)
			step = STEP_FAULT;
	}
	if (step != STEP_GO)
		return step;
	*changed = true;
	/* Making an organization may move the pages that the record lies on,
	 * so what the form borrows from them is copied first. */
	if ((import->makes_employer || archives) &&
	    (import_form_own(import, fault) != 0 ||
		(import->makes_employer &&
		    apply_employer(import, draft, false, fault) != 0) ||
		(archives && archive_inactive(import, id, fault) != 0) ||
		import_record(import, id, &record, fault) != 0))
		return STEP_FAULT;
	return write_edited(import, draft, id, record, fault);
}

/* HS-67: who is still asked for somewhere. */
static int
say_points(struct import *import, uint64_t id, struct fault *fault)
{
	struct points points;

	if (points_find(import, id, &points, fault) != 0)
		return -1;
	if (points.count == 0)
		return 0;
	import->code = "POINT_OF_CONTACT";
	buf_clear(&import->message);
	points_print(&import->message, id, &points);
	return 0;
}

/* A chosen contact is taken out of use or brought back. */
static enum step
archive(struct import *import, struct draft *draft, uint64_t id, bool *changed,
    struct fault *fault)
{
	const struct record_form *form = &import->form;
	struct record record;
	struct view organization;
	bool stays, rejected;
	enum step step;

	*changed = false;
	if (import_record(import, id, &record, fault) != 0)
		return STEP_FAULT;
	if (draft->has_rev && draft->rev != record_rev(record) &&
	    record_rev(record) != txn_rev(import->txn))
		return stale(import, draft, record);
	step = archive_take(import, id, &record, fault);
	if (step != STEP_GO || record_same(record, form))
		return step;
	*changed = true;
	import->taken++;
	/* Writing moves the pages that the form borrows from. */
	organization =
	    arena_copy(&import->arena, record_get(record, CONTACT_ORGANIZATION));
	stays = view_equal(organization, record_form_get(form, CONTACT_ORGANIZATION));
	rejected = view_is(record_form_get(form, CONTACT_APPROVAL), "Rejected");
	step = write_update(import, draft, id, record, fault);
	if (step != STEP_GO ||
	    (stays && settle_place(import, id, organization, rejected, fault) != 0))
		return STEP_FAULT;
	return (import->options.archives & (ARCHIVE_INACTIVE | ARCHIVE_REJECT)) != 0 &&
		say_points(import, id, fault) != 0
	    ? STEP_FAULT
	    : STEP_GO;
}

/* Whether a value of the field tells who or what the record is. */
static bool
identifies(const struct import *import, const struct field *field)
{
	return field == &field_ext || (field->flags & FIELD_KEY) != 0 ||
	    (import->kind == &kind_contact && field->slot >= CONTACT_FIRST_NAME &&
		field->slot <= CONTACT_NAME);
}

/* HS-4: what a new record needs at least; files skip such rows as EMPTY
 * before they come here. */
static enum step
require(struct import *import, const struct draft *draft, struct fault *fault)
{
	const struct field *field;
	const char *key = NULL;
	size_t i;

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

/* One row, whatever it says. */
int
import_take(struct import *import, struct draft *draft, uint64_t *id, struct fault *fault)
{
	bool changed = false, created = false, removed = false, merged = false;
	enum step step = STEP_GO;
	uint64_t archived = 0, person = 0, person_made = 0;

	*id = 0;
	import->line = draft->line;
	if (import->statuses != NULL)
		statuses_at(
		    import->statuses, draft->line, import->kind == &kind_status_event);
	import->code = NULL;
	import->learner = import->shared[0] = 0;
	import->revival = (struct revival){ .under_way = false };
	buf_clear(&import->message);
	buf_clear(&import->changed);
	buf_clear(&import->kept);
	buf_clear(&import->key_text);
	arena_clear(&import->arena);
	if (import->missing.lists)
		return missing_list(import, draft, fault);
	if (import->options.closes_missing && missing_note(import, draft, fault) != 0)
		return -1;
	if (draft->code != NULL) {
		import->code = draft->code;
		if (draft->message != NULL)
			buf_text(&import->message, draft->message);
		if (draft->deleted && draft->master.len > 0 &&
		    import_alias(import, draft, fault) != 0)
			return -1;
		return import_tell(import, draft, 0,
		    draft->skipped ? ACTION_SKIPPED : ACTION_ERROR, fault);
	}
	if (!import->options.edits && merge_sets(import, draft, fault) != 0)
		return -1;
	step = people_take(import, draft, &person, &person_made, fault);
	if (step == STEP_GO)
		step = match_row(import, draft, id, fault);
	if (*id != 0)
		import->last_met = *id;
	if (step == STEP_GO && import->options.edits &&
	    merge_sets(import, draft, fault) != 0)
		return -1;
	if (step == STEP_GO && import->erasures != NULL &&
	    !erasures_none(import->erasures))
		step = suppress_row(import, draft, *id, fault);
	if (step == STEP_GO && import->reconciling != NULL &&
	    reconcile(import, draft, *id, fault) != 0)
		return -1;
	if (step == STEP_GO && *id != 0 && import->options.archived == ARCHIVED_NEW) {
		struct record record;

		if (import_record(import, *id, &record, fault) != 0)
			return -1;
		if (archive_holds(import, record)) {
			archived = *id;
			*id = 0;
		}
	}
	if (step == STEP_GO && *id == 0 && import->options.needs_ids &&
	    import->kind != &kind_status_event && import->code != NULL &&
	    strcmp(import->code, "NO_KEY") == 0)
		step = import_stop(import, STEP_ERROR, "REQUIRED",
		    "the row has no id, so it would be another %s each time",
		    import->kind->name);
	if (step == STEP_GO && import->options.links_contacts)
		step = people_of_employee(import, draft, *id, &person_made, fault);
	if (step == STEP_GO && import->options.removes) {
		buf_clear(&import->key_text);
		selection_key(import, *id, &import->key_text);
		step = removal_take(import, *id, fault);
		removed = step == STEP_GO;
	} else if (step == STEP_GO && import->options.pairs == PAIRS_MERGED) {
		step = merge_take(import, draft, *id, &changed, fault);
		merged = step == STEP_GO && changed;
	} else if (step == STEP_GO && import->options.pairs == PAIRS_APART) {
		step = merge_apart(import, draft, *id, &changed, fault);
	} else if (step == STEP_GO && import->options.archives != 0) {
		step = archive(import, draft, *id, &changed, fault);
	} else if (step == STEP_GO && *id == 0) {
		step = require(import, draft, fault);
		if (step == STEP_GO)
			step = create(import, draft, archived, id, fault);
		created = step == STEP_GO;
	} else if (step == STEP_GO) {
		step = update(import, draft, *id, &changed, fault);
	}
	if (step == STEP_GO && import->learner != 0 &&
	    employer_learn_id(import, import->learner, draft, fault) != 0)
		step = STEP_FAULT;
	if (step == STEP_GO && person != 0 && import->kind == &kind_event)
		step = people_join(import, *id, person, fault);
	if ((step == STEP_ERROR || step == STEP_SUPPRESS) && person_made != 0 &&
	    beside_retract(import, &kind_contact, person_made, fault) != 0)
		return -1;
	if (step == STEP_FAULT)
		return -1;
	if (step == STEP_GO)
		take_remark(import);
	return import_tell(import, draft, *id,
	    step == STEP_SKIP			    ? ACTION_SKIPPED
		: step == STEP_SUPPRESS		    ? ACTION_SUPPRESSED
		: step == STEP_ERROR		    ? ACTION_ERROR
		: removed && import->options.erases ? ACTION_ERASED
		: removed			    ? ACTION_DELETED
		: merged			    ? ACTION_MERGED
		: created			    ? ACTION_CREATED
		: changed			    ? ACTION_UPDATED
						    : ACTION_UNCHANGED,
	    fault);
}
