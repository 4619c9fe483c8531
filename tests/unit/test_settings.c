/* SPDX-License-Identifier: ISC */
/*
 * Settings: defaults, what each of them takes, and that a run which sets what
 * is in force already changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <unistd.h>

#include "model/settings.h"

static char place[] = "/tmp/contact-settings.XXXXXX";

struct assignment {
	const char *name, *given;
	const char *value;   /* in force afterwards; NULL: refused */
	const char *refusal; /* the sentence then */
	bool changed;
};

/* In order, each on the store that the one before left. */
static const struct assignment cases[] = {
	{ "timezone", "+02:00", "+02:00", NULL, true },
	{ "timezone", "+0200", "+02:00", NULL, false },
	{ "timezone", "-05", "-05:00", NULL, true },
	{ "timezone", "Berlin", NULL,
	    "timezone: \"Berlin\" is not UTC or an "
	    "offset such as +02:00",
	    false },
	{ "timezone", "+02:60", NULL,
	    "timezone: \"+02:60\" is not UTC or an "
	    "offset such as +02:00",
	    false },
	{ "timezone", "+15:00", NULL,
	    "timezone: \"+15:00\" is not UTC or an "
	    "offset such as +02:00",
	    false },
	{ "timezone", "+2", NULL,
	    "timezone: \"+2\" is not UTC or an offset "
	    "such as +02:00",
	    false },
	{ "timezone", "z", "UTC", NULL, true },
	{ "timezone", "", "UTC", NULL, false },
	/* TR-19 */
	{ "client_status_default", "prospect", "Prospect", NULL, true },
	{ "client_status_default", "Hot", NULL,
	    "client_status_default: \"Hot\" "
	    "is not a value of client_status",
	    false },
	{ "candidate_status_default", "consult_hot", "Consult Hot", NULL, true },
	{ "candidate_status_default", "", "Prospect", NULL, true },
	{ "generic_domains", " Mail.Example, m\xc3\xbcll.example b.example.;", /* HS-55 */
	    "mail.example;xn--mll-hoa.example;b.example", NULL, true },
	{ "generic_domains", "mail.example;nodot", NULL,
	    "generic_domains: \"mail.example;nodot\" is not a list of domains", false },
	/* TW-5 */
	{ "inactive_organization", " Gone  Ltd ", "Gone  Ltd", NULL, true },
	{ "inactive_organization", "a\nb", NULL,
	    "inactive_organization: \"a\nb\" "
	    "is not a name on one line, other than an error of a spreadsheet",
	    false },
	{ "inactive_organization", "\xff", NULL,
	    "inactive_organization: \"\xff\""
	    " is not a name on one line, other than an error of a spreadsheet",
	    false },
	/* HS-23 */
	{ "members", "Strict", "strict", NULL, true },
	{ "members", "some", NULL, "members: \"some\" is not open or strict", false },
	{ "colour", "red", NULL, "no setting is named \"colour\"", false },
};

static int
assign(struct txn *txn, void *context, struct fault *fault)
{
	const struct assignment *assignment = context;
	bool changed = !assignment->changed;

	if (setting_set(txn, view_of(assignment->name), view_of(assignment->given),
		&changed, fault) == -1)
		return -1;
	assert_int_equal(changed, assignment->changed);
	return 0;
}

static void
in_force(struct buf *out, struct store *store, const char *name)
{
	struct fault fault;
	struct txn *txn;

	buf_clear(out);
	if (txn_begin(&txn, store, &fault) != 0 ||
	    setting_get(out, txn, name, &fault) != 0)
		fail_msg("%s", fault.text);
	txn_end(txn);
}

static void
settings_take_what_they_can_mean(void **state)
{
	static const struct run run = { .now = 1000000,
		.real = 1000000,
		.who = "tester",
		.program = "test",
		.options = "" };
	const struct store_options options = { .path = place, .write = true, .wait = 5 };
	struct buf out = BUF_EMPTY;
	struct run_outcome outcome;
	struct store *store;
	struct fault fault;
	int result;

	(void)state;
	if (store_open(&store, &options, &fault) != 0)
		fail_msg("%s", fault.text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct assignment assignment = cases[i];

		result = store_run(store, &run, assign, &assignment, &outcome, &fault);
		if (assignment.value == NULL) {
			assert_int_equal(result, -1);
			assert_int_equal(fault.kind, FAULT_USAGE);
			assert_string_equal(fault.text, assignment.refusal);
			continue;
		}
		if (result == -1)
			fail_msg("case %zu: %s", i, fault.text);
		assert_int_equal(outcome.rev != 0, assignment.changed);
		in_force(&out, store, assignment.name);
		assert_string_equal(buf_string(&out), assignment.value);
	}
	buf_release(&out);
	store_close(store);
}

static void
zones_are_minutes_east(void **state)
{
	static const struct run run = { .now = 1000000,
		.real = 1000000,
		.who = "tester",
		.program = "test",
		.options = "" };
	static const struct {
		const char *zone;
		int minutes;
	} zones[] = { { "UTC", 0 }, { "+05:45", 345 }, { "-03:30", -210 } };
	const struct store_options options = { .path = place, .write = true, .wait = 5 };
	struct run_outcome outcome;
	struct store *store;
	struct fault fault;
	struct txn *txn;
	int minutes;

	(void)state;
	if (store_open(&store, &options, &fault) != 0)
		fail_msg("%s", fault.text);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		struct assignment assignment = { "timezone", zones[i].zone, NULL, NULL,
			i > 0 };

		if (store_run(store, &run, assign, &assignment, &outcome, &fault) != 0 ||
		    txn_begin(&txn, store, &fault) != 0)
			fail_msg("%s", fault.text);
		assert_int_equal(setting_timezone(txn, &minutes, &fault), 0);
		assert_int_equal(minutes, zones[i].minutes);
		txn_end(txn);
	}
	store_close(store);
}

/* As an earlier version stored it, or a dump brought it. */
static int
store_list_id(struct txn *txn, void *context, struct fault *fault)
{
	return txn_set(txn, "mail_list_id", view_of(context), fault);
}

static void
values_in_force_are_checked_again(void **state)
{
	const struct run run = { .who = "me", .program = "test", .options = "" };
	const struct store_options options = { .path = place, .write = true, .wait = 5 };
	char bad[] = "a b", good[] = "a.b";
	struct run_outcome outcome;
	struct store *store;
	struct fault fault;
	struct txn *txn;

	(void)state;
	if (store_open(&store, &options, &fault) != 0)
		fail_msg("%s", fault.text);
	for (int i = 0; i < 2; i++) {
		if (store_run(store, &run, store_list_id, i == 0 ? bad : good, &outcome,
			&fault) != 0 ||
		    txn_begin(&txn, store, &fault) != 0)
			fail_msg("%s", fault.text);
		assert_int_equal(setting_check(txn, "mail_list_id", &fault), i == 0);
		txn_end(txn);
	}
	assert_non_null(strstr(fault.text, "mail_list_id: \"a b\" is not "));
	store_close(store);
}

static void
every_setting_is_listed_with_its_default(void **state)
{
	static const char *const listed[][2] = {
		{ "access", "files" },
		{ "app-i-contact-templateuser", "" },
		{ "banner_both", "C&C" },
		{ "banner_both_color", "cyan" },
		{ "banner_candidate", "Candidate" },
		{ "banner_candidate_color", "blue" },
		{ "banner_client", "Client" },
		{ "banner_client_color", "green" },
		{ "banner_none", "None" },
		{ "banner_none_color", "plain" },
		{ "candidate_status_default", "Prospect" },
		{ "candidate_status_when_assignment_ended", "Consult Hot" }, /* TR-37 */
		{ "client_status_default", "Not Applicable" },		     /* TR-18 */
		{ "generic_domains", "" },				     /* HS-55 */
		{ "inactive_organization", "Inactive" },
		{ "mail_bounce_address", "" },
		{ "mail_domain_interval", "2" },
		{ "mail_institution", "" },
		{ "mail_link", "" },
		{ "mail_list_id", "" },
		{ "mail_per_day", "2000" },
		{ "mail_per_run", "500" },
		{ "mail_postal_address", "" },
		{ "mail_rate", "1" },
		{ "mail_reply_to", "" },
		{ "mail_sender", "" },
		{ "mail_token_days", "90" },
		{ "mail_unsubscribe_address", "" },
		{ "mail_unsubscribe_link", "" },
		{ "members", "open" },
		{ "sendmail", "/usr/sbin/sendmail" },
		{ "timezone", "UTC" },
	};
	const size_t count = sizeof(listed) / sizeof(listed[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(setting_at(i)->name, listed[i][0]);
		assert_string_equal(setting_at(i)->value, listed[i][1]);
		assert_true(strlen(setting_at(i)->meaning) > 0);
		assert_ptr_equal(setting_by_name(view_of(listed[i][0])), setting_at(i));
	}
	assert_null(setting_at(count));
	assert_null(setting_by_name(VIEW("colour")));
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
		cmocka_unit_test(settings_take_what_they_can_mean),
		cmocka_unit_test(zones_are_minutes_east),
		cmocka_unit_test(values_in_force_are_checked_again),
		cmocka_unit_test(every_setting_is_listed_with_its_default),
	};

	return cmocka_run_group_tests(tests, enter_place, leave_place);
}
