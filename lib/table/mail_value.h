/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_VALUE_H
#define TABLE_MAIL_VALUE_H

/*
 * The values of header fields: what may stand in one, and how it is written. For
 * mail_output.c and mail_proof.c; `field` is the name of the field, for messages.
 * What is refused is 1 with *fault.
 */

#include "base/buf.h"

/* A value of text: UTF-8 without controls, ends of lines and what turns the direction
 * about, in itself and in what its encoded words stand for. */
int mail_value_check(
    const char *field, struct view value, struct fault *fault) MUST_CHECK;

/* Whether the text has characters that turn its direction about. */
bool mail_value_turns(struct view text);

/* "Field: value\n" of text as it is, folded at its blanks, or in encoded words. */
void mail_value_put_text(struct buf *out, const char *field, struct view value);

/* "Field: name <address>\n", or "Field: address\n" without a name; the address is
 * one that mail_address_put gave. */
void mail_value_put_mailbox(
    struct buf *out, const char *field, struct view name, struct view address);

/* Name and address of what is one mailbox, such as "Office <office@example.org>"; both
 * appended, the address as mail_address_put has it. */
int mail_value_mailbox(struct buf *name, struct buf *address, const char *field,
    struct view mailbox, struct fault *fault) MUST_CHECK;

#endif
