/* SPDX-License-Identifier: ISC */
/*
 * A writer, the buffer it appends to, and what --output, --color and the
 * terminal ask for. A table unless standard output is read by a program.
 */
#include "cli/listing.h"

int
listing_open(struct listing *listing, const struct command *command,
    const struct writer_column *columns, size_t count, bool header, struct fault *fault)
{
	const struct writer_options options = { .header = header,
		.colour = command->colour,
		.width = command->width,
		.terminal = command->terminal };
	enum output output = command->terminal ? OUTPUT_TABLE : OUTPUT_CSV;

	*listing = (struct listing){ NULL, BUF_EMPTY };
	if (command->shared->output != NULL &&
	    !output_by_name(command->shared->output, &output))
		return fault_set(fault, FAULT_USAGE,
		    "--output: this is not written as %s", command->shared->output);
	return writer_open(
	    &listing->writer, output, columns, count, &options, &listing->out, fault);
}

int
listing_row(struct listing *listing, const struct view *cells, struct fault *fault)
{
	return writer_row(listing->writer, cells, NULL, &listing->out, fault);
}

int
listing_finish(struct listing *listing, struct fault *fault)
{
	if (writer_finish(listing->writer, &listing->out, fault) < 0)
		return -1;
	return command_print(&listing->out, fault);
}

void
listing_close(struct listing *listing)
{
	writer_close(listing->writer);
	buf_release(&listing->out);
	*listing = (struct listing){ NULL, BUF_EMPTY };
}
