/* SPDX-License-Identifier: ISC */
/*
 * The records are read, printed into a private file, and the store is let go while
 * the person edits; that nobody else changed them meanwhile is told by their `rev`.
 * What was edited is taken whole or not at all. A mistake opens the file again with
 * the message on top, and whatever goes wrong the file stays where it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edit.h"
#include "edit_file.h"
#include "edit_text.h"
#include "model/query.h"
#include "rules/selection.h"

extern char **environ;

#define HINT                                                                       \
	"# A field without a value is emptied; a line or a record that is taken\n" \
	"# out stays as it is. Lines of a text begin with a TAB.\n\n"

struct session {
	struct command *command;
	const struct edit_options *options;
	struct import_options *import;
	struct edit_file file;
	struct buf text; /* as it is in the file, but for messages */
	size_t records;
};

static int
print_records(struct session *session, struct txn *txn, struct fault *fault)
{
	const struct command *command = session->command;
	const struct query_options options = { .kind = command->kind,
		.me = command->user,
		.now = command->now,
		.optional = session->options->all };
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	size_t i;
	int result = selection_find(
	    txn, command->operands, command->operand_count, &options, &ids, fault);

	for (i = 0; result == 0 && i < ids.count; i++) {
		if (txn_record(txn, ids.at[i], &record, fault) != 1)
			result = -1;
		else
			result = edit_text_put(
			    &session->text, txn, command->kind, ids.at[i], record, fault);
	}
	session->records = ids.count;
	ids_release(&ids);
	return result;
}

static int
read_store(struct session *session, struct fault *fault)
{
	struct store *store = NULL;
	struct txn *txn = NULL;
	int result = -1;

	if (command_open_store(&store, session->command, false, 0, fault) == 0 &&
	    txn_begin(&txn, store, fault) == 0)
		result = print_records(session, txn, fault);
	txn_end(txn);
	store_close(store);
	return result;
}

/* $VISUAL may have arguments, so the shell reads it. */
static int
run_editor(struct session *session, struct fault *fault)
{
	const char *editor = getenv("VISUAL");
	struct buf line = BUF_EMPTY;
	int status = 0, error;
	pid_t child;

	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	if (editor == NULL || *editor == '\0')
		editor = "vi";
	buf_printf(&line, "%s \"$@\"", editor);
	if (buf_check(&line, fault) != 0)
		return -1;
	{
		char *argv[] = { (char *)"sh", (char *)"-c", (char *)buf_string(&line),
			(char *)"sh", session->file.path, NULL };

		error = posix_spawn(&child, "/bin/sh", NULL, NULL, argv, environ);
	}
	buf_release(&line);
	if (error != 0)
		return fault_errno(fault, error, "%s", editor);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return fault_errno(fault, errno, "%s", editor);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0
	    ? 0
	    : fault_set(fault, FAULT_SYSTEM,
		  "the editor \"%s\" failed, so nothing is changed", editor);
}

/* The JSON as a file without a name; -1 with *fault. */
static int
put_json(const struct buf *json, struct fault *fault)
{
	int fd = memfd_create("edited", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t put;

	if (fd < 0)
		return fault_errno(fault, errno, "a file in memory");
	while (done < json->len) {
		put = write(fd, json->at + done, json->len - done);
		if (put < 0) {
			close(fd);
			return fault_errno(fault, errno, "a file in memory");
		}
		done += (size_t)put;
	}
	return fd;
}

/* An exit status; -1 with *again when it is a mistake that an editor can mend, whose
 * message is in session->file.messages. */
static int
apply(struct session *session, const struct buf *text, bool *again, struct fault *fault)
{
	struct intake_options reading = { .blank = "clear" };
	struct intake_file file = { .kind = session->command->kind,
		.shown = session->file.path };
	const struct intake_work work = { .files = &file,
		.file_count = 1,
		.doing = "editing",
		.told = &session->file.messages };
	struct buf json = BUF_EMPTY;
	char path[32];
	int fd = -1, result = -1;

	*again = false;
	buf_clear(&session->file.messages);
	if (edit_text_read(&json, buf_as_view(text), session->command->kind,
		&session->file.messages, fault) == 0) {
		*again = session->file.messages.len > 0;
		fd = *again ? -1 : put_json(&json, fault);
	}
	if (fd >= 0) {
		snprintf(path, sizeof(path), "/dev/fd/%d", fd);
		file.path = path;
		result = intake(session->command, &reading, &work, session->import,
		    session->options, fault);
		*again = result < 0 && fault->kind == FAULT_INPUT;
		if (*again && session->file.messages.len == 0)
			buf_printf(&session->file.messages, "%s", fault->text);
		close(fd);
	}
	buf_release(&json);
	return result;
}

/* Left as it was, the same mistake would come for ever. */
static int
give_up(struct session *session, struct fault *fault)
{
	const char *at = buf_string(&session->file.messages), *end;

	for (; *at != '\0'; at = end + (*end == '\n')) {
		end = at + strcspn(at, "\n");
		command_warn(session->command, "%.*s", (int)(end - at), at);
	}
	return fault_set(
	    fault, FAULT_INPUT, "the mistakes were left as they are: nothing was stored");
}

/* Until it is taken, or left as it was. */
static int
edit(struct session *session, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	bool again = true;
	int result = -1;

	while (again) {
		result = -1;
		if (edit_file_write(&session->file, &session->text, fault) != 0 ||
		    run_editor(session, fault) != 0 ||
		    edit_file_read(&session->file, &text, fault) != 0)
			break;
		if (view_equal(buf_as_view(&text), buf_as_view(&session->text))) {
			if (session->file.messages.len == 0)
				command_note(session->command, "nothing was changed");
			result = session->file.messages.len == 0
			    ? EXIT_OK
			    : give_up(session, fault);
			break;
		}
		result = apply(session, &text, &again, fault);
		buf_clear(&session->text);
		buf_view(&session->text, buf_as_view(&text));
	}
	buf_release(&text);
	return result;
}

int
edit_by_hand(struct command *command, const struct edit_options *options,
    struct import_options *import, struct fault *fault)
{
	struct session session = { .command = command,
		.options = options,
		.import = import,
		.text = BUF_EMPTY,
		.file.messages = BUF_EMPTY };
	int result = -1;

	/* Rows choose by their ids, and all of them are stored or none. */
	import->selects = false;
	import->key = "id";
	import->has_max_errors = true;
	import->max_errors = 0;
	if (read_store(&session, fault) == 0 && session.records == 0)
		result = EXIT_NO_MATCH;
	else if (session.records > 0 && edit_file_make(&session.file, fault) == 0) {
		struct buf hint = BUF_EMPTY;

		buf_text(&hint, HINT);
		buf_view(&hint, buf_as_view(&session.text));
		buf_release(&session.text);
		session.text = hint;
		result = edit(&session, fault);
		if (result >= 0)
			unlink(session.file.path);
		else
			command_warn(command, "the text is in %s", session.file.path);
	}
	buf_release(&session.text);
	buf_release(&session.file.messages);
	return result;
}
