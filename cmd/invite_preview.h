/* SPDX-License-Identifier: ISC */
#ifndef CMD_INVITE_PREVIEW_H
#define CMD_INVITE_PREVIEW_H

/* The messages of a campaign that is queued for show alone. All zero is empty. */

#include "rules/letter.h"

struct preview {
	struct letters letters;
	struct letter letter;
	struct letter_desk desk;
	struct buf messages; /* with an empty line behind each */
	bool read;	     /* the settings are */
};

/* For struct campaign; what is missing in the settings is a fault. */
int preview_queued(
    void *context, struct txn *txn, uint64_t invitation, struct fault *fault);
void preview_release(struct preview *preview);

#endif
