/* SPDX-License-Identifier: ISC */
#ifndef CLI_MISFITS_H
#define CLI_MISFITS_H

/*
 * Rows in error, kept for --errors. Files that are read in one run may have
 * different headers while the file written has one, the union of theirs in
 * order of appearance; so rows wait in a form of their own and are laid out
 * at the end. Private to results.c.
 */

#include "cli/target.h"

struct misfits;

int misfits_new(struct misfits **misfits, struct fault *fault) MUST_CHECK;
void misfits_free(struct misfits *misfits);

/* The header of the rows that follow. Columns _line, _code, _error and _raw
 * are left out: they come from rows that were in error before. */
int misfits_header(struct misfits *misfits, const struct view *names, size_t count,
    struct fault *fault) MUST_CHECK;

/* cells are count of the header's columns, empty ones may be missing at the
 * end; raw is any bytes. */
int misfits_add(struct misfits *misfits, const struct view *cells, size_t count,
    uint64_t line, const char *code, const char *message, struct view raw,
    struct fault *fault) MUST_CHECK;

void misfits_restart(struct misfits *misfits);

/* Writes header and rows as CSV; what is shown to a terminal is made safe. */
int misfits_write(struct misfits *misfits, struct sink *sink, bool terminal,
    struct fault *fault) MUST_CHECK;

#endif
