/* SPDX-License-Identifier: ISC */
#ifndef TABLE_REPORT_PARTS_H
#define TABLE_REPORT_PARTS_H

/* The parts of a page, to each other. Internal to report*.c. */

#include "table/report.h"

struct page {
	struct buf *out;
	struct buf shown; /* scratch */
};

extern const char report_style[];

/* Text for the content of an element or a quoted attribute. */
void page_text(struct page *page, struct view text);
/* 1,234,567 */
void page_number(struct page *page, uint64_t number);

/* Bars, one for each figure, as long as their counts. */
void report_bars(struct page *page, const struct report_table *table);

/* Equal stretches of time, each with what happened in it. */
enum report_unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR };

struct report_span {
	uint64_t counts[REPORT_SERIES];
};

struct report_line {
	enum report_unit unit;
	int64_t first;
	struct report_span *spans;
	size_t count;
};

/* Shares out days; false when memory ran out. The caller frees spans. */
bool report_line_make(struct report_line *line, const struct report_days *days);
/* 2026-10-05, for a month 2026-10, for a year 2026. */
void report_span_name(struct page *page, const struct report_line *line, size_t i);
/* Columns over time, a panel for each series. */
void report_panels(
    struct page *page, const struct report_days *days, const struct report_line *line);

#endif
