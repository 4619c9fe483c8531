/* SPDX-License-Identifier: ISC */
#ifndef CLI_OUTFILE_H
#define CLI_OUTFILE_H

/* A file that a program writes as a whole: it is there in full or as it was before. */

#include "cli/command.h"

/* FAULT_USAGE for a path that cannot be meant, such as one in the store. */
int outfile_check(const char *option, const char *path, const struct command *command,
    struct fault *fault) MUST_CHECK;

/* Writes *out to path, "-" for standard output, and empties *out. A file is private
 * to the user, and takes the place of the one that was there only when it is whole
 * and on the disk; what is no file, such as a pipe, is written to. */
int outfile_write(const char *option, const char *path, struct buf *out,
    struct fault *fault) MUST_CHECK;

#endif
