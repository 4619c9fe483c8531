/* SPDX-License-Identifier: ISC */
/*
 * A line is looked at where it lies in the window. One without an end would fill
 * any memory, so it comes in pieces.
 */
#include "table/mail_lines.h"

#define PIECE_MAX ((size_t)READER_VALUE_MAX)

int
mail_lines_next(struct mail_lines *lines, struct view *line, struct fault *fault)
{
	struct window *window = lines->window;
	struct view text;
	const char *lf;
	size_t scanned; /* bytes without a line end */
	int grown = 1;

	if (!lines->goes_on)
		lines->line++;
	for (scanned = 0;; scanned = text.len) {
		text = window_view(window);
		lf = text.len == scanned
		    ? NULL
		    : memchr(text.at + scanned, '\n', text.len - scanned);
		if (lf != NULL || text.len >= PIECE_MAX || grown == 0)
			break;
		grown = window_fill(window, fault);
		if (grown < 0)
			return -1;
	}
	if (text.len == 0)
		return 0;
	*line = lf == NULL ? text : view_until(text, (size_t)(lf - text.at));
	window->begin += line->len + (lf != NULL);
	lines->goes_on = lf == NULL;
	if (lf != NULL && line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return 1;
}
