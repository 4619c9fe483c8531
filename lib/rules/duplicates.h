/* SPDX-License-Identifier: ISC */
#ifndef RULES_DUPLICATES_H
#define RULES_DUPLICATES_H

/*
 * Pairs of records that may be the same person or company. Rejected
 * contacts are in none (TW-19), nor are pairs that somebody said are two.
 */

#include "model/kind.h"
#include "store/index.h"

/* A value that more bear than this says nothing by itself, such as the number
 * of a switchboard: they are not compared by it. Who bears such a name with the
 * same company, say, is compared with the first of these only. */
#define DUPLICATES_CROWD 5

struct duplicate {
	uint64_t id : 48, score : 16;
	uint64_t other : 48, why : 16; /* id < other */
};

struct duplicates {
	struct duplicate *at; /* best first, then by ids */
	size_t count, cap;
	/* Values that crowds bear: e-mail addresses, phone numbers, domains; and
	 * the largest crowd, with its lowest id. */
	uint64_t crowds[3], most, first;
};

/* Finds all pairs of which one is among the ids, which ascend; NULL: all. The
 * transaction reads, now or in the past. */
int duplicates_find(struct duplicates *duplicates, struct txn *txn,
    const struct kind *kind, const struct ids *among, struct fault *fault) MUST_CHECK;
void duplicates_release(struct duplicates *duplicates);

#endif
