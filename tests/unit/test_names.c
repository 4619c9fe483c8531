/* SPDX-License-Identifier: ISC */
/*
 * Names of ext and attr columns: each has one slot for ever, in the order of
 * first use, and what a run made in vain is forgotten.
 */
#include "storing.h"

static const struct {
	enum name_class class;
	const char *name;
	uint16_t slot;
} firsts[] = {
	{ NAME_EXT, "salesforce", 64 },
	{ NAME_ATTR, "shirt", 65 },
	{ NAME_ATTR, "salesforce", 66 },
	{ NAME_EXT, "shirt", 67 },
	{ NAME_ATTR, "Shirt", 68 },
	{ NAME_ATTR, "shirts", 69 },
	{ NAME_ATTR, "shir", 70 },
	{ NAME_ATTR, "#1", 71 },
	{ NAME_ATTR, "größe", 72 },
	{ NAME_ATTR, "#", 73 },
};

static void
compare(struct txn *txn, size_t count, struct fault *fault)
{
	enum name_class class;
	struct view name, label;
	uint16_t slot;

	for (size_t i = 0; i < COUNT(firsts); i++) {
		int there = i < count;

		assert_int_equal(txn_name_slot(txn, firsts[i].class,
				     view_of(firsts[i].name), false, &slot, fault),
		    there);
		if (there)
			assert_int_equal(slot, firsts[i].slot);
		assert_int_equal(
		    txn_slot_name(txn, firsts[i].slot, &class, &name, &label, fault),
		    there);
		if (there) {
			assert_int_equal(class, firsts[i].class);
			assert_true(view_is(name, firsts[i].name));
			assert_int_equal(label.len, 0);
		}
		/* Asked twice: the second answer is the kept one. */
		for (int again = 0; again < 2; again++) {
			assert_int_equal(
			    txn_slot_class(txn, firsts[i].slot, &class, fault), there);
			if (there)
				assert_int_equal(class, firsts[i].class);
		}
	}
	assert_int_equal(txn_slot_class(txn, 5, &class, fault), 0);
	assert_int_equal(txn_slot_class(txn, 0xffff, &class, fault), 0);
}

struct make {
	size_t from, until;
	bool fails;
};

static int
make_names(struct txn *txn, void *context, struct fault *fault)
{
	const struct make *make = context;
	uint16_t slot;

	compare(txn, make->from, fault);
	for (size_t i = 0; i < make->until; i++) {
		assert_int_equal(txn_name_slot(txn, firsts[i].class,
				     view_of(firsts[i].name), true, &slot, fault),
		    1);
		assert_int_equal(slot, firsts[i].slot);
	}
	compare(txn, make->until, fault);
	return make->fails ? fault_set(fault, FAULT_INPUT, "no")
			   : txn_set(txn, "made", VIEW("names"), fault);
}

static void
a_name_has_one_slot_for_ever(void **state)
{
	struct make some = { 0, 3, false }, vain = { 3, 8, true },
		    all = { 3, COUNT(firsts), false },
		    again = { COUNT(firsts), COUNT(firsts), false };
	struct run_outcome outcome;
	struct fault fault;
	struct txn *txn;

	(void)state;
	storing_run(make_names, &some);
	assert_int_equal(store_run(storing_store, storing_run_of(STORING_NOW, false),
			     make_names, &vain, &outcome, &fault),
	    -1);
	must(store_run(storing_store, storing_run_of(STORING_NOW, true), make_names, &all,
		 &outcome, &fault),
	    &fault);
	txn = storing_read();
	compare(txn, 3, &fault);
	txn_end(txn);
	storing_run(make_names, &all);
	storing_run(make_names, &again);
	txn = storing_read();
	compare(txn, COUNT(firsts), &fault);
	txn_end(txn);
}

static int
label_some(struct txn *txn, void *context, struct fault *fault)
{
	static const char *const labels[] = { "Shirt Size", "SHIRT SIZE" };
	enum name_class class;
	struct view name, label;
	uint16_t slot, other;

	(void)context;
	assert_int_equal(
	    txn_name_slot(txn, NAME_ATTR, VIEW("shirt_size"), true, &slot, fault), 1);
	assert_int_equal(
	    txn_name_slot(txn, NAME_ATTR, VIEW("color"), true, &other, fault), 1);
	/* The first header counts. */
	for (size_t i = 0; i < COUNT(labels); i++) {
		must(txn_name_label(txn, slot, view_of(labels[i]), fault), fault);
		assert_int_equal(
		    txn_slot_name(txn, slot, &class, &name, &label, fault), 1);
		assert_true(view_is(name, "shirt_size"));
		assert_true(view_is(label, "Shirt Size"));
	}
	assert_int_equal(txn_slot_name(txn, other, &class, &name, &label, fault), 1);
	assert_int_equal(label.len, 0);
	assert_int_equal(txn_name_label(txn, 300, VIEW("x"), fault), -1);
	assert_int_equal(fault->kind, FAULT_INTERNAL);
	return 0;
}

static void
the_first_label_is_kept(void **state)
{
	(void)state;
	storing_run(label_some, NULL);
}

static int
try_lengths(struct txn *txn, void *context, struct fault *fault)
{
	static const struct {
		size_t len;
		int made;
	} cases[] = { { 0, -1 }, { 1, 1 }, { 64, 1 }, { 255, 1 }, { 256, -1 },
		{ 5000, -1 } };
	static char name[5000];
	uint16_t slot, again;

	(void)context;
	memset(name, 'n', sizeof(name));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct view view = view_make(name, cases[i].len);

		assert_int_equal(
		    txn_name_slot(txn, NAME_ATTR, view, false, &slot, fault), 0);
		assert_int_equal(txn_name_slot(txn, NAME_ATTR, view, true, &slot, fault),
		    cases[i].made);
		if (cases[i].made == -1) {
			assert_int_equal(fault->kind, FAULT_INPUT);
			continue;
		}
		assert_int_equal(
		    txn_name_slot(txn, NAME_ATTR, view, false, &again, fault), 1);
		assert_int_equal(slot, again);
	}
	return 0;
}

static void
names_have_up_to_255_bytes(void **state)
{
	(void)state;
	storing_run(try_lengths, NULL);
}

/* Slots from 0xe000 on are those of computed fields. */
static int
use_up(struct txn *txn, void *context, struct fault *fault)
{
	static const unsigned char last_but_one[] = { '#', 0xdf, 0xfe };
	uint16_t slot;

	(void)context;
	must(engine_put(txn_engine(txn), TREE_NAMES,
		 view_make((const char *)last_but_one, 3), VIEW("ax\0"), fault),
	    fault);
	assert_int_equal(
	    txn_name_slot(txn, NAME_ATTR, VIEW("last"), true, &slot, fault), 1);
	assert_int_equal(slot, 0xdfff);
	assert_int_equal(
	    txn_name_slot(txn, NAME_ATTR, VIEW("beyond"), true, &slot, fault), -1);
	assert_int_equal(fault->kind, FAULT_INPUT);
	assert_int_equal(
	    txn_name_slot(txn, NAME_ATTR, VIEW("last"), true, &slot, fault), 1);
	return 0;
}

static void
slots_of_computed_fields_are_never_given(void **state)
{
	(void)state;
	storing_run(use_up, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_name_has_one_slot_for_ever, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    the_first_label_is_kept, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    names_have_up_to_255_bytes, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    slots_of_computed_fields_are_never_given, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
