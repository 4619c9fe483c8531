/* SPDX-License-Identifier: ISC */
/*
 * Who shares a sign with nobody is in no pair, and nearly all are such. So the
 * records are read twice: the first time each sign is counted, none, one or
 * several, in a table of two bits a place; the second time those are kept whose
 * sign was counted as several's. Sorted, these give the pairs, which are then
 * compared as a whole. Memory follows the number of likely duplicates, not that
 * of the records.
 */
#include "rules/duplicates.h"

#include <stdlib.h>

#include "base/array.h"
#include "model/merged.h"
#include "rules/likeness.h"

/* Places for each record, which has about five signs. */
#define PLACES 32
/* Bytes of records after which their pages are let go, and pairs that are
 * compared meanwhile: each may lead to pages of its own. */
#define READ_AHEAD    ((size_t)48 << 20)
#define PAIRS_AHEAD   400
#define RECORDS_AHEAD 8192

struct bearer {
	uint64_t hash;
	uint64_t id : 48, sign : 16;
};

struct work {
	struct txn *txn;
	const struct kind *kind;
	const struct ids *among;
	struct duplicates *found;
	struct profile profile, other;
	unsigned char *places;
	uint64_t place_mask;
	struct bearer *bearers;
	size_t count, cap;
	uint64_t id; /* of the record whose signs are told */
};

/* How often signs of this hash were met, two for more; and then `add` times more. */
static unsigned
count_place(struct work *work, uint64_t hash, unsigned add)
{
	uint64_t place = hash >> 20 & work->place_mask;
	unsigned char *byte = work->places + place / 4;
	unsigned shift = (unsigned)(place % 4) * 2, had = *byte >> shift & 3;
	unsigned has = had + add > 2 ? 2 : had + add;

	if (has != had)
		*byte = (unsigned char)((*byte & ~(3u << shift)) | has << shift);
	return had;
}

static int
count_sign(void *context, enum likeness_sign sign, uint64_t hash, struct fault *fault)
{
	struct work *work = context;

	(void)sign;
	(void)fault;
	/* Of those that were asked for, one bearer is enough. */
	count_place(work, hash, work->among == NULL ? 1 : 2);
	return 0;
}

static int
keep_sign(void *context, enum likeness_sign sign, uint64_t hash, struct fault *fault)
{
	struct work *work = context;
	struct bearer *at;

	if (count_place(work, hash, 0) < 2)
		return 0;
	at = array_room(work->bearers, work->count, &work->cap, sizeof(*at), fault);
	if (at == NULL)
		return -1;
	work->bearers = at;
	at[work->count++] =
	    (struct bearer){ hash, work->id & RECORD_ID_MOST, (uint16_t)sign };
	return 0;
}

/* TW-19, and other kinds. */
static bool
is_concerned(const struct work *work, struct record record)
{
	return record_kind(record) == work->kind->number &&
	    (work->kind != &kind_contact ||
		!view_is(record_get(record, CONTACT_APPROVAL), "Rejected"));
}

static int
tell_signs(struct work *work, uint64_t id, struct record record,
    int (*each)(
	void *context, enum likeness_sign sign, uint64_t hash, struct fault *fault),
    struct fault *fault)
{
	if (!is_concerned(work, record))
		return 0;
	work->id = id;
	return profile_read(&work->profile, work->kind, record, fault) != 0
	    ? -1
	    : likeness_each(&work->profile, work->kind, each, work, fault);
}

static int
read_all(struct work *work,
    int (*each)(
	void *context, enum likeness_sign sign, uint64_t hash, struct fault *fault),
    struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	size_t bytes = 0, records = 0;
	uint64_t id;
	int found;

	if (record_walk_open(&walk, work->txn, 1, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1) {
		if (tell_signs(work, id, record, each, fault) != 0) {
			found = -1;
			break;
		}
		bytes += record.len;
		/* Where many have changed, neighbours lie far from each other. */
		if (bytes > READ_AHEAD || ++records == RECORDS_AHEAD) {
			txn_let_go(work->txn);
			bytes = records = 0;
		}
	}
	record_walk_close(&walk);
	return found;
}

static int
read_among(struct work *work, struct fault *fault)
{
	struct record record;
	size_t i;
	int found = 0;

	for (i = 0; found >= 0 && i < work->among->count; i++) {
		found = txn_record(work->txn, work->among->at[i], &record, fault);
		if (found == 1)
			found = tell_signs(
			    work, work->among->at[i], record, count_sign, fault);
		if (i % PAIRS_AHEAD == PAIRS_AHEAD - 1)
			txn_let_go(work->txn);
	}
	return found < 0 ? -1 : 0;
}

static int
gather_bearers(struct work *work, struct fault *fault)
{
	uint64_t places = UINT64_C(1) << 16;
	int result;

	while (places < txn_next_id(work->txn) * PLACES && places < (UINT64_C(1) << 27))
		places *= 2;
	work->place_mask = places - 1;
	work->places = calloc(places / 4, 1);
	if (work->places == NULL)
		return fault_memory(fault);
	result = work->among == NULL ? read_all(work, count_sign, fault)
				     : read_among(work, fault);
	if (result == 0)
		result = read_all(work, keep_sign, fault);
	txn_let_go(work->txn);
	free(work->places);
	work->places = NULL;
	return result;
}

static int
compare_bearers(const void *a, const void *b)
{
	const struct bearer *x = a, *y = b;

	return x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash)
				  : (x->id > y->id) - (x->id < y->id);
}

static int
compare_ids(const void *a, const void *b)
{
	const struct duplicate *x = a, *y = b;

	return x->id != y->id ? (x->id > y->id) - (x->id < y->id)
			      : (x->other > y->other) - (x->other < y->other);
}

static int
compare_scores(const void *a, const void *b)
{
	const struct duplicate *x = a, *y = b;

	return x->score != y->score ? (x->score < y->score) - (x->score > y->score)
				    : compare_ids(a, b);
}

static void
sort_once(struct duplicates *found)
{
	size_t i, kept = 0;

	if (found->count > 1)
		qsort(found->at, found->count, sizeof(*found->at), compare_ids);
	for (i = 0; i < found->count; i++)
		if (kept == 0 || compare_ids(found->at + kept - 1, found->at + i) != 0)
			found->at[kept++] = found->at[i];
	found->count = kept;
}

static int
add_pair(struct work *work, uint64_t id, uint64_t other, struct fault *fault)
{
	struct duplicates *found = work->found;
	struct duplicate *at;

	if (id == other ||
	    (work->among != NULL && !ids_have(work->among, id) &&
		!ids_have(work->among, other)))
		return 0;
	/* Pairs share more signs than one: they are told once before more room
	 * is taken for them. */
	if (found->count == found->cap && found->count > 0) {
		sort_once(found);
		if (found->count < found->cap / 2)
			goto add;
	}
	at = array_room(found->at, found->count, &found->cap, sizeof(*at), fault);
	if (at == NULL)
		return -1;
	found->at = at;
add:
	found->at[found->count++] = (struct duplicate){ .id = id & RECORD_ID_MOST,
		.other = other & RECORD_ID_MOST };
	return 0;
}

static void
note_crowd(struct duplicates *found, const struct bearer *bearers, size_t count)
{
	found->crowds[bearers->sign]++;
	if (count <= found->most)
		return;
	found->most = count;
	found->first = bearers->id;
}

static bool
any_among(const struct ids *among, const struct bearer *bearers, size_t count)
{
	size_t i;

	for (i = 0; among != NULL && i < count; i++)
		if (ids_have(among, bearers[i].id))
			return true;
	return among == NULL;
}

/* All who bear one sign, ascending. */
static int
pair_bearers(
    struct work *work, const struct bearer *bearers, size_t count, struct fault *fault)
{
	size_t i, j, firsts = count <= DUPLICATES_CROWD ? count : 1;

	if (count < 2 || !any_among(work->among, bearers, count))
		return 0;
	if (count > DUPLICATES_CROWD && bearers->sign <= SIGN_DOMAIN) {
		note_crowd(work->found, bearers, count);
		return 0;
	}
	for (i = 0; i < firsts; i++)
		for (j = i + 1; j < count; j++)
			if (add_pair(work, bearers[i].id, bearers[j].id, fault) != 0)
				return -1;
	return 0;
}

static int
pair_all(struct work *work, struct fault *fault)
{
	const struct bearer *at = work->bearers;
	size_t i, end;
	int result = 0;

	if (work->count > 1)
		qsort(work->bearers, work->count, sizeof(*at), compare_bearers);
	for (i = 0; result == 0 && i < work->count; i = end) {
		for (end = i + 1; end < work->count && at[end].hash == at[i].hash;)
			end++;
		result = pair_bearers(work, at + i, end - i, fault);
	}
	free(work->bearers);
	work->bearers = NULL;
	sort_once(work->found);
	return result;
}

/* Fills in score and reasons; 0 when the two are no pair. */
static int
judge(struct work *work, struct duplicate *pair, struct fault *fault)
{
	const struct kind *kind = work->kind;
	struct record one, other;
	unsigned score, why;
	int found = txn_record(work->txn, pair->id, &one, fault);

	if (found == 1)
		found = txn_record(work->txn, pair->other, &other, fault);
	if (found != 1 || merged_apart(kind, pair->id, one, pair->other, other))
		return found < 0 ? -1 : 0;
	if (profile_read(&work->profile, kind, one, fault) != 0 ||
	    profile_read(&work->other, kind, other, fault) != 0 ||
	    likeness_score(
		work->txn, &work->profile, &work->other, &score, &why, fault) != 0)
		return -1;
	pair->score = (uint16_t)score;
	pair->why = (uint16_t)why;
	return score > 0;
}

static int
judge_all(struct work *work, struct fault *fault)
{
	struct duplicates *found = work->found;
	size_t i, kept = 0;
	int result = 0;

	for (i = 0; result >= 0 && i < found->count; i++) {
		result = judge(work, found->at + i, fault);
		if (result == 1)
			found->at[kept++] = found->at[i];
		if (i % PAIRS_AHEAD == PAIRS_AHEAD - 1)
			txn_let_go(work->txn);
	}
	found->count = kept;
	if (result >= 0 && kept > 1)
		qsort(found->at, kept, sizeof(*found->at), compare_scores);
	return result < 0 ? -1 : 0;
}

int
duplicates_find(struct duplicates *duplicates, struct txn *txn, const struct kind *kind,
    const struct ids *among, struct fault *fault)
{
	struct work work = {
		.txn = txn, .kind = kind, .among = among, .found = duplicates
	};
	int result = -1;

	*duplicates = (struct duplicates){ .at = NULL };
	if (gather_bearers(&work, fault) == 0 && pair_all(&work, fault) == 0)
		result = judge_all(&work, fault);
	free(work.bearers);
	profile_release(&work.profile);
	profile_release(&work.other);
	return result;
}

void
duplicates_release(struct duplicates *duplicates)
{
	free(duplicates->at);
	*duplicates = (struct duplicates){ .at = NULL };
}
