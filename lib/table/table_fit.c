/* SPDX-License-Identifier: ISC */
/*
 * Columns that are too wide in all are cut at one height, as water finds its
 * level: the highest level at which they fit. Columns to keep are cut only
 * once the others are down to their least.
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

/* The length in bytes and in columns of the character at text.at; marks that
 * combine with the one before have no width. */
static size_t
step(struct view text, size_t *width)
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
		text = view_from(text, step(text, &width));
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
		size_t n = step(rest, &next);

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
	size_t floor = column->keep ? LEAST_KEPT : LEAST;

	return column->fixed || column->natural < floor ? column->natural : floor;
}

/* The width of a column when those that give are cut at level: the columns
 * not to keep, or, those being down to their least, the others. */
static size_t
narrowed(const struct fit_column *column, size_t level, bool cut_kept)
{
	size_t floor = least(column);

	if (column->fixed || (column->keep && !cut_kept))
		return column->natural;
	if (cut_kept && !column->keep)
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
		if (spare > 0 && column->width < column->natural &&
		    column->width == level) {
			column->width++;
			spare--;
		}
	}
}

/* The number of columns that fit when all are down to their least. Where some
 * are left out, the note that says so takes room too. */
static size_t
count_fitting(const struct fit_column *columns, size_t count, size_t room)
{
	size_t sum = 0, fitting = 0;

	for (size_t i = 0; i < count; i++) {
		sum += least(&columns[i]) + FIT_GAP;
		if (sum > room + FIT_GAP)
			return fitting > 0 ? fitting : 1;
		if (i + 1 == count || sum + FIT_NOTE <= room)
			fitting = i + 1;
	}
	return fitting;
}

size_t
fit_columns(struct fit_column *columns, size_t count, size_t width)
{
	size_t shown = count, taken;

	if (width > 0)
		shown = count_fitting(columns, count, width);
	for (size_t i = 0; i < count; i++)
		columns[i].width = i < shown ? columns[i].natural : 0;
	taken = shown == 0 ? 0 : (shown - 1) * FIT_GAP;
	if (shown < count)
		taken += FIT_GAP + FIT_NOTE;
	if (width > 0 && sum_at(columns, shown, SIZE_MAX, false) + taken > width)
		share(columns, shown, width > taken ? width - taken : 0);
	return shown;
}
