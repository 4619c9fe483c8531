/* SPDX-License-Identifier: ISC */
/*
 * The built-in picklists, and what records of kinds picklist and attribute add
 * to them.
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
#include "model/value.h"

static char place[] = "/tmp/contact-vocabulary.XXXXXX";

static void
built_in_values_are_those_of_the_rules(void **state)
{
	/* TR-4, TR-5, TR-7, TW-23, HS-38, TW-44; + for a hiring manager (TR-45),
	 * - for no mail (TR-48), ~ for open. */
	static const struct {
		const char *picklist, *values;
	} cases[] = {
		{ "client_status", "Active+;Not Applicable;Past+;Prospect+;" },
		{ "candidate_status",
		    "Assigned;Consult Hot;Consult Warm;DNU-;"
		    "Not Applicable;Perm Active;Perm Passive;Placed;Prospect;" },
		{ "approval", "Approved;Pending;Rejected;" },
		{ "organization_approval", "None;Pending;Approved;Rejected;" },
		{ "visibility",
		    "Everyone;Myself and All Career Advisors;"
		    "Only Myself;" },
		{ "email_status", "Ok;Bounced-;Complained-;Invalid-;" },
		{ "job.status", "Open~;On Hold~;Filled;Closed;" },
		{ "placement.employment", "Consultant;Permanent;" },
		{ "status_event.event",
		    "job_created;job_edited;job_closed;job_reopened;"
		    "closing_report;end_assignment;" },
		{ "invitation_event.step",
		    "visited;details;confirmed;connected;joined;created;approved;"
		    "declined;bounced;complained;unsubscribed;" },
		{ "attribute_type", "text;flag;number;date;one-of;" },
		{ "contact_type", "Client;Candidate;C&C;None;" },
		{ "user_status", "none;pending;active;archived;" },
		{ "no_such_list", "" },
	};
	struct picklist_value value;
	struct vocabulary *vocabulary;
	struct buf seen = BUF_EMPTY;
	struct fault fault;

	(void)state;
	assert_int_equal(vocabulary_load(&vocabulary, NULL, &fault), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&seen);
		for (size_t n = 0;
		     vocabulary_value(vocabulary, cases[i].picklist, n, &value); n++) {
			assert_true(value.built_in && !value.hidden);
			assert_true(value.meaning.len > 0);
			buf_view(&seen, value.value);
			if (value.hiring_manager)
				buf_char(&seen, '+');
			if (value.open)
				buf_char(&seen, '~');
			if (value.no_mail)
				buf_char(&seen, '-');
			buf_char(&seen, ';');
		}
		assert_string_equal(buf_string(&seen), cases[i].values);
	}
	buf_release(&seen);
	vocabulary_free(vocabulary);
	vocabulary_free(NULL);
}

static int
add(struct txn *txn, const struct kind *kind, const char *const *values,
    struct fault *fault)
{
	struct record_form form;
	uint64_t id;

	record_form_clear(&form);
	for (uint16_t slot = 0; values[slot] != NULL; slot++)
		record_form_set(&form, slot, view_of(values[slot]));
	return change_create(txn, kind, &form, 0, CAUSE_ROW, &id, fault);
}

static int
fill(struct txn *txn, void *context, struct fault *fault)
{
	/* name, value, meaning, open, hiring_manager, no_mail, hidden */
	static const char *const values[][8] = {
		{ "client_status", "Key Account", "frame contract", "", "true" },
		{ "client_status", "Été", "", "", "", "true" },
		{ "client_status", "past", "", "", "", "", "true" },
		{ "shirt", "Large-Size", "" },
	};
	/* name, type, values, no_mail */
	static const char *const attributes[][5] = {
		{ "T-Shirt Size", "one-of", "S;M;X\\;L" },
		{ "vip", "flag", "", "true" },
		{ "born", "date" },
		{ "age", "number" },
		{ "free", "text" },
	};

	(void)context;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (add(txn, &kind_picklist, values[i], fault) == -1)
			return -1;
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (add(txn, &kind_attribute, attributes[i], fault) == -1)
			return -1;
	return 0;
}

static struct vocabulary *
load(void)
{
	static const struct run run = { .now = 1000000,
		.real = 1000000,
		.who = "tester",
		.program = "test",
		.options = "" };
	const struct store_options options = { .path = place, .write = true, .wait = 5 };
	struct vocabulary *vocabulary = NULL;
	struct run_outcome outcome;
	struct store *store;
	struct txn *txn = NULL;
	struct fault fault;

	if (store_open(&store, &options, &fault) != 0 ||
	    store_run(store, &run, fill, NULL, &outcome, &fault) != 0 ||
	    txn_begin(&txn, store, &fault) != 0)
		fail_msg("%s", fault.text);
	if (vocabulary_load(&vocabulary, txn, &fault) != 0)
		fail_msg("%s", fault.text);
	/* What was loaded outlives the transaction. */
	txn_end(txn);
	store_close(store);
	return vocabulary;
}

/* TR-6, TR-8, TR-46 */
static void
a_store_adds_values_and_hides_built_in_ones(struct vocabulary *vocabulary)
{
	struct picklist_value value;

	assert_true(
	    vocabulary_find(vocabulary, "client_status", VIEW("key_account"), &value));
	assert_true(view_is(value.value, "Key Account"));
	assert_true(view_is(value.meaning, "frame contract"));
	assert_true(value.hiring_manager && !value.no_mail && !value.built_in);
	assert_true(vocabulary_find(vocabulary, "client_status", VIEW("ÉTÉ"), &value));
	assert_true(view_is(value.value, "Été") && value.no_mail);
	/* TR-27: hidden, yet still what it was. */
	assert_true(vocabulary_find(vocabulary, "client_status", VIEW("Past"), &value));
	assert_true(value.hidden && value.built_in && value.hiring_manager);
	assert_true(vocabulary_value(vocabulary, "client_status", 5, &value));
	assert_false(vocabulary_value(vocabulary, "client_status", 6, &value));
	assert_true(vocabulary_find(vocabulary, "shirt", VIEW("large size"), &value));
	assert_false(
	    vocabulary_find(vocabulary, "candidate_status", VIEW("Key Account"), &value));
}

/* TW-14 */
static void
declared_attributes_are_read_by_their_type(struct vocabulary *vocabulary)
{
	static const struct {
		const char *name, *text, *value, *problem;
	} cases[] = {
		{ "t_shirt_size", "m", "M", NULL },
		{ "t_shirt_size", "x;l", "X;L", NULL },
		{ "t_shirt_size", "XXL", NULL, "\"XXL\" is none of S;M;X\\;L" },
		{ "vip", "Y", "true", NULL },
		{ "vip", "perhaps", NULL, "\"perhaps\" is neither true nor false" },
		{ "born", "12 Mar 1984", "1984-03-12", NULL },
		{ "born", "yesterday", NULL, "\"yesterday\" is no date" },
		{ "age", "042", "42", NULL },
		{ "age", "old", NULL, "\"old\" is no decimal number such as -12.5" },
		{ "free", "#N/A", NULL, "\"#N/A\" is a spreadsheet's error" },
		{ "free", "a;b", "a;b", NULL },
		{ "other", "#N/A", "#N/A", NULL },
	};
	const struct value_rules rules = { .vocabulary = vocabulary, .dates = DATE_ISO };
	struct attribute_rule rule;
	struct buf out = BUF_EMPTY;
	struct problem problem;
	bool taken;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		taken = value_read(&out, &field_attr, view_of(cases[i].name),
		    view_of(cases[i].text), &rules, &problem);
		assert_int_equal(taken, cases[i].problem == NULL);
		if (taken)
			assert_string_equal(buf_string(&out), cases[i].value);
		else
			assert_string_equal(problem.text, cases[i].problem);
	}
	assert_true(vocabulary_attribute(vocabulary, VIEW("vip"), &rule));
	assert_true(rule.no_mail && rule.type == TYPE_FLAG);
	assert_true(vocabulary_attribute(vocabulary, VIEW("free"), &rule));
	assert_false(rule.no_mail);
	assert_false(vocabulary_attribute(vocabulary, VIEW("T-Shirt Size"), &rule));
	buf_release(&out);
}

static void
records_add_to_the_vocabulary(void **state)
{
	struct vocabulary *vocabulary = load();

	(void)state;
	a_store_adds_values_and_hides_built_in_ones(vocabulary);
	declared_attributes_are_read_by_their_type(vocabulary);
	vocabulary_free(vocabulary);
}

static int
enter_place(void **state)
{
	(void)state;
	return mkdtemp(place) == NULL ? -1 : chdir(place);
}

static int
leave_place(void **state)
{
	(void)state;
	unlink("data.mdb");
	unlink("lock.mdb");
	unlink("writer.lock");
	return chdir("/") != 0 ? -1 : rmdir(place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_values_are_those_of_the_rules),
		cmocka_unit_test(records_add_to_the_vocabulary),
	};

	return cmocka_run_group_tests(tests, enter_place, leave_place);
}
