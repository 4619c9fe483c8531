/* SPDX-License-Identifier: ISC */
/* E8, HS-61: how fast mail goes out, by a clock of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "rules/rate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SECOND	     ((int64_t)1000)
#define DAY	     (86400 * SECOND)
#define MESSAGES     5000

static uint64_t seed;

/* Numbers from 0 to below n. */
static uint64_t
pick(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

static void
a_rate_is_read_as_an_interval(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t interval;
	} cases[] = {
		{ "1", true, 1000 },
		{ "0", true, 0 },
		{ "2", true, 500 },
		{ "3", true, 334 },
		{ "0.5", true, 2000 },
		{ "1.25", true, 800 },
		{ "5000", true, 1 },
		{ "", false, 0 },
		{ ".5", false, 0 },
		{ "1.", false, 0 },
		{ "1.2.3", false, 0 },
		{ "-1", false, 0 },
		{ "1e3", false, 0 },
		{ "99999999999999999999", false, 0 },
	};
	int64_t interval;
	bool good;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		interval = 0;
		good = rate_read_interval(view_of(cases[i].text), &interval);
		if (good != cases[i].good || (good && interval != cases[i].interval))
			fail_msg(
			    "\"%s\": %d, %lld", cases[i].text, good, (long long)interval);
	}
}

static void
a_domain_is_what_stands_behind_the_last_at_whatever_its_case(void **state)
{
	(void)state;
	assert_true(rate_domain(VIEW("ann@example.com")) ==
	    rate_domain(VIEW("\"b@c\"@EXAMPLE.com")));
	assert_true(
	    rate_domain(VIEW("ann@example.com")) != rate_domain(VIEW("ann@example.org")));
	assert_true(rate_domain(VIEW("")) == rate_domain(VIEW("a@")));
}

static void
what_is_no_state_is_refused_and_limits_nothing(void **state)
{
	static const char *const texts[] = { "1", "1 2", "1 2;", "x 2;;", "1 2;3;",
		"1 2;3:4;", "1 2;3:-4 ;", "1 2;;5", "1 2;;5.10:6 ", "1 2;;5.1:6",
		"9999999999999999999 2;;" };
	struct rate rate;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (rate_begin(&rate, view_of(texts[i]), 0) &&
		    strcmp(texts[i], "1 2;") != 0)
			fail_msg("\"%s\" is taken", texts[i]);
	assert_true(rate_begin(&rate, VIEW("1 2;3:4 ;5.1:6 "), 100));
	assert_true(rate_begin(&rate, VIEW(""), 100));
}

/* What went out, by the time that really passed. */
struct sent {
	int64_t at[MESSAGES];
	uint64_t domain[MESSAGES];
	size_t count;
};

/*
 * Sends all of it, at a clock that differs from real time by *off. Runs end at
 * random, and the clock goes back at random; a forgetful one begins each run as
 * if it were the first.
 */
static void
send_all(struct sent *sent, const struct rate_limits *limits, uint64_t domains,
    bool steps, bool forgetful)
{
	int64_t real = 20000 * DAY, off = 0, wait;
	struct buf kept = BUF_EMPTY;
	struct rate *rate = malloc(sizeof(*rate));
	uint64_t in_run = 0, domain = 1 + pick(domains);

	assert_non_null(rate);
	assert_true(rate_begin(rate, view_of(NULL), real));
	sent->count = 0;
	while (sent->count < MESSAGES) {
		enum rate_answer answer =
		    rate_ask(rate, limits, domain, real + off, &wait);

		if (answer == RATE_NOW) {
			/* It takes a while, and arrives at some time of it. */
			rate_take(rate, domain, real + off);
			real += (int64_t)pick(300);
			sent->at[sent->count] = real;
			sent->domain[sent->count++] = domain;
			real += (int64_t)pick(300);
			rate_pass(rate, domain, real + off);
			domain = 1 + pick(domains);
			in_run++;
			assert_true(limits->run == 0 || in_run <= limits->run);
		} else if (answer == RATE_WAIT)
			real += wait;
		if (answer != RATE_RUN_OVER && answer != RATE_DAY_OVER && pick(20) != 0)
			continue;
		/* The next run. */
		buf_clear(&kept);
		rate_print(&kept, rate, limits, real + off);
		real += (int64_t)pick(answer == RATE_DAY_OVER ? 6 * 3600 * 1000 : 2000);
		if (steps && pick(100) == 0)
			off -= (int64_t)pick(2 * DAY);
		assert_true(rate_begin(
		    rate, forgetful ? view_of(NULL) : buf_as_view(&kept), real + off));
		in_run = 0;
	}
	buf_release(&kept);
	free(rate);
}

/* How often a limit was passed. */
static size_t
count_breaches(const struct sent *sent, const struct rate_limits *limits)
{
	size_t breaches = 0, first = 0, i, j;

	for (i = 1; i < sent->count; i++) {
		if (sent->at[i] - sent->at[i - 1] < limits->interval)
			breaches++;
		for (j = i; limits->of_a_domain > 0 && j > 0 &&
		     sent->at[i] - sent->at[j - 1] < limits->of_a_domain;
		     j--)
			breaches += sent->domain[i] == sent->domain[j - 1];
		while (sent->at[i] - sent->at[first] >= DAY)
			first++;
		if (limits->day > 0 && i - first + 1 > limits->day)
			breaches++;
	}
	return breaches;
}

static const struct rate_limits all_limits[] = {
	{ .interval = 1000, .run = 500, .day = 2000, .of_a_domain = 2000 },
	{ .interval = 200, .run = 40, .day = 300, .of_a_domain = 5000 },
	{ .interval = 0, .run = 0, .day = 700, .of_a_domain = 60000 },
	{ .interval = 50, .run = 0, .day = 0, .of_a_domain = 0 },
	{ .interval = 0, .run = 3, .day = 0, .of_a_domain = 1000 },
};

static void
no_window_has_more_than_the_limits_whatever_the_clock_does(void **state)
{
	static struct sent sent;
	static const uint64_t domains[] = { 1, 20, 3000 };

	(void)state;
	for (size_t i = 0; i < COUNT(all_limits); i++)
		for (size_t j = 0; j < COUNT(domains); j++)
			for (int steps = 0; steps < 2; steps++) {
				send_all(
				    &sent, &all_limits[i], domains[j], steps != 0, false);
				assert_int_equal(
				    count_breaches(&sent, &all_limits[i]), 0);
			}
}

static void
teeth_one_that_forgets_at_its_end_is_found(void **state)
{
	static struct sent sent;

	(void)state;
	send_all(&sent, &all_limits[0], 20, false, true);
	assert_true(count_breaches(&sent, &all_limits[0]) > 0);
}

/* 1 a second, and nothing else to wait for: 5,000 take 5,000 seconds. */
static void
it_is_no_slower_than_it_has_to_be(void **state)
{
	const struct rate_limits limits = { .interval = 1000 };
	int64_t now = DAY, wait;
	struct rate rate;

	(void)state;
	assert_true(rate_begin(&rate, view_of(NULL), now));
	for (size_t i = 0; i < MESSAGES; i++) {
		while (rate_ask(&rate, &limits, i, now, &wait) != RATE_NOW)
			now += wait;
		rate_take(&rate, i, now);
	}
	assert_int_equal(now - DAY, (MESSAGES - 1) * SECOND);
}

static void
the_day_ends_a_day_later_and_a_run_with_itself(void **state)
{
	const struct rate_limits limits = { .run = 3, .day = 4 };
	struct buf text = BUF_EMPTY;
	int64_t now = 100 * DAY, wait;
	struct rate rate;

	(void)state;
	assert_true(rate_begin(&rate, view_of(NULL), now));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(rate_ask(&rate, &limits, 1, now, &wait), RATE_NOW);
		rate_take(&rate, 1, now);
	}
	assert_int_equal(rate_ask(&rate, &limits, 1, now, &wait), RATE_RUN_OVER);
	rate_print(&text, &rate, &limits, now);
	assert_true(rate_begin(&rate, buf_as_view(&text), now));
	rate_take(&rate, 1, now);
	assert_int_equal(rate_ask(&rate, &limits, 1, now, &wait), RATE_DAY_OVER);
	assert_int_equal(wait, DAY + 3600 * SECOND);
	assert_int_equal(
	    rate_ask(&rate, &limits, 1, now + DAY - 1, &wait), RATE_DAY_OVER);
	assert_int_equal(
	    rate_ask(&rate, &limits, 1, now + DAY + 3600 * SECOND, &wait), RATE_NOW);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_is_read_as_an_interval),
		cmocka_unit_test(
		    a_domain_is_what_stands_behind_the_last_at_whatever_its_case),
		cmocka_unit_test(what_is_no_state_is_refused_and_limits_nothing),
		cmocka_unit_test(
		    no_window_has_more_than_the_limits_whatever_the_clock_does),
		cmocka_unit_test(teeth_one_that_forgets_at_its_end_is_found),
		cmocka_unit_test(it_is_no_slower_than_it_has_to_be),
		cmocka_unit_test(the_day_ends_a_day_later_and_a_run_with_itself),
	};
	const char *given = getenv("SEED");

	seed = given == NULL ? (uint64_t)time(NULL) : strtoull(given, NULL, 10);
	seed |= 1;
	printf("# SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
