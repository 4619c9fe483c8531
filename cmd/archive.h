/* SPDX-License-Identifier: ISC */
#ifndef CMD_ARCHIVE_H
#define CMD_ARCHIVE_H

/* The parts of contact-archive. */

#include "cli/command.h"
#include "rules/receipt.h"

/*
 * Ends a run that erased: when it was stored, the store is compacted, so that no
 * byte stays, and the receipt is printed. result is what intake gave; returns
 * the exit status, or -1.
 */
int archive_erased(struct command *command, struct receipt *receipt,
    const struct run_outcome *outcome, int result, struct fault *fault) MUST_CHECK;

#endif
