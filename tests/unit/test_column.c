/* SPDX-License-Identifier: ISC */
/*
 * What columns print, how rows are ordered and counted by them, and that what
 * a reference prints as is read back to the same record.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/columns.h"
#include "model/order.h"
#include "model/tally.h"
#include "people.h"

struct column_case {
	uint64_t id;
	const char *column, *expected;
};

static void
test_columns(void **state)
{
	static const struct column_case cases[] = {
		{ 6, "id", "6" },
		{ 6, "rev", "1" },
		{ 6, "name", "Ann Lee" },
		{ 6, "title", "CEO" },
		{ 6, "organization", "Acme Inc." },
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
		{ 6, "archived_at.month", "" },
		{ 6, "created_by", "ann" },
		{ 6, "type", "Client" },
		{ 6, "labels", "vip;Campus Fair" },
		{ 6, "ext.crm", "C-1" },
		{ 10, "ext.crm", "C-2;C-3" },
		{ 8, "attr.shirt", "L" },
		{ 6, "attr.shirt", "" },
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
				     view_of(cases[i].column), &fault),
		    0);
		assert_int_equal(txn_record(txn, cases[i].id, &record, &fault), 1);
		buf_clear(&out);
		assert_int_equal(
		    column_print(column, cases[i].id, record, &out, &fault), 0);
		assert_string_equal(buf_string(&out), cases[i].expected);
		assert_int_equal(
		    column_view(column, cases[i].id, record, &lent, &fault), 0);
		assert_true(view_is(lent, cases[i].expected));
		assert_true(view_is(column_name(column), cases[i].column));
		column_free(column);
	}
	assert_int_equal(
	    column_parse(&column, txn, &kind_contact, VIEW("frist_name"), &fault), -1);
	assert_string_equal(fault.text,
	    "frist_name: contact has no field "
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
	assert_true(view_is(column_name(columns.at[columns.count - 3]), "ext.crm"));
	columns_release(&columns);
	/* Only what records of the kind have: no attribute of contacts. */
	assert_int_equal(columns_all(&columns, txn, &kind_organization, &fault), 0);
	assert_true(columns.count == kind_organization.count + 1);
	assert_true(view_is(column_name(columns.at[columns.count - 1]), "ext.crm"));
	columns_release(&columns);
}

static void
test_order(void **state)
{
	/* Each stands before the next. */
	static const char *const numbers[] = { "-100", "-99.5", "-99", "-2", "-1.01",
		"-1", "-0.5", "0", "0.05", "0.5", "1", "1.01", "1.1", "2", "10",
		"18446744073709551616", "" };
	static const char *const texts[] = { "Abel", "Ännchen", "annie", "b", "Zoe", "" };
	struct buf a = BUF_EMPTY, b = BUF_EMPTY;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		for (j = i + 1; j < sizeof(numbers) / sizeof(numbers[0]); j++) {
			buf_clear(&a);
			buf_clear(&b);
			order_key(&a, TYPE_NUMBER, view_of(numbers[i]), false);
			order_key(&b, TYPE_NUMBER, view_of(numbers[j]), false);
			assert_true(view_compare(buf_as_view(&a), buf_as_view(&b)) < 0);
			buf_clear(&a);
			buf_clear(&b);
			order_key(&a, TYPE_NUMBER, view_of(numbers[i]), true);
			order_key(&b, TYPE_NUMBER, view_of(numbers[j]), true);
			/* Descending, but blanks stay last. */
			assert_true((view_compare(buf_as_view(&a), buf_as_view(&b)) >
					0) == (numbers[j][0] != '\0'));
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
tally_record(void *context, uint64_t id, struct record record, struct fault *fault)
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
		{ "organization.city",
		    "Köln|1 Metropolis|1 Springfield|1 "
		    "|2 " },
		{ "attr.score", "-3|1 7|1 12.5|1 |2 " },
		{ "type,organization",
		    "C&C|Acme Labs|1 Candidate|Bolt & "
		    "Söhne|1 Client|Acme Inc.|1 None|77|1 None|Unknown GmbH|1 " },
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
				     view_of(cases[i].columns), false, &fault),
		    0);
		assert_int_equal(tally_open(&tally, &columns, &fault), 0);
		assert_int_equal(query_parse(&query, txn, NULL, 0, &contacts, &fault), 0);
		assert_int_equal(query_run(query, tally_record, &tally, &fault), 0);
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
		assert_int_equal(
		    entity_label(&out, txn, &kind_organization, id, &fault), 0);
		assert_int_equal(entity_resolve(txn, &kind_organization,
				     buf_as_view(&out), &ids, &fault),
		    0);
		assert_int_equal(ids.count, 1);
		assert_int_equal(ids.at[0], id);
	}
	buf_clear(&out);
	assert_int_equal(entity_label(&out, txn, &kind_organization, 99, &fault), 0);
	assert_string_equal(buf_string(&out), "#99");
	buf_release(&out);
	ids_release(&ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_all_columns),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_tally),
		cmocka_unit_test(test_labels),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
