/* SPDX-License-Identifier: ISC */
#ifndef STORE_GUARD_H
#define STORE_GUARD_H

/*
 * LMDB opens data.mdb and lock.mdb by their paths and follows links, so what
 * was looked at before could be another file by then. While a guard stands,
 * files of these names that its thread opens are those of the directory that
 * was opened, or none. Internal to lib/store.
 */

#include "store/directory.h"

struct guard {
	const struct directory *directory;
	const char *path;
	bool refused;
	struct fault said; /* where refused: why */
};

/* From here on until guard_finish: one guard in a thread. */
void guard_begin(
    struct guard *guard, const struct directory *directory, const char *path);
/* 0, or -1 when it refused a file, with the reason in place of what LMDB made
 * of it. */
int guard_finish(struct guard *guard, struct fault *fault) MUST_CHECK;

#endif
