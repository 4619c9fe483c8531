/* SPDX-License-Identifier: ISC */
#ifndef CMD_LOOK_AFTER_H
#define CMD_LOOK_AFTER_H

/* The verbs of contact-store: each is a function that does all of it and
 * returns an exit status, or -1. */

#include "cli/command.h"

struct look_after {
	struct shared_options shared;
	bool yes;	   /* prune, restore */
	const char *older; /* prune: AGE */
	bool force;
	const char *group; /* init: who shares it */
	bool none;	   /* share: nobody */
};

int init_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int share_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int info_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int check_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int log_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int set_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int get_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int prune_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int compact_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int backup_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int restore_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int undo_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int dump_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;
int load_run(struct command *command, const struct look_after *options,
    struct fault *fault) MUST_CHECK;

#endif
