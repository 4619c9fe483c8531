/* SPDX-License-Identifier: ISC */
#ifndef RULES_SUPPRESSION_H
#define RULES_SUPPRESSION_H

/* Addresses that nothing is sent to any more, because of what a run learns. */

#include "rules/import_run.h"

/* Suppresses the address since then; one that is suppressed already gets the reason
 * and the time with IMPORT_UPSERT, and stays with IMPORT_CREATE. *changed becomes true
 * when something came of it. */
enum step suppression_put(struct import *import, struct view address, const char *reason,
    struct view at, enum import_mode mode, bool *changed, struct fault *fault);

/* The same of what no import is about, unless the address is suppressed already or
 * somebody had it who was erased. *made counts. */
int suppression_add(struct txn *txn, struct view address, struct view reason,
    struct view at, uint64_t *made, struct fault *fault) MUST_CHECK;

#endif
