/* SPDX-License-Identifier: ISC */
#ifndef CMD_INTAKE_PARTS_H
#define CMD_INTAKE_PARTS_H

/* What the reading and the reporting half of an intake share. */

#include "cli/progress.h"
#include "cli/results.h"
#include "intake.h"

struct input {
	const struct intake_file *file;
	const char *name;
	int fd;
	uint64_t size;
};

struct intake {
	struct command *command;
	const struct intake_options *options;
	const struct intake_work *work;
	struct import_options *import;
	const void *all_options; /* the program's, for the log */
	struct results *results;
	struct progress progress;
	char *maps_path;
	struct input *inputs;
	size_t input_count;

	/* Of the attempt under way. */
	struct import *running;
	struct plan *plan;
	const char *file;
	bool noted; /* the notes on the headers were printed */
	uint64_t id;
	uint64_t chosen;    /* records that the query means */
	uint64_t illegible; /* rows without an id, so that nothing was closed */
	struct buf told;
	size_t told_count;
	struct import_counts counts;
};

/* What an import reports to; the context is the intake. */
int intake_result(
    void *context, const struct import_result *result, struct fault *fault) MUST_CHECK;
void intake_difference(void *context, const struct import_difference *difference);
void intake_progress(void *context, uint64_t done, uint64_t size, uint64_t rows);

/* Says once how a file's header was understood. */
void intake_note_header(
    struct intake *intake, const char *file, const struct reader *reader);

/* Says, once as well, how many of a file's rows needed another encoding. */
void intake_note_encoding(
    struct intake *intake, const char *file, const struct reader *reader);

/* After the run, whose result it takes: rows in error, the summary, results,
 * the id. An exit status, or -1. */
int intake_finish(struct intake *intake, const struct run_outcome *outcome, int result,
    struct fault *fault) MUST_CHECK;

#endif
