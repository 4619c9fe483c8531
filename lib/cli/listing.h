/* SPDX-License-Identifier: ISC */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

/*
 * Tables that a program prints about itself or the store, in the format of
 * --output: rows may be added in a transaction, since nothing waits for whoever
 * reads them before the end. { NULL } is an empty listing, which may be closed.
 */

#include "cli/command.h"
#include "cli/sink.h"
#include "table/writer.h"

struct listing {
	struct writer *writer;
	struct buf out;
	struct sink *sink;
};

/* header: csv and tsv begin with the names of the columns. */
int listing_open(struct listing *listing, const struct command *command,
    const struct writer_column *columns, size_t count, bool header,
    struct fault *fault) MUST_CHECK;
/* As many cells as there are columns, and colours, which may be NULL. */
int listing_row(
    struct listing *listing, const struct view *cells, struct fault *fault) MUST_CHECK;
int listing_coloured(struct listing *listing, const struct view *cells,
    const unsigned char *colours, struct fault *fault) MUST_CHECK;
/* Waits until all is written to standard output. No transaction may be open. */
int listing_finish(struct listing *listing, struct fault *fault) MUST_CHECK;
void listing_close(struct listing *listing);

#endif
