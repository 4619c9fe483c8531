/* SPDX-License-Identifier: ISC */
/*
 * Every column gets exactly one place, and -v can say which. A column that no
 * rule knows becomes an attribute under its own name, so nothing is lost; one
 * that looks sensitive is left out, and both are said once.
 */
#include "rules/people.h"
#include "rules/plan_parts.h"
#include "rules/sensitive.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at

/* Columns with by-id come after all that fill their field otherwise. */
#define BY_ID_RANK (UINT32_MAX / 2)

void
bind_explain(struct plan *plan, const struct header_name *name, const char *to)
{
	buf_view(&plan->explain, name->text);
	buf_text(&plan->explain, " -> ");
	buf_text(&plan->explain, to);
	buf_char(&plan->explain, '\n');
}

static int
bind_drop(struct plan *plan, uint32_t column)
{
	const struct header_name *name = &plan->header.names[column];

	(void)plan_list_name(&plan->sensitive, name->text);
	bind_explain(plan, name, "dropped, sensitive");
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
bind_unknown(struct plan *plan, uint32_t column, const struct plan_options *options,
    struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	struct target *target;
	struct buf text = BUF_EMPTY;
	int result = -1;

	if (options->key != NULL && name->normal.len > 0 &&
	    is_key_header(plan, name, options)) {
		attribute_name(&text, name->text);
		target = target_named(plan, NAME_EXT, buf_as_view(&text), fault);
		if (target == NULL || target_source(plan, target, column, fault) == NULL)
			goto done;
		plan_explain_target(plan, name, target, "");
		result = 0;
		goto done;
	}
	if (!plan->store_sensitive && sensitive_header(name->text))
		return bind_drop(plan, column);
	if (name->text.len == 0)
		buf_printf(&text, "column_%u", column + 1);
	target = target_attribute(
	    plan, name->text.len == 0 ? buf_as_view(&text) : name->text, fault);
	if (target == NULL || target_source(plan, target, column, fault) == NULL)
		goto done;
	plan_explain_target(plan, name, target, " (unknown header)");
	if (target->sources.count == 1 &&
	    plan_list_name(
		&plan->kept, name->text.len == 0 ? VIEW("(no name)") : name->text)) {
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
    const struct map_column *rule, unsigned rank, const char *more, struct fault *fault)
{
	struct source source = { .column = column,
		.rank = rank,
		.rule = rule,
		.dates = plan->values.dates,
		.type_column = NO_COLUMN };

	if (target == NULL)
		return -1;
	if (rule != NULL && (rule->rules & (RULE_DMY | RULE_MDY)) != 0)
		source.dates = (rule->rules & RULE_DMY) != 0 ? DATE_DMY : DATE_MDY;
	/* The id goes behind the name of what it refers to, which is sure to
	 * be known or made; the id stands beside it (struct draft). */
	if (rule != NULL && (rule->rules & RULE_BY_ID) != 0)
		source.rank += BY_ID_RANK;
	if (rule != NULL && rule->type_header.len > 0)
		source.type_column =
		    (uint32_t)header_find(&plan->header, rule->type_header);
	if (source.type_column >= plan->header.count)
		source.type_column = NO_COLUMN;
	if (sources_add(plan, &target->sources, source, fault) == -1)
		return -1;
	plan->column_targets[column] = target;
	plan_explain_target(plan, &plan->header.names[column], target, more);
	return 0;
}

static int
key_part_add(
    struct plan *plan, struct key_part *part, uint32_t column, struct fault *fault)
{
	if (part->columns == NULL)
		part->columns =
		    arena_take(&plan->arena, plan->header.count * sizeof(*part->columns));
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
		    ? -1
		    : bind_target(plan, column, target, rule, rank,
			  " by id, and part of the id", fault);
	target->gathered = true;
	plan->key = target;
	plan->column_targets[column] = target;
	plan_explain_target(
	    plan, &plan->header.names[column], target, " (part of the id)");
	if (plan->record_spare == NULL)
		plan->record_spare =
		    target_attribute(plan, plan->header.names[column].text, fault);
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
		bind_explain(plan, name, "passed over");
		return 0;
	case USE_DROP:
		if (plan->store_sensitive)
			return bind_unknown(plan, column, options, fault);
		return bind_drop(plan, column);
	case USE_DELETED:
		plan->deleted_column = column;
		bind_explain(plan, name, "deleted at the source");
		return 0;
	case USE_MERGED:
		plan->master_column = column;
		bind_explain(plan, name, "id of the record it was merged into");
		return 0;
	case USE_ARCHIVED:
		plan->archived_column = column;
		bind_explain(plan, name, "archived at the source");
		return 0;
	case USE_FIELD:
		break;
	}
	if ((rule->rules & RULE_NUMBERED) != 0) {
		bind_explain(plan, name,
		    (rule->rules & RULE_TYPE) != 0 ? "type of its number"
						   : "one of several, by number");
		return group_add(plan, column, rule, fault);
	}
	if ((rule->rules & RULE_KEYPART) != 0)
		return bind_keypart(plan, column, rule, rank, fault);
	return bind_target(plan, column, target_field(plan, rule->field, fault), rule,
	    rank,
	    (rule->rules & RULE_BY_ID) != 0	   ? " by id"
		: (rule->rules & RULE_ACTION) != 0 ? " where it says yes"
						   : "",
	    fault);
}

/* ext.NAME and attr.NAME written out. */
static int
bind_written(struct plan *plan, uint32_t column, bool *bound, struct fault *fault)
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
		target = target_named(plan, NAME_EXT, view_from(text, 4), fault);
	return bind_target(plan, column, target, NULL, 0, "", fault);
}

/* HS-29: a column about a person in a row of another kind. That a job has one is
 * told by a name; an address alone is that of its contact. */
static int
bind_person(struct plan *plan, uint32_t column, bool *bound, struct fault *fault)
{
	static const char *const bare[][2] = { { "email", "email" },
		{ "firstname", "first_name" }, { "lastname", "last_name" },
		{ "name", "name" }, { "organization", "organization" },
		{ "phone", "phone" }, { "title", "title" } };
	const struct header_name *name = &plan->header.names[column];
	struct view text = name->text;
	const struct field *field;
	uint16_t slot;
	size_t i;

	for (i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
		if (view_is(name->normal, bare[i][0]))
			text = view_of(bare[i][1]);
	field = people_field(plan->kind, text, &slot);
	*bound = field != NULL &&
	    (plan->kind != &kind_job || view_begins(text, VIEW("contact.")) ||
		header_find(&plan->header, VIEW("firstname")) < plan->header.count ||
		header_find(&plan->header, VIEW("lastname")) < plan->header.count);
	return *bound
	    ? bind_target(plan, column, target_of(plan, field, slot, VIEW(""), fault),
		  NULL, 0, " of the person", fault)
	    : 0;
}

/* A column of a header of our own: fields go by their names. */
static int
bind_ours(struct plan *plan, uint32_t column, const struct plan_options *options,
    struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	const struct field *field = kind_field(plan->kind, name->text);
	struct target *target;

	if (field == NULL)
		field = detect_field(plan->kind, name);
	if (view_is(name->normal, "id") && plan->id_column == NO_COLUMN) {
		plan->id_column = column;
		bind_explain(plan, name, "id of this store");
		return 0;
	}
	if (view_is(name->normal, "rev") && plan->rev_column == NO_COLUMN) {
		plan->rev_column = column;
		bind_explain(plan, name, "revision that was read");
		return 0;
	}
	if (field == NULL)
		return bind_unknown(plan, column, options, fault);
	target = target_of(plan, field, field->slot, VIEW(""), fault);
	if (target != NULL)
		target->read_only =
		    (field->flags & (FIELD_DERIVED | FIELD_SYSTEM | FIELD_RULES)) != 0;
	return bind_target(plan, column, target, NULL, 0,
	    target != NULL && target->read_only ? " (compared only)" : "", fault);
}

/* Whether a rule needs a source whose name is not known. */
static bool
lacks_system(const struct plan *plan, const struct map_column *rule)
{
	return plan->system == NULL &&
	    ((rule->rules & (RULE_BY_ID | RULE_KEYPART)) != 0 ||
		view_is(rule->field, "ext.SYSTEM"));
}

/* A column of a foreign header. */
static int
bind_foreign(struct plan *plan, uint32_t column, const struct plan_options *options,
    struct fault *fault)
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
			return fault_set(fault, FAULT_INPUT,
			    "column %.*s: "
			    "whose? --key id if it is this store's, --map "
			    "generic:NAME if it is NAME's",
			    SHOW(name->text));
		return bind_target(plan, column,
		    target_named(plan, NAME_EXT, view_of(plan->system), fault), NULL,
		    UINT32_MAX, "", fault);
	}
	field = detect_field(plan->kind, name);
	/* In a known export only the very name of a field is one. */
	if (field != NULL &&
	    (plan->system == NULL || strcmp(plan->map, "generic") == 0 ||
		view_is(name->text, field->name)))
		return bind_target(plan, column,
		    target_of(plan, field, field->slot, VIEW(""), fault), NULL,
		    BY_ID_RANK - 1, "", fault);
	return bind_unknown(plan, column, options, fault);
}

static int
bind_column(struct plan *plan, uint32_t column, const struct plan_options *options,
    struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	bool bound;

	if (plan->kind == &kind_invitation_event && !header_ignored(name) &&
	    detect_field(plan->kind, name) == NULL) {
		bind_explain(plan, name, "passed over");
		return 0;
	}
	if (header_ignored(name)) {
		if (view_is(name->text, "_excel"))
			plan->excel = true;
		if (view_is(name->text, "_raw"))
			plan->raw_column = column;
		return 0;
	}
	if (column >= plan->named)
		return 0;
	if (options->takes != NULL)
		return select_bind(plan, column, options, fault);
	if (bind_written(plan, column, &bound, fault) == -1)
		return -1;
	if (!bound && bind_person(plan, column, &bound, fault) == -1)
		return -1;
	if (bound)
		return 0;
	return plan->ours ? bind_ours(plan, column, options, fault)
			  : bind_foreign(plan, column, options, fault);
}

/* A file of something else is refused as a whole, not row by row. */
static int
check_events(struct plan *plan, struct fault *fault)
{
	if (plan->kind != &kind_invitation_event)
		return 0;
	if (target_find(plan, INVITATION_EVENT_STEP) == NULL)
		return fault_set(fault, FAULT_INPUT,
		    "no column step, so the rows do not say what happened");
	return target_find(plan, INVITATION_EVENT_TOKEN) != NULL ||
		(target_find(plan, INVITATION_EVENT_EMAIL) != NULL &&
		    target_find(plan, INVITATION_EVENT_CAMPAIGN) != NULL)
	    ? 0
	    : fault_set(fault, FAULT_INPUT,
		  "no column token, nor email and campaign, so the rows do not say whom "
		  "they are about");
}

int
plan_bind(struct plan *plan, const struct plan_options *options, struct fault *fault)
{
	const struct map_word *word;
	uint32_t column;
	size_t i;

	for (column = 0; column < plan->header.count; column++) {
		if (bind_column(plan, column, options, fault) == -1)
			return -1;
	}
	if (check_events(plan, fault) != 0 ||
	    (options->takes != NULL && select_check(plan, options, fault) != 0))
		return -1;
	if (plan->kind == &kind_contact) {
		plan->email = target_find(plan, CONTACT_EMAIL);
		plan->other_emails = target_find(plan, CONTACT_OTHER_EMAILS);
	}
	if (bind_emails(plan, fault) == -1 || groups_finish(plan, fault) == -1 ||
	    bind_name(plan, fault) == -1 || bind_defaults(plan, fault) == -1 ||
	    bind_values(plan, fault) == -1 ||
	    (options->key != NULL && bind_keys(plan, options->key, fault) == -1) ||
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
				plan->token_begins[(unsigned char)word->text.at[0]] =
				    true;
		}
	}
	plan_note_all(plan);
	return 0;
}
