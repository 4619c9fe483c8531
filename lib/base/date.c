/* SPDX-License-Identifier: ISC */
/*
 * Dates as people and programs write them. One reader takes a date in any of
 * the styles and notes how exactly it was given; what is a whole date and what
 * a period is decided from that.
 */
#include "base/clock.h"
#include "base/fold.h"

#define DAY 86400

struct scan {
	const char *at, *end;
};

enum precision { BY_DAY, BY_HOUR, BY_MINUTE, BY_SECOND };

struct reading {
	struct civil civil;
	enum precision precision;
	bool compact; /* YYYYMMDD, so that the time may be hhmm */
	bool has_zone;
	int zone; /* minutes east */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
peek(const struct scan *scan)
{
	return scan->at < scan->end ? *scan->at : '\0';
}

static bool
take(struct scan *scan, char c)
{
	if (peek(scan) != c || scan->at == scan->end)
		return false;
	scan->at++;
	return true;
}

/* Takes a word whatever its case; word is in lower case. */
static bool
take_word(struct scan *scan, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(scan->end - scan->at) < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((scan->at[i] | 0x20) != word[i])
			return false;
	scan->at += len;
	return true;
}

/* Also the no-break spaces that newer programs put before AM and PM. */
static bool
take_blanks(struct scan *scan)
{
	const char *begin = scan->at;
	struct view rest;

	for (;;) {
		rest = view_make(scan->at, (size_t)(scan->end - scan->at));
		if (take(scan, ' '))
			continue;
		if (view_begins(rest, VIEW("\xc2\xa0")))
			scan->at += 2;
		else if (view_begins(rest, VIEW("\xe2\x80\xaf")))
			scan->at += 3;
		else
			return scan->at > begin;
	}
}

/* How many digits stand here. */
static int
count_digits(const struct scan *scan)
{
	int n = 0;

	while (scan->at + n < scan->end && is_digit(scan->at[n]) && n < 20)
		n++;
	return n;
}

/* Takes exactly n digits. */
static int
take_digits(struct scan *scan, int n)
{
	int value = 0;

	while (n-- > 0)
		value = value * 10 + (*scan->at++ - '0');
	return value;
}

/* Takes a number of at least min and at most max digits, no more behind it. */
static bool
take_number(struct scan *scan, int min, int max, int *value)
{
	int n = count_digits(scan);

	if (n < min || n > max)
		return false;
	*value = take_digits(scan, n);
	return true;
}

static bool
take_month(struct scan *scan, int *month)
{
	static const char *const names[] = {
		"january",
		"february",
		"march",
		"april",
		"may",
		"june",
		"july",
		"august",
		"september",
		"october",
		"november",
		"december",
	};
	char start[4] = { 0 };

	for (int i = 0; i < 12; i++) {
		memcpy(start, names[i], 3);
		if (take_word(scan, names[i]) || take_word(scan, start)) {
			if (i == 8)
				take_word(scan, "t");
			take(scan, '.');
			*month = i + 1;
			return true;
		}
	}
	return false;
}

static bool
take_year(struct scan *scan, int *year)
{
	int digits = count_digits(scan);

	if (digits != 2 && digits != 4)
		return false;
	*year = take_digits(scan, digits);
	if (digits == 2)
		*year += *year < 70 ? 2000 : 1900;
	return true;
}

/* "Mar 12, 2024" */
static bool
read_month_first(struct scan *scan, struct civil *civil)
{
	if (!take_month(scan, &civil->month))
		return false;
	take_blanks(scan);
	if (!take_number(scan, 1, 2, &civil->day))
		return false;
	take(scan, ',');
	take_blanks(scan);
	return take_number(scan, 4, 4, &civil->year);
}

/* "12 Mar 2024", "12-Mar-24", "3/12/2024", "12.3.24"; the year last. */
static bool
read_year_last(struct scan *scan, enum date_order order, struct civil *civil)
{
	int first, second;
	char separator;

	if (!take_number(scan, 1, 2, &first))
		return false;
	separator = peek(scan);
	if (separator == '/' || separator == '-' || separator == '.')
		scan->at++;
	else if (take_blanks(scan))
		separator = ' ';
	else
		return false;
	if (take_month(scan, &civil->month)) {
		civil->day = first;
		if (separator == ' ' ? !take_blanks(scan) : !take(scan, separator))
			return false;
		return take_year(scan, &civil->year);
	}
	if (separator == ' ' || order == DATE_ISO)
		return false;
	if (!take_number(scan, 1, 2, &second) || !take(scan, separator))
		return false;
	civil->day = order == DATE_DMY ? first : second;
	civil->month = order == DATE_DMY ? second : first;
	return take_year(scan, &civil->year);
}

static bool
read_date(struct scan *scan, enum date_order order, struct reading *reading)
{
	struct civil *civil = &reading->civil;
	int digits = count_digits(scan);
	char separator;

	if (digits == 0)
		return read_month_first(scan, civil);
	if (digits < 4)
		return read_year_last(scan, order, civil);
	if (digits == 8 || digits == 14) {
		civil->year = take_digits(scan, 4);
		civil->month = take_digits(scan, 2);
		civil->day = take_digits(scan, 2);
		reading->compact = true;
		return true;
	}
	if (digits != 4)
		return false;
	civil->year = take_digits(scan, 4);
	separator = peek(scan);
	return (take(scan, '-') || take(scan, '/') || take(scan, '.')) &&
	    take_number(scan, 1, 2, &civil->month) && take(scan, separator) &&
	    take_number(scan, 1, 2, &civil->day);
}

/* Z, UTC, GMT, +02:00, +0200, +02. */
static bool
read_zone(struct scan *scan, struct reading *reading)
{
	int hours, minutes = 0;
	bool west;

	reading->has_zone = true;
	if (take_word(scan, "z") || take_word(scan, "utc") || take_word(scan, "gmt"))
		return true;
	west = peek(scan) == '-';
	if (!take(scan, '+') && !take(scan, '-'))
		return false;
	if (count_digits(scan) == 4) {
		hours = take_digits(scan, 2);
		minutes = take_digits(scan, 2);
	} else if (!take_number(scan, 2, 2, &hours) ||
	    (take(scan, ':') && !take_number(scan, 2, 2, &minutes))) {
		return false;
	}
	reading->zone = (hours * 60 + minutes) * (west ? -1 : 1);
	return hours <= 23 && minutes <= 59;
}

/* hhmm or hhmmss behind YYYYMMDD. */
static bool
read_compact_clock(struct scan *scan, struct reading *reading)
{
	int digits = count_digits(scan);

	if (digits != 4 && digits != 6)
		return false;
	reading->civil.hour = take_digits(scan, 2);
	reading->civil.minute = take_digits(scan, 2);
	reading->precision = BY_MINUTE;
	if (digits == 6) {
		reading->civil.second = take_digits(scan, 2);
		reading->precision = BY_SECOND;
	}
	return true;
}

/* h, h:mm, h:mm:ss, h:mm:ss.fff; then AM or PM. */
static bool
read_clock(struct scan *scan, struct reading *reading)
{
	struct civil *civil = &reading->civil;
	bool afternoon;

	if (!take_number(scan, 1, 2, &civil->hour))
		return false;
	reading->precision = BY_HOUR;
	if (take(scan, ':')) {
		if (!take_number(scan, 2, 2, &civil->minute))
			return false;
		reading->precision = BY_MINUTE;
		if (take(scan, ':')) {
			if (!take_number(scan, 2, 2, &civil->second))
				return false;
			reading->precision = BY_SECOND;
			if ((take(scan, '.') || take(scan, ',')) &&
			    count_digits(scan) == 0)
				return false;
			while (is_digit(peek(scan)))
				scan->at++;
		}
	}
	take_blanks(scan);
	afternoon = take_word(scan, "pm");
	if (!afternoon && !take_word(scan, "am"))
		return true;
	if (civil->hour < 1 || civil->hour > 12)
		return false;
	civil->hour = civil->hour % 12 + (afternoon ? 12 : 0);
	return true;
}

static bool
read_time(struct scan *scan, struct reading *reading)
{
	bool apart = false;

	if (!take_word(scan, "t")) {
		apart = take(scan, ',');
		if (!(take_blanks(scan) || apart) &&
		    !(reading->compact && is_digit(peek(scan))))
			return false;
	}
	if (reading->compact && count_digits(scan) > 2) {
		if (!read_compact_clock(scan, reading))
			return false;
	} else if (!read_clock(scan, reading)) {
		return false;
	}
	take_blanks(scan);
	return scan->at == scan->end || read_zone(scan, reading);
}

static bool
is_sound(const struct civil *civil)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap =
	    civil->year % 4 == 0 && (civil->year % 100 != 0 || civil->year % 400 == 0);

	/* Second 60 is a leap second, which counts as the next minute's 0. */
	return civil->year >= 1 && civil->year <= 9999 && civil->month >= 1 &&
	    civil->month <= 12 && civil->day >= 1 &&
	    civil->day <= days[civil->month - 1] &&
	    (civil->month != 2 || civil->day <= 28 || leap) && civil->hour <= 23 &&
	    civil->minute <= 59 && civil->second <= 60;
}

/* Reads text, trimmed already, and gives the moment it means. */
static bool
read_moment(struct view text, enum date_order order, int zone_minutes,
    struct reading *reading, int64_t *time)
{
	struct scan scan;

	memset(reading, 0, sizeof(*reading));
	if (text.len == 0)
		return false;
	scan = (struct scan){ text.at, text.at + text.len };
	if (!read_date(&scan, order, reading))
		return false;
	if (scan.at < scan.end && !read_time(&scan, reading))
		return false;
	if (scan.at != scan.end || !is_sound(&reading->civil))
		return false;
	*time = civil_to_time(&reading->civil);
	if (reading->precision != BY_DAY)
		*time -= 60 * (int64_t)(reading->has_zone ? reading->zone : zone_minutes);
	return *time >= days_from_civil(1, 1, 1) * DAY &&
	    *time < days_from_civil(10000, 1, 1) * DAY;
}

bool
date_read(struct view text, enum date_order order, int zone_minutes, int64_t *time,
    bool *has_time)
{
	struct reading reading;

	if (!read_moment(text_trim_wide(text), order, zone_minutes, &reading, time) ||
	    reading.precision == BY_HOUR)
		return false;
	*has_time = reading.precision != BY_DAY;
	return true;
}

bool
date_read_day(struct view text, enum date_order order, int64_t *time)
{
	struct reading reading;

	if (!read_moment(text_trim_wide(text), order, 0, &reading, time) ||
	    reading.precision == BY_HOUR)
		return false;
	*time = DAY *
	    days_from_civil(reading.civil.year, reading.civil.month, reading.civil.day);
	return true;
}

/* "2026" and "2026-10". */
static bool
read_long_period(struct view text, int64_t *from, int64_t *until)
{
	struct scan scan = { text.at, text.at + text.len };
	int year, month = 0;

	if (!take_number(&scan, 4, 4, &year) || year < 1)
		return false;
	if (scan.at < scan.end &&
	    (!take(&scan, '-') || !take_number(&scan, 2, 2, &month) || month < 1 ||
		month > 12 || scan.at < scan.end))
		return false;
	if (month == 0) {
		*from = days_from_civil(year, 1, 1) * DAY;
		*until = days_from_civil(year + 1, 1, 1) * DAY;
	} else {
		*from = days_from_civil(year, month, 1) * DAY;
		*until = days_from_civil(year + month / 12, month % 12 + 1, 1) * DAY;
	}
	return true;
}

bool
period_read(
    struct view text, int64_t now, int zone_minutes, int64_t *from, int64_t *until)
{
	static const int64_t lengths[] = { DAY, 3600, 60, 1 };
	const int64_t zone = 60 * (int64_t)zone_minutes;
	struct reading reading;
	int64_t age;

	text = text_trim_wide(text);
	if (text.len == 0)
		return false;
	if (text.at[0] == '-') {
		if (!age_read(view_from(text, 1), &age))
			return false;
		*from = now - age;
		*until = *from + 1;
		return true;
	}
	if (text.len == 5 && fold_search_equal(text, VIEW("today"))) {
		*from = now + zone - (((now + zone) % DAY) + DAY) % DAY - zone;
		*until = *from + DAY;
		return true;
	}
	if (read_long_period(text, from, until)) {
		*from -= zone;
		*until -= zone;
		return true;
	}
	if (!read_moment(text, DATE_ISO, zone_minutes, &reading, from))
		return false;
	if (reading.precision == BY_DAY)
		*from -= zone;
	*until = *from + lengths[reading.precision];
	return true;
}
