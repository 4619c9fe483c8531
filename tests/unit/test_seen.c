/* SPDX-License-Identifier: ISC */
/* The line on which a record was met first, whatever the order of ids. */
#include "storing.h"

#include "rules/seen.h"

enum { IDS = 40 * SEEN_BLOCK };

static uint64_t
note(struct seen *seen, uint64_t id, uint64_t line)
{
	struct fault fault;
	uint64_t first;

	must(seen_note(seen, id, line, &first, &fault), &fault);
	return first;
}

static void
the_first_line_is_told(void **state)
{
	static const uint64_t ids[] = { 1, 0, SEEN_BLOCK - 1, SEEN_BLOCK, SEEN_BLOCK + 1,
		50 * SEEN_BLOCK, 7, UINT64_C(1) << 47, UINT64_MAX };
	struct seen seen = { .places = NULL };

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (uint64_t i = 0; i < COUNT(ids); i++)
			assert_int_equal(note(&seen, ids[i], 10 + i), 0);
		for (uint64_t i = 0; i < COUNT(ids); i++)
			assert_int_equal(note(&seen, ids[i], 99), 10 + i);
		/* The next file begins anew. */
		seen_clear(&seen);
	}
	seen_release(&seen);
	assert_null(seen.places);
	seen_release(&seen);
}

static void
any_order_is_told_apart(void **state)
{
	uint64_t *lines = calloc(IDS, sizeof(*lines));
	struct seen seen = { .places = NULL };

	(void)state;
	assert_non_null(lines);
	storing_seed();
	for (uint64_t line = 1; line < 60000; line++) {
		uint64_t id = storing_random(IDS);

		assert_int_equal(note(&seen, id, line), lines[id]);
		if (lines[id] == 0)
			lines[id] = line;
	}
	seen_release(&seen);
	free(lines);
}

/* Memory goes with what was met, not with how high its id is. */
static void
high_ids_take_no_room(void **state)
{
	struct seen seen = { .places = NULL };

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(note(&seen, i << 37, i + 1), 0);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(note(&seen, i << 37, 5000), i + 1);
	assert_in_range(seen.cap, 1000, 4096);
	seen_release(&seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_line_is_told),
		cmocka_unit_test(any_order_is_told_apart),
		cmocka_unit_test(high_ids_take_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
