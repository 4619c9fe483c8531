/* SPDX-License-Identifier: ISC */
#ifndef RULES_HEADER_H
#define RULES_HEADER_H

/*
 * Names of columns as files write them, and the forms under which they are
 * compared and kept.
 */

#include "base/arena.h"
#include "base/buf.h"

struct header_name {
	struct view raw;    /* as it stood */
	struct view text;   /* trimmed */
	struct view normal; /* header_normal */
	unsigned number;    /* N of "E-mail N - Value", 0 without one */
};

struct header {
	struct header_name *names;
	size_t count;
};

/*
 * Appends the form in which headers are compared: edge blanks off, search
 * folded, "1 -" to "99 -" as "N -", then nothing kept of ASCII but letters and
 * digits, so that "E-mail 1 - Value" is emailnvalue and "Téléphone" telephone.
 * *number becomes N, or 0; it may be NULL.
 */
void header_normal(struct buf *out, struct view text, unsigned *number);

/* Makes *header of the cells of a record, which it borrows; the rest of it is
 * in the arena. A cell of more than 1,000 bytes has no normal form. */
int header_read(struct header *header, struct arena *arena, const struct view *cells,
    size_t count, struct fault *fault) MUST_CHECK;

/* Whether the column is ours to pass over: its name begins with `_`. */
bool header_ignored(const struct header_name *name);

/* The index of the column with that normal form; count when there is none. */
size_t header_find(const struct header *header, struct view normal);

#endif
