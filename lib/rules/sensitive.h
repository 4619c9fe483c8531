/* SPDX-License-Identifier: ISC */
#ifndef RULES_SENSITIVE_H
#define RULES_SENSITIVE_H

/* Which columns nobody needs in a list of contacts and everybody would rue to
 * lose: told by their names (CS-6). */

#include "base/view.h"

/* Whether a header names such a column. */
bool sensitive_header(struct view header);

#endif
