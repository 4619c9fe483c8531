/* SPDX-License-Identifier: ISC */
/*
 * One row into one draft. This runs for every row of an import, so the usual
 * cell (text that goes into its field as it stands) costs a trim and a store:
 * the row's bytes are copied once, and every value is a view of that copy.
 */
#include "rules/plan_parts.h"

#include <stdint.h>

#include "base/fold.h"

/* Copies the cells: in one piece where they lie behind one another. */
static int
copy_cells(const struct row *row, struct arena *arena, struct view *cells)
{
	uintptr_t low = UINTPTR_MAX, high = 0, at;
	size_t sum = 0, i;
	char *bytes;

	for (i = 0; i < row->count; i++) {
		if (row->cells[i].len == 0)
			continue;
		at = (uintptr_t)row->cells[i].at;
		low = at < low ? at : low;
		at += row->cells[i].len;
		high = at > high ? at : high;
		sum += row->cells[i].len;
	}
	if (sum > 0 && high - low <= sum + 4 * row->count) {
		bytes = arena_take(arena, high - low);
		if (bytes == NULL)
			return -1;
		memcpy(bytes, (const char *)low, high - low);
		for (i = 0; i < row->count; i++)
			cells[i] = row->cells[i].len == 0
			    ? VIEW("")
			    : view_make(bytes + ((uintptr_t)row->cells[i].at - low),
				  row->cells[i].len);
		return 0;
	}
	for (i = 0; i < row->count; i++) {
		cells[i] = arena_copy(arena, row->cells[i]);
		if (cells[i].len > 0 && cells[i].at == NULL)
			return -1;
	}
	return 0;
}

static bool
is_token(const struct map_word *word, struct view text)
{
	for (; word != NULL; word = word->next) {
		if (view_equal(word->text, text))
			return true;
	}
	return false;
}

/* HS-2: line ends at the edges are part of a text, but alone they are none. */
static inline struct view
trim(struct view text)
{
	unsigned char first = (unsigned char)text.at[0],
		      last = (unsigned char)text.at[text.len - 1];

	if (first > ' ' && first < 0x80 && last > ' ' && last < 0x80)
		return text;
	return text_trim_wide(text).len == 0 ? VIEW("") : text_trim(text);
}

/* Trims the cells and tells blanks and tokens apart. */
static void
prepare_cells(struct plan *plan, const struct view *source)
{
	struct view text;
	size_t i;

	for (i = 0; i < plan->columns; i++) {
		text = source[i];
		plan->states[i] = STATE_BLANK;
		plan->cells[i] = VIEW("");
		if (text.len > 0 && plan->excel && text.at[0] == '\'')
			text = view_from(text, 1);
		if (text.len == 0)
			continue;
		text = trim(text);
		if (text.len == 0)
			continue;
		if (plan->token_begins[(unsigned char)text.at[0]]) {
			if (is_token(plan->empties, text))
				continue;
			if (is_token(plan->nulls, text)) {
				plan->states[i] = STATE_NULL;
				continue;
			}
		}
		plan->states[i] = STATE_VALUE;
		plan->cells[i] = text;
	}
}

/* A word that stands for nothing in this column, such as a Priority of
 * Normal. */
static bool
means_nothing(const struct source *source, struct view text)
{
	return text.len == 0 ||
	    (source->rule != NULL && source->rule->not .len > 0 &&
		view_equal(text, source->rule->not ));
}

/* Whether the text is what the rule's has: asks for. */
static bool
is_fit(const struct source *source, struct view text)
{
	return source->rule == NULL || source->rule->has.len == 0 ||
	    memmem(text.at, text.len, source->rule->has.at, source->rule->has.len) !=
	    NULL;
}

static void
set_blank(struct drafting *d, const struct target *target, struct cell *cell,
    uint32_t column, bool clear)
{
	*cell = (struct cell){ target->slot, CELL_BLANK, column + 1, VIEW("") };
	if (clear)
		cell->flags = CELL_CLEAR;
	else if (d->plan->blank_clears && !target->read_only)
		cell->flags = CELL_BLANK | CELL_CLEAR;
	if (target->read_only)
		cell->flags |= CELL_READ_ONLY;
}

/* A reference that stands in the row by name as well. */
static void
add_by_id(struct drafting *d, const struct target *target, const struct source *source,
    struct view value)
{
	struct draft *draft = d->draft;

	if (draft->by_id == NULL)
		draft->by_id =
		    arena_take(d->arena, d->plan->columns * sizeof(*draft->by_id));
	if (draft->by_id == NULL) {
		d->failed = true;
		return;
	}
	draft->by_id[draft->by_id_count++] =
	    (struct cell){ target->slot, CELL_BY_ID, source->column + 1, value };
}

/* The first cell with a value counts; what the others say is kept. */
static void
draft_target(struct drafting *d, const struct target *target)
{
	struct cell *cell = &d->cells[target->index];
	const struct source *source;
	bool clear = false, filled = false;
	struct view text, value, id = VIEW("");
	size_t i;

	for (i = 0; i < target->sources.count; i++) {
		source = &target->sources.at[i];
		text = d->plan->cells[source->column];
		clear = clear || d->plan->states[source->column] == STATE_NULL;
		if (means_nothing(source, text))
			continue;
		if (!is_fit(source, text) ||
		    (filled && source->take != TAKE_BY_ID &&
			source->take != TAKE_BOUNCED)) {
			if (!filled || !view_equal(text, cell->value))
				drafting_spill(d, source->spare, text, source->column);
			continue;
		}
		if (!drafting_take(d, target, source, text, &value) || value.len == 0)
			continue;
		if (source->take == TAKE_BY_ID && id.len > 0) {
			if (!view_equal(value, id))
				drafting_spill(d, source->spare, text, source->column);
			continue;
		}
		if (source->take == TAKE_BY_ID)
			id = value;
		if (filled) {
			if (source->take == TAKE_BY_ID)
				add_by_id(d, target, source, value);
			continue;
		}
		*cell = (struct cell){ target->slot,
			target->read_only		 ? CELL_READ_ONLY
			    : source->take == TAKE_BY_ID ? CELL_BY_ID
							 : 0,
			source->column + 1, value };
		filled = true;
	}
	if (!filled && target->sources.count > 0)
		set_blank(d, target, cell, target->sources.at[0].column, clear);
}

static void
draft_targets(struct drafting *d)
{
	struct plan *plan = d->plan;
	const struct target *target;
	struct cell *cell;
	struct view text;
	uint32_t column;
	size_t i;

	for (i = 0; i < plan->target_count; i++) {
		target = plan->targets[i];
		cell = &d->cells[i];
		cell->slot = FIELD_NONE;
		cell->flags = 0;
		if (!target->plain) {
			draft_target(d, target);
			continue;
		}
		column = target->sources.at[0].column;
		text = plan->cells[column];
		if (text.len == 0) {
			set_blank(
			    d, target, cell, column, plan->states[column] == STATE_NULL);
		} else if (text.at[0] == '#' &&
		    target->sources.at[0].take == TAKE_CHECKED) {
			draft_target(d, target);
		} else {
			cell->slot = target->slot;
			cell->column = column + 1;
			cell->value = text;
		}
	}
}

static void
draft_spills(struct drafting *d)
{
	size_t i;

	for (i = 0; i < d->spill_count; i++)
		drafting_fill(d, d->spills[i].target, d->spills[i].value,
		    d->spills[i].column, true);
}

/* HS-4: an e-mail, a name, or an external id is the least to know somebody
 * by; an organization has no e-mail. Other kinds need any value. */
static bool
is_empty(const struct drafting *d)
{
	const struct plan *plan = d->plan;
	const struct cell *cell;
	bool tells;
	size_t i;

	if (d->draft->has_id)
		return false;
	for (i = 0; i < plan->target_count; i++) {
		cell = &d->cells[i];
		if (!drafting_is_filled(d, plan->targets[i]))
			continue;
		tells = true;
		if (plan->kind == &kind_contact)
			tells = (cell->slot >= CONTACT_FIRST_NAME &&
				    cell->slot <= CONTACT_OTHER_EMAILS) ||
			    plan->targets[i]->field == &field_ext;
		else if (plan->kind == &kind_organization)
			tells = cell->slot == ORGANIZATION_NAME ||
			    plan->targets[i]->field == &field_ext;
		if (tells)
			return false;
	}
	return true;
}

/* Presets go where the row says nothing; then what is there moves up. */
static void
finish_cells(struct drafting *d)
{
	const struct plan *plan = d->plan;
	size_t i, n = 0;

	for (i = 0; i < plan->target_count; i++) {
		if (plan->targets[i]->preset.len > 0 &&
		    !drafting_is_filled(d, plan->targets[i]) &&
		    (d->cells[i].flags & CELL_CLEAR) == 0)
			d->cells[i] = (struct cell){ plan->targets[i]->slot, 0, 0,
				plan->targets[i]->preset };
		if (d->cells[i].slot == FIELD_NONE)
			continue;
		if (n != i)
			d->cells[n] = d->cells[i];
		n++;
	}
	d->draft->cells = d->cells;
	d->draft->count = n;
}

static void
refuse(struct draft *draft, const char *code, const char *message, bool skipped)
{
	if (draft->code != NULL)
		return;
	draft->code = code;
	draft->message = message;
	draft->skipped = skipped;
}

static bool
all_blank(const struct view *cells, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (text_trim_wide(cells[i]).len > 0)
			return false;
	}
	return true;
}

/* A row has a cell for each header; beyond the named ones only empty cells,
 * and those only where the header ends without a name as well. */
static bool
is_ragged(const struct plan *plan, const struct view *cells, size_t count)
{
	if (count == plan->columns && plan->named == plan->columns)
		return false;
	if (count < plan->named || plan->named == plan->columns)
		return true;
	return !all_blank(cells + plan->named, count - plan->named);
}

static bool
only_raw(const struct plan *plan)
{
	size_t i;

	if (plan->raw_column == NO_COLUMN || plan->cells[plan->raw_column].len == 0)
		return false;
	for (i = 0; i < plan->columns; i++) {
		if (plan->cells[i].len > 0 && !header_ignored(&plan->header.names[i]))
			return false;
	}
	return true;
}

static int
take_source(struct plan *plan, const struct row *row, struct arena *arena,
    struct draft *draft, struct view **cells)
{
	size_t n = row->count > plan->columns ? row->count : plan->columns, i;

	*cells = arena_take(arena, (n + 1) * sizeof(**cells));
	if (*cells == NULL || copy_cells(row, arena, *cells) == -1)
		return -1;
	for (i = row->count; i < n; i++)
		(*cells)[i] = VIEW("");
	draft->source = *cells;
	draft->source_count = row->count;
	return 0;
}

/* What the reader found: the row goes through as it stands. */
static int
pass_on(const struct row *row, struct arena *arena, struct draft *draft)
{
	struct view message = arena_copy(arena,
	    view_make(row->message, row->message == NULL ? 0 : strlen(row->message) + 1));

	draft->raw = arena_copy(arena, row->raw);
	draft->code = row->code;
	draft->message = message.at == NULL ? "" : message.at;
	draft->column = (uint32_t)row->column;
	return (message.len > 0 && message.at == NULL) ||
		(draft->raw.len > 0 && draft->raw.at == NULL)
	    ? -1
	    : 0;
}

static void
refuse_ragged(
    struct plan *plan, const struct row *row, struct arena *arena, struct draft *draft)
{
	struct buf text = BUF_EMPTY;
	struct view kept;

	if (row->count < plan->named)
		buf_printf(&text, "%zu cell%s where the header has %zu", row->count,
		    row->count == 1 ? "" : "s", plan->named);
	else
		buf_printf(&text, "%zu cells, and the header names only %zu", row->count,
		    plan->named);
	buf_char(&text, '\0');
	kept = arena_copy(arena, buf_as_view(&text));
	refuse(draft, "RAGGED", kept.at == NULL ? "other cells than the header" : kept.at,
	    false);
	buf_release(&text);
}

int
plan_draft(struct plan *plan, const struct row *row, struct arena *arena,
    struct draft *draft, struct fault *fault)
{
	struct drafting d = { .plan = plan, .row = row, .arena = arena, .draft = draft };
	struct view *cells;

	memset(draft, 0, sizeof(*draft));
	draft->line = row->line;
	if (row->code != NULL)
		return pass_on(row, arena, draft) == -1 ? fault_memory(fault) : 0;
	d.cells = arena_take(arena, (plan->target_count + 1) * sizeof(*d.cells));
	if (d.cells == NULL || take_source(plan, row, arena, draft, &cells) == -1)
		return fault_memory(fault);
	if (is_ragged(plan, cells, row->count)) {
		if (all_blank(cells, row->count))
			refuse(draft, "EMPTY", "an empty row", true);
		else
			refuse_ragged(plan, row, arena, draft);
		return 0;
	}
	prepare_cells(plan, cells);
	if (only_raw(plan)) {
		refuse(draft, "RAW",
		    "only _raw has a value: mend the row and "
		    "put it into its columns",
		    false);
		return 0;
	}
	drafting_source_state(&d);
	drafting_own_id(&d);
	draft_targets(&d);
	drafting_emails(&d);
	drafting_groups(&d, false);
	drafting_key(&d);
	draft_spills(&d);
	drafting_name(&d);
	if (is_empty(&d))
		refuse(draft, "EMPTY",
		    plan->kind == &kind_organization  ? "no name and no id"
			: plan->kind == &kind_contact ? "no name, no e-mail and no id"
						      : "an empty row",
		    true);
	finish_cells(&d);
	if (plan->mail && draft->code == NULL)
		drafting_domain(&d);
	buf_release(&d.others);
	return d.failed ? fault_memory(fault) : 0;
}
