/* SPDX-License-Identifier: ISC */
/*
 * Systems have words of their own for what our picklists and flags say. A map
 * tells them one by one, so that a word that nobody foresaw is still refused
 * instead of guessed. Ids and addresses mean themselves, and what is parted or
 * gathered is no single word, so these fields have none.
 */
#include "rules/map_value.h"

#include "base/fold.h"
#include "rules/map_parser.h"
#include "rules/map_rule.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at

void
map_value_normal(struct buf *out, struct view text)
{
	size_t start = out->len, n, i;
	char c;

	fold_search(out, text);
	for (i = n = start; i < out->len; i++) {
		c = out->at[i] == '_' || out->at[i] == '-' ? ' ' : out->at[i];
		if (c != ' ' || (n > start && out->at[n - 1] != ' '))
			out->at[n++] = c;
	}
	out->len = n > start && out->at[n - 1] == ' ' ? n - 1 : n;
}

static int
keep_normal(struct map_value *value, struct arena *arena, struct fault *fault)
{
	struct buf buf = BUF_EMPTY;
	int result = -1;

	map_value_normal(&buf, value->text);
	if (buf_check(&buf, fault) == 0) {
		value->word = arena_copy(arena, buf_as_view(&buf));
		result = value->word.len > 0 && value->word.at == NULL
		    ? fault_memory(fault)
		    : 0;
	}
	buf_release(&buf);
	return result;
}

int
map_value_read(struct map_parser *p, struct map_shape *to, struct fault *fault)
{
	struct map_value *value = map_parser_take(p, sizeof(*value), fault);

	if (value == NULL || map_parser_word(p, &value->field, fault) == -1 ||
	    map_parser_word(p, &value->text, fault) == -1 ||
	    map_parser_word(p, &value->value, fault) == -1 ||
	    keep_normal(value, p->arena, fault) == -1)
		return -1;
	if (value->word.len == 0)
		return fault_set(fault, FAULT_USAGE,
		    "value: \"%.*s\" has nothing to compare", SHOW(value->text));
	value->line = p->line;
	value->next = to->values;
	to->values = value;
	return 0;
}

static int
check_field(const struct map_value *value, const struct kind *kind, struct fault *fault)
{
	const struct field *field = map_rule_field(kind, value->field, fault);
	const char *why;

	if (field == NULL)
		return -1;
	why = field == &field_ext	       ? "an id"
	    : field->type == TYPE_EMAIL	       ? "an address"
	    : (field->flags & FIELD_LIST) != 0 ? "a list"
					       : NULL;
	return why == NULL
	    ? 0
	    : fault_set(fault, FAULT_USAGE, "value: %.*s is %s, which is taken as it is",
		  SHOW(value->field), why);
}

int
map_value_check(const struct map_shape *shape, struct fault *fault)
{
	const struct map_value *value, *other;

	for (value = shape->values; value != NULL; value = value->next) {
		if (check_field(value, shape->kind, fault) == -1)
			return fault_wrap(fault, "line %u", value->line);
		for (other = value->next; other != NULL; other = other->next) {
			if (view_equal(other->field, value->field) &&
			    view_equal(other->word, value->word))
				return fault_set(fault, FAULT_USAGE,
				    "line %u: value: %.*s %.*s stands in line %u already",
				    value->line, SHOW(value->field), SHOW(value->text),
				    other->line);
		}
	}
	return 0;
}

const struct map_value *
map_value_next(const struct map_shape **from, const struct map_value *at)
{
	const struct map_value *next = at == NULL ? (*from)->values : at->next;

	while (next == NULL && (*from)->like != NULL) {
		*from = (*from)->like;
		next = (*from)->values;
	}
	return next;
}
