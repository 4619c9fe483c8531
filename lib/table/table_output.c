/* SPDX-License-Identifier: ISC */
/*
 * A table for people. Rows are kept until there are enough to settle how wide
 * the columns are; later ones are laid out by the same widths, so that memory
 * stays bounded. libsmartcols aligns and colours what was cut to fit.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "table/formats.h"
#include "table/table_fit.h"
#include "table/table_library.h"

#define ROWS_MAX  5000
#define BYTES_MAX ((size_t)4 * 1024 * 1024)

struct table {
	struct table_library scols;
	struct writer_options options;
	locale_t locale;
	size_t count, shown;
	struct fit_column *fits;
	bool *right;
	struct view *header;
	struct arena header_arena, row_arena; /* texts made showable */
	struct view *cells;		      /* of the kept rows, count each */
	unsigned char *colours;
	size_t rows, rows_cap, bytes;
	bool settled; /* widths are, and the header is out */
	struct buf shown_text, known_text;
};

static const char *const colour_names[] = {
	[COLOUR_NONE] = NULL,
	[COLOUR_GREEN] = "green",
	[COLOUR_YELLOW] = "yellow",
	[COLOUR_RED] = "red",
	[COLOUR_BLUE] = "blue",
	[COLOUR_CYAN] = "cyan",
	[COLOUR_MAGENTA] = "magenta",
	[COLOUR_BOLD] = "bold",
};

enum writer_colour
writer_colour_by_name(struct view name)
{
	size_t i;

	for (i = 0; i < sizeof(colour_names) / sizeof(colour_names[0]); i++)
		if (colour_names[i] != NULL && view_is(name, colour_names[i]))
			return (enum writer_colour)i;
	return COLOUR_NONE;
}

/* Makes text showable, in one line, and keeps it with a NUL behind it. */
static int
keep_text(struct table *table, struct arena *arena, struct view text, struct view *kept,
    struct fault *fault)
{
	buf_clear(&table->shown_text);
	buf_clear(&table->known_text);
	show_text(&table->shown_text, text);
	fit_show_unknown(&table->known_text, buf_as_view(&table->shown_text));
	buf_char(&table->known_text, '\0');
	if (buf_check(&table->shown_text, fault) < 0 ||
	    buf_check(&table->known_text, fault) < 0)
		return -1;
	*kept = arena_copy(arena, buf_as_view(&table->known_text));
	if (kept->at == NULL)
		return fault_memory(fault);
	table->bytes += kept->len--;
	return 0;
}

/* Widths are counted in the locale of the thread, which must know UTF-8 even
 * where the user's does not. It is the caller's again after leave. */
static locale_t
enter(const struct table *table)
{
	return table->locale == (locale_t)0 ? (locale_t)0 : uselocale(table->locale);
}

static void
leave(locale_t before)
{
	if (before != (locale_t)0)
		uselocale(before);
}

static int
copy_header(struct table *table, const struct writer_column *columns, struct fault *fault)
{
	for (size_t i = 0; i < table->count; i++) {
		if (keep_text(table, &table->header_arena, columns[i].name,
			&table->header[i], fault) < 0)
			return -1;
		table->right[i] = columns[i].shape == SHAPE_NUMBER;
		table->fits[i].fixed =
		    columns[i].shape == SHAPE_NUMBER || columns[i].stay == STAY_WHOLE;
		table->fits[i].stay = columns[i].stay;
		table->fits[i].natural = fit_width(table->header[i]);
	}
	return 0;
}

int
table_open(struct table **out, const struct writer_column *columns, size_t count,
    const struct writer_options *options, struct fault *fault)
{
	struct table *table = calloc(1, sizeof(*table));
	locale_t before;
	int result = -1;

	*out = table;
	if (table == NULL)
		return fault_memory(fault);
	table->options = *options;
	table->count = count;
	table->fits = calloc(count + 1, sizeof(*table->fits));
	table->right = calloc(count + 1, sizeof(*table->right));
	table->header = calloc(count + 1, sizeof(*table->header));
	table->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (table->fits == NULL || table->right == NULL || table->header == NULL) {
		(void)fault_memory(fault);
	} else if (table_library_load(&table->scols, fault) == 0) {
		before = enter(table);
		result = copy_header(table, columns, fault);
		leave(before);
	}
	if (result < 0) {
		table_close(table);
		*out = NULL;
	}
	return result;
}

/* Cells are not borrowed: the library copies what it is given. */
static int
add_line(struct table *table, struct libscols_table *laid, const struct view *cells,
    const unsigned char *colours)
{
	struct table_library *scols = &table->scols;
	struct libscols_line *line = scols->new_line(laid, NULL);
	struct buf *cut = &table->known_text;

	if (line == NULL)
		return -1;
	for (size_t i = 0, at = 0; i < table->count; i++) {
		if (table->fits[i].out)
			continue;
		buf_clear(cut);
		fit_cut(cut, cells[i], table->fits[i].width,
		    table->options.ascii ? "~" : "\xe2\x80\xa6");
		if (scols->set_data(line, at, buf_string(cut)) != 0 || cut->failed)
			return -1;
		if (table->options.colour && colours[i] != COLOUR_NONE &&
		    cells[i].len > 0 &&
		    scols->set_color(
			scols->get_cell(line, at), colour_names[colours[i]]) != 0)
			return -1;
		at++;
	}
	return 0;
}

static int
add_columns(struct table *table, struct libscols_table *laid)
{
	struct table_library *scols = &table->scols;
	struct buf *cut = &table->known_text;
	char note[24];

	for (size_t i = 0; i <= table->count; i++) {
		bool is_note = i == table->count;
		struct libscols_column *column;

		if (is_note ? table->shown == table->count : table->fits[i].out)
			continue;
		buf_clear(cut);
		snprintf(note, sizeof(note), "+%zu", table->count - table->shown);
		if (is_note)
			buf_text(cut, note);
		else
			fit_cut(cut, table->header[i], table->fits[i].width,
			    table->options.ascii ? "~" : "\xe2\x80\xa6");
		column = scols->new_column(laid, buf_string(cut),
		    is_note ? (double)strlen(note) : (double)table->fits[i].width,
		    !is_note && table->right[i] ? SCOLS_FL_RIGHT : 0);
		if (column == NULL || cut->failed)
			return -1;
		if (table->options.colour &&
		    scols->set_color(scols->get_header(column), "bold") != 0)
			return -1;
	}
	return 0;
}

/* Blanks at the end of a line are of no use and make copies untidy. */
static void
put_trimmed(struct buf *out, struct view text)
{
	while (text.len > 0) {
		const char *lf = memchr(text.at, '\n', text.len);
		size_t len = lf == NULL ? text.len : (size_t)(lf - text.at), end = len;

		while (end > 0 && text.at[end - 1] == ' ')
			end--;
		buf_put(out, text.at, end);
		buf_char(out, '\n');
		text = view_from(text, len + 1);
	}
}

static size_t
laid_width(const struct table *table)
{
	size_t width = FIT_GAP + 24; /* the note on columns left out */

	for (size_t i = 0; i < table->count; i++)
		if (!table->fits[i].out)
			width += table->fits[i].width + FIT_GAP;
	return width;
}

static int
lay_out(struct table *table, struct buf *out)
{
	struct table_library *scols = &table->scols;
	struct libscols_table *laid = scols->new_table();
	bool heading = table->options.header && !table->settled;
	char *text = NULL;
	int result = -1;

	if (laid == NULL)
		return -1;
	scols->enable_noencoding(laid, 1);
	scols->enable_colors(laid, table->options.colour);
	scols->enable_noheadings(laid, !heading);
	/* Nothing is left to be cut: everything fits already. The library
	 * takes memory for the width it is told. */
	scols->set_termforce(laid, SCOLS_TERMFORCE_ALWAYS);
	scols->set_termwidth(laid, laid_width(table));
	if (scols->set_separator(laid, "  ") != 0 || add_columns(table, laid) < 0)
		goto done;
	for (size_t i = 0; i < table->rows; i++)
		if (add_line(table, laid, table->cells + i * table->count,
			table->colours + i * table->count) < 0)
			goto done;
	if (scols->print(laid, &text) != 0 || text == NULL)
		goto done;
	put_trimmed(out, view_of(text));
	result = 0;
done:
	free(text);
	scols->unref_table(laid);
	return result;
}

/* Appends the kept rows to *out, and the header in front of the first. */
static int
flush(struct table *table, struct buf *out, struct fault *fault)
{
	int result = 0;

	if (!table->settled)
		table->shown =
		    fit_columns(table->fits, table->count, table->options.width);
	/* What must not be cut may still grow. */
	for (size_t i = 0; i < table->count; i++)
		if (table->options.width == 0 || table->fits[i].fixed)
			table->fits[i].width = table->fits[i].natural;
	if (table->rows > 0 && table->shown > 0)
		result = lay_out(table, out);
	table->settled = true;
	table->rows = table->bytes = 0;
	arena_clear(&table->row_arena);
	return result < 0 ? fault_memory(fault) : buf_check(out, fault);
}

static int
grow(struct table *table, struct fault *fault)
{
	size_t cap = table->rows_cap == 0 ? 64 : table->rows_cap * 2;
	struct view *cells =
	    realloc(table->cells, cap * (table->count + 1) * sizeof(*cells));
	unsigned char *colours;

	if (cells == NULL)
		return fault_memory(fault);
	table->cells = cells;
	colours = realloc(table->colours, cap * (table->count + 1));
	if (colours == NULL)
		return fault_memory(fault);
	table->colours = colours;
	table->rows_cap = cap;
	return 0;
}

int
table_row(struct table *table, const struct view *cells, const unsigned char *colours,
    struct buf *out, struct fault *fault)
{
	size_t first = table->rows * table->count;
	locale_t before = enter(table);
	int result = table->rows == table->rows_cap ? grow(table, fault) : 0;

	for (size_t i = 0; i < table->count && result == 0; i++) {
		struct view *cell = &table->cells[first + i];
		struct fit_column *fit = &table->fits[i];
		size_t width;

		result = keep_text(table, &table->row_arena, cells[i], cell, fault);
		if (result < 0)
			break;
		table->colours[first + i] = colours == NULL ? COLOUR_NONE : colours[i];
		width = fit_width(*cell);
		if (width > fit->natural)
			fit->natural = width;
	}
	if (result == 0) {
		table->rows++;
		if (table->rows >= ROWS_MAX || table->bytes >= BYTES_MAX)
			result = flush(table, out, fault);
	}
	leave(before);
	return result;
}

int
table_finish(struct table *table, struct buf *out, struct fault *fault)
{
	locale_t before = enter(table);
	int result = flush(table, out, fault);

	leave(before);
	return result;
}

void
table_close(struct table *table)
{
	if (table == NULL)
		return;
	table_library_release(&table->scols);
	if (table->locale != (locale_t)0)
		freelocale(table->locale);
	free(table->fits);
	free(table->right);
	free(table->header);
	free(table->cells);
	free(table->colours);
	arena_release(&table->header_arena);
	arena_release(&table->row_arena);
	buf_release(&table->shown_text);
	buf_release(&table->known_text);
	free(table);
}
