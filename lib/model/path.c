/* SPDX-License-Identifier: ISC */
/*
 * A name is read from left to right: while something follows, a segment has to
 * be a reference, and the rest belongs to the kind that it refers to. Names
 * behind ext. and attr. are taken whole.
 */
#include "model/path.h"

#include "model/viewer.h"
#include "model/vocabulary.h"

#include <stdlib.h>

/* Names of one value of a list, as people ask for it. */
static const struct {
	const char *kind, *alias, *field;
} aliases[] = {
	{ "contact", "former_organization", "former_organizations" },
};

static const struct {
	const char *name;
	enum date_part part;
} parts[] = {
	{ "year", PART_YEAR },
	{ "month", PART_MONTH },
	{ "week", PART_WEEK },
	{ "day", PART_DAY },
};

static enum date_part
part_by_name(struct view name)
{
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (view_is(name, parts[i].name))
			return parts[i].part;
	return PART_NONE;
}

static const struct field *
field_by_name(const struct kind *kind, struct view name)
{
	const struct field *field = kind_field(kind, name);
	size_t i;

	for (i = 0; field == NULL && i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (view_is(name, aliases[i].alias) &&
		    strcmp(kind->name, aliases[i].kind) == 0)
			field = kind_field(kind, view_of(aliases[i].field));
	return field;
}

/* How much of a name a message repeats. */
static int
shown(struct view name)
{
	return name.len > 200 ? 200 : (int)name.len;
}

static int
unknown(const struct kind *kind, struct view whole, struct view name, struct fault *fault)
{
	const char *nearest = kind_suggest(kind, name);
	struct buf hint = BUF_EMPTY;

	if (nearest != NULL)
		buf_printf(&hint, "the nearest is %s", nearest);
	else if (kind_by_name(view_of(kind->name)) == kind)
		buf_printf(&hint, "contact-find --fields -k %s lists them", kind->name);
	else
		buf_printf(&hint, "it has %s", kind->columns);
	(void)fault_set(fault, FAULT_USAGE, "%.*s: %s has no field %.*s; %s",
	    shown(whole), whole.at, kind->name, shown(name), name.at, buf_string(&hint));
	buf_release(&hint);
	return -1;
}

/* The slot of a column: 1, 0 when nobody knows it, -1. An attribute that is
 * declared is known before any record has it; FIELD_NONE is then its slot. */
static int
slot_of_name(
    struct path *path, struct txn *txn, enum name_class class, struct fault *fault)
{
	const struct vocabulary *vocabulary;
	struct attribute_rule rule;
	int found = txn_name_slot(txn, class, path->name, false, &path->slot, fault);

	if (found != 0 || class != NAME_ATTR)
		return found;
	if (vocabulary_of(&vocabulary, txn, fault) == -1)
		return -1;
	path->slot = FIELD_NONE;
	return vocabulary_attribute(vocabulary, path->name, &rule);
}

/* ext.NAME, attr.NAME, attr.NAME.part: 1, 0 when it is none of them, -1. */
static int
parse_extra(struct path *path, struct txn *txn, struct view whole, struct view rest,
    struct fault *fault)
{
	enum name_class class;
	const char *dot;
	int found;

	if (view_begins(rest, VIEW("ext."))) {
		class = NAME_EXT;
		path->field = &field_ext;
		path->name = view_from(rest, 4);
	} else if (view_begins(rest, VIEW("attr."))) {
		class = NAME_ATTR;
		path->field = &field_attr;
		path->name = view_from(rest, 5);
	} else {
		return 0;
	}
	found = slot_of_name(path, txn, class, fault);
	if (found == 0 && class == NAME_ATTR && path->name.len > 0 &&
	    (dot = memrchr(path->name.at, '.', path->name.len)) != NULL) {
		path->part = part_by_name(
		    view_from(path->name, (size_t)(dot - path->name.at) + 1));
		path->name.len = (size_t)(dot - path->name.at);
		if (path->part != PART_NONE)
			found = slot_of_name(path, txn, class, fault);
	}
	if (found == 0)
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: the store knows no such column", shown(whole), whole.at);
	return found;
}

static int
add_hop(struct path *path, const struct field *field, const struct kind *from,
    const struct kind *to, struct view whole, struct fault *fault)
{
	struct path_hop *hops;

	if (path->hop_count == PATH_HOPS)
		return fault_set(fault, FAULT_USAGE,
		    "%.60s...: more than %d references in a row", whole.at, PATH_HOPS);
	hops = reallocarray(path->hops, path->hop_count + 1, sizeof(*hops));
	if (hops == NULL)
		return fault_memory(fault);
	path->hops = hops;
	hops[path->hop_count++] = (struct path_hop){ field, from, to };
	return 0;
}

/* What follows a field's name: a part of a date, or fields of its target. */
static int
parse_rest(struct path *path, const struct kind **kind, struct view whole,
    struct view *rest, struct fault *fault)
{
	const struct field *field = path->field;
	const struct kind *to;

	if (field->type == TYPE_DATE || field->type == TYPE_TIME) {
		path->part = part_by_name(*rest);
		if (path->part == PART_NONE)
			return fault_set(fault, FAULT_USAGE,
			    "%.*s: a date has .year, .month, .week and .day",
			    shown(whole), whole.at);
		*rest = view_make(NULL, 0);
		return 0;
	}
	if (field->type != TYPE_REFERENCE)
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: %s is no reference to look through", shown(whole), whole.at,
		    field->name);
	to = kind_by_name(view_of(field->of));
	if (to == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: %s is kept as text, there is no %s to look into", shown(whole),
		    whole.at, field->name, field->of);
	if (add_hop(path, field, *kind, to, whole, fault) == -1)
		return -1;
	path->many |= (field->flags & FIELD_LIST) != 0;
	*kind = to;
	return 0;
}

int
path_parse(struct path *path, struct txn *txn, const struct kind *kind, struct view name,
    struct fault *fault)
{
	struct view rest = name, segment;
	const char *dot;
	int found;

	*path = PATH_EMPTY;
	do {
		path->kind = kind;
		found = parse_extra(path, txn, name, rest, fault);
		if (found == -1)
			goto failed;
		if (found == 1)
			break;
		dot = rest.len == 0 ? NULL : memchr(rest.at, '.', rest.len);
		segment = dot == NULL ? rest : view_until(rest, (size_t)(dot - rest.at));
		path->field = field_by_name(kind, segment);
		if (path->field == NULL) {
			(void)unknown(kind, name, segment, fault);
			goto failed;
		}
		path->slot = path->field->slot;
		if (dot == NULL)
			break;
		rest = view_from(rest, segment.len + 1);
		if (parse_rest(path, &kind, name, &rest, fault) == -1)
			goto failed;
	} while (path->part == PART_NONE);
	path->many |= (path->field->flags & FIELD_LIST) != 0;
	return 0;
failed:
	path_release(path);
	return -1;
}

void
path_release(struct path *path)
{
	free(path->hops);
	*path = PATH_EMPTY;
}

int
path_type(
    const struct path *path, struct txn *txn, enum value_type *type, struct fault *fault)
{
	const struct vocabulary *vocabulary;
	struct attribute_rule rule;

	*type = path->field->type;
	if (path->field != &field_attr)
		return 0;
	if (vocabulary_of(&vocabulary, txn, fault) == -1)
		return -1;
	if (vocabulary_attribute(vocabulary, path->name, &rule))
		*type = rule.type;
	return 0;
}

struct walk {
	const struct path *path;
	struct txn *txn;
	int (*visit)(void *, uint64_t, struct record, struct fault *);
	void *context;
};

static int follow(const struct walk *walk, size_t hop, uint64_t id, struct record record,
    struct fault *fault);

static int
follow_one(const struct walk *walk, size_t hop, struct view element, struct fault *fault)
{
	struct record record;
	uint64_t id;
	int found;

	if (!reference_id(element, &id))
		return 0;
	found = txn_record(walk->txn, id, &record, fault);
	if (found != 1)
		return found;
	if (record_kind(record) != walk->path->hops[hop].to->number)
		return 0;
	found = viewer_sees(walk->txn, record, fault);
	if (found != 1)
		return found;
	return follow(walk, hop + 1, id, record, fault);
}

static int
follow(const struct walk *walk, size_t hop, uint64_t id, struct record record,
    struct fault *fault)
{
	const struct field *field;
	struct buf computed = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view value, element;
	int result;

	if (hop == walk->path->hop_count)
		return walk->visit(walk->context, id, record, fault);
	field = walk->path->hops[hop].field;
	result = entity_value(
	    walk->txn, field, field->slot, id, record, &computed, &value, fault);
	if (result == 0 && (field->flags & FIELD_LIST) == 0)
		result = follow_one(walk, hop, value, fault);
	else
		while (result == 0 && list_next(&value, &element, &scratch))
			result = follow_one(walk, hop, element, fault);
	buf_release(&computed);
	buf_release(&scratch);
	return result;
}

int
path_each(const struct path *path, struct txn *txn, uint64_t id, struct record record,
    int (*visit)(void *context, uint64_t id, struct record record, struct fault *fault),
    void *context, struct fault *fault)
{
	struct walk walk = { path, txn, visit, context };

	return follow(&walk, 0, id, record, fault);
}

void
date_part_print(struct buf *out, enum date_part part, struct view text)
{
	struct civil civil;
	int64_t time, days;
	bool has_time;
	int year, week;

	if (!date_read(text, DATE_ISO, 0, &time, &has_time))
		return;
	civil_from_time(&civil, time);
	days = days_from_civil(civil.year, civil.month, civil.day);
	switch (part) {
	case PART_YEAR:
		buf_printf(out, "%04d", civil.year);
		break;
	case PART_MONTH:
		buf_printf(out, "%04d-%02d", civil.year, civil.month);
		break;
	case PART_WEEK:
		civil_week(days, &year, &week);
		buf_printf(out, "%04d-W%02d", year, week);
		break;
	case PART_DAY:
		date_print(out, time);
		break;
	case PART_NONE:
		buf_view(out, text);
		break;
	}
}
