/* SPDX-License-Identifier: ISC */
#ifndef MODEL_QUERY_TREE_H
#define MODEL_QUERY_TREE_H

/*
 * A query as it was understood: a tree of nodes whose leaves are comparisons,
 * searches for words, and questions about records of other kinds. Shared by
 * the files query_*.c only.
 */

#include "model/term.h"

/* Parentheses within parentheses, and kinds within kinds. */
#define QUERY_DEPTH 200

enum node_type {
	NODE_AND, /* without children: everything */
	NODE_OR,
	NODE_NOT,
	NODE_TERM,
	NODE_WORD,   /* a word that begins a word of a searched field */
	NODE_RELATED /* KIND.FIELD=V: records that such a record refers to */
};

struct related {
	struct related *next; /* of the query, for its release */
	struct query *query;  /* of the other kind */
	bool ready;
	struct ids owners;
};

struct node {
	enum node_type type;
	struct node **children;
	size_t count, room;
	struct term *term;
	struct view word; /* folded */
	struct related *related;
};

struct query {
	struct txn *txn;
	struct query_options options;
	const char *const *operands; /* borrowed */
	size_t operand_count;
	struct arena arena;
	unsigned depth; /* of queries within queries */
	unsigned saved; /* of saved queries within saved queries */
	struct node *root;
	struct term *terms;
	struct related *relations;
	struct ids named;  /* by bare numbers, whatever their approval */
	bool rejected_too; /* the query names approval */
	struct term_scratch scratch;
	struct buf label;
	uint64_t examined;
	const char *index; /* field whose index was used; NULL: none */
	char explanation[160];
};

int query_new(struct query **query, struct txn *txn, const struct query_options *options,
    struct fault *fault) MUST_CHECK;

/* Nodes live as long as the query. NULL when memory ran out. */
struct node *query_node(struct query *query, enum node_type type);
int query_add(struct query *query, struct node *node, struct node *child,
    struct fault *fault) MUST_CHECK;
/* Puts a NODE_NOT above *node. */
int query_negate(struct query *query, struct node **node, struct fault *fault) MUST_CHECK;

/* What one operand, no keyword, means. *named: it names records by itself. */
int query_operand(struct query *query, struct view operand, struct node **node,
    bool *named, struct fault *fault) MUST_CHECK;

/* The tokens of a part of the query. */
int query_tokens(struct query *query, const char *const *operands, size_t count,
    struct node **node, struct fault *fault) MUST_CHECK;
/* query_saved.c: @NAME, a query that the store keeps, as one term. */
int query_saved(struct query *query, struct view operand, struct node **node,
    struct fault *fault) MUST_CHECK;

typedef int query_each(
    void *context, uint64_t id, struct record record, struct fault *fault);

/* Calls each if the record matches. */
int query_try(struct query *query, uint64_t id, struct record record, query_each *each,
    void *context, struct fault *fault) MUST_CHECK;
/* Calls each for every one of ids, whose records match. */
int query_call(struct query *query, const struct ids *ids, query_each *each,
    void *context, struct fault *fault) MUST_CHECK;
/* Tries all records from an id on that are older than a revision of creation,
 * in order of id. */
int query_scan(struct query *query, uint64_t from, int64_t end, query_each *each,
    void *context, struct fault *fault) MUST_CHECK;

/* Finds the records that related records refer to, once. */
int query_relate(
    struct query *query, struct related *related, struct fault *fault) MUST_CHECK;

#endif
