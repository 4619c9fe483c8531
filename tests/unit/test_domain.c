/* SPDX-License-Identifier: ISC */
/*
 * Domains of addresses (HS-54): their form, which of them are anybody's (HS-55),
 * which are public suffixes, and which organizations bear one.
 */
#include "storing.h"

#include "model/change.h"
#include "model/domain.h"

static void
the_domain_of_an_address(void **state)
{
	static const struct {
		const char *email, *domain;
	} cases[] = {
		{ "ann@Acme.EXAMPLE", "acme.example" },
		{ " ann@acme.example. ", "acme.example" },
		{ "\"a@b.example\"@c.example", "c.example" },
		{ "ann@b\xc3\xbc"
		  "cher.example",
		    "xn--bcher-kva.example" },
		{ "ann@XN--BCHER-KVA.example", "xn--bcher-kva.example" },
		{ "ann", "" },
		{ "", "" },
		{ "ann@", "" },
		{ "ann@host", "" },
		{ "ann@[192.0.2.1]", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = BUF_EMPTY;

		assert_int_equal(domain_of_email(&out, view_of(cases[i].email)),
		    cases[i].domain[0] != '\0');
		assert_string_equal(buf_string(&out), cases[i].domain);
		buf_release(&out);
	}
}

static void
generic_domains_are_anybodys(void **state)
{
	static const char *const yes[] = { "gmail.com", "googlemail.com", "outlook.com",
		"hotmail.co.uk", "live.nl", "yahoo.com", "yahoo.co.jp", "yahoo.com.br",
		"yahoo.de", "ymail.com", "icloud.com", "me.com", "gmx.de", "gmx.net",
		"proton.me", "aol.com", "web.de", "t-online.de", "mail.ru", "qq.com",
		"163.com", "own.example" };
	static const char *const no[] = { "acme.example", "gmail.com.example",
		"mail.gmail.com", "yahoo.acme.example", "yahoo", "mygmx.de",
		"live.acme.com", "" };
	const struct view more = VIEW("more.example;own.example");

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++) {
		print_message("%s\n", yes[i]);
		assert_true(domain_is_generic(view_of(yes[i]), more));
	}
	assert_false(domain_is_generic(VIEW("own.example"), VIEW("")));
	for (size_t i = 0; i < COUNT(no); i++) {
		print_message("%s\n", no[i]);
		assert_false(domain_is_generic(view_of(no[i]), more));
	}
}

static void
public_suffixes_are_told(void **state)
{
	static const struct {
		const char *domain;
		bool is_public;
	} cases[] = { { "co.uk", true }, { "com", true }, { "github.io", true },
		{ "xn--55qx5d.cn", true }, { "acme.co.uk", false },
		{ "acme.example", false }, { "acme.github.io", false } };
	struct fault fault;
	bool is_public;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("%s\n", cases[i].domain);
		assert_int_equal(
		    domain_is_public(view_of(cases[i].domain), &is_public, &fault), 0);
		assert_int_equal(is_public, cases[i].is_public);
	}
}

static int
create(struct txn *txn, void *context, struct fault *fault)
{
	static const char *const domains[] = { "acme.example;acme.test", "lee.example",
		"acme.example", NULL };
	struct ids *ids = context;
	uint64_t id;

	for (size_t i = 0; domains[i] != NULL; i++) {
		struct record_form *form = malloc(sizeof(*form));
		int result;

		record_form_clear(form);
		record_form_set(form, ORGANIZATION_NAME, VIEW("Acme"));
		record_form_set(form, ORGANIZATION_DOMAINS, view_of(domains[i]));
		result = change_create(
		    txn, &kind_organization, form, 0, CAUSE_ROW, &id, fault);
		free(form);
		if (result != 0)
			return -1;
	}
	/* In the run that makes them, too. */
	return domain_bearers(txn, VIEW("lee.example"), ids, fault);
}

static void
who_bears_a_domain(void **state)
{
	struct ids ids = { .count = 0 };
	struct fault fault;
	struct txn *txn;

	(void)state;
	storing_run(create, &ids);
	assert_int_equal(ids.count, 1);
	assert_int_equal(ids.at[0], 2);
	txn = storing_read();
	ids.count = 0;
	assert_int_equal(domain_bearers(txn, VIEW("acme.example"), &ids, &fault), 0);
	assert_int_equal(ids.count, 2);
	assert_int_equal(ids.at[0], 1);
	assert_int_equal(ids.at[1], 3);
	ids.count = 0;
	assert_int_equal(domain_bearers(txn, VIEW("acme.org"), &ids, &fault), 0);
	assert_int_equal(ids.count, 0);
	txn_end(txn);
	ids_release(&ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_domain_of_an_address),
		cmocka_unit_test(generic_domains_are_anybodys),
		cmocka_unit_test(public_suffixes_are_told),
		cmocka_unit_test_setup_teardown(
		    who_bears_a_domain, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
