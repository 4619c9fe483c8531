/* SPDX-License-Identifier: ISC */
/*
 * Gathered entries: sorting beside qsort, and the places by which they are
 * found before they are in the tree.
 */
#include "storing.h"

#include "store/gather.h"

static int
compare_gathered(const void *a, const void *b)
{
	const struct gathered *x = a, *y = b;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return (x->rest > y->rest) - (x->rest < y->rest);
}

/* Few or many different keys; ordinals ascend as records come. */
static void
fill(struct gathered *at, size_t count, unsigned prefix_bits, unsigned hash_bits)
{
	uint64_t ordinal = 0;

	for (size_t i = 0; i < count; i++) {
		ordinal += storing_random(3);
		at[i].prefix = storing_random(UINT64_C(1) << prefix_bits)
		    << storing_random(64 - prefix_bits);
		at[i].rest = storing_random(UINT64_C(1) << hash_bits) << 24 | ordinal;
	}
}

static void
entries_are_sorted_as_by_qsort(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 3, 127, 128, 129, 1000, 20000 };
	static const struct {
		unsigned prefix, hash;
	} bits[] = { { 0, 0 }, { 1, 1 }, { 0, 39 }, { 8, 3 }, { 62, 39 } };
	struct gathered *at = malloc(20000 * sizeof(*at));
	struct gathered *want = malloc(20000 * sizeof(*at));
	struct gathered *scratch = malloc(20000 * sizeof(*at));

	(void)state;
	storing_seed();
	for (size_t i = 0; i < COUNT(counts); i++)
		for (size_t j = 0; j < COUNT(bits); j++) {
			size_t size = counts[i] * sizeof(*at);

			fill(at, counts[i], bits[j].prefix, bits[j].hash);
			memcpy(want, at, size);
			qsort(want, counts[i], sizeof(*want), compare_gathered);
			gather_sort(at, scratch, counts[i]);
			assert_memory_equal(at, want, size);
		}
	free(at);
	free(want);
	free(scratch);
}

static struct index_key
key_of(unsigned number)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", number);

	return index_text_key(1, 5, view_make(text, (size_t)len));
}

enum { KEYS = 3000, FIRST = 1000 };

/* Keys have up to three ids each, of records new and old. */
static uint64_t ids_of[KEYS][3];

static void
place_one(struct gather *gather, unsigned number, unsigned nth, struct fault *fault)
{
	struct index_key key = key_of(number);
	uint64_t id = 1 + storing_random(FIRST + 5000);
	struct gather_change *change;

	ids_of[number][nth] = id;
	if (gather_place(gather, &key, id, fault) != 0)
		fail_msg("%s", fault->text);
	if (id >= FIRST)
		return;
	change = &gather->changes[gather->change_count];
	*change = (struct gather_change){ key, true, (uint32_t)gather->change_count, id };
	gather->change_count++;
}

static void
every_place_is_found(void **state)
{
	struct gather *gather = calloc(1, sizeof(*gather));
	struct ids ids = { NULL, 0, 0 };
	struct index_key absent;
	struct fault fault;

	(void)state;
	assert_non_null(gather);
	storing_seed();
	gather->first_id = FIRST;
	gather->changes = calloc(3 * KEYS, sizeof(*gather->changes));
	assert_non_null(gather->changes);
	absent = key_of(1);
	must(gather_places(gather, &absent, &ids, &fault), &fault);
	assert_int_equal(ids.count, 0);
	for (unsigned nth = 0; nth < 3; nth++)
		for (unsigned number = 0; number < KEYS; number++)
			if (nth <= number % 3)
				place_one(gather, number, nth, &fault);
	for (unsigned number = 0; number < KEYS; number++) {
		struct index_key key = key_of(number);

		ids.count = 0;
		gather_ahead(gather, &key);
		must(gather_places(gather, &key, &ids, &fault), &fault);
		for (unsigned nth = 0; nth <= number % 3; nth++) {
			size_t at = 0;

			while (at < ids.count && ids.at[at] != ids_of[number][nth])
				at++;
			if (at == ids.count)
				fail_msg("key %u lacks id %llu", number,
				    (unsigned long long)ids_of[number][nth]);
		}
		/* 40 bits of hash meet by chance hardly ever. */
		ids_sort(&ids);
		assert_in_range(ids.count, 1, number % 3 + 1);
	}
	for (unsigned number = KEYS; number < 2 * KEYS; number++) {
		absent = key_of(number);
		ids.count = 0;
		must(gather_places(gather, &absent, &ids, &fault), &fault);
		assert_int_equal(ids.count, 0);
	}
	ids_release(&ids);
	gather_free(gather);
}

/* A company of 300,000 jobs among others: not a walk of its jobs for each. */
static void
keys_with_many_are_in_nobodys_way(void **state)
{
	enum { MANY = 300000 };
	struct gather *gather = calloc(1, sizeof(*gather));
	struct ids ids = { NULL, 0, 0 };
	struct index_key key;
	struct fault fault;

	(void)state;
	assert_non_null(gather);
	gather->first_id = 1;
	for (unsigned i = 0; i < MANY; i++) {
		key = key_of(i % 3);
		must(gather_place(gather, &key, 1 + i, &fault), &fault);
		if (i % 100 == 0) {
			key = key_of(1000 + i);
			must(gather_place(gather, &key, 1 + i, &fault), &fault);
		}
	}
	for (unsigned i = 0; i < 3; i++) {
		key = key_of(i);
		ids.count = 0;
		must(gather_places(gather, &key, &ids, &fault), &fault);
		assert_int_equal(ids.count, MANY / 3);
		ids_sort(&ids);
		for (size_t at = 0; at < ids.count; at++)
			assert_int_equal(ids.at[at], 1 + i + 3 * at);
	}
	for (unsigned i = 0; i < MANY; i += 100) {
		key = key_of(1000 + i);
		ids.count = 0;
		must(gather_places(gather, &key, &ids, &fault), &fault);
		assert_int_equal(ids.count, 1);
		assert_int_equal(ids.at[0], 1 + i);
	}
	ids_release(&ids);
	gather_free(gather);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_sorted_as_by_qsort),
		cmocka_unit_test(every_place_is_found),
		cmocka_unit_test(keys_with_many_are_in_nobodys_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
