/* SPDX-License-Identifier: ISC */
#ifndef MODEL_REFERENCES_H
#define MODEL_REFERENCES_H

/* References that were kept as text until their target came. */

#include "model/kind.h"
#include "store/index.h"

/*
 * At the end of a run: for each record that the run created, or gave another name or
 * id, references of other records whose text means it come to refer to it. Adds the
 * number of records changed to *also.
 */
int references_settle(struct txn *txn, uint64_t *also, struct fault *fault) MUST_CHECK;
/* The same for records that the run brought back, and those that it renamed. */
int references_settle_ids(struct txn *txn, const struct ids *ids, uint64_t *also,
    struct fault *fault) MUST_CHECK;

/* Notes a record that changes, where a text may mean it by what it is from now on.
 * For change.c, before the change. */
int references_note(struct txn *txn, const struct kind *kind, uint64_t id,
    struct record old, const struct record_form *form, struct fault *fault) MUST_CHECK;

/* The records that texts have come to refer to in this run, ascending; lives until the
 * next settling. */
const struct ids *references_met(struct txn *txn);

#endif
