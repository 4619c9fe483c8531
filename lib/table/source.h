/* SPDX-License-Identifier: ISC */
#ifndef TABLE_SOURCE_H
#define TABLE_SOURCE_H

/*
 * A file as a stream of UTF-8, whatever encoding it is in. A byte order mark
 * goes before an encoding that was named, as the WHATWG has it, and is
 * swallowed; where it contradicts the text, the text is believed.
 */

#include <stdint.h>
#include <sys/types.h>

#include "table/decoder.h"

struct source {
	int fd;
	const char *name; /* for messages; borrowed */
	struct decoder decoder;
	off_t start;  /* of the text in the file, behind the BOM */
	off_t offset; /* of the next byte to read */
	uint64_t size;
	char *raw; /* not yet decoded */
	size_t raw_begin, raw_end;
	bool raw_eof;
};

/* fd must be seekable; it is read from where it stands, by pread, so that it
 * still stands there afterwards. encoding may be NULL. */
int source_open(struct source *source, int fd, const char *name, const char *encoding,
    struct fault *fault) MUST_CHECK;

/* Reads at least one and at most room (at least DECODER_STEP) bytes; *len is 0
 * at the end. */
int source_read(struct source *source, char *out, size_t room, size_t *len,
    struct fault *fault) MUST_CHECK;

/* The next source_read begins at the start of the text. */
void source_rewind(struct source *source);

void source_close(struct source *source);

#endif
