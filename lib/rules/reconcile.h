/* SPDX-License-Identifier: ISC */
#ifndef RULES_RECONCILE_H
#define RULES_RECONCILE_H

/*
 * Whether the client status of contacts agrees with their jobs (TR-32, TR-52):
 * one who is Active, has had jobs and has none open disagrees; an open job
 * beside another status is worth a note, as somebody may have set that by hand.
 */

#include "rules/import.h"

struct reconciling;

enum agreement { AGREES, NOTED, DISAGREES };

struct judgement {
	enum agreement agreement;
	uint64_t jobs, open; /* that name the contact now, and how many are open */
};

/* Reads all jobs, as they are and as they were. */
int reconciling_new(
    struct reconciling **reconciling, struct txn *txn, struct fault *fault) MUST_CHECK;
void reconciling_free(struct reconciling *reconciling);

/* Of a contact; record is the one that id has. */
void reconciling_judge(const struct reconciling *reconciling, uint64_t id,
    struct record record, struct judgement *judgement);

#endif
