/* SPDX-License-Identifier: ISC */
/* The guard of design A2: how its limit is read, and where it lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "rules/guard.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
a_limit_is_a_number_or_a_percentage(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{ NULL, true },
		{ "0", true },
		{ "26", true },
		{ "0%", true },
		{ "100%", true },
		{ "", false },
		{ "%", false },
		{ "-1", false },
		{ "5 %", false },
		{ "101%", false },
		{ "1e3", false },
		{ "5%%", false },
		{ "9999999999999999999999", false },
	};
	struct guard guard;
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if ((guard_read(&guard, cases[i].text, false, &fault) == 0) !=
		    cases[i].good)
			fail_msg("--max \"%s\"",
			    cases[i].text == NULL ? "(none)" : cases[i].text);
}

static void
the_limit_is_25_or_5_percent_unless_it_is_given(void **state)
{
	static const struct {
		const char *max;
		bool yes;
		uint64_t count, of;
		bool passes;
	} cases[] = {
		{ NULL, false, 0, 0, true },
		{ NULL, false, 25, 25, true },
		{ NULL, false, 26, 26, false },
		{ NULL, false, 26, 519, false },
		{ NULL, false, 26, 520, true },
		{ NULL, false, 50000, 1000000, true },
		{ NULL, false, 50001, 1000000, false },
		{ NULL, true, 1000000, 1000000, true },
		{ "0", false, 0, 10, true },
		{ "0", false, 1, 10, false },
		{ "10%", false, 1, 10, true },
		{ "10%", false, 2, 10, false },
		{ "10%", false, 1, 9, false },
		{ "100%", false, UINT64_MAX, UINT64_MAX, true },
	};
	struct guard guard;
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    guard_read(&guard, cases[i].max, cases[i].yes, &fault), 0);
		if ((guard_check(&guard, "close", "jobs", cases[i].count, cases[i].of,
			 &fault) == 0) != cases[i].passes)
			fail_msg("case %zu", i);
	}
	assert_int_equal(guard_read(&guard, "3", false, &fault), 0);
	assert_int_equal(guard_check(&guard, "close", "open jobs", 4, 9, &fault), -1);
	assert_int_equal(fault.kind, FAULT_CONFLICT);
	assert_string_equal(fault.text,
	    "this would close 4 of 9 open jobs, and 3 is the limit: nothing was stored "
	    "(--max N or N% sets another limit, --yes lifts it)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_is_a_number_or_a_percentage),
		cmocka_unit_test(the_limit_is_25_or_5_percent_unless_it_is_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
