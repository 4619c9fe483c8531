/* SPDX-License-Identifier: ISC */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

/*
 * One file that a write leaves behind, opened before the run and filled after
 * it; until then its bytes wait in a backlog. What the bytes are is said by
 * results.c.
 */

#include "cli/backlog.h"
#include "cli/command.h"
#include "cli/sink.h"

struct target {
	const char *option; /* "results" */
	const char *path;   /* NULL when it was not asked for */
	int fd;
	bool standard; /* standard output: not closed here */
	bool terminal;
	bool made;	/* by target_open, and nothing was written */
	struct buf out; /* the newest bytes */
	struct backlog backlog;
};

/* Whether the directory of path is the store. */
bool target_in_store(const char *path, const char *store);

/* Opens path, private to the user, and leaves what it holds as it is. A file
 * that is an operand, or lies in the store, is refused. path NULL: nothing. */
int target_open(struct target *target, const char *option, const char *path,
    const struct command *command, struct fault *fault) MUST_CHECK;

/* FAULT_USAGE when both would write the same file. */
int target_check_differs(
    const struct target *a, const struct target *b, struct fault *fault) MUST_CHECK;

/* Moves what is in out to the backlog when it is much. */
int target_step(struct target *target, struct fault *fault) MUST_CHECK;

/* Forgets all bytes. */
void target_restart(struct target *target);

/* Empties the file and opens a sink on it. */
int target_begin(
    struct target *target, struct sink **sink, struct fault *fault) MUST_CHECK;

/* Writes all bytes that wait. */
int target_write(struct target *target, struct fault *fault) MUST_CHECK;

/* Removes the file if it was made for this run and nothing was to be written.
 * Accepts a target that is all zero. */
void target_close(struct target *target);

#endif
