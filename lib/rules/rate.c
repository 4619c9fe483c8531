/* SPDX-License-Identifier: ISC */
/*
 * Instead of tokens that trickle in, the times of what was sent: then no window of a
 * second, wherever it begins, has more than the limit, and there is no burst after a
 * pause. For the day it is counts by hour, where the oldest counts until its last
 * minute is a day ago.
 *
 * A domain that there is no room to remember shares one time with all others of the
 * kind, the latest of them, so what is forgotten waits longer and never less.
 */
#include "rules/rate.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define HOUR ((int64_t)3600 * 1000)

/* Those that are printed: after a restart, others wait as for the latest of them. */
#define PRINTED 32

uint64_t
rate_domain(struct view address)
{
	const char *at = address.len == 0 ? NULL : memrchr(address.at, '@', address.len);
	struct view name =
	    at == NULL ? address : view_from(address, (size_t)(at - address.at) + 1);
	char lower[256];
	size_t i;

	for (i = 0; i < name.len && i < sizeof(lower); i++)
		lower[i] =
		    (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] - 'A' + 'a'
								  : name.at[i]);
	return XXH3_64bits(lower, i);
}

/* By so much all was earlier, as the clock has gone back; hours by less, so that they
 * count longer. */
static void
shift(struct rate *rate, int64_t back)
{
	size_t i;

	rate->last -= back;
	if (rate->no_domain != INT64_MIN)
		rate->no_domain -= back;
	for (i = 0; i < rate->domain_count; i++)
		rate->domains[i].last -= back;
	for (i = 0; i < rate->hour_count; i++)
		rate->hours[i].hour -= back / HOUR;
}

/* A number with its sign and what follows it, which goes too. */
static bool
take_number(struct view *text, int64_t *number, char behind)
{
	bool minus = text->len > 0 && text->at[0] == '-';
	uint64_t value = 0;
	size_t i = minus, first = i;

	for (; i < text->len && text->at[i] >= '0' && text->at[i] <= '9'; i++) {
		if (i - first >= 18)
			return false;
		value = value * 10 + (uint64_t)(text->at[i] - '0');
	}
	if (i == first || i == text->len || text->at[i] != behind)
		return false;
	*number = minus ? -(int64_t)value : (int64_t)value;
	*text = view_from(*text, i + 1);
	return true;
}

static bool
read_state(struct rate *rate, struct view text)
{
	int64_t number, of;

	if (text.len == 0)
		return true;
	if (!take_number(&text, &rate->last, ' ') ||
	    !take_number(&text, &rate->no_domain, ';'))
		return false;
	while (text.len > 0 && text.at[0] != ';') {
		if (rate->hour_count == RATE_HOURS || !take_number(&text, &number, ':') ||
		    !take_number(&text, &of, ' ') || of < 0)
			return false;
		rate->hours[rate->hour_count++] =
		    (struct rate_hour){ number, (uint64_t)of };
	}
	text = view_from(text, 1);
	while (text.len > 0) {
		/* Digits of a domain may be one more than a number has. */
		if (rate->domain_count == RATE_DOMAINS ||
		    !take_number(&text, &number, '.') || !take_number(&text, &of, ':') ||
		    number < 0 || of < 0 || of >= 10)
			return false;
		rate->domains[rate->domain_count].domain =
		    (uint64_t)number * 10 + (uint64_t)of;
		if (!take_number(&text, &rate->domains[rate->domain_count].last, ' '))
			return false;
		rate->domain_count++;
	}
	return true;
}

bool
rate_begin(struct rate *rate, struct view text, int64_t now)
{
	*rate = (struct rate){ .last = INT64_MIN, .no_domain = INT64_MIN };
	if (!read_state(rate, text)) {
		*rate = (struct rate){ .last = INT64_MIN, .no_domain = INT64_MIN };
		return false;
	}
	if (text.len > 0 && rate->last > now)
		shift(rate, rate->last - now);
	return true;
}

void
rate_print(struct buf *out, const struct rate *rate, const struct rate_limits *limits,
    int64_t now)
{
	const struct rate_domain *domain = rate->domains;
	int64_t no_domain = rate->no_domain;
	size_t count = rate->domain_count, i;

	for (; count > 0 && domain->last + limits->of_a_domain <= now; domain++)
		count--;
	for (; count > PRINTED; domain++, count--)
		no_domain = domain->last;
	if (rate->last == INT64_MIN)
		return;
	/* A time so long ago that it limits nothing. */
	if (no_domain + limits->of_a_domain <= now)
		no_domain = 0;
	buf_printf(out, "%lld %lld;", (long long)rate->last, (long long)no_domain);
	for (i = 0; i < rate->hour_count; i++)
		if (rate->hours[i].hour > now / HOUR - RATE_HOURS)
			buf_printf(out, "%lld:%llu ", (long long)rate->hours[i].hour,
			    (unsigned long long)rate->hours[i].count);
	buf_char(out, ';');
	for (i = 0; i < count; i++)
		buf_printf(out, "%llu.%llu:%lld ",
		    (unsigned long long)(domain[i].domain / 10),
		    (unsigned long long)(domain[i].domain % 10),
		    (long long)domain[i].last);
}

/* What counts for the day, and when the first of it counts no more. */
static uint64_t
count_day(const struct rate *rate, int64_t now, int64_t *until)
{
	int64_t first = INT64_MAX;
	uint64_t count = 0;

	for (size_t i = 0; i < rate->hour_count; i++) {
		if (rate->hours[i].hour <= now / HOUR - RATE_HOURS)
			continue;
		count += rate->hours[i].count;
		if (rate->hours[i].hour < first)
			first = rate->hours[i].hour;
	}
	*until = first == INT64_MAX ? now : (first + RATE_HOURS) * HOUR;
	return count;
}

static int64_t
last_of(const struct rate *rate, uint64_t domain)
{
	for (size_t i = rate->domain_count; i > 0; i--)
		if (rate->domains[i - 1].domain == domain)
			return rate->domains[i - 1].last;
	return rate->no_domain;
}

enum rate_answer
rate_ask(const struct rate *rate, const struct rate_limits *limits, uint64_t domain,
    int64_t now, int64_t *wait)
{
	int64_t until = INT64_MIN, last;

	*wait = 0;
	if (limits->run > 0 && rate->sent >= limits->run)
		return RATE_RUN_OVER;
	if (limits->day > 0 && count_day(rate, now, &until) >= limits->day) {
		*wait = until - now;
		return RATE_DAY_OVER;
	}
	until = rate->last == INT64_MIN ? INT64_MIN : rate->last + limits->interval;
	last = limits->of_a_domain == 0 ? INT64_MIN : last_of(rate, domain);
	if (last != INT64_MIN && last + limits->of_a_domain > until)
		until = last + limits->of_a_domain;
	if (until <= now)
		return RATE_NOW;
	*wait = until - now;
	return RATE_WAIT;
}

static void
remember_domain(struct rate *rate, uint64_t domain, int64_t now)
{
	struct rate_domain *domains = rate->domains;
	size_t i = 0;

	while (i < rate->domain_count && domains[i].domain != domain)
		i++;
	if (i == RATE_DOMAINS) {
		i = 0;
		rate->no_domain = domains[0].last;
	}
	if (i < rate->domain_count) {
		rate->domain_count--;
		memmove(domains + i, domains + i + 1,
		    (rate->domain_count - i) * sizeof(*domains));
	}
	domains[rate->domain_count++] = (struct rate_domain){ domain, now };
}

static void
count_hour(struct rate *rate, int64_t hour)
{
	size_t kept = 0, i;

	for (i = 0; i < rate->hour_count; i++)
		if (rate->hours[i].hour > hour - RATE_HOURS)
			rate->hours[kept++] = rate->hours[i];
	rate->hour_count = kept;
	for (i = 0; i < kept && rate->hours[i].hour != hour; i++)
		continue;
	if (i == kept) {
		/* With a clock that goes on there is always room. */
		if (kept == RATE_HOURS)
			i--;
		else
			rate->hours[rate->hour_count++] = (struct rate_hour){ hour, 0 };
	}
	rate->hours[i].count++;
}

void
rate_pass(struct rate *rate, uint64_t domain, int64_t now)
{
	if (rate->last < now)
		rate->last = now;
	remember_domain(rate, domain, now);
}

void
rate_take(struct rate *rate, uint64_t domain, int64_t now)
{
	rate->sent++;
	count_hour(rate, now / HOUR);
	rate_pass(rate, domain, now);
}

bool
rate_read_interval(struct view text, int64_t *interval)
{
	uint64_t whole = 0, scale = 1;
	bool point = false;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '.' && !point && i > 0 && i + 1 < text.len) {
			point = true;
			continue;
		}
		if (text.at[i] < '0' || text.at[i] > '9' || whole > 100000000)
			return false;
		whole = whole * 10 + (uint64_t)(text.at[i] - '0');
		scale *= point ? 10 : 1;
	}
	if (text.len == 0)
		return false;
	*interval = whole == 0 ? 0 : (int64_t)((1000 * scale + whole - 1) / whole);
	return true;
}
