/* SPDX-License-Identifier: ISC */
#ifndef CLI_ROW_LIST_H
#define CLI_ROW_LIST_H

/*
 * Rows of columns that are not fields of a kind, such as those of --history and
 * --duplicates, on standard output in the format of --output, while read
 * transactions are open: nothing here waits for whoever reads the output
 * (cli/sink.h).
 */

#include "cli/command.h"
#include "table/writer.h"

struct row_list;

/* All columns that there are, and which of them print when none are asked for:
 * bit 1 << i for columns[i], of a table those of `table`. */
struct row_columns {
	const char *option; /* that prints them, for messages */
	const struct writer_column *at;
	size_t count;
	unsigned usual, table;
};

/* What is borrowed is kept: columns stay as they are. asked is what -c says, or
 * NULL; an unknown column is FAULT_USAGE. header: csv and tsv begin with their
 * names. */
int row_list_open(struct row_list **list, const struct command *command,
    const struct row_columns *columns, const char *asked, bool header,
    struct fault *fault) MUST_CHECK;
/* cells has one for each of all columns: 0; 1 when nobody reads the output any
 * more; -1. */
int row_list_add(
    struct row_list *list, const struct view *cells, struct fault *fault) MUST_CHECK;
/* Lays out the last rows and waits until all is written: no transaction may be
 * open. */
int row_list_finish(struct row_list *list, struct fault *fault) MUST_CHECK;
void row_list_close(struct row_list *list);

#endif
