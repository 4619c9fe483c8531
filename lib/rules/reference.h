/* SPDX-License-Identifier: ISC */
#ifndef RULES_REFERENCE_H
#define RULES_REFERENCE_H

/* What a row means by a reference to a record of another kind. */

#include "model/entity.h"
#include "rules/draft.h"

/* External systems, by the slots of their ids, for ids that are given without
 * theirs: first those whose ids the file has. */
struct systems {
	uint16_t *slots;
	size_t count, own, cap;
};

/*
 * Appends the records that a cell means. An id that the row gives beside it goes
 * first. One without its system is one of the file's own systems, before it is
 * one of this store, and one of any other system that has it when it is nothing
 * else. kind is that of the row. May be called by another thread that has a
 * transaction of its own.
 */
int reference_find(struct txn *txn, const struct systems *systems,
    const struct kind *kind, const struct draft *draft, const struct field *field,
    struct view value, struct ids *ids, struct fault *fault) MUST_CHECK;

/* The id that the row gives beside a cell that names the same target, as SYSTEM:ID,
 * or empty. */
struct view reference_id_beside(const struct draft *draft, uint16_t slot);

/* Whether the row makes what it refers to: a job that an event tells of first is
 * nobody else's. */
bool reference_is_made(
    const struct kind *kind, const struct draft *draft, const struct field *field);

/* Whether what it refers to has to be there: whom an event names that is of its
 * job alone does not matter. */
bool reference_is_needed(
    const struct kind *kind, const struct draft *draft, const struct field *field);

/* The field of a kind that names a contact who has to be there, or NULL. */
const struct field *reference_to_contact(const struct kind *kind);

#endif
