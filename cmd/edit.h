/* SPDX-License-Identifier: ISC */
#ifndef CMD_EDIT_H
#define CMD_EDIT_H

/* What the parts of contact-edit share. */

#include "intake.h"

struct edit_options {
	struct shared_options shared;
	struct intake_options intake; /* of rows: what they may be encoded in */
	struct option_list sets, clears, links, unlinks;
	const char *note, *max;
	bool creates_users, all, no_sync, force, yes, merges, apart;
};

/* Opens the chosen records in $VISUAL, and takes what was changed there; a mistake
 * opens them again, as they were left. An exit status, or -1. */
int edit_by_hand(struct command *command, const struct edit_options *options,
    struct import_options *import, struct fault *fault);
/* --merge and --not-duplicate: what is decided of the two records that the operands
 * name, or of the two in each row of standard input. An exit status, or -1. */
int edit_merge(struct command *command, const struct edit_options *options,
    struct fault *fault) MUST_CHECK;

#endif
