/* SPDX-License-Identifier: ISC */
#ifndef RULES_INVITATION_DECISION_H
#define RULES_INVITATION_DECISION_H

/*
 * Decisions about those who asked to join (HS-48 to HS-53). An import over chosen
 * contacts or invitations with options.decides, or one event among others.
 */

#include "rules/import_run.h"

/* The requests that wait of a chosen contact, or a chosen invitation. */
enum step invitation_decision_take(
    struct import *import, uint64_t id, bool *changed, struct fault *fault);

/* Decides the request that the invitation is, at a time as it is stored; uses
 * import->form. */
int invitation_decision_write(struct import *import, uint64_t id, bool approves,
    struct view at, struct fault *fault) MUST_CHECK;

#endif
