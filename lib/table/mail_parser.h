/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_PARSER_H
#define TABLE_MAIL_PARSER_H

/*
 * GMime, which undoes quoted names, comments, groups (RFC 5322 section 3.4) and
 * encoded words (RFC 2047). Only children (mail_child.h) come here.
 */

#include "table/mail_child.h"

/* For a child that is asked for the addresses of a header field's value, UTF-8
 * without controls but TAB. */
extern const struct mail_work mail_parser_work;

/* The same for what else a child reads. Of each address it appends the name and
 * itself, both ending in NUL, members of groups too; false when a part of the value
 * cannot be read. */
bool mail_parser_begin(void);
bool mail_parser_read(const char *value, struct buf *out);

#endif
