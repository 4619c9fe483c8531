/* SPDX-License-Identifier: ISC */
/*
 * contact-store dump and load. The dump goes into a sink, so that the read
 * transaction never waits for whoever reads; a load has its input in full, and
 * read once, before it asks for the store.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/progress.h"
#include "cli/results.h"
#include "cli/sink.h"
#include "look_after.h"
#include "model/dump.h"
#include "model/entity.h"
#include "model/load.h"
#include "table/spool.h"
#include "table/writer.h"

/* Where a dump goes. On a terminal it is for reading only, so what would steer
 * the terminal is shown instead; piece by piece, each of whole lines. */
struct outlet {
	struct sink *sink;
	struct buf shown;
	bool terminal;
};

static void
show_lines(struct buf *out, struct view text)
{
	const char *feed, *tab;
	struct view line;

	while ((feed = memchr(text.at, '\n', text.len)) != NULL) {
		line = view_until(text, (size_t)(feed - text.at));
		text = view_make(feed + 1, text.len - line.len - 1);
		while ((tab = memchr(line.at, '\t', line.len)) != NULL) {
			show_text(out, view_until(line, (size_t)(tab - line.at)));
			buf_char(out, '\t');
			line = view_make(tab + 1, line.len - (size_t)(tab + 1 - line.at));
		}
		show_text(out, line);
		buf_char(out, '\n');
	}
}

static int
take_piece(void *context, struct buf *piece, struct fault *fault)
{
	struct outlet *outlet = context;

	if (!outlet->terminal || piece->len == 0)
		return sink_write(outlet->sink, piece, fault);
	show_lines(&outlet->shown, buf_as_view(piece));
	buf_clear(piece);
	return sink_write(outlet->sink, &outlet->shown, fault);
}

int
dump_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	struct outlet outlet = { .shown = BUF_EMPTY, .terminal = command->terminal };
	struct store *store = NULL;
	struct txn *txn = NULL;
	int rc = -1;

	(void)options;
	if (command_open_store(&store, command, false, 0, fault) == 0 &&
	    sink_open(&outlet.sink, STDOUT_FILENO, "standard output", fault) == 0 &&
	    txn_begin(&txn, store, fault) == 0)
		rc = dump_write(txn, take_piece, &outlet, fault);
	txn_end(txn);
	store_close(store);
	if (rc == 0)
		rc = sink_finish(outlet.sink, fault);
	sink_close(outlet.sink);
	buf_release(&outlet.shown);
	return rc;
}

struct loaded {
	uint64_t line, id;
};

struct loading {
	struct load *load;
	struct results *results;
	/* What was loaded. Records come in the order of their ids, and results
	 * are told in that of the lines. */
	struct loaded *loaded;
	size_t count, cap;
	bool no_memory;
	size_t queued; /* invitations */
	struct progress progress;
};

static void
loaded_record(void *context, uint64_t line, uint64_t id)
{
	struct loading *loading = context;
	size_t cap = loading->cap == 0 ? 1024 : loading->cap * 2;
	struct loaded *more;

	if (loading->count == loading->cap) {
		more = reallocarray(loading->loaded, cap, sizeof(*more));
		loading->no_memory = more == NULL;
		if (more == NULL)
			return;
		loading->loaded = more;
		loading->cap = cap;
	}
	loading->loaded[loading->count++] = (struct loaded){ line, id };
}

static int
by_line(const void *left, const void *right)
{
	const struct loaded *a = left, *b = right;

	return (a->line > b->line) - (a->line < b->line);
}

static void
tell_loaded(struct loading *loading)
{
	if (loading->count > 0)
		qsort(loading->loaded, loading->count, sizeof(*loading->loaded), by_line);
	for (size_t i = 0; i < loading->count; i++)
		results_add(loading->results,
		    &(struct result_row){ .line = loading->loaded[i].line,
			.action = "created",
			.id = loading->loaded[i].id });
}

static void
loaded_part(void *context, uint64_t done, uint64_t size, uint64_t records)
{
	struct loading *loading = context;

	progress_step(&loading->progress, done, size, records);
}

static int
count_queued(struct loading *loading, struct txn *txn, struct fault *fault)
{
	struct ids ids = { .count = 0 };
	int found = entity_find_text(txn, &kind_invitation, INVITATION_STATE,
	    kind_slot(&kind_invitation, INVITATION_STATE), VIEW("queued"), &ids, fault);

	loading->queued = ids.count;
	ids_release(&ids);
	return found < 0 ? -1 : 0;
}

static int
work(struct txn *txn, void *context, struct fault *fault)
{
	struct loading *loading = context;
	const struct load_report report = { .context = loading,
		.record = results_wanted(loading->results) ? loaded_record : NULL,
		.progress = loaded_part };

	results_restart(loading->results);
	loading->count = 0;
	loading->no_memory = false;
	if (load_all(loading->load, txn, &report, fault) != 0)
		return -1;
	return loading->no_memory ? fault_memory(fault)
				  : count_queued(loading, txn, fault);
}

static int
execute(struct loading *loading, struct command *command, uint64_t room,
    struct run_outcome *outcome, struct fault *fault)
{
	const struct run run = command_run(command, "load", command->shared->dry_run);
	struct store *store = NULL;
	int rc = -1;

	if (command_open_store(&store, command, true, room, fault) == 0) {
		progress_begin(&loading->progress, command, "loading");
		rc = store_run(store, &run, work, loading, outcome, fault);
		progress_finish(&loading->progress);
	}
	store_close(store);
	return rc;
}

static int
read_dump(
    struct load **load, const char *name, int *fd, uint64_t *size, struct fault *fault)
{
	struct stat st;

	if (spool_input(STDIN_FILENO, name, fd, fault) != 0)
		return -1;
	if (fstat(*fd, &st) != 0)
		return fault_errno(fault, errno, "%s", name);
	*size = (uint64_t)st.st_size;
	return load_open(load, *fd, name, *size, fault);
}

int
load_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	struct loading loading = { .load = NULL };
	struct run_outcome outcome = { 0, 0 };
	uint64_t size = 0;
	int fd = -1, rc = -1;

	(void)options;
	if (results_open(&loading.results, command, fault) == 0 &&
	    read_dump(&loading.load, "standard input", &fd, &size, fault) == 0)
		rc = execute(&loading, command, size, &outcome, fault);
	if (rc == 0)
		command_note(command, "created=%llu settings=%llu rev=%llu in %.2f s%s",
		    (unsigned long long)load_records(loading.load),
		    (unsigned long long)load_settings(loading.load),
		    (unsigned long long)outcome.last, progress_seconds(&loading.progress),
		    command->shared->dry_run ? ", nothing stored" : "");
	if (rc == 0 && loading.queued > 0)
		command_note(command,
		    "%zu invitations are queued here as they are in the dump: the store "
		    "it is of may send them too, so send from one of the two "
		    "(contact-invite --cancel takes them back)",
		    loading.queued);
	if (rc == 0)
		tell_loaded(&loading);
	if (rc == 0)
		rc = results_finish(loading.results, outcome.rev, fault);
	results_close(loading.results);
	free(loading.loaded);
	load_close(loading.load);
	if (fd >= 0)
		close(fd);
	return rc;
}
