/* SPDX-License-Identifier: ISC */
/*
 * All that can keep two records apart is asked before the first write. Then those
 * who refer to the one are led to the other, the one goes, and the other becomes
 * what the form says: external ids and keys never have two bearers.
 */
#include "rules/merge.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/fold.h"
#include "model/account.h"
#include "model/merged.h"
#include "model/referrers.h"
#include "rules/archive.h"
#include "rules/kept.h"

/* What of a merge goes from record to record. */
struct merge {
	struct import *import;
	uint64_t keep, other;
	struct record_form *form; /* of who refers */
	struct buf value, text;
	/* Of an organization: who looks after its contacts from now on. */
	struct view assignee;
	/* Who refers to the other. */
	struct referrer *referrers;
	size_t count, cap;
};

static struct record
other_record(struct import *import, const struct draft *draft, uint64_t *other,
    enum step *step, struct fault *fault)
{
	struct record record = { NULL, 0 };
	int found;

	*step = STEP_FAULT;
	*other = draft->other;
	if (!draft->has_other) {
		*step = import_stop(import, STEP_ERROR, "REQUIRED",
		    "other: the row names one record alone");
		return record;
	}
	found = merged_resolve(import->txn, import->kind, other, fault);
	if (found == 0)
		found = txn_record(import->txn, *other, &record, fault);
	if (found == 0)
		*step = import_stop(import, STEP_ERROR, "NO_SUCH_ID",
		    "other: there is no record %llu", (unsigned long long)draft->other);
	else if (found == 1 && record_kind(record) != import->kind->number)
		*step = import_stop(import, STEP_ERROR, "WRONG_KIND",
		    "other: record %llu is no %s", (unsigned long long)draft->other,
		    import->kind->name);
	else if (found == 1)
		*step = import_seen(import, *other, record, fault);
	return record;
}

/* TW-21, X-38; and a record is itself. */
static enum step
may_touch(struct import *import, const struct draft *draft, uint64_t keep,
    struct record kept, struct record other)
{
	if (draft->has_other && draft->has_id && draft->other == draft->id)
		return import_stop(import, STEP_ERROR, "SAME_RECORD",
		    "other: #%llu is the record itself", (unsigned long long)keep);
	if (import->kind == &kind_contact &&
	    (archive_rejected(kept) || archive_rejected(other)))
		return import_stop(import, STEP_SKIP, "FROZEN", "#%llu is rejected",
		    (unsigned long long)(archive_rejected(kept) ? keep : draft->other));
	if (draft->has_rev && draft->rev != record_rev(kept) &&
	    record_rev(kept) != txn_rev(import->txn))
		return import_stop(import, STEP_ERROR, "STALE",
		    "rev: the record was changed in revision %llu, the row knows %llu",
		    (unsigned long long)record_rev(kept), (unsigned long long)draft->rev);
	return STEP_GO;
}

/* TW-9: whoever is with this organization is out of use. */
static bool
is_inactive_organization(struct import *import, struct record record)
{
	return import->kind == &kind_organization && employer_is_inactive(import, record);
}

/* CS-25, CS-35: a contact has one user and one employee. */
static enum step
check_links(struct import *import, uint64_t keep, uint64_t other, struct fault *fault)
{
	static const struct {
		const struct kind *kind;
		uint16_t slot;
		const char *code;
	} links[] = { { &kind_user, USER_CONTACT, "ALREADY_USER" },
		{ &kind_employee, EMPLOYEE_CONTACT, "ALREADY_LINKED" } };
	uint64_t one, two;
	size_t i;

	for (i = 0; import->kind == &kind_contact && i < 2; i++) {
		if (account_linked(import->txn, links[i].kind, links[i].slot, keep, 0,
			&one, fault) != 0 ||
		    account_linked(import->txn, links[i].kind, links[i].slot, other, 0,
			&two, fault) != 0)
			return STEP_FAULT;
		if (one != 0 && two != 0)
			return import_stop(import, STEP_ERROR, links[i].code,
			    "#%llu is linked to %s #%llu, #%llu to #%llu: only one can "
			    "be that of both",
			    (unsigned long long)keep, links[i].kind->name,
			    (unsigned long long)one, (unsigned long long)other,
			    (unsigned long long)two);
	}
	return STEP_GO;
}

/* Whom a reference means from now on. A primary contact is one of its
 * organization's contacts, so it goes where that is not so any more (CS-19,
 * CS-21). */
static uint64_t
meant(const struct merge *merge, const struct referrer *referrer)
{
	uint64_t of;

	if (referrer->kind != &kind_organization ||
	    referrer->field->slot != ORGANIZATION_PRIMARY_CONTACT ||
	    (reference_id(
		 record_form_get(&merge->import->form, CONTACT_ORGANIZATION), &of) &&
		of == referrer->id))
		return merge->keep;
	return 0;
}

/* A contact that comes over to an organization is no former contact of it
 * (TW-13), is given back to it when it is revived (TW-42), and is looked after as
 * its others are (CS-39, CS-42). */
static int
mend_contact(struct merge *merge, bool joins, struct fault *fault)
{
	struct record_form *form = merge->form;
	struct view own = record_form_get(form, CONTACT_ORGANIZATION);
	struct view rest = record_form_get(form, CONTACT_FORMER_ORGANIZATIONS), element;
	struct buf *former = &merge->text, scratch = BUF_EMPTY;

	buf_clear(former);
	while (list_next(&rest, &element, &scratch))
		if (!view_equal(element, own))
			list_add(former, 0, element);
	buf_release(&scratch);
	record_form_set(form, CONTACT_FORMER_ORGANIZATIONS, buf_as_view(former));
	if (joins && merge->assignee.len > 0 &&
	    !view_is(record_form_get(form, CONTACT_APPROVAL), "Rejected"))
		record_form_set(form, CONTACT_ASSIGNED_TO, merge->assignee);
	return buf_check(former, fault);
}

/* The kind's record that has the same key as the form, other than id; 0 for
 * none. The field of the referrer is a part of that key. */
static int
find_twin(struct merge *merge, const struct referrer *referrer, uint64_t *twin,
    struct fault *fault)
{
	struct import *import = merge->import;
	const struct field *field;
	struct record record;
	struct view rest, part;
	size_t i;
	bool same;
	int found;

	*twin = 0;
	import->others.count = 0;
	if (index_find(import->txn,
		index_id_key(referrer->kind->number, referrer->field->slot, merge->keep),
		&import->others, fault) != 0)
		return -1;
	for (i = 0; *twin == 0 && i < import->others.count; i++) {
		found = txn_record(import->txn, import->others.at[i], &record, fault);
		if (found < 0)
			return -1;
		same = found == 1 && import->others.at[i] != referrer->id &&
		    record_kind(record) == referrer->kind->number;
		for (rest = view_of(referrer->kind->key); same && rest.len > 0;
		     rest = view_from(rest, part.len + 1)) {
			part = view_until(rest, strcspn(rest.at, "+"));
			field = kind_field(referrer->kind, part);
			same = view_equal(record_get(record, field->slot),
			    record_form_get(merge->form, field->slot));
		}
		if (same)
			*twin = import->others.at[i];
	}
	return 0;
}

static bool
is_key_part(const struct referrer *referrer)
{
	const char *key = referrer->kind->key;
	const char *at = key == NULL ? NULL : strstr(key, referrer->field->name);

	/* What was sent was sent twice, and counts twice. */
	if (referrer->kind == &kind_invitation)
		return false;

	return at != NULL && strchr(key, '+') != NULL;
}

/* HS-9: both took part in one event. What the one of keep lacks is filled; who was
 * the point of contact stays it (HS-64). */
static int
join_twins(struct merge *merge, const struct referrer *referrer, uint64_t twin,
    struct fault *fault)
{
	struct import *import = merge->import;
	struct record_form *form = merge->form;
	struct record one, other;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;
	bool changed;

	if (import_record(import, twin, &one, fault) != 0 ||
	    import_record(import, referrer->id, &other, fault) != 0)
		return -1;
	record_form_from(form, one);
	while (record_next(other, &position, &slot, &value))
		if (record_form_get(form, slot).len == 0 ||
		    (referrer->kind == &kind_participation &&
			slot == PARTICIPATION_ROLE && view_is(value, "Point of Contact")))
			record_form_set(form, slot, value);
	import->counts.also += record_rev(other) != txn_rev(import->txn);
	/* The form borrows from both, so it is written while both are there. */
	return change_update(import->txn, referrer->kind, twin, one, form, 0, CAUSE_MERGE,
		   &changed, fault) != 0 ||
		import_record(import, referrer->id, &other, fault) != 0
	    ? -1
	    : change_remove(
		  import->txn, referrer->kind, referrer->id, other, CAUSE_MERGE, fault);
}

/* The organization that an inactive contact is from, in what archiving kept. */
static int
mend_revival(struct merge *merge, struct fault *fault)
{
	struct view had = record_form_get(merge->form, CONTACT_REVIVAL), left;
	uint64_t id;

	left = kept_organization(had);
	if (!reference_id(left, &id) || id != merge->other)
		return 0;
	buf_clear(&merge->value);
	buf_put(&merge->value, had.at, (size_t)(left.at - had.at));
	reference_put(&merge->value, merge->keep);
	buf_view(&merge->value, view_from(had, (size_t)(left.at - had.at) + left.len));
	record_form_set(merge->form, CONTACT_REVIVAL, buf_as_view(&merge->value));
	return buf_check(&merge->value, fault);
}

/* Leads one reference to the record that is kept. */
static int
redirect(struct merge *merge, const struct referrer *referrer, struct fault *fault)
{
	struct import *import = merge->import;
	const struct field *field = referrer->field;
	struct buf led = BUF_EMPTY;
	struct record record;
	uint64_t twin = 0;
	bool changed, before, of_contact = referrer->kind == &kind_contact;
	int result = txn_record(import->txn, referrer->id, &record, fault);

	/* Gone already, as the twin of another. */
	if (result != 1)
		return result;
	before = record_rev(record) == txn_rev(import->txn);
	record_form_from(merge->form, record);
	result = referrers_redirect(&led, field, record_get(record, field->slot),
	    merge->other, meant(merge, referrer), fault);
	record_form_set(merge->form, field->slot, buf_as_view(&led));
	if (result == 0 && of_contact && import->kind == &kind_organization)
		result =
		    mend_contact(merge, field->slot == CONTACT_ORGANIZATION, fault) != 0
		    ? -1
		    : mend_revival(merge, fault);
	if (result == 0 && is_key_part(referrer))
		result = find_twin(merge, referrer, &twin, fault);
	if (result == 0 && twin != 0) {
		result = join_twins(merge, referrer, twin, fault);
	} else if (result == 0) {
		result = change_update(import->txn, referrer->kind, referrer->id, record,
		    merge->form, 0, CAUSE_MERGE, &changed, fault);
		import->counts.also += result == 0 && changed && !before;
	}
	buf_release(&led);
	return result;
}

/* What the two themselves refer to is what the form says. */
static bool
is_one_of_them(void *context, uint64_t id)
{
	const struct merge *merge = context;

	return id == merge->keep || id == merge->other;
}

static int
note_referrer(void *context, const struct referrer *referrer, struct fault *fault)
{
	struct merge *merge = context;
	struct referrer *at =
	    array_room(merge->referrers, merge->count, &merge->cap, sizeof(*at), fault);

	if (at == NULL)
		return -1;
	merge->referrers = at;
	at[merge->count++] = *referrer;
	return 0;
}

static int
redirect_all(struct merge *merge, struct fault *fault)
{
	const struct ids target = { &merge->other, 1, 1 };
	size_t i;
	int result = referrers_each(
	    merge->import->txn, &target, is_one_of_them, note_referrer, merge, fault);

	for (i = 0; result == 0 && i < merge->count; i++)
		result = redirect(merge, merge->referrers + i, fault);
	return result;
}

static int
write(struct merge *merge, const struct draft *draft, struct fault *fault)
{
	struct import *import = merge->import;
	struct record record;
	bool changed;

	if (import->kind == &kind_organization && !import->options.no_sync)
		merge->assignee =
		    record_form_get(&import->form, ORGANIZATION_ASSIGNED_TO);
	if (redirect_all(merge, fault) != 0 ||
	    import_record(import, merge->other, &record, fault) != 0 ||
	    change_remove(import->txn, import->kind, merge->other, record, CAUSE_MERGE,
		fault) != 0 ||
	    import_record(import, merge->keep, &record, fault) != 0 ||
	    change_update(import->txn, import->kind, merge->keep, record, &import->form,
		(uint32_t)draft->line, CAUSE_MERGE, &changed, fault) != 0)
		return -1;
	employer_changed(import);
	import->taken++;
	return 0;
}

enum step
merge_take(struct import *import, const struct draft *draft, uint64_t keep, bool *changed,
    struct fault *fault)
{
	struct merge merge = { .import = import, .keep = keep };
	struct record kept, other;
	enum step step;

	*changed = false;
	other = other_record(import, draft, &merge.other, &step, fault);
	if (step == STEP_GO && import_record(import, keep, &kept, fault) != 0)
		step = STEP_FAULT;
	if (step == STEP_GO)
		step = may_touch(import, draft, keep, kept, other);
	if (step != STEP_GO || merge.other == keep)
		return step;
	if (is_inactive_organization(import, kept) ||
	    is_inactive_organization(import, other))
		return import_stop(import, STEP_ERROR, "IN_USE",
		    "the organization of those who are out of use is merged with none");
	/* What a person types is his latest word; rows are those of a pipeline. */
	if (import->plan != NULL &&
	    merged_apart(import->kind, keep, kept, merge.other, other))
		return import_stop(import, STEP_ERROR, "NOT_DUPLICATE",
		    "#%llu and #%llu were said to be no duplicates (--merge %llu %llu "
		    "says that they are)",
		    (unsigned long long)keep, (unsigned long long)merge.other,
		    (unsigned long long)keep, (unsigned long long)merge.other);
	step = check_links(import, keep, merge.other, fault);
	if (step == STEP_GO)
		step = merge_fill(import, keep, kept, merge.other, other, fault);
	if (step != STEP_GO)
		return step;
	*changed = true;
	merge.form = malloc(sizeof(*merge.form));
	if (merge.form == NULL) {
		fault_memory(fault);
		step = STEP_FAULT;
	} else if ((import->report.all &&
		       import_name_changes(import, import->kind, &kept, fault) != 0) ||
	    import_form_own(import, fault) != 0 || write(&merge, draft, fault) != 0) {
		step = STEP_FAULT;
	}
	free(merge.form);
	free(merge.referrers);
	buf_release(&merge.value);
	buf_release(&merge.text);
	return step;
}

enum step
merge_apart(struct import *import, const struct draft *draft, uint64_t keep,
    bool *changed, struct fault *fault)
{
	const struct field *field = kind_hidden(import->kind, "not_duplicate");
	struct buf reference = BUF_EMPTY;
	struct record kept, other;
	uint64_t id;
	enum step step;

	*changed = false;
	other = other_record(import, draft, &id, &step, fault);
	if (step == STEP_GO && import_record(import, keep, &kept, fault) != 0)
		step = STEP_FAULT;
	if (step == STEP_GO)
		step = may_touch(import, draft, keep, kept, other);
	if (step == STEP_GO && id == keep)
		step = import_stop(import, STEP_ERROR, "SAME_RECORD",
		    "other: #%llu was merged into #%llu",
		    (unsigned long long)draft->other, (unsigned long long)keep);
	if (step != STEP_GO || merged_apart(import->kind, keep, kept, id, other))
		return step;
	record_form_from(&import->form, kept);
	reference_put(&reference, id);
	if (buf_check(&reference, fault) != 0 ||
	    apply_add(import, field, field->slot, record_get(kept, field->slot),
		buf_as_view(&reference), fault) != 0 ||
	    change_update(import->txn, import->kind, keep, kept, &import->form,
		(uint32_t)draft->line, CAUSE_ROW, changed, fault) != 0)
		step = STEP_FAULT;
	buf_release(&reference);
	return step;
}
