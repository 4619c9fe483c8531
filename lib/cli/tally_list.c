/* SPDX-License-Identifier: ISC */
/*
 * The rows of a tally through a writer. Each element of a list has become a
 * value of its own, so cells are never lists here.
 */
#include "cli/tally_list.h"

#include <stdlib.h>

#include "table/writer.h"

static int
write_rows(struct writer *writer, const struct tally *tally, struct view *cells,
    struct buf *out, struct fault *fault)
{
	size_t columns = tally->columns->count, i;
	struct buf digits = BUF_EMPTY;
	int result = 0;

	for (i = 0; i < tally->count && result == 0; i++) {
		memcpy(cells, tally->rows[i].cells, columns * sizeof(*cells));
		buf_clear(&digits);
		buf_number(&digits, tally->rows[i].count);
		cells[columns] = buf_as_view(&digits);
		result = writer_row(writer, cells, NULL, out, fault);
	}
	buf_release(&digits);
	return result == 0 ? writer_finish(writer, out, fault) : -1;
}

int
tally_list_print(const struct command *command, const struct tally *tally, bool header,
    struct fault *fault)
{
	const struct writer_options options = { .header = header,
		.colour = command->colour,
		.width = command->terminal ? command->width : 0,
		.terminal = command->terminal };
	enum output output = command->terminal ? OUTPUT_TABLE : OUTPUT_CSV;
	size_t count = tally->columns->count, i;
	struct writer_column *columns;
	struct writer *writer = NULL;
	struct buf out = BUF_EMPTY;
	struct view *cells;
	int result = -1;

	if (command->shared->output != NULL)
		(void)output_by_name(command->shared->output, &output);
	columns = calloc(count + 1, sizeof(*columns));
	cells = calloc(count + 1, sizeof(*cells));
	if (columns == NULL || cells == NULL) {
		(void)fault_memory(fault);
		goto done;
	}
	for (i = 0; i < count; i++)
		columns[i].name = column_name(tally->columns->at[i]);
	columns[count].name = VIEW("count");
	columns[count].shape = SHAPE_NUMBER;
	columns[count].stay = STAY_KEPT;
	if (writer_open(&writer, output, columns, count + 1, &options, &out, fault) ==
		0 &&
	    write_rows(writer, tally, cells, &out, fault) == 0)
		result = command_print(&out, fault);
done:
	writer_close(writer);
	buf_release(&out);
	free(columns);
	free(cells);
	return result;
}
