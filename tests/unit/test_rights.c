/* SPDX-License-Identifier: ISC */
/* Lists of rights, and what they allow (CS-9). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/rights.h"

static void
test_lists_are_read(void **state)
{
	static const struct {
		const char *list;
		bool good;
		const char *twice;
		enum right_level of[RIGHT_ENTITIES];
	} cases[] = {
		{ "", true, NULL, { LEVEL_NONE } },
		{ "crm=view", true, NULL, { LEVEL_VIEW } },
		{ "crm=edit;crm=edit", true, NULL, { LEVEL_EDIT } },
		{ "store=admin;crm=none;users=edit;mail=view", true, NULL,
		    { LEVEL_NONE, LEVEL_VIEW, LEVEL_EDIT, LEVEL_ADMIN } },
		{ "crm=view;crm=admin", false, "crm", { LEVEL_NONE } },
		{ "crm=none;crm=admin", false, "crm", { LEVEL_NONE } },
		{ "crm=admin;site=view", false, NULL, { LEVEL_NONE } },
		{ "crm=admin;crm", false, NULL, { LEVEL_NONE } },
		{ "crm=Admin", false, NULL, { LEVEL_NONE } },
		{ "crm=admin ", false, NULL, { LEVEL_NONE } },
		{ ";crm=admin", false, NULL, { LEVEL_NONE } },
		{ "crm=admin=admin", false, NULL, { LEVEL_NONE } },
		{ "=", false, NULL, { LEVEL_NONE } },
	};
	struct rights rights;
	const char *twice;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    rights_read(&rights, view_of(cases[i].list), &twice), cases[i].good);
		assert_memory_equal(rights.of, cases[i].of, sizeof(rights.of));
		assert_int_equal(twice == NULL, cases[i].twice == NULL);
		if (twice != NULL)
			assert_string_equal(twice, cases[i].twice);
	}
}

/* All rights against all needs: a view on the CRM goes before everything, and then
 * the level itself or administering the CRM. */
static void
test_levels_include_those_below(void **state)
{
	struct rights rights = { .of = { LEVEL_NONE } };
	enum right_level crm, other, need;
	enum right_entity entity;

	(void)state;
	for (crm = LEVEL_NONE; crm < LEVELS; crm++) {
		for (entity = RIGHT_CRM; entity < RIGHT_ENTITIES; entity++) {
			for (other = LEVEL_NONE; other < LEVELS; other++) {
				rights = (struct rights){ .of = { crm } };
				if (entity != RIGHT_CRM)
					rights.of[entity] = other;
				for (need = LEVEL_VIEW; need < LEVELS; need++)
					assert_int_equal(
					    rights_allow(
						&rights, (struct right){ entity, need }),
					    crm >= LEVEL_VIEW &&
						(rights.of[entity] >= need ||
						    crm == LEVEL_ADMIN));
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_are_read),
		cmocka_unit_test(test_levels_include_those_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
