/* SPDX-License-Identifier: ISC */
/*
 * All cells of a row are laid out in one order, of which the columns that are
 * wanted take theirs.
 */
#include "cli/row_list.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/sink.h"

/* Output is handed on in pieces of this size. */
#define PIECE (256 * 1024)

struct row_list {
	const struct row_columns *columns;
	size_t *wanted;
	size_t count;
	struct writer *writer;
	struct sink *sink;
	struct view *row;
	struct buf out;
};

static int
no_column(const struct row_list *list, struct view name, struct fault *fault)
{
	struct buf known = BUF_EMPTY;
	size_t i;

	for (i = 0; i < list->columns->count; i++)
		buf_printf(&known, " %s", list->columns->at[i].name.at);
	fault_set(fault, FAULT_USAGE,
	    "--columns: %s has no column \"%.*s\", these are:%s", list->columns->option,
	    (int)(name.len > 60 ? 60 : name.len), name.len > 0 ? name.at : "",
	    buf_string(&known));
	buf_release(&known);
	return -1;
}

static int
add_column(struct row_list *list, struct view name, struct fault *fault)
{
	const struct row_columns *columns = list->columns;
	size_t *wanted, i = 0;

	while (i < columns->count && !view_equal(columns->at[i].name, name))
		i++;
	if (i == columns->count)
		return no_column(list, name, fault);
	wanted = reallocarray(list->wanted, list->count + 1, sizeof(*wanted));
	if (wanted == NULL)
		return fault_memory(fault);
	list->wanted = wanted;
	wanted[list->count++] = i;
	return 0;
}

static int
add_columns(
    struct row_list *list, const char *asked, enum output output, struct fault *fault)
{
	const struct row_columns *columns = list->columns;
	bool every = asked != NULL && strcmp(asked, "all") == 0;
	unsigned usual = output == OUTPUT_TABLE ? columns->table : columns->usual;
	struct view rest = view_of(asked), name;
	const char *comma;
	size_t i;

	if (asked == NULL || every) {
		for (i = 0; i < columns->count; i++)
			if ((every || (usual >> i & 1) != 0) &&
			    add_column(list, columns->at[i].name, fault) == -1)
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
open_writer(struct row_list *list, const struct command *command, enum output output,
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
		columns[i] = list->columns->at[list->wanted[i]];
	result = writer_open(
	    &list->writer, output, columns, list->count, &options, &list->out, fault);
	free(columns);
	return result;
}

int
row_list_open(struct row_list **list, const struct command *command,
    const struct row_columns *columns, const char *asked, bool header,
    struct fault *fault)
{
	struct row_list *made = calloc(1, sizeof(*made));
	enum output output = command->terminal ? OUTPUT_TABLE : OUTPUT_CSV;

	*list = made;
	if (made == NULL)
		return fault_memory(fault);
	made->columns = columns;
	if (command->shared->output != NULL)
		(void)output_by_name(command->shared->output, &output);
	if (add_columns(made, asked, output, fault) == -1)
		return -1;
	made->row = calloc(made->count, sizeof(*made->row));
	if (made->row == NULL)
		return fault_memory(fault);
	if (open_writer(made, command, output, header, fault) == -1)
		return -1;
	return sink_open(&made->sink, STDOUT_FILENO, "standard output", fault);
}

int
row_list_add(struct row_list *list, const struct view *cells, struct fault *fault)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		list->row[i] = cells[list->wanted[i]];
	if (writer_row(list->writer, list->row, NULL, &list->out, fault) == -1)
		return -1;
	return list->out.len < PIECE ? 0 : sink_write(list->sink, &list->out, fault);
}

int
row_list_finish(struct row_list *list, struct fault *fault)
{
	if (writer_finish(list->writer, &list->out, fault) == -1 ||
	    sink_write(list->sink, &list->out, fault) == -1)
		return -1;
	return sink_finish(list->sink, fault);
}

void
row_list_close(struct row_list *list)
{
	if (list == NULL)
		return;
	writer_close(list->writer);
	sink_close(list->sink);
	buf_release(&list->out);
	free(list->wanted);
	free(list->row);
	free(list);
}
