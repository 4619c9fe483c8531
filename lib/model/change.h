/* SPDX-License-Identifier: ISC */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H

/*
 * Creating, changing and removing records together with their index entries.
 * Every write of a record goes through here; which fields are indexed is read
 * from the kind's table.
 */

#include "model/kind.h"
#include "store/index.h"

/* An index key that the caller has made already, of a slot's only value. */
struct change_key {
	uint16_t slot;
	struct index_key key;
};

/* Creates a record; *id is its id. change_create_known spares the making of
 * keys that are known. */
int change_create(struct txn *txn, const struct kind *kind,
    const struct record_form *form, uint32_t line, enum cause cause, uint64_t *id,
    struct fault *fault) MUST_CHECK;
int change_create_known(struct txn *txn, const struct kind *kind,
    const struct record_form *form, uint32_t line, enum cause cause,
    const struct change_key *known, size_t known_count, uint64_t *id,
    struct fault *fault) MUST_CHECK;

/* Makes the record what the form says; old is the record as it lies in the
 * store. Nothing is written when nothing differs; *changed tells. */
int change_update(struct txn *txn, const struct kind *kind, uint64_t id,
    struct record old, const struct record_form *form, uint32_t line, enum cause cause,
    bool *changed, struct fault *fault) MUST_CHECK;

int change_remove(struct txn *txn, const struct kind *kind, uint64_t id,
    struct record old, enum cause cause, struct fault *fault) MUST_CHECK;

/* Creates a record under an id that no record has now and that counts as
 * created by that revision (txn_restore of store/history.h): one that was
 * removed, or one of a dump. */
int change_restore(struct txn *txn, const struct kind *kind, uint64_t id,
    uint32_t created, const struct record_form *form, enum cause cause,
    struct fault *fault) MUST_CHECK;

/*
 * For a run that changes so much of the store that making the index anew is
 * faster than changing it: from change_unindexed on no index entry is made or
 * removed, so that nothing may be searched; change_reindex makes those of all
 * records and goes back to the ordinary way.
 */
int change_unindexed(struct txn *txn, struct fault *fault) MUST_CHECK;
int change_reindex(struct txn *txn, struct fault *fault) MUST_CHECK;

/*
 * From now on tells every change of a record in this transaction, whoever makes
 * it: old.at is NULL on creation, new.at on removal. The records live until the
 * next change. Observers are told in the order in which they came, and one that
 * changes records itself does so when it is told no more. change_unobserve ends
 * what the context was told.
 */
struct change_observer {
	void *context;
	const struct kind *kind; /* that it is told of; NULL: of all */
	int (*changed)(void *context, const struct kind *kind, uint64_t id,
	    struct record old, struct record new, enum cause cause, struct fault *fault);
};
int change_observe(struct txn *txn, const struct change_observer *observer,
    struct fault *fault) MUST_CHECK;
void change_unobserve(struct txn *txn, const void *context);

/* Calls each for every index entry that a record has to have. */
int change_entries(struct txn *txn, const struct kind *kind, uint64_t id,
    struct record record,
    int (*each)(
	void *context, struct index_key key, bool searchable, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

#endif
