/* SPDX-License-Identifier: ISC */
/*
 * Candidates from the index. A term that looks through references starts at
 * the far end: the records that match there, then those that refer to them,
 * hop by hop, back to the records that were asked for.
 */
#include "model/term.h"

/* Keys that are counted one by one; more are taken to be alike. */
#define SAMPLE 64
/* From here on a scan of all records is the quicker way. */
#define MANY 200000

static bool
is_indexed(const struct field *field)
{
	return (field->flags & (FIELD_INDEXED | FIELD_KEY)) != 0;
}

static uint16_t
slot_of(const struct term *term, size_t field)
{
	return field == 0 ? term->path.slot : term->fields[field]->slot;
}

static struct index_key
text_key(const struct term *term, size_t field, size_t needle)
{
	return index_text_key(
	    term->path.kind->number, slot_of(term, field), term->needles[needle]);
}

static struct index_key
target_key(const struct term *term, size_t target)
{
	return index_id_key(
	    term->path.kind->number, term->path.slot, term->targets.at[target]);
}

/* Adds what a key costs; *counted keys were looked up already. */
static int
add_cost(struct txn *txn, struct index_key key, uint64_t *counted, uint64_t *cost,
    struct fault *fault)
{
	uint64_t count = 0;

	if (*counted < SAMPLE) {
		if (index_estimate(txn, key, &count, fault) == -1)
			return -1;
		++*counted;
	} else {
		count = *cost / *counted + 1;
	}
	*cost += count;
	return 0;
}

/* How much of all values a prefix is likely to leave: a guess, since an index
 * counts only whole keys. */
static uint64_t
prefix_cost(struct txn *txn, size_t len)
{
	uint64_t cost = txn_next_id(txn);

	for (; len > 0 && cost > 1; len--)
		cost /= 6;
	return cost;
}

static int
plan_text(const struct term *term, struct txn *txn, uint64_t *cost, struct fault *fault)
{
	uint64_t counted = 0;
	size_t i, j;

	for (i = 0; i < term->field_count; i++)
		if (!is_indexed(term->fields[i]))
			return 0;
	for (j = 0; j < term->needle_count; j++)
		if (term->needles[j].len == 0)
			return 0;
	*cost = 0;
	/* A prefix of a reference is one of the few texts that were kept. */
	if (term->test == TEST_PREFIX && term->scale == SCALE_TEXT)
		*cost = prefix_cost(txn, term->needles[0].len);
	for (j = 0; j < term->needle_count && term->test == TEST_EQUAL; j++)
		for (i = 0; i < term->field_count; i++)
			if (add_cost(txn, text_key(term, i, j), &counted, cost, fault) ==
			    -1)
				return -1;
	for (j = 0; j < term->targets.count; j++)
		if (add_cost(txn, target_key(term, j), &counted, cost, fault) == -1)
			return -1;
	return 1;
}

/* The records at the end of the path that match. */
static int
far_end(const struct term *term, struct txn *txn, struct term_scratch *scratch,
    struct ids *ids, struct fault *fault)
{
	struct ids candidates = { NULL, 0, 0 };
	struct term here = *term;
	struct record record;
	uint64_t cost;
	size_t i;
	int found;

	here.path.hop_count = 0;
	found = term_plan(&here, txn, scratch, &cost, fault);
	if (found != 1 || cost > MANY)
		return found == -1 ? -1 : 0;
	found = term_candidates(&here, txn, &candidates, fault);
	ids_sort(&candidates);
	for (i = 0; i < candidates.count && found != -1; i++) {
		found = txn_record(txn, candidates.at[i], &record, fault);
		if (found == 1 && record_kind(record) == here.path.kind->number)
			found = term_matches(
			    &here, txn, scratch, candidates.at[i], record, fault);
		else if (found == 1)
			found = 0;
		if (found == 1)
			found = ids_add(ids, candidates.at[i], fault);
	}
	ids_release(&candidates);
	return found == -1 ? -1 : 1;
}

static int
append(struct ids *ids, const struct ids *more, struct fault *fault)
{
	size_t i;

	for (i = 0; i < more->count; i++)
		if (ids_add(ids, more->at[i], fault) == -1)
			return -1;
	return 0;
}

/* Appends the candidates of a key. Through a list of its own, since the index
 * sorts all of the list that it appends to. */
static int
append_key(struct txn *txn, struct index_key key, struct ids *one, struct ids *ids,
    struct fault *fault)
{
	one->count = 0;
	if (index_find(txn, key, one, fault) == -1)
		return -1;
	return append(ids, one, fault);
}

/* Those that refer to one of ids by the field of a hop: 1, 0 too many, -1. */
static int
step_back(
    const struct path_hop *hop, struct txn *txn, struct ids *ids, struct fault *fault)
{
	struct ids bearers = { NULL, 0, 0 }, one = { NULL, 0, 0 };
	size_t i;
	int result = 1;

	for (i = 0; i < ids->count && result == 1; i++) {
		if (append_key(txn,
			index_id_key(hop->from->number, hop->field->slot, ids->at[i]),
			&one, &bearers, fault) == -1)
			result = -1;
		else if (bearers.count > MANY)
			result = 0;
	}
	ids_release(&one);
	ids_release(ids);
	*ids = bearers;
	ids_sort(ids);
	return result;
}

static int
plan_hops(struct term *term, struct txn *txn, struct term_scratch *scratch,
    uint64_t *cost, struct fault *fault)
{
	size_t i;
	int result;

	if (term->is_found) {
		*cost = term->found.count;
		return 1;
	}
	for (i = 0; i < term->path.hop_count; i++)
		if (!is_indexed(term->path.hops[i].field))
			return 0;
	result = far_end(term, txn, scratch, &term->found, fault);
	for (i = term->path.hop_count; i > 0 && result == 1; i--)
		result = step_back(&term->path.hops[i - 1], txn, &term->found, fault);
	if (result != 1) {
		ids_release(&term->found);
		return result;
	}
	term->is_found = true;
	*cost = term->found.count;
	return 1;
}

int
term_plan(struct term *term, struct txn *txn, struct term_scratch *scratch,
    uint64_t *cost, struct fault *fault)
{
	if (term->test != TEST_EQUAL && term->test != TEST_PREFIX)
		return 0;
	if (term->path.part != PART_NONE)
		return 0;
	if (term->path.hop_count > 0)
		return plan_hops(term, txn, scratch, cost, fault);
	if (term->scale == SCALE_ID) {
		*cost = term->targets.count;
		return 1;
	}
	if (term->scale == SCALE_TEXT || term->scale == SCALE_REFERENCE)
		return plan_text(term, txn, cost, fault);
	return 0;
}

int
term_candidates(
    const struct term *term, struct txn *txn, struct ids *ids, struct fault *fault)
{
	struct ids one = { NULL, 0, 0 };
	size_t i, j;
	int result = 0;

	if (term->path.hop_count > 0)
		return append(ids, &term->found, fault);
	if (term->scale == SCALE_ID)
		return append(ids, &term->targets, fault);
	for (i = 0; i < term->field_count && result == 0; i++) {
		if (term->test == TEST_PREFIX) {
			result = index_find_prefix(txn, term->path.kind->number,
			    slot_of(term, i), term->needles[0], ids, fault);
			continue;
		}
		for (j = 0; j < term->needle_count && result == 0; j++)
			result = append_key(txn, text_key(term, i, j), &one, ids, fault);
	}
	for (j = 0; j < term->targets.count && result == 0; j++)
		result = append_key(txn, target_key(term, j), &one, ids, fault);
	ids_release(&one);
	return result;
}
