/* SPDX-License-Identifier: ISC */
/*
 * Columns such as "Phone 2 - Type" mean something only beside their "Phone 2 -
 * Value", and that row by row. A group holds the numbers of one stem; the one
 * that a row marks with `* ` goes first. What the field itself cannot hold
 * stays as attr.FIELD_2 and on.
 */
#include "rules/plan_parts.h"

#include "base/fold.h"

/* The normal form of what stands before the number. */
static int
stem_of(struct plan *plan, const struct header_name *name, struct view *stem,
    struct fault *fault)
{
	struct buf buf = BUF_EMPTY;
	size_t i = 0;
	int result = -1;

	while (
	    i < name->text.len && !(name->text.at[i] >= '0' && name->text.at[i] <= '9'))
		i++;
	header_normal(&buf, view_until(name->text, i), NULL);
	if (buf_check(&buf, fault) == 0) {
		*stem = arena_copy(&plan->arena, buf_as_view(&buf));
		result = stem->len > 0 && stem->at == NULL ? fault_memory(fault) : 0;
	}
	buf_release(&buf);
	return result;
}

/* Room for one entry and one field a column is always enough. */
static struct group *
group_of(struct plan *plan, struct view stem, struct fault *fault)
{
	size_t n = plan->header.count;
	struct group *group, **last = &plan->groups;

	for (group = plan->groups; group != NULL; group = group->next) {
		if (view_equal(group->stem, stem))
			return group;
		last = &group->next;
	}
	group = arena_take(&plan->arena, sizeof(*group));
	if (group == NULL) {
		fault_memory(fault);
		return NULL;
	}
	memset(group, 0, sizeof(*group));
	group->stem = stem;
	group->entries = arena_take(&plan->arena, n * sizeof(*group->entries));
	group->fields = arena_take(&plan->arena, n * sizeof(*group->fields));
	if (group->entries == NULL || group->fields == NULL) {
		fault_memory(fault);
		return NULL;
	}
	*last = group;
	return group;
}

static size_t
entry_of(struct group *group, unsigned number)
{
	size_t i;

	for (i = 0; i < group->entry_count; i++) {
		if (group->entries[i].number == number)
			return i;
	}
	group->entries[i].number = number;
	group->entries[i].type_column = NO_COLUMN;
	group->entry_count++;
	return i;
}

static struct group_field *
field_of(struct plan *plan, struct group *group, const struct map_column *rule,
    struct fault *fault)
{
	struct group_field *field;
	size_t i;

	for (i = 0; i < group->field_count; i++) {
		if (view_equal(group->fields[i].field, rule->field))
			return &group->fields[i];
	}
	field = &group->fields[group->field_count++];
	memset(field, 0, sizeof(*field));
	field->field = rule->field;
	field->rule = rule;
	field->columns =
	    arena_take(&plan->arena, plan->header.count * sizeof(*field->columns));
	if (field->columns == NULL) {
		fault_memory(fault);
		return NULL;
	}
	for (i = 0; i < plan->header.count; i++)
		field->columns[i] = NO_COLUMN;
	field->target = target_field(plan, rule->field, fault);
	if (field->target == NULL)
		return NULL;
	return field;
}

int
group_add(struct plan *plan, uint32_t column, const struct map_column *rule,
    struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	struct group_field *field;
	struct group *group;
	struct view stem;
	size_t entry;

	if (stem_of(plan, name, &stem, fault) == -1 ||
	    (group = group_of(plan, stem, fault)) == NULL)
		return -1;
	entry = entry_of(group, name->number);
	if ((rule->rules & RULE_TYPE) != 0) {
		group->entries[entry].type_column = column;
		return 0;
	}
	field = field_of(plan, group, rule, fault);
	if (field == NULL)
		return -1;
	if (field->columns[entry] == NO_COLUMN)
		field->columns[entry] = column;
	plan->column_targets[column] = field->target;
	return 0;
}

static int
further_targets(struct plan *plan, const struct group *group, struct group_field *field,
    struct fault *fault)
{
	size_t n = group->entry_count + (field->rule->separator.len > 0), i;
	struct buf name = BUF_EMPTY;
	int result = 0;

	if (n < 2 || view_is(field->field, "email"))
		return 0;
	field->further = arena_take(&plan->arena, n * sizeof(*field->further));
	if (field->further == NULL)
		return fault_memory(fault);
	for (i = 0; i + 1 < n && result == 0; i++) {
		buf_clear(&name);
		buf_view(&name, field->field);
		buf_printf(&name, "_%zu", i + 2);
		field->further[i] =
		    target_named(plan, NAME_ATTR, buf_as_view(&name), fault);
		result = field->further[i] == NULL ? -1 : 0;
		field->further_count++;
	}
	buf_release(&name);
	return result;
}

static int
type_targets(struct plan *plan, struct group *group, struct fault *fault)
{
	const struct map_type *type;
	size_t n = 0;

	for (type = plan->shape->types; type != NULL; type = type->next)
		n++;
	group->types = arena_take(&plan->arena, (n + 1) * sizeof(*group->types));
	if (group->types == NULL)
		return fault_memory(fault);
	n = 0;
	for (type = plan->shape->types; type != NULL; type = type->next, n++) {
		group->types[n] = NULL;
		if (group->field_count != 1 ||
		    !view_equal(type->of, group->fields[0].field))
			continue;
		group->types[n] = target_field(plan, type->field, fault);
		if (group->types[n] == NULL)
			return -1;
	}
	return 0;
}

int
groups_finish(struct plan *plan, struct fault *fault)
{
	struct group *group;
	size_t i;

	for (group = plan->groups; group != NULL; group = group->next) {
		group->order = arena_take(
		    &plan->arena, (group->entry_count + 1) * sizeof(*group->order));
		group->filled = arena_take(
		    &plan->arena, (group->field_count + 1) * sizeof(*group->filled));
		if (group->order == NULL || group->filled == NULL)
			return fault_memory(fault);
		if (type_targets(plan, group, fault) == -1)
			return -1;
		for (i = 0; i < group->field_count; i++) {
			if (further_targets(plan, group, &group->fields[i], fault) == -1)
				return -1;
		}
	}
	return 0;
}

static struct view
entry_type(const struct plan *plan, const struct group_entry *entry)
{
	return entry->type_column == NO_COLUMN ? VIEW("")
					       : plan->cells[entry->type_column];
}

/* Marked entries first, else as they are numbered in the file. */
static void
put_in_order(const struct plan *plan, struct group *group)
{
	size_t n = 0, i, pass;
	bool marked;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < group->entry_count; i++) {
			marked =
			    view_begins(entry_type(plan, &group->entries[i]), VIEW("*"));
			if (marked == (pass == 0))
				group->order[n++] = i;
		}
	}
}

/* Where a value of that type goes, by the map's `type` lines. */
static const struct target *
typed_target(struct drafting *d, const struct group *group, struct view type)
{
	const struct map_type *known;
	struct buf *normal = &d->plan->list;
	const struct target *target = group->fields[0].target;
	size_t n = 0;

	if (type.len == 0)
		return target;
	buf_clear(normal);
	header_normal(normal, type, NULL);
	for (known = d->plan->shape->types; known != NULL; known = known->next, n++) {
		if (group->types[n] != NULL &&
		    view_equal(known->word, buf_as_view(normal)))
			target = group->types[n];
	}
	return target;
}

/* The next free of attr.FIELD_2 and on; the last takes all the rest. */
static void
put_further(
    struct drafting *d, struct group *group, size_t f, struct view text, uint32_t column)
{
	const struct group_field *field = &group->fields[f];
	size_t i = group->filled[f]++;

	if (field->further_count == 0)
		return;
	drafting_fill(d,
	    field->further[i < field->further_count ? i : field->further_count - 1], text,
	    column, true);
}

/* One value of a group with one field, such as phones. */
static void
put_single(struct drafting *d, struct group *group, struct view type, struct view text,
    uint32_t column)
{
	const struct target *target;
	struct view value;

	if (view_is(group->fields[0].field, "email")) {
		drafting_email(d, column, text, true);
		return;
	}
	target = typed_target(d, group, type);
	if (drafting_is_filled(d, target))
		put_further(d, group, 0, text, column);
	else if (drafting_meaning(d, target, text, &value) ||
	    drafting_value(d, target->field, target->name, column, text, &value))
		drafting_fill(d, target, value, column, false);
}

static void
draft_single(struct drafting *d, struct group *group)
{
	struct group_field *field = &group->fields[0];
	struct view rest, piece, type;
	uint32_t column;
	size_t i;

	for (i = 0; i < group->entry_count; i++) {
		column = field->columns[group->order[i]];
		if (column == NO_COLUMN || d->plan->cells[column].len == 0)
			continue;
		rest = d->plan->cells[column];
		type = entry_type(d->plan, &group->entries[group->order[i]]);
		while (piece_next(&rest, field->rule->separator, &piece))
			put_single(d, group, type, piece, column);
	}
}

/* Entries of several fields, such as addresses, stay together. */
static void
draft_several(struct drafting *d, struct group *group)
{
	size_t i, f, n = 0;
	struct view cell, value;
	uint32_t column;
	bool any;

	for (i = 0; i < group->entry_count; i++) {
		any = false;
		for (f = 0; f < group->field_count; f++) {
			const struct group_field *field = &group->fields[f];

			column = field->columns[group->order[i]];
			if (column == NO_COLUMN)
				continue;
			cell = d->plan->cells[column];
			if (cell.len == 0)
				continue;
			any = true;
			if (n == 0 &&
			    (drafting_meaning(d, field->target, cell, &value) ||
				drafting_value(d, field->target->field,
				    field->target->name, column, cell, &value)))
				drafting_fill(d, field->target, value, column, false);
			else if (n > 0 && field->further_count > 0)
				drafting_fill(d,
				    field->further[n <= field->further_count
					    ? n - 1
					    : field->further_count - 1],
				    cell, column, true);
		}
		n += any;
	}
}

void
drafting_groups(struct drafting *d, bool emails)
{
	struct group *group;

	for (group = d->plan->groups; group != NULL; group = group->next) {
		if (group->field_count == 0 ||
		    (group->field_count == 1 &&
			view_is(group->fields[0].field, "email")) != emails)
			continue;
		put_in_order(d->plan, group);
		memset(group->filled, 0, group->field_count * sizeof(*group->filled));
		if (group->field_count == 1)
			draft_single(d, group);
		else
			draft_several(d, group);
	}
}
