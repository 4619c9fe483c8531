/* SPDX-License-Identifier: ISC */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/*
 * What every program does around its work: umask and limits, closed standard
 * streams, options, the store's path, clock and user, diagnostics, exit
 * status, and the check that standard output was written.
 */

#include "cli/options.h"
#include "model/viewer.h"
#include "store/store.h"

struct command {
	const struct program *program;
	const void *options; /* the program's own */
	struct shared_options *shared;
	const char **operands;
	size_t operand_count;
	char *store_path; /* -s, $CONTACT_STORE or the XDG place */
	const struct kind *kind;
	char *user;	       /* acting user */
	struct viewer *viewer; /* that user, before the store that is open */
	int64_t now, real;
	bool terminal; /* stdout is one */
	bool colour;
	unsigned width; /* of the terminal, 80 where unknown */
};

/* Exit statuses of contact(7). */
enum {
	EXIT_OK = 0,
	EXIT_NO_MATCH = 1,
	EXIT_USAGE = 2,
	EXIT_ROWS = 3,
	EXIT_REFUSED = 4,
	EXIT_FAILED = 5,
	EXIT_DENIED = 6,
	EXIT_BUSY = 75
};

/*
 * Runs a program: prepares the process, parses into *options, whose
 * shared_options are at shared_offset, calls run and turns its fault into a
 * line on stderr and an exit status. run returns an exit status, or -1 with
 * *fault. Also opens /dev/null on closed standard streams in a way that
 * writing to a closed stdout is still an error.
 */
int command_main(const struct program *program, int argc, char **argv, void *options,
    size_t shared_offset,
    int (*run)(struct command *command, void *options, struct fault *fault));

/* "contact-add: ..." on stderr, made safe for a terminal (show_text); not
 * silenced by -q. */
void command_warn(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same, but only without -q. */
void command_note(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Opens the store that the command line means, for its user, who has to have the
 * rights that the command needs (CS-9); room is the number of bytes
 * that a run is expected to add. What is to be said of the store is said. */
int command_open_store(struct store **store, const struct command *command, bool write,
    uint64_t room, struct fault *fault) MUST_CHECK;

/* The command's run, for store_run; options: names only, never values. */
struct run command_run(const struct command *command, const char *options, bool dry);

/* Writes *out to standard output and empties it. For short texts, and never
 * within a transaction. */
int command_print(struct buf *out, struct fault *fault) MUST_CHECK;

/* The directory that holds "maps", "templates", "examples": beside the
 * executable (../share/contact), in a source tree share/, else the configured
 * one. NULL when there is none. The caller frees it. */
char *command_share(const struct command *command);

#endif
