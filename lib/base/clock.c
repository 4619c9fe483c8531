/* SPDX-License-Identifier: ISC */
/*
 * The calendar by arithmetic alone. Years are counted from March, so that the
 * leap day is the last of a year and month lengths follow 153/5.
 */
#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define DAY 86400
/* Days of 400 years, and from 0000-03-01 to 1970-01-01. */
#define DAYS_400      146097
#define DAYS_TO_EPOCH 719468

int
clock_now(int64_t *now, struct fault *fault)
{
	const char *text = secure_getenv("CONTACT_NOW");
	struct timespec real;
	bool has_time;

	if (text != NULL && *text != '\0') {
		if (!date_read(view_of(text), DATE_ISO, 0, now, &has_time))
			return fault_set(fault, FAULT_USAGE,
			    "CONTACT_NOW: \"%.100s\" is no time such as "
			    "2026-10-05T12:00:00Z",
			    text);
		return 0;
	}
	if (clock_gettime(CLOCK_REALTIME, &real) != 0)
		return fault_errno(fault, errno, "the system's clock");
	*now = real.tv_sec;
	return 0;
}

int64_t
clock_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t
floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days from 0000-03-01 to the first of March of a year that is not below 0. */
static int64_t
days_before(int64_t year)
{
	return year * 365 + year / 4 - year / 100 + year / 400;
}

int64_t
days_from_civil(int year, int month, int day)
{
	int64_t from_march = month > 2 ? year : year - 1;
	int64_t turns = floor_divide(from_march, 400);
	int64_t months = month > 2 ? month - 3 : month + 9;

	return turns * DAYS_400 + days_before(from_march - turns * 400) +
	    (153 * months + 2) / 5 + day - 1 - DAYS_TO_EPOCH;
}

static void
civil_from_days(struct civil *civil, int64_t days)
{
	int64_t from_march = days + DAYS_TO_EPOCH;
	int64_t turns = floor_divide(from_march, DAYS_400);
	int64_t rest = from_march - turns * DAYS_400;
	int64_t year = rest * 400 / DAYS_400, months;

	/* The estimate is off by one at most, near the end of a year. */
	while (days_before(year + 1) <= rest && year < 399)
		year++;
	while (days_before(year) > rest)
		year--;
	rest -= days_before(year);
	months = (5 * rest + 2) / 153;
	civil->day = (int)(rest - (153 * months + 2) / 5 + 1);
	civil->month = (int)(months < 10 ? months + 3 : months - 9);
	civil->year = (int)(year + turns * 400 + (months >= 10));
}

void
civil_from_time(struct civil *civil, int64_t time)
{
	int64_t days = floor_divide(time, DAY);
	int seconds = (int)(time - days * DAY);

	civil_from_days(civil, days);
	civil->hour = seconds / 3600;
	civil->minute = seconds / 60 % 60;
	civil->second = seconds % 60;
}

int64_t
civil_to_time(const struct civil *civil)
{
	return days_from_civil(civil->year, civil->month, civil->day) * DAY +
	    civil->hour * 3600 + civil->minute * 60 + civil->second;
}

void
civil_week(int64_t days, int *year, int *week)
{
	/* A week belongs to the year of its Thursday; day 0 was one. */
	int64_t thursday = floor_divide(days + 3, 7) * 7;
	struct civil civil;

	civil_from_days(&civil, thursday);
	*year = civil.year;
	*week = (int)((thursday - days_from_civil(civil.year, 1, 1)) / 7) + 1;
}

bool
age_read(struct view text, int64_t *seconds)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = {
		{ "s", 1 },
		{ "min", 60 },
		{ "h", 3600 },
		{ "d", DAY },
		{ "w", 7 * DAY },
		{ "mo", 30 * DAY },
		{ "y", 365 * DAY },
	};
	int64_t number = 0;
	size_t at = 0;

	for (; at < text.len && text.at[at] >= '0' && text.at[at] <= '9'; at++) {
		number = number * 10 + (text.at[at] - '0');
		if (number > 9999 * INT64_C(366) * DAY)
			return false;
	}
	if (at == 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!view_is(view_from(text, at), units[i].unit))
			continue;
		if (number > 9999 * INT64_C(366) * DAY / units[i].seconds)
			return false;
		*seconds = number * units[i].seconds;
		return true;
	}
	return false;
}

static void
put_digits(char *to, int digits, int number)
{
	while (digits-- > 0) {
		to[digits] = (char)('0' + number % 10);
		number /= 10;
	}
}

static void
put_date(char to[10], const struct civil *civil)
{
	put_digits(to, 4, civil->year);
	to[4] = to[7] = '-';
	put_digits(to + 5, 2, civil->month);
	put_digits(to + 8, 2, civil->day);
}

void
date_print(struct buf *out, int64_t time)
{
	struct civil civil;
	char text[10];

	civil_from_time(&civil, time);
	put_date(text, &civil);
	buf_put(out, text, sizeof(text));
}

void
time_print(struct buf *out, int64_t time)
{
	struct civil civil;
	char text[20];

	civil_from_time(&civil, time);
	put_date(text, &civil);
	text[10] = 'T';
	put_digits(text + 11, 2, civil.hour);
	put_digits(text + 14, 2, civil.minute);
	put_digits(text + 17, 2, civil.second);
	text[13] = text[16] = ':';
	text[19] = 'Z';
	buf_put(out, text, sizeof(text));
}
