/* SPDX-License-Identifier: ISC */
#ifndef MODEL_LABEL_H
#define MODEL_LABEL_H

/*
 * What references print as. Labels are kept for the length of a read
 * transaction, since a column of a million rows repeats a few thousand of
 * them; in a run, where names change, each is looked up anew.
 */

#include "model/entity.h"

/* The text of entity_label. It lives until the transaction ends; in a run,
 * until the next call. */
int label_get(struct txn *txn, const struct kind *of, uint64_t id, struct view *text,
    struct fault *fault) MUST_CHECK;

/* Fetches the label of id towards the processor, when it is known already:
 * first where it is kept, later (text) its bytes. Never fails, only speeds up
 * a column that is printed for many records. */
void label_expect(struct txn *txn, uint64_t id, bool text);

#endif
