/* SPDX-License-Identifier: ISC */
#ifndef TABLE_DELIMITER_H
#define TABLE_DELIMITER_H

/* Finds out what stands between the cells of a file. */

#include "table/split.h"

/* The length of a `sep=` line at the start of text with its line end, and what
 * it names; 0 when there is none. */
size_t delimiter_declared(struct view text, char *delimiter);

/* The delimiter that splits the first ten records most evenly. A comma when
 * none does, so that one column is a comma file too. text is as for
 * split_record; split has cells and is overwritten. */
char delimiter_guess(struct split *split, struct view text, bool last);

/* "comma" and the like. */
const char *delimiter_name(char delimiter);

#endif
