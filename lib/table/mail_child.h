/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_CHILD_H
#define TABLE_MAIL_CHILD_H

/*
 * A process of its own in which the mail of strangers is read. GLib ends a
 * process for which memory runs out, and a mistake in a library that reads what
 * anybody may send must not be one in a process that has the store open. The
 * child has no descriptor but its end of a socket, and gives up the rights of a
 * group that the program was installed with.
 */

#include "base/buf.h"

/* What a child does. */
struct mail_work {
	/* Loads the library; false when there is none. */
	bool (*begin)(void);
	/* Appends what is asked; false when the question cannot be read. */
	bool (*answer)(const char *question, size_t len, struct buf *out);
};

/* Starts the child for that work, unless it is there: it serves all files of the
 * process, one after the other, and ends with it, or when another work begins. A
 * fault when it cannot be had, or does not find the library. */
int mail_child_start(const struct mail_work *work, struct fault *fault) MUST_CHECK;

/*
 * Asks: 1, 0 when that cannot be read, -1 when the child ended. The answer is in
 * *reply behind its first byte. A question has no NUL behind it, which the child
 * adds.
 */
int mail_child_ask(
    struct view question, struct buf *reply, struct fault *fault) MUST_CHECK;

#endif
