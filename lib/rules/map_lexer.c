/* SPDX-License-Identifier: ISC */
/*
 * A map is written by hand, so words are parted by any blanks and only what
 * has a blank in it needs quotes. A word may be quoted in part: multi:" ::: ".
 */
#include "rules/map_lexer.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

struct view
map_lexer_trim(struct view line)
{
	while (line.len > 0 && is_blank(line.at[0]))
		line = view_from(line, 1);
	while (line.len > 0 && is_blank(line.at[line.len - 1]))
		line.len--;
	return line;
}

/* Copies one quoted piece behind *text; rest begins at its quote. */
static bool
quoted(struct view *rest, char *text, size_t *len)
{
	size_t i;

	for (i = 1; i < rest->len; i++) {
		if (rest->at[i] == '"') {
			if (i + 1 >= rest->len || rest->at[i + 1] != '"') {
				*rest = view_from(*rest, i + 1);
				return true;
			}
			i++;
		}
		text[(*len)++] = rest->at[i];
	}
	return false;
}

int
map_lexer_next(struct map_lexer *lexer, struct map_token *token, struct arena *arena,
    struct fault *fault)
{
	struct view *rest = &lexer->rest;
	size_t len = 0;
	char *text;

	*rest = map_lexer_trim(*rest);
	if (rest->len == 0)
		return 0;
	text = arena_take(arena, rest->len);
	if (text == NULL)
		return fault_memory(fault);
	token->quoted = rest->at[0] == '"';
	token->joined = false;
	while (rest->len > 0 && !is_blank(rest->at[0])) {
		if (lexer->plus && rest->at[0] == '+') {
			token->joined = true;
			*rest = view_from(*rest, 1);
			break;
		}
		if (rest->at[0] == '"') {
			if (!quoted(rest, text, &len))
				return fault_set(
				    fault, FAULT_USAGE, "a quote is not closed");
			continue;
		}
		text[len++] = rest->at[0];
		*rest = view_from(*rest, 1);
	}
	token->text = view_make(text, len);
	return 1;
}

bool
map_lexer_arrow(struct view line, struct view *header, struct view *field)
{
	size_t i = 1;

	/* An arrow between quotes is of the header. */
	if (line.len > 0 && line.at[0] == '"') {
		while (i < line.len && line.at[i] != '"')
			i++;
	}
	for (; i + 2 < line.len; i++) {
		if (is_blank(line.at[i - 1]) && line.at[i] == '-' &&
		    line.at[i + 1] == '>' && is_blank(line.at[i + 2])) {
			*header = map_lexer_trim(view_until(line, i));
			*field = map_lexer_trim(view_from(line, i + 2));
			return true;
		}
	}
	return false;
}
