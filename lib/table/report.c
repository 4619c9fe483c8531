/* SPDX-License-Identifier: ISC */
/*
 * The page from its top to its end: who reads it without pictures, on paper or by
 * ear finds each figure in a table with a caption, and headings to go by.
 */
#include "table/report.h"

#include <stdlib.h>

#include "table/report_parts.h"
#include "table/writer.h"

/* Nothing but the style in the page itself may be loaded or run, and nothing in it
 * is a link. Numbers are not telephone numbers. */
static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"robots\" content=\"noindex, nofollow\">\n"
    "<meta name=\"format-detection\" content=\"telephone=no\">\n";

void
page_text(struct page *page, struct view text)
{
	size_t i;

	buf_clear(&page->shown);
	show_text(&page->shown, text);
	page->out->failed |= page->shown.failed;
	for (i = 0; i < page->shown.len; i++)
		switch (page->shown.at[i]) {
		case '&':
			buf_text(page->out, "&amp;");
			break;
		case '<':
			buf_text(page->out, "&lt;");
			break;
		case '>':
			buf_text(page->out, "&gt;");
			break;
		case '"':
			buf_text(page->out, "&quot;");
			break;
		case '\'':
			buf_text(page->out, "&#39;");
			break;
		default:
			buf_char(page->out, page->shown.at[i]);
		}
}

void
page_number(struct page *page, uint64_t number)
{
	if (number >= 1000) {
		page_number(page, number / 1000);
		buf_printf(page->out, ",%03u", (unsigned)(number % 1000));
	} else {
		buf_number(page->out, number);
	}
}

/* A number in one of many columns, which may part it between its groups. */
static void
put_cell(struct page *page, uint64_t number)
{
	if (number >= 1000) {
		put_cell(page, number / 1000);
		buf_printf(page->out, ",<wbr>%03u", (unsigned)(number % 1000));
	} else {
		buf_number(page->out, number);
	}
}

/* In tenths of a percent; neither nothing nor all unless it is. */
static void
put_share(struct page *page, uint64_t count, uint64_t whole)
{
	unsigned tenths = (unsigned)((double)count / (double)whole * 1000 + 0.5);

	if (count > 0 && tenths == 0)
		buf_text(page->out, "&lt;0.1%");
	else if (count < whole && tenths >= 1000)
		buf_text(page->out, "&gt;99.9%");
	else
		buf_printf(page->out, "%u.%u%%", tenths / 10, tenths % 10);
}

/* <name>text</name> where there is text; the text's own direction of writing stays
 * within it. */
static void
put_element(struct page *page, const char *name, struct view text)
{
	if (text.len == 0)
		return;
	buf_printf(page->out, "<%s><bdi>", name);
	page_text(page, text);
	buf_printf(page->out, "</bdi></%.*s>\n", (int)strcspn(name, " "), name);
}

static void
put_heading(struct page *page, struct view heading, struct view about)
{
	put_element(page, "h2", heading);
	put_element(page, "p class=\"about\"", about);
}

static void
put_figure(
    struct page *page, const struct report_figure *figure, const struct report_table *of)
{
	buf_text(page->out, "<tr><th scope=\"row\"><bdi>");
	page_text(page, figure->name);
	buf_text(page->out, "</bdi>");
	if (figure->meaning.len > 0) {
		buf_text(page->out, "<small>");
		page_text(page, figure->meaning);
		buf_text(page->out, "</small>");
	}
	buf_text(page->out, "</th><td>");
	page_number(page, figure->count);
	buf_text(page->out, "</td>");
	if (of->whole > 0) {
		buf_text(page->out, "<td>");
		put_share(page, figure->count, of->whole);
		buf_text(page->out, "</td>");
	}
	buf_text(page->out, "</tr>\n");
}

static void
put_table(struct page *page, const struct report_table *table)
{
	size_t i;

	buf_text(page->out, "<table>\n<caption>Figures: ");
	page_text(page, table->heading);
	buf_text(page->out,
	    "</caption>\n<thead><tr><th scope=\"col\">Figure</th>"
	    "<th scope=\"col\">Count</th>");
	if (table->whole > 0)
		buf_text(page->out, "<th scope=\"col\">Share</th>");
	buf_text(page->out, "</tr></thead>\n<tbody>\n");
	for (i = 0; i < table->count; i++)
		put_figure(page, table->figures + i, table);
	buf_text(page->out, "</tbody>\n</table>\n");
}

static void
put_counts(struct page *page, const uint64_t counts[REPORT_SERIES])
{
	size_t k;

	for (k = 0; k < REPORT_SERIES; k++) {
		buf_text(page->out, counts[k] > 0 ? "<td>" : "<td class=\"none\">");
		put_cell(page, counts[k]);
		buf_text(page->out, "</td>");
	}
	buf_text(page->out, "</tr>\n");
}

/* A row for each stretch of time in which something happened. */
static void
put_days_table(
    struct page *page, const struct report_days *days, const struct report_line *line)
{
	static const char *const units[] = { "Day", "Week from", "Month", "Year" };
	uint64_t sums[REPORT_SERIES] = { 0 };
	bool any;
	size_t i, k;

	buf_text(page->out, "<table class=\"days\">\n<caption>Figures: ");
	page_text(page, days->heading);
	buf_printf(page->out, "</caption>\n<thead><tr><th scope=\"col\">%s</th>",
	    units[line->unit]);
	for (k = 0; k < REPORT_SERIES; k++)
		put_element(page, "th scope=\"col\"", days->series[k]);
	buf_text(page->out, "</tr></thead>\n<tbody>\n");
	for (i = 0; i < line->count; i++) {
		for (k = 0, any = false; k < REPORT_SERIES; k++) {
			sums[k] += line->spans[i].counts[k];
			any |= line->spans[i].counts[k] > 0;
		}
		if (!any)
			continue;
		buf_text(page->out, "<tr><th scope=\"row\">");
		report_span_name(page, line, i);
		buf_text(page->out, "</th>");
		put_counts(page, line->spans[i].counts);
	}
	buf_text(page->out, "</tbody>\n<tfoot><tr><th scope=\"row\">In all</th>");
	put_counts(page, sums);
	buf_text(page->out, "</tfoot>\n</table>\n");
}

static void
put_days(struct page *page, const struct report_days *days)
{
	struct report_line line;

	put_heading(page, days->heading, days->about);
	if (!report_line_make(&line, days)) {
		page->out->failed = true;
		return;
	}
	if (line.count == 0) {
		buf_text(page->out, "<p>Nothing has happened yet.</p>\n");
		return;
	}
	report_panels(page, days, &line);
	put_days_table(page, days, &line);
	free(line.spans);
}

static void
put_top(struct page *page, const struct report *report)
{
	size_t i;

	buf_text(page->out, head);
	buf_text(page->out, "<title>");
	page_text(page, report->title);
	buf_printf(page->out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n",
	    report_style);
	put_element(page, "h1", report->title);
	put_element(page, "p class=\"about\"", report->about);
	if (report->fact_count > 0)
		buf_text(page->out, "<dl>\n");
	for (i = 0; i < report->fact_count; i++) {
		if (report->facts[i].text.len == 0)
			continue;
		put_element(page, "dt", report->facts[i].name);
		put_element(page, "dd", report->facts[i].text);
	}
	if (report->fact_count > 0)
		buf_text(page->out, "</dl>\n");
	for (i = 0; i < report->note_count; i++)
		put_element(page, "p class=\"note\" role=\"note\"", report->notes[i]);
}

void
report_write(struct buf *out, const struct report *report)
{
	struct page page = { .out = out, .shown = BUF_EMPTY };
	size_t i;

	put_top(&page, report);
	put_heading(&page, report->funnel.heading, report->funnel.about);
	report_bars(&page, &report->funnel);
	put_table(&page, &report->funnel);
	for (i = 0; i < report->table_count; i++) {
		put_heading(&page, report->tables[i].heading, report->tables[i].about);
		put_table(&page, report->tables + i);
	}
	put_days(&page, &report->days);
	buf_text(out, "</main>\n");
	put_element(&page, "footer", report->foot);
	buf_text(out, "</body>\n</html>\n");
	buf_release(&page.shown);
}
