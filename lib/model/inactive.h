/* SPDX-License-Identifier: ISC */
#ifndef MODEL_INACTIVE_H
#define MODEL_INACTIVE_H

/*
 * TW-9: whoever is with the organization of the inactive is inactive, so none that has
 * others becomes it, be it by the setting or by a new name.
 */

#include "model/kind.h"

/* How many contacts of the organization are not archived. */
int inactive_others(struct txn *txn, uint64_t organization, size_t *count,
    struct fault *fault) MUST_CHECK;

/* Whether the setting inactive_organization may be this name: a FAULT_CONFLICT where
 * contacts that are not archived are with an organization which it means, or wait for
 * one. */
int inactive_check(struct txn *txn, struct view name, struct fault *fault) MUST_CHECK;

#endif
