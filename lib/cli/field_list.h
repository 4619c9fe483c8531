/* SPDX-License-Identifier: ISC */
#ifndef CLI_FIELD_LIST_H
#define CLI_FIELD_LIST_H

#include "cli/command.h"

/* Prints the fields of the command's kind: field,type,flags,example. A store
 * is not needed; where there is one its ext and attr columns are listed too. */
int field_list_print(
    const struct command *command, bool header, struct fault *fault) MUST_CHECK;

#endif
