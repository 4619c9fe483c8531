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

#include <unistd.h>

#include "model/change.h"
#include "model/columns.h"
#include "model/order.h"
#include "model/tally.h"

#define DAY 86400
#define NOW 1791201600 /* 2026-10-05T12:00:00Z */

static char place[] = "/tmp/contact-query-XXXXXX";
static struct store *store;
static struct txn *txn;

/* One record: its kind, then FIELD=VALUE up to NULL. A reference is given as
 * the number of its target behind `>`, or as text that is kept. */
struct person {
	const struct kind *kind;
	const char *cells[16];
};

static const struct person first_day[] = {
	/* 1 */ { &kind_organization, { "name=Acme Inc.", "city=Springfield",
	    "domains=acme.example;acme.example.org", "former_names=Acme Ltd.",
	    "assigned_to=ann", "primary_contact=>6" } },
	/* 2 */ { &kind_organization, { "name=Bolt & Söhne", "city=Köln" } },
	/* 3 */ { &kind_organization, { "name=Acme Labs", "city=Metropolis" } },
	/* 4 */ { &kind_organization, { "name=77", "ext.crm=A-2" } },
	/* 5 */ { &kind_picklist, { "name=client_status", "value=Key Account" } },
	/* 6 */ { &kind_contact, { "first_name=Ann", "last_name=Lee",
	    "email=Ann.Lee@Example.com", "phone=+1 (555) 010-0",
	    "organization=>1", "title=CEO", "labels=vip;Campus Fair",
	    "client_status=Active", "candidate_status=Not Applicable",
	    "assigned_to=ann", "city=Zürich", "ext.crm=C-1",
	    "description=Met at the Fair" } },
	/* 7 */ { &kind_contact, { "first_name=José", "last_name=Núñez",
	    "email=jose@example.org", "other_emails=pepe@example.net",
	    "mobile=555-0100", "organization=>2", "title=Head of Hiring",
	    "client_status=Not Applicable", "candidate_status=Consult Hot",
	    "assigned_to=bob", "do_not_email=true", "attr.shirt=XL" } },
};

static const struct person second_day[] = {
	/* 8 */ { &kind_contact, { "name=Wei 李小龍", "email=wei@example.cn",
	    "organization=>3", "client_status=Prospect",
	    "candidate_status=Prospect", "do_not_email=false",
	    "attr.shirt=L", "attr.score=7" } },
	/* 9 */ { &kind_contact, { "first_name=Rex", "last_name=Jected",
	    "email=rex@example.com", "approval=Rejected",
	    "organization=>1" } },
	/* 10 */ { &kind_contact, { "last_name=Lee-Annable",
	    "organization=Unknown GmbH", "former_organizations=>1;>3",
	    "email=ann.lee@example.com", "ext.crm=C-2;C-3",
	    "archived_at=2026-09-30T23:30:00Z", "attr.score=12.5" } },
	/* 11 */ { &kind_contact, { "last_name=Null", "title=A=B",
	    "description=100% ~sure", "organization=>4",
	    "attr.score=-3" } },
	/* 12 */ { &kind_attribute, { "name=score", "type=number" } },
};

struct batch {
	const struct person *people;
	size_t count;
};

static void
put_references(struct buf *out, struct view list)
{
	struct buf scratch = BUF_EMPTY, one = BUF_EMPTY;
	struct view element;
	uint64_t id;

	while (list_next(&list, &element, &scratch)) {
		buf_clear(&one);
		if (element.at[0] == '>' &&
		    entity_read_id(view_from(element, 1), &id))
			reference_put(&one, id);
		else
			buf_view(&one, element);
		list_add(out, 0, buf_as_view(&one));
	}
	buf_release(&scratch);
	buf_release(&one);
}

static int
set_cell(struct record_form *form, struct txn *run, const struct kind *kind,
    const char *cell, struct buf *value, struct fault *fault)
{
	const char *equals = strchr(cell, '=');
	struct view name = view_make(cell, (size_t)(equals - cell));
	const struct field *field = kind_field(kind, name);
	uint16_t slot;

	if (field == NULL) {
		bool ext = view_begins(name, VIEW("ext."));

		if (txn_name_slot(run, ext ? NAME_EXT : NAME_ATTR,
		    view_from(name, ext ? 4 : 5), true, &slot, fault) == -1)
			return -1;
	} else {
		slot = field->slot;
	}
	if (field != NULL && field->type == TYPE_REFERENCE)
		put_references(value, view_of(equals + 1));
	else
		buf_text(value, equals + 1);
	record_form_set(form, slot, buf_as_view(value));
	return 0;
}

static int
create_all(struct txn *run, void *context, struct fault *fault)
{
	const struct batch *batch = context;
	struct record_form *form = malloc(sizeof(*form));
	struct buf values[16];
	uint64_t id;
	size_t i, j;
	int result = 0;

	assert_non_null(form);
	for (i = 0; i < batch->count && result == 0; i++) {
		const struct person *person = &batch->people[i];

		record_form_clear(form);
		for (j = 0; j < 16; j++)
			values[j] = BUF_EMPTY;
		for (j = 0; j < 16 && person->cells[j] != NULL && result == 0;
		    j++)
			result = set_cell(form, run, person->kind,
			    person->cells[j], &values[j], fault);
		if (result == 0)
			result = change_create(run, person->kind, form, 0,
			    CAUSE_ROW, &id, fault);
		for (j = 0; j < 16; j++)
			buf_release(&values[j]);
	}
	free(form);
	return result;
}

static void
store_batch(const struct person *people, size_t count, int64_t now)
{
	struct batch batch = { people, count };
	struct run run = { now, now, "ann", "test", "", false };
	struct run_outcome outcome;
	struct fault fault;

	if (store_run(store, &run, create_all, &batch, &outcome, &fault) != 0)
		fail_msg("%s", fault.text);
}

static int
begin(void **state)
{
	struct store_options options = { place, true, 1, 0 };
	struct fault fault;

	(void)state;
	if (mkdtemp(place) == NULL)
		return -1;
	if (store_open(&store, &options, &fault) != 0)
		fail_msg("%s", fault.text);
	store_batch(first_day, sizeof(first_day) / sizeof(first_day[0]),
	    NOW - DAY);
	store_batch(second_day, sizeof(second_day) / sizeof(second_day[0]),
	    NOW);
	if (txn_begin(&txn, store, &fault) != 0)
		fail_msg("%s", fault.text);
	return 0;
}

static int
end(void **state)
{
	char command[128];

	(void)state;
	txn_end(txn);
	store_close(store);
	snprintf(command, sizeof(command), "%s/data.mdb", place);
	unlink(command);
	snprintf(command, sizeof(command), "%s/lock.mdb", place);
	unlink(command);
	snprintf(command, sizeof(command), "%s/writer.lock", place);
	unlink(command);
	return rmdir(place);
}

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
print_id(void *context, uint64_t id, struct record record,
    struct fault *fault)
{
	struct buf *out = context;

	(void)record;
	(void)fault;
	if (out->len > 0)
		buf_char(out, ' ');
	buf_number(out, id);
	return 0;
}

static const struct query_options contacts = {
	&kind_contact, "ann", NOW, true, true
};

/* The ids that match, or the fault's sentence. */
static void
answer(struct buf *out, const struct query_options *options,
    const char *const *operands, size_t count)
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
check_cases(const struct query_options *options,
    const struct query_case *cases, size_t count)
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
		if (n == 0 || (cases[i].expected[0] != '\0' &&
		    strchr("0123456789", cases[i].expected[0]) == NULL))
			continue;
		operands[n + 1] = "or";
		operands[n + 2] = "description~nowhere";
		operands[n + 3] = ")";
		answer(&out, options, operands, n + 4);
		if (strcmp(buf_string(&out), cases[i].expected) != 0)
			fail_msg("%s\nscanned gives: %s\nnot: %s",
			    cases[i].query, buf_string(&out),
			    cases[i].expected);
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
		{ "6", "6" }, { "#6", "6" }, { "6 8", "6 8" },
		{ "8 6 8", "6 8" },
		{ "6 title=ceo", "6" }, { "8 title=ceo", "" },
		{ "6 8 title=ceo", "6" },
		{ "not 6", "7 8 10 11" }, { "not 6 not 7", "8 10 11" },
		/* A number of another kind is no contact. */
		{ "1", "" }, { "999999", "" }, { "0", "" },
		{ "18446744073709551615", "" },
		/* An address that several bear names them all. */
		{ "ann.lee@example.com", "6 10" },
		{ "pepe@example.net 8", "7 8" },
		{ "crm:C-2", "10" }, { "crm:C-2 crm:C-1", "6 10" },
		{ "id=6", "6" }, { "id=6..8", "6 7 8" }, { "id=10..", "10 11" },
		{ "id=..7", "6 7" },
		/* A bare number reaches the rejected, an address does not. */
		{ "9", "9" }, { "rex@example.com", "" },
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
		{ "ann", "6 10" }, { "Ann`Lee", "6 10" }, { "lee ann", "6 10" },
		{ "nn", "" }, { "annable", "10" }, { "acme", "6 8" },
		{ "labs", "8" }, { "hiring", "7" }, { "zurich", "6" },
		{ "ZÜR", "6" }, { "campus", "6" }, { "fair", "6" },
		{ "vi", "6" }, { "example", "6 7 8 10" }, { "cn", "8" },
		{ "unknown", "10" }, { "小", "8" }, { "met", "" },
		{ "ann acme", "6" }, { "ann or jose", "6 7 10" },
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
		{ "email=wei@example.cn or email=jose@example.org or 6",
		    "6 7 8" },
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
		{ "type=Client", "6" }, { "type=C&C", "8" },
		{ "type=candidate", "7" }, { "type=none", "10 11" },
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
		{ "organization=#1", "6" }, { "organization=1", "6" },
		{ "organization=bolt`&`sohne", "7" },
		{ "organization=acme*", "6 8" },
		{ "organization~labs", "8" },
		/* A name of digits is a name first. */
		{ "organization=77", "11" }, { "organization=crm:A-2", "11" },
		/* What resolved to nothing matches as its text. */
		{ "organization=unknown`gmbh", "10" },
		{ "organization=unk*", "10" }, { "organization~gmbh", "10" },
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
		{ "assigned_to=ann", "6" }, { "assigned_to=ANN", "6" },
		{ "assigned_to=me", "6" }, { "assigned_to=", "8 10 11" },
		{ "assigned_to=bob", "7" }, { "assigned_to=b*", "7" },
		{ "assigned_to=zoe", "assigned_to=zoe: there is no such user" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_related(void **state)
{
	static const struct query_options organizations = {
		&kind_organization, "ann", NOW, true, true
	};
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
		{ "acme", "1 3" }, { "crm:A-2", "4" }, { "77", "" },
		{ "name=77", "4" }, { "primary_contact=6", "1" },
		{ "primary_contact.name=ann*", "1" },
		{ "primary_contact=ann.lee@example.com", "1" },
		{ "picklist.name=client_status",
		    "picklist.name=client_status: organization has no such "
		    "field, and no picklist refers to one" },
		{ "contact=6",
		    "contact=6: write contact=* or contact.FIELD=VALUE" },
		{ "primary_contact~6", "primary_contact~6: write "
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
		{ "rev=2", "8 10 11" }, { "rev=..1", "6 7" },
		{ "created_by=ann", "6 7 8 10 11" },
		/* TW-14: an attribute that is declared as a number. */
		{ "attr.score=7", "8" }, { "attr.score=7.0", "8" },
		{ "attr.score=7..13", "8 10" }, { "attr.score=..7", "8 11" },
		{ "attr.score=-10..-1", "11" },
		{ "attr.shirt=xl", "7" }, { "attr.shirt=*", "7 8" },
		{ "created_at=soon", "created_at=soon: no date: write 2026, "
		    "2026-10, 2026-10-05, today, -30d, or a range such as "
		    "2026-01..2026-03" },
		{ "created_at.month=10",
		    "created_at.month=10: a month is written 2026-10" },
		{ "attr.score=many", "attr.score=many: no number, nor a range "
		    "such as 3..7" },
	};

	(void)state;
	CHECK(&contacts, cases);
}

static void
test_mistakes(void **state)
{
	static const struct query_case cases[] = {
		{ "titel=ceo", "titel: contact has no field titel; the "
		    "nearest is title" },
		{ "=x", "=x: no field stands before it" },
		{ "~x", "~x: no field stands before it" },
		{ "!=x", "!=x: no field stands before it" },
		{ "title~", "title~: a value is missing" },
		{ "ext.nosuch=1", "ext.nosuch: the store knows no such "
		    "column" },
		{ "title.name=x", "title.name: title is no reference to look "
		    "through" },
		{ "created_at.hour=1", "created_at.hour: a date has .year, "
		    ".month, .week and .day" },
		{ "assigned_to.email=x", "assigned_to.email: assigned_to is "
		    "kept as text, there is no user to look into" },
		{ "do_not_email=perhaps",
		    "do_not_email=perhaps: a flag is true or false" },
		{ "phone=none", "phone=none: no digits of a phone number" },
		{ "@vips", "@vips: there is no saved query of this name" },
	};
	static const struct query_options others = {
		&kind_contact, "ann", NOW, false, false
	};
	static const struct query_case strict[] = {
		{ "title=", "title=: no value: write 'FIELD=*' for any, not "
		    "'FIELD=*' for none" },
		{ "ann", "ann: neither FIELD=VALUE, an id, an e-mail address "
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
	assert_non_null(strstr(buf_string(&out), "no such value, client_status "
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
		operands[2 * i] = i == 4321 ? "email=wei@example.cn"
		    : texts + 32 * i;
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
	assert_string_equal(buf_string(&out),
	    "parentheses are nested more than 200 deep");
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
		{ "organization=Acme Labs",
		    "index organization, 1 record examined" },
		{ "organization=acme l*",
		    "index organization, 1 record examined" },
		{ "organization=unkn*",
		    "index organization, 1 record examined" },
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
		assert_int_equal(query_parse(&query, txn, &cases[i].operand, 1,
		    &contacts, &fault), 0);
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
		snprintf(name, sizeof(name), i % 7 == 0 ? "Lucky %d" : "No %d",
		    i);
		record_form_set(form, CONTACT_LAST_NAME, view_of(name));
		result = change_create(run, &kind_contact, form, 0, CAUSE_ROW,
		    &id, fault);
	}
	free(form);
	return result;
}

struct crowd {
	uint64_t last, count, most;
};

static int
count_ascending(void *context, uint64_t id, struct record record,
    struct fault *fault)
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
	static const struct run run = { NOW, NOW, "ann", "test", "", false };
	char directory[] = "/tmp/contact-crowd-XXXXXX", file[64];
	struct store_options options = { directory, true, 1, 0 };
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
	assert_int_equal(store_run(crowded, &run, create_crowd, NULL, &outcome,
	    &fault), 0);
	assert_int_equal(txn_begin(&reader, crowded, &fault), 0);
	for (i = 0; i < 4; i++) {
		struct crowd crowd = { 0, 0, limits[i] };
		bool stopped = limits[i] <= CROWD / 7 + 1;

		assert_int_equal(query_parse(&query, reader, &operand, 1,
		    &contacts, &fault), 0);
		assert_int_equal(query_run(query, count_ascending, &crowd,
		    &fault), stopped);
		assert_int_equal(crowd.count, stopped ? limits[i]
		    : CROWD / 7 + 1);
		if (!stopped)
			assert_string_equal(query_explain(query),
			    "no index, 150000 records examined");
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

struct column_case {
	uint64_t id;
	const char *column, *expected;
};

static void
test_columns(void **state)
{
	static const struct column_case cases[] = {
		{ 6, "id", "6" }, { 6, "rev", "1" }, { 6, "name", "Ann Lee" },
		{ 6, "title", "CEO" }, { 6, "organization", "Acme Inc." },
		{ 10, "organization", "Unknown GmbH" },
		{ 6, "organization.city", "Springfield" },
		{ 6, "organization.domains", "acme.example;acme.example.org" },
		{ 6, "organization.primary_contact", "6" },
		{ 6, "organization.primary_contact.name", "Ann Lee" },
		{ 10, "former_organizations", "Acme Inc.;Acme Labs" },
		{ 10, "former_organizations.city", "Springfield;Metropolis" },
		{ 10, "former_organization.city", "Springfield;Metropolis" },
		{ 11, "organization", "77" },
		{ 6, "created_at", "2026-10-04T12:00:00Z" },
		{ 6, "created_at.year", "2026" },
		{ 6, "created_at.month", "2026-10" },
		{ 6, "created_at.week", "2026-W40" },
		{ 6, "created_at.day", "2026-10-04" },
		{ 6, "archived_at.month", "" }, { 6, "created_by", "ann" },
		{ 6, "type", "Client" }, { 6, "labels", "vip;Campus Fair" },
		{ 6, "ext.crm", "C-1" }, { 10, "ext.crm", "C-2;C-3" },
		{ 8, "attr.shirt", "L" }, { 6, "attr.shirt", "" },
	};
	struct buf out = BUF_EMPTY;
	struct column *column;
	struct record record;
	struct view lent;
	struct fault fault;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(column_parse(&column, txn, &kind_contact,
		    view_of(cases[i].column), &fault), 0);
		assert_int_equal(txn_record(txn, cases[i].id, &record, &fault),
		    1);
		buf_clear(&out);
		assert_int_equal(column_print(column, cases[i].id, record, &out,
		    &fault), 0);
		assert_string_equal(buf_string(&out), cases[i].expected);
		assert_int_equal(column_view(column, cases[i].id, record, &lent,
		    &fault), 0);
		assert_true(view_is(lent, cases[i].expected));
		assert_true(view_is(column_name(column), cases[i].column));
		column_free(column);
	}
	assert_int_equal(column_parse(&column, txn, &kind_contact,
	    VIEW("frist_name"), &fault), -1);
	assert_string_equal(fault.text, "frist_name: contact has no field "
	    "frist_name; the nearest is first_name");
	buf_release(&out);
}

static void
test_all_columns(void **state)
{
	struct columns columns = { NULL, NULL, 0 };
	struct fault fault;

	(void)state;
	assert_int_equal(columns_all(&columns, txn, &kind_contact, &fault), 0);
	assert_true(columns.count == kind_contact.count + 3);
	assert_true(view_is(column_name(columns.at[0]), "id"));
	assert_true(view_is(column_name(columns.at[1]), "rev"));
	assert_true(view_is(column_name(columns.at[columns.count - 3]),
	    "ext.crm"));
	columns_release(&columns);
	/* Only what records of the kind have: no attribute of contacts. */
	assert_int_equal(columns_all(&columns, txn, &kind_organization,
	    &fault), 0);
	assert_true(columns.count == kind_organization.count + 1);
	assert_true(view_is(column_name(columns.at[columns.count - 1]),
	    "ext.crm"));
	columns_release(&columns);
}

static void
test_order(void **state)
{
	/* Each stands before the next. */
	static const char *const numbers[] = { "-100", "-99.5", "-99", "-2",
		"-1.01", "-1", "-0.5", "0", "0.05", "0.5", "1", "1.01", "1.1",
		"2", "10", "18446744073709551616", "" };
	static const char *const texts[] = { "Abel", "Ännchen", "annie", "b",
		"Zoe", "" };
	struct buf a = BUF_EMPTY, b = BUF_EMPTY;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		for (j = i + 1; j < sizeof(numbers) / sizeof(numbers[0]); j++) {
			buf_clear(&a);
			buf_clear(&b);
			order_key(&a, TYPE_NUMBER, view_of(numbers[i]), false);
			order_key(&b, TYPE_NUMBER, view_of(numbers[j]), false);
			assert_true(view_compare(buf_as_view(&a),
			    buf_as_view(&b)) < 0);
			buf_clear(&a);
			buf_clear(&b);
			order_key(&a, TYPE_NUMBER, view_of(numbers[i]), true);
			order_key(&b, TYPE_NUMBER, view_of(numbers[j]), true);
			/* Descending, but blanks stay last. */
			assert_true((view_compare(buf_as_view(&a),
			    buf_as_view(&b)) > 0) == (numbers[j][0] != '\0'));
		}
	for (i = 0; i + 1 < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_clear(&a);
		buf_clear(&b);
		order_key(&a, TYPE_TEXT, view_of(texts[i]), false);
		order_key(&b, TYPE_TEXT, view_of(texts[i + 1]), false);
		assert_true(view_compare(buf_as_view(&a), buf_as_view(&b)) < 0);
	}
	buf_release(&a);
	buf_release(&b);
}

static int
tally_record(void *context, uint64_t id, struct record record,
    struct fault *fault)
{
	return tally_add(context, id, record, fault);
}

/* HS-27: counts by value, blank last, a list once per element. */
static void
test_tally(void **state)
{
	static const struct {
		const char *columns, *expected;
	} cases[] = {
		{ "assigned_to", "ann|1 bob|1 |3 " },
		{ "labels", "Campus Fair|1 vip|1 |4 " },
		{ "created_at.day", "2026-10-04|2 2026-10-05|3 " },
		{ "organization.city", "Köln|1 Metropolis|1 Springfield|1 "
		    "|2 " },
		{ "attr.score", "-3|1 7|1 12.5|1 |2 " },
		{ "type,organization", "C&C|Acme Labs|1 Candidate|Bolt & "
		    "Söhne|1 Client|Acme Inc.|1 None|77|1 None|Unknown GmbH|1 "
		},
	};
	struct columns columns = { NULL, NULL, 0 };
	struct buf out = BUF_EMPTY;
	struct query *query;
	struct tally tally;
	struct fault fault;
	size_t i, j, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		assert_int_equal(columns_parse(&columns, txn, &kind_contact,
		    view_of(cases[i].columns), false, &fault), 0);
		assert_int_equal(tally_open(&tally, &columns, &fault), 0);
		assert_int_equal(query_parse(&query, txn, NULL, 0, &contacts,
		    &fault), 0);
		assert_int_equal(query_run(query, tally_record, &tally, &fault),
		    0);
		assert_int_equal(tally_sort(&tally, &fault), 0);
		for (j = 0; j < tally.count; j++) {
			for (k = 0; k < columns.count; k++) {
				buf_view(&out, tally.rows[j].cells[k]);
				buf_char(&out, '|');
			}
			buf_number(&out, tally.rows[j].count);
			buf_char(&out, ' ');
		}
		assert_string_equal(buf_string(&out), cases[i].expected);
		query_free(query);
		tally_close(&tally);
		columns_release(&columns);
	}
	buf_release(&out);
}

/* Labels read back to the record that they were printed for. */
static void
test_labels(void **state)
{
	struct buf out = BUF_EMPTY;
	struct ids ids = { NULL, 0, 0 };
	struct fault fault;
	uint64_t id;

	(void)state;
	for (id = 1; id <= 4; id++) {
		buf_clear(&out);
		ids.count = 0;
		assert_int_equal(entity_label(&out, txn, &kind_organization, id,
		    &fault), 0);
		assert_int_equal(entity_resolve(txn, &kind_organization,
		    buf_as_view(&out), &ids, &fault), 0);
		assert_int_equal(ids.count, 1);
		assert_int_equal(ids.at[0], id);
	}
	buf_clear(&out);
	assert_int_equal(entity_label(&out, txn, &kind_organization, 99,
	    &fault), 0);
	assert_string_equal(buf_string(&out), "#99");
	buf_release(&out);
	ids_release(&ids);
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
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_all_columns),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_tally),
		cmocka_unit_test(test_labels),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
