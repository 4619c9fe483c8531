/* SPDX-License-Identifier: ISC */
#ifndef BASE_FOLDING_H
#define BASE_FOLDING_H

/*
 * Search folding one scalar at a time, so that texts can be compared and
 * scanned without memory of their own. Private to fold.c and fold_contains.c.
 */

#include "base/fold.h"

/* How folding sees a byte below 0x80: lower case, any white space as ' '. */
extern const unsigned char folding_ascii[128];

/* The longest decomposition of one scalar (U+FDFA has 18). */
#define FOLDING_WIDEST 32

/* One text being folded. Bytes that are no UTF-8 come out as they are, which
 * FOLDING_BYTE marks. */
struct folding {
	struct view rest;
	uint32_t ready[FOLDING_WIDEST];
	unsigned next, count;
	bool begun, blank;
};

#define FOLDING_BYTE 0x80000000u

void folding_begin(struct folding *folding, struct view text);
/* The next scalar of the folded text; false at its end. */
bool folding_next(struct folding *folding, uint32_t *scalar);

#endif
