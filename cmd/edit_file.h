/* SPDX-License-Identifier: ISC */
#ifndef CMD_EDIT_FILE_H
#define CMD_EDIT_FILE_H

/* The private file that a person edits, and what is to be said about its lines. */

#include "base/buf.h"
#include "base/fault.h"

struct edit_file {
	char path[4096];
	/* A line each: "line N: ...", "PATH:N: ...", or about none of its lines. */
	struct buf messages;
};

/* Makes it, empty, in $TMPDIR or /tmp. */
int edit_file_make(struct edit_file *edited, struct fault *fault) MUST_CHECK;
/* The text, with what is wrong with it above the lines that it is about. */
int edit_file_write(
    struct edit_file *edited, const struct buf *text, struct fault *fault) MUST_CHECK;
/* The text becomes what stands in the file, without the messages. */
int edit_file_read(
    const struct edit_file *edited, struct buf *text, struct fault *fault) MUST_CHECK;

#endif
