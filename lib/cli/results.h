/* SPDX-License-Identifier: ISC */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

/*
 * The files that a write leaves behind: --results, --errors, --diff. Rows are
 * spooled during the run and written after the commit, so that what they say
 * is true; a run that is done again starts them anew.
 */

#include "cli/command.h"

struct results;

/* Opens the targets of shared->results, errors, diff ("-" is stdout) before
 * anything is stored, so that a bad path is a fault in time. */
int results_open(struct results **results, const struct command *command,
    struct fault *fault) MUST_CHECK;
/* Forgets all rows (the run is done again). */
void results_restart(struct results *results);

bool results_wanted(const struct results *results);
bool errors_wanted(const struct results *results);
bool diff_wanted(const struct results *results);

struct result_row {
	struct view file; /* printed only when several files are read */
	uint64_t line;
	const char *action;
	uint64_t id; /* 0: none */
	struct view key, message, changed;
	const char *code;
};
void results_add(struct results *results, const struct result_row *row);
void results_several_files(struct results *results);

/*
 * --errors: the header of each file once, before its rows; code and message go
 * behind. cells are those of the header's columns, the last ones may be
 * missing; a row that could not be split, decoded or fitted to the header has
 * count 0 and stands in raw. More cells than columns go into _raw too.
 */
void errors_header(struct results *results, const struct view *names, size_t count);
void errors_add(struct results *results, const struct view *cells, size_t count,
    size_t columns, uint64_t line, const char *code, const char *message,
    struct view raw);

/* --diff: line,id,name,field,from,to,cause,job */
void diff_add(struct results *results, uint64_t line, uint64_t id, struct view name,
    struct view field, struct view from, struct view to, const char *cause,
    struct view job);

/* Writes it all. When it fails after rev was stored the fault says
 * `stored as rev N, results not written`. */
int results_finish(struct results *results, uint64_t rev, struct fault *fault) MUST_CHECK;
void results_close(struct results *results);

#endif
