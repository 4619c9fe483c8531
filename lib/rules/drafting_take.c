/* SPDX-License-Identifier: ISC */
/*
 * How one cell becomes the value of its field, by what binding found out about
 * the column. Columns with few different values remember them.
 */
#include "rules/plan_parts.h"

#include "base/fold.h"
#include "rules/map_value.h"

static const struct field flag_field = { .name = "flag", .type = TYPE_FLAG };

static struct memo *
memo_of(const struct source *source, struct view text)
{
	unsigned char first = (unsigned char)text.at[0],
		      last = (unsigned char)text.at[text.len - 1];

	return &source->memos[(first * 7u + last * 3u + text.len) % MEMOS];
}

static bool
remembers(const struct source *source, struct view text, struct view *value)
{
	const struct memo *memo;

	if (source->memos == NULL || text.len == 0)
		return false;
	memo = memo_of(source, text);
	*value = memo->value;
	return view_equal(memo->text, text);
}

bool
drafting_meaning(
    struct drafting *d, const struct target *target, struct view text, struct view *value)
{
	struct buf *word = &d->plan->scratch;
	const struct meaning *known;

	if (target->meanings == NULL)
		return false;
	buf_clear(word);
	map_value_normal(word, text);
	if (word->failed)
		d->failed = true;
	for (known = target->meanings; known != NULL; known = known->next) {
		if (view_equal(known->word, buf_as_view(word))) {
			*value = known->value;
			return true;
		}
	}
	return false;
}

/* Columns with few different values are read once for each of them. */
static bool
take_value(struct drafting *d, const struct target *target, const struct source *source,
    struct view text, struct view *value)
{
	struct memo *memo;

	if (remembers(source, text, value))
		return true;
	memo = source->memos == NULL || text.len == 0 ? NULL : memo_of(source, text);
	d->plan->values.dates = source->dates;
	if (!drafting_meaning(d, target, text, value) &&
	    !drafting_value(d, source->take == TAKE_FLAG ? &flag_field : target->field,
		target->name, source->column, text, value))
		return false;
	/* Places are never given anew: drafts may still show their values. */
	if (memo != NULL && memo->text.len == 0 && text.len <= 64) {
		struct view key = arena_copy(&d->plan->arena, text);
		struct view kept = arena_copy(&d->plan->arena, *value);

		if (key.at != NULL && (kept.at != NULL || kept.len == 0))
			*memo = (struct memo){ key, kept };
	}
	return true;
}

bool
drafting_flag(struct drafting *d, uint32_t column, bool *flag)
{
	struct view value;

	*flag = false;
	if (column == NO_COLUMN || d->plan->cells[column].len == 0)
		return true;
	if (!drafting_value(
		d, &flag_field, VIEW(""), column, d->plan->cells[column], &value))
		return false;
	*flag = view_is(value, "true");
	return true;
}

/* A flag that no field declares keeps a text that does not read as one. */
static bool
take_flag(struct drafting *d, const struct target *target, const struct source *source,
    struct view text, struct view *value)
{
	struct problem problem;

	if (remembers(source, text, value) || drafting_meaning(d, target, text, value))
		return true;
	buf_clear(&d->plan->scratch);
	if (value_read(&d->plan->scratch, &flag_field, VIEW(""), text, &d->plan->values,
		&problem))
		return take_value(d, target, source, text, value);
	*value = text;
	return true;
}

/* Not to act is nothing that a row says: the record keeps what it has. */
static bool
take_action(struct drafting *d, const struct target *target, const struct source *source,
    struct view text, struct view *value)
{
	if (!take_value(d, target, source, text, value))
		return false;
	if (view_is(*value, "false"))
		*value = VIEW("");
	return true;
}

static bool
take_bounced(
    struct drafting *d, const struct source *source, struct view text, struct view *value)
{
	bool bounced = true;

	if ((source->rule->rules & RULE_FLAG) != 0 &&
	    !drafting_flag(d, source->column, &bounced))
		return false;
	if ((source->rule->rules & RULE_FLAG) == 0)
		drafting_spill(d, source->spare, text, source->column);
	*value = bounced ? VIEW("Bounced") : VIEW("");
	return true;
}

static bool
take_by_id(
    struct drafting *d, const struct source *source, struct view text, struct view *value)
{
	struct view system = view_of(d->plan->system), id;
	char *at;

	if (!drafting_id(d, source->column, text, &id))
		return false;
	*value = VIEW("");
	if (id.len == 0)
		return true;
	at = arena_take(d->arena, system.len + 1 + id.len);
	if (at == NULL) {
		d->failed = true;
		return false;
	}
	memcpy(at, system.at, system.len);
	at[system.len] = ':';
	memcpy(at + system.len + 1, id.at, id.len);
	*value = view_make(at, system.len + 1 + id.len);
	return true;
}

/* Parts a list at the map's separator; marks (`* Starred`) come off. */
static bool
take_list(struct drafting *d, const struct target *target, const struct source *source,
    struct view text, struct view *value)
{
	struct buf *list = &d->plan->list;
	struct view piece;

	if (view_is(source->rule->separator, ";"))
		return take_value(d, target, source, text, value);
	buf_clear(list);
	while (piece_next(&text, source->rule->separator, &piece)) {
		if (view_begins(piece, VIEW("* ")))
			piece = text_trim(view_from(piece, 2));
		if (piece.len > 0)
			list_add(list, 0, piece);
	}
	if (list->failed)
		d->failed = true;
	return take_value(d, target, source, drafting_copy(d, buf_as_view(list)), value);
}

/* Of several values a single field takes the first. */
static struct view
first_piece(struct drafting *d, const struct source *source, struct view text)
{
	struct view rest = text, first, piece;

	if (source->rule == NULL || source->rule->separator.len == 0 ||
	    source->spare == NULL || source->take == TAKE_LIST ||
	    !piece_next(&rest, source->rule->separator, &first))
		return text;
	while (piece_next(&rest, source->rule->separator, &piece))
		drafting_spill(d, source->spare, piece, source->column);
	return first;
}

bool
drafting_take(struct drafting *d, const struct target *target,
    const struct source *source, struct view text, struct view *value)
{
	text = first_piece(d, source, text);
	switch (source->take) {
	case TAKE_TEXT:
		*value = text;
		(void)drafting_meaning(d, target, text, value);
		return true;
	case TAKE_CHECKED:
		*value = text;
		return drafting_meaning(d, target, text, value) || text.at[0] != '#' ||
		    take_value(d, target, source, text, value);
	case TAKE_VALUE:
		return take_value(d, target, source, text, value);
	case TAKE_FLAG:
		return take_flag(d, target, source, text, value);
	case TAKE_ID:
		return drafting_id(d, source->column, text, value);
	case TAKE_BY_ID:
		return take_by_id(d, source, text, value);
	case TAKE_BOUNCED:
		return take_bounced(d, source, text, value);
	case TAKE_ACTION:
		return take_action(d, target, source, text, value);
	case TAKE_LIST:
		return take_list(d, target, source, text, value);
	}
	return true;
}
