/* SPDX-License-Identifier: ISC */
/*
 * The index as runs use it. What is in it after a run is compared entry by
 * entry with a plain table; during a run a search may find too much, but a
 * record that has the key is never missing.
 */
#include "storing.h"

#include "store/index.h"

enum { KIND = 9, KEY_SLOT = 3, OTHER_SLOT = 4, KEYS = 30, RECORDS = 9000 };

/* Which record has which key; keys from KEYS on are those of OTHER_SLOT. */
static unsigned char (*has)[RECORDS];
static uint64_t last_id;

static struct index_key
key_of(unsigned key)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "value %u", key % KEYS);

	return index_text_key(
	    KIND, key < KEYS ? KEY_SLOT : OTHER_SLOT, view_make(text, (size_t)len));
}

static int
model_begin(void **state)
{
	has = calloc(2 * KEYS, sizeof(*has));
	last_id = 0;
	return has == NULL ? -1 : storing_begin(state);
}

static int
model_end(void **state)
{
	free(has);
	return storing_end(state);
}

static void
create(struct txn *txn)
{
	static struct record_form form;
	struct fault fault;

	record_form_clear(&form);
	record_form_set(&form, 0, VIEW("x"));
	must(txn_create(txn, KIND, &form, 0, CAUSE_ROW, &last_id, &fault), &fault);
	assert_true(last_id < RECORDS);
}

static void
enter(struct txn *txn, unsigned key, uint64_t id)
{
	struct fault fault;

	has[key][id] = 1;
	must(index_add(txn, key_of(key), id, key < KEYS, &fault), &fault);
}

static void
leave(struct txn *txn, unsigned key, uint64_t id)
{
	struct fault fault;

	has[key][id] = 0;
	must(index_remove(txn, key_of(key), id, &fault), &fault);
}

/* Ascending, and every record that has the key is there; exactly: no other. */
static void
compare(struct txn *txn, unsigned key, bool exactly)
{
	struct ids ids = { NULL, 0, 0 };
	struct fault fault;
	size_t at = 0, count = 0;

	must(index_find(txn, key_of(key), &ids, &fault), &fault);
	for (uint64_t id = 0; id <= last_id; id++) {
		while (at < ids.count && ids.at[at] < id)
			at++;
		count += has[key][id];
		if (has[key][id] && (at == ids.count || ids.at[at] != id))
			fail_msg("key %u: record %llu is missing", key,
			    (unsigned long long)id);
	}
	for (at = 1; at < ids.count; at++)
		assert_true(ids.at[at - 1] < ids.at[at]);
	if (exactly)
		assert_int_equal(ids.count, count);
	ids_release(&ids);
}

struct walked {
	uint64_t count;
	struct index_key last;
	uint64_t last_id;
};

static int
walk_one(void *context, struct index_key key, uint64_t id, struct fault *fault)
{
	struct walked *walked = context;
	int order = memcmp(walked->last.bytes, key.bytes, INDEX_KEY);

	(void)fault;
	assert_true(
	    walked->count == 0 || order < 0 || (order == 0 && walked->last_id < id));
	walked->last = key;
	walked->last_id = id;
	walked->count++;
	return 0;
}

static void
compare_all(void)
{
	struct txn *txn = storing_read();
	struct walked walked = { 0 };
	uint64_t count = 0;
	struct fault fault;

	for (unsigned key = 0; key < 2 * KEYS; key++) {
		compare(txn, key, true);
		for (uint64_t id = 0; id <= last_id; id++)
			count += has[key][id];
	}
	must(index_walk(txn, walk_one, &walked, &fault), &fault);
	assert_int_equal(walked.count, count);
	txn_end(txn);
}

/*
 * A case is a run or several: `new` makes a record, `1+a` and `1-a` give and
 * take a key, those of capital letters in the slot that is no key; `a?` looks
 * that nothing is missing, `fill` makes 200 records that have all of a to d and
 * A to D, `flush` puts what was gathered, `run` begins the next run.
 */
static const struct {
	const char *sentence, *script;
} scripts[] = {
	{ "a new record is found at once", "new 1+a a? 1+A A?" },
	{ "two new records with one key", "new 1+a new 2+a a? 2+A 1+A A?" },
	{ "after a flush too", "new 1+a 1+A flush a? A? new 2+a 2+A a? A?" },
	{ "taken out in its own run", "new 1+a 1+A 1-a 1-A a? A?" },
	{ "given back in its own run", "new 1+a 1+A 1-a 1-A 1+a 1+A a? A?" },
	{ "given back and taken out again", "new 1+a 1-a 1+a 1-a 1+A 1-A 1+A 1-A a? A?" },
	{ "given back behind a flush", "new 1+a 1+A flush 1-a 1-A 1+a 1+A a? A?" },
	{ "taken out, flushed, given back", "new 1+a 1+A 1-a 1-A flush 1+a 1+A a? A?" },
	{ "an old record given what a new one has", "new run new 2+a 1+a a? 2+A 1+A A?" },
	{ "a new record given what an old one was given",
	    "new run new 1+a 1+A 2+a 2+A a? A?" },
	{ "two old ones and two new ones",
	    "new new run new 1+a 3+a new 2+a 4+a a? 4+A 2+A 3+A 1+A A?" },
	{ "an old record changed back", "new 1+a 1+A run 1-a 1-A 1+a 1+A a? A?" },
	{ "an old record changed forth",
	    "new 1+a 1+A run 1-a 1-A 1+b 1+B a? b? A? B? run 1-b 1+a 1-B 1+A" },
	{ "an earlier new record changed, among many",
	    "new new fill 1+a 2+A 1+c a? A? c? 2+b 1+b b?" },
	{ "an earlier new record changed back, among many",
	    "new 1+a 1+A fill 1-a 1-A fill 1+a 1+A a? A?" },
	{ "many, then many with other keys between",
	    "fill run new 201+b 201+C fill run 7-a 7-A 150-b 150-B fill" },
	{ "the same key given twice", "fill 200+e 200+e 200+E 200+E e? E?" },
	{ "a key that the record does not have taken out",
	    "new 1-a 1-A run 1-b 1-B a? B?" },
};

static unsigned
key_named(char letter)
{
	return letter >= 'a' ? (unsigned)(letter - 'a') : KEYS + (unsigned)(letter - 'A');
}

static void
fill(struct txn *txn)
{
	for (int i = 0; i < 200; i++) {
		create(txn);
		for (unsigned key = 0; key < 4; key++) {
			enter(txn, key, last_id);
			enter(txn, KEYS + key, last_id);
		}
	}
}

/* Follows the script up to the end of a run. */
static int
follow(struct txn *txn, void *context, struct fault *fault)
{
	const char **script = context;
	char word[16];
	int taken;

	while (sscanf(*script, "%15s%n", word, &taken) == 1) {
		char *sign = word + strspn(word, "0123456789");

		*script += taken;
		if (strcmp(word, "run") == 0)
			break;
		if (strcmp(word, "new") == 0)
			create(txn);
		else if (strcmp(word, "fill") == 0)
			fill(txn);
		else if (strcmp(word, "flush") == 0)
			must(index_flush(txn, fault), fault);
		else if (word[1] == '?')
			compare(txn, key_named(word[0]), false);
		else if (*sign == '+')
			enter(txn, key_named(sign[1]), strtoull(word, NULL, 10));
		else
			leave(txn, key_named(sign[1]), strtoull(word, NULL, 10));
	}
	return txn_set(txn, "script", VIEW("followed"), fault);
}

static void
nothing_is_missing(void **state)
{
	for (size_t i = 0; i < COUNT(scripts); i++) {
		const char *script = scripts[i].script;

		print_message("# %s\n", scripts[i].sentence);
		assert_int_equal(model_begin(state), 0);
		while (*script != '\0')
			storing_run(follow, &script);
		compare_all();
		assert_int_equal(model_end(state), 0);
	}
}
/* Searches in between may find too much, but nothing may be missing. */
static int
change_at_random(struct txn *txn, void *context, struct fault *fault)
{
	unsigned steps = *(unsigned *)context;

	while (steps-- > 0) {
		unsigned key = (unsigned)storing_random(2 * KEYS);
		uint64_t id = 1 + storing_random(last_id == 0 ? 1 : last_id);

		switch (storing_random(60)) {
		case 0:
			must(index_flush(txn, fault), fault);
			break;
		case 1:
		case 2:
		case 3:
			compare(txn, key, false);
			break;
		case 4:
			if (last_id + 300 < RECORDS)
				fill(txn);
			break;
		default:
			if (last_id == 0 ||
			    (storing_random(2) == 0 && last_id + 1 < RECORDS)) {
				create(txn);
				for (int i = 0; i < 4; i++)
					enter(txn, (unsigned)storing_random(2 * KEYS),
					    last_id);
			} else if (has[key][id]) {
				leave(txn, key, id);
			} else {
				enter(txn, key, id);
			}
		}
	}
	return txn_set(txn, "steps", VIEW("done"), fault);
}

static void
any_changes_are_kept(void **state)
{
	unsigned steps;

	(void)state;
	storing_seed();
	for (int runs = 0; runs < 25; runs++) {
		steps = (unsigned)storing_random(runs % 3 == 0 ? 1500 : 20);
		storing_run(change_at_random, &steps);
		compare_all();
	}
}

/* So many entries that they are sorted by a second thread, and more ids of a
 * key than are put at once. */
static int
fill_often(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	for (int i = 0; i < 40; i++)
		fill(txn);
	compare(txn, 0, false);
	compare(txn, KEYS + 1, false);
	return txn_set(txn, "steps", VIEW("done"), fault);
}

static void
thousands_in_one_run_are_kept(void **state)
{
	(void)state;
	storing_run(fill_often, NULL);
	compare_all();
}

static int
fill_once(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	fill(txn);
	return txn_set(txn, "steps", VIEW("done"), fault);
}

static int
fail_after_filling(struct txn *txn, void *context, struct fault *fault)
{
	must(fill_once(txn, context, fault), fault);
	must(index_flush(txn, fault), fault);
	return fault_set(fault, FAULT_INPUT, "no");
}

static void
what_a_failed_run_gathered_is_gone(void **state)
{
	struct run_outcome outcome;
	struct fault fault;

	(void)state;
	storing_run(fill_once, NULL);
	assert_int_equal(store_run(storing_store, storing_run_of(STORING_NOW, false),
			     fail_after_filling, NULL, &outcome, &fault),
	    -1);
	last_id = 200;
	for (unsigned key = 0; key < 4; key++) {
		memset(has[key] + 201, 0, RECORDS - 201);
		memset(has[KEYS + key] + 201, 0, RECORDS - 201);
	}
	compare_all();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_missing),
		cmocka_unit_test_setup_teardown(
		    any_changes_are_kept, model_begin, model_end),
		cmocka_unit_test_setup_teardown(
		    thousands_in_one_run_are_kept, model_begin, model_end),
		cmocka_unit_test_setup_teardown(
		    what_a_failed_run_gathered_is_gone, model_begin, model_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
