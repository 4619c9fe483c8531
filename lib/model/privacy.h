/* SPDX-License-Identifier: ISC */
#ifndef MODEL_PRIVACY_H
#define MODEL_PRIVACY_H

/* Who may read a record that belongs to somebody: asked of every record that is
 * shown beside the one that was looked for. */

#include "model/kind.h"

/* HS-6: a note that is Personal is for its author alone. who is the login of the
 * acting user. 1, 0, -1. */
int privacy_allows(struct txn *txn, const struct kind *kind, struct record record,
    const char *who, struct fault *fault) MUST_CHECK;

#endif
