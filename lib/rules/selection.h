/* SPDX-License-Identifier: ISC */
#ifndef RULES_SELECTION_H
#define RULES_SELECTION_H

/*
 * The records that somebody chose by a query, in programs that do something to
 * them or tell of them (design A2).
 */

#include "model/query.h"

/* Appends the ids that the operands mean, ascending. An address or an id of
 * another system that several bear is a FAULT_CONFLICT that names them. */
int selection_find(struct txn *txn, const char *const *operands, size_t count,
    const struct query_options *options, struct ids *ids, struct fault *fault) MUST_CHECK;

#endif
