/* SPDX-License-Identifier: ISC */
/*
 * Dates and times: each style that exports use, what is no date, and the
 * calendar over all its days.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

#define DAY 86400

static const char *
printed(struct buf *out, int64_t time)
{
	buf_clear(out);
	time_print(out, time);
	return buf_string(out);
}

static void
every_style_of_date_is_read(void **state)
{
	static const struct {
		const char *text;
		enum date_order order;
		int zone;
		const char *time;
		bool has_time;
	} cases[] = {
		{ "2024-03-12", DATE_ISO, 120, "2024-03-12T00:00:00Z", false },
		{ " 2024-3-2 ", DATE_MDY, 0, "2024-03-02T00:00:00Z", false },
		{ "2024/03/12", DATE_DMY, 0, "2024-03-12T00:00:00Z", false },
		{ "20240312", DATE_ISO, 0, "2024-03-12T00:00:00Z", false },
		{ "2024-02-29", DATE_ISO, 0, "2024-02-29T00:00:00Z", false },
		{ "0001-01-01", DATE_ISO, 0, "0001-01-01T00:00:00Z", false },
		{ "9999-12-31", DATE_ISO, 0, "9999-12-31T00:00:00Z", false },
		{ "2023-02-07 20:44:05", DATE_ISO, 0, "2023-02-07T20:44:05Z", true },
		{ "2023-02-07 20:44:05", DATE_ISO, 120, "2023-02-07T18:44:05Z", true },
		{ "2005-11-22T19:39:11.000Z", DATE_ISO, 60, "2005-11-22T19:39:11Z",
		    true },
		{ "2022-04-12T15:11:57.000+0000", DATE_ISO, 60, "2022-04-12T15:11:57Z",
		    true },
		{ "2022-04-12T15:11:57+02:30", DATE_ISO, 0, "2022-04-12T12:41:57Z",
		    true },
		{ "2022-04-12T15:11:57-08", DATE_ISO, 0, "2022-04-12T23:11:57Z", true },
		{ "2024-03-12 09:14", DATE_ISO, 0, "2024-03-12T09:14:00Z", true },
		{ "20240312T101500Z", DATE_ISO, 0, "2024-03-12T10:15:00Z", true },
		{ "20240312101500", DATE_ISO, 0, "2024-03-12T10:15:00Z", true },
		{ "2016-12-31T23:59:60Z", DATE_ISO, 0, "2017-01-01T00:00:00Z", true },
		{ "12 Mar 2024", DATE_ISO, 0, "2024-03-12T00:00:00Z", false },
		{ "1 September 2024", DATE_ISO, 0, "2024-09-01T00:00:00Z", false },
		{ "12-MAR-24", DATE_ISO, 0, "2024-03-12T00:00:00Z", false },
		{ "Mar 12, 2024", DATE_ISO, 0, "2024-03-12T00:00:00Z", false },
		{ "4/10/18, 5:12 PM", DATE_MDY, 0, "2018-04-10T17:12:00Z", true },
		{ "4/10/18, 5:12\xe2\x80\xafPM", DATE_DMY, 0, "2018-10-04T17:12:00Z",
		    true },
		{ "3/15/2024 12:30 AM", DATE_MDY, 0, "2024-03-15T00:30:00Z", true },
		{ "3/15/2024 12:30 PM", DATE_MDY, 0, "2024-03-15T12:30:00Z", true },
		{ "1/1/16 0:00", DATE_MDY, 0, "2016-01-01T00:00:00Z", true },
		{ "09-06-2026 16:14", DATE_DMY, 0, "2026-06-09T16:14:00Z", true },
		{ "12.3.69", DATE_DMY, 0, "2069-03-12T00:00:00Z", false },
		{ "12.3.70", DATE_DMY, 0, "1970-03-12T00:00:00Z", false },
	};
	struct buf out = BUF_EMPTY;
	int64_t time;
	bool has_time;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case %zu\n", i);
		assert_true(date_read(view_of(cases[i].text), cases[i].order,
		    cases[i].zone, &time, &has_time));
		assert_string_equal(printed(&out, time), cases[i].time);
		assert_int_equal(has_time, cases[i].has_time);
	}
	buf_release(&out);
}

static void
what_is_no_date_is_not_read(void **state)
{
	static const struct {
		const char *text;
		enum date_order order;
	} cases[] = {
		/* The order of day and month is not known. */
		{ "03/04/2024", DATE_ISO },
		{ "3.4.24", DATE_ISO },
		{ "09-06-2026 16:14", DATE_ISO },
		{ "13/04/2024", DATE_MDY },
		{ "04/13/2024", DATE_DMY },
		{ "0/0/00", DATE_MDY },
		{ "0Z", DATE_ISO },
		{ "", DATE_ISO },
		{ "2024", DATE_ISO },
		{ "2024-03", DATE_ISO },
		{ "--0414", DATE_ISO },
		{ "2023-02-29", DATE_ISO },
		{ "1900-02-29", DATE_ISO },
		{ "2024-13-01", DATE_ISO },
		{ "2024-00-01", DATE_ISO },
		{ "2024-04-31", DATE_ISO },
		{ "0000-01-01", DATE_ISO },
		{ "2024-03-12T", DATE_ISO },
		{ "2024-03-12T24:00", DATE_ISO },
		{ "2024-03-12 10", DATE_ISO },
		{ "2024-03-12T10:60", DATE_ISO },
		{ "2024-03-12T10:00:61", DATE_ISO },
		{ "2024-03-12T10:00+25:00", DATE_ISO },
		{ "2024-03-12T10:00:00.Z", DATE_ISO },
		{ "2024-03-12 13:00 PM", DATE_ISO },
		{ "2024-03-12x", DATE_ISO },
		{ "2024-03/12", DATE_ISO },
		{ "12 Mrz 2024", DATE_ISO },
		{ "12 Mar 024", DATE_ISO },
		{ "0001-01-01T00:00+01:00", DATE_ISO },
		{ "123456789", DATE_ISO },
		{ "Unspecified", DATE_ISO },
	};
	int64_t time;
	bool has_time;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case %zu\n", i);
		assert_false(date_read(
		    view_of(cases[i].text), cases[i].order, 0, &time, &has_time));
	}
}

static void
calendar_goes_day_by_day(void **state)
{
	int64_t days = days_from_civil(1, 1, 1), last;
	struct civil civil, next;

	(void)state;
	last = days_from_civil(9999, 12, 31);
	assert_int_equal(days_from_civil(1970, 1, 1), 0);
	assert_int_equal(days_from_civil(2000, 2, 29), 11016);
	assert_int_equal(last - days, 3652058);
	civil_from_time(&civil, days * DAY);
	for (; days < last; days++, civil = next) {
		civil_from_time(&next, (days + 1) * DAY - 1);
		assert_int_equal(next.day, civil.day);
		assert_int_equal(
		    next.hour * 10000 + next.minute * 100 + next.second, 235959);
		civil_from_time(&next, (days + 1) * DAY);
		assert_int_equal(civil_to_time(&next), (days + 1) * DAY);
		if (next.day == civil.day + 1 && next.month == civil.month &&
		    next.year == civil.year)
			continue;
		assert_int_equal(next.day, 1);
		assert_int_equal(next.month, civil.month % 12 + 1);
		assert_int_equal(next.year, civil.year + civil.month / 12);
	}
}

static void
weeks_belong_to_the_year_of_their_thursday(void **state)
{
	static const struct {
		int year, month, day, week_year, week;
	} cases[] = {
		{ 2005, 1, 1, 2004, 53 },
		{ 2005, 1, 2, 2004, 53 },
		{ 2005, 1, 3, 2005, 1 },
		{ 2008, 12, 29, 2009, 1 },
		{ 2010, 1, 3, 2009, 53 },
		{ 2026, 10, 5, 2026, 41 },
		{ 1970, 1, 1, 1970, 1 },
		{ 1969, 12, 28, 1969, 52 },
		{ 1969, 12, 29, 1970, 1 },
	};
	int year, week;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		civil_week(days_from_civil(cases[i].year, cases[i].month, cases[i].day),
		    &year, &week);
		assert_int_equal(year, cases[i].week_year);
		assert_int_equal(week, cases[i].week);
	}
}

static void
partial_dates_are_their_whole_period(void **state)
{
	static const struct {
		const char *text, *from, *until;
		int zone;
	} cases[] = {
		{ "2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 0 },
		{ "2026-10", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", 0 },
		{ "2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", 0 },
		{ "2026-10-05", "2026-10-05T00:00:00Z", "2026-10-06T00:00:00Z", 0 },
		{ "2026-10-05T10", "2026-10-05T10:00:00Z", "2026-10-05T11:00:00Z", 0 },
		{ "2026-10-05 10:30", "2026-10-05T10:30:00Z", "2026-10-05T10:31:00Z", 0 },
		{ "2026-10-05T10:30:07Z", "2026-10-05T10:30:07Z", "2026-10-05T10:30:08Z",
		    0 },
		{ "today", "2026-10-05T00:00:00Z", "2026-10-06T00:00:00Z", 0 },
		{ "-30d", "2026-09-05T12:00:00Z", "2026-09-05T12:00:01Z", 0 },
		{ "-90s", "2026-10-05T11:58:30Z", "2026-10-05T11:58:31Z", 0 },
		/* In a zone, which ages and times with their own do not feel. */
		{ "2026", "2025-12-31T22:00:00Z", "2026-12-31T22:00:00Z", 120 },
		{ "2026-10", "2026-10-01T05:00:00Z", "2026-11-01T05:00:00Z", -300 },
		{ "2026-10-05", "2026-10-04T22:00:00Z", "2026-10-05T22:00:00Z", 120 },
		{ "2026-10-05T10", "2026-10-05T08:00:00Z", "2026-10-05T09:00:00Z", 120 },
		{ "2026-10-05T10:30:07Z", "2026-10-05T10:30:07Z", "2026-10-05T10:30:08Z",
		    120 },
		{ "today", "2026-10-04T22:00:00Z", "2026-10-05T22:00:00Z", 120 },
		{ "today", "2026-10-05T10:00:00Z", "2026-10-06T10:00:00Z", 840 },
		{ "today", "2026-10-05T12:00:00Z", "2026-10-06T12:00:00Z", -720 },
		{ "-30d", "2026-09-05T12:00:00Z", "2026-09-05T12:00:01Z", 120 },
	};
	static const char *const wrong[] = { "", "20", "2026-1", "2026-13", "0000",
		"tomorrow", "-", "-d", "-30", "-30x", "30d", "03/04/2026",
		"-99999999999999999999d" };
	int64_t now = days_from_civil(2026, 10, 5) * DAY + DAY / 2, from, until;
	struct buf out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case %zu\n", i);
		assert_true(period_read(
		    view_of(cases[i].text), now, cases[i].zone, &from, &until));
		assert_string_equal(printed(&out, from), cases[i].from);
		assert_string_equal(printed(&out, until), cases[i].until);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(period_read(view_of(wrong[i]), now, 0, &from, &until));
	buf_release(&out);
}

static void
ages_are_counted_in_their_unit(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
		{ "0s", 0 },
		{ "5min", 300 },
		{ "2h", 7200 },
		{ "30d", 2592000 },
		{ "1w", 604800 },
		{ "2mo", 5184000 },
		{ "2y", 63072000 },
	};
	static const char *const wrong[] = { "", "5", "m", "5m", "5 d", "-5d", "5dd",
		"10000000y", "99999999999999999999s" };
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(age_read(view_of(cases[i].text), &seconds));
		assert_int_equal(seconds, cases[i].seconds);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(age_read(view_of(wrong[i]), &seconds));
}

static void
the_environment_replaces_the_clock(void **state)
{
	struct fault fault;
	int64_t now;

	(void)state;
	assert_int_equal(setenv("CONTACT_NOW", "2026-10-05T12:00:00+02:00", 1), 0);
	assert_int_equal(clock_now(&now, &fault), 0);
	assert_int_equal(now, days_from_civil(2026, 10, 5) * DAY + 10 * 3600);
	setenv("CONTACT_NOW", "soon", 1);
	assert_int_equal(clock_now(&now, &fault), -1);
	assert_int_equal(fault.kind, FAULT_USAGE);
	assert_string_equal(fault.text,
	    "CONTACT_NOW: \"soon\" is no time such "
	    "as 2026-10-05T12:00:00Z");
	unsetenv("CONTACT_NOW");
	assert_int_equal(clock_now(&now, &fault), 0);
	assert_true(now > days_from_civil(2024, 1, 1) * DAY);
}

static void
dates_print_with_four_digits(void **state)
{
	struct buf out = BUF_EMPTY;

	(void)state;
	date_print(&out, days_from_civil(7, 3, 4) * DAY + 5);
	assert_string_equal(buf_string(&out), "0007-03-04");
	assert_string_equal(printed(&out, -1), "1969-12-31T23:59:59Z");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_style_of_date_is_read),
		cmocka_unit_test(what_is_no_date_is_not_read),
		cmocka_unit_test(calendar_goes_day_by_day),
		cmocka_unit_test(weeks_belong_to_the_year_of_their_thursday),
		cmocka_unit_test(partial_dates_are_their_whole_period),
		cmocka_unit_test(ages_are_counted_in_their_unit),
		cmocka_unit_test(the_environment_replaces_the_clock),
		cmocka_unit_test(dates_print_with_four_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
