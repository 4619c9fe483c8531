/* SPDX-License-Identifier: ISC */
/*
 * What can be settled only when all columns have their places: fields that
 * several columns fill together, values that stand for missing columns, and
 * the keys that rows are matched by.
 */
#include "rules/plan_parts.h"

#include "rules/map_rule.h"
#include "rules/map_value.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at

/* Whether the columns for e-mails have to be looked at together. */
static bool
emails_meet(const struct plan *plan)
{
	const struct target *both[] = { plan->email, plan->other_emails };
	const struct source *source;
	const struct group *group;
	size_t i, j;

	for (group = plan->groups; group != NULL; group = group->next) {
		for (i = 0; i < group->field_count; i++) {
			if (view_is(group->fields[i].field, "email"))
				return true;
		}
	}
	for (i = 0; i < 2; i++) {
		if (both[i] == NULL)
			continue;
		if (both[i]->sources.count > 1)
			return true;
		for (j = 0; j < both[i]->sources.count; j++) {
			source = &both[i]->sources.at[j];
			if (source->rule != NULL &&
			    (source->rule->separator.len > 0 || source->rule->cut > 0 ||
				source->rule->type_header.len > 0))
				return true;
		}
	}
	return false;
}

int
bind_emails(struct plan *plan, struct fault *fault)
{
	struct target *both[2];
	size_t i, j;

	if (plan->kind != &kind_contact || !emails_meet(plan))
		return 0;
	plan->email = target_field(plan, VIEW("email"), fault);
	plan->other_emails = target_field(plan, VIEW("other_emails"), fault);
	plan->phone = target_field(plan, VIEW("phone"), fault);
	if (plan->email == NULL || plan->other_emails == NULL || plan->phone == NULL)
		return -1;
	both[0] = plan->email;
	both[1] = plan->other_emails;
	for (i = 0; i < 2; i++) {
		both[i]->gathered = true;
		for (j = 0; j < both[i]->sources.count; j++) {
			struct source source = both[i]->sources.at[j];

			/* Columns of `email` before those of other_emails. */
			source.rank = (unsigned)plan->emails.count;
			if (sources_add(plan, &plan->emails, source, fault) == -1)
				return -1;
		}
		both[i]->sources.count = 0;
		if (i == 0)
			plan->own_emails = plan->emails.count;
	}
	return 0;
}

/*
 * In a list with "Nom" and "Prénom", or "Nombre" and "Apellidos", the name is
 * the other half: columns with the rule `part` go to the part that has none.
 */
static void
halve_name(struct plan *plan)
{
	struct target *first = target_find(plan, CONTACT_FIRST_NAME);
	struct target *last = target_find(plan, CONTACT_LAST_NAME);
	struct target *half;
	const struct source *source;
	bool has_first = first != NULL && first->sources.count > 0;
	bool has_last = last != NULL && last->sources.count > 0;

	if (plan->name == NULL || plan->name->sources.count != 1 || has_first == has_last)
		return;
	source = &plan->name->sources.at[0];
	/* Our own word means the full name, whatever stands beside it. */
	if (source->rule == NULL || (source->rule->rules & RULE_PART) == 0 ||
	    view_is(plan->header.names[source->column].text, "name"))
		return;
	half = plan->parts[has_first ? 2 : 0];
	half->sources = plan->name->sources;
	plan->name->sources.count = 0;
	plan->column_targets[source->column] = half;
	plan_explain_target(plan, &plan->header.names[source->column], half,
	    has_first ? ", beside the first name" : ", beside the last name");
}

/* `name` alone is stored and split into its parts (design A4). */
int
bind_name(struct plan *plan, struct fault *fault)
{
	static const uint16_t slots[NAME_PARTS] = { CONTACT_FIRST_NAME,
		CONTACT_MIDDLE_NAME, CONTACT_LAST_NAME, CONTACT_SUFFIX };
	size_t i;

	if (plan->kind != &kind_contact)
		return 0;
	plan->name = target_find(plan, CONTACT_NAME);
	if (plan->name == NULL)
		return 0;
	for (i = 0; i < NAME_PARTS; i++) {
		plan->parts[i] = target_of(
		    plan, kind_slot(plan->kind, slots[i]), slots[i], VIEW(""), fault);
		if (plan->parts[i] == NULL)
			return -1;
	}
	halve_name(plan);
	return 0;
}

int
bind_defaults(struct plan *plan, struct fault *fault)
{
	const struct map_default *preset;
	struct problem problem;
	struct buf value = BUF_EMPTY;
	struct target *target;
	int result = 0;

	for (preset = plan->shape->defaults; preset != NULL && result == 0;
	     preset = preset->next) {
		buf_clear(&value);
		target = target_field(plan, preset->field, fault);
		if (target == NULL) {
			result = -1;
		} else if (!value_read(&value, target->field, target->name, preset->value,
			       &plan->values, &problem)) {
			result = fault_set(fault, FAULT_USAGE, "%s:%u: %s",
			    plan->shape->map->path, preset->line, problem.text);
		} else {
			target->preset = arena_copy(&plan->arena, buf_as_view(&value));
			if (target->preset.len > 0 && target->preset.at == NULL)
				result = fault_memory(fault);
		}
	}
	buf_release(&value);
	return result;
}

/* The target of a field or attribute, NULL when no column fills it. */
static struct target *
find_target(const struct plan *plan, const struct field *field, struct view name)
{
	size_t i;

	for (i = 0; i < plan->target_count; i++) {
		if (plan->targets[i]->field == field &&
		    view_equal(plan->targets[i]->name, name))
			return plan->targets[i];
	}
	return NULL;
}

/* The shape's own line goes before one of the shape that it is like. */
static int
add_meaning(struct plan *plan, struct target *target, struct view word, struct view value,
    struct fault *fault)
{
	struct meaning **at = &target->meanings;

	for (; *at != NULL; at = &(*at)->next) {
		if (view_equal((*at)->word, word))
			return 0;
	}
	*at = arena_take(&plan->arena, sizeof(**at));
	if (*at == NULL)
		return fault_memory(fault);
	**at = (struct meaning){ NULL, word, arena_copy(&plan->arena, value) };
	return value.len > 0 && (*at)->value.at == NULL ? fault_memory(fault) : 0;
}

/* All lines are checked, also those of fields that the file has no column of. */
int
bind_values(struct plan *plan, struct fault *fault)
{
	const struct map_shape *from = plan->shape;
	const struct map_value *line = NULL;
	const struct field *field;
	struct buf value = BUF_EMPTY;
	struct target *target;
	struct problem problem;
	struct view name;
	int result = 0;

	while (
	    !plan->ours && result == 0 && (line = map_value_next(&from, line)) != NULL) {
		field = map_rule_field(plan->kind, line->field, fault);
		if (field == NULL) {
			result = -1;
			break;
		}
		name = field == &field_attr ? view_from(line->field, 5) : VIEW("");
		buf_clear(&value);
		if (!value_read(
			&value, field, name, line->value, &plan->values, &problem))
			result = fault_set(fault, FAULT_USAGE, "%s:%u: %s",
			    plan->shape->map->path, line->line, problem.text);
		else if ((target = find_target(plan, field, name)) != NULL)
			result = add_meaning(
			    plan, target, line->word, buf_as_view(&value), fault);
	}
	buf_release(&value);
	return result;
}

/* The slots that --key names, for the import to match by. */
int
bind_keys(struct plan *plan, const char *key, struct fault *fault)
{
	struct view rest = view_of(key), part;
	const struct field *field;
	struct target *target;
	struct buf normal = BUF_EMPTY;
	size_t column;
	int result = 0;

	plan->keys = arena_take(&plan->arena, (rest.len + 1) * sizeof(*plan->keys));
	if (plan->keys == NULL)
		return fault_memory(fault);
	while (result == 0 && piece_next(&rest, VIEW("+"), &part)) {
		if (view_is(part, "id") && plan->ours)
			continue;
		buf_clear(&normal);
		header_normal(&normal, part, NULL);
		column = header_find(&plan->header, buf_as_view(&normal));
		field = kind_field(plan->kind, part);
		target = NULL;
		if (field != NULL)
			target = target_find(plan, field->slot);
		else if (view_begins(part, VIEW("ext.")) && part.len > 4)
			target = target_named(plan, NAME_EXT, view_from(part, 4), fault);
		else if (column < plan->header.count)
			target = plan->column_targets[column];
		if (target == NULL)
			result = fault_set(fault, FAULT_INPUT,
			    "--key %.*s: "
			    "the file has no such column",
			    SHOW(part));
		else
			plan->keys[plan->key_count++] = target->slot;
	}
	buf_release(&normal);
	return result;
}
