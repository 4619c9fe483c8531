/* SPDX-License-Identifier: ISC */
/*
 * A writer fed with cells that mostly lie in the store's own pages. What is
 * coloured is decided here: the banner of a contact (TR-50) and whoever is the
 * primary contact of an organization (CS-17).
 */
#include "cli/record_list.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/sink.h"
#include "model/banner.h"
#include "model/outside.h"
#include "table/writer.h"

/* Output is handed on in pieces of this size. */
#define PIECE (256 * 1024)
/* Records that are announced to the columns before they are printed. */
#define AHEAD 16

struct record_list {
	const struct columns *columns;
	struct writer *writer;
	struct sink *sink;
	struct buf out;
	struct {
		uint64_t id;
		struct record record;
	} waiting[AHEAD];
	size_t waiting_count;
	struct column **references; /* those of the columns */
	size_t reference_count;
	struct view *cells;
	struct outside *outside; /* what makes the cells of vcard and mutt */
	const char *mutt;	 /* the program that talks to it, or NULL */
	uint64_t added, left_out;
	unsigned char *colours; /* NULL without colour */
	struct column *primary;
	/* Columns with a banner and with colours, or count. */
	size_t type, name, marked;
	bool has_banners;
	struct banners banners;
};

static enum output
output_of(const struct command *command)
{
	enum output output = command->terminal ? OUTPUT_TABLE : OUTPUT_CSV;

	if (command->shared->output != NULL)
		(void)output_by_name(command->shared->output, &output);
	return output;
}

static bool
is_outside(enum output output)
{
	return output == OUTPUT_VCARD || output == OUTPUT_MUTT;
}

int
record_list_columns(struct columns *columns, const struct command *command,
    struct txn *txn, const char *list, struct fault *fault)
{
	const struct kind *kind = command->kind;
	enum output output = output_of(command);
	int result;

	if (is_outside(output))
		return outside_columns(columns, output, txn, kind, list, fault);
	if (list != NULL && strcmp(list, "all") == 0)
		result = columns_all(columns, txn, kind, fault);
	else
		result = columns_parse(columns, txn, kind,
		    view_of(list != NULL ? list : kind->columns), false, fault);
	if (result == 0 && list == NULL && output == OUTPUT_TABLE)
		columns_drop(columns, "rev");
	if (result == 0 && output == OUTPUT_EXCEL)
		result = columns_place(columns, txn, kind, "id", 0, fault);
	if (result == 0 && output == OUTPUT_EXCEL)
		result = columns_place(columns, txn, kind, "rev", 1, fault);
	return result;
}

/* What has to stay readable when a table does not fit. */
static bool
is_kept(struct view name)
{
	return view_is(name, "id") || view_is(name, "name") || view_is(name, "email") ||
	    view_is(name, "type") || view_is(name, "rev") || view_is(name, "who") ||
	    view_is(name, "program");
}

static int
describe(const struct column *column, struct writer_column *as, struct fault *fault)
{
	enum value_type type;

	if (column_type(column, &type, fault) == -1)
		return -1;
	as->name = column_name(column);
	as->stay = type == TYPE_TIME ? STAY_WHOLE
	    : is_kept(as->name)	     ? STAY_KEPT
				     : STAY_PLAIN;
	as->shape = column_is_list(column)	     ? SHAPE_LIST
	    : type == TYPE_NUMBER || type == TYPE_ID ? SHAPE_NUMBER
	    : type == TYPE_FLAG			     ? SHAPE_FLAG
						     : SHAPE_TEXT;
	return 0;
}

static size_t
count_cells(const struct record_list *list)
{
	return list->outside != NULL ? outside_count(list->outside)
				     : list->columns->count;
}

static int
open_writer(struct record_list *list, const struct command *command, enum output output,
    bool header, struct fault *fault)
{
	const struct writer_options options = { .header = header,
		.colour = command->colour,
		.width = command->terminal ? command->width : 0,
		.terminal = command->terminal };
	size_t count = count_cells(list), i;
	struct writer_column *columns;
	int result = 0;

	columns = calloc(count, sizeof(*columns));
	if (columns == NULL)
		return fault_memory(fault);
	if (list->outside != NULL)
		outside_describe(list->outside, columns);
	for (i = 0; list->outside == NULL && i < count && result == 0; i++)
		result = describe(list->columns->at[i], &columns[i], fault);
	if (result == 0)
		result = writer_open(
		    &list->writer, output, columns, count, &options, &list->out, fault);
	free(columns);
	return result;
}

static size_t
find_column(const struct columns *columns, const char *name)
{
	size_t i;

	for (i = 0; i < columns->count; i++)
		if (view_is(column_name(columns->at[i]), name))
			break;
	return i;
}

static int
open_colours(struct record_list *list, const struct command *command, struct txn *txn,
    struct fault *fault)
{
	list->has_banners = true;
	if (banners_load(&list->banners, txn, fault) == -1)
		return -1;
	list->type = find_column(list->columns, "type");
	list->name = find_column(list->columns, "name");
	list->marked = find_column(list->columns, "primary");
	if (!command->colour)
		return 0;
	list->colours = calloc(list->columns->count, 1);
	if (list->colours == NULL)
		return fault_memory(fault);
	if (kind_field(command->kind, VIEW("primary")) == NULL)
		return 0;
	return column_parse(&list->primary, txn, command->kind, VIEW("primary"), fault);
}

int
record_list_open(struct record_list **list, const struct command *command,
    struct txn *txn, const struct columns *columns, bool header, struct fault *fault)
{
	enum output output = output_of(command);
	struct record_list *made;
	size_t i;

	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return fault_memory(fault);
	made->columns = columns;
	made->mutt = output == OUTPUT_MUTT ? command->program->name : NULL;
	if (is_outside(output) &&
	    outside_open(&made->outside, output, txn, command->kind, columns, fault) ==
		-1)
		goto failed;
	made->cells = calloc(count_cells(made), sizeof(*made->cells));
	made->references = calloc(columns->count, sizeof(struct column *));
	if (made->cells == NULL || made->references == NULL) {
		(void)fault_memory(fault);
		goto failed;
	}
	for (i = 0; i < columns->count; i++)
		if (column_field(columns->at[i])->type == TYPE_REFERENCE)
			made->references[made->reference_count++] = columns->at[i];
	if (output == OUTPUT_TABLE && command->kind == &kind_contact &&
	    open_colours(made, command, txn, fault) == -1)
		goto failed;
	if (sink_open(&made->sink, STDOUT_FILENO, "standard output", fault) == -1 ||
	    open_writer(made, command, output, header, fault) == -1)
		goto failed;
	*list = made;
	return 0;
failed:
	record_list_close(made);
	return -1;
}

static int
decorate(struct record_list *list, uint64_t id, struct record record, struct fault *fault)
{
	const struct banner *banner = list->type < list->columns->count
	    ? banner_of(&list->banners, list->cells[list->type])
	    : NULL;
	struct view primary = { NULL, 0 };
	size_t count = list->columns->count;
	unsigned char colour;

	if (banner != NULL)
		list->cells[list->type] = buf_as_view(&banner->text);
	if (list->colours == NULL)
		return 0;
	if (list->type < list->columns->count)
		list->colours[list->type] = banner == NULL
		    ? COLOUR_NONE
		    : (unsigned char)writer_colour_by_name(buf_as_view(&banner->colour));
	if (list->primary == NULL || (list->name == count && list->marked == count))
		return 0;
	if (column_view(list->primary, id, record, &primary, fault) == -1)
		return -1;
	colour = view_is(primary, "true") ? COLOUR_GREEN : COLOUR_NONE;
	if (list->name < count)
		list->colours[list->name] = colour;
	if (list->marked < count)
		list->colours[list->marked] = colour;
	return 0;
}

static int
write_record(
    struct record_list *list, uint64_t id, struct record record, struct fault *fault)
{
	size_t i;

	if (list->outside != NULL &&
	    outside_cells(list->outside, id, record, list->cells, fault) == -1)
		return -1;
	for (i = 0; list->outside == NULL && i < list->columns->count; i++)
		if (column_view(
			list->columns->at[i], id, record, &list->cells[i], fault) == -1)
			return -1;
	if (list->has_banners && decorate(list, id, record, fault) == -1)
		return -1;
	if (writer_row(list->writer, list->cells, list->colours, &list->out, fault) == -1)
		return -1;
	return list->out.len < PIECE ? 0 : sink_write(list->sink, &list->out, fault);
}

static void
expect(const struct record_list *list, bool soon)
{
	size_t i, j;

	for (i = 0; i < list->reference_count; i++)
		for (j = 0; j < list->waiting_count; j++)
			column_expect(list->references[i], list->waiting[j].record, soon);
}

static int
write_waiting(struct record_list *list, struct fault *fault)
{
	size_t i;
	int result = 0;

	expect(list, false);
	expect(list, true);
	for (i = 0; i < list->waiting_count && result == 0; i++)
		result = write_record(
		    list, list->waiting[i].id, list->waiting[i].record, fault);
	list->waiting_count = 0;
	return result;
}

int
record_list_takes(
    struct record_list *list, uint64_t id, struct record record, struct fault *fault)
{
	int tells =
	    list->outside == NULL ? 1 : outside_tells(list->outside, id, record, fault);

	list->left_out += tells == 0;
	return tells;
}

/* The first line is what mutt shows below its menu, or as the error when there is
 * nothing to choose from. */
static void
put_message(struct record_list *list)
{
	buf_printf(&list->out, "%s: ", list->mutt);
	if (list->added > 0)
		buf_text(&list->out, "who matches");
	else if (list->left_out == 0)
		buf_text(&list->out, "no contact matches");
	else
		buf_printf(&list->out, "%llu contact%s, but not to be written to",
		    (unsigned long long)list->left_out,
		    list->left_out == 1 ? " matches" : "s match");
	buf_char(&list->out, '\n');
}

int
record_list_add(
    struct record_list *list, uint64_t id, struct record record, struct fault *fault)
{
	if (list->added++ == 0 && list->mutt != NULL)
		put_message(list);
	list->waiting[list->waiting_count].id = id;
	list->waiting[list->waiting_count].record = record;
	return ++list->waiting_count < AHEAD ? 0 : write_waiting(list, fault);
}

int
record_list_end(struct record_list *list, struct fault *fault)
{
	if (list->added == 0 && list->mutt != NULL)
		put_message(list);
	if (write_waiting(list, fault) == -1 ||
	    writer_finish(list->writer, &list->out, fault) == -1)
		return -1;
	return sink_write(list->sink, &list->out, fault) == -1 ? -1 : 0;
}

int
record_list_finish(struct record_list *list, struct fault *fault)
{
	return sink_finish(list->sink, fault);
}

void
record_list_close(struct record_list *list)
{
	if (list == NULL)
		return;
	writer_close(list->writer);
	outside_close(list->outside);
	sink_close(list->sink);
	column_free(list->primary);
	if (list->has_banners)
		banners_release(&list->banners);
	buf_release(&list->out);
	free(list->references);
	free(list->cells);
	free(list->colours);
	free(list);
}
