/* SPDX-License-Identifier: ISC */
#ifndef CLI_BACKLOG_H
#define CLI_BACKLOG_H

/*
 * Bytes that wait to be written, first in first out: up to `limit` of them in
 * memory, the rest in an unlinked private file, so that neither a slow reader
 * nor a long run makes a program large. BACKLOG_EMPTY(limit) is empty. Not
 * safe for two threads by itself.
 */

#include <sys/types.h>

#include "base/buf.h"

struct backlog_block;

struct backlog {
	struct backlog_block *first, *last;
	size_t memory, limit;
	struct buf spare; /* a used buffer, given back for the next one */
	int fd;		  /* of the file, or -1 */
	off_t read_at, write_at;
};

#define BACKLOG_EMPTY(bytes) ((struct backlog){ .limit = (bytes), .fd = -1 })

/* Takes the content of *buf, which is empty afterwards. */
int backlog_add(struct backlog *backlog, struct buf *buf, struct fault *fault) MUST_CHECK;

/* Takes the oldest bytes out, at most some 256 KiB from the file or one
 * buffer as it was added, into *buf, whose own content goes. 1, 0 when there
 * are none, -1. */
int backlog_take(
    struct backlog *backlog, struct buf *buf, struct fault *fault) MUST_CHECK;

bool backlog_is_empty(const struct backlog *backlog);

/* Forgets what waits; backlog_release also gives memory and file back. */
void backlog_clear(struct backlog *backlog);
void backlog_release(struct backlog *backlog);

#endif
