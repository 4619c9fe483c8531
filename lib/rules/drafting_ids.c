/* SPDX-License-Identifier: ISC */
/*
 * Whose record a row is: ids of this store, ids put together of client and
 * record, and what the source says has become of it.
 */
#include "rules/plan_parts.h"

static struct view
first_value(const struct plan *plan, const struct key_part *part, uint32_t *column)
{
	size_t i;

	for (i = 0; i < part->count; i++) {
		*column = part->columns[i];
		if (plan->cells[*column].len > 0)
			return plan->cells[*column];
	}
	return VIEW("");
}

/* Client and record make the id together (CS-5). A record without the client
 * that the file has a column for could be anybody's. */
void
drafting_key(struct drafting *d)
{
	struct plan *plan = d->plan;
	uint32_t column = 0, client_column = 0;
	struct view record, client;
	struct buf id = BUF_EMPTY;

	if (plan->record.count == 0)
		return;
	record = first_value(plan, &plan->record, &column);
	client = first_value(plan, &plan->client, &client_column);
	if (record.len == 0)
		return;
	if (plan->client.count > 0 && client.len == 0) {
		drafting_spill(d, plan->record_spare, record, column);
		return;
	}
	if (client.len > 0) {
		buf_view(&id, client);
		buf_char(&id, '/');
		buf_view(&id, record);
		if (id.failed)
			d->failed = true;
		record = drafting_copy(d, buf_as_view(&id));
		buf_release(&id);
	}
	drafting_fill(d, plan->key, record, column, false);
}

static bool
read_number(struct view text, uint64_t *number)
{
	size_t i;

	*number = 0;
	for (i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)(text.at[i] - '0');

		if (text.at[i] < '0' || text.at[i] > '9' ||
		    *number > (UINT64_MAX - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return text.len > 0;
}

void
drafting_own_id(struct drafting *d)
{
	struct plan *plan = d->plan;

	if (plan->id_column != NO_COLUMN && plan->cells[plan->id_column].len > 0) {
		d->draft->has_id =
		    read_number(plan->cells[plan->id_column], &d->draft->id);
		if (!d->draft->has_id)
			drafting_problem(d, plan->id_column, "BAD_ID", "not a number");
	}
	if (plan->rev_column != NO_COLUMN && plan->cells[plan->rev_column].len > 0) {
		d->draft->has_rev =
		    read_number(plan->cells[plan->rev_column], &d->draft->rev);
		if (!d->draft->has_rev)
			drafting_problem(
			    d, plan->rev_column, "BAD_VALUE", "not a number");
	}
	if (plan->other_column != NO_COLUMN && plan->cells[plan->other_column].len > 0) {
		d->draft->has_other =
		    read_number(plan->cells[plan->other_column], &d->draft->other);
		if (!d->draft->has_other)
			drafting_problem(d, plan->other_column, "BAD_ID", "not a number");
	}
}

/* A deleted row is told before any of its values can be wrong. */
void
drafting_source_state(struct drafting *d)
{
	struct plan *plan = d->plan;
	struct draft *draft = d->draft;

	if (!drafting_flag(d, plan->deleted_column, &draft->deleted) ||
	    !drafting_flag(d, plan->archived_column, &draft->archived))
		return;
	if (plan->master_column != NO_COLUMN &&
	    !drafting_id(
		d, plan->master_column, plan->cells[plan->master_column], &draft->master))
		return;
	if (draft->deleted) {
		draft->code = "DELETED_AT_SOURCE";
		draft->message = draft->master.len > 0
		    ? "merged into another at the source"
		    : "deleted at the source";
		draft->skipped = true;
	}
}
