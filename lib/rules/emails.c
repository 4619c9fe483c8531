/* SPDX-License-Identifier: ISC */
/*
 * E-mails of a row, whatever columns they stand in: the first is the contact's
 * e-mail, the others go to other_emails, each once.
 */
#include "rules/plan_parts.h"

#include <strings.h>

static const struct field *
email_field(const struct drafting *d)
{
	return d->plan->email->field;
}

static bool
equal_ignoring_case(struct view a, struct view b)
{
	return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
}

/* An Exchange directory name, which is no address. */
static bool
is_x500(struct view text)
{
	return text.len >= 3 && strncasecmp(text.at, "/o=", 3) == 0;
}

/* Parts of "a@x.org / 06 12 34": what is no address is a phone number. */
static void
other_part(struct drafting *d, const struct source *source, struct view text)
{
	const struct target *phone = d->plan->phone;
	struct view value;

	if (drafting_is_filled(d, phone))
		drafting_spill(d, source->spare, text, source->column);
	else if (drafting_value(d, phone->field, VIEW(""), source->column, text, &value))
		drafting_fill(d, phone, value, source->column, false);
}

/* Addresses beside the first, `own` or not, are joined as a list. */
void
drafting_email(struct drafting *d, uint32_t column, struct view text, bool own)
{
	const struct target *email = d->plan->email;
	struct buf scratch = BUF_EMPTY;
	struct view value, rest, element;
	bool known = false;

	if (is_x500(text) ||
	    !drafting_value(d, email_field(d), VIEW(""), column, text, &value) ||
	    value.len == 0)
		return;
	if (own && !drafting_is_filled(d, email)) {
		drafting_fill(d, email, value, column, false);
		return;
	}
	known = drafting_is_filled(d, email) &&
	    equal_ignoring_case(d->cells[email->index].value, value);
	rest = buf_as_view(&d->others);
	while (!known && list_next(&rest, &element, &scratch))
		known = equal_ignoring_case(element, value);
	if (!known)
		list_add(&d->others, 0, value);
	buf_release(&scratch);
}

static void
email_source(struct drafting *d, const struct source *source, bool own)
{
	const struct map_column *rule = source->rule;
	struct view rest = d->plan->cells[source->column], piece;
	struct view separator =
	    rule != NULL && rule->separator.len > 0 ? rule->separator : VIEW(";");

	/* `E-mail Type` EX says the same as the form of the address. */
	if (source->type_column != NO_COLUMN &&
	    equal_ignoring_case(d->plan->cells[source->type_column], VIEW("EX")))
		return;
	if (rule != NULL && rule->cut > 0 && rest.len == rule->cut) {
		drafting_spill(d, source->spare, rest, source->column);
		return;
	}
	/* Only lists and what a map says are parted; else the cell is read as
	 * a whole, so that two addresses in it are an error that says so. */
	if (own && (rule == NULL || rule->separator.len == 0)) {
		if (rest.len > 0)
			drafting_email(d, source->column, rest, own);
		return;
	}
	while (piece_next(&rest, separator, &piece)) {
		if (rule != NULL && (rule->rules & RULE_SPLIT) != 0 &&
		    memchr(piece.at, '@', piece.len) == NULL)
			other_part(d, source, piece);
		else
			drafting_email(d, source->column, piece, own);
	}
}

/* Where all cells are empty, so are the fields; a null token clears them. */
static void
blank_cell(struct drafting *d, const struct target *target, size_t from, size_t until)
{
	struct cell *cell = &d->cells[target->index];
	size_t i;

	if (drafting_is_filled(d, target) || from == until)
		return;
	cell->slot = target->slot;
	cell->flags = d->plan->blank_clears ? CELL_BLANK | CELL_CLEAR : CELL_BLANK;
	cell->value = VIEW("");
	cell->column = d->plan->emails.at[from].column + 1;
	for (i = from; i < until; i++) {
		if (d->plan->states[d->plan->emails.at[i].column] == STATE_NULL)
			cell->flags = CELL_CLEAR;
	}
}

void
drafting_emails(struct drafting *d)
{
	struct plan *plan = d->plan;
	size_t i;

	if (plan->email == NULL || !plan->email->gathered)
		return;
	buf_clear(&d->others);
	for (i = 0; i < plan->emails.count; i++) {
		if (i == plan->own_emails)
			drafting_groups(d, true);
		email_source(d, &plan->emails.at[i], i < plan->own_emails);
	}
	if (plan->own_emails == plan->emails.count)
		drafting_groups(d, true);
	if (d->others.failed)
		d->failed = true;
	if (d->others.len > 0)
		drafting_fill(d, plan->other_emails,
		    drafting_copy(d, buf_as_view(&d->others)),
		    plan->emails.count > 0
			? plan->emails.at[plan->emails.count - 1].column
			: 0,
		    false);
	blank_cell(d, plan->email, 0, plan->own_emails);
	blank_cell(d, plan->other_emails, plan->own_emails, plan->emails.count);
}
