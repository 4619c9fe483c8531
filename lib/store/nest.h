/* SPDX-License-Identifier: ISC */
#ifndef STORE_NEST_H
#define STORE_NEST_H

/*
 * A private directory in which a store, or a copy of one, is made where nobody
 * looks. What was made takes its place in one step, or goes with the nest: a
 * kill leaves the nest, and never half of anything in its place.
 */

#include "base/buf.h"

struct nest {
	int parent;	  /* the directory that it lies in; -1 when closed */
	char *path;	  /* of the nest; NULL when closed or placed */
	const char *name; /* the last part of path */
	char *target;	  /* what it is to be called in its parent, if known */
	int held;	  /* the nest, locked against nest_tidy; -1 when closed */
};

#define NEST_CLOSED ((struct nest){ .parent = -1, .held = -1 })

/* Makes a nest PARENT/.WHAT.xxxxxx, mode 0700 whatever the umask. */
int nest_open(struct nest *nest, const char *parent, const char *what,
    struct fault *fault) MUST_CHECK;
/* Makes a nest for what is to be called path: .NAME.WHAT.xxxxxx beside it. */
int nest_open_beside(struct nest *nest, const char *path, const char *what,
    struct fault *fault) MUST_CHECK;

/* Leaves of the store in it nothing but data.mdb, which is on the disk then,
 * by its name as well. */
int nest_settle(struct nest *nest, struct fault *fault) MUST_CHECK;

/* Gives the nest its name and puts that on the disk: 1, or 0 when there is
 * something of this name already. */
int nest_place(struct nest *nest, struct fault *fault) MUST_CHECK;

/* Holds the nest no longer, for what locks its directory alone. */
void nest_let_go(struct nest *nest);

/* What has the nest's name now is not its to remove. */
void nest_forget(struct nest *nest);

/* Removes the nest with what is in it, unless it was placed. Accepts one that
 * is closed. */
void nest_close(struct nest *nest);

/* Removes the nests for `what` below parent that a kill has left: what is in
 * them is unfinished, or with `finished` may be whole, and nobody holds them. */
void nest_tidy(int parent, const char *what, bool finished);

/* Removes a directory of files; nothing when it is none. */
void nest_remove(int parent, const char *name);

#endif
