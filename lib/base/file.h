/* SPDX-License-Identifier: ISC */
#ifndef BASE_FILE_H
#define BASE_FILE_H

/* Small files that are read as a whole. */

#include "buf.h"

/* Appends the file's content. FAULT_USAGE when it cannot be opened by that name, is a
 * directory or a pipe that nobody writes to, or is longer than `most` bytes; messages
 * begin with `what` and the path. */
int file_read(struct buf *text, const char *path, size_t most, const char *what,
    struct fault *fault) MUST_CHECK;

#endif
