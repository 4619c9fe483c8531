/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_GMIME_H
#define TABLE_MAIL_GMIME_H

/* What composing takes of GMime, which is loaded with the first message: a program
 * that composes none has nothing of it. */

#include <stdint.h>

#include "base/buf.h"

/* Comes before all others; again is nothing. A fault where there is no GMime. */
int mail_gmime_begin(struct fault *fault) MUST_CHECK;

/* Appends text without its encoded words. */
void mail_gmime_decode(struct buf *out, const char *text);

/* Appends name and address of what is one mailbox, with A-labels; or tells what it is
 * instead. */
const char *mail_gmime_one(struct buf *name, struct buf *address, const char *text);

/* Appends the address with its domain as A-labels; as it is where it has none. */
void mail_gmime_ascii(struct buf *out, struct view email);

/* Appends the bytes as quoted-printable. */
void mail_gmime_quote(struct buf *out, struct view text);

/* Appends "Date: ...\n". */
void mail_gmime_date(struct buf *out, int64_t time);

#endif
