/* SPDX-License-Identifier: ISC */
#ifndef RULES_INVITATION_EVENT_H
#define RULES_INVITATION_EVENT_H

/* What happened to invitations (HS-53): an import of rows of kind_invitation_event,
 * which are kept nowhere but in what they change. */

#include "rules/import_run.h"

/* One row; *id is the invitation. */
enum step invitation_event_take(struct import *import, const struct draft *draft,
    uint64_t *id, bool *changed, struct fault *fault);

/* What rows about the invitation are told with: address, and scenario or its reason. */
int invitation_event_tell(
    struct import *import, struct record invitation, struct fault *fault) MUST_CHECK;

#endif
