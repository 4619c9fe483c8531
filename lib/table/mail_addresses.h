/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_ADDRESSES_H
#define TABLE_MAIL_ADDRESSES_H

/*
 * The addresses of a header field (RFC 5322 section 3.4), read by a library in a
 * process of its own (mail_child.h).
 */

#include "base/buf.h"

/* One address. An address that cannot be used has a code of reader.h, and what
 * is wrong. */
struct mail_address {
	struct view name, email; /* either may be empty */
	const char *code, *message;
};

struct mail_addresses;

/* Starts that process: a fault where there is no library for mail. */
int mail_addresses_new(struct mail_addresses **list, struct fault *fault) MUST_CHECK;
void mail_addresses_free(struct mail_addresses *list);

/* Reads the value of a field, UTF-8 without controls but TAB and line ends: 1, and
 * the list has its addresses, members of groups too; 0 when a part of it cannot be
 * read, and the list is empty; -1. */
int mail_addresses_read(
    struct mail_addresses *list, struct view value, struct fault *fault) MUST_CHECK;

/* How many there are, and the index-th, which lives until the list is read anew. */
size_t mail_addresses_count(const struct mail_addresses *list);
struct mail_address mail_addresses_at(const struct mail_addresses *list, size_t index);

#endif
