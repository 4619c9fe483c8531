/* SPDX-License-Identifier: ISC */
/*
 * A row that meets nobody. The form is complete, and all that can fail for the row has
 * been tried, before the first write.
 */
#include "rules/archive.h"
#include "rules/attach.h"

/* What creation and change of a contact mean for organizations. Both references
 * are copies: those of the record moved when it was written. */
int
row_settle(struct import *import, uint64_t id, struct view was, struct view is,
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

/* A new contact with the address of somebody who wants no mail there gets none. */
static void
take_wish(struct import *import)
{
	if (import->opted_out == 0 ||
	    view_is(record_form_get(&import->form, CONTACT_DO_NOT_EMAIL), "true"))
		return;
	apply_set_kept(import, CONTACT_DO_NOT_EMAIL, VIEW("true"));
	import->code = "KEPT";
	buf_clear(&import->message);
	buf_printf(&import->message, "do_not_email: as #%llu wishes, who has the address",
	    (unsigned long long)import->opted_out);
}

enum step
row_create(struct import *import, struct draft *draft, uint64_t archived, uint64_t *id,
    struct fault *fault)
{
	const char *code = import->code;
	struct view is;
	enum step step;
	bool attached = false;

	if (import->options.mode == IMPORT_UPDATE)
		return import_stop(
		    import, STEP_SKIP, "NO_MATCH", "no record has these keys");
	step = apply_draft(import, draft, 0, NULL, fault);
	if (step == STEP_GO)
		step = picklist_row(import, NULL, fault);
	if (step == STEP_GO)
		step = account_row(import, 0, fault);
	if (step == STEP_GO)
		step = organization_row(import, 0, NULL, fault);
	if (step != STEP_GO)
		return step;
	import->code = code;
	step = status_row(import, draft, NULL, fault);
	if (step != STEP_GO)
		return step;
	/* Before an organization is made for the row. */
	if (import->attach != NULL) {
		step = import_form_own(import, fault) != 0
		    ? STEP_FAULT
		    : attach_check(import, 0, fault);
		if (step != STEP_GO)
			return step;
	}
	code = import->code;
	if ((archived != 0 && archive_pass_ids(import, archived, fault) != 0) ||
	    (import->makes_employer && apply_employer(import, draft, true, fault) != 0) ||
	    (draft->archived && archive_inactive(import, 0, fault) != 0) ||
	    (import->kind == &kind_contact && archive_date(import, fault) != 0))
		return STEP_FAULT;
	import->code = code;
	take_wish(import);
	is = arena_copy(
	    &import->arena, record_form_get(&import->form, CONTACT_ORGANIZATION));
	if (change_create_known(import->txn, import->kind, &import->form,
		(uint32_t)draft->line, CAUSE_ROW, draft->keys, single_keys(draft), id,
		fault) != 0 ||
	    match_created(import, *id, fault) != 0 ||
	    row_settle(import, *id, (struct view){ NULL, 0 }, is, fault) != 0)
		return STEP_FAULT;
	if (import->kind == &kind_organization)
		employer_changed(import);
	if (import->report.all &&
	    import_name_changes(import, import->kind, NULL, fault) != 0)
		return STEP_FAULT;
	return import->attach == NULL ? STEP_GO
				      : attach_take(import, *id, &attached, fault);
}
