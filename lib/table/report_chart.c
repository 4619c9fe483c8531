/* SPDX-License-Identifier: ISC */
/*
 * Pictures without a fixed width: what lies across is in percent, what lies down is
 * in em. So a picture takes the width that there is, its letters keep the size that
 * the reader has chosen, and nothing has to be computed in the browser.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "table/report_parts.h"

/* More stretches than this are too thin to be seen on a small screen; fewer than
 * the other would be too broad. */
#define SPANS_MOST  100
#define SPANS_LEAST 10

/* Of a date on a small screen, in hundredths of a percent. */
#define DATE_WIDTH 2700u

#define BAR_ROW	  3.2
#define PANEL_ROW 7.0

/* Hundredths of a percent; what is not nothing can be seen. */
static unsigned
length_of(uint64_t count, uint64_t most)
{
	unsigned length =
	    most == 0 ? 0 : (unsigned)((double)count / (double)most * 10000 + 0.5);

	return count > 0 && length < 60 ? 60 : length;
}

static void
put_percent(struct buf *out, const char *name, unsigned hundredths)
{
	buf_printf(out, " %s=\"%u.%02u%%\"", name, hundredths / 100, hundredths % 100);
}

/* Tenths of an em, as no locale changes them. */
static void
put_em(struct buf *out, const char *name, double em)
{
	unsigned tenths = (unsigned)(em * 10 + 0.5);

	buf_printf(out, " %s=\"%u.%uem\"", name, tenths / 10, tenths % 10);
}

/* Up to where the words of a picture stand that a screen reader says. */
static void
begin_picture(struct page *page, const char *id, double height, struct view title)
{
	buf_printf(page->out,
	    "<figure>\n<svg role=\"img\" aria-labelledby=\"%s-title\" "
	    "aria-describedby=\"%s-desc\"",
	    id, id);
	put_em(page->out, "height", height);
	buf_printf(page->out, ">\n<title id=\"%s-title\">", id);
	page_text(page, title);
	buf_printf(page->out, "</title>\n<desc id=\"%s-desc\">", id);
}

static void
put_bar(struct page *page, const struct report_figure *figure, double y, uint64_t most)
{
	struct buf *out = page->out;
	double row = y + 1.5;

	buf_text(out, "<text class=\"name\" x=\"0\"");
	put_em(out, "y", y + 1.1);
	buf_char(out, '>');
	page_text(page, figure->name);
	buf_text(out, "</text><text text-anchor=\"end\" x=\"100%\"");
	put_em(out, "y", y + 1.1);
	buf_char(out, '>');
	page_number(page, figure->count);
	buf_text(out, "</text>\n<rect class=\"track\" width=\"100%\" rx=\"2\"");
	put_em(out, "y", row);
	put_em(out, "height", 0.9);
	buf_text(out, "/>");
	if (figure->count > 0) {
		buf_text(out, "<rect class=\"s0\" rx=\"2\"");
		put_percent(out, "width", length_of(figure->count, most));
		put_em(out, "y", row);
		put_em(out, "height", 0.9);
		buf_text(out, "/>");
	}
	buf_char(out, '\n');
}

void
report_bars(struct page *page, const struct report_table *table)
{
	uint64_t most = 0;
	size_t i;

	begin_picture(page, "funnel", BAR_ROW * (double)table->count, table->heading);
	for (i = 0; i < table->count; i++) {
		if (i > 0)
			buf_text(page->out, ", ");
		page_text(page, table->figures[i].name);
		buf_char(page->out, ' ');
		page_number(page, table->figures[i].count);
		if (table->figures[i].count > most)
			most = table->figures[i].count;
	}
	buf_text(page->out, "</desc>\n");
	for (i = 0; i < table->count; i++)
		put_bar(page, table->figures + i, BAR_ROW * (double)i, most);
	buf_text(page->out, "</svg>\n</figure>\n");
}

/* The number of the stretch that a day is in. */
static int64_t
span_of(enum report_unit unit, int64_t day)
{
	struct civil civil;

	/* 1970-01-01 was a Thursday; days begin with Monday, before it too. */
	if (unit == UNIT_DAY)
		return day;
	if (unit == UNIT_WEEK)
		return (day + 3 - ((day + 3) % 7 + 7) % 7) / 7;
	civil_from_time(&civil, day * 86400);
	return unit == UNIT_YEAR ? civil.year : civil.year * 12 + civil.month - 1;
}

bool
report_line_make(struct report_line *line, const struct report_days *days)
{
	enum report_unit unit = UNIT_DAY;
	int64_t last;
	size_t i, k;

	*line = (struct report_line){ .spans = NULL };
	if (days->count == 0)
		return true;
	for (;; unit++) {
		line->first = span_of(unit, days->days[0].day);
		last = span_of(unit, days->days[days->count - 1].day);
		line->count = (size_t)(last - line->first) + 1;
		if (line->count <= SPANS_MOST || unit == UNIT_YEAR)
			break;
	}
	line->unit = unit;
	line->spans = calloc(line->count, sizeof(*line->spans));
	for (i = 0; line->spans != NULL && i < days->count; i++)
		for (k = 0; k < REPORT_SERIES; k++)
			line->spans[span_of(unit, days->days[i].day) - line->first]
			    .counts[k] += days->days[i].counts[k];
	return line->spans != NULL;
}

void
report_span_name(struct page *page, const struct report_line *line, size_t i)
{
	int64_t number = line->first + (int64_t)i;

	switch (line->unit) {
	case UNIT_DAY:
		date_print(page->out, number * 86400);
		break;
	case UNIT_WEEK:
		date_print(page->out, (number * 7 - 3) * 86400);
		break;
	case UNIT_MONTH:
		buf_printf(
		    page->out, "%04d-%02d", (int)(number / 12), (int)(number % 12) + 1);
		break;
	case UNIT_YEAR:
		buf_printf(page->out, "%04d", (int)number);
		break;
	}
}

static void
put_columns(
    struct page *page, const struct report_line *line, size_t series, uint64_t most)
{
	size_t slots = line->count < SPANS_LEAST ? SPANS_LEAST : line->count, i;
	unsigned step = (unsigned)(10000 / slots), height;

	for (i = 0; i < line->count; i++) {
		if (line->spans[i].counts[series] == 0)
			continue;
		height = length_of(line->spans[i].counts[series], most);
		height = height < 300 ? 300 : height;
		buf_printf(page->out, "<rect class=\"s%zu\"", series);
		put_percent(page->out, "x", (unsigned)(10000 * i / slots) + step / 10);
		put_percent(page->out, "y", 10000 - height);
		put_percent(page->out, "width", step - step / 5);
		put_percent(page->out, "height", height);
		buf_text(page->out, "/>\n");
	}
}

static uint64_t
most_of(const struct report_line *line, size_t series)
{
	uint64_t most = 0;
	size_t i;

	for (i = 0; i < line->count; i++)
		if (line->spans[i].counts[series] > most)
			most = line->spans[i].counts[series];
	return most;
}

static void
put_panel(struct page *page, const struct report_days *days,
    const struct report_line *line, size_t series)
{
	static const char *const units[] = { "day", "week", "month", "year" };
	double y = PANEL_ROW * (double)series;
	uint64_t most = most_of(line, series);
	struct buf *out = page->out;

	buf_text(out, "<text class=\"name\" x=\"0\"");
	put_em(out, "y", y + 1.1);
	buf_char(out, '>');
	page_text(page, days->series[series]);
	buf_text(out, "</text><text text-anchor=\"end\" x=\"100%\"");
	put_em(out, "y", y + 1.1);
	buf_char(out, '>');
	buf_printf(out, "most in a %s: ", units[line->unit]);
	page_number(page, most);
	buf_text(out, "</text>\n<svg width=\"100%\"");
	put_em(out, "y", y + 1.6);
	put_em(out, "height", 4.4);
	buf_text(out, "><rect class=\"track\" width=\"100%\" height=\"100%\"/>\n");
	put_columns(page, line, series, most);
	buf_text(
	    out, "<line class=\"rule\" x2=\"100%\" y1=\"100%\" y2=\"100%\"/></svg>\n");
}

/* Under the last panel, where there is room between them. */
static void
put_dates(struct page *page, const struct report_line *line)
{
	size_t slots = line->count < SPANS_LEAST ? SPANS_LEAST : line->count, i, k;
	size_t places[] = { 0, (line->count - 1) / 2, line->count - 1 };
	unsigned at, free = 0;

	for (k = 0; k < 3; k++) {
		i = places[k];
		at = k == 0  ? 0
		    : k == 2 ? (unsigned)(10000 * (i + 1) / slots)
			     : (unsigned)(10000 * (2 * i + 1) / (2 * slots));
		if ((k == 1 && line->count < SPANS_LEAST) ||
		    (k > 0 && at < free + DATE_WIDTH / (k == 1 ? 2 : 1)))
			continue;
		free = at + DATE_WIDTH / (k == 1 ? 2 : 1) + 100;
		buf_printf(page->out, "<text class=\"soft\" text-anchor=\"%s\"",
		    k == 0	 ? "start"
			: k == 2 ? "end"
				 : "middle");
		put_percent(page->out, "x", at);
		put_em(page->out, "y", PANEL_ROW * REPORT_SERIES + 0.4);
		buf_char(page->out, '>');
		report_span_name(page, line, i);
		buf_text(page->out, "</text>\n");
	}
}

void
report_panels(
    struct page *page, const struct report_days *days, const struct report_line *line)
{
	size_t i, k;
	uint64_t sum;

	begin_picture(page, "days", PANEL_ROW * REPORT_SERIES + 1, days->heading);
	report_span_name(page, line, 0);
	buf_text(page->out, " to ");
	report_span_name(page, line, line->count - 1);
	for (k = 0; k < REPORT_SERIES; k++) {
		for (i = 0, sum = 0; i < line->count; i++)
			sum += line->spans[i].counts[k];
		buf_text(page->out, k == 0 ? ": " : ", ");
		page_text(page, days->series[k]);
		buf_char(page->out, ' ');
		page_number(page, sum);
	}
	buf_text(page->out, "</desc>\n");
	for (k = 0; k < REPORT_SERIES; k++)
		put_panel(page, days, line, k);
	put_dates(page, line);
	buf_text(page->out, "</svg>\n</figure>\n");
}
