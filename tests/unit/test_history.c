/* SPDX-License-Identifier: ISC */
/*
 * The past: what each revision left is kept in a plain table, and the store as
 * it was after that revision is compared with it by every way there is to ask
 * (X-31, X-32, X-33).
 */
#include "storing.h"

#include "store/history.h"
#include "store/index.h"
#include "store/log.h"

enum { IDS = 60, RUNS = 40, KIND = 3 };

/* The number below 10 that a record held after a revision, 0 for none, and the revision
 * that the record has then. last: what it held when it was there last. */
static struct moment {
	unsigned text[IDS], last[IDS];
	uint64_t rev[IDS];
	char setting[16];
	uint64_t next_id;
} past[RUNS + 1], now;

static struct record_form *
form_of(unsigned number)
{
	static struct record_form form;
	static char text[16];

	snprintf(text, sizeof(text), "%u", number);
	record_form_clear(&form);
	record_form_set(&form, 2, view_of(text));
	return &form;
}

static unsigned
number_of(struct record record)
{
	return (unsigned)(record_get(record, 2).at[0] - '0');
}

static struct index_key
key_of(unsigned number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	return index_text_key(KIND, 2, view_of(text));
}

static void
create(struct txn *txn, unsigned number, struct fault *fault)
{
	uint64_t id;

	must(txn_create(txn, KIND, form_of(number), 0, CAUSE_ROW, &id, fault), fault);
	must(index_add(txn, key_of(number), id, false, fault), fault);
	now.text[id] = now.last[id] = number;
	now.rev[id] = txn_rev(txn);
	now.next_id = id + 1;
}

static void
change(struct txn *txn, uint64_t id, unsigned number, struct fault *fault)
{
	struct record old;

	assert_int_equal(txn_record(txn, id, &old, fault), 1);
	must(txn_replace(txn, id, old, form_of(number), 0, CAUSE_ROW, fault), fault);
	must(index_remove(txn, key_of(now.text[id]), id, fault), fault);
	must(index_add(txn, key_of(number), id, false, fault), fault);
	now.text[id] = now.last[id] = number;
	now.rev[id] = txn_rev(txn);
}

static void
take_out(struct txn *txn, uint64_t id, struct fault *fault)
{
	struct record old;

	assert_int_equal(txn_record(txn, id, &old, fault), 1);
	must(index_remove(txn, key_of(now.text[id]), id, fault), fault);
	must(txn_remove(txn, id, old, fault), fault);
	now.text[id] = 0;
}

static void
bring_back(struct txn *txn, uint64_t id, struct fault *fault)
{
	must(txn_restore(txn, id, KIND, 1, form_of(now.last[id]), CAUSE_UNDO, fault),
	    fault);
	must(index_add(txn, key_of(now.last[id]), id, false, fault), fault);
	now.text[id] = now.last[id];
	now.rev[id] = txn_rev(txn);
}

/* A record is touched once in a run, so that the table tells what its images
 * are to be. */
static int
random_run(struct txn *txn, void *context, struct fault *fault)
{
	bool touched[IDS] = { false };
	unsigned steps = 1 + (unsigned)storing_random(8);

	(void)context;
	while (steps-- > 0) {
		uint64_t id = 1 + storing_random(now.next_id);
		unsigned number = 1 + (unsigned)storing_random(9);

		if (id >= now.next_id && id < IDS)
			create(txn, number, fault);
		else if (id >= now.next_id || touched[id])
			continue;
		else if (now.text[id] == 0)
			bring_back(txn, id, fault);
		else if (storing_random(3) == 0)
			take_out(txn, id, fault);
		else if (number != now.text[id])
			change(txn, id, number, fault);
		touched[id] = true;
	}
	snprintf(now.setting, sizeof(now.setting), "%u", (unsigned)storing_random(4));
	if (now.setting[0] == '0')
		now.setting[0] = '\0';
	return txn_set(txn, "zone", view_of(now.setting), fault);
}

static void
compare_setting(struct txn *txn, const char *expected)
{
	struct fault fault;
	struct view value = { NULL, 0 };
	int found = txn_setting(txn, "zone", &value, &fault);

	must(found, &fault);
	assert_int_equal(found, expected[0] != '\0');
	assert_true(found == 0 || view_is(value, expected));
}

static void
compare_walk(struct txn *txn, const struct moment *then, uint64_t from, bool deleted)
{
	struct record_walk walk;
	struct record record;
	struct fault fault;
	uint64_t id, next = from;
	int found;

	must(record_walk_open(&walk, txn, from, &fault), &fault);
	while ((found = record_walk_next(&walk, &id, &record, &fault)) == 1) {
		for (; next < id; next++)
			assert_int_equal(
			    deleted ? then->last[next] : then->text[next], 0);
		assert_int_equal(
		    number_of(record), deleted ? then->last[id] : then->text[id]);
		next = id + 1;
	}
	must(found, &fault);
	for (; next < IDS; next++)
		assert_int_equal(deleted ? then->last[next] : then->text[next], 0);
	record_walk_close(&walk);
}

static void
compare_ids(struct txn *txn, const struct moment *then, bool deleted)
{
	struct record record;
	struct fault fault;

	for (uint64_t id = 0; id < IDS; id++) {
		unsigned expected = deleted ? then->last[id] : then->text[id];
		int found = txn_record(txn, id, &record, &fault);

		must(found, &fault);
		assert_int_equal(found, expected > 0);
		if (found == 1)
			assert_int_equal(number_of(record), expected);
		if (then->text[id] > 0)
			assert_int_equal(record_rev(record), then->rev[id]);
		if (then->last[id] > 0)
			assert_int_equal(
			    txn_deleted(txn, id, &fault), then->text[id] == 0);
	}
}

/* Every record with the value is among the candidates. */
static void
compare_index(struct txn *txn, const struct moment *then, bool deleted)
{
	struct ids equal = { NULL, 0, 0 }, prefix = { NULL, 0, 0 };
	struct fault fault;
	size_t at;

	for (unsigned number = 1; number < 10; number++) {
		equal.count = prefix.count = 0;
		must(index_find(txn, key_of(number), &equal, &fault), &fault);
		must(index_find_prefix(
			 txn, KIND, 2, (struct view){ NULL, 0 }, &prefix, &fault),
		    &fault);
		ids_sort(&prefix);
		for (uint64_t id = 1; id < IDS; id++) {
			if ((deleted ? then->last[id] : then->text[id]) != number)
				continue;
			for (at = 0; at < equal.count && equal.at[at] != id; at++)
				;
			assert_true(at < equal.count);
			for (at = 0; at < prefix.count && prefix.at[at] != id; at++)
				;
			assert_true(at < prefix.count);
		}
	}
	ids_release(&equal);
	ids_release(&prefix);
}

static void
compare_past(uint64_t rev, bool deleted)
{
	const struct moment *then = &past[rev];
	struct txn *txn, *twin;
	struct fault fault;

	must(txn_begin_past(&txn, storing_store, &(struct past){ rev, deleted }, &fault),
	    &fault);
	assert_int_equal(txn_rev(txn), rev);
	compare_walk(txn, then, 1, deleted);
	compare_walk(txn, then, 7, deleted);
	compare_ids(txn, then, deleted);
	compare_index(txn, then, deleted);
	compare_setting(txn, then->setting);
	assert_int_equal(txn_twin(&twin, txn, &fault), 1);
	compare_walk(twin, then, 1, deleted);
	txn_end(twin);
	txn_end(txn);
}

static uint64_t
make_history(void)
{
	uint64_t rev = 0;

	memset(past, 0, sizeof(past));
	memset(&now, 0, sizeof(now));
	now.next_id = 1;
	storing_seed();
	for (int i = 0; i < RUNS; i++) {
		rev = storing_run(random_run, NULL);
		past[rev] = now;
	}
	assert_int_equal(rev, RUNS);
	return rev;
}

static void
the_store_is_seen_as_it_was_after_each_revision(void **state)
{
	uint64_t last = make_history();

	(void)state;
	for (uint64_t rev = 0; rev <= last; rev++) {
		compare_past(rev, false);
		compare_past(rev, true);
	}
}

static void
versions_of_a_record_follow_each_other(void **state)
{
	uint64_t last = make_history(), since, until = 0;
	struct version_walk walk;
	struct record version;
	struct txn *txn = storing_read();
	struct fault fault;
	int found;

	(void)state;
	for (uint64_t id = 1; id < now.next_id; id++) {
		uint64_t rev = 0;

		must(version_walk_open(&walk, txn, id, &fault), &fault);
		while (
		    (found = version_walk_next(&walk, &version, &until, &fault)) == 1) {
			since = record_rev(version);
			for (; rev < since; rev++)
				assert_int_equal(past[rev].text[id], 0);
			for (; rev < until && rev <= last; rev++)
				assert_int_equal(past[rev].text[id], number_of(version));
		}
		must(found, &fault);
		for (; rev <= last; rev++)
			assert_int_equal(past[rev].text[id], 0);
		version_walk_close(&walk);
	}
	txn_end(txn);
}

static void
images_of_a_run_are_what_it_found(void **state)
{
	uint64_t last = make_history(), id, next;
	struct image_walk walk;
	struct record image;
	struct txn *txn = storing_read();
	struct log_row row;
	struct fault fault;
	int found;

	(void)state;
	for (uint64_t rev = 1; rev <= last; rev++) {
		const struct moment *before = &past[rev - 1], *after = &past[rev];
		uint64_t created = 0, updated = 0, deleted = 0, count = 0;

		for (id = 1; id < IDS; id++) {
			if (after->text[id] > 0 && after->rev[id] == rev)
				*(before->text[id] > 0 ? &updated : &created) += 1;
			deleted += before->text[id] > 0 && after->text[id] == 0;
		}
		must(image_walk_open(&walk, txn, rev, &fault), &fault);
		while ((found = image_walk_next(&walk, &id, &image, &fault)) == 1) {
			assert_int_equal(number_of(image), before->text[id]);
			must(image_after(txn, id, rev - 1, &next, &fault), &fault);
			assert_int_equal(next, rev);
			count++;
		}
		must(found, &fault);
		image_walk_close(&walk);
		assert_int_equal(count, updated + deleted);
		assert_int_equal(log_row(txn, rev, &row, &fault), 1);
		assert_int_equal(row.created, created);
		assert_int_equal(row.updated, updated);
		assert_int_equal(row.deleted, deleted);
		assert_true(view_is(row.who, "tester"));
	}
	txn_end(txn);
}

struct told {
	unsigned count;
	bool since;
	char value[16];
};

static int
tell(void *context, struct view name, struct view value, bool since, struct fault *fault)
{
	struct told *told = context;

	(void)fault;
	assert_true(view_is(name, "zone"));
	told->count++;
	told->since = since;
	snprintf(told->value, sizeof(told->value), "%.*s", (int)value.len, value.at);
	return 0;
}

static void
a_run_tells_what_settings_were_before_it(void **state)
{
	uint64_t last = make_history();
	struct txn *txn = storing_read();
	struct fault fault;

	(void)state;
	for (uint64_t rev = 1; rev <= last; rev++) {
		struct told told = { .count = 0 };

		must(settings_before(txn, rev, tell, &told, &fault), &fault);
		assert_int_equal(told.count, 1);
		assert_string_equal(told.value, past[rev - 1].setting);
		assert_int_equal(told.since, rev < last);
	}
	txn_end(txn);
}

static int
prune(struct txn *txn, void *context, struct fault *fault)
{
	return history_prune(txn, 25, context, fault);
}

static void
pruning_leaves_what_is_above_the_horizon(void **state)
{
	struct pruned pruned = { 0, 0 };
	uint64_t last = make_history(), horizon;
	struct log_row row;
	struct txn *txn;
	struct fault fault;

	(void)state;
	storing_run(prune, &pruned);
	assert_int_equal(pruned.runs, 25);
	assert_true(pruned.images > 25);
	for (uint64_t rev = 25; rev <= last; rev++)
		compare_past(rev, false);
	assert_int_equal(
	    txn_begin_past(&txn, storing_store, &(struct past){ 24, false }, &fault), -1);
	assert_int_equal(fault.kind, FAULT_USAGE);
	assert_non_null(strstr(fault.text, "before revision 25 has been pruned"));
	txn = storing_read();
	must(log_horizon(txn, &horizon, &fault), &fault);
	assert_int_equal(horizon, 25);
	assert_int_equal(log_row(txn, 25, &row, &fault), 1);
	assert_true(view_is(row.who, "tester") && row.program.len == 0);
	assert_int_equal(log_row(txn, 26, &row, &fault), 1);
	assert_true(view_is(row.program, "test"));
	txn_end(txn);
}

static int
damage(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	must(engine_put(txn_engine(txn), TREE_IMAGES, VIEW("no key"), VIEW("x"), fault),
	    fault);
	return txn_set(txn, "zone", VIEW("damaged"), fault);
}

static void
pruning_does_not_stop_at_a_damaged_image_without_a_word(void **state)
{
	struct pruned pruned = { 0, 0 };
	struct run_outcome outcome;
	struct fault fault;
	uint64_t horizon;
	struct txn *txn;

	(void)state;
	make_history();
	storing_run(damage, NULL);
	assert_int_equal(store_run(storing_store, storing_run_of(STORING_NOW, false),
			     prune, &pruned, &outcome, &fault),
	    -1);
	assert_int_equal(fault.kind, FAULT_STORE);
	txn = storing_read();
	must(log_horizon(txn, &horizon, &fault), &fault);
	assert_int_equal(horizon, 0);
	txn_end(txn);
}

static int
erase(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return history_erase(txn, 3, fault);
}

static void
erasing_leaves_no_image_of_the_record(void **state)
{
	struct version_walk walk;
	struct record version;
	struct txn *txn;
	struct fault fault;
	uint64_t until;
	int found;

	(void)state;
	make_history();
	storing_run(erase, NULL);
	txn = storing_read();
	must(version_walk_open(&walk, txn, 3, &fault), &fault);
	found = version_walk_next(&walk, &version, &until, &fault);
	assert_int_equal(found, now.text[3] > 0);
	assert_true(found == 0 || until == UINT64_MAX);
	version_walk_close(&walk);
	must(version_walk_open(&walk, txn, 2, &fault), &fault);
	assert_int_equal(version_walk_next(&walk, &version, &until, &fault), 1);
	assert_true(until < UINT64_MAX);
	version_walk_close(&walk);
	txn_end(txn);
}

static void
a_revision_to_come_is_a_mistake(void **state)
{
	struct txn *txn;
	struct fault fault;

	(void)state;
	make_history();
	assert_int_equal(txn_begin_past(&txn, storing_store,
			     &(struct past){ RUNS + 1, false }, &fault),
	    -1);
	assert_int_equal(fault.kind, FAULT_USAGE);
	assert_non_null(strstr(fault.text, "the store's last one is 40"));
}

/* Removes the record of id 1 after it did to it what the digits say: each
 * changes it, - removes it and + brings it back. */
static int
to_and_fro(struct txn *txn, void *context, struct fault *fault)
{
	const char *at;

	for (at = context; *at != '\0'; at++) {
		if (*at == '-')
			take_out(txn, 1, fault);
		else if (*at == '+')
			bring_back(txn, 1, fault);
		else
			change(txn, 1, (unsigned)(*at - '0'), fault);
	}
	return 0;
}

static int
create_two(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	create(txn, 7, fault);
	create(txn, 8, fault);
	return 0;
}

/* The log counts what a run came to: one that leaves nothing is none. */
static void
a_run_counts_a_record_once(void **state)
{
	static const struct {
		const char *steps;
		bool logged;
		unsigned created, updated, deleted;
	} rows[] = {
		{ "3", true, 0, 1, 0 },
		{ "-", true, 0, 0, 1 },
		{ "+-", false, 0, 0, 0 },
		{ "+4-", false, 0, 0, 0 },
		{ "+", true, 1, 0, 0 },
		{ "-+5", true, 0, 1, 0 },
		{ "-+-", true, 0, 0, 1 },
		{ "+-+6", true, 1, 0, 0 },
		{ "5-", true, 0, 0, 1 },
	};
	uint64_t rev = 1;
	struct log_row row;
	struct fault fault;
	struct txn *txn;
	size_t i;

	(void)state;
	memset(&now, 0, sizeof(now));
	now.next_id = 1;
	assert_int_equal(storing_run(create_two, NULL), rev);
	for (i = 0; i < COUNT(rows); i++) {
		uint64_t made = storing_run(to_and_fro, (void *)(uintptr_t)rows[i].steps);

		assert_int_equal(made, rows[i].logged ? ++rev : 0);
		if (!rows[i].logged)
			continue;
		txn = storing_read();
		assert_int_equal(log_row(txn, rev, &row, &fault), 1);
		assert_int_equal(row.created, rows[i].created);
		assert_int_equal(row.updated, rows[i].updated);
		assert_int_equal(row.deleted, rows[i].deleted);
		txn_end(txn);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, storing_begin, storing_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_store_is_seen_as_it_was_after_each_revision),
		CASE(versions_of_a_record_follow_each_other),
		CASE(images_of_a_run_are_what_it_found),
		CASE(a_run_tells_what_settings_were_before_it),
		CASE(pruning_leaves_what_is_above_the_horizon),
		CASE(pruning_does_not_stop_at_a_damaged_image_without_a_word),
		CASE(erasing_leaves_no_image_of_the_record),
		CASE(a_revision_to_come_is_a_mistake),
		CASE(a_run_counts_a_record_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
