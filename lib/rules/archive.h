/* SPDX-License-Identifier: ISC */
#ifndef RULES_ARCHIVE_H
#define RULES_ARCHIVE_H

/* Taking contacts out of use, as far as an import does it. */

#include "rules/import_run.h"

/*
 * Makes the contact in import->form inactive (TW-5 to TW-10): it moves to the
 * organization that the setting inactive_organization names, which is made
 * when it is not there, and keeps what reviving gives back.
 */
int archive_inactive(struct import *import, const struct draft *draft,
    struct fault *fault) MUST_CHECK;

#endif
