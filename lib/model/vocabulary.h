/* SPDX-License-Identifier: ISC */
#ifndef MODEL_VOCABULARY_H
#define MODEL_VOCABULARY_H

/* The vocabulary of a transaction, loaded when it is first asked for. */

#include "model/value.h"

/* *vocabulary lives as long as the transaction. */
int vocabulary_of(const struct vocabulary **vocabulary, struct txn *txn,
    struct fault *fault) MUST_CHECK;

#endif
