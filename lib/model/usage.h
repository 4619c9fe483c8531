/* SPDX-License-Identifier: ISC */
#ifndef MODEL_USAGE_H
#define MODEL_USAGE_H

/* Whether a value that a store added to a picklist is in use, so that it has to
 * stay (TR-8, X-45). */

#include "model/settings.h"

struct usage {
	uint64_t id;		       /* a record that has the value, or 0 */
	const struct setting *setting; /* a setting that it is, or NULL */
};

/* 1 and *usage, 0 when nobody has it, -1. Looks at all records where a field has
 * no index. */
int usage_of_value(struct txn *txn, struct view picklist, struct view value,
    struct usage *usage, struct fault *fault) MUST_CHECK;

#endif
