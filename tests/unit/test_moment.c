/* SPDX-License-Identifier: ISC */
/*
 * REV|TIME: what each spelling means in a store of five runs, in the zone that
 * the store has, and before a horizon.
 */
#include "storing.h"

#include "model/change.h"
#include "model/moment.h"
#include "model/settings.h"
#include "store/history.h"

#define DAY 86400

/* A contact more. */
static int
make_one(struct txn *txn, void *context, struct fault *fault)
{
	static struct record_form form;
	uint64_t id;

	(void)context;
	record_form_clear(&form);
	record_form_set(&form, CONTACT_TITLE, VIEW("CEO"));
	return change_create(txn, &kind_contact, &form, 0, CAUSE_ROW, &id, fault);
}

static int
set_zone(struct txn *txn, void *context, struct fault *fault)
{
	bool changed;

	return setting_set(txn, VIEW("timezone"), view_of(context), &changed, fault);
}

static int
prune(struct txn *txn, void *context, struct fault *fault)
{
	struct pruned pruned = { 0, 0 };

	return history_prune(txn, *(const uint64_t *)context, &pruned, fault);
}

static void
run_at(int64_t now, int (*work)(struct txn *, void *, struct fault *), void *context)
{
	struct run_outcome outcome;
	struct fault fault;

	must(store_run(storing_store, storing_run_of(now, false), work, context, &outcome,
		 &fault),
	    &fault);
	assert_true(outcome.rev > 0);
}

/* Runs 1 to 5 on five days, each at 8 o'clock UTC: October 5 to 9. */
static void
make_runs(void)
{
	for (int i = 0; i < 5; i++)
		run_at(STORING_NOW + i * DAY, make_one, NULL);
}

/* What was read, or the fault's sentence. */
static void
read_one(struct buf *out, const char *text, bool since)
{
	struct txn *txn = storing_read();
	struct fault fault = { FAULT_NONE, "" };
	int64_t when, now = STORING_NOW + 4 * DAY + 7200;
	uint64_t rev;
	int result = since ? moment_since(txn, "--changes-since", text, now, &rev, &fault)
			   : moment_at(txn, "--at", text, now, &rev, &when, &fault);

	buf_clear(out);
	if (result == 0) {
		buf_number(out, rev);
		if (!since) {
			buf_char(out, ' ');
			time_print(out, when);
		}
	} else {
		assert_int_equal(fault.kind, FAULT_USAGE);
		buf_text(out, fault.text);
	}
	buf_string(out);
	txn_end(txn);
}

struct moment {
	const char *text, *at, *since;
};

static void
check_moments(const struct moment *moments, size_t count)
{
	struct buf out = BUF_EMPTY;

	for (size_t i = 0; i < count; i++) {
		print_message("%s\n", moments[i].text);
		read_one(&out, moments[i].text, false);
		assert_string_equal(out.at, moments[i].at);
		read_one(&out, moments[i].text, true);
		assert_string_equal(out.at, moments[i].since);
	}
	buf_release(&out);
}

#define LAST ": the store's last one is 5 (digits alone are a revision)"
#define UNREAD                                                                       \
	" is no revision and no time: write 812, 2026-10-05, 2026-10-05T08:30:00Z, " \
	"today or -30d"

static void
test_spellings(void **state)
{
	static const struct moment moments[] = {
		{ "0", "0 2026-10-09T10:00:00Z", "0" },
		{ "3", "3 2026-10-07T08:00:00Z", "3" },
		{ "5", "5 2026-10-09T08:00:00Z", "5" },
		{ "2026-10-07", "3 2026-10-07T23:59:59Z", "2" },
		{ "2026-10-07T08:00:00Z", "3 2026-10-07T08:00:00Z", "2" },
		{ "2026-10-07T07:59:59Z", "2 2026-10-07T07:59:59Z", "2" },
		{ "2026-10-07T10:00:00+02:00", "3 2026-10-07T08:00:00Z", "2" },
		{ "2026-10", "5 2026-10-09T10:00:00Z", "0" },
		{ "2026-09", "0 2026-09-30T23:59:59Z", "0" },
		{ "2027-01", "5 2026-10-09T10:00:00Z", "5" },
		{ "today", "5 2026-10-09T10:00:00Z", "4" },
		{ "-1d", "4 2026-10-08T10:00:00Z", "4" },
		{ "-27h", "3 2026-10-08T07:00:00Z", "3" },
		{ "6", "--at: revision 6" LAST, "--changes-since: revision 6" LAST },
		{ "2026", "--at: revision 2026" LAST,
		    "--changes-since: revision 2026" LAST },
		{ "99999999999999999999", "--at: revision 99999999999999999999" LAST,
		    "--changes-since: revision 99999999999999999999" LAST },
		{ "soon", "--at: \"soon\"" UNREAD, "--changes-since: \"soon\"" UNREAD },
		{ "", "--at: \"\"" UNREAD, "--changes-since: \"\"" UNREAD },
		{ "2026-13-01", "--at: \"2026-13-01\"" UNREAD,
		    "--changes-since: \"2026-13-01\"" UNREAD },
	};

	(void)state;
	make_runs();
	check_moments(moments, COUNT(moments));
}

/* A day begins and ends in the zone of the store; a time with a zone has its
 * own. */
static void
test_zone(void **state)
{
	static const struct moment moments[] = {
		{ "2026-10-05", "1 2026-10-05T14:59:59Z", "0" },
		{ "2026-10-06", "2 2026-10-06T14:59:59Z", "1" },
		{ "2026-10-07T17:00:00", "3 2026-10-07T08:00:00Z", "2" },
		{ "2026-10-07T16:59:59", "2 2026-10-07T07:59:59Z", "2" },
		{ "2026-10-07T08:00:00Z", "3 2026-10-07T08:00:00Z", "2" },
		{ "today", "6 2026-10-09T10:00:00Z", "4" },
	};
	char zone[] = "+09:00";

	(void)state;
	make_runs();
	run_at(STORING_NOW + 4 * DAY + 60, set_zone, zone);
	check_moments(moments, COUNT(moments));
}

#define PRUNED ": what was before revision 3 of 2026-10-07T08:00:00Z has been pruned"

/* what was pruned can not be asked for, and the message says so. Changes
 * of a period are told as far back as anything is known. */
static void
test_horizon(void **state)
{
	static const struct moment moments[] = {
		{ "2", "--at: 2" PRUNED, "--changes-since: 2" PRUNED },
		{ "3", "3 2026-10-07T08:00:00Z", "3" },
		{ "2026-10-06", "--at: 2026-10-06" PRUNED, "1" },
		{ "2026-10-07", "3 2026-10-07T23:59:59Z", "2" },
		{ "2025-01", "--at: 2025-01" PRUNED, "0" },
	};
	uint64_t horizon = 3;

	(void)state;
	make_runs();
	run_at(STORING_NOW + 4 * DAY + 60, prune, &horizon);
	check_moments(moments, COUNT(moments));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_spellings, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(test_zone, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(test_horizon, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
