/* SPDX-License-Identifier: ISC */
#ifndef TABLE_TABLE_FIT_H
#define TABLE_TABLE_FIT_H

/*
 * How wide text is on a terminal, and how columns share a width that is too
 * small for them. The caller has chosen a UTF-8 locale, by whose tables
 * widths are counted.
 */

#include "table/writer.h"

#define FIT_GAP	 2
#define FIT_NOTE 4

/* The terminal columns that text takes. */
size_t fit_width(struct view text);

/* The bytes and the columns of the character at text.at (text.len > 0); marks that
 * combine with the one before have no width. */
size_t fit_step(struct view text, size_t *width);

/* Appends text with the characters that have no known width as \u{HHHH}. */
void fit_show_unknown(struct buf *out, struct view text);

/* Appends as much of text as fits into width columns, with ellipsis (one
 * column wide) at its end when something is missing. */
void fit_cut(struct buf *out, struct view text, size_t width, const char *ellipsis);

struct fit_column {
	size_t natural; /* the widest cell or header */
	size_t width;	/* what fit_columns gives it */
	enum writer_stay stay;
	bool fixed; /* never narrowed: half a number is another number */
	bool out;   /* there is no room for it */
};

/* Shares out width (0: no limit) among columns with FIT_GAP between them. The
 * longest give first. Returns how many columns there is room for; where that
 * is not all, there is room for a last one of FIT_NOTE. */
size_t fit_columns(struct fit_column *columns, size_t count, size_t width);

#endif
