/* SPDX-License-Identifier: ISC */
#ifndef MODEL_VOCABULARY_H
#define MODEL_VOCABULARY_H

/* The vocabulary of a transaction, loaded when it is first asked for. */

#include "model/value.h"

/* *vocabulary lives as long as the transaction. */
int vocabulary_of(const struct vocabulary **vocabulary, struct txn *txn,
    struct fault *fault) MUST_CHECK;

/* Whether these are the values of a computed field, which takes no others. */
bool vocabulary_computed(struct view picklist);

/* The index-th declared attribute, in order of names; false after the last.
 * *name and *rule live as long as the vocabulary. */
bool vocabulary_declared(const struct vocabulary *vocabulary, size_t index,
    struct view *name, struct attribute_rule *rule);

#endif
