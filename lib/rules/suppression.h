/* SPDX-License-Identifier: ISC */
#ifndef RULES_SUPPRESSION_H
#define RULES_SUPPRESSION_H

/* Addresses that nothing is sent to any more, because of what a run learns. */

#include "rules/import_run.h"

/* Suppresses the address from now on, unless it is already. */
int suppression_add(struct import *import, struct view address, const char *reason,
    struct fault *fault) MUST_CHECK;

#endif
