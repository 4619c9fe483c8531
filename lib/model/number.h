/* SPDX-License-Identifier: ISC */
#ifndef MODEL_NUMBER_H
#define MODEL_NUMBER_H

/* Decimal numbers as text, of any length and exact. */

#include "base/buf.h"

/* Appends the canonical form of a decimal number: no plus sign, no zeros that
 * say nothing, no "-0". False when text is none, and *out is as before. */
bool number_read(struct buf *out, struct view text);

/* Whether text is a number such as 5.93999E+11, which is what a spreadsheet
 * leaves of a long one. */
bool number_is_scientific(struct view text);

#endif
