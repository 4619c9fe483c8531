/* SPDX-License-Identifier: ISC */
#ifndef CLI_HISTORY_LIST_H
#define CLI_HISTORY_LIST_H

/* The rows of --history on standard output (cli/row_list.h). */

#include "cli/command.h"
#include "model/record_history.h"

struct history_list;

/* asked is what -c says, or NULL for all columns but rev, in a table also
 * without line and job; an unknown column is FAULT_USAGE. header: csv and tsv
 * begin with their names. */
int history_list_open(struct history_list **list, const struct command *command,
    const char *asked, bool header, struct fault *fault) MUST_CHECK;
/* 0; 1 when nobody reads the output any more; -1. */
int history_list_add(struct history_list *list, const struct history_row *row,
    struct fault *fault) MUST_CHECK;
/* Lays out the last rows and waits until all is written: no transaction may be
 * open. */
int history_list_finish(struct history_list *list, struct fault *fault) MUST_CHECK;
void history_list_close(struct history_list *list);

#endif
