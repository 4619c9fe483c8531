/* SPDX-License-Identifier: ISC */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

/*
 * Small tables that a program prints about itself or the store: rows are
 * gathered, perhaps in a transaction, and printed at the end in the format of
 * --output. { NULL } is an empty listing, which may be closed.
 */

#include "cli/command.h"
#include "table/writer.h"

struct listing {
	struct writer *writer;
	struct buf out;
};

/* header: csv and tsv begin with the names of the columns. */
int listing_open(struct listing *listing, const struct command *command,
    const struct writer_column *columns, size_t count, bool header,
    struct fault *fault) MUST_CHECK;
/* As many cells as there are columns. */
int listing_row(
    struct listing *listing, const struct view *cells, struct fault *fault) MUST_CHECK;
/* Prints to standard output. No transaction may be open. */
int listing_finish(struct listing *listing, struct fault *fault) MUST_CHECK;
void listing_close(struct listing *listing);

#endif
