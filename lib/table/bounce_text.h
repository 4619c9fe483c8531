/* SPDX-License-Identifier: ISC */
#ifndef TABLE_BOUNCE_TEXT_H
#define TABLE_BOUNCE_TEXT_H

/*
 * Reports that have no part for programs, told by their words: those of qmail
 * ("Hi. This is the qmail-send program", the QSBMF of qmail's author) and of
 * Exim. Their failed recipients become facts (bounce_parser.h) whose diagnostic is
 * the text behind the address.
 */

#include "base/buf.h"

/* Looks at the beginning of a message's text. */
void bounce_text_read(struct view text, struct buf *out);

#endif
