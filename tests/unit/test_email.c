/* SPDX-License-Identifier: ISC */
/*
 * E-mail addresses and domains: what is one, and when two are the same (X-11,
 * HS-54).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/value.h"

#define TEN   "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN

static void
sound_addresses_are_taken(void **state)
{
	static const char *const cases[] = {
		"ann@example.com",
		"Ann.Lee+crm@Sub.Example.ORG",
		"a@b.example",
		"o'hara@example.com",
		"x_y%z@example.com",
		"1@2.example",
		"!#$%&'*+/=?^_`{|}~-@example.com",
		"-@example.com",
		"\"ann lee\"@example.com",
		"\"a@b, c\\\"d\"@example.com",
		"ann@xn--mller-kva.example",
		"jörg@example.com",
		"ann@müller.example",
		"ann@a-b.example",
		"ann@3com.example",
		"ann@example.com.",
		"ann@example.x1",
		SIXTY "@example.com",
		"ann@" SIXTY "abc.example",
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case %zu\n", i);
		assert_true(email_sound(view_of(cases[i]), &why));
		assert_null(why);
	}
}

static void
each_fault_of_an_address_has_its_sentence(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "no \"@\"" },
		{ "ann", "no \"@\"" },
		{ "/o=Example/ou=First/cn=Recipients/cn=ann", "no \"@\"" },
		{ "@example.com", "nothing before \"@\"" },
		{ "ann@", "no domain after \"@\"" },
		{ "@", "nothing before \"@\"" },
		{ "ann lee@example.com", "blank in address" },
		{ "ann@exa mple.com", "blank in address" },
		{ "ann\xc2\xa0lee@example.com", "blank in address" },
		{ "ann\tlee@example.com", "blank in address" },
		{ "ann\xe2\x80\xaelee@example.com", "invisible character in address" },
		{ "ann\x01@example.com", "invisible character in address" },
		{ "ann\xff@example.com", "bytes that are not UTF-8" },
		{ "ann@lee@example.com", "more than one \"@\"" },
		{ "ann..lee@example.com", "two dots in a row" },
		{ "ann@example..com", "two dots in a row" },
		{ ".ann@example.com", "dot at the beginning" },
		{ "ann.@example.com", "dot before \"@\"" },
		{ "ann@.example.com", "domain that begins with a dot" },
		{ "ann@localhost", "no dot in the domain" },
		{ "ann@[192.0.2.1]", "address literal instead of a domain" },
		{ "ann@192.0.2.1", "domain that ends in a number" },
		{ "ann@-a.example", "hyphen at the edge of a domain" },
		{ "ann@a-.example", "hyphen at the edge of a domain" },
		{ "ann@a_b.example", "character that no domain has" },
		{ "ann@" SIXTY "abcd.example",
		    "part of the domain longer than 63 bytes" },
		{ SIXTY SIXTY SIXTY SIXTY "abc@example.com", "longer than 254 bytes" },
		{ "Ann <ann@example.com>", "blank in address" },
		{ "ann(home)@example.com", "character that no address has" },
		{ "a\"b\"@example.com", "quotation mark out of place" },
		{ "\"ann@example.com", "quotation mark out of place" },
		{ "\"ann\\\"@example.com", "quotation mark out of place" },
		{ "a@x.example / b@x.example", "several addresses in one cell" },
		{ "a@x.example; b@x.example", "several addresses in one cell" },
		{ "a@x.example,b@x.example", "several addresses in one cell" },
		{ "a@x.example b@x.example", "several addresses in one cell" },
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case %zu\n", i);
		assert_false(email_sound(view_of(cases[i].text), &why));
		assert_string_equal(why, cases[i].why);
	}
}

/* X-11 */
static void
addresses_meet_by_their_key(void **state)
{
	static const struct {
		const char *text, *key;
	} cases[] = {
		{ "ann@example.com", "ann@example.com" },
		{ " Ann.LEE@Example.COM \t", "ann.lee@example.com" },
		{ "ann@example.com.", "ann@example.com" },
		{ "JÖRG@example.com", "jörg@example.com" },
		{ "jorg@example.com", "jorg@example.com" },
		{ "\"A@B\"@Example.com", "\"a@b\"@example.com" },
		{ "\"Ann.L\\ee\"@example.com", "ann.lee@example.com" },
		{ "\"ann.\"@example.com", "\"ann.\"@example.com" },
		{ "\"\"@example.com", "\"\"@example.com" },
		{ "Ann@MÜLLER.example", "ann@xn--mller-kva.example" },
		{ "ann@mu\xcc\x88ller.example", "ann@xn--mller-kva.example" },
		{ "ann@XN--MLLER-KVA.example", "ann@xn--mller-kva.example" },
		{ "ann@straße.example", "ann@xn--strae-oqa.example" },
	};
	static const char *const none[] = { "", "ann", "@example.com", "ann@",
		"ann@localhost", "ann@a..b", "ann@\xff.example" };
	struct buf key = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case %zu\n", i);
		buf_clear(&key);
		assert_true(email_key(&key, view_of(cases[i].text)));
		assert_string_equal(buf_string(&key), cases[i].key);
	}
	buf_clear(&key);
	buf_text(&key, "before");
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_false(email_key(&key, view_of(none[i])));
		assert_string_equal(buf_string(&key), "before");
	}
	buf_release(&key);
}

/* HS-54 */
static void
domains_are_a_labels_in_lower_case(void **state)
{
	static const struct {
		const char *text, *key;
	} cases[] = {
		{ "Example.COM", "example.com" },
		{ " example.com. ", "example.com" },
		{ "bücher.example", "xn--bcher-kva.example" },
		{ "BÜCHER.example.", "xn--bcher-kva.example" },
	};
	static const char *const none[] = { "", ".", "example", "exa mple.com",
		"http://example.com/", "example..com", "ann@example.com",
		"\xe2\x80\xae.example", "-a.example" };
	struct buf key = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&key);
		assert_true(domain_key(&key, view_of(cases[i].text)));
		assert_string_equal(buf_string(&key), cases[i].key);
	}
	buf_clear(&key);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		print_message("case %zu\n", i);
		assert_false(domain_key(&key, view_of(none[i])));
		assert_int_equal(key.len, 0);
	}
	buf_release(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_addresses_are_taken),
		cmocka_unit_test(each_fault_of_an_address_has_its_sentence),
		cmocka_unit_test(addresses_meet_by_their_key),
		cmocka_unit_test(domains_are_a_labels_in_lower_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
