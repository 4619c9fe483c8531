/* SPDX-License-Identifier: ISC */
/*
 * Kind query, and @NAME: its text is split into tokens as a shell would split it, and
 * they are parsed where the name stands, so a saved query is one term like another.
 */
#include "model/derived.h"
#include "model/query_tree.h"

/* Saved queries within saved queries; deeper, one of them means itself. */
#define SAVED_DEPTH 20

static const struct field fields[] = { SYSTEM_FIRST,
	{ "name", QUERY_NAME, TYPE_TEXT, FIELD_INDEXED | FIELD_KEY | FIELD_SEARCHED, NULL,
	    "vips", NULL },
	{ "text", QUERY_TEXT, TYPE_TEXT, FIELD_SEARCHED, NULL,
	    "labels=vip client_status=Active", NULL },
	SYSTEM_LAST };

const struct kind kind_query = { "query", 17, fields, sizeof(fields) / sizeof(fields[0]),
	"name", NULL, "id,rev,name,text", NULL, 0 };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next token: blanks part them, but not within quotes or behind a backslash.
 * 1 with the token in *token, 0 at the end, -1 when a quote is not closed. */
static int
next_token(struct view *rest, struct buf *token)
{
	char quote = '\0', c;
	bool begun = false;

	buf_clear(token);
	while (rest->len > 0 && is_blank(rest->at[0]))
		*rest = view_from(*rest, 1);
	for (; rest->len > 0 && (quote != '\0' || !is_blank(rest->at[0]));
	     *rest = view_from(*rest, 1)) {
		c = rest->at[0];
		begun = true;
		if (c == '\\' && quote != '\'' && rest->len > 1) {
			*rest = view_from(*rest, 1);
			buf_char(token, rest->at[0]);
		} else if (c == quote) {
			quote = '\0';
		} else if (quote == '\0' && (c == '"' || c == '\'')) {
			quote = c;
		} else {
			buf_char(token, c);
		}
	}
	return quote != '\0' ? -1 : begun;
}

/* The tokens lie in the arena of the query. */
static int
split(struct query *query, struct view text, const char ***tokens, size_t *count,
    struct fault *fault)
{
	struct buf token = BUF_EMPTY;
	struct view kept;
	int more = 1, result = -1;

	*count = 0;
	*tokens = arena_take(&query->arena, (text.len + 1) * sizeof(**tokens));
	if (*tokens == NULL)
		return fault_memory(fault);
	while ((more = next_token(&text, &token)) == 1) {
		buf_char(&token, '\0');
		kept = arena_copy(&query->arena, buf_as_view(&token));
		if (buf_check(&token, fault) == -1 || kept.at == NULL)
			goto done;
		(*tokens)[(*count)++] = kept.at;
	}
	result = more == 0 && *count > 0
	    ? 0
	    : fault_set(fault, FAULT_USAGE,
		  more != 0 ? "a quote is not closed" : "it is empty");
done:
	buf_release(&token);
	return result;
}

int
query_saved(
    struct query *query, struct view operand, struct node **node, struct fault *fault)
{
	int shown = operand.len > 80 ? 80 : (int)operand.len;
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	const char **tokens;
	size_t count;
	int result =
	    entity_resolve(query->txn, &kind_query, view_from(operand, 1), &ids, fault);

	if (result == 0 && ids.count != 1)
		result = fault_set(fault, FAULT_USAGE, "%.*s: %s", shown, operand.at,
		    ids.count == 0 ? "there is no saved query of this name"
				   : "several saved queries have this name");
	else if (result == 0 && ++query->saved > SAVED_DEPTH)
		result = fault_set(
		    fault, FAULT_USAGE, "%.*s: leads to itself", shown, operand.at);
	else if (result == 0 && txn_record(query->txn, ids.at[0], &record, fault) != 1)
		result = -1;
	ids_release(&ids);
	if (result == -1)
		return -1;
	if (split(query, record_get(record, QUERY_TEXT), &tokens, &count, fault) == -1 ||
	    query_tokens(query, tokens, count, node, fault) == -1)
		return query->saved > SAVED_DEPTH
		    ? -1
		    : fault_wrap(fault, "%.*s", shown, operand.at);
	query->saved--;
	return 0;
}
