/* SPDX-License-Identifier: ISC */
#ifndef CLI_TALLY_LIST_H
#define CLI_TALLY_LIST_H

#include "cli/command.h"
#include "model/tally.h"

/* Prints a sorted tally, its columns and `count`, in the format of --output.
 * The transaction may have ended; the columns are still there. */
int tally_list_print(const struct command *command, const struct tally *tally,
    bool header, struct fault *fault) MUST_CHECK;

#endif
