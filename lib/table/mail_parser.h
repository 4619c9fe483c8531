/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_PARSER_H
#define TABLE_MAIL_PARSER_H

/*
 * GMime, which undoes quoted names, comments, groups (RFC 5322 section 3.4) and
 * encoded words (RFC 2047). It is known here alone, and loaded when mail is read
 * and not before: it brings GLib with it. Memory that runs out ends the process.
 */

#include "base/buf.h"

struct mail_library;

struct mail_parser {
	struct mail_library *library;
	void *options;
	bool broken; /* a part of the field was passed over */
};

/* False when there is no GMime. It cannot be left again. */
bool mail_parser_init(struct mail_parser *parser);

/* Appends name and address of each, both ending in NUL; false when a part of the
 * value cannot be read. */
bool mail_parser_read(struct mail_parser *parser, const char *value, struct buf *out);

#endif
