/* SPDX-License-Identifier: ISC */
#ifndef CMD_STATUS_H
#define CMD_STATUS_H

/* What the parts of contact-status share. */

#include "cli/command.h"

/* status_list.c: print, and change nothing. An exit status, or -1. Each has
 * closed the store before it waits for output. */
/* Both statuses, type and last cause of the contacts that a query means; with
 * `all` no query means all. */
int status_list(struct command *command, bool all, struct fault *fault) MUST_CHECK;
/* TR-7: the values that statuses have. */
int status_values(struct command *command, struct fault *fault) MUST_CHECK;
/* TR-52: contacts that disagree with their jobs, and notes. */
int status_check(struct command *command, struct fault *fault) MUST_CHECK;

#endif
