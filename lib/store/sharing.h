/* SPDX-License-Identifier: ISC */
#ifndef STORE_SHARING_H
#define STORE_SHARING_H

/*
 * Giving a store to a group of users and taking it back: directory 2770 and
 * files 0660 of that group, or 0700 and 0600, and the file `group` that tells
 * of it. At every moment between, the store is private or as it was.
 */

#include <sys/types.h>

#include "base/buf.h"
#include "store/store.h"

struct sharing {
	bool shared;
	gid_t group;
	const char *name; /* of the group, for whoever reads the file */
};

/*
 * Makes the sharing of the store at options->path what *want says: 1, or 0 when
 * it was that already. Only the owner may. Waits until nobody has the store
 * open, options->wait seconds at most. Taken from a group, the store gets new
 * files, so that whoever kept one open has no part in it.
 */
int sharing_set(const struct store_options *options, const struct sharing *want,
    struct fault *fault) MUST_CHECK;

/* Shares a directory, which will take the place of that of a store, with the same
 * group. Inside lib/store. */
struct directory;
int sharing_follow(const struct directory *directory, int successor, const char *path,
    struct fault *fault) MUST_CHECK;

/* What is so now; name is NULL. */
struct sharing sharing_of(const struct store *store);

#endif
