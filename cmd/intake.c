/* SPDX-License-Identifier: ISC */
/*
 * Inputs are opened and spooled before the store is locked, so that nobody
 * waits for a slow pipe; the run itself reads them from their beginning, as
 * often as it has to be done again. What is to be said of rows is kept until
 * the commit.
 */
#include "intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/progress.h"
#include "cli/results.h"
#include "model/settings.h"
#include "model/vocabulary.h"
#include "table/spool.h"

/* Rows in error that are told one by one on stderr. */
#define TOLD_MOST 20

struct input {
	const char *name;
	int fd;
	uint64_t size;
};

struct intake {
	struct command *command;
	const struct intake_options *options;
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
	struct buf told;
	size_t told_count;
	struct import_counts counts;
};

static bool
is_assignment(const char *operand)
{
	return strchr(operand, '=') != NULL && operand[0] != '/' &&
	    strncmp(operand, "./", 2) != 0;
}

static int
open_input(struct input *input, const char *name, struct fault *fault)
{
	struct stat st;
	int fd = STDIN_FILENO, rc;

	input->name = strcmp(name, "-") == 0 ? "stdin" : name;
	input->fd = -1;
	if (strcmp(name, "-") != 0 &&
	    (fd = open(name, O_RDONLY | O_CLOEXEC)) < 0)
		return fault_set(fault, FAULT_INPUT, "%s: %s", name,
		    strerror(errno));
	rc = spool_input(fd, input->name, &input->fd, fault);
	if (fd != STDIN_FILENO)
		close(fd);
	if (rc == 0 && fstat(input->fd, &st) == 0)
		input->size = (uint64_t)st.st_size;
	return rc;
}

static int
open_inputs(struct intake *intake, uint64_t *room, struct fault *fault)
{
	static const char *standard[] = { "-" };
	const char **names = intake->command->operands;
	size_t count = intake->command->operand_count, i;

	*room = 0;
	if (count == 0) {
		names = standard;
		count = 1;
	}
	for (i = 0; i < count; i++)
		if (is_assignment(names[i]))
			return fault_set(fault, FAULT_USAGE, "%s: FIELD=VALUE "
			    "and files do not go together (./%s is a file)",
			    names[i], names[i]);
	intake->inputs = calloc(count, sizeof(*intake->inputs));
	if (intake->inputs == NULL)
		return fault_memory(fault);
	for (i = 0; i < count; i++) {
		if (open_input(&intake->inputs[i], names[i], fault) != 0)
			return -1;
		intake->input_count++;
		*room += intake->inputs[i].size;
	}
	return 0;
}

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

static int
take_result(void *context, const struct import_result *result,
    struct fault *fault)
{
	struct intake *intake = context;
	const struct draft *draft = result->draft;
	const struct view *names;
	struct result_row row = { .line = result->line, .id = result->id,
		.action = import_action_name(result->action),
		.key = result->key, .message = result->message,
		.changed = result->changed, .code = result->code };
	char text[400];

	(void)fault;
	if (intake->file != NULL)
		row.file = view_of(intake->file);
	if (results_wanted(intake->results))
		results_add(intake->results, &row);
	/* Of one record, what was left undone is told as well. */
	if (result->action == ACTION_ERROR || (intake->file == NULL &&
	    result->message.len > 0 && !intake->command->shared->quiet))
		tell(intake, result);
	if (result->action != ACTION_ERROR)
		return 0;
	if (!errors_wanted(intake->results) || intake->plan == NULL)
		return 0;
	snprintf(text, sizeof(text), "%.*s", (int)result->message.len,
	    result->message.len == 0 ? "" : result->message.at);
	errors_add(intake->results, draft->source, draft->source_count,
	    plan_columns(intake->plan, &names), draft->line, result->code,
	    text, draft->raw);
	return 0;
}

static void
take_difference(void *context, const struct import_difference *difference)
{
	struct intake *intake = context;

	diff_add(intake->results, difference->line, difference->id,
	    difference->name, difference->field, difference->from,
	    difference->to, difference->cause, (struct view){ NULL, 0 });
}

static void
take_progress(void *context, uint64_t done, uint64_t size, uint64_t rows)
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
		command_note(intake->command, "%s: %.*s", file,
		    (int)(end - at), at);
	}
	buf_clear(lines);
}

static void
note_header(struct intake *intake, const char *file,
    const struct reader *reader)
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

static enum reader_format
format_of(const char *name)
{
	if (name == NULL || strcmp(name, "auto") == 0)
		return READER_AUTO;
	return strcmp(name, "csv") == 0 ? READER_CSV :
	    strcmp(name, "tsv") == 0 ? READER_TSV : READER_JSON;
}

static int
read_file(struct intake *intake, struct maps *maps, struct txn *txn,
    const struct input *input, struct fault *fault)
{
	const struct intake_options *options = intake->options;
	struct reader_options reading = {
		.format = format_of(intake->command->shared->input),
		.encoding = options->encoding
	};
	struct plan_options planning = { .kind = intake->import->kind,
		.map = options->map, .key = intake->import->key,
		.blank_clears = intake->import->blank_clears,
		.store_sensitive = options->store_sensitive,
		.header = options->header == NULL, .names = options->header,
		.values = intake->import->values };
	struct reader *reader = NULL;
	const struct view *names;
	size_t count;
	int result = -1;

	intake->file = input->name;
	if (lseek(input->fd, 0, SEEK_SET) != 0)
		return fault_errno(fault, errno, "%s", input->name);
	if (reader_open(&reader, input->fd, input->name, &reading, fault) != 0 ||
	    plan_make(&intake->plan, maps, txn, reader, &planning, fault) != 0)
		goto done;
	note_header(intake, input->name, reader);
	count = plan_columns(intake->plan, &names);
	errors_header(intake->results, names, count);
	if (import_rows(intake->running, reader, intake->plan, fault) != 0)
		goto done;
	if (import_file_rows(intake->running) == 0) {
		fault_set(fault, FAULT_INPUT, "no record in it but the header");
		goto done;
	}
	result = 0;
done:
	if (result != 0 && fault->kind == FAULT_INPUT)
		fault_wrap(fault, "%s", input->name);
	plan_free(intake->plan);
	intake->plan = NULL;
	reader_close(reader);
	return result;
}

static int
read_files(struct intake *intake, struct txn *txn, struct fault *fault)
{
	struct maps *maps;
	size_t i;
	int result = 0;

	if (maps_load(&maps, intake->maps_path, intake->options->map,
	    fault) != 0)
		return -1;
	for (i = 0; result == 0 && i < intake->input_count; i++)
		result = read_file(intake, maps, txn, &intake->inputs[i], fault);
	maps_free(maps);
	intake->noted = true;
	return result;
}

static int
work(struct txn *txn, void *context, struct fault *fault)
{
	struct intake *intake = context;
	struct import_report report = { .context = intake,
		.all = results_wanted(intake->results) ||
		    intake->input_count == 0,
		.result = take_result,
		.difference = diff_wanted(intake->results) ?
		    take_difference : NULL,
		.progress = take_progress };
	struct value_rules *values = &intake->import->values;
	int result = -1;

	results_restart(intake->results);
	if (intake->input_count > 1)
		results_several_files(intake->results);
	buf_clear(&intake->told);
	intake->told_count = 0;
	intake->id = 0;
	intake->file = NULL;
	values->now = txn_now(txn);
	if (vocabulary_of(&values->vocabulary, txn, fault) != 0 ||
	    setting_timezone(txn, &values->zone_minutes, fault) != 0 ||
	    import_begin(&intake->running, txn, intake->import, &report,
	    fault) != 0)
		return -1;
	if (intake->input_count > 0)
		result = read_files(intake, txn, fault);
	else
		result = import_operands(intake->running,
		    intake->command->operands, intake->command->operand_count,
		    &intake->id, fault);
	if (result == 0)
		result = import_finish(intake->running, fault);
	intake->counts = *import_counts(intake->running);
	import_free(intake->running);
	intake->running = NULL;
	return result;
}

static void
summarize(const struct intake *intake, const struct run_outcome *outcome,
    bool stored)
{
	const struct import_counts *counts = &intake->counts;
	const uint64_t *by = counts->by_action;
	struct buf text = BUF_EMPTY;
	double seconds = progress_seconds(&intake->progress);

	buf_printf(&text, "read=%llu created=%llu updated=%llu unchanged=%llu "
	    "skipped=%llu errors=%llu", (unsigned long long)counts->read,
	    (unsigned long long)by[ACTION_CREATED],
	    (unsigned long long)by[ACTION_UPDATED],
	    (unsigned long long)by[ACTION_UNCHANGED],
	    (unsigned long long)by[ACTION_SKIPPED],
	    (unsigned long long)by[ACTION_ERROR]);
	if (counts->also > 0)
		buf_printf(&text, " also=%llu",
		    (unsigned long long)counts->also);
	buf_printf(&text, " rev=%llu in %.2f s",
	    (unsigned long long)outcome->last, seconds);
	if (!stored || intake->command->shared->dry_run)
		buf_text(&text, ", nothing stored");
	command_note(intake->command, "%s", buf_string(&text));
	buf_release(&text);
}

static void
tell_errors(struct intake *intake)
{
	const char *at = buf_string(&intake->told);
	size_t i;

	for (i = 0; i < intake->told_count && i < TOLD_MOST; i++) {
		command_warn(intake->command, "%s", at);
		at += strlen(at) + 1;
	}
	if (intake->told_count > TOLD_MOST)
		command_warn(intake->command, "%zu more rows in error%s",
		    intake->told_count - TOLD_MOST,
		    errors_wanted(intake->results) ? "" :
		    " (--errors FILE keeps them)");
}

/* Whether stdout is a table of results, among whose rows an id has no place. */
static bool
stdout_is_taken(const struct shared_options *shared)
{
	const char *const targets[] = { shared->results, shared->errors,
		shared->diff };
	size_t i;

	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (targets[i] != NULL && strcmp(targets[i], "-") == 0)
			return true;
	return shared->dry_run;
}

static int
finish(struct intake *intake, const struct run_outcome *outcome, int result,
    struct fault *fault)
{
	struct fault after;
	struct buf id = BUF_EMPTY;

	progress_finish(&intake->progress);
	tell_errors(intake);
	if (result == 0 || intake->counts.read > 0)
		summarize(intake, outcome, result == 0);
	/* What became of the rows is told for a refused run, too. */
	if (results_finish(intake->results, outcome->rev, &after) != 0 &&
	    result == 0) {
		*fault = after;
		return -1;
	}
	if (result != 0)
		return -1;
	if (intake->input_count == 0 && intake->id != 0 &&
	    intake->counts.by_action[ACTION_ERROR] == 0 &&
	    !stdout_is_taken(intake->command->shared)) {
		buf_number(&id, intake->id);
		buf_char(&id, '\n');
		result = command_print(&id, fault);
		buf_release(&id);
		if (result != 0)
			return fault_wrap(fault, "stored as rev %llu, id not "
			    "written", (unsigned long long)outcome->last);
	}
	return intake->counts.by_action[ACTION_ERROR] > 0 ? EXIT_ROWS : EXIT_OK;
}

static int
execute(struct intake *intake, uint64_t room, struct run_outcome *outcome,
    struct fault *fault)
{
	struct command *command = intake->command;
	struct buf options = BUF_EMPTY;
	struct store *store = NULL;
	struct run run = { .now = command->now, .real = command->real,
		.who = command->user, .program = command->program->name,
		.dry = command->shared->dry_run };
	int result = -1;

	options_given(&options, command->program, intake->all_options);
	run.options = buf_string(&options);
	if (command_open_store(&store, command, true, room, fault) == 0) {
		progress_begin(&intake->progress, command, "importing");
		result = store_run(store, &run, work, intake, outcome, fault);
	}
	store_close(store);
	buf_release(&options);
	return result;
}

static int
prepare(struct intake *intake, uint64_t *room, struct fault *fault)
{
	struct command *command = intake->command;
	struct buf path = BUF_EMPTY;
	char *share;

	*room = 0;
	if (results_open(&intake->results, command, fault) != 0)
		return -1;
	if (command->operand_count > 0 && is_assignment(command->operands[0]))
		return 0;
	share = command_share(command);
	if (share == NULL)
		return fault_set(fault, FAULT_SYSTEM, "the directory "
		    "share/contact with the import maps is not installed");
	buf_printf(&path, "%s/maps", share);
	free(share);
	intake->maps_path = strdup(buf_string(&path));
	buf_release(&path);
	if (intake->maps_path == NULL)
		return fault_memory(fault);
	return open_inputs(intake, room, fault);
}

int
intake(struct command *command, const struct intake_options *options,
    struct import_options *import, const void *all_options,
    struct fault *fault)
{
	struct intake intake = { .command = command, .options = options,
		.import = import, .all_options = all_options };
	struct run_outcome outcome = { 0, 0 };
	uint64_t room;
	size_t i;
	int result = -1;

	import->blank_clears = options->blank != NULL &&
	    strcmp(options->blank, "clear") == 0;
	import->values.dates = options->dates == NULL ? DATE_ISO :
	    strcmp(options->dates, "dmy") == 0 ? DATE_DMY : DATE_MDY;
	if (prepare(&intake, &room, fault) == 0) {
		result = execute(&intake, room, &outcome, fault);
		result = finish(&intake, &outcome, result, fault);
	}
	for (i = 0; i < intake.input_count; i++)
		close(intake.inputs[i].fd);
	free(intake.inputs);
	free(intake.maps_path);
	buf_release(&intake.told);
	results_close(intake.results);
	return result;
}
