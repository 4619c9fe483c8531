/* SPDX-License-Identifier: ISC */
/*
 * The query language, case by case: operands in, ids out. Every case is run
 * twice, as it stands and beside an alternative that no index serves, so that
 * indexes and scans must agree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "people.h"

/* Operands are written with blanks between; `_` stands for a blank within. */
static size_t
split(char *text, const char **operands)
{
	size_t count = 0;
	char *word, *at;

	for (word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
		for (at = word; (at = strchr(at, '`')) != NULL;)
			*at = ' ';
		operands[count++] = word;
	}
	return count;
}

static int
print_id(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct buf *out = context;

	(void)record;
	(void)fault;
	if (out->len > 0)
		buf_char(out, ' ');
	buf_number(out, id);
	return 0;
}

/* The ids that match, or the fault's sentence. */
static void
answer(struct buf *out, const struct query_options *options, const char *const *operands,
    size_t count)
{
	struct query *query;
	struct fault fault = { FAULT_NONE, "" };

	buf_clear(out);
	if (query_parse(&query, txn, operands, count, options, &fault) != 0) {
		assert_int_equal(fault.kind, FAULT_USAGE);
		buf_text(out, fault.text);
		return;
	}
	if (query_run(query, print_id, out, &fault) != 0)
		fail_msg("%s", fault.text);
	query_free(query);
}

struct query_case {
	const char *query, *expected;
};

static void
check_cases(
    const struct query_options *options, const struct query_case *cases, size_t count)
{
	const char *operands[64] = { "(" };
	struct buf out = BUF_EMPTY;
	char text[400];
	size_t i, n;

	for (i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "%s", cases[i].query);
		n = split(text, operands + 1);
		answer(&out, options, operands + 1, n);
		if (strcmp(buf_string(&out), cases[i].expected) != 0)
			fail_msg("%s\n   gives: %s\nnot: %s", cases[i].query,
			    buf_string(&out), cases[i].expected);
		/* Mistakes are told once. */
		if (n == 0 ||
		    (cases[i].expected[0] != '\0' &&
			strchr("0123456789", cases[i].expected[0]) == NULL))
			continue;
		operands[n + 1] = "or";
		operands[n + 2] = "description~nowhere";
		operands[n + 3] = ")";
		answer(&out, options, operands, n + 4);
		if (strcmp(buf_string(&out), cases[i].expected) != 0)
			fail_msg("%s\nscanned gives: %s\nnot: %s", cases[i].query,
			    buf_string(&out), cases[i].expected);
	}
	buf_release(&out);
}

#define CHECK(options, cases) \
	check_cases(options, cases, sizeof(cases) / sizeof((cases)[0]))

static void
test_values(void **state)
{
	/* In a query of these tables ` stands for a blank. */
	static const struct query_case cases[] = {
		/* HS-21: no query is everybody, but for the rejected (TW-19). */
		{ "", "6 7 8 10 11" },
		{ "first_name=ann", "6" },
		{ "first_name=ANN", "6" },
		{ "last_name=nunez", "7" },
		{ "name=jose`nunez", "7" },
		{ "name=JOSÉ*", "7" },
		{ "name=ann`lee", "6" },
		{ "name=*", "6 7 8 10 11" },
		{ "title=", "8 10" },
		{ "title!=", "6 7 11" },
		{ "title=*", "6 7 11" },
		{ "not title=*", "8 10" },
		{ "title!=CEO", "7 8 10 11" },
		{ "title=A=B", "11" },
		{ "description~~sure", "11" },
		{ "description~the`fair", "6" },
		{ "description~%", "11" },
		{ "name~ee", "6 10" },
		{ "name~李小", "8" },
		{ "labels=VIP", "6" },
		{ "labels=campus`fair", "6" },
		{ "labels=camp*", "6" },
		{ "labels~us`f", "6" },
		{ "labels=vip;campus", "" },
		{ "do_not_email=true", "7" },
		{ "do_not_email=YES", "7" },
		/* Blank is unknown: no answer, neither yes nor no. */
		{ "do_not_email=0", "8" },
		{ "do_not_email=", "6 10 11" },
		{ "source=anything", "" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_addresses(void **state)
{
	static const struct query_case cases[] = {
		/* the local part folds, the domain too. */
		{ "email=ann.lee@example.com", "6 10" },
		{ "email=ANN.LEE@EXAMPLE.COM", "6 10" },
		{ "email=ann*", "6 10" },
		{ "email=ann.lee@example.c*", "6 10" },
		{ "email~example.org", "7" },
		/* email= looks in other_emails too. */
		{ "email=pepe@example.net", "7" },
		{ "other_emails=jose@example.org", "" },
		{ "email=", "11" },
		{ "email=nobody@example.com", "" },
		/* phone= compares digits over all phones. */
		{ "phone=15550100", "6" },
		{ "phone=+1.555.0100", "6" },
		{ "phone=5550100", "7" },
		{ "phone=1-555*", "6" },
		{ "phone~0100", "6 7" },
		{ "mobile=5550100", "7" },
		{ "mobile=15550100", "" },
		/* ext.NAME compares exactly; a list by any element. */
		{ "ext.crm=C-1", "6" },
		{ "ext.crm=c-1", "" },
		{ "ext.crm=C-3", "10" },
		{ "ext.crm=C*", "6 10" },
		{ "ext.crm=c*", "" },
		{ "ext.crm=", "7 8 11" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_named_records(void **state)
{
	static const struct query_case cases[] = {
		{ "6", "6" },
		{ "#6", "6" },
		{ "6 8", "6 8" },
		{ "8 6 8", "6 8" },
		{ "6 title=ceo", "6" },
		{ "8 title=ceo", "" },
		{ "6 8 title=ceo", "6" },
		{ "not 6", "7 8 10 11" },
		{ "not 6 not 7", "8 10 11" },
		/* A number of another kind is no contact. */
		{ "1", "" },
		{ "999999", "" },
		{ "0", "" },
		{ "18446744073709551615", "" },
		/* An address that several bear names them all. */
		{ "ann.lee@example.com", "6 10" },
		{ "pepe@example.net 8", "7 8" },
		{ "crm:C-2", "10" },
		{ "crm:C-2 crm:C-1", "6 10" },
		{ "id=6", "6" },
		{ "id=6..8", "6 7 8" },
		{ "id=10..", "10 11" },
		{ "id=..7", "6 7" },
		/* A bare number reaches the rejected, an address does not. */
		{ "9", "9" },
		{ "rex@example.com", "" },
		{ "9 rex@example.com", "9" },
		{ "approval=Rejected", "9" },
		{ "email=rex@example.com not approval=Approved", "9" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_search(void **state)
{
	static const struct query_case cases[] = {
		/* Each word begins a word of name, e-mail, organization,
		 * title, label or city. */
		{ "ann", "6 10" },
		{ "Ann`Lee", "6 10" },
		{ "lee ann", "6 10" },
		{ "nn", "" },
		{ "annable", "10" },
		{ "acme", "6 8" },
		{ "labs", "8" },
		{ "hiring", "7" },
		{ "zurich", "6" },
		{ "ZÜR", "6" },
		{ "campus", "6" },
		{ "fair", "6" },
		{ "vi", "6" },
		{ "example", "6 7 8 10" },
		{ "cn", "8" },
		{ "unknown", "10" },
		{ "小", "8" },
		{ "met", "" },
		{ "ann acme", "6" },
		{ "ann or jose", "6 7 10" },
		{ "not ann", "7 8 11" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_logic(void **state)
{
	static const struct query_case cases[] = {
		{ "title=ceo or labels=nothing", "6" },
		{ "title=ceo or first_name=jose", "6 7" },
		{ "title=ceo and first_name=ann", "6" },
		{ "title=ceo first_name=jose", "" },
		{ "title=ceo or title=head* city=nowhere", "6" },
		{ "( title=ceo or title=head* ) city=zurich", "6" },
		{ "not ( title=ceo or title=head* )", "8 10 11" },
		{ "not not title=ceo", "6" },
		{ "not title=ceo and not title=head*", "8 10 11" },
		{ "( ( ( 6 ) ) )", "6" },
		{ "email=wei@example.cn or email=jose@example.org or 6", "6 7 8" },
		{ "", "6 7 8 10 11" },
		{ "or", "or: nothing stands before it" },
		{ "title=ceo or", "or: nothing follows it" },
		{ "title=ceo and", "and: nothing follows it" },
		{ "and title=ceo", "and: nothing stands before it" },
		{ "not", "not: nothing follows it" },
		{ "( title=ceo", "a parenthesis is not closed: ) is missing" },
		{ "title=ceo )", "): no parenthesis was opened before it" },
		{ "( )", "(: nothing follows it" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_picklists(void **state)
{
	static const struct query_case cases[] = {
		/* TR-6: reading ignores case, takes _ and - for a blank. */
		{ "client_status=active", "6" },
		{ "client_status=n/a", "7" },
		{ "candidate_status=consult_hot", "7" },
		{ "candidate_status=CONSULT-HOT", "7" },
		/* TR-8: a value of the store's own. */
		{ "client_status=key`account", "" },
		{ "client_status=", "10 11" },
		{ "client_status=P*", "8" },
		/* TR-13: the computed type is a filter like any other. */
		{ "type=Client", "6" },
		{ "type=C&C", "8" },
		{ "type=candidate", "7" },
		{ "type=none", "10 11" },
		{ "hiring_manager=true", "6 8" },
		{ "primary=true", "6" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_references(void **state)
{
	static const struct query_case cases[] = {
		/* CS-12: the contacts of an organization, by any of its names. */
		{ "organization=Acme`Inc.", "6" },
		{ "organization=acme`inc.", "6" },
		{ "organization=ACME`LTD.", "6" },
		{ "organization=#1", "6" },
		{ "organization=1", "6" },
		{ "organization=bolt`&`sohne", "7" },
		{ "organization=acme*", "6 8" },
		{ "organization~labs", "8" },
		/* A name of digits is a name first. */
		{ "organization=77", "11" },
		{ "organization=crm:A-2", "11" },
		/* What resolved to nothing matches as its text. */
		{ "organization=unknown`gmbh", "10" },
		{ "organization=unk*", "10" },
		{ "organization~gmbh", "10" },
		{ "organization=Nobody", "" },
		{ "organization=*", "6 7 8 10 11" },
		{ "organization=", "" },
		{ "organization.city=koln", "7" },
		{ "organization.city=*", "6 7 8" },
		{ "organization.domains=acme.example", "6" },
		{ "organization.domains=ACME.example", "6" },
		{ "organization.name=acme*", "6 8" },
		{ "organization.primary_contact.title=ceo", "6" },
		{ "organization.primary_contact.organization.city~field", "6" },
		{ "organization.assigned_to=ann", "6" },
		{ "not organization.city=*", "10 11" },
		/* TW-10: former organizations, by the name of one of them. */
		{ "former_organization=acme`inc.", "10" },
		{ "former_organizations=Acme`Labs", "10" },
		{ "former_organization.city=metropolis", "10" },
		/* HS-24, HS-25, and `me`. */
		{ "assigned_to=ann", "6" },
		{ "assigned_to=ANN", "6" },
		{ "assigned_to=me", "6" },
		{ "assigned_to=", "8 10 11" },
		{ "assigned_to=bob", "7" },
		{ "assigned_to=b*", "7" },
		{ "assigned_to=zoe", "assigned_to=zoe: there is no such user" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_related(void **state)
{
	static const struct query_options organizations = { .kind = &kind_organization,
		.me = "ann",
		.now = NOW,
		.search = true,
		.optional = true };
	static const struct query_case cases[] = {
		{ "contact.title=CEO", "1" },
		{ "contact=*", "1 2 3 4" },
		{ "not contact=*", "" },
		{ "contact=", "" },
		{ "contact.title!=CEO", "2 3 4" },
		{ "contact.do_not_email=true", "2" },
		{ "contact.title=CEO or contact.first_name=jose", "1 2" },
		{ "not contact.title=CEO", "2 3 4" },
		{ "contact.organization.city=koln", "2" },
		/* A rejected contact counts only where approval is asked. */
		{ "contact.first_name=rex", "" },
		{ "contact.approval=rejected", "1" },
		{ "acme", "1 3" },
		{ "crm:A-2", "4" },
		{ "77", "" },
		{ "name=77", "4" },
		{ "primary_contact=6", "1" },
		{ "primary_contact.name=ann*", "1" },
		{ "primary_contact=ann.lee@example.com", "1" },
		{ "picklist.name=client_status",
		    "picklist.name=client_status: organization has no such "
		    "field, and no picklist refers to one" },
		{ "contact=6", "contact=6: write contact=* or contact.FIELD=VALUE" },
		{ "primary_contact~6",
		    "primary_contact~6: write "
		    "primary_contact.FIELD to look into the contact" },
	};

	(void)state;
	CHECK(&organizations, cases);
}

static void
test_dates(void **state)
{
	static const struct query_case cases[] = {
		{ "created_at=2026-10-04", "6 7" },
		{ "created_at=2026-10-05", "8 10 11" },
		{ "created_at=today", "8 10 11" },
		{ "created_at=2026-10", "6 7 8 10 11" },
		{ "created_at=2025", "" },
		{ "created_at=2026-10-05..", "8 10 11" },
		{ "created_at=..2026-10-04", "6 7" },
		{ "created_at=2026-10-04..2026-10-04", "6 7" },
		{ "created_at=-1h..", "8 10 11" },
		{ "updated_at=-30d..", "6 7 8 10 11" },
		{ "updated_at=..-1h", "6 7" },
		{ "created_at=2026-10-04 title=ceo", "6" },
		{ "archived_at=2026-09", "10" },
		{ "archived_at=2026-09-30", "10" },
		{ "archived_at=2026-09-30T23:30:00Z", "10" },
		{ "archived_at=2026-10..", "" },
		{ "archived_at=*", "10" },
		{ "created_at.year=2026", "6 7 8 10 11" },
		{ "created_at.month=2026-10", "6 7 8 10 11" },
		{ "created_at.day=2026-10-04", "6 7" },
		/* ISO 8601: 4 October 2026 is a Sunday, the end of week 40. */
		{ "created_at.week=2026-W40", "6 7" },
		{ "created_at.week=2026-W41", "8 10 11" },
		{ "created_at.day=2026-10-05..", "8 10 11" },
		{ "archived_at.year=2025..2027", "10" },
		{ "rev=2", "8 10 11" },
		{ "rev=..1", "6 7" },
		{ "created_by=ann", "6 7 8 10 11" },
		/* TW-14: an attribute that is declared as a number. */
		{ "attr.score=7", "8" },
		{ "attr.score=7.0", "8" },
		{ "attr.score=7..13", "8 10" },
		{ "attr.score=..7", "8 11" },
		{ "attr.score=-10..-1", "11" },
		{ "attr.shirt=xl", "7" },
		{ "attr.shirt=*", "7 8" },
		{ "created_at=soon",
		    "created_at=soon: no date: write 2026, "
		    "2026-10, 2026-10-05, today, -30d, or a range such as "
		    "2026-01..2026-03" },
		{ "created_at.month=10",
		    "created_at.month=10: a month is written 2026-10" },
		{ "attr.score=many",
		    "attr.score=many: no number, nor a range "
		    "such as 3..7" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_mistakes(void **state)
{
	static const struct query_case cases[] = {
		{ "titel=ceo",
		    "titel: contact has no field titel; the "
		    "nearest is title" },
		{ "=x", "=x: no field stands before it" },
		{ "~x", "~x: no field stands before it" },
		{ "!=x", "!=x: no field stands before it" },
		{ "title~", "title~: a value is missing" },
		{ "ext.nosuch=1",
		    "ext.nosuch: the store knows no such "
		    "column" },
		{ "title.name=x",
		    "title.name: title is no reference to look "
		    "through" },
		{ "created_at.hour=1",
		    "created_at.hour: a date has .year, "
		    ".month, .week and .day" },
		{ "do_not_email=perhaps",
		    "do_not_email=perhaps: a flag is true or false" },
		{ "phone=none", "phone=none: no digits of a phone number" },
		{ "@vips", "@vips: there is no saved query of this name" },
	};
	static const struct query_options others = {
		.kind = &kind_contact, .me = "ann", .now = NOW
	};
	static const struct query_case strict[] = {
		{ "title=",
		    "title=: no value: 'FIELD=*' means any, and not "
		    "'FIELD=*' none" },
		{ "ann",
		    "ann: neither FIELD=VALUE, an id, an e-mail address "
		    "nor SYSTEM:ID" },
		{ "", "no query: which records?" },
		{ "6", "6" },
	};
	struct buf out = BUF_EMPTY;
	const char *wrong = "client_status=Wrong";

	(void)state;
	CHECK(&contacts, cases);
	CHECK(&others, strict);
	answer(&out, &contacts, &wrong, 1);
	assert_non_null(strstr(buf_string(&out),
	    "no such value, client_status "
	    "has: "));
	assert_non_null(strstr(buf_string(&out), "Key Account"));
	buf_release(&out);
}

/* I10: depth is capped, length is not. */
static void
test_large_queries(void **state)
{
	enum { MANY = 100000 };
	const char **operands = calloc(2 * MANY, sizeof(*operands));
	char *texts = malloc(32 * MANY);
	struct buf out = BUF_EMPTY;
	size_t i;

	(void)state;
	assert_non_null(operands);
	assert_non_null(texts);
	for (i = 0; i < MANY; i++) {
		snprintf(texts + 32 * i, 32, "email=n%zu@example.com", i);
		operands[2 * i] = i == 4321 ? "email=wei@example.cn" : texts + 32 * i;
		operands[2 * i + 1] = "or";
	}
	answer(&out, &contacts, operands, 2 * MANY - 1);
	assert_string_equal(buf_string(&out), "8");
	for (i = 0; i < MANY; i++) {
		snprintf(texts + 32 * i, 32, "%zu", i);
		operands[i] = texts + 32 * i;
	}
	answer(&out, &contacts, operands, MANY);
	assert_string_equal(buf_string(&out), "6 7 8 9 10 11");
	for (i = 0; i < MANY; i++)
		operands[i] = "not";
	operands[MANY] = "title=ceo";
	answer(&out, &contacts, operands, MANY + 1);
	assert_string_equal(buf_string(&out), "6");
	for (i = 0; i < MANY; i++)
		operands[i] = "(";
	answer(&out, &contacts, operands, MANY);
	assert_string_equal(
	    buf_string(&out), "parentheses are nested more than 200 deep");
	free(operands);
	free(texts);
	buf_release(&out);
}

static void
test_an_index_is_used(void **state)
{
	static const struct {
		const char *operand, *index;
	} cases[] = {
		{ "email=wei@example.cn", "index email, 1 record examined" },
		{ "organization=Acme Labs", "index organization, 1 record examined" },
		{ "organization=acme l*", "index organization, 1 record examined" },
		{ "organization=unkn*", "index organization, 1 record examined" },
		{ "organization.domains=acme.example",
		    "index organization, 2 records examined" },
		{ "name=ann lee", "index name, 1 record examined" },
		{ "ext.crm=C-3", "index ext, 1 record examined" },
		{ "description~fair", "no index, 12 records examined" },
		{ "created_at=today", "no index, 5 records examined" },
		{ "7", "index id, 1 record examined" },
	};
	struct buf out = BUF_EMPTY;
	struct query *query;
	struct fault fault;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    query_parse(&query, txn, &cases[i].operand, 1, &contacts, &fault), 0);
		assert_int_equal(query_run(query, print_id, &out, &fault), 0);
		assert_string_equal(query_explain(query), cases[i].index);
		query_free(query);
	}
	buf_release(&out);
}

/* A store large enough for two threads, in which every seventh matches. */
enum { CROWD = 150000 };

static int
create_crowd(struct txn *run, void *context, struct fault *fault)
{
	struct record_form *form = malloc(sizeof(*form));
	char name[32];
	uint64_t id;
	int i, result = 0;

	(void)context;
	assert_non_null(form);
	for (i = 0; i < CROWD && result == 0; i++) {
		record_form_clear(form);
		snprintf(name, sizeof(name), i % 7 == 0 ? "Lucky %d" : "No %d", i);
		record_form_set(form, CONTACT_LAST_NAME, view_of(name));
		result =
		    change_create(run, &kind_contact, form, 0, CAUSE_ROW, &id, fault);
	}
	free(form);
	return result;
}

struct crowd {
	uint64_t last, count, most;
};

static int
count_ascending(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct crowd *crowd = context;

	(void)record;
	(void)fault;
	assert_true(id > crowd->last);
	assert_true((id - 1) % 7 == 0);
	crowd->last = id;
	return ++crowd->count == crowd->most;
}

static void
test_two_threads_scan_in_order(void **state)
{
	static const char *const operand = "last_name~lucky";
	static const struct run run = { NOW, NOW, "ann", "test", "", false, NULL, NULL };
	char directory[] = "/tmp/contact-crowd-XXXXXX", file[64];
	struct store_options options = { .path = directory, .write = true, .wait = 1 };
	static const uint64_t limits[] = { 1, 5000, CROWD / 7 + 1, CROWD };
	struct run_outcome outcome;
	struct store *crowded;
	struct query *query;
	struct txn *reader;
	struct fault fault;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(store_open(&crowded, &options, &fault), 0);
	assert_int_equal(
	    store_run(crowded, &run, create_crowd, NULL, &outcome, &fault), 0);
	assert_int_equal(txn_begin(&reader, crowded, &fault), 0);
	for (i = 0; i < 4; i++) {
		struct crowd crowd = { 0, 0, limits[i] };
		bool stopped = limits[i] <= CROWD / 7 + 1;

		assert_int_equal(
		    query_parse(&query, reader, &operand, 1, &contacts, &fault), 0);
		assert_int_equal(
		    query_run(query, count_ascending, &crowd, &fault), stopped);
		assert_int_equal(crowd.count, stopped ? limits[i] : CROWD / 7 + 1);
		if (!stopped)
			assert_string_equal(
			    query_explain(query), "no index, 150000 records examined");
		query_free(query);
	}
	txn_end(reader);
	store_close(crowded);
	for (i = 0; i < 3; i++) {
		static const char *const names[] = { "data.mdb", "lock.mdb",
			"writer.lock" };

		snprintf(file, sizeof(file), "%s/%s", directory, names[i]);
		unlink(file);
	}
	rmdir(directory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_named_records),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_logic),
		cmocka_unit_test(test_picklists),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_related),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_large_queries),
		cmocka_unit_test(test_an_index_is_used),
		cmocka_unit_test(test_two_threads_scan_in_order),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
