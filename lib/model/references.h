/* SPDX-License-Identifier: ISC */
#ifndef MODEL_REFERENCES_H
#define MODEL_REFERENCES_H

/* References that were kept as text until their target came. */

#include "model/kind.h"
#include "store/index.h"

/*
 * At the end of a run: for each record that the run created, references of
 * other records whose text means it come to refer to it. Adds the number of
 * records changed to *also.
 */
int references_settle(struct txn *txn, uint64_t *also, struct fault *fault) MUST_CHECK;
/* The same for records that the run brought back. */
int references_settle_ids(struct txn *txn, const struct ids *ids, uint64_t *also,
    struct fault *fault) MUST_CHECK;

#endif
