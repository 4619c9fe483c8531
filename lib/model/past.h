/* SPDX-License-Identifier: ISC */
#ifndef MODEL_PAST_H
#define MODEL_PAST_H

/* the store as it was, in a transaction in which queries, columns and
 * references work as in any other. */

#include "store/history.h"

/* txn_begin_past, with an index that is searched as fast as that of the
 * present. */
int past_begin(struct txn **txn, struct store *store, const struct past *past,
    struct fault *fault) MUST_CHECK;

#endif
