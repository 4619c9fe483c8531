/* SPDX-License-Identifier: ISC */
#ifndef STORE_TXN_H
#define STORE_TXN_H

/* What a transaction is inside lib/store; nothing above includes this. */

#include "store/store.h"

struct txn {
	struct store *store;
	struct engine_txn *engine;
	bool writes;
	uint64_t changes; /* records and settings that differ from before the run */
	uint64_t rev;
	int64_t now;
	const char *who;
	uint64_t next_id, first_id;
	struct txn_kept kept[KEEPS];
	/* Cursor on the records, kept for lookups in nearly ascending order. */
	struct engine_cursor *finder;
	/* The record that was asked for last: rules ask for it repeatedly. */
	uint64_t found_id, found_writes;
	struct record found;
	/* A before-image and a record on their way into the store: what they
	 * are copied from may move while LMDB writes. */
	struct buf image, encoded;
	/* Classes of slots from RECORD_FIXED on that were asked for; 0: not
	 * yet. */
	unsigned char *classes;
	size_t class_count;
	/* The answer of txn_revision that was asked last. */
	uint64_t revision;
	int64_t revision_time;
	struct buf user;
};

#endif
