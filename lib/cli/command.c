/* SPDX-License-Identifier: ISC */
/*
 * The frame of every program. Nothing but this file and the progress bar
 * writes to stderr: a line is the program's name and one sentence, in which
 * whatever could drive a terminal has been made visible.
 */
#include "cli/command.h"

#include "base/fold.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/process.h"
#include "cli/sink.h"
#include "model/kind.h"
#include "table/writer.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0.1"
#endif

enum { WAIT_DEFAULT = 30 };

/* A message, and what one byte of it may become when it is made visible. */
#define SAID  2048
#define SHOWN 4

/* One write(2), so that lines of several programs in a pipeline stay whole. The
 * line has room beforehand, as it may have to say that there is no memory. */
static void
say(const struct program *program, struct view text)
{
	char room[SHOWN * SAID + 100];
	struct buf line = { room, 0, sizeof(room), false };
	size_t done = 0;

	buf_printf(&line, "%.50s: ", program->name);
	show_text(&line, view_until(text, SAID));
	buf_char(&line, '\n');
	while (!line.failed && done < line.len) {
		ssize_t n = write(STDERR_FILENO, line.at + done, line.len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
}

static void
say_list(const struct program *program, const char *format, va_list ap)
{
	char text[SAID];
	int n = vsnprintf(text, sizeof(text), format, ap);

	if (n < 0)
		return;
	say(program,
	    view_make(text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1));
}

void
command_warn(const struct command *command, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say_list(command->program, format, ap);
	va_end(ap);
}

void
command_note(const struct command *command, const char *format, ...)
{
	va_list ap;

	if (command->shared->quiet)
		return;
	va_start(ap, format);
	say_list(command->program, format, ap);
	va_end(ap);
}

static int
exit_status(const struct fault *fault)
{
	switch (fault->kind) {
	case FAULT_INPUT:
	case FAULT_CONFLICT:
		return EXIT_REFUSED;
	case FAULT_PERMISSION:
		return EXIT_DENIED;
	case FAULT_USAGE:
		return EXIT_USAGE;
	case FAULT_BUSY:
		return EXIT_BUSY;
	case FAULT_NONE:
	case FAULT_STORE:
	case FAULT_SYSTEM:
	case FAULT_INTERNAL:
		break;
	}
	return EXIT_FAILED;
}

char *
command_share(const struct command *command)
{
	struct buf path = BUF_EMPTY;

	(void)command;
	process_share(&path);
	if (path.len == 0 || path.failed) {
		buf_release(&path);
		return NULL;
	}
	buf_string(&path);
	return path.at;
}

/* Whether the name is one of the blank-separated names. */
static bool
is_one_of(const char *name, const char *names)
{
	size_t len = strlen(name);

	for (const char *at = names; *at != '\0';) {
		size_t n = strcspn(at, " ");

		if (n == len && memcmp(at, name, n) == 0)
			return true;
		at += n + strspn(at + n, " ");
	}
	return false;
}

/* Who the rights of a role are asked of: not the store's owner, unless that is who
 * --as names as another user. */
static int
acts_as_owner(
    const struct command *command, const struct store *store, struct fault *fault)
{
	struct buf login = BUF_EMPTY;
	int is = -1;

	if (!store_owned(store) || command->shared->as == NULL)
		return store_owned(store);
	if (process_user(&login, fault) == 0)
		is = strcmp(buf_string(&login), command->shared->as) == 0;
	buf_release(&login);
	return is;
}

/* Users and roles are changed by whoever administers them, however it is done. */
static struct right
right_on_kind(const struct command *command, struct right right)
{
	if (right.level > LEVEL_VIEW &&
	    (command->kind == &kind_user || command->kind == &kind_role))
		right = (struct right){ RIGHT_USERS, LEVEL_ADMIN };
	return right;
}

/* What the user of the program needs, before options. */
static struct right
right_of(const struct command *command)
{
	const struct program *program = command->program;
	struct right right = program->right;

	/* What depends on an operand does not look at the kind. */
	if (program->right_of != NULL)
		return program->right_of(command);
	if (right.level == LEVEL_NONE)
		right = (struct right){ RIGHT_CRM, LEVEL_EDIT };
	return right_on_kind(command, right);
}

static int
check_rights(const struct command *command, struct txn *txn, struct fault *fault)
{
	const struct program *program = command->program;
	struct view login = view_of(command->user);
	struct rights rights;
	int rc = rights_check(txn, login, right_of(command), &rights, fault);

	command->viewer->all_contacts = rights.of[RIGHT_CRM] == LEVEL_ADMIN;
	for (size_t i = 0; rc == 0 && i < program->need_count; i++)
		if (options_need(program, command->options, &program->needs[i]))
			rc = rights_check(txn, login,
			    right_on_kind(command, program->needs[i].right), &rights,
			    fault);
	return rc;
}

/* CS-9. In a run it is asked once more, in its own transaction. */
static int
permit(struct txn *txn, const void *context, struct fault *fault)
{
	const struct command *command = context;
	int owner = acts_as_owner(command, txn_store(txn), fault);
	int rule = owner == 0 ? rights_rule(txn, fault) : 0;

	command->viewer->all_contacts = true;
	if (owner < 0 || rule < 0)
		return -1;
	/* Where --as was allowed, and the path leads elsewhere by now. */
	if (command->shared->as != NULL && !store_owned(txn_store(txn)))
		return fault_set(fault, FAULT_PERMISSION,
		    "--as: only the owner of %s may act as another user",
		    command->store_path);
	return rule == 0 ? 0 : check_rights(command, txn, fault);
}

static int
enter(struct store *store, const struct command *command, struct fault *fault)
{
	struct txn *txn = NULL;
	int rc = acts_as_owner(command, store, fault);

	store_view_as(store, command->viewer);
	command->viewer->all_contacts = true;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = txn_begin(&txn, store, fault);
	if (rc == 0)
		rc = permit(txn, command, fault);
	txn_end(txn);
	return rc;
}

int
command_open_store(struct store **store, const struct command *command, bool write,
    uint64_t room, struct fault *fault)
{
	uint64_t wait = command->shared->wait;
	const struct store_options options = {
		.path = command->store_path,
		.write = write,
		.dry = command->shared->dry_run,
		.wait = wait < UINT_MAX ? (unsigned)wait : UINT_MAX,
		.room = room,
	};

	if (store_open(store, &options, fault) < 0)
		return -1;
	if (enter(*store, command, fault) < 0) {
		store_close(*store);
		*store = NULL;
		return -1;
	}
	if (store_notice(*store) != NULL)
		command_note(command, "%s", store_notice(*store));
	if (write && store_remains(*store) > 0)
		command_note(command,
		    "bytes of what revision %llu erased may still lie in the store's "
		    "file until 'contact-store compact'",
		    (unsigned long long)store_remains(*store));
	return 0;
}

struct run
command_run(const struct command *command, const char *options, bool dry)
{
	return (struct run){ .now = command->now,
		.real = command->real,
		.who = command->user,
		.program = command->program->name,
		.options = options,
		.dry = dry,
		.permit = permit,
		.context = command };
}

int
command_print(struct buf *out, struct fault *fault)
{
	struct sink *sink = NULL;
	int rc = sink_open(&sink, STDOUT_FILENO, "standard output", fault);

	if (rc == 0 && sink_write(sink, out, fault) < 0)
		rc = -1;
	if (rc == 0)
		rc = sink_finish(sink, fault);
	sink_close(sink);
	return rc;
}

static int
fail(const struct program *program, const struct fault *fault)
{
	say(program, view_of(fault->text));
	if (fault->kind == FAULT_USAGE) {
		struct buf line = BUF_EMPTY;
		ssize_t n;

		buf_printf(&line, "try '%s --help'\n", program->name);
		n = line.failed ? 0 : write(STDERR_FILENO, line.at, line.len);
		(void)n;
		buf_release(&line);
	}
	return exit_status(fault);
}

static int
check_formats(const struct command *command, struct fault *fault)
{
	const char *inputs = options_choices(command->program, "input");
	const char *outputs = options_choices(command->program, "output");
	const char *input = command->shared->input;
	const char *output = command->shared->output;

	if (input != NULL && !is_one_of(input, inputs) &&
	    is_one_of(input, "vcard mail ldif"))
		return fault_set(fault, FAULT_USAGE,
		    "--input: %s does not read %s, only %s", command->program->name,
		    input, inputs);
	if (input != NULL && !is_one_of(input, inputs))
		return fault_set(fault, FAULT_USAGE,
		    "--input: \"%s\" is no format, these are: %s", input, inputs);
	if (output == NULL || is_one_of(output, outputs))
		return 0;
	if (is_one_of(output, "vcard mutt"))
		return fault_set(fault, FAULT_USAGE,
		    "--output: %s does not write %s, only %s", command->program->name,
		    output, outputs);
	if (strpbrk(output, "./") != NULL)
		return fault_set(fault, FAULT_USAGE,
		    "--output: %s is no format, to write a file: write > %s", output,
		    output);
	return fault_set(fault, FAULT_USAGE,
	    "--output: \"%s\" is no format, these are: %s", output, outputs);
}

static int
find_kind(struct command *command, struct fault *fault)
{
	const char *name = command->shared->kind;
	struct buf names = BUF_EMPTY;

	command->kind = kind_by_name(view_of(name != NULL ? name : "contact"));
	if (command->kind != NULL)
		return 0;
	for (size_t i = 0; kind_at(i) != NULL; i++)
		buf_printf(&names, " %s", kind_at(i)->name);
	fault_set(fault, FAULT_USAGE, "--kind: \"%s\" is no kind, these are:%s", name,
	    buf_string(&names));
	buf_release(&names);
	return -1;
}

static bool
wants_colour(const struct command *command)
{
	const char *choice = command->shared->color;
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (choice != NULL && strcmp(choice, "auto") != 0)
		return strcmp(choice, "always") == 0;
	return command->terminal && (no_color == NULL || *no_color == '\0') &&
	    term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

static bool
is_name(const char *name)
{
	struct view view = view_of(name);
	size_t i;

	if (view.len > 64 || utf8_valid(view) != view.len)
		return false;
	for (i = 0; i < view.len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return false;
	return true;
}

static int
find_user(struct command *command, struct fault *fault)
{
	const char *as = command->shared->as;
	struct buf user = BUF_EMPTY;

	if (as != NULL && *as == '\0')
		return fault_set(fault, FAULT_USAGE, "--as: USER is empty");
	if (as != NULL && !is_name(as))
		return fault_set(fault, FAULT_USAGE,
		    "--as: not the name of a user (at most 64 characters, no "
		    "control characters)");
	if (as != NULL && !process_owns(command->store_path))
		return fault_set(fault, FAULT_PERMISSION,
		    "--as: only the owner of %s may act as another user",
		    command->store_path);
	if (as != NULL)
		buf_text(&user, as);
	else if (process_user(&user, fault) < 0) {
		buf_release(&user);
		return -1;
	}
	buf_string(&user);
	command->user = user.at;
	command->viewer->login = user.at;
	return buf_check(&user, fault);
}

/* The usage first: nothing of the system is asked for a command that is
 * wrong in itself. */
static int
prepare(struct command *command, struct fault *fault)
{
	struct buf path = BUF_EMPTY;
	int rc;

	if (command->shared->dry_run && command->shared->results == NULL) {
		command->shared->results = "-";
		command->shared->results_implied = true;
	}
	command->terminal = isatty(STDOUT_FILENO);
	command->colour = wants_colour(command);
	command->width = process_width(STDOUT_FILENO);
	command->real = time(NULL);
	if (!command->shared->has_wait)
		command->shared->wait = WAIT_DEFAULT;
	if (check_formats(command, fault) < 0 || find_kind(command, fault) < 0 ||
	    clock_now(&command->now, fault) < 0)
		return -1;
	rc = process_store_path(&path, command->shared->store, fault);
	buf_string(&path);
	command->store_path = path.at;
	if (rc < 0 || (rc = buf_check(&path, fault)) < 0 || find_user(command, fault) < 0)
		return -1;
	return process_become_owner(command->store_path, fault);
}

/* CS-9: rights are asked before input is read. An owner has them all, so that only
 * others pay for it, and nobody in a store that is not there yet. */
static int
check_access(const struct command *command, struct fault *fault)
{
	const uint64_t wait = command->shared->wait;
	const struct store_options options = { .path = command->store_path,
		.wait = wait < UINT_MAX ? (unsigned)wait : UINT_MAX };
	struct store *store = NULL;
	int rc;

	if (process_owns(command->store_path) &&
	    (command->shared->as == NULL || access(command->store_path, F_OK) != 0))
		return 0;
	rc = store_open(&store, &options, fault);
	if (rc == 0)
		rc = enter(store, command, fault);
	store_close(store);
	return rc;
}

/* --help, --version and --list-options. */
static int
print_about(const struct program *program, const struct shared_options *shared,
    struct fault *fault)
{
	struct buf out = BUF_EMPTY;
	int rc;

	if (shared->help)
		options_help(&out, program);
	else if (shared->version)
		buf_printf(&out, "%s %s\n", program->name, PACKAGE_VERSION);
	else
		options_list(&out, program);
	rc = command_print(&out, fault);
	buf_release(&out);
	return rc;
}

/* Some file systems report only now that what was written did not fit. What a
 * program wrote by stdio is flushed here too. EPIPE is no failure. */
static int
close_output(struct fault *fault)
{
	int error = 0;

	if (fflush(stdout) != 0 || ferror(stdout))
		error = errno != 0 ? errno : EIO;
	if (close(STDOUT_FILENO) < 0 && error == 0 && errno != EBADF)
		error = errno;
	if (error == 0 || error == EPIPE)
		return 0;
	return fault_errno(fault, error, "cannot write standard output");
}

int
command_main(const struct program *program, int argc, char **argv, void *options,
    size_t shared_offset,
    int (*run)(struct command *command, void *options, struct fault *fault))
{
	struct fault fault = { .kind = FAULT_NONE };
	struct viewer viewer = { .all_contacts = true };
	struct command command = { .program = program,
		.options = options,
		.viewer = &viewer,
		.shared = (void *)((char *)options + shared_offset) };
	int status;

	process_prepare(program->name);
	if (process_shed_group(&fault) < 0)
		status = -1;
	else if (options_parse(program, argc, argv, options, &command.operands,
		     &command.operand_count, &fault) < 0)
		status = -1;
	else if (command.shared->help || command.shared->version ||
	    command.shared->list_options)
		status = print_about(program, command.shared, &fault);
	else {
		status = prepare(&command, &fault);
		if (status == 0)
			status = check_access(&command, &fault);
		if (status == 0)
			status = run(&command, options, &fault);
	}
	/* A result that may lack something is not given out as whole, and what was
	 * refused may have been right. */
	if (buf_ran_out() && status <= EXIT_NO_MATCH && fault.kind != FAULT_SYSTEM)
		status = fault_memory(&fault);
	if (status < 0)
		status = fail(program, &fault);
	if (close_output(&fault) < 0 && (status == EXIT_OK || status == EXIT_NO_MATCH))
		status = fail(program, &fault);
	options_release(program, options);
	free(command.operands);
	free(command.store_path);
	free(command.user);
	return status;
}
