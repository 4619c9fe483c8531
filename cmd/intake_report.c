/* SPDX-License-Identifier: ISC */
/*
 * What an intake tells: of headers at once, of rows when the run is over, so
 * that nothing is said of a row that was not stored after all.
 */
#include <stdio.h>

#include "intake_parts.h"

/* Rows in error that are told one by one on stderr. */
#define TOLD_MOST 20

/* "accounts.csv:14:3: email: no domain after "@"" */
static void
tell(struct intake *intake, const struct import_result *result)
{
	if (++intake->told_count > TOLD_MOST)
		return;
	if (intake->file != NULL)
		buf_printf(&intake->told, "%s:%llu:", intake->file,
		    (unsigned long long)result->line);
	if (intake->plan != NULL && result->draft->column > 0)
		buf_printf(&intake->told, "%u:", result->draft->column);
	if (intake->file != NULL)
		buf_char(&intake->told, ' ');
	buf_view(&intake->told, result->message);
	buf_printf(&intake->told, " (%s)", result->code);
	buf_char(&intake->told, '\0');
}

int
intake_result(void *context, const struct import_result *result, struct fault *fault)
{
	struct intake *intake = context;
	const struct draft *draft = result->draft;
	const struct view *names;
	struct result_row row = { .line = result->line,
		.id = result->id,
		.action = import_action_name(result->action),
		.key = result->key,
		.message = result->message,
		.changed = result->changed,
		.code = result->code };
	char text[400];

	(void)fault;
	if (intake->file != NULL)
		row.file = view_of(intake->file);
	if (results_wanted(intake->results))
		results_add(intake->results, &row);
	/* Of one record, what was left undone is told as well. */
	if (result->action == ACTION_ERROR ||
	    (intake->work->assignment_count > 0 && result->message.len > 0 &&
		!intake->command->shared->quiet))
		tell(intake, result);
	if (result->action != ACTION_ERROR)
		return 0;
	if (!errors_wanted(intake->results) || intake->plan == NULL)
		return 0;
	snprintf(text, sizeof(text), "%.*s", (int)result->message.len,
	    result->message.len == 0 ? "" : result->message.at);
	errors_add(intake->results, draft->source, draft->source_count,
	    plan_columns(intake->plan, &names), draft->line, result->code, text,
	    draft->raw);
	return 0;
}

void
intake_difference(void *context, const struct import_difference *difference)
{
	struct intake *intake = context;

	diff_add(intake->results, difference->line, difference->id, difference->name,
	    difference->field, difference->from, difference->to, difference->cause,
	    difference->job);
}

void
intake_progress(void *context, uint64_t done, uint64_t size, uint64_t rows)
{
	struct intake *intake = context;

	progress_step(&intake->progress, done, size, rows);
}

/* Texts of several lines, each as a note of its own. */
static void
note_lines(struct intake *intake, const char *file, struct buf *lines)
{
	const char *at = buf_string(lines), *end;

	for (; *at != '\0'; at = end + (*end == '\n')) {
		end = at + strcspn(at, "\n");
		command_note(intake->command, "%s: %.*s", file, (int)(end - at), at);
	}
	buf_clear(lines);
}

void
intake_note_header(struct intake *intake, const char *file, const struct reader *reader)
{
	struct buf lines = BUF_EMPTY;

	if (intake->noted)
		return;
	if (intake->command->shared->verbose) {
		command_note(intake->command, "%s: %s, map %s, shape %s", file,
		    reader_describe(reader), plan_map(intake->plan),
		    plan_shape(intake->plan));
		plan_explain(intake->plan, &lines);
		note_lines(intake, file, &lines);
	}
	plan_notes(intake->plan, &lines);
	note_lines(intake, file, &lines);
	buf_release(&lines);
}

void
intake_note_encoding(struct intake *intake, const char *file, const struct reader *reader)
{
	const char *encoding;
	uint64_t rows = reader_fallback_rows(reader, &encoding);

	if (rows > 0 && !intake->noted && intake->command->shared->verbose)
		command_note(intake->command, "%s: %llu row%s read as %s", file,
		    (unsigned long long)rows, rows == 1 ? "" : "s", encoding);
}

static void
summarize(const struct intake *intake, const struct run_outcome *outcome, bool stored)
{
	const struct import_counts *counts = &intake->counts;
	const uint64_t *by = counts->by_action;
	double seconds = progress_seconds(&intake->progress);
	char gone[40] = "", suppressed[40] = "", also[40] = "", rev[40] = "";

	/* Made without asking for memory: what was stored is said in any case. */
	if (counts->also > 0)
		snprintf(
		    also, sizeof(also), " also=%llu", (unsigned long long)counts->also);
	if (intake->import->pairs == PAIRS_MERGED)
		snprintf(gone, sizeof(gone), " merged=%llu",
		    (unsigned long long)by[ACTION_MERGED]);
	if (intake->import->campaign != NULL)
		snprintf(gone, sizeof(gone), " queued=%llu",
		    (unsigned long long)by[ACTION_QUEUED]);
	if (intake->import->removes)
		snprintf(gone, sizeof(gone), " %s=%llu",
		    intake->import->erases ? "erased" : "deleted",
		    (unsigned long long)by[ACTION_DELETED] + by[ACTION_ERASED]);
	if (by[ACTION_SUPPRESSED] > 0)
		snprintf(suppressed, sizeof(suppressed), " suppressed=%llu",
		    (unsigned long long)by[ACTION_SUPPRESSED]);
	/* What was not stored has no revision. */
	if (stored)
		snprintf(
		    rev, sizeof(rev), " rev=%llu", (unsigned long long)outcome->last);
	command_note(intake->command,
	    "read=%llu created=%llu updated=%llu%s unchanged=%llu "
	    "skipped=%llu%s errors=%llu%s%s in %.2f s%s",
	    (unsigned long long)counts->read, (unsigned long long)by[ACTION_CREATED],
	    (unsigned long long)by[ACTION_UPDATED], gone,
	    (unsigned long long)by[ACTION_UNCHANGED],
	    (unsigned long long)by[ACTION_SKIPPED], suppressed,
	    (unsigned long long)by[ACTION_ERROR], also, rev, seconds,
	    !stored || intake->command->shared->dry_run ? ", nothing stored" : "");
}

static void
tell_errors(struct intake *intake)
{
	const char *at;
	size_t i;

	/* Without memory for them, why the run failed is what matters. */
	if (intake->told_count == 0 || intake->told.failed)
		return;
	at = intake->told.at;
	for (i = 0; i < intake->told_count && i < TOLD_MOST; i++) {
		if (intake->work->told != NULL)
			buf_printf(intake->work->told, "%s\n", at);
		else
			command_warn(intake->command, "%s", at);
		at += strlen(at) + 1;
	}
	if (intake->told_count > TOLD_MOST)
		command_warn(intake->command, "%zu more rows in error%s",
		    intake->told_count - TOLD_MOST,
		    errors_wanted(intake->results) ? "" : " (--errors FILE keeps them)");
}

/* Whether stdout is a table of results, among whose rows an id has no place. */
static bool
stdout_is_taken(const struct shared_options *shared)
{
	const char *const targets[] = { shared->results, shared->errors, shared->diff };
	size_t i;

	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (targets[i] != NULL && strcmp(targets[i], "-") == 0)
			return true;
	return shared->dry_run;
}

int
intake_finish(struct intake *intake, const struct run_outcome *outcome, int result,
    struct fault *fault)
{
	struct fault after;
	struct buf id = BUF_EMPTY;

	progress_finish(&intake->progress);
	tell_errors(intake);
	if (result == 0 || (intake->counts.read > 0 && intake->work->told == NULL))
		summarize(intake, outcome, result == 0);
	/* What became of the rows is told for a refused run, too. */
	if (results_finish(intake->results, outcome->rev, &after) != 0 && result == 0) {
		*fault = after;
		return -1;
	}
	if (result != 0)
		return -1;
	if (intake->illegible > 0)
		command_warn(intake->command,
		    "no job was closed: %llu row%s no id that can be read, so "
		    "nothing is known to be missing",
		    (unsigned long long)intake->illegible,
		    intake->illegible == 1 ? " has" : "s have");
	if (intake->work->assignment_count > 0 && !intake->work->untold &&
	    intake->id != 0 && intake->counts.by_action[ACTION_ERROR] == 0 &&
	    !stdout_is_taken(intake->command->shared)) {
		buf_number(&id, intake->id);
		buf_char(&id, '\n');
		result = command_print(&id, fault);
		buf_release(&id);
		if (result != 0)
			return fault_wrap(fault,
			    "stored as rev %llu, id not "
			    "written",
			    (unsigned long long)outcome->last);
	}
	if (intake->counts.by_action[ACTION_ERROR] > 0)
		return EXIT_ROWS;
	return (intake->work->query_count > 0 || intake->work->all) && intake->chosen == 0
	    ? EXIT_NO_MATCH
	    : EXIT_OK;
}
