/* SPDX-License-Identifier: ISC */
/*
 * Records that somebody chose, by a query or by rows, to have something done to
 * them (design A2). A row's keys only choose: all that it gives have to mean the
 * same record, and none of them becomes a value of it.
 */
#include "rules/selection.h"

#include <stdio.h>

#include "model/viewer.h"
#include "rules/import_run.h"

/* What its user does not see, a selection has not: 1, 0, -1. */
static int
sees(struct import *import, uint64_t id, struct fault *fault)
{
	struct record record;
	int found = txn_record(import->txn, id, &record, fault);

	return found == 1 ? viewer_sees(import->txn, record, fault) : found;
}

static int
leave_unseen(struct import *import, struct ids *ids, struct fault *fault)
{
	size_t i, kept = 0;
	int seen;

	for (i = 0; i < ids->count; i++) {
		seen = sees(import, ids->at[i], fault);
		if (seen < 0)
			return -1;
		if (seen == 1)
			ids->at[kept++] = ids->at[i];
	}
	ids->count = kept;
	return 0;
}

/* Another key of the row means this record, too, or the keys contradict. */
static enum step
agree(struct import *import, const char *what, uint64_t *id, struct fault *fault)
{
	struct ids *ids = &import->ids;
	size_t i;

	if (leave_unseen(import, ids, fault) != 0)
		return STEP_FAULT;
	for (i = 0; i < ids->count; i++)
		if (ids->at[i] == *id)
			return STEP_GO;
	if (*id != 0 && ids->count == 0)
		return import_stop(import, STEP_ERROR, "KEY_CONFLICT",
		    "the row means #%llu, who has not its %s", (unsigned long long)*id,
		    what);
	if (*id != 0)
		return import_stop(import, STEP_ERROR, "KEY_CONFLICT",
		    "the row means #%llu, its %s is that of #%llu",
		    (unsigned long long)*id, what, (unsigned long long)ids->at[0]);
	if (ids->count > 1)
		return import_stop(import, STEP_ERROR, "AMBIGUOUS",
		    "#%llu and #%llu%s have this %s", (unsigned long long)ids->at[0],
		    (unsigned long long)ids->at[1], ids->count > 2 ? " and others" : "",
		    what);
	if (ids->count == 1)
		*id = ids->at[0];
	return STEP_GO;
}

/* Of a row that chooses, what it says of the record besides. */
static void
strip_keys(struct draft *draft, const struct cell *email, const struct cell *login)
{
	size_t i, kept = 0;

	for (i = 0; i < draft->count; i++)
		if (draft->cells[i].slot < RECORD_FIXED && draft->cells + i != email &&
		    draft->cells + i != login)
			draft->cells[kept++] = draft->cells[i];
	draft->count = kept;
}

/* The record that a cell of a key means is the one that the row means. */
static enum step
match_cell(struct import *import, const struct draft *draft, const struct cell *cell,
    const struct field *field, const char *what, uint64_t *id, struct fault *fault)
{
	if (cell == NULL || cell->value.len == 0)
		return STEP_GO;
	return match_bearers(import, draft, cell, field, &import->ids, fault) != 0
	    ? STEP_FAULT
	    : agree(import, what, id, fault);
}

/* Who has the address of a row, where that is no key of the kind. */
static enum step
match_address(struct import *import, const struct cell *cell, const struct field *field,
    uint64_t *id, struct fault *fault)
{
	if (cell == NULL || cell->value.len == 0)
		return STEP_GO;
	import->ids.count = 0;
	return entity_find_key(import->txn, import->kind, field->slot, field, cell->value,
		   &import->ids, fault) != 0
	    ? STEP_FAULT
	    : agree(import, "e-mail address", id, fault);
}

/* The id of the store that a row has means nothing where the record is not seen. */
static enum step
match_seen_id(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault)
{
	enum step step = match_store_id(import, draft, id, fault);
	int seen = step == STEP_GO ? sees(import, *id, fault) : 1;

	if (seen != 0)
		return seen < 0 ? STEP_FAULT : step;
	*id = 0;
	return match_no_such_id(import, draft);
}

enum step
match_selected(
    struct import *import, struct draft *draft, uint64_t *id, struct fault *fault)
{
	const struct field *field = kind_field(import->kind, VIEW("email"));
	const struct cell *email = field == NULL ? NULL : draft_cell(draft, field->slot);
	const struct cell *login =
	    import->kind == &kind_user ? draft_cell(draft, USER_LOGIN) : NULL;
	const struct cell *cell;
	enum step step = STEP_GO;
	size_t at = 0;
	int found = 0;

	*id = 0;
	if (draft->has_id)
		step = match_seen_id(import, draft, id, fault);
	while (step == STEP_GO &&
	    (found = match_next_id(import, draft, &at, &cell, fault)) == 1)
		step = match_bearers(
			   import, draft, cell, &field_ext, &import->ids, fault) != 0
		    ? STEP_FAULT
		    : agree(import, "external id", id, fault);
	if (step == STEP_GO && found == 0 && import->kind == &kind_user)
		step = match_cell(import, draft, login, kind_slot(&kind_user, USER_LOGIN),
		    "login", id, fault);
	if (step == STEP_GO && found == 0 && field != NULL)
		step = (field->flags & FIELD_KEY) != 0
		    ? match_cell(import, draft, email, field, "e-mail address", id, fault)
		    : match_address(import, email, field, id, fault);
	if (login != NULL)
		buf_view(&import->key_text, login->value);
	else if (email != NULL)
		buf_view(&import->key_text, email->value);
	strip_keys(draft, email, login);
	if (found < 0)
		return STEP_FAULT;
	return step == STEP_GO && *id == 0
	    ? import_stop(import, STEP_SKIP, "NO_MATCH", "no record has these keys")
	    : step;
}

void
selection_key(struct import *import, uint64_t id, struct buf *out)
{
	static const char *const names[] = { "login", "email", "name", "title" };
	const struct field *field;
	struct record record;
	struct fault ignored;
	size_t i;

	if (id == 0 || txn_record(import->txn, id, &record, &ignored) != 1)
		return;
	for (i = 0; i < sizeof(names) / sizeof(names[0]) && out->len == 0; i++) {
		field = kind_field(import->kind, view_of(names[i]));
		if (field != NULL &&
		    entity_print(out, import->txn, import->kind, id, record, field->slot,
			&ignored) != 0)
			return;
	}
}

static int
note_id(void *context, uint64_t id, struct record record, struct fault *fault)
{
	(void)record;
	return ids_add(context, id, fault);
}

static int
find(struct txn *txn, const char *const *operands, size_t count,
    const struct query_options *options, struct ids *ids, struct fault *fault)
{
	struct query *query;
	int result;

	if (query_parse(&query, txn, operands, count, options, fault) != 0)
		return -1;
	result = query_run(query, note_id, ids, fault);
	query_free(query);
	return result;
}

/* An operand without an operator names one record. */
static int
check_name(struct txn *txn, const char *operand, const struct query_options *options,
    struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	int result;

	if (strpbrk(operand, "=~") != NULL || strpbrk(operand, "@:") == NULL ||
	    operand[0] == '@')
		return 0;
	result = find(txn, &operand, 1, options, &ids, fault);
	if (result == 0 && ids.count > 1)
		result = fault_set(fault, FAULT_CONFLICT,
		    "%s: #%llu and #%llu%s have it, name one by its id (AMBIGUOUS)",
		    operand, (unsigned long long)ids.at[0], (unsigned long long)ids.at[1],
		    ids.count > 2 ? " and others" : "");
	ids_release(&ids);
	return result;
}

int
selection_find(struct txn *txn, const char *const *operands, size_t count,
    const struct query_options *options, struct ids *ids, struct fault *fault)
{
	size_t i;
	int result = find(txn, operands, count, options, ids, fault);

	for (i = 0; result == 0 && i < count; i++)
		result = check_name(txn, operands[i], options, fault);
	return result;
}

/* The record that one of two operands names; 0 where there is none. */
static int
find_one(struct import *import, const char *operand, uint64_t *id, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	int result = 0;

	if (entity_read_id(view_of(operand), id))
		return 0;
	result = entity_resolve(import->txn, import->kind, view_of(operand), &ids, fault);
	if (result == 0 && ids.count > 1)
		result = fault_set(fault, FAULT_CONFLICT,
		    "%s: #%llu and #%llu%s have it, name one by its id (AMBIGUOUS)",
		    operand, (unsigned long long)ids.at[0], (unsigned long long)ids.at[1],
		    ids.count > 2 ? " and others" : "");
	*id = ids.count > 0 ? ids.at[0] : 0;
	ids_release(&ids);
	return result;
}

int
import_pair(
    struct import *import, const char *keep, const char *other, struct fault *fault)
{
	struct draft draft = { .has_id = true, .has_other = true };
	char message[200];
	uint64_t id;

	if (find_one(import, keep, &draft.id, fault) != 0 ||
	    find_one(import, other, &draft.other, fault) != 0)
		return -1;
	if (draft.id == 0 || draft.other == 0) {
		snprintf(message, sizeof(message), "no %s answers to \"%.100s\"",
		    import->kind->name, draft.id == 0 ? keep : other);
		draft.code = "NO_SUCH_ID";
		draft.message = message;
	}
	return import_take(import, &draft, &id, fault);
}

int
import_selection(struct import *import, const char *const *operands, size_t operand_count,
    bool all, uint64_t *count, struct fault *fault)
{
	const struct query_options options = { .kind = import->kind,
		.me = import->options.me,
		.now = import->values.now,
		.optional = all,
		.rejected = (import->options.archives &
				(ARCHIVE_APPROVE | ARCHIVE_REVIVE)) != 0 };
	struct ids ids = { NULL, 0, 0 };
	struct draft draft;
	uint64_t id;
	size_t i;
	int result;

	*count = 0;
	/* What is set may be a key. */
	if (import->options.edits && import_prepare(import, fault) != 0)
		return -1;
	result =
	    selection_find(import->txn, operands, operand_count, &options, &ids, fault);
	for (i = 0; result == 0 && i < ids.count; i++) {
		draft = (struct draft){ .has_id = true, .id = ids.at[i] };
		result = import_take(import, &draft, &id, fault);
		if (import->report.progress != NULL && i % 1024 == 1023)
			import->report.progress(import->report.context, i, ids.count, i);
	}
	*count = ids.count;
	ids_release(&ids);
	return result;
}
