/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_HEADER_H
#define TABLE_MAIL_HEADER_H

/* What single lines of mail are. */

#include "base/view.h"

/* The length of the name that begins a header field, and where its colon is; 0 where
 * the line begins none. */
size_t mail_header_name(struct view line, size_t *colon);

/* Whether it is that name, in any case. */
bool mail_header_is(struct view name, const char *wanted);

/* Whether each of the names, with commas between, is of a field that has addresses;
 * else *wrong is the first that is none. */
bool mail_header_all(const char *names, struct view *wrong);

/* Whether it is a From_ line as between the messages of an mbox, "From
 * ann@example.org Mon Oct  5 12:00:00 2026": what tells it from a sentence is the
 * time. */
bool mail_header_separates(struct view line);

/* Whether the beginning of a file is that of mail for sure: a From_ line before a
 * header field, or a header with an address in From and one more field that
 * messages have. No table of any delimiter begins like that. */
bool mail_header_looks(struct view text);

#endif
