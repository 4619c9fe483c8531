/* SPDX-License-Identifier: ISC */
#ifndef TABLE_SPOOL_H
#define TABLE_SPOOL_H

/* Gives a file descriptor that can be read again from its beginning. */

#include "base/fault.h"

/*
 * *seekable becomes fd itself (duplicated) when it is a regular file, else a
 * private unlinked copy of all that can be read from it: in memory up to
 * 64 MiB, in $TMPDIR (else /tmp) beyond. The caller closes it. EINTR is
 * retried. A directory or an unreadable fd is a fault naming `name`.
 */
int spool_input(int fd, const char *name, int *seekable, struct fault *fault) MUST_CHECK;

#endif
