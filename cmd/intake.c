/* SPDX-License-Identifier: ISC */
/*
 * Inputs are opened and spooled before the store is locked, so that nobody
 * waits for a slow pipe; the run itself reads them from their beginning, as
 * often as it has to be done again. What is to be said of rows is kept until
 * the commit.
 */
#include "intake_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/settings.h"
#include "model/vocabulary.h"
#include "table/spool.h"

bool
intake_is_assignment(const char *operand)
{
	return strchr(operand, '=') != NULL && operand[0] != '/' &&
	    strncmp(operand, "./", 2) != 0;
}

static int
open_input(struct input *input, const struct intake_file *file, struct fault *fault)
{
	const char *name = file->path;
	struct stat st;
	int fd = STDIN_FILENO, rc;

	input->file = file;
	input->name = file->shown != NULL ? file->shown
	    : strcmp(name, "-") == 0	  ? "stdin"
					  : name;
	input->fd = -1;
	if (strcmp(name, "-") != 0 && (fd = open(name, O_RDONLY | O_CLOEXEC)) < 0)
		return fault_open(fault, FAULT_INPUT, errno, "%s", name);
	rc = spool_input(fd, input->name, &input->fd, fault);
	if (fd != STDIN_FILENO)
		close(fd);
	if (rc == 0 && fstat(input->fd, &st) == 0)
		input->size = (uint64_t)st.st_size;
	return rc;
}

/* TW-48: of what a file lacks records are taken out of use, so that one which was cut
 * off would take too many. A last line without its end is all that can be seen of it. */
static int
check_whole(const struct intake *intake, const struct input *input, struct fault *fault)
{
	char first = ' ', last[2] = { ' ', '\n' }, end;

	if (!intake->import->missing_from || intake->import->max_errors > 0 ||
	    input->size < sizeof(last))
		return 0;
	if (pread(input->fd, &first, 1, 0) < 0 ||
	    pread(input->fd, last, sizeof(last), (off_t)(input->size - sizeof(last))) < 0)
		return fault_errno(fault, errno, "%s", input->name);
	/* In UTF-16 a zero may stand behind it; JSON needs none. */
	end = last[1] == '\0' ? last[0] : last[1];
	if (end == '\n' || end == '\r' || first == '{' || first == '[')
		return 0;
	return fault_set(fault, FAULT_INPUT,
	    "%s: the last line has no end, so the export may have been cut off "
	    "(--max-errors 1 takes it)",
	    input->name);
}

static int
open_inputs(struct intake *intake, uint64_t *room, struct fault *fault)
{
	size_t count = intake->work->file_count, i;

	*room = 0;
	intake->inputs = calloc(count, sizeof(*intake->inputs));
	if (intake->inputs == NULL)
		return fault_memory(fault);
	for (i = 0; i < count; i++) {
		if (open_input(&intake->inputs[i], &intake->work->files[i], fault) != 0)
			return -1;
		intake->input_count++;
		*room += intake->inputs[i].size;
		if (check_whole(intake, &intake->inputs[i], fault) != 0)
			return -1;
	}
	return 0;
}

static enum reader_format
format_of(const char *name)
{
	if (name == NULL || strcmp(name, "auto") == 0)
		return READER_AUTO;
	return strcmp(name, "csv") == 0	 ? READER_CSV
	    : strcmp(name, "tsv") == 0	 ? READER_TSV
	    : strcmp(name, "mail") == 0	 ? READER_MAIL
	    : strcmp(name, "vcard") == 0 ? READER_VCARD
					 : READER_JSON;
}

/* Mail is found out only where nothing was said of columns. */
static bool
may_be_mail(const struct intake *intake, const struct intake_file *file)
{
	const struct intake_options *options = intake->options;

	return strstr(options_choices(intake->command->program, "input"), "mail") !=
	    NULL &&
	    options->header == NULL &&
	    (options->map == NULL || strcmp(options->map, "auto") == 0) &&
	    file->takes == NULL && file->kind == &kind_contact;
}

static int
read_file(struct intake *intake, struct maps *maps, struct txn *txn,
    const struct input *input, struct fault *fault)
{
	const struct intake_options *options = intake->options;
	enum reader_format format = format_of(intake->command->shared->input);
	/* Of mail the option names fields of the header. */
	const char *columns = format == READER_MAIL ? NULL : options->header;
	struct reader_options reading = { .format = format,
		.encoding = options->encoding,
		.fields = format == READER_MAIL ? options->header : NULL,
		.may_be_mail = may_be_mail(intake, input->file) };
	struct plan_options planning = { .kind = input->file->kind,
		.map = options->map,
		.key = intake->import->key,
		.blank_clears = intake->import->blank_clears,
		.store_sensitive = options->store_sensitive,
		.header = columns == NULL,
		.names = columns,
		.takes = input->file->takes,
		.pairs = input->file->pairs,
		.by_option = intake->work->statuses_only,
		.values = intake->import->values };
	struct reader *reader = NULL;
	const struct view *names;
	size_t count;
	int result = -1;

	intake->file = input->name;
	if (lseek(input->fd, 0, SEEK_SET) != 0)
		return fault_errno(fault, errno, "%s", input->name);
	if (intake->work->read != NULL) {
		result = intake->work->read(intake->work->read_context, intake->running,
		    input->fd, input->name, fault);
		goto done;
	}
	if (reader_open(&reader, input->fd, input->name, &reading, fault) != 0 ||
	    plan_make(&intake->plan, maps, txn, reader, &planning, fault) != 0)
		goto done;
	intake_note_header(intake, input->name, reader);
	count = plan_columns(intake->plan, &names);
	errors_header(intake->results, names, count);
	if (import_rows(intake->running, reader, intake->plan, fault) != 0)
		goto done;
	intake_note_encoding(intake, input->name, reader);
	intake->illegible += import_illegible(intake->running);
	if (import_file_rows(intake->running) == 0 && !input->file->may_be_empty) {
		fault_set(fault, FAULT_INPUT,
		    reader_format(reader) == READER_MAIL ? "no address in it"
			: reader_format(reader) == READER_VCARD
			? "no vCard in it"
			: "no record in it but the header");
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

/* Takes the counts of the import under way, and ends it. */
static void
drop(struct intake *intake)
{
	const struct import_counts *counts;
	size_t i;

	if (intake->running == NULL)
		return;
	counts = import_counts(intake->running);
	intake->counts.read += counts->read;
	intake->counts.also += counts->also;
	for (i = 0; i < ACTIONS; i++)
		intake->counts.by_action[i] += counts->by_action[i];
	import_free(intake->running);
	intake->running = NULL;
}

/* The import under way is done; another one follows in the same run, or none. */
static int
finish(struct intake *intake, bool follows, struct fault *fault)
{
	int result = import_finish(intake->running, follows, fault);

	drop(intake);
	return result;
}

static int
begin(struct intake *intake, struct txn *txn, const struct intake_file *file,
    struct fault *fault)
{
	const struct import_report report = { .context = intake,
		.all =
		    results_wanted(intake->results) || intake->work->assignment_count > 0,
		.result = intake_result,
		.statuses_only = intake->work->statuses_only,
		.difference = diff_wanted(intake->results) ? intake_difference : NULL,
		.progress = intake_progress };
	struct import_options options = *intake->import;

	if (file != NULL) {
		options.kind = file->kind;
		options.closes_missing = file->closes_missing;
	}
	options.errors_before = intake->counts.by_action[ACTION_ERROR];
	return import_begin(&intake->running, txn, &options, &report, fault);
}

static int
read_files(struct intake *intake, struct txn *txn, struct fault *fault)
{
	const struct intake_file *before = NULL, *file;
	struct maps *maps = NULL;
	size_t i;
	int result = 0;

	if (intake->maps_path != NULL &&
	    maps_load(&maps, intake->maps_path, intake->options->map, fault) != 0)
		return -1;
	for (i = 0; result == 0 && i < intake->input_count; i++) {
		file = intake->inputs[i].file;
		if (before != NULL && before->kind != file->kind)
			result = finish(intake, true, fault);
		if (result == 0 && intake->running == NULL)
			result = begin(intake, txn, file, fault);
		if (result == 0)
			result = read_file(intake, maps, txn, &intake->inputs[i], fault);
		before = file;
	}
	maps_free(maps);
	intake->noted = true;
	return result;
}

static int
read_operands(struct intake *intake, struct txn *txn, struct fault *fault)
{
	const struct intake_work *work = intake->work;

	if (begin(intake, txn, NULL, fault) != 0)
		return -1;
	if (work->pair != NULL)
		return import_pair(intake->running, work->pair[0], work->pair[1], fault);
	return work->assignment_count > 0
	    ? import_operands(intake->running, work->assignments, work->assignment_count,
		  &intake->id, fault)
	    : import_selection(intake->running, work->query, work->query_count, work->all,
		  &intake->chosen, fault);
}

/* TW-48: when the export was read, what it lacks. */
static int
find_missing(struct intake *intake, struct fault *fault)
{
	const struct intake_work *work = intake->work;

	intake->file = NULL;
	return import_missing(
	    intake->running, work->query, work->query_count, &intake->chosen, fault);
}

static int
work(struct txn *txn, void *context, struct fault *fault)
{
	struct intake *intake = context;
	struct value_rules *values = &intake->import->values;
	int result;

	results_restart(intake->results);
	if (intake->input_count > 1)
		results_several_files(intake->results);
	buf_clear(&intake->told);
	intake->told_count = 0;
	intake->id = intake->chosen = intake->illegible = 0;
	intake->file = NULL;
	intake->counts = (struct import_counts){ .read = 0 };
	values->now = txn_now(txn);
	if (vocabulary_of(&values->vocabulary, txn, fault) != 0 ||
	    setting_timezone(txn, &values->zone_minutes, fault) != 0)
		return -1;
	result = intake->input_count > 0 ? read_files(intake, txn, fault)
					 : read_operands(intake, txn, fault);
	if (result == 0 && intake->import->missing_from)
		result = find_missing(intake, fault);
	if (result == 0)
		return finish(intake, false, fault);
	/* What became of the rows up to there is told all the same. */
	drop(intake);
	return -1;
}

static int
execute(struct intake *intake, uint64_t room, struct run_outcome *outcome,
    struct fault *fault)
{
	struct command *command = intake->command;
	struct buf options = BUF_EMPTY;
	struct store *store = NULL;
	struct run run;
	int result = -1;

	options_given(&options, command->program, intake->all_options);
	run = command_run(command, buf_string(&options), command->shared->dry_run);
	if (command_open_store(&store, command, true, room, fault) == 0) {
		progress_begin(&intake->progress, command, intake->work->doing);
		result = store_run(store, &run, work, intake, outcome, fault);
	}
	store_close(store);
	buf_release(&options);
	return result;
}

/* Maps say what columns mean. */
static int
find_maps(struct intake *intake, struct fault *fault)
{
	struct buf path = BUF_EMPTY;
	char *share = command_share(intake->command);

	if (share == NULL)
		return fault_set(fault, FAULT_SYSTEM,
		    "the directory "
		    "share/contact with the import maps is not installed");
	buf_printf(&path, "%s/maps", share);
	free(share);
	intake->maps_path = strdup(buf_string(&path));
	buf_release(&path);
	return intake->maps_path == NULL ? fault_memory(fault) : 0;
}

static int
prepare(struct intake *intake, uint64_t *room, struct fault *fault)
{
	*room = 0;
	if (results_open(&intake->results, intake->command, fault) != 0)
		return -1;
	if (intake->work->file_count == 0)
		return 0;
	return intake->work->read == NULL && find_maps(intake, fault) != 0
	    ? -1
	    : open_inputs(intake, room, fault);
}

int
intake(struct command *command, const struct intake_options *options,
    const struct intake_work *work, struct import_options *import,
    const void *all_options, struct fault *fault)
{
	struct intake intake = { .command = command,
		.options = options,
		.work = work,
		.import = import,
		.all_options = all_options };
	struct run_outcome outcome = { 0, 0 };
	uint64_t room;
	size_t i;
	int result = -1;

	import->blank_clears =
	    options->blank != NULL && strcmp(options->blank, "clear") == 0;
	import->values.dates = options->dates == NULL ? DATE_ISO
	    : strcmp(options->dates, "dmy") == 0      ? DATE_DMY
						      : DATE_MDY;
	if (prepare(&intake, &room, fault) == 0) {
		result = execute(&intake, room, &outcome, fault);
		if (work->outcome != NULL)
			*work->outcome = outcome;
		result = intake_finish(&intake, &outcome, result, fault);
	}
	for (i = 0; i < intake.input_count; i++)
		close(intake.inputs[i].fd);
	free(intake.inputs);
	free(intake.maps_path);
	buf_release(&intake.told);
	results_close(intake.results);
	return result;
}
