/* SPDX-License-Identifier: ISC */
/*
 * What every part of drafting a row needs: reading a value, filling a cell,
 * putting the row in error. The first problem of a row is the one that is
 * told; the other cells are read all the same, since they may hold the key
 * that the result names.
 */
#include "rules/plan_parts.h"

#include "base/fold.h"
#include "model/salesforce_id.h"

struct view
drafting_copy(struct drafting *d, struct view text)
{
	struct view copy = arena_copy(d->arena, text);

	if (copy.len > 0 && copy.at == NULL) {
		d->failed = true;
		copy = VIEW("");
	}
	return copy;
}

void
drafting_problem(struct drafting *d, uint32_t column, const char *code, const char *why)
{
	struct view header = d->plan->header.names[column].text, text;
	struct buf buf = BUF_EMPTY;
	struct view kept;

	if (d->draft->code != NULL)
		return;
	text = header.len > 0 ? header : VIEW("(no name)");
	buf_view(&buf, text);
	buf_char(&buf, '\0');
	kept = arena_copy(d->arena, buf_as_view(&buf));
	d->draft->column_name = kept.at;
	buf_clear(&buf);
	buf_view(&buf, text);
	buf_text(&buf, ": ");
	buf_text(&buf, why);
	buf_char(&buf, '\0');
	kept = arena_copy(d->arena, buf_as_view(&buf));
	d->draft->message = kept.at;
	d->draft->code = code;
	d->draft->column = column + 1;
	if (buf.failed || kept.at == NULL || d->draft->column_name == NULL)
		d->failed = true;
	buf_release(&buf);
}

bool
drafting_value(struct drafting *d, const struct field *field, struct view name,
    uint32_t column, struct view text, struct view *value)
{
	struct buf *scratch = &d->plan->scratch;
	struct problem problem;

	buf_clear(scratch);
	if (!value_read(scratch, field, name, text, &d->plan->values, &problem)) {
		drafting_problem(d, column, problem.code, problem.text);
		return false;
	}
	if (scratch->failed)
		d->failed = true;
	/* Most values are canonical as they stand and are in the arena. */
	*value = view_equal(buf_as_view(scratch), text)
	    ? text
	    : drafting_copy(d, buf_as_view(scratch));
	return true;
}

bool
drafting_is_filled(const struct drafting *d, const struct target *target)
{
	const struct cell *cell = &d->cells[target->index];

	return cell->slot != FIELD_NONE && (cell->flags & (CELL_BLANK | CELL_CLEAR)) == 0;
}

void
drafting_fill(struct drafting *d, const struct target *target, struct view value,
    uint32_t column, bool join)
{
	struct cell *cell = &d->cells[target->index];
	struct buf both = BUF_EMPTY;

	if (value.len == 0)
		return;
	if (!drafting_is_filled(d, target)) {
		*cell = (struct cell){ target->slot, 0, column + 1, value };
		return;
	}
	if (!join || view_equal(cell->value, value))
		return;
	buf_view(&both, cell->value);
	buf_text(&both, "; ");
	buf_view(&both, value);
	if (both.failed)
		d->failed = true;
	else
		cell->value = drafting_copy(d, buf_as_view(&both));
	buf_release(&both);
}

void
drafting_spill(
    struct drafting *d, struct target *target, struct view value, uint32_t column)
{
	struct spill *grown;
	size_t cap;

	if (target == NULL || value.len == 0)
		return;
	if (d->spill_count == d->spill_cap) {
		cap = d->spill_cap == 0 ? 8 : d->spill_cap * 2;
		grown = arena_take(d->arena, cap * sizeof(*grown));
		if (grown == NULL) {
			d->failed = true;
			return;
		}
		if (d->spill_count > 0)
			memcpy(grown, d->spills, d->spill_count * sizeof(*grown));
		d->spills = grown;
		d->spill_cap = cap;
	}
	d->spills[d->spill_count++] = (struct spill){ target, value, column };
}

bool
drafting_id(struct drafting *d, uint32_t column, struct view text, struct view *id)
{
	char form[SALESFORCE_ID];

	*id = text;
	if (!d->plan->shape->salesforce_ids || d->plan->ours)
		return true;
	switch (salesforce_id_read(text, form)) {
	case SALESFORCE_NONE:
		return true;
	case SALESFORCE_NULL:
		*id = VIEW("");
		return true;
	case SALESFORCE_GOOD:
		if (text.len < sizeof(form))
			*id = drafting_copy(d, view_make(form, sizeof(form)));
		return true;
	case SALESFORCE_WRONG:
		break;
	}
	drafting_problem(d, column, "BAD_ID",
	    "the last three letters do not "
	    "fit the id: its case was changed on the way");
	return false;
}

bool
piece_next(struct view *rest, struct view separator, struct view *piece)
{
	const char *found;
	size_t end;

	while (rest->len > 0) {
		found = separator.len == 0
		    ? NULL
		    : memmem(rest->at, rest->len, separator.at, separator.len);
		end = found == NULL ? rest->len : (size_t)(found - rest->at);
		*piece = text_trim(view_until(*rest, end));
		*rest = view_from(*rest, end + (found == NULL ? 0 : separator.len));
		if (piece->len > 0)
			return true;
	}
	return false;
}
