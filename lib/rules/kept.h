/* SPDX-License-Identifier: ISC */
#ifndef RULES_KEPT_H
#define RULES_KEPT_H

/* What a contact on its way out of use leaves behind, in its hidden field `revival`,
 * so that reviving gives back exactly that (TW-42). */

#include "rules/import_run.h"

/* Parts that are there say what was done: moved away (organization), hidden
 * (visibility), marked (attributes: NAME, or NAME=false where it was false),
 * rejected (approval). */
struct kept {
	bool moved, hidden, rejected;
	bool primary; /* of the organization, when moved or rejected */
	struct view organization, visibility, attributes, approval;
};

/* What is kept of the contact in import->form, in memory of the row. */
int kept_read(struct import *import, struct kept *kept, struct fault *fault) MUST_CHECK;
/* Puts it into import->form. What is kept lies elsewhere. */
int kept_write(
    struct import *import, const struct kept *kept, struct fault *fault) MUST_CHECK;
/* The organization that a stored `revival` says an inactive contact is from. */
struct view kept_organization(struct view revival);

#endif
