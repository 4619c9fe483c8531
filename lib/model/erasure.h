/* SPDX-License-Identifier: ISC */
#ifndef MODEL_ERASURE_H
#define MODEL_ERASURE_H

/*
 * What stays of records that were erased (TW-26): keyed hashes of their e-mail
 * addresses and external ids, as records of the kind `erasure`. They tell
 * nothing, but a row that brings one of these again is known by them. The key
 * is a random salt of the store, which each of the records carries, so that
 * they mean the same in a backup and after a dump and a load.
 */

#include "model/kind.h"

/* The hashes of a store, kept for the length of a transaction. */
struct erasures;
int erasures_of(
    struct erasures **erasures, struct txn *txn, struct fault *fault) MUST_CHECK;
/* Whether there are none, so that nothing need be asked. */
bool erasures_none(const struct erasures *erasures);

/*
 * Whether something that bore this value was erased: 1 and the id of the hash,
 * 0, -1. what is "email", "ext.NAME", or "record" (erasure_record); the value
 * of an address is as it was typed.
 */
int erasures_find(struct erasures *erasures, const struct kind *kind, struct view what,
    struct view value, uint64_t *id, struct fault *fault) MUST_CHECK;

/* Keeps the hash of a value that record id bore, unless it is kept already: 1,
 * 0, -1. *hash is the id of its record. */
int erasures_add(struct erasures *erasures, const struct kind *kind, struct view what,
    struct view value, uint64_t id, uint64_t *hash, struct fault *fault) MUST_CHECK;

/* Calls each for every address and external id of a record. */
int erasure_keys(struct txn *txn, struct record record,
    int (*each)(void *context, struct view what, struct view value, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/* Whether the record has that address, in whichever field, or external id: 1, 0, -1. */
int erasure_has(struct txn *txn, struct record record, struct view what,
    struct view value, struct fault *fault) MUST_CHECK;

/* Appends what tells a record that has no such key from those of other stores: its
 * id, when it was created, and its name or else all that it says. */
int erasure_record(struct buf *out, struct txn *txn, uint64_t id, struct record record,
    struct fault *fault) MUST_CHECK;

#endif
