/* SPDX-License-Identifier: ISC */
/*
 * What stands behind the field are words, some with an argument behind a
 * colon. They are checked when the map is loaded, so that a slip in a map
 * shows before the first row is read.
 */
#include "rules/map_rule.h"

#include "rules/header.h"
#include "rules/map_lexer.h"

#define SHOW(view) (int)((view).len > 80 ? 80 : (view).len), (view).at

static const struct {
	const char *word;
	enum map_use use;
} uses[] = {
	{ "skip", USE_SKIP },
	{ "drop", USE_DROP },
	{ "deleted", USE_DELETED },
	{ "merged-into", USE_MERGED },
	{ "archived", USE_ARCHIVED },
};

static const struct {
	const char *word;
	unsigned rule;
} rules[] = {
	{ "flag", RULE_FLAG },
	{ "key", RULE_KEY },
	{ "keypart", RULE_KEYPART },
	{ "by-id", RULE_BY_ID },
	{ "id", RULE_ID },
	{ "type", RULE_TYPE },
	{ "bounced", RULE_BOUNCED },
	{ "part", RULE_PART },
	{ "action", RULE_ACTION },
	{ "dates:dmy", RULE_DMY },
	{ "dates:mdy", RULE_MDY },
};

int
map_rule_normal(
    struct view *normal, struct arena *arena, struct view header, struct fault *fault)
{
	struct buf buf = BUF_EMPTY;
	int result = -1;

	header_normal(&buf, header, NULL);
	if (buf_check(&buf, fault) == 0) {
		*normal = arena_copy(arena, buf_as_view(&buf));
		result = normal->len > 0 && normal->at == NULL ? fault_memory(fault) : 0;
	}
	buf_release(&buf);
	return result;
}

/* The header may be in quotes as a whole. */
static int
read_header(struct map_column *column, struct arena *arena, struct view header,
    struct fault *fault)
{
	struct map_lexer lexer = { header, false };
	struct map_token token;

	if (header.len > 0 && header.at[0] == '"') {
		if (map_lexer_next(&lexer, &token, arena, fault) != 1)
			return -1;
		if (map_lexer_trim(lexer.rest).len > 0)
			return fault_set(
			    fault, FAULT_USAGE, "words behind the quoted header");
		header = token.text;
	}
	column->header = header;
	if (map_rule_normal(&column->normal, arena, header, fault) == -1)
		return -1;
	return column->normal.len > 0
	    ? 0
	    : fault_set(fault, FAULT_USAGE, "no letter or digit in the header");
}

static void
read_field(struct map_column *column, struct view word)
{
	size_t i;

	column->use = USE_FIELD;
	for (i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (view_is(word, uses[i].word))
			column->use = uses[i].use;
	}
	if (word.len > 0 && word.at[word.len - 1] == '#') {
		column->rules |= RULE_NUMBERED;
		word.len--;
	}
	column->field = word;
}

static bool
argument(struct view word, struct view name, struct view *value)
{
	if (!view_begins(word, name))
		return false;
	*value = view_from(word, name.len);
	return true;
}

static int
read_cut(size_t *cut, struct view text, struct fault *fault)
{
	size_t i;

	*cut = 0;
	for (i = 0; i < text.len && i < 6; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			break;
		*cut = *cut * 10 + (size_t)(text.at[i] - '0');
	}
	return i > 0 && i == text.len && *cut > 0
	    ? 0
	    : fault_set(
		  fault, FAULT_USAGE, "cut:%.*s: not a number of characters", SHOW(text));
}

static int
read_rule(
    struct map_column *column, struct arena *arena, struct view word, struct fault *fault)
{
	struct view value = { NULL, 0 };
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (view_is(word, rules[i].word)) {
			column->rules |= rules[i].rule;
			return 0;
		}
	}
	if (argument(word, VIEW("cut:"), &value))
		return read_cut(&column->cut, value, fault);
	if (argument(word, VIEW("x500:"), &value))
		return map_rule_normal(&column->type_header, arena, value, fault);
	if (argument(word, VIEW("multi:"), &column->separator) ||
	    argument(word, VIEW("has:"), &column->has) ||
	    argument(word, VIEW("not:"), &column->not ))
		return 0;
	if (argument(word, VIEW("split:"), &column->separator)) {
		column->rules |= RULE_SPLIT;
		return 0;
	}
	return fault_set(fault, FAULT_USAGE, "%.*s: no such rule", SHOW(word));
}

int
map_rule_read(struct map_column **column, struct arena *arena, struct view header,
    struct view field, struct fault *fault)
{
	struct map_lexer lexer = { field, false };
	struct map_token token;
	int got;

	*column = arena_take(arena, sizeof(**column));
	if (*column == NULL)
		return fault_memory(fault);
	memset(*column, 0, sizeof(**column));
	if (read_header(*column, arena, header, fault) == -1)
		return -1;
	got = map_lexer_next(&lexer, &token, arena, fault);
	if (got == 0)
		return fault_set(fault, FAULT_USAGE, "no field behind ->");
	if (got == 1)
		read_field(*column, token.text);
	while (got == 1) {
		got = map_lexer_next(&lexer, &token, arena, fault);
		if (got == 1 && read_rule(*column, arena, token.text, fault) == -1)
			return -1;
	}
	return got;
}

const struct field *
map_rule_field(const struct kind *kind, struct view name, struct fault *fault)
{
	const struct field *field;
	const char *near;

	if (view_begins(name, VIEW("attr.")) && name.len > 5)
		return &field_attr;
	if (view_begins(name, VIEW("ext.")) && name.len > 4)
		return &field_ext;
	field = kind_field(kind, name);
	if (field == NULL) {
		near = kind_suggest(kind, name);
		fault_set(fault, FAULT_USAGE,
		    "%.*s: kind %s has no such field"
		    "%s%s%s",
		    SHOW(name), kind->name, near == NULL ? "" : "; did you mean ",
		    near == NULL ? "" : near, near == NULL ? "" : "?");
		return NULL;
	}
	if ((field->flags & (FIELD_DERIVED | FIELD_SYSTEM | FIELD_RULES)) != 0) {
		fault_set(fault, FAULT_USAGE,
		    "%.*s is derived: no map can "
		    "fill it",
		    SHOW(name));
		return NULL;
	}
	return field;
}

int
map_rule_check(
    const struct map_column *column, const struct kind *kind, struct fault *fault)
{
	const struct field *field;

	if (column->use != USE_FIELD)
		return 0;
	field = map_rule_field(kind, column->field, fault);
	if (field == NULL)
		return -1;
	if ((column->rules & RULE_BY_ID) != 0 && field->type != TYPE_REFERENCE)
		return fault_set(fault, FAULT_USAGE, "by-id: %.*s is no reference",
		    SHOW(column->field));
	if ((column->rules & RULE_ACTION) != 0 && field->type != TYPE_FLAG)
		return fault_set(
		    fault, FAULT_USAGE, "action: %.*s is no flag", SHOW(column->field));
	if ((column->rules & RULE_KEY) != 0 && field != &field_ext &&
	    (field->flags & FIELD_KEY) == 0)
		return fault_set(fault, FAULT_USAGE,
		    "key: records are not matched by %.*s", SHOW(column->field));
	if ((column->rules & (RULE_TYPE | RULE_NUMBERED)) == RULE_TYPE)
		return fault_set(fault, FAULT_USAGE,
		    "type: needs a numbered field such as %.*s#", SHOW(column->field));
	return 0;
}
