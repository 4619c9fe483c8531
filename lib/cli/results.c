/* SPDX-License-Identifier: ISC */
/*
 * Rows are laid out as they come, by a writer that appends to a target's
 * buffer. Callers in the midst of a run are not troubled with faults of these
 * files: the first is kept and told at the end.
 */
#include "cli/results.h"

#include <stdlib.h>

#include "cli/misfits.h"
#include "table/writer.h"

enum { RESULT_COLUMNS = 8, DIFF_COLUMNS = 8 };

#define COLUMN(literal, form)                                           \
	{                                                               \
		.name = { literal, sizeof(literal) - 1 }, .shape = form \
	}

struct results {
	enum output output;
	unsigned width; /* of a table */
	struct target results, errors, diff;
	struct writer *results_writer, *diff_writer;
	struct misfits *misfits;
	bool several;
	bool failed;
	struct fault fault; /* the first, when failed */
};

static const struct writer_column result_columns[RESULT_COLUMNS] = {
	COLUMN("file", SHAPE_TEXT),
	COLUMN("line", SHAPE_NUMBER),
	COLUMN("action", SHAPE_TEXT),
	COLUMN("id", SHAPE_NUMBER),
	COLUMN("key", SHAPE_TEXT),
	COLUMN("code", SHAPE_TEXT),
	COLUMN("message", SHAPE_TEXT),
	COLUMN("changed", SHAPE_TEXT),
};

static const struct writer_column diff_columns[DIFF_COLUMNS] = {
	COLUMN("line", SHAPE_NUMBER),
	COLUMN("id", SHAPE_NUMBER),
	COLUMN("name", SHAPE_TEXT),
	COLUMN("field", SHAPE_TEXT),
	COLUMN("from", SHAPE_TEXT),
	COLUMN("to", SHAPE_TEXT),
	COLUMN("cause", SHAPE_TEXT),
	COLUMN("job", SHAPE_NUMBER),
};

/* An implied `--results -` gives way to another that was asked for. */
static const char *
results_path(const struct shared_options *shared)
{
	if (shared->results_implied &&
	    ((shared->errors != NULL && strcmp(shared->errors, "-") == 0) ||
		(shared->diff != NULL && strcmp(shared->diff, "-") == 0)))
		return NULL;
	return shared->results;
}

int
results_open(struct results **out, const struct command *command, struct fault *fault)
{
	const struct shared_options *shared = command->shared;
	struct results *results = calloc(1, sizeof(*results));

	*out = results;
	if (results == NULL)
		return fault_memory(fault);
	results->output = OUTPUT_CSV;
	results->width = command->width;
	if (shared->output != NULL && !output_by_name(shared->output, &results->output))
		return fault_set(fault, FAULT_USAGE,
		    "--output: results are not written as %s", shared->output);
	if (target_open(
		&results->results, "results", results_path(shared), command, fault) < 0 ||
	    target_open(&results->errors, "errors", shared->errors, command, fault) < 0 ||
	    target_open(&results->diff, "diff", shared->diff, command, fault) < 0 ||
	    target_check_differs(&results->results, &results->errors, fault) < 0 ||
	    target_check_differs(&results->results, &results->diff, fault) < 0 ||
	    target_check_differs(&results->errors, &results->diff, fault) < 0)
		return -1;
	return errors_wanted(results) ? misfits_new(&results->misfits, fault) : 0;
}

void
results_close(struct results *results)
{
	if (results == NULL)
		return;
	writer_close(results->results_writer);
	writer_close(results->diff_writer);
	misfits_free(results->misfits);
	target_close(&results->results);
	target_close(&results->errors);
	target_close(&results->diff);
	free(results);
}

void
results_restart(struct results *results)
{
	writer_close(results->results_writer);
	writer_close(results->diff_writer);
	results->results_writer = results->diff_writer = NULL;
	target_restart(&results->results);
	target_restart(&results->diff);
	if (results->misfits != NULL)
		misfits_restart(results->misfits);
	results->several = false;
	results->failed = false;
}

bool
results_wanted(const struct results *results)
{
	return results->results.path != NULL;
}

bool
errors_wanted(const struct results *results)
{
	return results->errors.path != NULL;
}

bool
diff_wanted(const struct results *results)
{
	return results->diff.path != NULL;
}

void
results_several_files(struct results *results)
{
	results->several = true;
}

static void
keep(struct results *results, int rc, const struct fault *fault)
{
	if (rc < 0 && !results->failed) {
		results->failed = true;
		results->fault = *fault;
	}
}

/* The writer of a target is opened with its first row, since only then it is
 * known whether there is a column `file`. */
static int
open_writer(const struct results *results, struct target *target, struct writer **writer,
    const struct writer_column *columns, size_t count, struct fault *fault)
{
	const struct writer_options options = {
		.header = true,
		.terminal = target->terminal,
		.width = target->terminal ? results->width : 0,
	};

	if (*writer != NULL)
		return 0;
	return writer_open(
	    writer, results->output, columns, count, &options, &target->out, fault);
}

static int
open_results(struct results *results, struct fault *fault)
{
	size_t skipped = results->several ? 0 : 1;

	return open_writer(results, &results->results, &results->results_writer,
	    result_columns + skipped, RESULT_COLUMNS - skipped, fault);
}

static int
open_diff(struct results *results, struct fault *fault)
{
	return open_writer(results, &results->diff, &results->diff_writer, diff_columns,
	    DIFF_COLUMNS, fault);
}

/* A number as a cell; 0 is none and leaves the cell empty. */
static struct view
number_cell(char (*digits)[24], uint64_t number)
{
	size_t i = sizeof(*digits);

	if (number == 0)
		return view_make(NULL, 0);
	do
		(*digits)[--i] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	return view_make(*digits + i, sizeof(*digits) - i);
}

void
results_add(struct results *results, const struct result_row *row)
{
	struct fault fault = { .kind = FAULT_NONE };
	char line[24], id[24];
	const struct view cells[RESULT_COLUMNS] = { row->file,
		number_cell(&line, row->line), view_of(row->action),
		number_cell(&id, row->id), row->key, view_of(row->code), row->message,
		row->changed };
	int rc;

	if (!results_wanted(results) || results->failed)
		return;
	rc = open_results(results, &fault);
	if (rc == 0)
		rc = writer_row(results->results_writer,
		    cells + (results->several ? 0 : 1), NULL, &results->results.out,
		    &fault);
	if (rc == 0)
		rc = target_step(&results->results, &fault);
	keep(results, rc, &fault);
}

void
diff_add(struct results *results, uint64_t line, uint64_t id, struct view name,
    struct view field, struct view from, struct view to, const char *cause,
    struct view job)
{
	struct fault fault = { .kind = FAULT_NONE };
	char line_digits[24], id_digits[24];
	const struct view cells[DIFF_COLUMNS] = { number_cell(&line_digits, line),
		number_cell(&id_digits, id), name, field, from, to, view_of(cause), job };
	int rc;

	if (!diff_wanted(results) || results->failed)
		return;
	rc = open_diff(results, &fault);
	if (rc == 0)
		rc = writer_row(
		    results->diff_writer, cells, NULL, &results->diff.out, &fault);
	if (rc == 0)
		rc = target_step(&results->diff, &fault);
	keep(results, rc, &fault);
}

void
errors_header(struct results *results, const struct view *names, size_t count)
{
	struct fault fault = { .kind = FAULT_NONE };

	if (errors_wanted(results) && !results->failed)
		keep(results, misfits_header(results->misfits, names, count, &fault),
		    &fault);
}

/* Cells that have no column cannot stand under a header, so such a row goes
 * into _raw as a whole. */
static void
raw_of_cells(struct buf *raw, const struct view *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(raw, ',');
		csv_cell(raw, cells[i]);
	}
}

void
errors_add(struct results *results, const struct view *cells, size_t count,
    size_t columns, uint64_t line, const char *code, const char *message, struct view raw)
{
	struct fault fault = { .kind = FAULT_NONE };
	struct buf whole = BUF_EMPTY;

	if (!errors_wanted(results) || results->failed)
		return;
	if (count > columns) {
		if (raw.len == 0) {
			raw_of_cells(&whole, cells, count);
			raw = buf_as_view(&whole);
		}
		count = 0;
	}
	keep(results,
	    whole.failed ? fault_memory(&fault)
			 : misfits_add(results->misfits, cells, count, line, code,
			       message, raw, &fault),
	    &fault);
	buf_release(&whole);
}

static int
write_rows(struct results *results, struct fault *fault)
{
	if (!results_wanted(results))
		return 0;
	if (open_results(results, fault) < 0 ||
	    writer_finish(results->results_writer, &results->results.out, fault) < 0)
		return -1;
	return target_write(&results->results, fault);
}

static int
write_diff(struct results *results, struct fault *fault)
{
	if (!diff_wanted(results))
		return 0;
	if (open_diff(results, fault) < 0 ||
	    writer_finish(results->diff_writer, &results->diff.out, fault) < 0)
		return -1;
	return target_write(&results->diff, fault);
}

static int
write_errors(struct results *results, struct fault *fault)
{
	struct sink *sink = NULL;
	int rc;

	if (!errors_wanted(results))
		return 0;
	rc = target_begin(&results->errors, &sink, fault);
	if (rc == 0)
		rc = misfits_write(
		    results->misfits, sink, results->errors.terminal, fault);
	if (rc == 0)
		rc = sink_finish(sink, fault);
	sink_close(sink);
	return rc;
}

int
results_finish(struct results *results, uint64_t rev, struct fault *fault)
{
	int rc = 0;

	if (results->failed) {
		*fault = results->fault;
		rc = -1;
	} else if (write_rows(results, fault) < 0 || write_errors(results, fault) < 0 ||
	    write_diff(results, fault) < 0)
		rc = -1;
	if (rc == 0)
		return 0;
	fault->kind = FAULT_SYSTEM;
	if (rev == 0)
		return fault_wrap(fault, "results not written");
	return fault_wrap(
	    fault, "stored as rev %llu, results not written", (unsigned long long)rev);
}
