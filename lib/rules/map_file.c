/* SPDX-License-Identifier: ISC */
/*
 * A map is read line by line and checked as a whole at its end, when the kinds
 * of its shapes are known. So a slip in a map shows before the first row of any
 * file is read.
 */
#include "rules/map_file.h"

#include "base/fold.h"
#include "rules/map_parser.h"
#include "rules/map_rule.h"
#include "rules/map_value.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at

static int
check_columns(const struct map_shape *shape, struct fault *fault)
{
	const struct map_column *column, *other;

	for (column = shape->columns; column != NULL; column = column->next) {
		if (map_rule_check(column, shape->kind, fault) == -1)
			return fault_wrap(fault, "line %u", column->line);
		for (other = shape->columns; other != column; other = other->next) {
			if (view_equal(other->normal, column->normal))
				return fault_set(fault, FAULT_USAGE,
				    "line %u: header %.*s stands in line %u "
				    "already",
				    column->line, SHOW(column->header), other->line);
		}
	}
	return 0;
}

static int
check_shape(const struct map_shape *shape, struct fault *fault)
{
	const struct map_default *preset;
	const struct map_type *type;

	if (shape->kind == NULL)
		return fault_set(fault, FAULT_USAGE, "line %u: shape %.*s has no kind",
		    shape->line, SHOW(shape->name));
	if (shape->like != NULL && shape->like->kind != shape->kind)
		return fault_set(fault, FAULT_USAGE,
		    "line %u: shape %.*s is like one of another kind", shape->line,
		    SHOW(shape->name));
	for (type = shape->types; type != NULL; type = type->next) {
		if (map_rule_field(shape->kind, type->of, fault) == NULL ||
		    map_rule_field(shape->kind, type->field, fault) == NULL)
			return fault_wrap(fault, "line %u", type->line);
	}
	for (preset = shape->defaults; preset != NULL; preset = preset->next) {
		if (map_rule_field(shape->kind, preset->field, fault) == NULL)
			return fault_wrap(fault, "line %u", preset->line);
	}
	if (map_value_check(shape, fault) == -1)
		return -1;
	return check_columns(shape, fault);
}

static int
read_column(
    struct map_parser *p, struct view header, struct view field, struct fault *fault)
{
	struct map_column *column;

	if (p->shape == NULL)
		return fault_set(fault, FAULT_USAGE, "a column before the first shape");
	if (map_rule_read(&column, p->arena, header, field, fault) == -1)
		return -1;
	column->line = p->line;
	*p->last_column = column;
	p->last_column = &column->next;
	return 0;
}

static int
read_line(struct map_parser *p, struct view line, struct fault *fault)
{
	struct view header, field;

	line = map_lexer_trim(line);
	if (line.len == 0 || line.at[0] == '#')
		return 0;
	if (map_lexer_arrow(line, &header, &field))
		return read_column(p, header, field, fault);
	return map_directive_read(p, line, fault);
}

static int
check_map(const struct map_file *map, struct fault *fault)
{
	const struct map_shape *shape;

	if (map->name == NULL)
		return fault_set(
		    fault, FAULT_USAGE, "no name: the first line is `map NAME`");
	if (map->shapes == NULL)
		return fault_set(fault, FAULT_USAGE, "no shape");
	for (shape = map->shapes; shape != NULL; shape = shape->next) {
		if (check_shape(shape, fault) == -1)
			return -1;
	}
	return 0;
}

int
map_file_read(struct map_file **map, struct arena *arena, const char *path,
    struct view text, struct fault *fault)
{
	struct map_parser p = { .arena = arena };
	struct view line;
	const char *end;
	size_t bad;

	p.map = map_parser_take(&p, sizeof(*p.map), fault);
	if (p.map == NULL)
		return -1;
	p.map->path = path;
	p.last = &p.map->shapes;
	bad = utf8_valid(text);
	if (bad < text.len)
		return fault_set(
		    fault, FAULT_USAGE, "%s: byte %zu is not UTF-8", path, bad + 1);
	while (text.len > 0) {
		end = memchr(text.at, '\n', text.len);
		line = view_until(text, end == NULL ? text.len : (size_t)(end - text.at));
		text = view_from(text, line.len + 1);
		p.line++;
		if (read_line(&p, line, fault) == -1)
			return fault_wrap(fault, "%s:%u", path, p.line);
	}
	if (check_map(p.map, fault) == -1)
		return fault_wrap(fault, "%s", path);
	*map = p.map;
	return 0;
}

const struct map_column *
map_column_next(const struct map_shape **from, const struct map_column *at)
{
	const struct map_column *next = at == NULL ? (*from)->columns : at->next;

	while (next == NULL && (*from)->like != NULL) {
		*from = (*from)->like;
		next = (*from)->columns;
	}
	return next;
}
