/* SPDX-License-Identifier: ISC */
#ifndef CMD_INVITE_FIGURES_H
#define CMD_INVITE_FIGURES_H

/* What --stats and --report share (invite_stats.c). */

#include "invite.h"
#include "model/figures.h"

/* FAULT_USAGE for what means nothing where nothing is changed. */
int invite_check_reading(const struct command *command,
    const struct invite_options *options, const char *action,
    struct fault *fault) MUST_CHECK;

/* HS-59: says how many of a campaign may have been sent or not, and returns whether
 * there are any. */
bool invite_tell_unknown(
    const struct command *command, struct view campaign, const struct figures *figures);

#endif
