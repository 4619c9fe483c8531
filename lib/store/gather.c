/* SPDX-License-Identifier: ISC */
/*
 * Sorting and putting. Lists are sorted on a second thread while the ones
 * before are put, so that on two cores the sorting is hidden; entries with one
 * key become one put of many ids.
 */
#include "store/gather.h"

#include <endian.h>
#include <pthread.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "store/posting.h"

/* Ids of one key that are put at once. */
#define IDS_AT_ONCE 4096
#define RADIX_LEAST 128

static bool
below(const struct gathered *a, const struct gathered *b)
{
	return a->prefix != b->prefix ? a->prefix < b->prefix : a->rest < b->rest;
}

static void
insertion_sort(struct gathered *at, size_t count)
{
	struct gathered one;
	size_t i, j;

	for (i = 1; i < count; i++) {
		one = at[i];
		for (j = i; j > 0 && below(&one, at + j - 1); j--)
			at[j] = at[j - 1];
		at[j] = one;
	}
}

static unsigned
digit(const struct gathered *one, unsigned pass)
{
	/* Passes 0 to 4 are the bytes of the hash, 5 to 12 the prefix. The
	 * record's number needs none: entries come in its order. */
	return (unsigned)(pass < 5 ? one->rest >> (24 + 8 * pass)
				   : one->prefix >> (8 * (pass - 5))) &
	    0xff;
}

void
gather_sort(struct gathered *at, struct gathered *scratch, size_t count)
{
	size_t histogram[13][256] = { { 0 } };
	struct gathered *from = at, *to = scratch, *swap;
	size_t i, sum, n;
	unsigned pass, d;

	if (count < RADIX_LEAST) {
		insertion_sort(at, count);
		return;
	}
	for (i = 0; i < count; i++)
		for (pass = 0; pass < 13; pass++)
			histogram[pass][digit(at + i, pass)]++;
	for (pass = 0; pass < 13; pass++) {
		if (histogram[pass][digit(from, pass)] == count)
			continue;
		for (d = 0, sum = 0; d < 256; d++) {
			n = histogram[pass][d];
			histogram[pass][d] = sum;
			sum += n;
		}
		for (i = 0; i < count; i++)
			to[histogram[pass][digit(from + i, pass)]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (from != at)
		memcpy(at, from, count * sizeof(*at));
}

#define PLACE_NUMBERS ((UINT64_C(1) << 24) - 1)
#define PLACE_CHANGES (UINT64_C(1) << 23)
#define FILTER_BITS   ((size_t)1 << 24)
/* A block of places, which is as long as a line of the cache. */
#define PLACES_BESIDE 8
/* Entries of a key that by chance alone are never so far from its first place. */
#define PLACES_CROWDED (8 * (size_t)PLACES_BESIDE)

static uint64_t
place_hash(const struct index_key *key)
{
	return XXH3_64bits(key->bytes, INDEX_KEY) | (UINT64_C(1) << 63);
}

/*
 * The nth place to look at for a key: those of its block, then those of blocks
 * that lie apart, so that a key with many entries is in no other key's way. Each
 * place comes once.
 */
static size_t
place_nth(const struct gather *gather, uint64_t hash, size_t n)
{
	size_t step = (size_t)(hash >> 40) | 1, block = (size_t)(hash >> 27);

	block =
	    (block + n / PLACES_BESIDE * step) & (gather->place_cap / PLACES_BESIDE - 1);
	return block * PLACES_BESIDE + ((hash >> 24) + n) % PLACES_BESIDE;
}

/* What is known of a key with so many entries, in place of what was known of
 * another one longest. */
static struct gather_crowd *
crowd_of(struct gather *gather, uint64_t hash)
{
	size_t i;

	for (i = 0; i < GATHER_CROWDS; i++)
		if (gather->crowds[i].hash == hash)
			return &gather->crowds[i];
	i = gather->crowd_next++ % GATHER_CROWDS;
	gather->crowds[i] = (struct gather_crowd){ hash, 0 };
	return &gather->crowds[i];
}

/* Puts an entry at the first free place. */
static void
place_put(struct gather *gather, uint64_t place)
{
	uint64_t hash = place & ~PLACE_NUMBERS;
	struct gather_crowd *crowd = NULL;
	size_t n = 0;

	while (gather->places[place_nth(gather, hash, n)] != 0) {
		n++;
		if (n != PLACES_CROWDED)
			continue;
		crowd = crowd_of(gather, hash);
		if (crowd->taken > n)
			n = crowd->taken;
	}
	gather->places[place_nth(gather, hash, n)] = place;
	if (crowd != NULL)
		crowd->taken = n + 1;
}

static int
places_grow(struct gather *gather, struct fault *fault)
{
	size_t cap = gather->place_cap == 0 ? 1024 : gather->place_cap * 2;
	uint64_t *places = calloc(cap, sizeof(*places)), *old = gather->places;
	size_t had = gather->place_cap, i;

	if (gather->filter == NULL)
		gather->filter = calloc(FILTER_BITS / 64, sizeof(uint64_t));
	if (places == NULL || gather->filter == NULL) {
		free(places);
		return fault_memory(fault);
	}
	gather->places = places;
	gather->place_cap = cap;
	memset(gather->crowds, 0, sizeof(gather->crowds));
	for (i = 0; i < had; i++)
		if (old[i] != 0)
			place_put(gather, old[i]);
	free(old);
	gather->bytes += (cap - had) * sizeof(*places);
	return 0;
}

int
gather_place(
    struct gather *gather, const struct index_key *key, uint64_t id, struct fault *fault)
{
	uint64_t hash = place_hash(key), number = PLACE_CHANGES | gather->change_count;
	size_t bit = hash & (FILTER_BITS - 1);

	if (gather->place_count * 4 >= gather->place_cap * 3 &&
	    places_grow(gather, fault) != 0)
		return -1;
	if (id >= gather->first_id && id - gather->first_id < GATHER_ORDINALS)
		number = id - gather->first_id;
	place_put(gather, (hash & ~PLACE_NUMBERS) | number);
	gather->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
	gather->place_count++;
	return 0;
}

void
gather_ahead(const struct gather *gather, const struct index_key *key)
{
	uint64_t hash;

	if (gather->place_count == 0)
		return;
	hash = place_hash(key);
	__builtin_prefetch(&gather->filter[(hash & (FILTER_BITS - 1)) / 64], 1);
	__builtin_prefetch(&gather->places[place_nth(gather, hash, 0)], 1);
}

int
gather_places(const struct gather *gather, const struct index_key *key, struct ids *ids,
    struct fault *fault)
{
	uint64_t hash, number, id;
	size_t at, bit, n;

	if (gather->place_count == 0)
		return 0;
	hash = place_hash(key);
	bit = hash & (FILTER_BITS - 1);
	if ((gather->filter[bit / 64] >> (bit % 64) & 1) == 0)
		return 0;
	for (n = 0; gather->places[at = place_nth(gather, hash, n)] != 0; n++) {
		if ((gather->places[at] ^ hash) > PLACE_NUMBERS)
			continue;
		number = gather->places[at] & PLACE_NUMBERS;
		id = number < PLACE_CHANGES ? gather->first_id + number
					    : gather->changes[number - PLACE_CHANGES].id;
		if (ids_add(ids, id, fault) != 0)
			return -1;
	}
	return 0;
}

static int
compare_lists(const void *a, const void *b)
{
	const struct gather_list *x = a, *y = b;

	return x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind)
				  : (x->slot > y->slot) - (x->slot < y->slot);
}

/* Sorts list after list; `sorted` tells the putting thread how far it is. */
struct sorter {
	struct gather *gather;
	struct gathered *scratch;
	size_t sorted;
	pthread_mutex_t mutex;
	pthread_cond_t more;
};

static void *
sort_lists(void *context)
{
	struct sorter *sorter = context;
	size_t i;

	for (i = 0; i < sorter->gather->list_count; i++) {
		gather_sort(sorter->gather->lists[i].at, sorter->scratch,
		    sorter->gather->lists[i].count);
		pthread_mutex_lock(&sorter->mutex);
		sorter->sorted = i + 1;
		pthread_cond_signal(&sorter->more);
		pthread_mutex_unlock(&sorter->mutex);
	}
	return NULL;
}

static void
key_of(struct index_key *key, const struct gather_list *list, const struct gathered *one)
{
	uint64_t prefix = htobe64(one->prefix), rest = htobe64(one->rest);

	key->bytes[0] = list->kind;
	key->bytes[1] = (unsigned char)(list->slot >> 8);
	key->bytes[2] = (unsigned char)list->slot;
	memcpy(key->bytes + 3, &prefix, 8);
	memcpy(key->bytes + 11, &rest, 5);
}

static int
put_list(struct gather *gather, const struct gather_list *list, struct posting *posting,
    struct fault *fault)
{
	static const uint64_t ordinals = PLACE_NUMBERS;
	const struct gathered *at = list->at;
	uint64_t ids[IDS_AT_ONCE];
	struct index_key key;
	size_t i, j, n;

	for (i = 0; i < list->count; i = j) {
		n = 0;
		for (j = i;
		     j < list->count && n < IDS_AT_ONCE && at[j].prefix == at[i].prefix &&
		     (at[j].rest ^ at[i].rest) <= ordinals;
		     j++)
			if (j == 0 || at[j].rest != at[j - 1].rest ||
			    at[j].prefix != at[j - 1].prefix)
				ids[n++] = gather->first_id + (at[j].rest & ordinals);
		key_of(&key, list, at + i);
		if (posting_append(posting, &key, ids, n, list->searchable, fault) != 0)
			return -1;
	}
	return 0;
}

static int
put_lists(struct gather *gather, struct posting *posting, struct fault *fault)
{
	struct sorter sorter = { .gather = gather };
	struct gather_list *list;
	pthread_t thread;
	size_t i, most = 0;
	bool threaded;
	int result = 0;

	for (i = 0; i < gather->list_count; i++)
		if (gather->lists[i].count > most)
			most = gather->lists[i].count;
	sorter.scratch = malloc((most + 1) * sizeof(*sorter.scratch));
	if (sorter.scratch == NULL)
		return fault_memory(fault);
	pthread_mutex_init(&sorter.mutex, NULL);
	pthread_cond_init(&sorter.more, NULL);
	/* A thread costs more than it saves on a small run. */
	threaded = most > 4096 && pthread_create(&thread, NULL, sort_lists, &sorter) == 0;
	if (!threaded)
		sort_lists(&sorter);
	for (i = 0; i < gather->list_count; i++) {
		list = gather->lists + i;
		pthread_mutex_lock(&sorter.mutex);
		while (sorter.sorted <= i)
			pthread_cond_wait(&sorter.more, &sorter.mutex);
		pthread_mutex_unlock(&sorter.mutex);
		if (result == 0)
			result = put_list(gather, list, posting, fault);
		free(list->at);
		list->at = NULL;
		list->count = list->cap = 0;
	}
	if (threaded)
		pthread_join(thread, NULL);
	pthread_cond_destroy(&sorter.more);
	pthread_mutex_destroy(&sorter.mutex);
	free(sorter.scratch);
	return result;
}

static int
compare_changes(const void *a, const void *b)
{
	const struct gather_change *x = a, *y = b;
	int c = memcmp(x->key.bytes, y->key.bytes, INDEX_KEY);

	if (c != 0)
		return c;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* The changes of one key and what is behind them; the last word on an id is the
 * one that counts. `run` has room for all. */
static size_t
take_run(
    const struct gather *gather, size_t begin, struct posting_change *run, size_t *count)
{
	const struct gather_change *first = gather->changes + begin, *change;
	size_t i;

	*count = 0;
	for (i = begin; i < gather->change_count; i++) {
		change = gather->changes + i;
		if (memcmp(change->key.bytes, first->key.bytes, INDEX_KEY) != 0)
			break;
		*count += *count == 0 || run[*count - 1].id != change->id;
		run[*count - 1] = (struct posting_change){ change->id, change->add };
	}
	return i;
}

static int
put_changes(struct gather *gather, struct posting *posting, struct fault *fault)
{
	struct posting_change *run;
	size_t i = 0, count;
	int result = 0;

	if (gather->change_count == 0)
		return 0;
	run = malloc(gather->change_count * sizeof(*run));
	if (run == NULL)
		return fault_memory(fault);
	qsort(gather->changes, gather->change_count, sizeof(*gather->changes),
	    compare_changes);
	while (result == 0 && i < gather->change_count) {
		const struct index_key *key = &gather->changes[i].key;

		i = take_run(gather, i, run, &count);
		result = posting_change(posting, key, run, count, fault);
	}
	free(run);
	return result;
}

int
gather_put(struct gather *gather, struct engine_txn *engine, struct fault *fault)
{
	struct posting posting;
	int result;

	/* First the entries of new records, so that a change that follows
	 * finds them in the tree. */
	free(gather->places);
	free(gather->filter);
	gather->places = NULL;
	gather->filter = NULL;
	gather->place_count = gather->place_cap = 0;
	if (gather->list_count > 1)
		qsort(gather->lists, gather->list_count, sizeof(*gather->lists),
		    compare_lists);
	posting_begin(&posting, engine);
	result = put_lists(gather, &posting, fault);
	if (result == 0)
		result = put_changes(gather, &posting, fault);
	posting_end(&posting);
	gather->list_count = gather->last = 0;
	gather->change_count = 0;
	gather->newest = gather->taken_from = 0;
	memset(gather->hidden, 0, sizeof(gather->hidden));
	gather->bytes = 0;
	return result;
}

void
gather_free(void *at)
{
	struct gather *gather = at;
	size_t i;

	if (gather == NULL)
		return;
	for (i = 0; i < gather->list_count; i++)
		free(gather->lists[i].at);
	free(gather->lists);
	free(gather->changes);
	free(gather->places);
	free(gather->filter);
	free(gather);
}
