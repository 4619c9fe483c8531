/* SPDX-License-Identifier: ISC */
#ifndef RULES_RATE_H
#define RULES_RATE_H

/*
 * How fast mail goes out: so many a second, so many in a run, so many in any 24
 * hours, and to one domain no two within some seconds. Whoever sends asks how long
 * to wait, and says when it has sent; what is known of the past is a short text,
 * which is kept from run to run. Times are milliseconds since 1970, and are the
 * caller's: nothing here looks at a clock.
 */

#include "base/buf.h"

struct rate_limits {
	int64_t interval;    /* from one message to the next; 0: no limit */
	uint64_t run, day;   /* messages; 0: no limit */
	int64_t of_a_domain; /* interval of those to one domain; 0: no limit */
};

/* Domains that are remembered, each until its interval is over. */
#define RATE_DOMAINS 1024
/* An hour that began 24 hours ago has minutes that are not so long ago. */
#define RATE_HOURS 25

struct rate {
	uint64_t sent;	   /* in this run */
	int64_t last;	   /* message; INT64_MIN: none yet */
	int64_t no_domain; /* last message to a domain that is not remembered */
	struct rate_hour {
		int64_t hour; /* since 1970 */
		uint64_t count;
	} hours[RATE_HOURS];
	size_t hour_count;
	struct rate_domain {
		uint64_t domain;
		int64_t last;
	} domains[RATE_DOMAINS]; /* in order of time */
	size_t domain_count;
};

enum rate_answer {
	RATE_NOW,
	RATE_WAIT,     /* *wait milliseconds */
	RATE_RUN_OVER, /* nothing more in this run */
	RATE_DAY_OVER  /* nothing more for *wait milliseconds */
};

/* A domain as it is known here: not its name, which is nobody's business. */
uint64_t rate_domain(struct view address);

/* Begins a run at that time with what rate_print has printed, "" for nothing. A clock
 * that has gone back makes no room: then no time has passed. False for other text. */
bool rate_begin(struct rate *rate, struct view text, int64_t now);
void rate_print(struct buf *out, const struct rate *rate,
    const struct rate_limits *limits, int64_t now);

/* Whether a message may go to the domain at that time. */
enum rate_answer rate_ask(const struct rate *rate, const struct rate_limits *limits,
    uint64_t domain, int64_t now, int64_t *wait);
/* One goes, whether or not it arrives. */
void rate_take(struct rate *rate, uint64_t domain, int64_t now);
/* It is under way until then; the next one is counted from here. */
void rate_pass(struct rate *rate, uint64_t domain, int64_t now);

/* "2", "0.5", "0" a second as the interval; false for other text. */
bool rate_read_interval(struct view text, int64_t *interval);

#endif
