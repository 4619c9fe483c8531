/* SPDX-License-Identifier: ISC */
#ifndef TABLE_REPORT_H
#define TABLE_REPORT_H

/*
 * Writes figures and a time line as one page of HTML that stands alone: no script,
 * nothing from elsewhere (a policy in the page forbids both), pictures as inline
 * SVG, each beside a table of the same figures, light or dark as the reader has it,
 * black on white on paper. Every text is escaped, and what would be invisible or
 * would turn the direction of writing is made visible (show_text). The page knows
 * nothing of what is counted.
 */

#include <stdint.h>

#include "base/buf.h"

struct report_figure {
	struct view name, meaning; /* meaning may be empty */
	uint64_t count;
};

/* whole: what shares are of; 0 for a table without them. */
struct report_table {
	struct view heading, about;
	const struct report_figure *figures;
	size_t count;
	uint64_t whole;
};

/* What is told apart in a time line, one above the other. */
#define REPORT_SERIES 4

struct report_day {
	int64_t day; /* since 1970-01-01, of the years 1 to 9999 */
	uint64_t counts[REPORT_SERIES];
};

/* Days in ascending order; those on which nothing happened may be left out. Where
 * they are more than fit beside each other weeks are shown, or months, or years. */
struct report_days {
	struct view heading, about;
	struct view series[REPORT_SERIES];
	const struct report_day *days;
	size_t count;
};

/* Left out when the text is empty. */
struct report_fact {
	struct view name, text;
};

struct report {
	struct view title, about;
	const struct report_fact *facts;
	size_t fact_count;
	const struct view *notes; /* what must not be overlooked */
	size_t note_count;
	struct report_table funnel; /* drawn as bars */
	const struct report_table *tables;
	size_t table_count;
	struct report_days days;
	struct view foot;
};

/* Appends the page. Memory that ran out marks *out as failed. */
void report_write(struct buf *out, const struct report *report);

#endif
