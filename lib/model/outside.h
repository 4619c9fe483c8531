/* SPDX-License-Identifier: ISC */
#ifndef MODEL_OUTSIDE_H
#define MODEL_OUTSIDE_H

/*
 * What address books and mail programs outside are told of a record, and as what:
 * the properties of its vCard, or its address, name and a remark for mutt. Fields
 * that are private (FIELD_PRIVATE: HS-18, HS-19) are among it only where they are
 * asked for by name.
 */

#include "model/columns.h"
#include "table/writer.h"

struct outside;

/* The columns that it takes: all that there is a place for, or those of the list,
 * which is what -c says; NULL and "all" ask for nothing private. A name for which
 * there is no place is FAULT_USAGE, and so is a kind of which nothing is told.
 * output is OUTPUT_VCARD or OUTPUT_MUTT. */
int outside_columns(struct columns *columns, enum output output, struct txn *txn,
    const struct kind *kind, const char *list, struct fault *fault) MUST_CHECK;

/* columns are of outside_columns, and borrowed, as is txn. */
int outside_open(struct outside **outside, enum output output, struct txn *txn,
    const struct kind *kind, const struct columns *columns,
    struct fault *fault) MUST_CHECK;
void outside_close(struct outside *outside);

/* How many cells a row has, and the column of the writer that each is for. */
size_t outside_count(const struct outside *outside);
void outside_describe(const struct outside *outside, struct writer_column *columns);

/* Whether the record is told of at all: 1; 0 when nobody may write to it, for
 * mutt (HS-42); -1. */
int outside_tells(struct outside *outside, uint64_t id, struct record record,
    struct fault *fault) MUST_CHECK;

/* The cells of a record, which live until the next call. */
int outside_cells(struct outside *outside, uint64_t id, struct record record,
    struct view *cells, struct fault *fault) MUST_CHECK;

#endif
