/* SPDX-License-Identifier: ISC */
/*
 * Targets are made one by one while the header is gone through and put into
 * the order of slots once, so that a draft comes out sorted without sorting.
 */
#include "rules/plan_parts.h"

#include <stdlib.h>

#include "base/array.h"

struct target *
target_find(const struct plan *plan, uint16_t slot)
{
	size_t i;

	for (i = 0; i < plan->target_count; i++) {
		if (plan->targets[i]->slot == slot)
			return plan->targets[i];
	}
	return NULL;
}

struct target *
target_of(struct plan *plan, const struct field *field, uint16_t slot, struct view name,
    struct fault *fault)
{
	struct target **grown, *target = target_find(plan, slot);

	if (target != NULL)
		return target;
	grown = array_room(
	    plan->targets, plan->target_count, &plan->target_cap, sizeof(*grown), fault);
	if (grown == NULL)
		return NULL;
	plan->targets = grown;
	target = arena_take(&plan->arena, sizeof(*target));
	if (target == NULL) {
		fault_memory(fault);
		return NULL;
	}
	memset(target, 0, sizeof(*target));
	target->slot = slot;
	target->field = field;
	target->name = name;
	plan->targets[plan->target_count++] = target;
	return target;
}

struct target *
target_named(
    struct plan *plan, enum name_class class, struct view name, struct fault *fault)
{
	struct view kept = arena_copy(&plan->arena, name);
	uint16_t slot;

	if (kept.len > 0 && kept.at == NULL) {
		fault_memory(fault);
		return NULL;
	}
	if (txn_name_slot(plan->txn, class, kept, true, &slot, fault) == -1)
		return NULL;
	return target_of(
	    plan, class == NAME_EXT ? &field_ext : &field_attr, slot, kept, fault);
}

struct target *
target_attribute(struct plan *plan, struct view header, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	struct target *target = NULL;

	attribute_name(&name, header);
	if (buf_check(&name, fault) == 0)
		target = target_named(plan, NAME_ATTR, buf_as_view(&name), fault);
	buf_release(&name);
	if (target != NULL &&
	    txn_name_label(plan->txn, target->slot, header, fault) == -1)
		target = NULL;
	return target;
}

struct target *
target_field(struct plan *plan, struct view name, struct fault *fault)
{
	static const struct view system = { "ext.SYSTEM", 10 };
	const struct field *field;

	if (view_equal(name, system))
		return target_named(plan, NAME_EXT, view_of(plan->system), fault);
	if (view_begins(name, VIEW("ext.")) && name.len > 4)
		return target_named(plan, NAME_EXT, view_from(name, 4), fault);
	if (view_begins(name, VIEW("attr.")) && name.len > 5)
		return target_named(plan, NAME_ATTR, view_from(name, 5), fault);
	field = kind_field(plan->kind, name);
	if (field == NULL) {
		fault_set(
		    fault, FAULT_INTERNAL, "%.*s: no such field", (int)name.len, name.at);
		return NULL;
	}
	return target_of(plan, field, field->slot, VIEW(""), fault);
}

int
sources_add(
    struct plan *plan, struct sources *sources, struct source source, struct fault *fault)
{
	struct source *grown;
	size_t cap, i;

	if (sources->count == sources->cap) {
		cap = sources->cap == 0 ? 2 : sources->cap * 2;
		grown = arena_take(&plan->arena, cap * sizeof(*grown));
		if (grown == NULL)
			return fault_memory(fault);
		if (sources->count > 0)
			memcpy(grown, sources->at, sources->count * sizeof(*grown));
		sources->at = grown;
		sources->cap = cap;
	}
	for (i = sources->count++; i > 0; i--) {
		if (sources->at[i - 1].rank <= source.rank)
			break;
		sources->at[i] = sources->at[i - 1];
	}
	sources->at[i] = source;
	return 0;
}

struct source *
target_source(
    struct plan *plan, struct target *target, uint32_t column, struct fault *fault)
{
	struct source source = { .column = column,
		.rank = UINT32_MAX,
		.dates = plan->values.dates,
		.type_column = NO_COLUMN };
	size_t i;

	if (sources_add(plan, &target->sources, source, fault) == -1)
		return NULL;
	plan->column_targets[column] = target;
	for (i = 0; target->sources.at[i].column != column; i++)
		;
	return &target->sources.at[i];
}

static enum take
take_of(const struct plan *plan, const struct target *target, const struct source *source)
{
	unsigned rules = source->rule == NULL ? 0 : source->rule->rules;
	const struct field *field = target->field;
	struct attribute_rule declared;

	if ((rules & RULE_BOUNCED) != 0)
		return TAKE_BOUNCED;
	if ((rules & RULE_BY_ID) != 0)
		return TAKE_BY_ID;
	if ((rules & RULE_ACTION) != 0)
		return TAKE_ACTION;
	if ((rules & (RULE_ID | RULE_KEY)) != 0 &&
	    (field == &field_ext || field == &field_attr))
		return TAKE_ID;
	if (field == &field_attr &&
	    (plan->values.vocabulary == NULL ||
		!vocabulary_attribute(plan->values.vocabulary, target->name, &declared)))
		return (rules & RULE_FLAG) != 0 ? TAKE_FLAG : TAKE_TEXT;
	if (target->read_only)
		return TAKE_TEXT;
	if ((field->flags & FIELD_LIST) != 0)
		return source->rule != NULL && source->rule->separator.len > 0
		    ? TAKE_LIST
		    : TAKE_VALUE;
	if (field != &field_attr &&
	    (field->type == TYPE_TEXT || field->type == TYPE_REFERENCE))
		return TAKE_CHECKED;
	return TAKE_VALUE;
}

static bool
same_header(const struct plan *plan, uint32_t one, uint32_t other)
{
	const struct header_name *names = plan->header.names;

	return view_equal(names[one].normal, names[other].normal) &&
	    names[one].number == names[other].number;
}

/* An id stands beside the name of what it refers to; a further id does not. */
static bool
stands_beside(const struct target *target, const struct source *source)
{
	const struct source *other = target->sources.at;

	if (source->take != TAKE_BY_ID)
		return false;
	while (other->rule == NULL || (other->rule->rules & RULE_BY_ID) == 0)
		other++;
	return other == source;
}

static int
finish_source(
    struct plan *plan, struct target *target, struct source *source, struct fault *fault)
{
	const struct map_column *rule = source->rule;
	bool several;

	source->take = take_of(plan, target, source);
	if ((source->take == TAKE_VALUE || source->take == TAKE_FLAG ||
		source->take == TAKE_ACTION) &&
	    (target->field->type == TYPE_PICKLIST || target->field->type == TYPE_FLAG ||
		source->take == TAKE_FLAG) &&
	    (target->field->flags & FIELD_LIST) == 0) {
		source->memos = arena_take(&plan->arena, MEMOS * sizeof(*source->memos));
		if (source->memos == NULL)
			return fault_memory(fault);
		memset(source->memos, 0, MEMOS * sizeof(*source->memos));
	}
	/* A value that the field does not take stays under the header's own
	 * name: of a lower column, behind the first of several. */
	several = target->sources.count > 1 &&
	    target->sources.at[0].column != source->column &&
	    !stands_beside(target, source) &&
	    !same_header(plan, target->sources.at[0].column, source->column);
	if (target->field == &field_attr || target->read_only ||
	    !(several ||
		(rule != NULL &&
		    (rule->has.len > 0 || rule->cut > 0 || source->take == TAKE_BOUNCED ||
			(rule->rules & RULE_SPLIT) != 0 ||
			(rule->separator.len > 0 && !target->gathered &&
			    (target->field->flags & FIELD_LIST) == 0)))))
		return 0;
	source->spare =
	    target_attribute(plan, plan->header.names[source->column].text, fault);
	return source->spare == NULL ? -1 : 0;
}

/* Whether a cell goes as it stands, all of it, always. */
static bool
is_plain(const struct source *source)
{
	return source->spare == NULL && source->take <= TAKE_CHECKED &&
	    (source->rule == NULL ||
		(source->rule->has.len == 0 && source->rule->not .len == 0 &&
		    source->rule->separator.len == 0));
}

static int
compare_targets(const void *a, const void *b)
{
	const struct target *one = *(struct target *const *)a;
	const struct target *other = *(struct target *const *)b;

	return (one->slot > other->slot) - (one->slot < other->slot);
}

int
targets_finish(struct plan *plan, struct fault *fault)
{
	struct target *target;
	size_t i, j;

	/* Spares that are made on the way come behind and are passed, too. */
	for (i = 0; i < plan->target_count; i++) {
		target = plan->targets[i];
		for (j = 0; j < target->sources.count; j++) {
			if (finish_source(plan, target, &target->sources.at[j], fault) ==
			    -1)
				return -1;
		}
	}
	for (i = 0; i < plan->emails.count; i++) {
		if (finish_source(plan,
			plan->email != NULL && i < plan->own_emails ? plan->email
								    : plan->other_emails,
			&plan->emails.at[i], fault) == -1)
			return -1;
	}
	if (plan->target_count > 0)
		qsort(plan->targets, plan->target_count, sizeof(*plan->targets),
		    compare_targets);
	for (i = 0; i < plan->target_count; i++) {
		target = plan->targets[i];
		target->index = i;
		target->plain = target->sources.count == 1 && !target->read_only &&
		    target->meanings == NULL && is_plain(&target->sources.at[0]);
	}
	return 0;
}
