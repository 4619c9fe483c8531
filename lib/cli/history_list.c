/* SPDX-License-Identifier: ISC */
/*
 * The columns of --diff, and behind them who made the run, when and with which
 * program. All cells of a row are laid out in one order, of which the columns
 * that are wanted take theirs.
 */
#include "cli/history_list.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/sink.h"
#include "table/writer.h"

/* Output is handed on in pieces of this size. */
#define PIECE (256 * 1024)

enum cell {
	CELL_LINE,
	CELL_ID,
	CELL_NAME,
	CELL_FIELD,
	CELL_FROM,
	CELL_TO,
	CELL_CAUSE,
	CELL_JOB,
	CELL_WHO,
	CELL_WHEN,
	CELL_PROGRAM,
	CELL_REV,
	CELLS
};

#define COLUMN(literal, form, stays)                                                   \
	{                                                                              \
		.name = { literal, sizeof(literal) - 1 }, .shape = form, .stay = stays \
	}

static const struct writer_column all[CELLS] = {
	[CELL_LINE] = COLUMN("line", SHAPE_NUMBER, STAY_PLAIN),
	[CELL_ID] = COLUMN("id", SHAPE_NUMBER, STAY_KEPT),
	[CELL_NAME] = COLUMN("name", SHAPE_TEXT, STAY_PLAIN),
	[CELL_FIELD] = COLUMN("field", SHAPE_TEXT, STAY_KEPT),
	[CELL_FROM] = COLUMN("from", SHAPE_TEXT, STAY_WIDE),
	[CELL_TO] = COLUMN("to", SHAPE_TEXT, STAY_WIDE),
	[CELL_CAUSE] = COLUMN("cause", SHAPE_TEXT, STAY_PLAIN),
	[CELL_JOB] = COLUMN("job", SHAPE_NUMBER, STAY_PLAIN),
	[CELL_WHO] = COLUMN("who", SHAPE_TEXT, STAY_KEPT),
	[CELL_WHEN] = COLUMN("when", SHAPE_TEXT, STAY_WHOLE),
	[CELL_PROGRAM] = COLUMN("program", SHAPE_TEXT, STAY_PLAIN),
	[CELL_REV] = COLUMN("rev", SHAPE_NUMBER, STAY_KEPT),
};

struct history_list {
	enum cell *cells;
	size_t count;
	struct writer *writer;
	struct sink *sink;
	struct view *row;
	struct buf out, line, id, rev, when;
};

static int
add_column(struct history_list *list, struct view name, struct fault *fault)
{
	enum cell *cells, cell;
	struct buf known = BUF_EMPTY;

	for (cell = 0; cell < CELLS; cell++)
		if (view_equal(all[cell].name, name))
			break;
	if (cell == CELLS) {
		for (cell = 0; cell < CELLS; cell++)
			buf_printf(&known, " %s", all[cell].name.at);
		fault_set(fault, FAULT_USAGE,
		    "--columns: --history has no column \"%.*s\", these are:%s",
		    (int)(name.len > 60 ? 60 : name.len), name.len > 0 ? name.at : "",
		    buf_string(&known));
		buf_release(&known);
		return -1;
	}
	cells = reallocarray(list->cells, list->count + 1, sizeof(*cells));
	if (cells == NULL)
		return fault_memory(fault);
	list->cells = cells;
	cells[list->count++] = cell;
	return 0;
}

/* What stands there when nothing is asked for. A table has no room for what is
 * empty more often than not. */
static bool
is_default(enum cell cell, enum output output)
{
	return cell != CELL_REV &&
	    (output != OUTPUT_TABLE || (cell != CELL_LINE && cell != CELL_JOB));
}

static int
add_columns(struct history_list *list, const char *columns, enum output output,
    struct fault *fault)
{
	struct view rest = view_of(columns), name;
	const char *comma;
	bool every = columns != NULL && strcmp(columns, "all") == 0;

	if (columns == NULL || every) {
		for (enum cell cell = 0; cell < CELLS; cell++)
			if ((every || is_default(cell, output)) &&
			    add_column(list, all[cell].name, fault) == -1)
				return -1;
		return 0;
	}
	do {
		comma = rest.len == 0 ? NULL : memchr(rest.at, ',', rest.len);
		name = comma == NULL ? rest : view_until(rest, (size_t)(comma - rest.at));
		rest = view_from(rest, name.len + 1);
		if (add_column(list, name, fault) == -1)
			return -1;
	} while (comma != NULL);
	return 0;
}

static int
open_writer(struct history_list *list, const struct command *command, enum output output,
    bool header, struct fault *fault)
{
	const struct writer_options options = { .header = header,
		.colour = command->colour,
		.width = command->terminal ? command->width : 0,
		.terminal = command->terminal };
	struct writer_column *columns = calloc(list->count, sizeof(*columns));
	size_t i;
	int result;

	if (columns == NULL)
		return fault_memory(fault);
	for (i = 0; i < list->count; i++)
		columns[i] = all[list->cells[i]];
	result = writer_open(
	    &list->writer, output, columns, list->count, &options, &list->out, fault);
	free(columns);
	return result;
}

int
history_list_open(struct history_list **list, const struct command *command,
    const char *columns, bool header, struct fault *fault)
{
	struct history_list *made = calloc(1, sizeof(*made));
	enum output output = command->terminal ? OUTPUT_TABLE : OUTPUT_CSV;

	*list = made;
	if (made == NULL)
		return fault_memory(fault);
	if (command->shared->output != NULL)
		(void)output_by_name(command->shared->output, &output);
	if (add_columns(made, columns, output, fault) == -1)
		return -1;
	made->row = calloc(made->count, sizeof(*made->row));
	if (made->row == NULL)
		return fault_memory(fault);
	if (open_writer(made, command, output, header, fault) == -1)
		return -1;
	return sink_open(&made->sink, STDOUT_FILENO, "standard output", fault);
}

static struct view
number_cell(struct buf *digits, uint64_t number)
{
	buf_clear(digits);
	if (number > 0)
		buf_number(digits, number);
	return buf_as_view(digits);
}

int
history_list_add(
    struct history_list *list, const struct history_row *row, struct fault *fault)
{
	const struct view cells[CELLS] = {
		[CELL_LINE] = number_cell(&list->line, row->line),
		[CELL_ID] = number_cell(&list->id, row->id),
		[CELL_NAME] = row->name,
		[CELL_FIELD] = row->field,
		[CELL_FROM] = row->from,
		[CELL_TO] = row->to,
		[CELL_CAUSE] = view_of(cause_name(row->cause)),
		[CELL_JOB] = row->job,
		[CELL_WHO] = row->who,
		[CELL_PROGRAM] = row->program,
		[CELL_REV] = number_cell(&list->rev, row->rev),
	};
	size_t i;

	buf_clear(&list->when);
	time_print(&list->when, row->when);
	for (i = 0; i < list->count; i++)
		list->row[i] = list->cells[i] == CELL_WHEN ? buf_as_view(&list->when)
							   : cells[list->cells[i]];
	if (writer_row(list->writer, list->row, NULL, &list->out, fault) == -1)
		return -1;
	return list->out.len < PIECE ? 0 : sink_write(list->sink, &list->out, fault);
}

int
history_list_finish(struct history_list *list, struct fault *fault)
{
	if (writer_finish(list->writer, &list->out, fault) == -1 ||
	    sink_write(list->sink, &list->out, fault) == -1)
		return -1;
	return sink_finish(list->sink, fault);
}

void
history_list_close(struct history_list *list)
{
	if (list == NULL)
		return;
	writer_close(list->writer);
	sink_close(list->sink);
	buf_release(&list->out);
	buf_release(&list->line);
	buf_release(&list->id);
	buf_release(&list->rev);
	buf_release(&list->when);
	free(list->cells);
	free(list->row);
	free(list);
}
