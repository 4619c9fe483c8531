/* SPDX-License-Identifier: ISC */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

/* A bar on stderr for long work: only when it is a terminal and not with -q,
 * from half a second on, at most ten times a second, wiped at the end. */

#include <stdint.h>

#include "cli/command.h"

struct progress {
	bool on, shown;
	int64_t began, last; /* milliseconds, monotonic */
	const char *what;
};

void progress_begin(
    struct progress *progress, const struct command *command, const char *what);
/* done of total, in any unit; rows for the number shown. */
void progress_step(
    struct progress *progress, uint64_t done, uint64_t total, uint64_t rows);
/* Since progress_begin. */
double progress_seconds(const struct progress *progress);
void progress_finish(struct progress *progress);

#endif
