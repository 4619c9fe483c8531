/* SPDX-License-Identifier: ISC */
/*
 * Searching the index: many keys at once beside one by one, prefixes beside
 * the values themselves, estimates, and the bytes of keys, which are on the
 * disk of every user.
 */
#include "storing.h"

#include "store/index.h"

enum { KIND = 9, KEY_SLOT = 3, OTHER_SLOT = 4, KEYS = 30 };

static struct index_key
key_of(unsigned key)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "value %u", key);

	return index_text_key(KIND, KEY_SLOT, view_make(text, (size_t)len));
}

static uint64_t
create(struct txn *txn, struct fault *fault)
{
	static struct record_form form;
	uint64_t id;

	record_form_clear(&form);
	record_form_set(&form, 0, VIEW("x"));
	must(txn_create(txn, KIND, &form, 0, CAUSE_ROW, &id, fault), fault);
	return id;
}

static int
enter_doubling(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	/* Key n has 2^n ids, keys 12 and 13 none. */
	for (uint64_t id = 1; id <= 2048; id++) {
		create(txn, fault);
		for (unsigned key = 0; key < 12; key++)
			if (id <= UINT64_C(1) << key)
				must(index_add(txn, key_of(key), id, true, fault), fault);
	}
	return txn_set(txn, "steps", VIEW("done"), fault);
}

static void
estimates_follow_the_number_of_ids(void **state)
{
	struct txn *txn;
	struct fault fault;
	uint64_t count, before = 0;

	(void)state;
	storing_run(enter_doubling, NULL);
	txn = storing_read();
	for (unsigned key = 0; key < 12; key++) {
		must(index_estimate(txn, key_of(key), &count, &fault), &fault);
		assert_in_range(count, UINT64_C(1) << key, (UINT64_C(1) << key) * 3);
		assert_true(count > before);
		before = count;
	}
	must(index_estimate(txn, key_of(12), &count, &fault), &fault);
	assert_int_equal(count, 0);
	must(index_estimate(txn, key_of(KEYS - 1), &count, &fault), &fault);
	assert_int_equal(count, 0);
	txn_end(txn);
}

static void
many_searches_find_what_single_ones_find(void **state)
{
	enum { MANY = 500 };
	static struct index_key keys[MANY];
	static uint64_t first[MANY];
	static uint32_t order[MANY];
	struct ids ids = { NULL, 0, 0 };
	struct txn *txn;
	struct fault fault;
	bool met[MANY] = { false };

	(void)state;
	storing_seed();
	storing_run(enter_doubling, NULL);
	txn = storing_read();
	for (unsigned i = 0; i < MANY; i++)
		keys[i] = key_of((unsigned)storing_random(KEYS));
	for (unsigned count = 0; count <= MANY; count += 100) {
		must(index_find_many(txn, keys, first, order, count, &fault), &fault);
		memset(met, 0, sizeof(met));
		for (unsigned i = 0; i < count; i++) {
			ids.count = 0;
			must(index_find(txn, keys[i], &ids, &fault), &fault);
			assert_true(first[i] ==
			    (ids.count == 0	     ? 0
				    : ids.count == 1 ? ids.at[0]
						     : INDEX_SEVERAL));
			assert_false(met[order[i]]);
			met[order[i]] = true;
			assert_true(i == 0 ||
			    memcmp(keys[order[i - 1]].bytes, keys[order[i]].bytes,
				INDEX_KEY) <= 0);
		}
	}
	ids_release(&ids);
	txn_end(txn);
}

/* Values whose first bytes are shared, to the eighth and beyond. */
static const char *const values[] = { "a", "ab", "abc", "abcdefgh", "abcdefghi",
	"abcdefghj", "abcdefgi", "abd", "b", "\303\244hre", "\xff" };
static const struct {
	const char *prefix;
	size_t least, most; /* how many of the values are found */
} prefixes[] = { { "", 11, 11 }, { "a", 8, 8 }, { "ab", 7, 7 }, { "abc", 5, 5 },
	{ "abcdefg", 4, 4 }, { "abcdefgh", 3, 3 }, { "abcdefghi", 1, 3 },
	{ "abcdefghx", 0, 3 }, { "b", 1, 1 }, { "\xc3", 1, 1 }, { "c", 0, 0 },
	{ "\xff", 1, 1 }, { "\xff\xff", 0, 0 } };

static void
look_for_prefixes(struct txn *txn)
{
	struct ids ids = { NULL, 0, 0 };
	struct fault fault;

	for (size_t i = 0; i < COUNT(prefixes); i++) {
		struct view prefix = view_of(prefixes[i].prefix);

		ids.count = 0;
		must(index_find_prefix(txn, KIND, OTHER_SLOT, prefix, &ids, &fault),
		    &fault);
		ids_sort(&ids);
		assert_in_range(ids.count, prefixes[i].least, prefixes[i].most);
		for (size_t j = 0; j < COUNT(values); j++) {
			size_t at = 0;

			while (at < ids.count && ids.at[at] != j + 1)
				at++;
			if (view_begins(view_of(values[j]), prefix) && at == ids.count)
				fail_msg("%s lacks %s", prefixes[i].prefix, values[j]);
		}
	}
	ids_release(&ids);
}

static int
enter_values(struct txn *txn, void *context, struct fault *fault)
{
	uint64_t last_id;

	(void)context;
	for (size_t i = 0; i < COUNT(values); i++) {
		last_id = create(txn, fault);
		must(index_add(txn, index_text_key(KIND, OTHER_SLOT, view_of(values[i])),
			 last_id, false, fault),
		    fault);
		/* Neighbours on both sides that no prefix may reach. */
		must(index_add(txn,
			 index_text_key(KIND, OTHER_SLOT - 1, view_of(values[i])),
			 last_id, true, fault),
		    fault);
		must(index_add(txn, index_id_key(KIND, OTHER_SLOT + 1, last_id), last_id,
			 false, fault),
		    fault);
	}
	look_for_prefixes(txn);
	return txn_set(txn, "steps", VIEW("done"), fault);
}

static void
a_prefix_finds_all_that_begin_with_it(void **state)
{
	struct txn *txn;

	(void)state;
	storing_run(enter_values, NULL);
	txn = storing_read();
	look_for_prefixes(txn);
	txn_end(txn);
}

static void
keys_are_as_they_were(void **state)
{
	static const unsigned char text[INDEX_KEY] = { 1, 2, 3, 'a', 'b', 'c', 0, 0, 0, 0,
		0, 0x78, 0xaf, 0x5f, 0x94, 0x89 };
	static const unsigned char reference[INDEX_KEY] = { 1, 2, 3, 0, 0, 0, 0, 0, 1,
		0xe2, 0x40, 0, 0, 0, 0, 0 };
	struct index_key key = index_text_key(1, 0x203, VIEW("abc"));

	(void)state;
	assert_memory_equal(key.bytes, text, INDEX_KEY);
	key = index_id_key(1, 0x203, 123456);
	assert_memory_equal(key.bytes, reference, INDEX_KEY);
}

/* In the pages of LMDB where the index branches, has a leaf come twice. Returns
 * in how many. */
static unsigned
let_leaves_repeat(unsigned char *bytes, size_t len, const struct index_key *key)
{
	enum { PAGE = 4096, HEAD = 16, NODE = 8, BRANCH = 0x01 };
	unsigned pages = 0;

	for (size_t page = 0; page + PAGE <= len; page += PAGE) {
		unsigned char *at = bytes + page, *nodes[2];
		uint16_t flags, lower, offsets[2];

		memcpy(&flags, at + 10, 2);
		memcpy(&lower, at + 12, 2);
		if (flags != BRANCH || lower < HEAD + 2 * 12)
			continue;
		/* The common key has all the leaves in the middle. */
		memcpy(offsets, at + HEAD + 2 * 5, sizeof(offsets));
		nodes[0] = at + offsets[0];
		nodes[1] = at + offsets[1];
		if (memcmp(nodes[0] + NODE, key->bytes, INDEX_KEY) != 0)
			continue;
		/* The numbers of the pages that two nodes name. */
		memcpy(nodes[1], nodes[0], 6);
		pages++;
	}
	return pages;
}

static int
enter_common(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	for (uint64_t i = 0; i < 60000; i++)
		must(index_add(txn, key_of(1), create(txn, fault), true, fault), fault);
	return 0;
}

/* Where keys come again there may be no end, so the search makes one. */
static void
a_search_ends_where_keys_come_again(void **state)
{
	struct ids ids = { NULL, 0, 0 };
	struct index_key key = key_of(1);
	struct fault fault = { FAULT_NONE, "" };
	unsigned char *bytes;
	struct txn *txn;
	char path[200];
	off_t len;
	int file;

	(void)state;
	storing_run(enter_common, NULL);
	store_close(storing_store);
	snprintf(path, sizeof(path), "%s/data.mdb", storing_place);
	file = open(path, O_RDWR | O_CLOEXEC);
	len = lseek(file, 0, SEEK_END);
	bytes = malloc((size_t)len);
	assert_non_null(bytes);
	assert_int_equal(pread(file, bytes, (size_t)len, 0), len);
	assert_true(let_leaves_repeat(bytes, (size_t)len, &key) > 0);
	assert_int_equal(pwrite(file, bytes, (size_t)len, 0), len);
	close(file);
	free(bytes);
	storing_open(true, 5);
	txn = storing_read();
	assert_int_equal(index_find(txn, key, &ids, &fault), -1);
	assert_int_equal(fault.kind, FAULT_STORE);
	assert_non_null(strstr(fault.text, "do not ascend"));
	txn_end(txn);
	ids_release(&ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    estimates_follow_the_number_of_ids, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    many_searches_find_what_single_ones_find, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    a_prefix_finds_all_that_begin_with_it, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    a_search_ends_where_keys_come_again, storing_begin, storing_end),
		cmocka_unit_test(keys_are_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
