/* SPDX-License-Identifier: ISC */
#ifndef CLI_VERDICT_H
#define CLI_VERDICT_H

/* `contact-store check`: what is wrong with a store, for people. */

#include "cli/command.h"

/* Checks the store that the command line means. Findings go to stderr, one
 * line each, notes not with -q and all of them with -v; the verdict is one line on stdout. EXIT_OK
 * when the store is sound, EXIT_FAILED when it is damaged, or -1. */
int verdict_run(struct command *command, struct fault *fault) MUST_CHECK;

#endif
