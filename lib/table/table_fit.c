/* SPDX-License-Identifier: ISC */
/*
 * Columns that are too wide in all are cut at one height, as water finds its
 * level: the highest level at which they fit. Columns to keep are cut only
 * once the others are down to their least. Where even that does not fit, whole
 * columns go.
 */
#include "table/table_fit.h"

#include <wchar.h>

#include "base/fold.h"

/* Below these a column tells nothing any more. */
#define LEAST	   6
#define LEAST_KEPT 12

void
fit_show_unknown(struct buf *out, struct view text)
{
	while (text.len > 0) {
		uint32_t scalar;
		size_t n = utf8_decode(text, &scalar);

		if (n > 0 && scalar >= 0x80 && wcwidth((wchar_t)scalar) < 0)
			buf_printf(out, "\\u{%04x}", scalar);
		else
			buf_put(out, text.at, n == 0 ? 1 : n);
		text = view_from(text, n == 0 ? 1 : n);
	}
}

static size_t
scalar_width(uint32_t scalar)
{
	int width = scalar < 0x80 ? 1 : wcwidth((wchar_t)scalar);

	return width < 0 ? 1 : (size_t)width;
}

size_t
fit_step(struct view text, size_t *width)
{
	uint32_t scalar;
	size_t n = utf8_decode(text, &scalar);

	*width = n == 0 ? 1 : scalar_width(scalar);
	return n == 0 ? 1 : n;
}

size_t
fit_width(struct view text)
{
	size_t total = 0, width;

	while (text.len > 0) {
		text = view_from(text, fit_step(text, &width));
		total += width;
	}
	return total;
}

void
fit_cut(struct buf *out, struct view text, size_t width, const char *ellipsis)
{
	struct view rest = text;
	size_t used = 0, kept = 0, next;

	while (rest.len > 0) {
		size_t n = fit_step(rest, &next);

		if (used + next > width)
			break;
		used += next;
		/* What goes in front of the ellipsis, if one is needed. */
		if (used + 1 <= width)
			kept = (size_t)(rest.at - text.at) + n;
		rest = view_from(rest, n);
	}
	if (rest.len == 0) {
		buf_view(out, text);
		return;
	}
	buf_view(out, view_until(text, kept));
	if (width > 0)
		buf_text(out, ellipsis);
}

static size_t
least(const struct fit_column *column)
{
	size_t floor = column->stay == STAY_PLAIN ? LEAST : LEAST_KEPT;

	if (column->out)
		return 0;
	return column->fixed || column->natural < floor ? column->natural : floor;
}

/* The width of a column when those that give are cut at level: the columns
 * not to keep, or, those being down to their least, the others. */
static size_t
narrowed(const struct fit_column *column, size_t level, bool cut_kept)
{
	size_t floor = least(column);
	bool kept = column->stay >= STAY_KEPT;

	if (column->out)
		return 0;
	if (column->fixed || (kept && !cut_kept))
		return column->natural;
	if (cut_kept && !kept)
		return floor;
	if (column->natural <= level)
		return column->natural;
	return level > floor ? level : floor;
}

static size_t
sum_at(const struct fit_column *columns, size_t count, size_t level, bool cut_kept)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += narrowed(&columns[i], level, cut_kept);
	return sum;
}

static void
share(struct fit_column *columns, size_t count, size_t room)
{
	bool cut_kept = sum_at(columns, count, 0, false) > room;
	size_t level = 0, above = room + 1, spare;

	while (above - level > 1) {
		size_t middle = level + (above - level) / 2;

		if (sum_at(columns, count, middle, cut_kept) <= room)
			level = middle;
		else
			above = middle;
	}
	spare = sum_at(columns, count, level, cut_kept);
	spare = room > spare ? room - spare : 0;
	for (size_t i = 0; i < count; i++) {
		struct fit_column *column = &columns[i];

		column->width = narrowed(column, level, cut_kept);
		if (spare > 0 && !column->out && column->width < column->natural &&
		    column->width == level) {
			column->width++;
			spare--;
		}
	}
}

/* The column to go first: the last of those that matter least. */
static struct fit_column *
least_wanted(struct fit_column *columns, size_t count)
{
	struct fit_column *found = NULL;

	for (size_t i = 0; i < count; i++)
		if (!columns[i].out && (found == NULL || columns[i].stay <= found->stay))
			found = &columns[i];
	return found;
}

/* What is taken by the gaps of so many columns, and by the note on those left
 * out. */
static size_t
between(size_t shown, size_t count)
{
	return shown == 0    ? 0
	    : shown == count ? (shown - 1) * FIT_GAP
			     : shown * FIT_GAP + FIT_NOTE;
}

size_t
fit_columns(struct fit_column *columns, size_t count, size_t width)
{
	size_t shown = count, taken;

	for (size_t i = 0; i < count; i++)
		columns[i].out = false;
	while (width > 0 && shown > 1 &&
	    sum_at(columns, count, 0, true) + between(shown, count) > width) {
		least_wanted(columns, count)->out = true;
		shown--;
	}
	taken = between(shown, count);
	for (size_t i = 0; i < count; i++)
		columns[i].width = columns[i].out ? 0 : columns[i].natural;
	if (width > 0 && sum_at(columns, count, SIZE_MAX, false) + taken > width)
		share(columns, count, width > taken ? width - taken : 0);
	/* Of one column something is better than nothing. */
	for (size_t i = 0; width > taken && shown == 1 && i < count; i++)
		if (!columns[i].fixed && columns[i].width > width - taken)
			columns[i].width = width - taken;
	return shown;
}
