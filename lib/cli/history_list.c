/* SPDX-License-Identifier: ISC */
/*
 * The columns of --diff, and behind them who made the run, when and with which
 * program.
 */
#include "cli/history_list.h"

#include <stdlib.h>

#include "base/clock.h"
#include "cli/row_list.h"

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

/* A table has no room for what is empty more often than not. */
#define USUAL ((1u << CELL_REV) - 1)

static const struct row_columns columns = { "--history", all, CELLS, USUAL,
	USUAL & ~(1u << CELL_LINE) & ~(1u << CELL_JOB) };

struct history_list {
	struct row_list *rows;
	struct buf line, id, rev, when;
};

int
history_list_open(struct history_list **list, const struct command *command,
    const char *asked, bool header, struct fault *fault)
{
	struct history_list *made = calloc(1, sizeof(*made));

	*list = made;
	if (made == NULL)
		return fault_memory(fault);
	return row_list_open(&made->rows, command, &columns, asked, header, fault);
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
	struct view cells[CELLS] = {
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

	buf_clear(&list->when);
	time_print(&list->when, row->when);
	cells[CELL_WHEN] = buf_as_view(&list->when);
	return row_list_add(list->rows, cells, fault);
}

int
history_list_finish(struct history_list *list, struct fault *fault)
{
	return row_list_finish(list->rows, fault);
}

void
history_list_close(struct history_list *list)
{
	if (list == NULL)
		return;
	row_list_close(list->rows);
	buf_release(&list->line);
	buf_release(&list->id);
	buf_release(&list->rev);
	buf_release(&list->when);
	free(list);
}
