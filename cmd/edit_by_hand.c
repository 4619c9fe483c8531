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
#include "edit_text.h"
#include "model/query.h"
#include "rules/selection.h"

extern char **environ;

/* Begins a line with a message. */
#define MARK "#!"
#define HINT                                                                       \
	"# A field without a value is emptied; a line or a record that is taken\n" \
	"# out stays as it is. Lines of a text begin with a TAB.\n\n"

struct session {
	struct command *command;
	const struct edit_options *options;
	struct import_options *import;
	char path[4096];
	struct buf text;     /* as it is in the file */
	struct buf messages; /* on top of it, as comments */
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

static int
make_file(struct session *session, struct fault *fault)
{
	const char *directory = getenv("TMPDIR");
	int fd,
	    len = snprintf(session->path, sizeof(session->path),
		"%s/contact-edit.XXXXXX.txt",
		directory == NULL || *directory == '\0' ? "/tmp" : directory);

	if (len < 0 || (size_t)len >= sizeof(session->path))
		return fault_set(fault, FAULT_SYSTEM, "TMPDIR: too long");
	fd = mkostemps(session->path, 4, O_CLOEXEC);
	if (fd < 0)
		return fault_errno(fault, errno, "%s", session->path);
	close(fd);
	return 0;
}

/* The line of the text that a message is about, 0 for none: it is told as
 * "line N: ..." or "FILE:N: ...". *what is the rest of it. */
static size_t
place_of(const struct session *session, const char *message, const char **what)
{
	size_t path = strlen(session->path);
	char *end;
	unsigned long line;

	*what = message;
	if (strncmp(message, "line ", 5) == 0)
		line = strtoul(message + 5, &end, 10);
	else if (strncmp(message, session->path, path) == 0 && message[path] == ':')
		line = strtoul(message + path + 1, &end, 10);
	else
		return 0;
	/* The column is that of a table which the person does not see. */
	if (end[0] == ':' && end[1] >= '0' && end[1] <= '9')
		end += 1 + strspn(end + 1, "0123456789");
	*what = end + strspn(end, ": ");
	return line;
}

/* Messages about one line of the text, or none in particular. */
static void
put_messages(struct session *session, size_t line, FILE *file)
{
	const char *at = buf_string(&session->messages), *end, *what;

	for (; *at != '\0'; at = end + (*end == '\n')) {
		end = at + strcspn(at, "\n");
		if (place_of(session, at, &what) == line)
			fprintf(file, MARK " %.*s\n", (int)(end - what), what);
	}
}

/* The text, with what is wrong with it above the lines that it is about. */
static int
write_file(struct session *session, struct fault *fault)
{
	FILE *file = fopen(session->path, "we");
	struct view rest = buf_as_view(&session->text);
	const char *end;
	size_t line = 0, len;
	bool failed;

	if (file == NULL)
		return fault_errno(fault, errno, "%s", session->path);
	if (session->messages.len > 0)
		fprintf(file, MARK " nothing was stored, see below at " MARK "\n");
	put_messages(session, 0, file);
	while (rest.len > 0) {
		put_messages(session, ++line, file);
		end = memchr(rest.at, '\n', rest.len);
		len = end == NULL ? rest.len : (size_t)(end - rest.at) + 1;
		fwrite(rest.at, 1, len, file);
		rest = view_from(rest, len);
	}
	failed = ferror(file) != 0;
	if (fclose(file) != 0 || failed)
		return fault_errno(fault, errno, "%s", session->path);
	return 0;
}

static int
read_bytes(const struct session *session, struct buf *bytes, struct fault *fault)
{
	int fd = open(session->path, O_RDONLY | O_CLOEXEC);
	char room[16384];
	ssize_t got;

	if (fd < 0)
		return fault_errno(fault, errno, "%s", session->path);
	while ((got = read(fd, room, sizeof(room))) > 0)
		buf_view(bytes, view_make(room, (size_t)got));
	close(fd);
	return got < 0 ? fault_errno(fault, errno, "%s", session->path)
		       : buf_check(bytes, fault);
}

/* The file, without the messages that were put into it. */
static int
read_file(struct session *session, struct buf *text, struct fault *fault)
{
	struct buf bytes = BUF_EMPTY;
	struct view rest;
	const char *end;
	size_t len;
	int result = read_bytes(session, &bytes, fault);

	buf_clear(text);
	rest = buf_as_view(&bytes);
	while (result == 0 && rest.len > 0) {
		end = memchr(rest.at, '\n', rest.len);
		len = end == NULL ? rest.len : (size_t)(end - rest.at) + 1;
		if (!view_begins(rest, VIEW(MARK)))
			buf_view(text, view_until(rest, len));
		rest = view_from(rest, len);
	}
	buf_release(&bytes);
	return result != 0 ? -1 : buf_check(text, fault);
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
			(char *)"sh", session->path, NULL };

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
 * message is in session->messages. */
static int
apply(struct session *session, const struct buf *text, bool *again, struct fault *fault)
{
	struct intake_options reading = { .blank = "clear" };
	struct intake_file file = { .kind = session->command->kind,
		.shown = session->path };
	const struct intake_work work = { .files = &file,
		.file_count = 1,
		.doing = "editing",
		.told = &session->messages };
	struct buf json = BUF_EMPTY;
	char path[32];
	int fd = -1, result = -1;

	*again = false;
	buf_clear(&session->messages);
	if (edit_text_read(&json, buf_as_view(text), session->command->kind,
		&session->messages, fault) == 0) {
		*again = session->messages.len > 0;
		fd = *again ? -1 : put_json(&json, fault);
	}
	if (fd >= 0) {
		snprintf(path, sizeof(path), "/dev/fd/%d", fd);
		file.path = path;
		result = intake(session->command, &reading, &work, session->import,
		    session->options, fault);
		*again = result < 0 && fault->kind == FAULT_INPUT;
		if (*again && session->messages.len == 0)
			buf_printf(&session->messages, "%s", fault->text);
		close(fd);
	}
	buf_release(&json);
	return result;
}

/* Left as it was, the same mistake would come for ever. */
static int
give_up(struct session *session, struct fault *fault)
{
	const char *at = buf_string(&session->messages), *end;

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
		if (write_file(session, fault) != 0 || run_editor(session, fault) != 0 ||
		    read_file(session, &text, fault) != 0)
			break;
		if (view_equal(buf_as_view(&text), buf_as_view(&session->text))) {
			if (session->messages.len == 0)
				command_note(session->command, "nothing was changed");
			result = session->messages.len == 0 ? EXIT_OK
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
		.messages = BUF_EMPTY };
	int result = -1;

	/* Rows choose by their ids, and all of them are stored or none. */
	import->selects = false;
	import->key = "id";
	import->has_max_errors = true;
	import->max_errors = 0;
	if (read_store(&session, fault) == 0 && session.records == 0)
		result = EXIT_NO_MATCH;
	else if (session.records > 0 && make_file(&session, fault) == 0) {
		struct buf hint = BUF_EMPTY;

		buf_text(&hint, HINT);
		buf_view(&hint, buf_as_view(&session.text));
		buf_release(&session.text);
		session.text = hint;
		result = edit(&session, fault);
		if (result >= 0)
			unlink(session.path);
		else
			command_warn(command, "the text is in %s", session.path);
	}
	buf_release(&session.text);
	buf_release(&session.messages);
	return result;
}
