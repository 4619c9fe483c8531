/* SPDX-License-Identifier: ISC */
/*
 * Full names taken apart, as people and exports write them; lists and phone
 * numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/value.h"

static void
names_are_taken_apart(void **state)
{
	static const struct {
		const char *name, *first, *middle, *last, *suffix, *salutation;
	} cases[] = {
		{ "Ann Lee", "Ann", "", "Lee", "", "" },
		{ "Ann M Lee", "Ann", "M", "Lee", "", "" },
		{ "Lee, Ann", "Ann", "", "Lee", "", "" },
		{ "  Lee ,  Ann  M ", "Ann", "M", "Lee", "", "" },
		{ "J. R. R. Tolder", "J.", "R. R.", "Tolder", "", "" },
		{ "Ann\xc2\xa0Lee", "Ann", "", "Lee", "", "" },
		{ "Lee, Ann, Jr.", "Ann", "", "Lee", "Jr.", "" },
		{ "Lee, Jr., Ann", "Ann", "", "Lee", "Jr.", "" },
		{ "Lee Jr., Ann", "Ann", "", "Lee", "Jr.", "" },
		{ "Lee, Ann Jr.", "Ann", "", "Lee", "Jr.", "" },
		{ "Ann Lee III", "Ann", "", "Lee", "III", "" },
		{ "Ann Lee, Ph.D.", "Ann", "", "Lee", "Ph.D.", "" },
		{ "Ann Lee Jr., PhD, MBA", "Ann", "", "Lee", "Jr., PhD, MBA", "" },
		{ "Ann Lee, SHRM-CP", "Ann", "", "Lee", "SHRM-CP", "" },
		{ "Lee, MBA", "", "", "Lee", "MBA", "" },
		{ "VAN DYCK, DIRK", "DIRK", "", "VAN DYCK", "", "" },
		{ "Maria de la Cruz", "Maria", "", "de la Cruz", "", "" },
		{ "de la Cruz, Maria", "Maria", "", "de la Cruz", "", "" },
		{ "Jan Piet van der Berg", "Jan", "Piet", "van der Berg", "", "" },
		{ "Van Morris", "Van", "", "Morris", "", "" },
		{ "Dr. Ann Lee", "Ann", "", "Lee", "", "Dr." },
		{ "Prof. Dr. Ann Lee MD", "Ann", "", "Lee", "MD", "Prof. Dr." },
		{ "Lee, Mrs Ann", "Ann", "", "Lee", "", "Mrs" },
		{ "Mr Lee", "", "", "Lee", "", "Mr" },
		{ "Total", "", "", "Total", "", "" },
		{ "Dr", "", "", "Dr", "", "" },
		{ "Lee,", "", "", "Lee", "", "" },
		{ ", Ann", "Ann", "", "", "", "" },
		{ "Zoë 😀 Lee", "Zoë", "😀", "Lee", "", "" },
		{ "王小明", "", "", "王小明", "", "" },
		{ ",,", "", "", "", "", "" },
		{ "  ", "", "", "", "", "" },
	};
	struct name_parts parts;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case %zu\n", i);
		name_split(view_of(cases[i].name), &parts);
		assert_true(view_is(parts.first, cases[i].first));
		assert_true(view_is(parts.middle, cases[i].middle));
		assert_true(view_is(parts.last, cases[i].last));
		assert_true(view_is(parts.suffix, cases[i].suffix));
		assert_true(view_is(parts.salutation, cases[i].salutation));
	}
}

static void
parts_are_joined_by_blanks(void **state)
{
	struct name_parts parts = { VIEW("Ann"), VIEW(""), VIEW("Lee"), VIEW("Jr."),
		VIEW("Dr.") };
	struct buf out = BUF_EMPTY;

	(void)state;
	buf_text(&out, "by:");
	name_join(&out, &parts);
	assert_string_equal(buf_string(&out), "by:Ann Lee Jr.");
	buf_release(&out);
}

static void
lists_give_their_elements(void **state)
{
	static const struct {
		const char *list, *elements; /* each behind a bar */
	} cases[] = {
		{ "", "" },
		{ "a", "|a" },
		{ "a;b c;d", "|a|b c|d" },
		{ "a;;b;", "|a||b" },
		{ "a\\;b;c\\\\;d", "|a;b|c\\|d" },
		{ "C:\\temp;\\", "|C:\\temp|\\" },
		{ "\\\\;;\\;", "|\\||;" },
	};
	struct buf seen = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view list, element;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		list = view_of(cases[i].list);
		buf_clear(&seen);
		while (list_next(&list, &element, &scratch)) {
			buf_char(&seen, '|');
			buf_view(&seen, element);
		}
		assert_string_equal(buf_string(&seen), cases[i].elements);
	}
	buf_release(&seen);
	buf_release(&scratch);
}

static void
elements_come_back_from_a_list(void **state)
{
	static const char *const elements[] = { "a", ";", "\\", "a;b\\c", "\\;",
		"C:\\temp", "ü" };
	const size_t count = sizeof(elements) / sizeof(elements[0]);
	struct buf out = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view list, element;
	size_t i = 0;

	(void)state;
	buf_text(&out, "before");
	for (i = 0; i < count; i++)
		list_add(&out, 6, view_of(elements[i]));
	list = view_from(buf_as_view(&out), 6);
	for (i = 0; list_next(&list, &element, &scratch); i++)
		assert_true(view_is(element, elements[i]));
	assert_int_equal(i, count);
	buf_release(&out);
	buf_release(&scratch);
}

static void
references_are_a_mark_and_digits(void **state)
{
	static const char *const none[] = { "", "12", "\001", "\001x", "\0011x",
		"\00118446744073709551616", "\00199999999999999999999" };
	struct buf out = BUF_EMPTY;
	uint64_t id;

	(void)state;
	reference_put(&out, UINT64_MAX);
	assert_string_equal(buf_string(&out), "\00118446744073709551615");
	assert_true(reference_id(buf_as_view(&out), &id));
	assert_true(id == UINT64_MAX);
	assert_true(reference_id(VIEW("\0017"), &id));
	assert_int_equal(id, 7);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(reference_id(view_of(none[i]), &id));
	buf_release(&out);
}

static void
phones_are_compared_by_their_digits(void **state)
{
	static const struct {
		const char *phone, *digits;
	} cases[] = {
		{ "+1 (555) 010-0123", "15550100123" },
		{ "555-0101 x22", "5550101" },
		{ "555-0101 Ext. 22", "5550101" },
		{ "555 0101#22", "5550101" },
		{ "5550101x22", "5550101" },
		{ "Tel. 555 0101 (office)", "5550101" },
		{ "ext. 22", "22" },
		{ "０３-１２３４", "031234" },
		{ "none", "" },
		{ "", "" },
	};
	struct buf out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		phone_digits(&out, view_of(cases[i].phone));
		assert_string_equal(buf_string(&out), cases[i].digits);
	}
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_apart),
		cmocka_unit_test(parts_are_joined_by_blanks),
		cmocka_unit_test(lists_give_their_elements),
		cmocka_unit_test(elements_come_back_from_a_list),
		cmocka_unit_test(references_are_a_mark_and_digits),
		cmocka_unit_test(phones_are_compared_by_their_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
