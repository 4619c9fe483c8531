/* SPDX-License-Identifier: ISC */
#ifndef MODEL_RELATED_H
#define MODEL_RELATED_H

/*
 * The records of one kind that refer to a record, in the order in which a person
 * wants to read them: by when they were, the oldest first (HS-5), where the kind
 * says when; else by id. Right in a transaction of the past too.
 */

#include "model/kind.h"

struct related {
	struct related_row {
		int64_t when; /* 0 where the kind does not say when */
		uint64_t id;
	} * rows;
	size_t count, cap;
	size_t withheld; /* how many notes there are besides that are somebody else's */
};

#define RELATED_EMPTY ((struct related){ NULL, 0, 0, 0 })

struct related_search {
	const struct kind *kind;
	const struct field *field; /* of the kind; NULL: any that may refer there */
	const struct kind *of;
	uint64_t id;
};

/* Whether the field is a reference, found by the index, to records of a kind. */
bool related_field(const struct field *field, const struct kind *of);
/* Whether the kind has such a field. */
bool related_kind(const struct kind *kind, const struct kind *of);

/* Whether records of the kind say when they were. */
bool related_is_dated(const struct kind *kind);
/* What one says of that: a date or time, or nothing; who takes part in an event
 * does so when that begins. Borrowed until the transaction ends. */
int related_when(struct txn *txn, const struct kind *kind, struct record record,
    struct view *when, struct fault *fault) MUST_CHECK;

/* Fills *related, which is released first. Rejected contacts are left out
 * (TW-19), and what is not for whoever looks (viewer.h). */
int related_find(struct related *related, struct txn *txn,
    const struct related_search *search, struct fault *fault) MUST_CHECK;
void related_release(struct related *related);

#endif
