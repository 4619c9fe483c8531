/* SPDX-License-Identifier: ISC */
#ifndef MODEL_IDNA_H
#define MODEL_IDNA_H

/*
 * Domain names as they are compared. libidn2 is opened only when a name
 * beyond ASCII is met, so that a lookup does not load it.
 */

#include "base/buf.h"

/* Whether text has the form of a domain name: two labels or more, of letters,
 * digits, hyphens and characters beyond ASCII, the last not of digits alone.
 * NULL, or what is wrong. */
const char *idna_sound(struct view domain);

/* Appends the A-label form, in lower case and without trailing dot (HS-54).
 * NULL, or why there is none; *out is then as before. */
const char *idna_ascii(struct buf *out, struct view domain);

#endif
