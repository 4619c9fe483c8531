/* SPDX-License-Identifier: ISC */
/*
 * The ids under index keys beside a plain table of which id each key has: after
 * any appends, additions and removals the chunks in the tree say the same, in
 * order and within their size.
 */
#include "storing.h"

#include "store/posting.h"
#include "store/txn.h"

enum { KEYS_MOST = 60, IDS = 4000 };

struct model {
	unsigned keys;
	struct index_key key[KEYS_MOST];
	uint64_t ids[IDS]; /* ascending */
	unsigned char has[KEYS_MOST][IDS];
	int top[KEYS_MOST]; /* the last id that the key ever had, or -1 */
};

static struct model *model;

static int
compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, INDEX_KEY);
}

/* leap: how far apart ids may lie, in bits. */
static void
model_begin(unsigned keys, unsigned leap)
{
	uint64_t id = 0;
	char text[24];

	memset(model, 0, sizeof(*model));
	model->keys = keys;
	for (unsigned i = 0; i < keys; i++) {
		int len = snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)storing_random(1000000000));

		model->key[i] = index_text_key((uint8_t)(1 + i % 2), (uint16_t)(i % 5),
		    view_make(text, (size_t)len));
		model->top[i] = -1;
	}
	qsort(model->key, keys, INDEX_KEY, compare_keys);
	for (unsigned i = 0; i < IDS; i++) {
		id += 1 +
		    (storing_random(3) == 0 && leap > 0
			    ? storing_random(UINT64_C(1) << leap)
			    : 0);
		model->ids[i] = id;
	}
}

static struct ids
model_list(unsigned key)
{
	struct ids list = { NULL, 0, 0 };
	struct fault fault;

	for (unsigned i = 0; i < IDS; i++)
		if (model->has[key][i])
			must(ids_add(&list, model->ids[i], &fault), &fault);
	return list;
}

/* Ascending keys, as runs of chunks; the same ids as the model's. */
static void
compare(struct engine_txn *engine)
{
	struct engine_cursor *cursor;
	struct view key = { NULL, 0 }, value;
	struct ids ids = { NULL, 0, 0 };
	struct fault fault;
	int found;

	must(engine_cursor_open(&cursor, engine, TREE_INDEX, &fault), &fault);
	found = engine_first(cursor, &key, &value, &fault);
	for (unsigned i = 0; i < model->keys; i++) {
		struct ids list = model_list(i);

		ids.count = 0;
		while (
		    found == 1 && memcmp(key.at, model->key[i].bytes, INDEX_KEY) == 0) {
			assert_true(value.len <= POSTING_CHUNK);
			must(posting_read(&ids, key, value, &fault), &fault);
			found = engine_next(cursor, &key, &value, &fault);
		}
		assert_int_equal(ids.count, list.count);
		if (list.count > 0)
			assert_memory_equal(
			    ids.at, list.at, list.count * sizeof(*list.at));
		ids_release(&list);
	}
	assert_int_equal(found, 0);
	engine_cursor_close(cursor);
	ids_release(&ids);
}

static void
append_some(struct posting *posting, unsigned key, struct fault *fault)
{
	uint64_t ids[700];
	size_t count = 0, most = storing_random(8) == 0 ? 700 : 1 + storing_random(4);
	int at = model->top[key];

	while (count < most) {
		at += 1 + (int)storing_random(3);
		if (at >= IDS)
			break;
		ids[count++] = model->ids[at];
		model->has[key][at] = 1;
		model->top[key] = at;
	}
	if (count > 0 &&
	    posting_append(posting, &model->key[key], ids, count, storing_random(2) == 0,
		fault) != 0)
		fail_msg("%s", fault->text);
}

static void
change_one(struct posting *posting, unsigned key, struct fault *fault)
{
	unsigned at = (unsigned)storing_random(IDS);
	bool add = storing_random(5) < 3;

	model->has[key][at] = add;
	if (add && model->top[key] < (int)at)
		model->top[key] = (int)at;
	if ((add ? posting_add : posting_remove)(
		posting, &model->key[key], model->ids[at], fault) != 0)
		fail_msg("%s", fault->text);
}

/* A stretch of ids from above to below, as when a sorted file is upside down. */
static void
add_downwards(struct posting *posting, unsigned key, struct fault *fault)
{
	unsigned from = (unsigned)storing_random(IDS), n = 300;

	if (model->top[key] < (int)from)
		model->top[key] = (int)from;
	do {
		model->has[key][from] = 1;
		if (posting_add(posting, &model->key[key], model->ids[from], fault) != 0)
			fail_msg("%s", fault->text);
	} while (from-- > 0 && --n > 0);
}

static void
remove_stretch(struct posting *posting, unsigned key, struct fault *fault)
{
	unsigned from = (unsigned)storing_random(IDS), n;

	for (n = 0; n < 500 && from + n < IDS; n++) {
		model->has[key][from + n] = 0;
		if (posting_remove(
			posting, &model->key[key], model->ids[from + n], fault) != 0)
			fail_msg("%s", fault->text);
	}
}

/* Dense or sparse, mostly additions, mostly removals or both. */
static void
change_many(struct posting *posting, unsigned key, struct fault *fault)
{
	struct posting_change changes[900];
	unsigned at = (unsigned)storing_random(IDS),
		 step = 1 + (unsigned)storing_random(9);
	unsigned adds = (unsigned)storing_random(11);
	size_t count = 0;

	for (; at < IDS && count < COUNT(changes);
	     at += 1 + (unsigned)storing_random(step)) {
		bool add = storing_random(10) < adds;

		changes[count++] = (struct posting_change){ model->ids[at], add };
		model->has[key][at] = add;
		if (add && model->top[key] < (int)at)
			model->top[key] = (int)at;
	}
	if (posting_change(posting, &model->key[key], changes, count, fault) != 0)
		fail_msg("%s", fault->text);
}

static int
work(struct txn *txn, void *context, struct fault *fault)
{
	unsigned steps = *(unsigned *)context;
	struct posting posting;

	posting_begin(&posting, txn_engine(txn));
	while (steps-- > 0) {
		unsigned key = (unsigned)storing_random(model->keys);

		switch (storing_random(20)) {
		case 0:
			add_downwards(&posting, key, fault);
			break;
		case 1:
			remove_stretch(&posting, key, fault);
			break;
		case 2:
			posting_end(&posting);
			posting_begin(&posting, txn_engine(txn));
			break;
		case 3:
		case 4:
			change_many(&posting, key, fault);
			break;
		case 5:
		case 6:
		case 7:
		case 8:
			append_some(&posting, key, fault);
			break;
		default:
			change_one(&posting, key, fault);
			break;
		}
	}
	posting_end(&posting);
	compare(txn_engine(txn));
	return txn_set(txn, "steps", VIEW("done"), fault);
}

static void
chunks_hold_what_was_put(void **state)
{
	static const struct {
		unsigned keys, leap;
	} shapes[] = { { 1, 0 }, { 3, 4 }, { 2, 49 }, { KEYS_MOST, 10 } };
	unsigned steps = 120;

	(void)state;
	storing_seed();
	for (size_t i = 0; i < COUNT(shapes); i++) {
		storing_begin(NULL);
		model_begin(shapes[i].keys, shapes[i].leap);
		for (int runs = 0; runs < 8; runs++)
			storing_run(work, &steps);
		storing_end(NULL);
	}
}

/* Keys in order into an empty tree, as an import has them: the appending way,
 * whose chunks are full. */
static int
append_all(struct txn *txn, void *context, struct fault *fault)
{
	struct posting posting;
	uint64_t entries, bytes;

	(void)context;
	posting_begin(&posting, txn_engine(txn));
	for (unsigned i = 0; i < model->keys; i++) {
		if (posting_append(
			&posting, &model->key[i], model->ids, 1500, false, fault) != 0 ||
		    posting_append(&posting, &model->key[i], model->ids + 1500,
			IDS - 1500, false, fault) != 0)
			return -1;
		assert_true(posting.top_known);
		assert_memory_equal(posting.top.bytes, model->key[i].bytes, INDEX_KEY);
		memset(model->has[i], 1, IDS);
	}
	posting_end(&posting);
	compare(txn_engine(txn));
	assert_int_equal(
	    engine_size(txn_engine(txn), TREE_INDEX, &entries, &bytes, fault), 0);
	assert_in_range(entries, model->keys * (IDS / POSTING_CHUNK),
	    model->keys * (IDS / (POSTING_CHUNK - 40) + 1));
	return txn_set(txn, "steps", VIEW("done"), fault);
}

static void
sorted_keys_fill_their_chunks(void **state)
{
	(void)state;
	storing_seed();
	model_begin(20, 0);
	storing_run(append_all, NULL);
}

static void
only_whole_chunks_are_read(void **state)
{
	static const struct {
		const char *sentence;
		struct view value;
		unsigned count; /* of ids, 0: refused */
		uint64_t last;
	} cases[] = {
		{ "an id alone", { "", 0 }, 1, 5 },
		{ "differences of a byte", { "\x01\x7f", 2 }, 3, 133 },
		{ "a difference of two bytes", { "\x80\x01", 2 }, 2, 133 },
		{ "the longest difference", { "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9 },
		    2, UINT64_C(0x8000000000000004) },
		{ "a difference without end", { "\x01\x80", 2 }, 0, 0 },
		{ "a difference of ten bytes",
		    { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10 }, 0, 0 },
		{ "the same id twice", { "\x01\x00\x01", 3 }, 0, 0 },
		{ "beyond the last number",
		    { "\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
		      "\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
			18 },
		    0, 0 },
	};
	static const char key[24] = { [23] = 5 };
	struct ids ids = { NULL, 0, 0 };
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		ids.count = 0;
		fault.kind = FAULT_NONE;
		if (posting_read(&ids, view_make(key, 24), cases[i].value, &fault) !=
		    (cases[i].count == 0 ? -1 : 0))
			fail_msg("%s", cases[i].sentence);
		if (cases[i].count == 0) {
			assert_int_equal(fault.kind, FAULT_STORE);
			continue;
		}
		assert_int_equal(ids.count, cases[i].count);
		assert_int_equal(ids.at[0], 5);
		assert_true(ids.at[ids.count - 1] == cases[i].last);
	}
	assert_int_equal(posting_read(&ids, view_make(key, 23), VIEW(""), &fault), -1);
	assert_int_equal(posting_read(&ids, view_make(key, 3), VIEW(""), &fault), -1);
	ids_release(&ids);
}

static void
lists_of_ids_are_sets_once_sorted(void **state)
{
	struct ids ids = { NULL, 0, 0 };
	struct fault fault;

	(void)state;
	storing_seed();
	ids_sort(&ids);
	assert_int_equal(ids.count, 0);
	for (int round = 0; round < 200; round++) {
		size_t n = storing_random(60);
		bool seen[40] = { false };
		size_t at = 0;

		ids.count = 0;
		for (size_t i = 0; i < n; i++) {
			uint64_t id = storing_random(40);

			seen[id] = true;
			must(ids_add(&ids, id, &fault), &fault);
		}
		ids_sort(&ids);
		for (uint64_t id = 0; id < 40; id++)
			if (seen[id])
				assert_int_equal(ids.at[at++], id);
		assert_int_equal(at, ids.count);
	}
	ids_release(&ids);
	assert_null(ids.at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_hold_what_was_put),
		cmocka_unit_test_setup_teardown(
		    sorted_keys_fill_their_chunks, storing_begin, storing_end),
		cmocka_unit_test(only_whole_chunks_are_read),
		cmocka_unit_test(lists_of_ids_are_sets_once_sorted),
	};
	int result;

	model = malloc(sizeof(*model));
	if (model == NULL)
		return 1;
	result = cmocka_run_group_tests(tests, NULL, NULL);
	free(model);
	return result;
}
