/* SPDX-License-Identifier: ISC */
/*
 * Finding duplicates (rules/duplicates.h) against comparing each with each: in
 * stores where no value is borne by a crowd both give the same pairs. And what
 * two profiles score, as a table.
 */
#include "storing.h"

#include "model/change.h"
#include "model/value.h"
#include "rules/duplicates.h"
#include "rules/likeness.h"

struct filling {
	const struct kind *kind;
	struct record_form form;
	uint64_t id;
};

static int
create(struct txn *txn, void *context, struct fault *fault)
{
	struct filling *filling = context;

	return change_create(
	    txn, filling->kind, &filling->form, 0, CAUSE_ROW, &filling->id, fault);
}

/* Makes a contact, or an organization, of FIELD=VALUE texts that end with NULL. */
static uint64_t
make(const struct kind *kind, const char *const *texts)
{
	struct filling filling = { .kind = kind };

	record_form_clear(&filling.form);
	for (; *texts != NULL; texts++) {
		size_t n = strcspn(*texts, "=");
		const struct field *field = kind_field(kind, view_make(*texts, n));

		assert_non_null(field);
		record_form_set(&filling.form, field->slot, view_of(*texts + n + 1));
	}
	storing_run(create, &filling);
	return filling.id;
}

static const struct scoring {
	const char *sentence;
	const char *one[6], *other[6];
	unsigned score;
	const char *why;
} people[] = {
	{ "nothing", { "first_name=Ann" }, { "first_name=Ann" }, 0, "name" },
	{ "an address in another case", { "email=a@x.example" }, { "email=A@X.example" },
	    85, "email" },
	{ "address and name", { "email=a@x.example", "last_name=Lee", "first_name=Ann" },
	    { "email=a@x.example", "last_name=LÉE", "first_name=Ann" }, 94,
	    "email name" },
	{ "first and last name the other way round",
	    { "email=a@x.example", "last_name=Ann", "first_name=Lee" },
	    { "email=a@x.example", "last_name=Lee", "first_name=Ann" }, 94,
	    "email name" },
	{ "the same address, another person",
	    { "email=a@x.example", "last_name=Lee", "first_name=Ann" },
	    { "email=a@x.example", "last_name=Ray", "first_name=Bob" }, 60, "email" },
	{ "all there is",
	    { "email=a@x.example", "last_name=Lee", "phone=5550100",
		"organization=Acme" },
	    { "email=a@x.example", "last_name=Lee", "phone=5550100",
		"organization=ACME" },
	    100, "email name organization phone" },
	{ "a phone number in another column", { "phone=+1 (217) 555-0110" },
	    { "mobile=217.555.0110" }, 60, "phone" },
	{ "with the prefix of a country it is another", { "phone=0049 30 1234567" },
	    { "phone=030 1234567" }, 0, "" },
	{ "an extension is no number", { "phone=0110" }, { "phone=0110" }, 0, "" },
	{ "another middle initial",
	    { "last_name=Lee", "middle_name=B.", "organization=A" },
	    { "last_name=Lee", "middle_name=Carl", "organization=A" }, 50,
	    "organization" },
	{ "the same initial", { "last_name=Lee", "middle_name=B.", "organization=A" },
	    { "last_name=Lee", "middle_name=Bea", "organization=A" }, 80,
	    "name organization" },
};

static const struct scoring companies[] = {
	{ "legal forms", { "name=Acme, Inc." }, { "name=The Acme Co. Ltd" }, 85, "name" },
	{ "nothing but legal forms", { "name=AG" }, { "name=Co" }, 0, "" },
	{ "a former name", { "name=Bolt" },
	    { "name=Acme", "former_names=Rivet;BOLT GmbH" }, 85, "name" },
	{ "domain and website", { "name=A", "domains=acme.example" },
	    { "name=B", "website=https://WWW.acme.example:8080/x" }, 70, "domain" },
	{ "name, domain and phone", { "name=A", "domains=a.example", "phone=5550100" },
	    { "name=a", "domains=b.example;a.example", "phone=555-0100" }, 100,
	    "name domain phone" },
};

static void
score_all(const struct kind *kind, const struct scoring *cases, size_t count)
{
	struct profile one = { .record = { NULL, 0 } }, other = one;
	struct buf words = BUF_EMPTY;
	struct record a, b;
	struct fault fault;
	struct txn *txn;
	unsigned score, why;
	uint64_t ids[2];
	size_t i;

	for (i = 0; i < count; i++) {
		ids[0] = make(kind, cases[i].one);
		ids[1] = make(kind, cases[i].other);
		txn = storing_read();
		assert_int_equal(txn_record(txn, ids[0], &a, &fault), 1);
		assert_int_equal(txn_record(txn, ids[1], &b, &fault), 1);
		assert_int_equal(profile_read(&one, kind, a, &fault), 0);
		assert_int_equal(profile_read(&other, kind, b, &fault), 0);
		assert_int_equal(
		    likeness_score(txn, &one, &other, &score, &why, &fault), 0);
		buf_clear(&words);
		likeness_print(&words, why);
		if (score != cases[i].score ||
		    strcmp(buf_string(&words), cases[i].why) != 0)
			fail_msg("%s: %u %s, not %u %s", cases[i].sentence, score,
			    buf_string(&words), cases[i].score, cases[i].why);
		txn_end(txn);
	}
	buf_release(&words);
	profile_release(&one);
	profile_release(&other);
}

static void
what_two_have_in_common_is_scored(void **state)
{
	(void)state;
	score_all(&kind_contact, people, COUNT(people));
	score_all(&kind_organization, companies, COUNT(companies));
}

#define PEOPLE 60

/* Few values of each field, but no more than a handful of bearers. */
static void
make_people(void)
{
	static const char *const first[] = { "Ann", "Bob", "Cid", "Dora" };
	char texts[6][64];
	const char *given[7];
	size_t i, n;

	for (i = 0; i < PEOPLE; i++) {
		n = 0;
		snprintf(texts[0], sizeof(texts[0]), "email=p%llu@x.example",
		    (unsigned long long)storing_random(PEOPLE));
		snprintf(texts[1], sizeof(texts[1]), "first_name=%s",
		    first[storing_random(4)]);
		snprintf(texts[2], sizeof(texts[2]), "last_name=L%llu",
		    (unsigned long long)storing_random(30));
		snprintf(texts[3], sizeof(texts[3]), "organization=O%llu",
		    (unsigned long long)storing_random(20));
		snprintf(texts[4], sizeof(texts[4]), "phone=555%04llu",
		    (unsigned long long)storing_random(PEOPLE));
		snprintf(texts[5], sizeof(texts[5]), "other_emails=p%llu@x.example",
		    (unsigned long long)storing_random(PEOPLE));
		for (size_t j = 0; j < 6; j++)
			if (storing_random(3) > 0)
				given[n++] = texts[j];
		given[n] = NULL;
		make(&kind_contact, given);
	}
}

/* Whether the signs of the two lead to each other at all: a name in part and an
 * organization do not. */
static bool
is_found(unsigned why)
{
	return (why & (LIKE_EMAIL | LIKE_PHONE)) != 0 ||
	    (why & (LIKE_NAME | LIKE_ORGANIZATION)) == (LIKE_NAME | LIKE_ORGANIZATION);
}

static void
all_pairs_are_found_and_no_others(void **state)
{
	struct profile one = { .record = { NULL, 0 } }, other = one;
	struct duplicates found;
	struct record a, b;
	struct fault fault;
	struct txn *txn;
	unsigned score, why;
	size_t pairs = 0, i;
	bool listed;

	(void)state;
	make_people();
	txn = storing_read();
	assert_int_equal(duplicates_find(&found, txn, &kind_contact, NULL, &fault), 0);
	for (uint64_t x = 1; found.most == 0 && x <= PEOPLE; x++)
		for (uint64_t y = x + 1; y <= PEOPLE; y++) {
			assert_int_equal(txn_record(txn, x, &a, &fault), 1);
			assert_int_equal(txn_record(txn, y, &b, &fault), 1);
			assert_int_equal(profile_read(&one, &kind_contact, a, &fault), 0);
			assert_int_equal(
			    profile_read(&other, &kind_contact, b, &fault), 0);
			assert_int_equal(
			    likeness_score(txn, &one, &other, &score, &why, &fault), 0);
			listed = false;
			for (i = 0; i < found.count; i++)
				listed |= found.at[i].id == x && found.at[i].other == y &&
				    found.at[i].score == score;
			if (listed != (score > 0 && is_found(why)))
				fail_msg("#%llu and #%llu score %u and are %slisted",
				    (unsigned long long)x, (unsigned long long)y, score,
				    listed ? "" : "not ");
			pairs += listed;
		}
	assert_true(found.most > 0 || pairs == found.count);
	for (i = 1; i < found.count; i++)
		assert_true(found.at[i - 1].score >= found.at[i].score);
	duplicates_release(&found);
	profile_release(&one);
	profile_release(&other);
	txn_end(txn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_two_have_in_common_is_scored, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    all_pairs_are_found_and_no_others, storing_begin, storing_end),
	};

	storing_seed();
	return cmocka_run_group_tests_name("duplicates", tests, NULL, NULL);
}
