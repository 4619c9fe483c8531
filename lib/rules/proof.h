/* SPDX-License-Identifier: ISC */
#ifndef RULES_PROOF_H
#define RULES_PROOF_H

/*
 * Whether a whole store is sound, as one answer: before a copy takes anybody's
 * place, and before a backup is relied upon.
 */

#include "store/store.h"

/* FAULT_STORE with the first damage when it is not sound. */
int proof_store(struct store *store, struct fault *fault) MUST_CHECK;
/* The same of the store in a directory. */
int proof_copy(const char *path, struct fault *fault) MUST_CHECK;

#endif
