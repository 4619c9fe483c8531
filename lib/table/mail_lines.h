/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_LINES_H
#define TABLE_MAIL_LINES_H

/* The lines of a file of mail, each counted, in bounded memory. */

#include "table/window.h"

struct mail_lines {
	struct window *window; /* borrowed */
	uint64_t line;	       /* of the line that was read last, from 1 */
	bool goes_on;	       /* what was read last is no whole line */
};

/* The next line, without its end, or a piece of 1 MiB and more of a long one: 1, 0
 * at the end, -1. It lives until the next call. */
int mail_lines_next(
    struct mail_lines *lines, struct view *line, struct fault *fault) MUST_CHECK;

#endif
