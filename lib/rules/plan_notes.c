/* SPDX-License-Identifier: ISC */
/*
 * What a plan tells people: with -v where each column goes, and once a file
 * what was left out, kept as an attribute, or is not what it seems.
 */
#include "rules/plan_parts.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at

void
plan_explain_target(struct plan *plan, const struct header_name *name,
    const struct target *target, const char *more)
{
	buf_view(&plan->explain, name->text);
	buf_text(&plan->explain, " -> ");
	buf_text(&plan->explain,
	    target->field == &field_ext	       ? "ext."
		: target->field == &field_attr ? "attr."
					       : target->field->name);
	buf_view(&plan->explain, target->name);
	buf_text(&plan->explain, more);
	buf_char(&plan->explain, '\n');
}

/* Bytes of a header, and of all of them, that a note repeats. */
#define NAME_MOST  80
#define NAMES_MOST 2000

bool
plan_list_name(struct buf *list, struct view name)
{
	size_t i;

	if (list->len > NAMES_MOST) {
		if (list->at[list->len - 1] != '.')
			buf_text(list, ", ...");
		return false;
	}
	if (list->len > 0)
		buf_text(list, ", ");
	/* A note is one line, whatever stands in a header. */
	for (i = 0; i < name.len &&
	     (i < NAME_MOST || ((unsigned char)name.at[i] & 0xc0) == 0x80);
	     i++)
		buf_char(list, (unsigned char)name.at[i] < ' ' ? ' ' : name.at[i]);
	if (i < name.len)
		buf_text(list, "...");
	return true;
}

static bool
is_email_column(const struct plan *plan, size_t column)
{
	size_t i;

	for (i = 0; i < plan->emails.count; i++)
		if (plan->emails.at[i].column == column)
			return true;
	return false;
}

static bool
same_header(const struct header_name *one, const struct header_name *other)
{
	return view_equal(one->normal, other->normal) && one->number == other->number &&
	    one->normal.len > 0;
}

/* Whether another column goes before in the same attribute, as long headers do
 * that differ near their ends, or those of nothing but punctuation. */
static bool
shares_attribute(const struct plan *plan, size_t column)
{
	const struct target *target = plan->column_targets[column];
	size_t i;

	if (target == NULL || target->field != &field_attr || target->gathered)
		return false;
	for (i = 0; i < column; i++)
		if (plan->column_targets[i] == target)
			return true;
	return false;
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
			if (same_header(&names[i], &names[j]))
				break;
		}
		/* Of addresses the others are kept as other_emails. */
		if ((j < i || shares_attribute(plan, i)) && !is_email_column(plan, i))
			(void)plan_list_name(&repeated, names[i].text);
	}
	if (repeated.len > 0)
		buf_printf(&plan->notes,
		    "repeated columns, of which the first "
		    "cell with a value counts: %s\n",
		    buf_string(&repeated));
	buf_release(&repeated);
}

void
plan_note_all(struct plan *plan)
{
	size_t i;

	note_repeated(plan);
	if (plan->sensitive.len > 0)
		buf_printf(&plan->notes,
		    "sensitive columns left out "
		    "(--store-sensitive keeps them): %s\n",
		    buf_string(&plan->sensitive));
	if (plan->kept.len > 0)
		buf_printf(
		    &plan->notes, "unknown columns kept: %s\n", buf_string(&plan->kept));
	for (i = 0; i < plan->emails.count; i++) {
		const struct source *source = &plan->emails.at[i];

		if (source->rule == NULL || source->rule->cut == 0)
			continue;
		buf_view(&plan->notes, plan->header.names[source->column].text);
		buf_printf(&plan->notes,
		    ": addresses of exactly %zu characters "
		    "may be cut off: kept as attr.%.*s, never mailed\n",
		    source->rule->cut, SHOW(source->spare->name));
	}
}
