/* SPDX-License-Identifier: ISC */
/*
 * Memory that runs out where nobody asks for it: what a buf lost is lost in
 * silence, so the run that it was a part of must not be stored. That it ran out
 * is remembered as long as the process lives, so this is last and alone.
 */
#include "storing.h"

/* More than can be asked for. */
#define TOO_MUCH (SIZE_MAX / 2)

static int
set_zone(struct txn *txn, void *context, struct fault *fault)
{
	struct buf lost = BUF_EMPTY;

	if (*(const bool *)context)
		buf_reserve(&lost, TOO_MUCH);
	buf_release(&lost);
	return txn_set(txn, "timezone",
	    *(const bool *)context ? VIEW("+02:00") : VIEW("+01:00"), fault);
}

static void
test_failed_until_asked(void **state)
{
	struct buf buf = BUF_EMPTY;
	struct fault fault;

	(void)state;
	buf_text(&buf, "kept");
	assert_int_equal(buf_check(&buf, &fault), 0);
	assert_false(buf_ran_out());
	buf_release(&buf);
}

static void
test_run_that_lost_something(void **state)
{
	bool loses = false;
	struct run_outcome outcome;
	struct fault fault = { FAULT_NONE, "" };
	struct view value;
	struct txn *txn;

	(void)state;
	assert_int_equal(storing_run(set_zone, &loses), 1);
	loses = true;
	assert_int_equal(store_run(storing_store, storing_run_of(STORING_NOW, false),
			     set_zone, &loses, &outcome, &fault),
	    -1);
	assert_true(buf_ran_out());
	assert_string_equal(fault.text, "out of memory");
	assert_int_equal(fault.kind, FAULT_SYSTEM);
	assert_int_equal(outcome.rev, 0);
	txn = storing_read();
	assert_int_equal(txn_rev(txn), 1);
	assert_int_equal(txn_setting(txn, "timezone", &value, &fault), 1);
	assert_true(view_is(value, "+01:00"));
	txn_end(txn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failed_until_asked),
		cmocka_unit_test_setup_teardown(
		    test_run_that_lost_something, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
