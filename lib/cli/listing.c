/* SPDX-License-Identifier: ISC */
/*
 * A writer, the buffer it appends to, and what --output, --color and the
 * terminal ask for. A table unless standard output is read by a program.
 */
#include "cli/listing.h"

#include <unistd.h>

/* Output is handed on in pieces of this size. */
#define PIECE (256 * 1024)

int
listing_open(struct listing *listing, const struct command *command,
    const struct writer_column *columns, size_t count, bool header, struct fault *fault)
{
	const struct writer_options options = { .header = header,
		.colour = command->colour,
		.width = command->terminal ? command->width : 0,
		.terminal = command->terminal };
	enum output output = command->terminal ? OUTPUT_TABLE : OUTPUT_CSV;

	*listing = (struct listing){ NULL, BUF_EMPTY, NULL };
	if (command->shared->output != NULL &&
	    !output_by_name(command->shared->output, &output))
		return fault_set(fault, FAULT_USAGE,
		    "--output: this is not written as %s", command->shared->output);
	if (sink_open(&listing->sink, STDOUT_FILENO, "standard output", fault) < 0)
		return -1;
	return writer_open(
	    &listing->writer, output, columns, count, &options, &listing->out, fault);
}

int
listing_row(struct listing *listing, const struct view *cells, struct fault *fault)
{
	return listing_coloured(listing, cells, NULL, fault);
}

int
listing_coloured(struct listing *listing, const struct view *cells,
    const unsigned char *colours, struct fault *fault)
{
	if (writer_row(listing->writer, cells, colours, &listing->out, fault) < 0)
		return -1;
	return listing->out.len < PIECE ||
		sink_write(listing->sink, &listing->out, fault) >= 0
	    ? 0
	    : -1;
}

int
listing_finish(struct listing *listing, struct fault *fault)
{
	if (writer_finish(listing->writer, &listing->out, fault) < 0 ||
	    sink_write(listing->sink, &listing->out, fault) < 0)
		return -1;
	return sink_finish(listing->sink, fault);
}

void
listing_close(struct listing *listing)
{
	writer_close(listing->writer);
	sink_close(listing->sink);
	buf_release(&listing->out);
	*listing = (struct listing){ NULL, BUF_EMPTY, NULL };
}
