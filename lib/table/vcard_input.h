/* SPDX-License-Identifier: ISC */
#ifndef TABLE_VCARD_INPUT_H
#define TABLE_VCARD_INPUT_H

/*
 * vCards, one after the other, as rows: RFC 6350 (4.0), RFC 2426 (3.0), and 2.1 as
 * telephones and mail programs write it, with quoted-printable values and a charset
 * of their own. The columns are always the same. Cards are read line by line, so
 * that memory is bounded by the longest value, 1 MiB; pictures are passed over.
 */

#include "table/window.h"

struct vcard_input;

int vcard_input_new(
    struct vcard_input **cards, struct window *window, struct fault *fault) MUST_CHECK;
void vcard_input_free(struct vcard_input *cards);

/* Whether a text begins with a card. */
bool vcard_input_looks(struct view text);

/* The columns, for the first row. */
const struct view *vcard_input_columns(size_t *count);

/* The next row, on the line where its card begins: 1, 0 at the end, -1. A card that
 * is not closed, be it that the next one begins, or that is of something else than a
 * person, is a row with a code, as is one with a value that no cell may have. */
int vcard_input_next(
    struct vcard_input *cards, struct row *row, struct fault *fault) MUST_CHECK;

#endif
