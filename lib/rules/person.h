/* SPDX-License-Identifier: ISC */
#ifndef RULES_PERSON_H
#define RULES_PERSON_H

/*
 * The addresses of a contact, and whether the contacts that two states of a
 * store, or two stores, have under one id are the same person.
 */

#include "model/kind.h"

struct person {
	struct txn *txn;
	struct record record;
};

/* Calls each for every e-mail address of a contact until it returns other than
 * 0, which is returned. */
int person_addresses(struct record contact,
    int (*each)(void *context, struct view address, struct fault *fault), void *context,
    struct fault *fault) MUST_CHECK;

/* 1, 0, -1. */
int person_has_address(
    struct record contact, struct view address, struct fault *fault) MUST_CHECK;

/*
 * Whether the contact with this id of the younger state is the one of the
 * older: created by the same run, and with an e-mail address, the name or an
 * external id in common, now or in a former version. 1, 0, -1. The younger
 * transaction is not one of the past.
 */
int person_same(const struct person *younger, const struct person *older, uint64_t id,
    struct fault *fault) MUST_CHECK;

#endif
