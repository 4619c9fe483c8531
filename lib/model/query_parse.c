/* SPDX-License-Identifier: ISC */
/*
 * Operands are the tokens: `not` binds tightest, then `and`, which is implied,
 * then `or`. Equal comparisons of one field that are joined by `or` become one
 * with many values, so that ten thousand of them cost one search a record.
 */
#include "model/query_tree.h"

#include <stdlib.h>

/* How many alternatives back an equal field is looked for. */
#define MERGE_LOOK 64

struct parser {
	struct query *query;
	const char *const *operands;
	size_t count, at;
	unsigned depth;
};

static int parse_or(struct parser *parser, struct node **node, struct fault *fault);
struct node *
query_node(struct query *query, enum node_type type)
{
	struct node *node = arena_take(&query->arena, sizeof(*node));

	if (node != NULL)
		*node = (struct node){ .type = type };
	return node;
}

int
query_add(struct query *query, struct node *node, struct node *child, struct fault *fault)
{
	struct node **children;
	size_t room;

	if (node->count == node->room) {
		room = node->room == 0 ? 4 : node->room * 2;
		children = arena_take(&query->arena, room * sizeof(*children));
		if (children == NULL)
			return fault_memory(fault);
		if (node->count > 0)
			memcpy(children, node->children, node->count * sizeof(*children));
		node->children = children;
		node->room = room;
	}
	node->children[node->count++] = child;
	return 0;
}

int
query_negate(struct query *query, struct node **node, struct fault *fault)
{
	struct node *not = query_node(query, NODE_NOT);

	if (not == NULL || query_add(query, not, *node, fault) == -1)
		return fault_memory(fault);
	*node = not ;
	return 0;
}

int
query_new(struct query **query, struct txn *txn, const struct query_options *options,
    struct fault *fault)
{
	*query = calloc(1, sizeof(**query));
	if (*query == NULL)
		return fault_memory(fault);
	(*query)->txn = txn;
	(*query)->options = *options;
	return 0;
}

/* Adds an alternative, into one that is there where both ask for values of
 * the same field. */
static int
or_add(struct query *query, struct node * or, struct node *child, struct fault *fault)
{
	size_t i = or->count > MERGE_LOOK ? or->count - MERGE_LOOK : 0;
	int merged = 0;

	for (; child->type == NODE_TERM && i < or->count && merged == 0; i++)
		if (or->children[i]->type == NODE_TERM)
			merged = term_merge(
			    or->children[i]->term, child->term, &query->arena, fault);
	return merged != 0 ? (merged == 1 ? 0 : -1) : query_add(query, or, child, fault);
}

static bool
is_next(const struct parser *parser, const char *keyword)
{
	return parser->at < parser->count &&
	    strcmp(parser->operands[parser->at], keyword) == 0;
}

static int
parse_group(struct parser *parser, struct node **node, struct fault *fault)
{
	if (++parser->depth > QUERY_DEPTH)
		return fault_set(fault, FAULT_USAGE,
		    "parentheses are nested more than %d deep", QUERY_DEPTH);
	parser->at++;
	if (parse_or(parser, node, fault) == -1)
		return -1;
	if (!is_next(parser, ")"))
		return fault_set(
		    fault, FAULT_USAGE, "a parenthesis is not closed: ) is missing");
	parser->at++;
	parser->depth--;
	return 0;
}

/* What `not` may stand before. */
static int
parse_unit(struct parser *parser, struct node **node, bool *named, struct fault *fault)
{
	const char *before = parser->at == 0 ? NULL : parser->operands[parser->at - 1];
	bool not = false, negated = false;

	for (; is_next(parser, "not"); parser->at++) {
		before = "not";
		not = !not ;
		negated = true;
	}
	if (parser->at == parser->count || is_next(parser, ")") ||
	    is_next(parser, "and") || is_next(parser, "or"))
		return before == NULL
		    ? fault_set(fault, FAULT_USAGE, "%s: nothing stands before it",
			  parser->operands[parser->at])
		    : fault_set(fault, FAULT_USAGE, "%s: nothing follows it", before);
	*named = false;
	if (is_next(parser, "(")) {
		if (parse_group(parser, node, fault) == -1)
			return -1;
	} else if (query_operand(parser->query, view_of(parser->operands[parser->at++]),
		       node, named, fault) == -1) {
		return -1;
	}
	*named &= !negated;
	return not ? query_negate(parser->query, node, fault) : 0;
}

/* Records that are named by themselves stand for each of them, wherever they
 * stand in the conjunction. */
static int
parse_and(struct parser *parser, struct node **node, struct fault *fault)
{
	struct query *query = parser->query;
	struct node *and = query_node(query, NODE_AND), *named = NULL;
	struct node *unit = NULL;
	bool is_named = false;

	if (and == NULL)
		return fault_memory(fault);
	do {
		if (parse_unit(parser, &unit, &is_named, fault) == -1)
			return -1;
		if (is_named && named == NULL) {
			named = query_node(query, NODE_OR);
			if (named == NULL)
				return fault_memory(fault);
			if (query_add(query, and, named, fault) == -1)
				return -1;
		}
		if (is_named ? or_add(query, named, unit, fault) == -1
			     : query_add(query, and, unit, fault) == -1)
			return -1;
		if (is_next(parser, "and")) {
			parser->at++;
			continue;
		}
		if (is_next(parser, "or") || is_next(parser, ")"))
			break;
	} while (parser->at < parser->count ||
	    strcmp(parser->operands[parser->at - 1], "and") == 0);
	*node = and->count == 1 ? and->children[0] : and;
	return 0;
}

static int
parse_or(struct parser *parser, struct node **node, struct fault *fault)
{
	struct node * or = query_node(parser->query, NODE_OR), *and = NULL;

	if (or == NULL)
		return fault_memory(fault);
	for (;;) {
		if (parse_and(parser, &and, fault) == -1 ||
		    or_add(parser->query, or, and, fault) == -1)
			return -1;
		if (!is_next(parser, "or"))
			break;
		parser->at++;
	}
	*node = or->count == 1 ? or->children[0] : or ;
	return 0;
}

int
query_tokens(struct query *query, const char *const *operands, size_t count,
    struct node **node, struct fault *fault)
{
	struct parser parser = { query, operands, count, 0, 0 };

	if (parse_or(&parser, node, fault) == -1)
		return -1;
	return parser.at == count
	    ? 0
	    : fault_set(fault, FAULT_USAGE, "%s: no parenthesis was opened before it",
		  operands[parser.at]);
}

/* Sorted once all have been merged. */
static void
finish_terms(struct query *query)
{
	struct related *related;
	struct term *term;

	for (term = query->terms; term != NULL; term = term->next)
		term_finish(term);
	ids_sort(&query->named);
	for (related = query->relations; related != NULL; related = related->next)
		finish_terms(related->query);
}

int
query_parse(struct query **query, struct txn *txn, const char *const *operands,
    size_t count, const struct query_options *options, struct fault *fault)
{
	struct query *made;
	int result = 0;

	*query = NULL;
	if (count == 0 && !options->optional)
		return fault_set(fault, FAULT_USAGE, "no query: which records?");
	if (query_new(&made, txn, options, fault) == -1)
		return -1;
	made->operands = operands;
	made->operand_count = count;
	if (count == 0) {
		made->root = query_node(made, NODE_AND);
		if (made->root == NULL)
			result = fault_memory(fault);
	} else {
		result = query_tokens(made, operands, count, &made->root, fault);
	}
	if (result == -1) {
		query_free(made);
		return -1;
	}
	finish_terms(made);
	*query = made;
	return 0;
}

void
query_free(struct query *query)
{
	struct related *related;
	struct term *term;

	if (query == NULL)
		return;
	for (term = query->terms; term != NULL; term = term->next)
		term_release(term);
	for (related = query->relations; related != NULL; related = related->next) {
		query_free(related->query);
		ids_release(&related->owners);
	}
	ids_release(&query->named);
	scratch_release(&query->scratch);
	buf_release(&query->label);
	arena_release(&query->arena);
	free(query);
}
