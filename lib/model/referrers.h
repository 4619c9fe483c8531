/* SPDX-License-Identifier: ISC */
#ifndef MODEL_REFERRERS_H
#define MODEL_REFERRERS_H

/*
 * Who refers to records that go, and what becomes of such references: the text
 * that a person would have typed, which waits until a record comes that it
 * means; nothing in a field that loses its value with its target.
 */

#include "model/kind.h"
#include "store/index.h"

/* A field of a record that refers to another. */
struct referrer {
	const struct kind *kind;
	const struct field *field;
	uint64_t id, target;
};

/* Calls each for every reference to one of the targets, whose ids ascend, of
 * records that skip does not say are of no interest. Both may read but not
 * write. */
int referrers_each(struct txn *txn, const struct ids *targets,
    bool (*skip)(void *context, uint64_t id),
    int (*each)(void *context, const struct referrer *referrer, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/* Appends the text for references to a record, the first of these that it has: a
 * name that is a key, an e-mail address, SYSTEM:ID, another name; else #ID. */
int referrers_text(struct buf *out, struct txn *txn, uint64_t id, struct record record,
    struct fault *fault) MUST_CHECK;

/* Appends the value of a reference field with the text in place of the target,
 * once in a list. */
void referrers_replace(struct buf *out, const struct field *field, struct view had,
    uint64_t target, struct view text);

/* The same with a reference to another record, or with nothing when `to` is 0. */
int referrers_redirect(struct buf *out, const struct field *field, struct view had,
    uint64_t target, uint64_t to, struct fault *fault) MUST_CHECK;

/* Stores what referrers_replace makes in the referrer. *first: the run had not changed it before. */
int referrers_detach(struct txn *txn, const struct referrer *referrer, struct view text,
    enum cause cause, bool *first, struct fault *fault) MUST_CHECK;

#endif
