/* SPDX-License-Identifier: ISC */
/*
 * A map is read line by line. Directives before the first shape hold for all
 * shapes: they fill a pattern that each new shape begins as. Lists grow at
 * their head, so that a shape adds to what it inherits and alters nothing.
 */
#include "rules/map_file.h"

#include "base/fold.h"
#include "rules/map_lexer.h"
#include "rules/map_rule.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at
#define ORDER_MAX 100000

struct parser {
	struct arena *arena;
	struct map_file *map;
	struct map_shape common;	 /* what shapes begin as */
	struct map_shape *shape, **last; /* the one being read; its place */
	struct map_column **last_column;
	unsigned line;
	struct map_lexer words;
};

static void *
take(struct parser *p, size_t size, struct fault *fault)
{
	void *at = arena_take(p->arena, size);

	if (at == NULL)
		fault_memory(fault);
	else
		memset(at, 0, size);
	return at;
}

/* The next word of the line; a fault when there is none. */
static int
word(struct parser *p, struct view *text, struct fault *fault)
{
	struct map_token token;
	int got = map_lexer_next(&p->words, &token, p->arena, fault);

	*text = VIEW("");
	if (got == 0)
		return fault_set(fault, FAULT_USAGE, "a word is missing");
	if (got == 1)
		*text = token.text;
	return got == 1 ? 0 : -1;
}

static int
string(struct parser *p, const char **text, struct fault *fault)
{
	struct view view;
	char *at;

	if (word(p, &view, fault) == -1)
		return -1;
	at = take(p, view.len + 1, fault);
	if (at == NULL)
		return -1;
	memcpy(at, view.at, view.len);
	*text = at;
	return 0;
}

static int
add_words(struct parser *p, struct map_word **list, struct fault *fault)
{
	struct map_token token;
	struct map_word *added;
	int got;

	while ((got = map_lexer_next(&p->words, &token, p->arena, fault)) == 1) {
		added = take(p, sizeof(*added), fault);
		if (added == NULL)
			return -1;
		added->text = token.text;
		added->next = *list;
		*list = added;
	}
	return got;
}

static int
read_map(struct parser *p, struct map_shape *to, struct fault *fault)
{
	(void)to;
	if (p->map->name != NULL)
		return fault_set(fault, FAULT_USAGE, "a second name of the map");
	return string(p, &p->map->name, fault);
}

static int
read_encoding(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return string(p, &to->encoding, fault);
}

static int
read_title(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return string(p, &to->title, fault);
}

static int
read_null(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return add_words(p, &to->nulls, fault);
}

static int
read_empty(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return add_words(p, &to->empties, fault);
}

static int
read_footer(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return add_words(p, &to->footers, fault);
}

static int
read_dates(struct parser *p, struct map_shape *to, struct fault *fault)
{
	struct view order;

	if (word(p, &order, fault) == -1)
		return -1;
	if (view_is(order, "dmy"))
		to->dates = DATE_DMY;
	else if (view_is(order, "mdy"))
		to->dates = DATE_MDY;
	else
		return fault_set(fault, FAULT_USAGE, "%.*s: dmy or mdy",
		    SHOW(order));
	return 0;
}

static int
read_id_form(struct parser *p, struct map_shape *to, struct fault *fault)
{
	struct view form;

	if (word(p, &form, fault) == -1)
		return -1;
	if (!view_is(form, "salesforce"))
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: the only form is salesforce", SHOW(form));
	to->salesforce_ids = true;
	return 0;
}

static int
read_type(struct parser *p, struct map_shape *to, struct fault *fault)
{
	struct map_type *type = take(p, sizeof(*type), fault);
	struct view text;

	if (type == NULL || word(p, &type->of, fault) == -1 ||
	    word(p, &text, fault) == -1 || word(p, &type->field, fault) == -1 ||
	    map_rule_normal(&type->word, p->arena, text, fault) == -1)
		return -1;
	if (type->of.len < 2 || type->of.at[type->of.len - 1] != '#')
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: not a numbered field such as phone#",
		    SHOW(type->of));
	type->of.len--;
	type->line = p->line;
	type->next = to->types;
	to->types = type;
	return 0;
}

static int
read_default(struct parser *p, struct map_shape *to, struct fault *fault)
{
	struct map_default *added = take(p, sizeof(*added), fault);

	if (added == NULL || word(p, &added->field, fault) == -1 ||
	    word(p, &added->value, fault) == -1)
		return -1;
	added->line = p->line;
	added->next = to->defaults;
	to->defaults = added;
	return 0;
}

static int
read_kind(struct parser *p, struct map_shape *to, struct fault *fault)
{
	struct view name;

	if (word(p, &name, fault) == -1)
		return -1;
	to->kind = kind_by_name(name);
	return to->kind != NULL ? 0 : fault_set(fault, FAULT_USAGE,
	    "%.*s: no such kind", SHOW(name));
}

static int
read_order(struct parser *p, struct map_shape *to, struct fault *fault)
{
	struct view text;
	size_t i;

	if (word(p, &text, fault) == -1)
		return -1;
	to->order = 0;
	for (i = 0; i < text.len && to->order <= ORDER_MAX; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			break;
		to->order = to->order * 10 + (unsigned)(text.at[i] - '0');
	}
	to->has_order = true;
	return i > 0 && i == text.len && to->order <= ORDER_MAX ? 0 : fault_set(
	    fault, FAULT_USAGE, "%.*s: not a number up to %d", SHOW(text),
	    ORDER_MAX);
}

static const struct map_shape *
find_shape(const struct map_file *map, struct view name)
{
	const struct map_shape *shape;

	for (shape = map->shapes; shape != NULL; shape = shape->next) {
		if (view_equal(shape->name, name))
			break;
	}
	return shape;
}

static int
read_like(struct parser *p, struct map_shape *to, struct fault *fault)
{
	struct view name;

	if (word(p, &name, fault) == -1)
		return -1;
	to->like = find_shape(p->map, name);
	/* Only what is above can be named, so there is no going in circles. */
	return to->like != NULL && to->like != to ? 0 : fault_set(fault,
	    FAULT_USAGE, "like %.*s: no such shape above", SHOW(name));
}

static int
add_term(struct parser *p, struct map_term ***end,
    const struct map_token *token, struct fault *fault)
{
	struct map_term *term = take(p, sizeof(*term), fault);
	struct view text = token->text;

	if (term == NULL)
		return -1;
	term->exact = token->quoted;
	term->joined = token->joined;
	term->text = text;
	if (!term->exact) {
		term->prefix = text.len > 0 && text.at[text.len - 1] == '*';
		if (map_rule_normal(&term->text, p->arena, text, fault) == -1)
			return -1;
	}
	if (term->text.len == 0)
		return fault_set(fault, FAULT_USAGE, "%.*s: no header",
		    SHOW(text));
	**end = term;
	*end = &term->next;
	return 0;
}

static int
read_condition(struct parser *p, struct map_shape *to, enum map_test test,
    struct fault *fault)
{
	struct map_condition *condition = take(p, sizeof(*condition), fault);
	struct map_term **end;
	struct map_token token = { { NULL, 0 }, false, false };
	int got;

	if (condition == NULL)
		return -1;
	condition->test = test;
	end = &condition->terms;
	p->words.plus = true;
	while ((got = map_lexer_next(&p->words, &token, p->arena, fault)) == 1) {
		if (test == TEST_IDS && condition->terms != NULL)
			condition->prefix = token.text;
		else if (add_term(p, &end, &token, fault) == -1)
			return -1;
	}
	if (got == -1)
		return -1;
	if (condition->terms == NULL || token.joined)
		return fault_set(fault, FAULT_USAGE, "a header is missing");
	condition->next = to->conditions;
	to->conditions = condition;
	return 0;
}

static int
read_all(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_ALL, fault);
}

static int
read_any(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_ANY, fault);
}

static int
read_none(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_NONE, fault);
}

static int
read_last(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_LAST, fault);
}

static int
read_ids(struct parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_IDS, fault);
}

static int
check_columns(const struct map_shape *shape, struct fault *fault)
{
	const struct map_column *column, *other;

	for (column = shape->columns; column != NULL; column = column->next) {
		if (map_rule_check(column, shape->kind, fault) == -1)
			return fault_wrap(fault, "line %u", column->line);
		for (other = shape->columns; other != column;
		    other = other->next) {
			if (view_equal(other->normal, column->normal))
				return fault_set(fault, FAULT_USAGE,
				    "line %u: header %.*s stands in line %u "
				    "already", column->line,
				    SHOW(column->header), other->line);
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
		return fault_set(fault, FAULT_USAGE,
		    "line %u: shape %.*s has no kind", shape->line,
		    SHOW(shape->name));
	if (shape->like != NULL && shape->like->kind != shape->kind)
		return fault_set(fault, FAULT_USAGE,
		    "line %u: shape %.*s is like one of another kind",
		    shape->line, SHOW(shape->name));
	for (type = shape->types; type != NULL; type = type->next) {
		if (map_rule_field(shape->kind, type->of, fault) == NULL ||
		    map_rule_field(shape->kind, type->field, fault) == NULL)
			return fault_wrap(fault, "line %u", type->line);
	}
	for (preset = shape->defaults; preset != NULL; preset = preset->next) {
		if (map_rule_field(shape->kind, preset->field, fault) == NULL)
			return fault_wrap(fault, "line %u", preset->line);
	}
	return check_columns(shape, fault);
}

static int
read_shape(struct parser *p, struct map_shape *to, struct fault *fault)
{
	struct view name;

	(void)to;
	if (word(p, &name, fault) == -1)
		return -1;
	if (find_shape(p->map, name) != NULL)
		return fault_set(fault, FAULT_USAGE,
		    "shape %.*s is there twice", SHOW(name));
	p->shape = take(p, sizeof(*p->shape), fault);
	if (p->shape == NULL)
		return -1;
	*p->shape = p->common;
	p->shape->map = p->map;
	p->shape->name = name;
	p->shape->line = p->line;
	*p->last = p->shape;
	p->last = &p->shape->next;
	p->last_column = &p->shape->columns;
	return 0;
}

static const struct {
	const char *word;
	bool shape; /* only within a shape */
	int (*read)(struct parser *p, struct map_shape *to, struct fault *fault);
} directives[] = {
	{ "map", false, read_map },
	{ "encoding", false, read_encoding },
	{ "null", false, read_null },
	{ "empty", false, read_empty },
	{ "footer", false, read_footer },
	{ "dates", false, read_dates },
	{ "id-form", false, read_id_form },
	{ "type", false, read_type },
	{ "default", false, read_default },
	{ "kind", false, read_kind },
	{ "shape", false, read_shape },
	{ "title", true, read_title },
	{ "order", true, read_order },
	{ "like", true, read_like },
	{ "all", true, read_all },
	{ "any", true, read_any },
	{ "none", true, read_none },
	{ "last", true, read_last },
	{ "ids", true, read_ids },
};

static int
read_directive(struct parser *p, struct view line, struct fault *fault)
{
	struct view name, more;
	size_t i;

	p->words = (struct map_lexer){ line, false };
	if (word(p, &name, fault) == -1)
		return -1;
	for (i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
		if (view_is(name, directives[i].word))
			break;
	}
	if (i == sizeof(directives) / sizeof(directives[0]))
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: no such directive (a column is HEADER -> FIELD)",
		    SHOW(name));
	if (directives[i].shape && p->shape == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: stands before the first shape", SHOW(name));
	if (directives[i].read(p, p->shape != NULL ? p->shape : &p->common,
	    fault) == -1)
		return -1;
	more = map_lexer_trim(p->words.rest);
	return more.len == 0 ? 0 : fault_set(fault, FAULT_USAGE,
	    "%.*s: one word too many", SHOW(more));
}

static int
read_column(struct parser *p, struct view header, struct view field,
    struct fault *fault)
{
	struct map_column *column;

	if (p->shape == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "a column before the first shape");
	if (map_rule_read(&column, p->arena, header, field, fault) == -1)
		return -1;
	column->line = p->line;
	*p->last_column = column;
	p->last_column = &column->next;
	return 0;
}

static int
read_line(struct parser *p, struct view line, struct fault *fault)
{
	struct view header, field;

	line = map_lexer_trim(line);
	if (line.len == 0 || line.at[0] == '#')
		return 0;
	if (map_lexer_arrow(line, &header, &field))
		return read_column(p, header, field, fault);
	return read_directive(p, line, fault);
}

static int
check_map(const struct map_file *map, struct fault *fault)
{
	const struct map_shape *shape;

	if (map->name == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "no name: the first line is `map NAME`");
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
	struct parser p = { .arena = arena };
	struct view line;
	const char *end;
	size_t bad;

	p.map = take(&p, sizeof(*p.map), fault);
	if (p.map == NULL)
		return -1;
	p.map->path = path;
	p.last = &p.map->shapes;
	bad = utf8_valid(text);
	if (bad < text.len)
		return fault_set(fault, FAULT_USAGE,
		    "%s: byte %zu is not UTF-8", path, bad + 1);
	while (text.len > 0) {
		end = memchr(text.at, '\n', text.len);
		line = view_until(text, end == NULL ? text.len
		    : (size_t)(end - text.at));
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
