/* SPDX-License-Identifier: ISC */
#ifndef CLI_ASSIGNMENT_H
#define CLI_ASSIGNMENT_H

/* `contact-store set`: NAME=VALUE operands change settings of the store. */

#include "cli/command.h"

/* The operands from the second on are assignments. Writes --results and
 * --diff, and a summary line. An exit status, or -1. */
int assignment_run(struct command *command, struct fault *fault) MUST_CHECK;

/* FAULT_USAGE that lists the settings there are. Returns -1. */
int assignment_unknown(struct view name, struct fault *fault);

#endif
