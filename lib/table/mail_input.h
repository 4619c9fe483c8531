/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_INPUT_H
#define TABLE_MAIL_INPUT_H

/*
 * A message (RFC 5322), or an mbox of them (RFC 4155), as rows: one for each
 * address in the header fields that were asked for, with the columns `name` and
 * `email`. Headers are read line by line and bodies passed over, so memory is
 * bounded by the longest field that is taken, 1 MiB.
 */

#include "table/window.h"

struct mail_input;

/* fields has the names of header fields, with commas between, in any case; it is
 * borrowed. FAULT_INPUT when the file begins with no header, FAULT_SYSTEM when the
 * library for mail is missing. */
int mail_input_new(struct mail_input **mail, struct window *window, const char *fields,
    struct fault *fault) MUST_CHECK;
void mail_input_free(struct mail_input *mail);

bool mail_input_is_mbox(const struct mail_input *mail);

/* The columns, for the first row. */
#define MAIL_COLUMNS 2
const struct view *mail_input_columns(void);

/*
 * The next row: 1, 0 at the end, -1. Its line is that of the header field. A
 * message without From, where that is asked for, a field that cannot be read,
 * and an address that is none are rows with a code; another field that is not
 * there, or names nobody, is a row of empty cells where nobody else is named.
 */
int mail_input_next(
    struct mail_input *mail, struct row *row, struct fault *fault) MUST_CHECK;

#endif
