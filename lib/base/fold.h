/* SPDX-License-Identifier: ISC */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

/*
 * The two foldings of text, and UTF-8. Search folding takes away case,
 * accents (combining marks) and width, so that "Müller", "MULLER" and
 * fullwidth forms meet. Identity folding takes away case and the number of
 * blanks only. ASCII is folded by a table; the rest goes through utf8proc.
 * Input to the foldings is valid UTF-8; what is not is copied as it stands.
 */

#include <stdint.h>

#include "buf.h"

/* Appends the search folding of text to *out. Blanks at the edges go, runs of
 * blanks become one. */
void fold_search(struct buf *out, struct view text);

/* Appends the identity folding: case folded (simple, locale-free), NFC,
 * blanks as above; accents and width stay. */
void fold_identity(struct buf *out, struct view text);

/* Whether a and b are equal when search-folded. */
bool fold_search_equal(struct view a, struct view b);

/* Whether the search folding of text contains needle, which is folded
 * already. Made for scans of millions of ASCII texts. */
bool fold_search_contains(struct view text, struct view needle);

/* Whether text is only bytes 0x00 to 0x7f. */
bool utf8_is_ascii(struct view text);

/* The number of leading bytes 0x00 to 0x7f. */
size_t utf8_ascii_length(struct view text);

/* The number of leading bytes that are valid UTF-8 (RFC 3629: no overlong
 * form, no surrogate, nothing above U+10FFFF); text.len when all is. */
size_t utf8_valid(struct view text);

/* Decodes the scalar at text.at (text.len > 0) into *scalar; returns its
 * length in bytes, or 0 where the bytes are not valid. */
size_t utf8_decode(struct view text, uint32_t *scalar);

/* Writes the scalar as UTF-8; returns how many bytes it took. */
size_t utf8_write(char to[4], uint32_t scalar);

/* Appends the scalar as UTF-8. */
void utf8_encode(struct buf *out, uint32_t scalar);

/* Whether a terminal may be shown the scalar: no C0 or C1 control, DEL, bidi
 * control (U+061C 200E 200F 202A-202E 2066-2069), line or paragraph separator,
 * zero-width (U+200B-200D 2060 FEFF), surrogate or noncharacter. */
bool utf8_is_showable(uint32_t scalar);

/* text without leading and trailing blank, TAB, NBSP and U+3000: all that may
 * come off what a person wrote. */
struct view text_trim(struct view text);

/* As text_trim, and without CR, LF, ZWSP and BOM: for headers, and for values
 * that have one form, of which these are never a part. */
struct view text_trim_wide(struct view text);

#endif
