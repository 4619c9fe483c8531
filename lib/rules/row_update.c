/* SPDX-License-Identifier: ISC */
/*
 * A row that meets a record: whether it may change it, what an edit has to leave, and
 * the write. Values of the form that lie in the store's pages are copied before
 * anything else is written.
 */
#include "model/viewer.h"
#include "rules/archive.h"
#include "rules/attach.h"
#include "rules/merge.h"
#include "rules/wish.h"

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
write_form(struct import *import, struct draft *draft, uint64_t id, struct record record,
    struct fault *fault)
{
	struct view was, is;
	bool changed;

	was = arena_copy(&import->arena, record_get(record, CONTACT_ORGANIZATION));
	is = arena_copy(
	    &import->arena, record_form_get(&import->form, CONTACT_ORGANIZATION));
	if (import->report.all &&
	    import_name_changes(import, import->kind, &record, fault) != 0)
		return STEP_FAULT;
	if (change_update(import->txn, import->kind, id, record, &import->form,
		(uint32_t)draft->line,
		import->reconciling != NULL	    ? CAUSE_RECONCILE
		    : import->options.archives != 0 ? CAUSE_ARCHIVE
						    : CAUSE_ROW,
		&changed, fault) != 0 ||
	    row_settle(import, id, was, is, fault) != 0)
		return STEP_FAULT;
	if (import->kind == &kind_organization)
		employer_changed(import);
	return STEP_GO;
}

/* Whether the contact may have an address no more. */
static bool
gives_up_address(const struct import *import, struct record record)
{
	static const uint16_t slots[] = { CONTACT_EMAIL, CONTACT_OTHER_EMAILS };
	struct view had;
	size_t i;

	for (i = 0; import->kind == &kind_contact && i < 2; i++) {
		had = record_get(record, slots[i]);
		if (had.len > 0 &&
		    !view_equal(had, record_form_get(&import->form, slots[i])))
			return true;
	}
	return false;
}

enum step
row_write(struct import *import, struct draft *draft, uint64_t id, struct record record,
    struct fault *fault)
{
	struct wish wish = WISH_EMPTY;
	enum step step;

	if (!gives_up_address(import, record))
		return write_form(import, draft, id, record, fault);
	/* Looking up what keeps it out of mail may move the pages of the record. */
	step = import_form_own(import, fault) != 0 ||
		wish_of(&wish, import->txn, record, fault) != 0 ||
		import_record(import, id, &record, fault) != 0
	    ? STEP_FAULT
	    : write_form(import, draft, id, record, fault);
	if (step == STEP_GO &&
	    wish_keep(&wish, import->txn, id, &import->counts.also, fault) != 0)
		step = STEP_FAULT;
	wish_release(&wish);
	return step;
}

enum step
row_stale(struct import *import, const struct draft *draft, struct record record)
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
		return row_stale(import, draft, record);
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

static int
claim_flags(
    struct import *import, const struct draft *draft, bool *claims, struct fault *fault)
{
	*claims = false;
	return import->kind == &kind_contact ? archive_claim(import, draft, claims, fault)
					     : 0;
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
	step = row_write(import, draft, id, record, fault);
	return step == STEP_GO ? STEP_SKIP : step;
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

/* Whether the form has an external id; attributes are beside those. */
static int
has_ext(struct import *import, bool *has, struct fault *fault)
{
	const struct field *field;
	unsigned i;

	*has = false;
	for (i = 0; !*has && i < import->form.extra_count; i++) {
		if (import_field(import, import->form.extras[i].slot, &field, fault) != 0)
			return -1;
		*has = field == &field_ext;
	}
	return 0;
}

/* HS-4, X-10: what is left has to be known by something, and by nothing that is
 * somebody else's. */
static enum step
check_edit(struct import *import, struct draft *draft, uint64_t id, struct fault *fault)
{
	const struct record_form *form = &import->form;
	bool named;
	unsigned slot;

	if (has_ext(import, &named, fault) != 0)
		return STEP_FAULT;
	if (import->kind == &kind_organization && !named &&
	    record_form_get(form, ORGANIZATION_NAME).len == 0)
		return import_stop(import, STEP_ERROR, "REQUIRED",
		    "an organization needs a name or an external id");
	named |= import->kind != &kind_contact;
	for (slot = CONTACT_FIRST_NAME; !named && slot <= CONTACT_OTHER_EMAILS; slot++)
		named = record_form_get(form, (uint16_t)slot).len > 0;
	if (!named)
		return import_stop(import, STEP_ERROR, "REQUIRED",
		    "a contact needs an e-mail address, a name or an external id");
	return match_free(import, draft, id, fault);
}

/* A2: what takes a record out of use is under the guard, however it is said. */
static bool
leaves_use(const struct import *import, struct record record)
{
	const struct record_form *form = &import->form;

	if (import->kind == &kind_user)
		return view_is(record_form_get(form, USER_ACCESS), "false") &&
		    !view_is(record_get(record, USER_ACCESS), "false");
	return import->kind == &kind_contact &&
	    ((record_form_get(form, CONTACT_ARCHIVED_AT).len > 0 &&
		 record_get(record, CONTACT_ARCHIVED_AT).len == 0) ||
		(view_is(record_form_get(form, CONTACT_APPROVAL), "Rejected") &&
		    !archive_rejected(record)));
}

static enum step
write_edited(struct import *import, struct draft *draft, uint64_t id,
    struct record record, struct fault *fault)
{
	struct view organization =
	    arena_copy(&import->arena, record_get(record, CONTACT_ORGANIZATION));
	bool attached = false, leaves = leaves_use(import, record),
	     rejects = import->options.edits && import->kind == &kind_contact &&
	    view_is(record_form_get(&import->form, CONTACT_APPROVAL), "Rejected");
	enum step step;

	if (import->options.edits)
		import->taken += import->options.clear_count > 0 || leaves;
	step = row_write(import, draft, id, record, fault);
	if (step == STEP_GO && rejects &&
	    row_place(import, id, organization, true, fault) != 0)
		return STEP_FAULT;
	if (step == STEP_GO && import->attach != NULL)
		step = attach_take(import, id, &attached, fault);
	return step == STEP_GO && leaves && import->kind == &kind_contact &&
		row_say_points(import, id, fault) != 0
	    ? STEP_FAULT
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
	bool claims;
	size_t i;

	if (import_record(import, id, &record, fault) != 0)
		return STEP_FAULT;
	record_form_from(&import->form, record);
	if (claim_flags(import, draft, &claims, fault) != 0)
		return STEP_FAULT;
	for (i = 0; i < draft->count; i++) {
		field = kind_slot(import->kind, draft->cells[i].slot);
		if (field != NULL && (field->flags & FIELD_CONSENT) != 0 &&
		    view_is(draft->cells[i].value, "true"))
			record_form_set(&import->form, field->slot, VIEW("true"));
	}
	*changed = !record_same(record, &import->form);
	return *changed ? row_write(import, draft, id, record, fault) : STEP_SKIP;
}

/* the row is that of a record which was merged into this one. It says what
 * the other was, so nothing of it is taken where the two differ. */
static enum step
update_merged(struct import *import, struct draft *draft, uint64_t id,
    struct record record, bool *changed, struct fault *fault)
{
	enum step step = apply_draft(import, draft, id, &record, fault);
	bool claims;

	if (step != STEP_GO)
		return step;
	if (claim_flags(import, draft, &claims, fault) != 0)
		return STEP_FAULT;
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

enum step
row_update(struct import *import, struct draft *draft, uint64_t id, bool *changed,
    struct fault *fault)
{
	const char *code = import->code;
	struct record record;
	uint64_t line;
	enum step step;
	bool archives, same, claims, is_other;

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
	if (claim_flags(import, draft, &claims, fault) != 0)
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
		step = organization_row(import, id, &record, fault);
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
