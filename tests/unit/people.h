/* SPDX-License-Identifier: ISC */
#ifndef UNIT_PEOPLE_H
#define UNIT_PEOPLE_H

/*
 * A store of a dozen records for the tests of queries and columns, made in two
 * runs on two days. Each test program includes it once.
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
#include "model/query.h"

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
	/* 1 */ { &kind_organization,
	    { "name=Acme Inc.", "city=Springfield",
		"domains=acme.example;acme.example.org", "former_names=Acme Ltd.",
		"assigned_to=ann", "primary_contact=>6" } },
	/* 2 */ { &kind_organization, { "name=Bolt & Söhne", "city=Köln" } },
	/* 3 */ { &kind_organization, { "name=Acme Labs", "city=Metropolis" } },
	/* 4 */ { &kind_organization, { "name=77", "ext.crm=A-2" } },
	/* 5 */ { &kind_picklist, { "name=client_status", "value=Key Account" } },
	/* 6 */
	{ &kind_contact,
	    { "first_name=Ann", "last_name=Lee", "email=Ann.Lee@Example.com",
		"phone=+1 (555) 010-0", "organization=>1", "title=CEO",
		"labels=vip;Campus Fair", "client_status=Active",
		"candidate_status=Not Applicable", "assigned_to=ann", "city=Zürich",
		"ext.crm=C-1", "description=Met at the Fair" } },
	/* 7 */
	{ &kind_contact,
	    { "first_name=José", "last_name=Núñez", "email=jose@example.org",
		"other_emails=pepe@example.net", "mobile=555-0100", "organization=>2",
		"title=Head of Hiring", "client_status=Not Applicable",
		"candidate_status=Consult Hot", "assigned_to=bob", "do_not_email=true",
		"attr.shirt=XL" } },
};

static const struct person second_day[] = {
	/* 8 */ { &kind_contact,
	    { "name=Wei 李小龍", "email=wei@example.cn", "organization=>3",
		"client_status=Prospect", "candidate_status=Prospect",
		"do_not_email=false", "attr.shirt=L", "attr.score=7" } },
	/* 9 */
	{ &kind_contact,
	    { "first_name=Rex", "last_name=Jected", "email=rex@example.com",
		"approval=Rejected", "organization=>1" } },
	/* 10 */
	{ &kind_contact,
	    { "last_name=Lee-Annable", "organization=Unknown GmbH",
		"former_organizations=>1;>3", "email=ann.lee@example.com",
		"ext.crm=C-2;C-3", "archived_at=2026-09-30T23:30:00Z",
		"attr.score=12.5" } },
	/* 11 */
	{ &kind_contact,
	    { "last_name=Null", "title=A=B", "description=100% ~sure", "organization=>4",
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
		if (element.at[0] == '>' && entity_read_id(view_from(element, 1), &id))
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
		for (j = 0; j < 16 && person->cells[j] != NULL && result == 0; j++)
			result = set_cell(
			    form, run, person->kind, person->cells[j], &values[j], fault);
		if (result == 0)
			result = change_create(
			    run, person->kind, form, 0, CAUSE_ROW, &id, fault);
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
	struct run run = { now, now, "ann", "test", "", false, NULL, NULL };
	struct run_outcome outcome;
	struct fault fault;

	if (store_run(store, &run, create_all, &batch, &outcome, &fault) != 0)
		fail_msg("%s", fault.text);
}

static int
begin(void **state)
{
	struct store_options options = { .path = place, .write = true, .wait = 1 };
	struct fault fault;

	(void)state;
	if (mkdtemp(place) == NULL)
		return -1;
	if (store_open(&store, &options, &fault) != 0)
		fail_msg("%s", fault.text);
	store_batch(first_day, sizeof(first_day) / sizeof(first_day[0]), NOW - DAY);
	store_batch(second_day, sizeof(second_day) / sizeof(second_day[0]), NOW);
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

static const struct query_options contacts = {
	.kind = &kind_contact, .me = "ann", .now = NOW, .search = true, .optional = true
};

#endif
