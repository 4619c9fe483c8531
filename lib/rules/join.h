/* SPDX-License-Identifier: ISC */
#ifndef RULES_JOIN_H
#define RULES_JOIN_H

/*
 * Joining by an invitation, and the decision about those who ask to join (HS-37, HS-38,
 * HS-45 to HS-52). Both use import->form, and neither writes the invitation: what it is
 * to say is left in *joining.
 */

#include "rules/import_run.h"

struct joining {
	/* What is given. The texts outlive changes of the store. */
	uint64_t contact;
	uint64_t campaign;    /* of the invitation, or 0 */
	uint64_t invited_to;  /* the organization of the invitation, or 0 */
	struct view scenario; /* of the invitation */
	struct view decision; /* approved or declined, told of before, or empty */
	struct view named;    /* the organization, as the row calls it, or empty */
	/* What came of it. */
	uint64_t organization, user;
	const char *becomes; /* the state of the invitation */
	bool decided;	     /* by itself, at that moment */
};

/* Makes the user, and the organization where there is none, and asks for approval of
 * the organization. */
enum step join_take(struct import *import, struct joining *joining, struct fault *fault);

/* HS-37: puts a user who has no organization into that one; 0 for either is nothing. Of
 * one who has another the row says so. Adds to *changed. */
int join_admit(struct import *import, uint64_t user, uint64_t organization, bool *changed,
    struct fault *fault) MUST_CHECK;

#endif
