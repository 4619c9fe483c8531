/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_CHILD_H
#define TABLE_MAIL_CHILD_H

/*
 * A process of its own in which the addresses of strangers are read. GLib ends a
 * process for which memory runs out, and a mistake in a library that reads what
 * anybody may send must not be one in a process that has the store open. The
 * child has no descriptor but its end of a socket, and gives up the rights of a
 * group that the program was installed with.
 */

#include "base/buf.h"

/* Starts the child, unless it is there: it serves all files of the process, one
 * after the other, and ends with it. A fault when it cannot be had, or does not
 * find the library. */
int mail_child_start(struct fault *fault) MUST_CHECK;

/*
 * The addresses of a header field's value, UTF-8 without controls but TAB: 1, 0 when
 * a part of it cannot be read, -1. Behind its first byte *reply has a name and an
 * address for each, both ending in NUL. Members of groups are among them.
 */
int mail_child_ask(struct view value, struct buf *reply, struct fault *fault) MUST_CHECK;

#endif
