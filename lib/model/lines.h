/* SPDX-License-Identifier: ISC */
#ifndef MODEL_LINES_H
#define MODEL_LINES_H

/*
 * The lines of a part of a file. Several can go over one file side by side,
 * since they read by offset and leave the file's own alone.
 */

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

/* Readable bytes behind a line, whatever they hold (table/scan.h). */
#define LINES_PAD 64
/* No line is longer: twice what an import of a whole file could put into one
 * list. */
#define LINES_MOST ((size_t)64 * 1024 * 1024)

struct lines {
	int fd;
	const char *name; /* for messages; borrowed, as fd */
	off_t next, end;  /* what is not read yet */
	char *at;
	size_t cap, begin, filled;
	off_t place;	 /* in the file, of the line that was given last */
	uint64_t number; /* of that line, from 1 */
	bool cut;	 /* no line feed stands behind it */
};

/* From the offset `from` to `end`; before: lines that stand before it. */
void lines_begin(struct lines *lines, int fd, const char *name, off_t from, off_t end,
    uint64_t before);
/* 1 and *line without its line feed, borrowed until the next call; 0 at the
 * end; -1. */
int lines_next(struct lines *lines, struct view *line, struct fault *fault) MUST_CHECK;
/* The same line is given once more. */
void lines_back(struct lines *lines, struct view line);
void lines_release(struct lines *lines);

#endif
