/* SPDX-License-Identifier: ISC */
#ifndef MODEL_ENTRIES_H
#define MODEL_ENTRIES_H

/*
 * The index entries that a record has to have, by its kind's table. Internal to
 * change.c, which keeps the index at them.
 */

#include "model/change.h"

struct entry {
	struct index_key key;
	bool searchable;
};

/* The last key of each of some values: most fields that are indexed have few
 * different ones, which need not be folded again. */
#define ENTRIES_MEMOS 256

struct entries_memo {
	struct index_key key;
	uint16_t slot;
	uint8_t kind, len;
	char value[40];
};

/* What is kept from record to record; all 0 is empty. */
struct entries_known {
	struct entries_memo memos[ENTRIES_MEMOS];
	const struct kind *kind; /* whose indexed fields these are */
	const struct field *indexed[RECORD_FIXED];
	size_t indexed_count;
};

/* Entries of one record, and room for their texts. Lists can be long, so it
 * grows; all 0 but `known` is empty. */
struct entries {
	struct entry *at;
	size_t count, cap;
	struct buf text, scratch, derived;
	struct entries_known *known; /* several may share it */
};

/* The record that is asked, and which of its keys the caller has made. */
struct entries_source {
	struct txn *txn;
	const struct kind *kind;
	uint64_t id;
	struct record record;
	const struct change_key *keys;
	size_t key_count;
};

/* The entries become those of the record. */
int entries_collect(struct entries *entries, const struct entries_source *source,
    struct fault *fault) MUST_CHECK;

void entries_release(struct entries *entries);

#endif
