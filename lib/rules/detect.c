/* SPDX-License-Identifier: ISC */
/*
 * Three looks at the first records: is one our own header, does one meet all
 * conditions of a shape, and else which of them has the most columns that the
 * generic map knows. The last never claims a record without a field of the
 * kind or a name or e-mail column in it.
 */
#include "rules/plan_parts.h"

#include <stdio.h>

#include "base/fold.h"
#include "model/salesforce_id.h"

#define SHOW(view) (int)((view).len > 40 ? 40 : (view).len), (view).at
#define GENERIC	   "generic"

static bool
is_named(const struct header_name *name)
{
	return name->text.len > 0 && !header_ignored(name);
}

static bool
term_fits(const struct map_term *term, const struct header_name *name)
{
	if (term->exact)
		return view_equal(term->text, name->text);
	return term->prefix ? view_begins(name->normal, term->text)
			    : view_equal(name->normal, term->text);
}

static bool
is_there(const struct map_term *term, const struct header *header)
{
	size_t i;

	for (i = 0; i < header->count; i++) {
		if (is_named(&header->names[i]) && term_fits(term, &header->names[i]))
			return true;
	}
	return false;
}

/* How many of the terms are there, those joined by `+` counting as one. */
static size_t
count_terms(const struct map_term *term, const struct header *header, size_t *all)
{
	size_t n = 0;
	bool there;

	for (*all = 0; term != NULL; term = term->next) {
		there = is_there(term, header);
		while (term->joined && term->next != NULL) {
			term = term->next;
			there = there && is_there(term, header);
		}
		++*all;
		n += there;
	}
	return n;
}

static bool
last_fits(const struct map_term *term, const struct header *header)
{
	size_t i = header->count;

	while (i > 0 && !is_named(&header->names[i - 1]))
		i--;
	for (; i > 0 && term != NULL; term = term->next) {
		if (term_fits(term, &header->names[i - 1]))
			return true;
	}
	return false;
}

/* Whether what the rows have in the column are record ids, and at least one
 * row has one. */
static bool
ids_fit(const struct map_condition *condition, const struct candidate *candidates,
    size_t record, size_t count)
{
	const struct header *header = &candidates[record].header;
	char id[SALESFORCE_ID];
	struct view cell;
	size_t column, i, n = 0;

	for (column = 0; column < header->count; column++) {
		if (term_fits(condition->terms, &header->names[column]))
			break;
	}
	if (column == header->count)
		return false;
	for (i = record + 1; i < count; i++) {
		if (column >= candidates[i].header.count)
			continue;
		cell = candidates[i].header.names[column].text;
		if (cell.len == 0)
			continue;
		if (!view_begins(cell, condition->prefix) ||
		    salesforce_id_read(cell, id) == SALESFORCE_NONE)
			return false;
		n++;
	}
	return n > 0;
}

static bool
condition_holds(const struct map_condition *condition, const struct candidate *candidates,
    size_t record, size_t count)
{
	const struct header *header = &candidates[record].header;
	size_t all, there = count_terms(condition->terms, header, &all);

	switch (condition->test) {
	case TEST_ALL:
		return there == all;
	case TEST_ANY:
		return there > 0;
	case TEST_NONE:
		return there == 0;
	case TEST_LAST:
		return last_fits(condition->terms, header);
	case TEST_IDS:
		return ids_fit(condition, candidates, record, count);
	}
	return false;
}

/* A shape without conditions is never recognised, only asked for. */
static bool
shape_fits(const struct map_shape *shape, const struct candidate *candidates,
    size_t record, size_t count)
{
	const struct map_condition *condition = shape->conditions;

	for (; condition != NULL; condition = condition->next) {
		if (!condition_holds(condition, candidates, record, count))
			return false;
	}
	return shape->conditions != NULL;
}

const struct map_column *
detect_column(
    const struct map_shape *shape, const struct header_name *name, unsigned *rank)
{
	const struct map_shape *from = shape;
	const struct map_column *column = NULL;

	*rank = 0;
	while ((column = map_column_next(&from, column)) != NULL) {
		if (view_equal(column->normal, name->normal) && name->normal.len > 0)
			break;
		++*rank;
	}
	return column;
}

/* A field's name against a normal form, which has no `_`. */
static bool
names_field(const char *field, struct view normal)
{
	size_t i = 0;

	for (; *field != '\0'; field++) {
		if (*field == '_')
			continue;
		if (i == normal.len || normal.at[i] != *field)
			return false;
		i++;
	}
	return i == normal.len && i > 0;
}

const struct field *
detect_field(const struct kind *kind, const struct header_name *name)
{
	size_t i;

	for (i = 0; i < kind->count; i++) {
		if ((kind->fields[i].flags &
			(FIELD_DERIVED | FIELD_SYSTEM | FIELD_RULES)) == 0 &&
		    names_field(kind->fields[i].name, name->normal))
			return &kind->fields[i];
	}
	return NULL;
}

bool
detect_has_system(const struct maps *maps, const struct map_shape *shape)
{
	return maps->system != NULL ||
	    (shape->map != NULL && strcmp(shape->map->name, GENERIC) != 0);
}

/* An alias of what a record is known by, or cannot do without. */
static bool
is_telling(const struct maps *maps, const struct map_shape *shape,
    const struct map_column *column)
{
	static const char *const telling[] = { "name", "first_name", "last_name" };
	const struct field *field;
	size_t i;

	if (column->use != USE_FIELD)
		return false;
	if (view_begins(column->field, VIEW("ext.")))
		return detect_has_system(maps, shape);
	if ((column->rules & RULE_BY_ID) != 0 && !detect_has_system(maps, shape))
		return false;
	for (i = 0; i < sizeof(telling) / sizeof(telling[0]); i++) {
		if (view_is(column->field, telling[i]))
			return true;
	}
	/* Above a list of people a title may be anything. */
	if (shape->kind == &kind_job && view_is(column->field, "title"))
		return true;
	field = kind_field(shape->kind, column->field);
	return field != NULL && (field->flags & (FIELD_KEY | FIELD_RESOLVED)) != 0;
}

/* How many columns the shape knows; 0 when none of them tells enough. */
static size_t
score(const struct maps *maps, const struct map_shape *shape, const struct header *header)
{
	const struct map_column *column;
	const struct header_name *name;
	bool telling = false;
	size_t n = 0, i;
	unsigned rank;

	for (i = 0; i < header->count; i++) {
		name = &header->names[i];
		if (!is_named(name))
			continue;
		column = detect_column(shape, name, &rank);
		if (detect_field(shape->kind, name) != NULL ||
		    view_begins(name->text, VIEW("ext."))) {
			telling = true;
			n++;
		} else if (column != NULL) {
			telling = telling || is_telling(maps, shape, column);
			n++;
		} else if (view_is(name->normal, "id") &&
		    detect_has_system(maps, shape)) {
			telling = true;
			n++;
		}
	}
	return telling ? n : 0;
}

/* Our own: id beside rev, or --key id; unless a map was asked for, whose id it
 * is then (design A7). */
static bool
is_ours(const struct maps *maps, const struct plan_options *options,
    const struct header *header)
{
	bool keyed = options->key != NULL && strcmp(options->key, "id") == 0;

	if (maps->only &&
	    (maps->system != NULL || strcmp(maps->files->name, GENERIC) != 0))
		return false;
	return header_find(header, VIEW("id")) < header->count &&
	    (keyed || header_find(header, VIEW("rev")) < header->count);
}

/* How a file of that kind is given to the program. */
static void
put_way(const struct kind *kind, bool by_option, bool by_kind, char (*text)[60])
{
	bool read = kind == &kind_job || kind == &kind_placement;

	if (by_option && (read || kind == &kind_status_event))
		snprintf(*text, sizeof(*text), "give it as --%ss",
		    read ? kind->name : "event");
	else
		snprintf(*text, sizeof(*text),
		    by_kind ? "use -k %s" : "contact-add -k %s reads it", kind->name);
}

static int
wrong_kind(const struct map_shape *shape, const struct plan_options *options,
    struct fault *fault)
{
	const struct kind *kind = options->kind;
	char way[60];

	put_way(shape->kind, options->by_option,
	    !options->by_option && kind != &kind_invitation_event, &way);
	if (shape->title != NULL)
		return fault_set(fault, FAULT_INPUT,
		    "this looks like a %s "
		    "(%s), not %s: %s",
		    shape->title, shape->kind->name, kind->name, way);
	return fault_set(fault, FAULT_INPUT,
	    "this looks like %s %.*s (%s), "
	    "not %s: %s",
	    shape->map->name, SHOW(shape->name), shape->kind->name, kind->name, way);
}

static int
no_header(const struct candidate *candidates, size_t count, struct fault *fault)
{
	struct buf seen = BUF_EMPTY;
	const struct header *header;
	size_t i, j;

	for (i = 0; i < count && i < DETECT_RECORDS; i++) {
		if (candidates[i].code != NULL)
			break;
	}
	if (i == count || i == DETECT_RECORDS)
		i = 0;
	header = &candidates[i].header;
	buf_printf(&seen, "line %llu", (unsigned long long)candidates[i].line);
	if (candidates[i].code != NULL)
		buf_printf(&seen, ": %s%s", candidates[i].message,
		    strcmp(candidates[i].code, "BAD_ENCODING") == 0
			? " (--encoding says what it is)"
			: "");
	for (j = 0; j < header->count && j < 6; j++)
		buf_printf(&seen, "%s \"%.*s\"", j == 0 ? " has" : ",",
		    SHOW(header->names[j].text));
	if (j < header->count)
		buf_text(&seen, " ...");
	fault_set(fault, FAULT_INPUT,
	    "no header found in the first %d "
	    "records: %s",
	    DETECT_RECORDS, buf_string(&seen));
	buf_release(&seen);
	return -1;
}

/* The record that most columns are known of, among shapes that `fits` lets
 * pass: those of the map asked for, else those of the generic one. */
static bool
best_score(struct verdict *verdict, const struct maps *maps, const struct kind *kind,
    const struct candidate *candidates, size_t count)
{
	const struct map_shape *shape;
	size_t best = 0, n, i, s;

	for (i = 0; i < count; i++) {
		for (s = 0; s < maps->count; s++) {
			shape = maps->shapes[s];
			if (shape->kind != kind ||
			    (!maps->only && strcmp(shape->map->name, GENERIC) != 0))
				continue;
			n = score(maps, shape, &candidates[i].header);
			if (n > best) {
				best = n;
				verdict->shape = shape;
				verdict->record = i;
			}
		}
	}
	return best > 0;
}

const struct map_shape *
detect_generic(const struct maps *maps, const struct kind *kind)
{
	size_t s;

	for (s = 0; s < maps->count; s++) {
		if (maps->shapes[s]->kind == kind &&
		    strcmp(maps->shapes[s]->map->name, GENERIC) == 0)
			return maps->shapes[s];
	}
	return NULL;
}

int
detect_header(struct verdict *verdict, const struct maps *maps,
    const struct plan_options *options, const struct candidate *candidates, size_t count,
    struct fault *fault)
{
	size_t first = count < DETECT_RECORDS ? count : DETECT_RECORDS, i, s;

	*verdict = (struct verdict){ NULL, 0, false };
	if (options->takes != NULL)
		return select_header(verdict, maps, options, candidates, first)
		    ? 0
		    : no_header(candidates, count, fault);
	for (i = 0; i < first; i++) {
		if (is_ours(maps, options, &candidates[i].header)) {
			verdict->shape = detect_generic(maps, options->kind);
			verdict->record = i;
			verdict->ours = true;
			return 0;
		}
	}
	for (i = 0; i < first; i++) {
		for (s = 0; s < maps->count; s++) {
			if (!shape_fits(maps->shapes[s], candidates, i, count))
				continue;
			if (maps->shapes[s]->kind != options->kind)
				return wrong_kind(maps->shapes[s], options, fault);
			verdict->shape = maps->shapes[s];
			verdict->record = i;
			return 0;
		}
	}
	if (best_score(verdict, maps, options->kind, candidates, first))
		return 0;
	return no_header(candidates, count, fault);
}
