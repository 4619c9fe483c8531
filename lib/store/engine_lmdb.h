/* SPDX-License-Identifier: ISC */
#ifndef STORE_ENGINE_LMDB_H
#define STORE_ENGINE_LMDB_H

/* What the files that know LMDB share; nobody else includes this. */

#include <lmdb.h>

#include "store/engine.h"

struct engine {
	MDB_env *env;
	MDB_dbi trees[TREES];
	MDB_dbi root; /* of their names */
	char *path;
	bool again;
	size_t page;
	pid_t pid; /* LMDB must not be used across fork(2) */
};

/*
 * With --enable-sanitize what is read is lent as heap copies, which are freed
 * when the loan is over: at the end of the transaction and, in a run, at the
 * next write. So AddressSanitizer finds whoever keeps one for longer.
 */
struct loan {
	struct loan *next;
	char bytes[];
};

struct engine_txn {
	struct engine *engine;
	struct loan *loans;
	MDB_txn *txn;
	bool write;
	uint64_t writes;
	size_t bytes; /* that were put */
	MDB_cursor *writers[TREES];
	/* How full the last page of a tree is, as far as appending knows. */
	struct {
		size_t used;
		bool known;
	} last[TREES];
};

/* Says what LMDB's result means, for a user; -1. */
int lmdb_fault(struct engine_txn *txn, int rc, struct fault *fault);
void lmdb_end_loans(struct engine_txn *txn);

/* FAULT_STORE when pages in use lie behind the end of the file. */
int lmdb_check_length(struct engine *engine, struct fault *fault) MUST_CHECK;
/* Makes the file as long as its newest meta page says. The caller keeps other
 * writers out. */
void lmdb_lengthen(struct engine *engine);
/* Notes in a write transaction how long the file is, which is true of every
 * longer one. An error of LMDB, or 0. */
int lmdb_note_length(struct engine_txn *txn) MUST_CHECK;

#endif
