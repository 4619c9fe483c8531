/* SPDX-License-Identifier: ISC */
/*
 * The page of figures: nothing of a text becomes markup, each figure in a picture
 * stands in a table, and time is parted so that it can be seen. What a browser makes
 * of it is looked at in tests/cmd/invite-report.bats.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "table/report.h"

#define TEXT(literal)                        \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct view series[REPORT_SERIES] = { { "sent", 4 }, { "seen", 4 },
	{ "joined", 6 }, { "bounced", 7 } };

static struct report
page_of(const struct report_figure *figures, size_t count, uint64_t whole)
{
	return (struct report){ .title = TEXT("A page"),
		.funnel = { TEXT("Bars"), TEXT("about"), figures, count, whole },
		.days = { .heading = TEXT("Days"),
		    .series = { series[0], series[1], series[2], series[3] } } };
}

static unsigned
times(struct buf *out, const char *what)
{
	const char *at = buf_string(out);
	unsigned count = 0;

	while ((at = strstr(at, what)) != NULL) {
		count++;
		at += strlen(what);
	}
	return count;
}

static void
assert_has(struct buf *out, const char *what)
{
	if (strstr(buf_string(out), what) == NULL)
		fail_msg("not in the page: %s", what);
}

static void
texts_stay_texts(void **state)
{
	static const struct report_figure figures[] = {
		{ TEXT("<b>\"&'"), TEXT("</small><script>x</script>"), 7 },
	};
	static const struct report_fact facts[] = {
		{ TEXT("<dt>"), TEXT("a\r\nb\x01\xe2\x80\xae\xff</dd>") },
	};
	static const struct view notes[] = { TEXT("<i onclick='x'>") };
	struct report page = page_of(figures, COUNT(figures), 7);
	struct buf out = BUF_EMPTY;

	(void)state;
	page.title = VIEW("</title><script>alert(1)</script>");
	page.facts = facts;
	page.fact_count = 1;
	page.notes = notes;
	page.note_count = 1;
	page.foot = VIEW("<a href=x>");
	report_write(&out, &page);
	assert_int_equal(times(&out, "<script"), 0);
	assert_int_equal(times(&out, "<i "), 0);
	assert_int_equal(times(&out, "<a "), 0);
	assert_int_equal(times(&out, "<b>"), 0);
	assert_has(
	    &out, "<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>");
	assert_has(&out, "&lt;b&gt;&quot;&amp;&#39;</text>");
	assert_has(&out, "a\\r\\nb\\x01\\u{202e}\\xff&lt;/dd&gt;");
	buf_release(&out);
}

static void
each_figure_of_a_picture_is_in_a_table(void **state)
{
	static const struct report_figure figures[] = {
		{ TEXT("Selected"), TEXT(""), 1234567 },
		{ TEXT("Sent"), TEXT("by mail"), 1234566 },
		{ TEXT("Joined"), TEXT(""), 1 },
		{ TEXT("Approved"), TEXT(""), 0 },
	};
	struct report page = page_of(figures, COUNT(figures), 1234567);
	struct buf out = BUF_EMPTY;

	(void)state;
	report_write(&out, &page);
	assert_has(&out,
	    "<th scope=\"row\"><bdi>Selected</bdi></th><td>1,234,567</td>"
	    "<td>100.0%</td>");
	assert_has(
	    &out, "<small>by mail</small></th><td>1,234,566</td><td>&gt;99.9%</td>");
	assert_has(&out, "<bdi>Joined</bdi></th><td>1</td><td>&lt;0.1%</td>");
	assert_has(&out, "<bdi>Approved</bdi></th><td>0</td><td>0.0%</td>");
	assert_has(
	    &out, "Selected 1,234,567, Sent 1,234,566, Joined 1, Approved 0</desc>");
	assert_int_equal(times(&out, "class=\"s0\""), 3);
	buf_release(&out);
}

/* Nothing is divided by nothing. */
static void
no_figures_are_a_page_too(void **state)
{
	static const struct report_figure figures[] = { { TEXT("Selected"), TEXT(""),
	    0 } };
	struct report page = page_of(figures, 1, 0);
	struct buf out = BUF_EMPTY;

	(void)state;
	report_write(&out, &page);
	assert_has(&out, "<bdi>Selected</bdi></th><td>0</td></tr>");
	assert_has(&out, "Nothing has happened yet.");
	assert_int_equal(times(&out, "%</td>"), 0);
	buf_release(&out);
}

struct stretch {
	int days;
	const char *head, *first, *last;
	unsigned most; /* rows of stretches */
};

/* As many days, from 2024-02-28, a Wednesday, on; each with one of everything. */
static void
write_days(struct buf *out, int count)
{
	struct report_day *days = calloc((size_t)count, sizeof(*days));
	struct report page = page_of(NULL, 0, 0);
	int i;

	assert_non_null(days);
	for (i = 0; i < count; i++)
		days[i] = (struct report_day){ days_from_civil(2024, 2, 28) + i,
			{ 1, 1, 1, 1 } };
	page.days.days = days;
	page.days.count = (size_t)count;
	report_write(out, &page);
	free(days);
}

static void
time_is_parted_so_that_it_can_be_seen(void **state)
{
	static const struct stretch stretches[] = {
		{ 1, ">Day<", "2024-02-28", "2024-02-28", 1 },
		{ 3, ">Day<", "2024-02-28", "2024-03-01", 3 },
		{ 100, ">Day<", "2024-02-28", "2024-06-06", 100 },
		{ 101, ">Week from<", "2024-02-26", "2024-06-03", 15 },
		{ 400, ">Week from<", "2024-02-26", "2025-03-31", 58 },
		{ 701, ">Month<", "2024-02", "2026-01", 24 },
		{ 36500, ">Year<", "2024", "2124", 101 },
	};
	char text[120];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(stretches); i++) {
		const struct stretch *stretch = stretches + i;
		struct buf out = BUF_EMPTY;

		write_days(&out, stretch->days);
		assert_has(&out, stretch->head);
		snprintf(text, sizeof(text), "<desc id=\"days-desc\">%s to %s: sent ",
		    stretch->first, stretch->last);
		assert_has(&out, text);
		snprintf(text, sizeof(text), "<th scope=\"row\">%s</th>", stretch->last);
		assert_has(&out, text);
		/* And the sum. */
		assert_int_equal(
		    times(&out, "<tr><th scope=\"row\">"), stretch->most + 1);
		assert_int_equal(times(&out, "<rect class=\"s3\""), stretch->most);
		if (stretch->days < 1000) {
			snprintf(text, sizeof(text),
			    "In all</th><td>%d</td><td>%d</td><td>%d</td><td>%d</td>",
			    stretch->days, stretch->days, stretch->days, stretch->days);
			assert_has(&out, text);
		}
		buf_release(&out);
	}
}

static void
numbers_of_any_size_can_be_written(void **state)
{
	static const struct report_figure figures[] = {
		{ TEXT("Most"), TEXT(""), UINT64_MAX },
		{ TEXT("Billion"), TEXT(""), 1000000000 },
	};
	struct report page = page_of(figures, COUNT(figures), UINT64_MAX);
	struct buf out = BUF_EMPTY;

	(void)state;
	report_write(&out, &page);
	assert_has(&out, "<td>18,446,744,073,709,551,615</td><td>100.0%</td>");
	assert_has(&out, "<td>1,000,000,000</td><td>&lt;0.1%</td>");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_stay_texts),
		cmocka_unit_test(each_figure_of_a_picture_is_in_a_table),
		cmocka_unit_test(no_figures_are_a_page_too),
		cmocka_unit_test(time_is_parted_so_that_it_can_be_seen),
		cmocka_unit_test(numbers_of_any_size_can_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
