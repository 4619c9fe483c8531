/* SPDX-License-Identifier: ISC */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/*
 * Times are seconds since 1970-01-01 UTC, dates are days since 1970-01-01, in
 * the proleptic Gregorian calendar, years 0001 to 9999. Nothing here looks at
 * the locale, at TZ or at the system's clocks but clock_now and
 * clock_milliseconds.
 */

#include <stdint.h>

#include "buf.h"

/* The time that $CONTACT_NOW says (RFC 3339, or a date), else the system's. A
 * value that cannot be read is a usage fault that names it. */
int clock_now(int64_t *now, struct fault *fault) MUST_CHECK;

/* For measuring how long something takes: from some moment on, whatever the
 * clock on the wall says. */
int64_t clock_milliseconds(void);

/* How a date with slashes, dots or hyphens in an ambiguous order is meant. */
enum date_order { DATE_ISO, DATE_DMY, DATE_MDY };

struct civil {
	int year, month, day, hour, minute, second;
};

void civil_from_time(struct civil *civil, int64_t time);
int64_t civil_to_time(const struct civil *civil);
int64_t days_from_civil(int year, int month, int day);
/* ISO 8601 week and its year. */
void civil_week(int64_t days, int *year, int *week);

/*
 * Reads a date or a time of day in any style that exports use:
 * YYYY-MM-DD, YYYYMMDD, YYYY-MM-DD[T ]hh:mm[:ss[.fff]][Z|+hh:mm|+hhmm|+hh],
 * "12 Mar 2024", "4/10/18, 5:12 PM", "1/1/16 0:00", MM-DD-YYYY. Orders other
 * than ISO need `order`; with DATE_ISO such text is not read. Two-digit years
 * are 2000 to 2069, 1970 to 1999. zone_minutes is what a time without a zone
 * is counted in, east of UTC positive. *has_time tells whether a time of day
 * stood there. Returns false when text is no such date.
 */
bool date_read(struct view text, enum date_order order, int zone_minutes, int64_t *time,
    bool *has_time);

/* The same, but the date alone as it is written, at 0:00: a time of day and
 * its zone never move it to its neighbour. */
bool date_read_day(struct view text, enum date_order order, int64_t *time);

/* A period from a partial date: "2026", "2026-10", "2026-10-05", a full time,
 * "today", "-30d", "-2y" (units s min h d w mo y; seconds before now). The
 * period is *from <= t < *until; zone_minutes is what is counted in that has no
 * zone of its own. False when text is none of these. */
bool period_read(
    struct view text, int64_t now, int zone_minutes, int64_t *from, int64_t *until);

/* An age such as 30d, 2y (units s min h d w mo y; mo 30 days, y 365), in
 * seconds. */
bool age_read(struct view text, int64_t *seconds);

/* YYYY-MM-DD */
void date_print(struct buf *out, int64_t time);
/* YYYY-MM-DDThh:mm:ssZ */
void time_print(struct buf *out, int64_t time);

#endif
