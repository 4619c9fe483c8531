/* SPDX-License-Identifier: ISC */
/*
 * Finds the matching records. Of the conditions that all have to hold, the one
 * whose index promises fewest candidates gives them; alternatives are united.
 * Where no index is worth it all records are read in order of id, between the
 * ids that a condition on created_at leaves, since ids are given in order of
 * time.
 */
#include "model/query_tree.h"

#include <stdio.h>

/* A record found by its id costs as much as this many in a scan. */
#define LOOKUP 4
/* Few enough not to look for fewer. */
#define FEW 16

struct collection {
	const struct query *query;
	const struct related *related;
	struct ids *ids;
	struct buf scratch;
};

/* What an index would give for a node: 1 and *cost, 0, -1. */
static int
plan(struct query *query, struct node *node, uint64_t *cost, struct node **best,
    struct fault *fault)
{
	uint64_t one, least = UINT64_MAX, sum = 0;
	struct node *leaf;
	size_t i;
	int found = 0;

	*best = node;
	switch (node->type) {
	case NODE_TERM:
		return term_plan(node->term, query->txn, &query->scratch, cost, fault);
	case NODE_RELATED:
		if (query_relate(query, node->related, fault) == -1)
			return -1;
		*cost = node->related->owners.count;
		return 1;
	case NODE_AND:
		for (i = 0; i < node->count && least > FEW; i++) {
			found = plan(query, node->children[i], &one, &leaf, fault);
			if (found == -1)
				return -1;
			if (found == 1 && one < least) {
				least = one;
				*best = leaf;
			}
		}
		*cost = least;
		return least != UINT64_MAX;
	case NODE_OR:
		for (i = 0; i < node->count; i++) {
			found = plan(query, node->children[i], &one, &leaf, fault);
			if (found != 1)
				return found;
			sum += one;
		}
		*cost = sum;
		return 1;
	case NODE_NOT:
	case NODE_WORD:
		break;
	}
	return 0;
}

/* Appends the candidates of a node for which plan said 1. */
static int
candidates(struct query *query, struct node *node, struct ids *ids, struct fault *fault)
{
	struct node *best;
	uint64_t cost;
	size_t i;

	switch (node->type) {
	case NODE_TERM:
		query->index = node->term->path.hop_count > 0
		    ? node->term->path.hops[0].field->name
		    : node->term->path.field->name;
		return term_candidates(node->term, query->txn, ids, fault);
	case NODE_RELATED:
		query->index = node->related->query->options.kind->name;
		for (i = 0; i < node->related->owners.count; i++)
			if (ids_add(ids, node->related->owners.at[i], fault) == -1)
				return -1;
		return 0;
	case NODE_AND:
		/* Planned again: alternatives are planned before it is known
		 * that all of them have an index. */
		if (plan(query, node, &cost, &best, fault) != 1)
			return -1;
		return candidates(query, best, ids, fault);
	case NODE_OR:
		for (i = 0; i < node->count; i++)
			if (candidates(query, node->children[i], ids, fault) == -1)
				return -1;
		return 0;
	case NODE_NOT:
	case NODE_WORD:
		break;
	}
	return fault_set(fault, FAULT_INTERNAL, "a query was planned wrongly");
}

int
query_try(struct query *query, uint64_t id, struct record record, query_each *each,
    void *context, struct fault *fault)
{
	int result;

	query->examined++;
	result = query_matches(query, id, record, fault);
	return result == 1 ? each(context, id, record, fault) : result;
}

static int
run_ids(struct query *query, const struct ids *ids, query_each *each, void *context,
    struct fault *fault)
{
	struct record record;
	size_t i;
	int result = 0, found;

	for (i = 0; i < ids->count && result == 0; i++) {
		found = txn_record(query->txn, ids->at[i], &record, fault);
		if (found == 1)
			result =
			    query_try(query, ids->at[i], record, each, context, fault);
		else if (found == -1)
			result = -1;
	}
	return result;
}

/* Narrows [*low, *high) to the revisions of creation that the tree leaves. */
static void
created_between(const struct node *node, int64_t *low, int64_t *high)
{
	size_t i;

	if (node->type == NODE_AND)
		for (i = 0; i < node->count; i++)
			created_between(node->children[i], low, high);
	if (node->type != NODE_TERM || node->term->scale != SCALE_CREATED ||
	    node->term->test != TEST_RANGE || node->term->path.hop_count > 0)
		return;
	if (node->term->low > *low)
		*low = node->term->low;
	if (node->term->high < *high)
		*high = node->term->high;
}

/* The first id whose record is not older than the revision, by halving. */
static int
first_created(struct query *query, int64_t rev, uint64_t *id, struct fault *fault)
{
	uint64_t low = 1, high = txn_next_id(query->txn), middle, at;
	struct record_walk walk;
	struct record record;
	int found;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (record_walk_open(&walk, query->txn, middle, fault) == -1)
			return -1;
		found = record_walk_next(&walk, &at, &record, fault);
		record_walk_close(&walk);
		if (found == -1)
			return -1;
		if (found == 0 || record_created(record) >= rev)
			high = middle;
		else
			low = at + 1;
	}
	*id = low;
	return 0;
}

static int
scan(struct query *query, query_each *each, void *context, struct fault *fault)
{
	int64_t created = INT64_MIN, end = INT64_MAX;
	uint64_t from = 0;

	created_between(query->root, &created, &end);
	if (created > 0 && first_created(query, created, &from, fault) == -1)
		return -1;
	return query_scan(query, from, end, each, context, fault);
}

/* In a run whoever is called may write, under which a walk would lose its
 * place; the matches are noted first. */
static int
note(void *context, uint64_t id, struct record record, struct fault *fault)
{
	(void)record;
	return ids_add(context, id, fault);
}

int
query_call(struct query *query, const struct ids *ids, query_each *each, void *context,
    struct fault *fault)
{
	struct record record;
	size_t i;
	int result = 0, found;

	for (i = 0; i < ids->count && result == 0; i++) {
		found = txn_record(query->txn, ids->at[i], &record, fault);
		if (found == 1)
			result = each(context, ids->at[i], record, fault);
		else if (found == -1)
			result = -1;
	}
	return result;
}

static int
run_planned(struct query *query, query_each *each, void *context, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct node *best;
	uint64_t cost;
	int result;

	query->examined = 0;
	query->index = NULL;
	result = plan(query, query->root, &cost, &best, fault);
	if (result == -1)
		return -1;
	if (result == 0 || cost > txn_next_id(query->txn) / LOOKUP + FEW)
		return scan(query, each, context, fault);
	result = candidates(query, query->root, &ids, fault);
	ids_sort(&ids);
	if (result == 0)
		result = run_ids(query, &ids, each, context, fault);
	ids_release(&ids);
	return result;
}

int
query_run(struct query *query,
    int (*each)(void *context, uint64_t id, struct record record, struct fault *fault),
    void *context, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	int result;

	if (!txn_writes(query->txn))
		return run_planned(query, each, context, fault);
	result = run_planned(query, note, &ids, fault);
	if (result == 0)
		result = query_call(query, &ids, each, context, fault);
	ids_release(&ids);
	return result;
}

int
query_cost(struct query *query, uint64_t *candidates, struct fault *fault)
{
	uint64_t all = txn_next_id(query->txn) / LOOKUP + FEW;
	struct node *best;
	int result = plan(query, query->root, candidates, &best, fault);

	if (result == 0 || *candidates > all)
		*candidates = all;
	return result == -1 ? -1 : 0;
}

/* Whether a field of the related kind says whose record it is. Lists that the
 * rules keep, such as former organizations, do not. */
static bool
is_owner(const struct field *field, const struct kind *kind)
{
	bool kept = (field->flags & FIELD_RULES) != 0 && (field->flags & FIELD_LIST) != 0;

	return field->type == TYPE_REFERENCE && !kept &&
	    (field->flags & FIELD_DERIVED) == 0 && strcmp(field->of, kind->name) == 0;
}

static int
collect_owners(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct collection *collection = context;
	const struct kind *kind = collection->related->query->options.kind;
	const struct kind *own = collection->query->options.kind;
	struct view value, element;
	uint64_t owner;
	size_t i;

	(void)id;
	for (i = 0; i < kind->count; i++) {
		if (!is_owner(&kind->fields[i], own))
			continue;
		value = record_get(record, kind->fields[i].slot);
		while (list_next(&value, &element, &collection->scratch))
			if (reference_id(element, &owner) &&
			    ids_add(collection->ids, owner, fault) == -1)
				return -1;
	}
	return buf_check(&collection->scratch, fault);
}

int
query_relate(struct query *query, struct related *related, struct fault *fault)
{
	struct collection collection = { query, related, &related->owners, BUF_EMPTY };
	int result;

	if (related->ready)
		return 0;
	result = query_run(related->query, collect_owners, &collection, fault);
	buf_release(&collection.scratch);
	ids_sort(&related->owners);
	related->ready = result == 0;
	return result;
}

const char *
query_explain(const struct query *query)
{
	struct query *mutable = (struct query *)(uintptr_t)query;
	unsigned long long examined = query->examined;
	const char *s = examined == 1 ? "" : "s";

	if (query->index == NULL)
		snprintf(mutable->explanation, sizeof(mutable->explanation),
		    "no index, %llu record%s examined", examined, s);
	else
		snprintf(mutable->explanation, sizeof(mutable->explanation),
		    "index %s, %llu record%s examined", query->index, examined, s);
	return query->explanation;
}
