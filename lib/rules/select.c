/* SPDX-License-Identifier: ISC */
/*
 * The columns of rows that choose records: what other programs print may be
 * piped in as it is, so columns that neither choose nor are asked for are passed
 * over without a word.
 */
#include "rules/plan_parts.h"

static bool
is_id(struct view name)
{
	return view_begins(name, VIEW("ext.")) && name.len > 4;
}

/* A2: a user by its login, as others by their e-mail address. */
static bool
is_login(const struct kind *kind, const struct header_name *name)
{
	return kind == &kind_user && view_is(name->normal, "login");
}

static bool
chooses(const struct kind *kind, const struct header_name *name)
{
	return view_is(name->normal, "id") || view_is(name->normal, "email") ||
	    is_login(kind, name) || is_id(name->text);
}

bool
select_header(struct verdict *verdict, const struct maps *maps,
    const struct plan_options *options, const struct candidate *candidates, size_t count)
{
	const struct header *header;
	size_t i, j;

	for (i = 0; i < count; i++) {
		header = &candidates[i].header;
		for (j = 0; j < header->count; j++) {
			if (!chooses(options->kind, &header->names[j]))
				continue;
			verdict->shape = detect_generic(maps, options->kind);
			verdict->record = i;
			verdict->ours = true;
			return verdict->shape != NULL;
		}
	}
	return false;
}

bool
select_bare_ids(const struct candidate *candidates, size_t count)
{
	struct view text;
	size_t i;

	if (count == 0 || candidates[0].header.count != 1)
		return false;
	text = candidates[0].header.names[0].text;
	for (i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len > 0;
}

static bool
is_taken(const struct plan_options *options, const struct field *field)
{
	size_t i;

	for (i = 0; options->takes[i] != NULL; i++)
		if (strcmp(options->takes[i], field->name) == 0)
			return true;
	return false;
}

int
select_bind(struct plan *plan, uint32_t column, const struct plan_options *options,
    struct fault *fault)
{
	const struct header_name *name = &plan->header.names[column];
	const struct field *field = detect_field(plan->kind, name);
	struct target *target;

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
	/* Of two records, their ids say all: --duplicates prints more besides. */
	if (view_is(name->normal, "other") && options->pairs &&
	    plan->other_column == NO_COLUMN) {
		plan->other_column = column;
		bind_explain(plan, name, "id of the other record");
		return 0;
	}
	if (options->pairs) {
		bind_explain(plan, name, "passed over");
		return 0;
	}
	if (is_id(name->text))
		target = target_named(plan, NAME_EXT, view_from(name->text, 4), fault);
	else if (field != NULL &&
	    (view_is(name->normal, "email") || is_login(plan->kind, name) ||
		is_taken(options, field)))
		target = target_of(plan, field, field->slot, VIEW(""), fault);
	else {
		bind_explain(plan, name, "passed over");
		return 0;
	}
	if (target == NULL || target_source(plan, target, column, fault) == NULL)
		return -1;
	plan_explain_target(plan, name, target, "");
	return 0;
}

int
select_check(
    const struct plan *plan, const struct plan_options *options, struct fault *fault)
{
	struct buf names = BUF_EMPTY;
	bool found = options->takes[0] == NULL;
	size_t i;

	if (options->pairs &&
	    (plan->id_column == NO_COLUMN || plan->other_column == NO_COLUMN))
		return fault_set(fault, FAULT_INPUT,
		    "no column %s: rows of id and other say which two are meant",
		    plan->id_column == NO_COLUMN ? "id" : "other");

	for (i = 0; !found && options->takes[i] != NULL; i++) {
		found =
		    target_find(plan,
			kind_field(plan->kind, view_of(options->takes[i]))->slot) != NULL;
		buf_printf(&names, "%s%s", i == 0 ? "" : " or ", options->takes[i]);
	}
	if (!found)
		fault_set(fault, FAULT_INPUT,
		    "no column %s, so the rows say whom to change, but not what",
		    buf_string(&names));
	buf_release(&names);
	return found ? 0 : -1;
}
