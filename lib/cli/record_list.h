/* SPDX-License-Identifier: ISC */
#ifndef CLI_RECORD_LIST_H
#define CLI_RECORD_LIST_H

/*
 * Prints records through columns to standard output, in the format of
 * --output, while a read transaction is open: nothing here waits for whoever
 * reads the output (cli/sink.h).
 */

#include "cli/command.h"
#include "model/columns.h"

struct record_list;

/* The columns that are printed when none are asked for: those of the kind,
 * without rev in a table; for vcard and mutt what outside.h says. list is what -c
 * says, or NULL. */
int record_list_columns(struct columns *columns, const struct command *command,
    struct txn *txn, const char *list, struct fault *fault) MUST_CHECK;

/* columns are borrowed. header: csv and tsv begin with their names. */
int record_list_open(struct record_list **list, const struct command *command,
    struct txn *txn, const struct columns *columns, bool header,
    struct fault *fault) MUST_CHECK;
/* Whether a record is printed at all: 1; 0 when it is left out, for mutt, since
 * nobody may write to it; -1. It counts as left out then. */
int record_list_takes(struct record_list *list, uint64_t id, struct record record,
    struct fault *fault) MUST_CHECK;
/* 0; 1 when nobody reads the output any more; -1. */
int record_list_add(struct record_list *list, uint64_t id, struct record record,
    struct fault *fault) MUST_CHECK;
/* The last that is done within the transaction. For mutt it says that there is
 * nobody, or that whoever there is was left out. */
int record_list_end(struct record_list *list, struct fault *fault) MUST_CHECK;
/* Waits for the output; the transaction has ended. */
int record_list_finish(struct record_list *list, struct fault *fault) MUST_CHECK;
void record_list_close(struct record_list *list);

#endif
