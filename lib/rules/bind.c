/* SPDX-License-Identifier: ISC */
/*
 * Every column gets exactly one place, and -v can say which. A column that no
 * rule knows becomes an attribute under its own name, so nothing is lost; one
 * that looks sensitive is left out, and both are said once.
 */
#include "rules/plan_parts.h"
#include "rules/sensitive.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at

static void
explain(struct plan *plan, const struct header_name *name, const char *to)
{
	buf_view(&plan->explain, name->text);
	buf_text(&plan->explain, " -> ");
	buf_text(&plan->explain, to);
	buf_char(&plan->explain, '\n');
}

static void
explain_target(struct plan *plan, const struct header_name *name,
    const struct target *target, const char *more)
{
	buf_view(&plan->explain, name->text);
	buf_text(&plan->explain, " -> ");
	buf_text(&plan->explain, target->field == &field_ext ? "ext." :
	    target->field == &field_attr ? "attr." : target->field->name);
	buf_view(&plan->explain, target->name);
	buf_text(&plan->explain, more);
	buf_char(&plan->explain, '\n');
}

static void
list_add_name(struct buf *list, struct view name)
{
	if (list->len > 0)
		buf_text(list, ", ");
	buf_view(list, name);
}

static int
bind_drop(struct plan *plan, uint32_t column)
{
	const struct header_name *name = &plan->header.names[column];

	list_add_name(&plan->sensitive, name->text);
	explain(plan, name, "dropped, sensitive");
	return 0;
}

/* Whether --key names this header, which then is an external id. */
static bool
is_key_header(const struct plan *plan, const struct header_name *name,
    const struct plan_options *options)
{
	struct view rest = view_of(options->key), part;
	struct buf normal = BUF_EMPTY;
	bool found = false;

	while (!found && piece_next(&rest, VIEW("+"), &part)) {
		buf_clear(&normal);
		header_normal(&normal, part, NULL);
		found = kind_field(plan->kind, part) == NULL &&
		    view_equal(buf_as_view(&normal), name->normal);
	}
	buf_release(&normal);
	return found;
}

static int
bind_unknown(struct plan *plan, uint32_t column,
    const struct plan_options *options, struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	struct target *target;
	struct buf text = BUF_EMPTY;
	int result = -1;

	if (options->key != NULL && name->normal.len > 0 &&
	    is_key_header(plan, name, options)) {
		header_attribute(&text, name->text);
		target = target_named(plan, NAME_EXT, buf_as_view(&text),
		    fault);
		if (target == NULL ||
		    target_source(plan, target, column, fault) == NULL)
			goto done;
		explain_target(plan, name, target, "");
		result = 0;
		goto done;
	}
	if (!plan->store_sensitive && sensitive_header(name->text))
		return bind_drop(plan, column);
	if (name->text.len == 0)
		buf_printf(&text, "column_%u", column + 1);
	target = target_attribute(plan, name->text.len == 0
	    ? buf_as_view(&text) : name->text, fault);
	if (target == NULL || target_source(plan, target, column, fault) == NULL)
		goto done;
	explain_target(plan, name, target, " (unknown header)");
	if (target->sources.count == 1) {
		list_add_name(&plan->kept, name->text.len == 0
		    ? VIEW("(no name)") : name->text);
		buf_text(&plan->kept, " as attr.");
		buf_view(&plan->kept, target->name);
	}
	result = 0;
done:
	buf_release(&text);
	return result;
}

static int
bind_target(struct plan *plan, uint32_t column, struct target *target,
    const struct map_column *rule, unsigned rank, const char *more,
    struct fault *fault)
{
	struct source source = { .column = column, .rank = rank, .rule = rule,
		.dates = plan->values.dates, .type_column = NO_COLUMN };

	if (target == NULL)
		return -1;
	if (rule != NULL && (rule->rules & (RULE_DMY | RULE_MDY)) != 0)
		source.dates = (rule->rules & RULE_DMY) != 0 ? DATE_DMY
		    : DATE_MDY;
	/* The id goes behind the name of what it refers to, which is sure to
	 * be known or made; the id stands beside it (struct draft). */
	if (rule != NULL && (rule->rules & RULE_BY_ID) != 0)
		source.rank += UINT32_MAX / 2;
	if (rule != NULL && rule->type_header.len > 0)
		source.type_column = (uint32_t)header_find(&plan->header,
		    rule->type_header);
	if (source.type_column >= plan->header.count)
		source.type_column = NO_COLUMN;
	if (sources_add(plan, &target->sources, source, fault) == -1)
		return -1;
	plan->column_targets[column] = target;
	explain_target(plan, &plan->header.names[column], target, more);
	return 0;
}

static int
key_part_add(struct plan *plan, struct key_part *part, uint32_t column,
    struct fault *fault)
{
	if (part->columns == NULL)
		part->columns = arena_take(&plan->arena,
		    plan->header.count * sizeof(*part->columns));
	if (part->columns == NULL)
		return fault_memory(fault);
	part->columns[part->count++] = column;
	return 0;
}

/* A part of the id: of the record, or of its client (CS-5). */
static int
bind_keypart(struct plan *plan, uint32_t column, const struct map_column *rule,
    unsigned rank, struct fault *fault)
{
	struct target *target = target_field(plan, rule->field, fault);

	if (target == NULL)
		return -1;
	if (target->field != &field_ext)
		return key_part_add(plan, &plan->client, column, fault) == -1
		    ? -1 : bind_target(plan, column, target, rule, rank,
		    " by id, and part of the id", fault);
	target->gathered = true;
	plan->key = target;
	plan->column_targets[column] = target;
	explain_target(plan, &plan->header.names[column], target,
	    " (part of the id)");
	if (plan->record_spare == NULL)
		plan->record_spare = target_attribute(plan,
		    plan->header.names[column].text, fault);
	if (plan->record_spare == NULL)
		return -1;
	return key_part_add(plan, &plan->record, column, fault);
}

static int
bind_rule(struct plan *plan, uint32_t column, const struct map_column *rule,
    unsigned rank, const struct plan_options *options, struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];

	switch (rule->use) {
	case USE_SKIP:
		explain(plan, name, "passed over");
		return 0;
	case USE_DROP:
		if (plan->store_sensitive)
			return bind_unknown(plan, column, options, fault);
		return bind_drop(plan, column);
	case USE_DELETED:
		plan->deleted_column = column;
		explain(plan, name, "deleted at the source");
		return 0;
	case USE_MERGED:
		plan->master_column = column;
		explain(plan, name, "id of the record it was merged into");
		return 0;
	case USE_ARCHIVED:
		plan->archived_column = column;
		explain(plan, name, "archived at the source");
		return 0;
	case USE_FIELD:
		break;
	}
	if ((rule->rules & RULE_NUMBERED) != 0) {
		explain(plan, name, (rule->rules & RULE_TYPE) != 0
		    ? "type of its number" : "one of several, by number");
		return group_add(plan, column, rule, fault);
	}
	if ((rule->rules & RULE_KEYPART) != 0)
		return bind_keypart(plan, column, rule, rank, fault);
	return bind_target(plan, column, target_field(plan, rule->field,
	    fault), rule, rank, (rule->rules & RULE_BY_ID) != 0 ? " by id" : "",
	    fault);
}

/* ext.NAME and attr.NAME written out. */
static int
bind_written(struct plan *plan, uint32_t column, bool *bound,
    struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	struct view text = name->text;
	struct target *target;

	*bound = (view_begins(text, VIEW("ext.")) && text.len > 4) ||
	    (view_begins(text, VIEW("attr.")) && text.len > 5);
	if (!*bound)
		return 0;
	if (view_begins(text, VIEW("attr.")))
		target = target_attribute(plan, view_from(text, 5), fault);
	else
		target = target_named(plan, NAME_EXT, view_from(text, 4),
		    fault);
	return bind_target(plan, column, target, NULL, 0, "", fault);
}

/* A column of a header of our own: fields go by their names. */
static int
bind_ours(struct plan *plan, uint32_t column,
    const struct plan_options *options, struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	const struct field *field = kind_field(plan->kind, name->text);
	struct target *target;

	if (field == NULL)
		field = detect_field(plan->kind, name);
	if (view_is(name->normal, "id") && plan->id_column == NO_COLUMN) {
		plan->id_column = column;
		explain(plan, name, "id of this store");
		return 0;
	}
	if (view_is(name->normal, "rev") && plan->rev_column == NO_COLUMN) {
		plan->rev_column = column;
		explain(plan, name, "revision that was read");
		return 0;
	}
	if (field == NULL)
		return bind_unknown(plan, column, options, fault);
	target = target_of(plan, field, field->slot, VIEW(""), fault);
	if (target != NULL)
		target->read_only = (field->flags & (FIELD_DERIVED |
		    FIELD_SYSTEM | FIELD_RULES)) != 0;
	return bind_target(plan, column, target, NULL, 0,
	    target != NULL && target->read_only ? " (compared only)" : "",
	    fault);
}

/* Whether a rule needs a source whose name is not known. */
static bool
lacks_system(const struct plan *plan, const struct map_column *rule)
{
	return plan->system == NULL && ((rule->rules & (RULE_BY_ID |
	    RULE_KEYPART)) != 0 || view_is(rule->field, "ext.SYSTEM"));
}

/* A column of a foreign header. */
static int
bind_foreign(struct plan *plan, uint32_t column,
    const struct plan_options *options, struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	const struct field *field;
	const struct map_column *rule;
	unsigned rank;

	rule = detect_column(plan->shape, name, &rank);
	if (rule != NULL && !lacks_system(plan, rule))
		return bind_rule(plan, column, rule, rank, options, fault);
	if (view_is(name->normal, "id")) {
		if (plan->system == NULL)
			return fault_set(fault, FAULT_INPUT, "column %.*s: "
			    "whose? --key id if it is this store's, --map "
			    "generic:NAME if it is NAME's", SHOW(name->text));
		return bind_target(plan, column, target_named(plan, NAME_EXT,
		    view_of(plan->system), fault), NULL, UINT32_MAX, "", fault);
	}
	field = detect_field(plan->kind, name);
	/* In a known export only the very name of a field is one. */
	if (field != NULL && (plan->system == NULL ||
	    strcmp(plan->map, "generic") == 0 ||
	    view_is(name->text, field->name)))
		return bind_target(plan, column, target_of(plan, field,
		    field->slot, VIEW(""), fault), NULL, UINT32_MAX, "",
		    fault);
	return bind_unknown(plan, column, options, fault);
}

static int
bind_column(struct plan *plan, uint32_t column,
    const struct plan_options *options, struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	bool bound;

	if (header_ignored(name)) {
		if (view_is(name->text, "_excel"))
			plan->excel = true;
		if (view_is(name->text, "_raw"))
			plan->raw_column = column;
		return 0;
	}
	if (column >= plan->named)
		return 0;
	if (bind_written(plan, column, &bound, fault) == -1)
		return -1;
	if (bound)
		return 0;
	return plan->ours ? bind_ours(plan, column, options, fault)
	    : bind_foreign(plan, column, options, fault);
}

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
			    (source->rule->separator.len > 0 ||
			    source->rule->cut > 0 ||
			    source->rule->type_header.len > 0))
				return true;
		}
	}
	return false;
}

static int
gather_emails(struct plan *plan, struct fault *fault)
{
	struct target *both[2];
	size_t i, j;

	if (plan->kind != &kind_contact || !emails_meet(plan))
		return 0;
	plan->email = target_field(plan, VIEW("email"), fault);
	plan->other_emails = target_field(plan, VIEW("other_emails"), fault);
	plan->phone = target_field(plan, VIEW("phone"), fault);
	if (plan->email == NULL || plan->other_emails == NULL ||
	    plan->phone == NULL)
		return -1;
	both[0] = plan->email;
	both[1] = plan->other_emails;
	for (i = 0; i < 2; i++) {
		both[i]->gathered = true;
		for (j = 0; j < both[i]->sources.count; j++) {
			struct source source = both[i]->sources.at[j];

			/* Columns of `email` before those of other_emails. */
			source.rank = (unsigned)plan->emails.count;
			if (sources_add(plan, &plan->emails, source,
			    fault) == -1)
				return -1;
		}
		both[i]->sources.count = 0;
		if (i == 0)
			plan->own_emails = plan->emails.count;
	}
	return 0;
}

static struct target *
find_slot(const struct plan *plan, uint16_t slot)
{
	size_t i;

	for (i = 0; i < plan->target_count; i++) {
		if (plan->targets[i]->slot == slot)
			return plan->targets[i];
	}
	return NULL;
}

/*
 * In a list with "Nom" and "Prénom", or "Nombre" and "Apellidos", the name is
 * the other half: columns with the rule `part` go to the part that has none.
 */
static void
halve_name(struct plan *plan)
{
	struct target *first = find_slot(plan, CONTACT_FIRST_NAME);
	struct target *last = find_slot(plan, CONTACT_LAST_NAME);
	struct target *half;
	const struct source *source;
	bool has_first = first != NULL && first->sources.count > 0;
	bool has_last = last != NULL && last->sources.count > 0;

	if (plan->name == NULL || plan->name->sources.count != 1 ||
	    has_first == has_last)
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
	explain_target(plan, &plan->header.names[source->column], half,
	    has_first ? ", beside the first name"
	    : ", beside the last name");
}

/* `name` alone is stored and split into its parts (design A4). */
static int
gather_name(struct plan *plan, struct fault *fault)
{
	static const uint16_t slots[NAME_PARTS] = { CONTACT_FIRST_NAME,
		CONTACT_MIDDLE_NAME, CONTACT_LAST_NAME, CONTACT_SUFFIX };
	size_t i;

	if (plan->kind != &kind_contact)
		return 0;
	plan->name = find_slot(plan, CONTACT_NAME);
	if (plan->name == NULL)
		return 0;
	for (i = 0; i < NAME_PARTS; i++) {
		plan->parts[i] = target_of(plan, kind_slot(plan->kind,
		    slots[i]), slots[i], VIEW(""), fault);
		if (plan->parts[i] == NULL)
			return -1;
	}
	halve_name(plan);
	return 0;
}

static int
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
		} else if (!value_read(&value, target->field, target->name,
		    preset->value, &plan->values, &problem)) {
			result = fault_set(fault, FAULT_USAGE, "%s:%u: %s",
			    plan->shape->map->path, preset->line, problem.text);
		} else {
			target->preset = arena_copy(&plan->arena,
			    buf_as_view(&value));
			if (target->preset.len > 0 && target->preset.at == NULL)
				result = fault_memory(fault);
		}
	}
	buf_release(&value);
	return result;
}

/* The slots that --key names, for the import to match by. */
static int
bind_keys(struct plan *plan, const char *key, struct fault *fault)
{
	struct view rest = view_of(key), part;
	const struct field *field;
	struct target *target;
	struct buf normal = BUF_EMPTY;
	size_t column;
	int result = 0;

	plan->keys = arena_take(&plan->arena,
	    (rest.len + 1) * sizeof(*plan->keys));
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
			target = find_slot(plan, field->slot);
		else if (view_begins(part, VIEW("ext.")) && part.len > 4)
			target = target_named(plan, NAME_EXT,
			    view_from(part, 4), fault);
		else if (column < plan->header.count)
			target = plan->column_targets[column];
		if (target == NULL)
			result = fault_set(fault, FAULT_INPUT, "--key %.*s: "
			    "the file has no such column", SHOW(part));
		else
			plan->keys[plan->key_count++] = target->slot;
	}
	buf_release(&normal);
	return result;
}

static void
note_repeated(struct plan *plan)
{
	const struct header_name *names = plan->header.names;
	struct buf repeated = BUF_EMPTY;
	size_t i, j;

	for (i = 1; i < plan->named; i++) {
		if (names[i].text.len == 0 || header_ignored(&names[i]))
			continue;
		for (j = 0; j < i; j++) {
			if (view_equal(names[i].normal, names[j].normal) &&
			    names[i].number == names[j].number &&
			    names[i].normal.len > 0)
				break;
		}
		if (j < i)
			list_add_name(&repeated, names[i].text);
	}
	if (repeated.len > 0)
		buf_printf(&plan->notes, "repeated columns, of which the first "
		    "cell with a value counts: %s\n", buf_string(&repeated));
	buf_release(&repeated);
}

static void
note_all(struct plan *plan)
{
	size_t i;

	note_repeated(plan);
	if (plan->sensitive.len > 0)
		buf_printf(&plan->notes, "sensitive columns left out "
		    "(--store-sensitive keeps them): %s\n",
		    buf_string(&plan->sensitive));
	if (plan->kept.len > 0)
		buf_printf(&plan->notes, "unknown columns kept: %s\n",
		    buf_string(&plan->kept));
	for (i = 0; i < plan->emails.count; i++) {
		const struct source *source = &plan->emails.at[i];

		if (source->rule == NULL || source->rule->cut == 0)
			continue;
		buf_view(&plan->notes, plan->header.names[source->column].text);
		buf_printf(&plan->notes, ": addresses of exactly %zu characters "
		    "may be cut off: kept as attr.%.*s, never mailed\n",
		    source->rule->cut, SHOW(source->spare->name));
	}
}

int
plan_bind(struct plan *plan, const struct plan_options *options,
    struct fault *fault)
{
	const struct map_word *word;
	uint32_t column;
	size_t i;

	for (column = 0; column < plan->header.count; column++) {
		if (bind_column(plan, column, options, fault) == -1)
			return -1;
	}
	if (plan->kind == &kind_contact) {
		plan->email = find_slot(plan, CONTACT_EMAIL);
		plan->other_emails = find_slot(plan, CONTACT_OTHER_EMAILS);
	}
	if (gather_emails(plan, fault) == -1 ||
	    groups_finish(plan, fault) == -1 ||
	    gather_name(plan, fault) == -1 ||
	    bind_defaults(plan, fault) == -1 ||
	    (options->key != NULL &&
	    bind_keys(plan, options->key, fault) == -1) ||
	    targets_finish(plan, fault) == -1)
		return -1;
	if (!plan->ours) {
		plan->nulls = plan->shape->nulls;
		plan->empties = plan->shape->empties;
	}
	for (i = 0; i < 2; i++) {
		for (word = i == 0 ? plan->nulls : plan->empties; word != NULL;
		    word = word->next) {
			if (word->text.len > 0)
				plan->token_begins[
				    (unsigned char)word->text.at[0]] = true;
		}
	}
	note_all(plan);
	return 0;
}
