/* SPDX-License-Identifier: ISC */
#ifndef MODEL_AUDIENCE_H
#define MODEL_AUDIENCE_H

/*
 * Who may see a contact (TW-44): what its visibility and its approval say to
 * students and to staff.
 */

#include "store/store.h"

enum audience {
	AUDIENCE_ANY,	  /* nothing is kept from anybody */
	AUDIENCE_STAFF,	  /* not rejected, nor Only Myself of somebody else */
	AUDIENCE_STUDENT, /* Everyone, approved, in use */
};

/* By name, "student" or "staff"; AUDIENCE_ANY for NULL. */
enum audience audience_by_name(const char *name);

/* Whether the audience may see the contact; me is the login of who asks, which
 * counts for staff. 1, 0, -1. */
int audience_sees(enum audience audience, const char *me, struct txn *txn,
    struct record contact, struct fault *fault) MUST_CHECK;

#endif
