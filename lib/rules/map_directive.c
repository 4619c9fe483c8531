/* SPDX-License-Identifier: ISC */
/*
 * The directives of a map file are a table of words and of functions that read
 * what stands behind them. Those before the first shape hold for all shapes:
 * they fill a pattern that each new shape begins as. Lists grow at their head,
 * so that a shape adds to what it inherits and alters nothing.
 */
#include "rules/map_parser.h"
#include "rules/map_rule.h"
#include "rules/map_value.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at
#define ORDER_MAX  100000

void *
map_parser_take(struct map_parser *p, size_t size, struct fault *fault)
{
	void *at = arena_take(p->arena, size);

	if (at == NULL)
		fault_memory(fault);
	else
		memset(at, 0, size);
	return at;
}

int
map_parser_word(struct map_parser *p, struct view *text, struct fault *fault)
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
string(struct map_parser *p, const char **text, struct fault *fault)
{
	struct view view;
	char *at;

	if (map_parser_word(p, &view, fault) == -1)
		return -1;
	at = map_parser_take(p, view.len + 1, fault);
	if (at == NULL)
		return -1;
	memcpy(at, view.at, view.len);
	*text = at;
	return 0;
}

static int
add_words(struct map_parser *p, struct map_word **list, struct fault *fault)
{
	struct map_token token;
	struct map_word *added;
	int got;

	while ((got = map_lexer_next(&p->words, &token, p->arena, fault)) == 1) {
		added = map_parser_take(p, sizeof(*added), fault);
		if (added == NULL)
			return -1;
		added->text = token.text;
		added->next = *list;
		*list = added;
	}
	return got;
}

static int
read_map(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	(void)to;
	if (p->map->name != NULL)
		return fault_set(fault, FAULT_USAGE, "a second name of the map");
	return string(p, &p->map->name, fault);
}

static int
read_encoding(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return string(p, &to->encoding, fault);
}

static int
read_title(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return string(p, &to->title, fault);
}

static int
read_null(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return add_words(p, &to->nulls, fault);
}

static int
read_empty(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return add_words(p, &to->empties, fault);
}

static int
read_footer(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return add_words(p, &to->footers, fault);
}

static int
read_dates(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	struct view order;

	if (map_parser_word(p, &order, fault) == -1)
		return -1;
	if (view_is(order, "dmy"))
		to->dates = DATE_DMY;
	else if (view_is(order, "mdy"))
		to->dates = DATE_MDY;
	else
		return fault_set(fault, FAULT_USAGE, "%.*s: dmy or mdy", SHOW(order));
	return 0;
}

static int
read_id_form(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	struct view form;

	if (map_parser_word(p, &form, fault) == -1)
		return -1;
	if (!view_is(form, "salesforce"))
		return fault_set(
		    fault, FAULT_USAGE, "%.*s: the only form is salesforce", SHOW(form));
	to->salesforce_ids = true;
	return 0;
}

static int
read_type(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	struct map_type *type = map_parser_take(p, sizeof(*type), fault);
	struct view text;

	if (type == NULL || map_parser_word(p, &type->of, fault) == -1 ||
	    map_parser_word(p, &text, fault) == -1 ||
	    map_parser_word(p, &type->field, fault) == -1 ||
	    map_rule_normal(&type->word, p->arena, text, fault) == -1)
		return -1;
	if (type->of.len < 2 || type->of.at[type->of.len - 1] != '#')
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: not a numbered field such as phone#", SHOW(type->of));
	type->of.len--;
	type->line = p->line;
	type->next = to->types;
	to->types = type;
	return 0;
}

static int
read_default(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	struct map_default *added = map_parser_take(p, sizeof(*added), fault);

	if (added == NULL || map_parser_word(p, &added->field, fault) == -1 ||
	    map_parser_word(p, &added->value, fault) == -1)
		return -1;
	added->line = p->line;
	added->next = to->defaults;
	to->defaults = added;
	return 0;
}

static int
read_kind(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	struct view name;

	if (map_parser_word(p, &name, fault) == -1)
		return -1;
	to->kind = kind_by_name(name);
	return to->kind != NULL
	    ? 0
	    : fault_set(fault, FAULT_USAGE, "%.*s: no such kind", SHOW(name));
}

static int
read_order(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	struct view text;
	size_t i;

	if (map_parser_word(p, &text, fault) == -1)
		return -1;
	to->order = 0;
	for (i = 0; i < text.len && to->order <= ORDER_MAX; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			break;
		to->order = to->order * 10 + (unsigned)(text.at[i] - '0');
	}
	to->has_order = true;
	return i > 0 && i == text.len && to->order <= ORDER_MAX
	    ? 0
	    : fault_set(fault, FAULT_USAGE, "%.*s: not a number up to %d", SHOW(text),
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
read_like(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	struct view name;

	if (map_parser_word(p, &name, fault) == -1)
		return -1;
	to->like = find_shape(p->map, name);
	/* Only what is above can be named, so there is no going in circles. */
	return to->like != NULL && to->like != to
	    ? 0
	    : fault_set(fault, FAULT_USAGE, "like %.*s: no such shape above", SHOW(name));
}

static int
add_term(struct map_parser *p, struct map_term ***end, const struct map_token *token,
    struct fault *fault)
{
	struct map_term *term = map_parser_take(p, sizeof(*term), fault);
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
		return fault_set(fault, FAULT_USAGE, "%.*s: no header", SHOW(text));
	**end = term;
	*end = &term->next;
	return 0;
}

static int
read_condition(
    struct map_parser *p, struct map_shape *to, enum map_test test, struct fault *fault)
{
	struct map_condition *condition = map_parser_take(p, sizeof(*condition), fault);
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
read_all(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_ALL, fault);
}

static int
read_any(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_ANY, fault);
}

static int
read_none(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_NONE, fault);
}

static int
read_last(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_LAST, fault);
}

static int
read_ids(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	return read_condition(p, to, TEST_IDS, fault);
}

static int
read_shape(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	struct view name;

	(void)to;
	if (map_parser_word(p, &name, fault) == -1)
		return -1;
	if (find_shape(p->map, name) != NULL)
		return fault_set(
		    fault, FAULT_USAGE, "shape %.*s is there twice", SHOW(name));
	p->shape = map_parser_take(p, sizeof(*p->shape), fault);
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
	int (*read)(struct map_parser *p, struct map_shape *to, struct fault *fault);
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
	{ "value", true, map_value_read },
};

int
map_directive_read(struct map_parser *p, struct view line, struct fault *fault)
{
	struct view name, more;
	size_t i;

	p->words = (struct map_lexer){ line, false };
	if (map_parser_word(p, &name, fault) == -1)
		return -1;
	for (i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
		if (view_is(name, directives[i].word))
			break;
	}
	if (i == sizeof(directives) / sizeof(directives[0]))
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: no such directive (a column is HEADER -> FIELD)", SHOW(name));
	if (directives[i].shape && p->shape == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: stands before the first shape", SHOW(name));
	if (directives[i].read(p, p->shape != NULL ? p->shape : &p->common, fault) == -1)
		return -1;
	more = map_lexer_trim(p->words.rest);
	return more.len == 0
	    ? 0
	    : fault_set(fault, FAULT_USAGE, "%.*s: one word too many", SHOW(more));
}
