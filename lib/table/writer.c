/* SPDX-License-Identifier: ISC */
/*
 * The one place where the output formats meet: header, line end, and what is
 * done to every cell. How a row looks in each format is in the files that
 * formats.h names.
 */
#include "table/writer.h"

#include <stdlib.h>

#include "base/arena.h"
#include "table/formats.h"

struct writer {
	enum output output;
	struct writer_options options;
	size_t count;		       /* of the caller's columns */
	struct writer_column *columns; /* names are in the arena */
	struct view *cells;	       /* one more than count: _excel */
	struct arena arena;
	struct buf *scratch; /* one for each cell that is changed */
	struct buf guarded;  /* excel: a cell before it is shown; element of a list */
	struct buf line;     /* vcard: before it is folded */
	struct buf names;    /* JSON: the escaped "name": of all */
	size_t *name_ends;
	struct table *table;
};

bool
output_by_name(const char *name, enum output *output)
{
	static const char *const names[] = {
		[OUTPUT_CSV] = "csv",
		[OUTPUT_TSV] = "tsv",
		[OUTPUT_JSON] = "json",
		[OUTPUT_TABLE] = "table",
		[OUTPUT_EXCEL] = "excel",
		[OUTPUT_VCARD] = "vcard",
		[OUTPUT_MUTT] = "mutt",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0) {
			*output = (enum output)i;
			return true;
		}
	return false;
}

bool
cell_element(struct view *list, struct buf *element)
{
	bool failed = element->failed;
	size_t at = 0;
	char c;

	buf_clear(element);
	element->failed = failed;
	if (list->at == NULL)
		return false;
	for (; at < list->len && list->at[at] != ';'; at++) {
		c = list->at[at];
		if (c == '\\' && at + 1 < list->len &&
		    (list->at[at + 1] == ';' || list->at[at + 1] == '\\'))
			c = list->at[++at];
		buf_char(element, c);
	}
	/* Behind the last `;` there is one more element, if only an empty one. */
	*list = at < list->len ? (struct view){ list->at + at + 1, list->len - at - 1 }
			       : (struct view){ NULL, 0 };
	return true;
}

static void
put_line(struct writer *writer, const struct view *cells, struct buf *out)
{
	size_t count = writer->count;

	switch (writer->output) {
	case OUTPUT_TSV:
		tsv_row(out, cells, count);
		break;
	case OUTPUT_EXCEL:
		csv_row(out, cells, count + 1);
		buf_char(out, '\r');
		break;
	default:
		csv_row(out, cells, count);
		break;
	}
	buf_char(out, '\n');
}

/* As a terminal may have it. */
static struct view
shown(struct writer *writer, size_t i, struct view cell)
{
	if (!writer->options.terminal)
		return cell;
	buf_clear(&writer->scratch[i]);
	show_text(&writer->scratch[i], cell);
	return buf_as_view(&writer->scratch[i]);
}

/* What a cell is before it is quoted or escaped. */
static struct view
prepared(struct writer *writer, size_t i, struct view cell)
{
	struct buf *guarded =
	    writer->options.terminal ? &writer->guarded : &writer->scratch[i];

	if (writer->output == OUTPUT_EXCEL)
		cell = excel_cell(guarded, cell);
	return shown(writer, i, cell);
}

static int
check_scratch(const struct writer *writer, struct fault *fault)
{
	if (buf_check(&writer->guarded, fault) < 0 || buf_check(&writer->line, fault) < 0)
		return -1;
	for (size_t i = 0; i < writer->count; i++)
		if (buf_check(&writer->scratch[i], fault) < 0)
			return -1;
	return 0;
}

static void
put_header(struct writer *writer, struct buf *out)
{
	for (size_t i = 0; i < writer->count; i++)
		writer->cells[i] = shown(writer, i, writer->columns[i].name);
	if (writer->output == OUTPUT_EXCEL) {
		buf_text(out, "\xef\xbb\xbf");
		writer->cells[writer->count] = VIEW("_excel");
	}
	put_line(writer, writer->cells, out);
}

static void
prepare_names(struct writer *writer)
{
	for (size_t i = 0; i < writer->count; i++) {
		buf_char(&writer->names, i == 0 ? '{' : ',');
		json_string(
		    &writer->names, writer->columns[i].name, writer->options.terminal);
		buf_char(&writer->names, ':');
		writer->name_ends[i] = writer->names.len;
	}
}

static int
copy_columns(
    struct writer *writer, const struct writer_column *columns, struct fault *fault)
{
	size_t count = writer->count;

	writer->columns = calloc(count + 1, sizeof(*writer->columns));
	writer->cells = calloc(count + 1, sizeof(*writer->cells));
	writer->scratch = calloc(count + 1, sizeof(*writer->scratch));
	writer->name_ends = calloc(count + 1, sizeof(*writer->name_ends));
	if (writer->columns == NULL || writer->cells == NULL || writer->scratch == NULL ||
	    writer->name_ends == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < count; i++) {
		struct view name = arena_copy(&writer->arena, columns[i].name);

		if (name.at == NULL && name.len > 0)
			return fault_memory(fault);
		writer->columns[i] =
		    (struct writer_column){ name, columns[i].shape, columns[i].stay };
	}
	return 0;
}

int
writer_open(struct writer **out_writer, enum output output,
    const struct writer_column *columns, size_t count,
    const struct writer_options *options, struct buf *out, struct fault *fault)
{
	struct writer *writer = calloc(1, sizeof(*writer));

	*out_writer = writer;
	if (writer == NULL)
		return fault_memory(fault);
	writer->output = output;
	writer->options = *options;
	writer->count = count;
	if (copy_columns(writer, columns, fault) < 0)
		goto fail;
	if (output == OUTPUT_TABLE) {
		if (table_open(&writer->table, writer->columns, count, options, fault) <
		    0)
			goto fail;
	} else if (output == OUTPUT_JSON) {
		prepare_names(writer);
	} else if (output == OUTPUT_VCARD || output == OUTPUT_MUTT) {
		/* Neither names its columns. */
	} else if (options->header || output == OUTPUT_EXCEL) {
		put_header(writer, out);
	}
	if (buf_check(out, fault) == 0 && buf_check(&writer->names, fault) == 0 &&
	    check_scratch(writer, fault) == 0)
		return 0;
fail:
	writer_close(writer);
	*out_writer = NULL;
	return -1;
}

static void
put_object(struct writer *writer, const struct view *cells, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < writer->count; i++) {
		buf_put(out, writer->names.at + from, writer->name_ends[i] - from);
		json_value(
		    out, cells[i], writer->columns[i].shape, writer->options.terminal);
		from = writer->name_ends[i];
	}
	buf_text(out, writer->count == 0 ? "{}\n" : "}\n");
}

static int
put_person(
    struct writer *writer, const struct view *cells, struct buf *out, struct fault *fault)
{
	const struct vcard_scratch scratch = { &writer->line, &writer->guarded };
	bool terminal = writer->options.terminal;

	if (writer->output == OUTPUT_VCARD)
		vcard_card(
		    out, writer->columns, cells, writer->count, &scratch, terminal);
	else
		mutt_row(out, cells, writer->count, &writer->guarded, terminal);
	if (check_scratch(writer, fault) < 0)
		return -1;
	return buf_check(out, fault);
}

int
writer_row(struct writer *writer, const struct view *cells, const unsigned char *colours,
    struct buf *out, struct fault *fault)
{
	if (writer->output == OUTPUT_TABLE)
		return table_row(writer->table, cells, colours, out, fault);
	if (writer->output == OUTPUT_VCARD || writer->output == OUTPUT_MUTT)
		return put_person(writer, cells, out, fault);
	if (writer->output == OUTPUT_JSON) {
		put_object(writer, cells, out);
	} else if (writer->output == OUTPUT_EXCEL || writer->options.terminal) {
		for (size_t i = 0; i < writer->count; i++)
			writer->cells[i] = prepared(writer, i, cells[i]);
		writer->cells[writer->count] = VIEW("");
		put_line(writer, writer->cells, out);
		if (check_scratch(writer, fault) < 0)
			return -1;
	} else {
		put_line(writer, cells, out);
	}
	return buf_check(out, fault);
}

int
writer_finish(struct writer *writer, struct buf *out, struct fault *fault)
{
	if (writer->output == OUTPUT_TABLE && table_finish(writer->table, out, fault) < 0)
		return -1;
	return buf_check(out, fault);
}

void
writer_close(struct writer *writer)
{
	if (writer == NULL)
		return;
	table_close(writer->table);
	for (size_t i = 0; writer->scratch != NULL && i < writer->count; i++)
		buf_release(&writer->scratch[i]);
	free(writer->scratch);
	free(writer->columns);
	free(writer->cells);
	free(writer->name_ends);
	buf_release(&writer->names);
	buf_release(&writer->guarded);
	buf_release(&writer->line);
	arena_release(&writer->arena);
	free(writer);
}
