/* SPDX-License-Identifier: ISC */
#ifndef CMD_INVITE_PREVIEW_H
#define CMD_INVITE_PREVIEW_H

/* The messages of a campaign that is queued for show alone. */

#include "cli/backlog.h"
#include "invite.h"
#include "rules/letter.h"

struct preview {
	struct letters letters;
	struct letter letter;
	struct letter_desk desk;
	struct buf message;	 /* with an empty line behind it */
	struct backlog messages; /* of them */
	bool read;		 /* the settings are */
};

/* A megabyte of messages waits in memory; the rest does in a file. */
#define PREVIEW_EMPTY ((struct preview){ .messages = BACKLOG_EMPTY(1024 * 1024) })

/* For struct campaign; what is missing in the settings is a fault. */
int preview_queued(
    void *context, struct txn *txn, uint64_t invitation, struct fault *fault);
/* Shows them all, a line each, on standard error. */
int preview_show(struct preview *preview, const struct command *command,
    struct fault *fault) MUST_CHECK;
void preview_release(struct preview *preview);

#endif
