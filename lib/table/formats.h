/* SPDX-License-Identifier: ISC */
#ifndef TABLE_FORMATS_H
#define TABLE_FORMATS_H

/*
 * How each output format writes one row. writer.c chooses among them; nothing
 * else includes this.
 */

#include "table/writer.h"

/* Cells with a comma between, as RFC 4180 has them; no line end. */
void csv_row(struct buf *out, const struct view *cells, size_t count);

/* Cells with a TAB between, escaped; no line end. */
void tsv_row(struct buf *out, const struct view *cells, size_t count);

/* The cell with a ' in front when a spreadsheet would take it for a formula,
 * or when it begins with one itself. The view is of *scratch then. */
struct view excel_cell(struct buf *scratch, struct view cell);

/* A JSON string with its quotes. With terminal set, what utf8_is_showable
 * refuses is escaped too. */
void json_string(struct buf *out, struct view text, bool terminal);

/* A cell as the JSON value of its shape. */
void json_value(
    struct buf *out, struct view cell, enum writer_shape shape, bool terminal);

/* Takes the next element off a list cell that is not empty, unescaped, into
 * *element; false at the end. */
bool cell_element(struct view *list, struct buf *element);

/* One vCard: a property for each cell that says something. */
struct vcard_scratch {
	struct buf *line, *element;
};
void vcard_card(struct buf *out, const struct writer_column *columns,
    const struct view *cells, size_t count, const struct vcard_scratch *scratch,
    bool terminal);

/* A line for each element of the first cell: it, and the other cells. */
void mutt_row(struct buf *out, const struct view *cells, size_t count,
    struct buf *element, bool terminal);

struct table;

int table_open(struct table **table, const struct writer_column *columns, size_t count,
    const struct writer_options *options, struct fault *fault) MUST_CHECK;
int table_row(struct table *table, const struct view *cells, const unsigned char *colours,
    struct buf *out, struct fault *fault) MUST_CHECK;
int table_finish(struct table *table, struct buf *out, struct fault *fault) MUST_CHECK;
void table_close(struct table *table);

#endif
