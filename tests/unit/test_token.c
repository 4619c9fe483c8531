/* SPDX-License-Identifier: ISC */
/* Tokens: how they are made, read, found in what people paste, and compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/token.h"

#define TOKEN "mfrggzdfmztwq2lknnwg23tpoa"

static void
tokens_differ_and_read_back(void **state)
{
	char a[TOKEN_LENGTH + 1], b[TOKEN_LENGTH + 1], lower[TOKEN_LENGTH + 1];

	struct fault fault;

	(void)state;
	assert_int_equal(token_make(a, &fault), 0);
	assert_int_equal(token_make(b, &fault), 0);
	assert_string_not_equal(a, b);
	assert_true(token_read(view_of(a), lower));
	assert_string_equal(lower, a);
}

static void
a_hash_is_that_of_the_letters(void **state)
{
	char hash[TOKEN_HASH + 1], code[TOKEN_CODE + 1];

	(void)state;
	token_hash(VIEW("abc"), hash);
	assert_string_equal(
	    hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	token_code(view_of(hash), code);
	assert_int_equal(strlen(code), TOKEN_CODE);
}

static void
a_token_is_found_where_people_have_it(void **state)
{
	static const struct {
		const char *text;
		bool found;
	} cases[] = {
		{ TOKEN, true },
		{ "MFRGGZDFMZTWQ2LKNNWG23TPOA", true },
		{ "https://x.example/join/" TOKEN, true },
		{ "https://x.example/join/" TOKEN "/", true },
		{ "<https://x.example/?t=" TOKEN "&from=mail>", true },
		{ "unsubscribe+" TOKEN "@example.org", true },
		{ "mailto:unsubscribe+" TOKEN "@" TOKEN "x.org?subject=stop", true },
		{ "https://x.example/@office/" TOKEN, true },
		{ "unsubscribe@" TOKEN ".org", false },
		{ TOKEN "a", false },
		{ "frggzdfmztwq2lknnwg23tpoa", false },
		{ "mfrggzdfmztwq2lknnwg23tp1a", false },
		{ "ann@acme.example", false },
		{ "", false },
	};
	char lower[TOKEN_LENGTH + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (token_find(view_of(cases[i].text), lower) != cases[i].found)
			fail_msg("%s", cases[i].text);
		if (cases[i].found)
			assert_string_equal(lower, TOKEN);
	}
	assert_false(token_find(view_make(NULL, 0), lower));
}

static void
comparing_takes_every_byte(void **state)
{
	(void)state;
	assert_true(token_same(VIEW("abc"), VIEW("abc")));
	assert_false(token_same(VIEW("abc"), VIEW("abd")));
	assert_false(token_same(VIEW("xbc"), VIEW("abc")));
	assert_false(token_same(VIEW("ab"), VIEW("abc")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_differ_and_read_back),
		cmocka_unit_test(a_hash_is_that_of_the_letters),
		cmocka_unit_test(a_token_is_found_where_people_have_it),
		cmocka_unit_test(comparing_takes_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
