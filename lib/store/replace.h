/* SPDX-License-Identifier: ISC */
#ifndef STORE_REPLACE_H
#define STORE_REPLACE_H

/*
 * Replacing what lies at the path of a store by what was made in a nest, in one
 * step: killed at any instant, the store is the one or the other. The store
 * was opened with `alone`, so nobody looks at what goes; afterwards it can only
 * be closed.
 */

#include "store/nest.h"
#include "store/store.h"

/* The data.mdb of a nest in the store's directory takes the place of the
 * store's own, whose bytes are gone then. */
int replace_data(struct store *store, struct nest *nest, struct fault *fault) MUST_CHECK;

/*
 * The nest, made beside the store, takes the place of the store's directory.
 * That is then called as before with suffix added, and .2, .3 ... behind while
 * there is something of this name; its path is appended to *former. suffix
 * NULL: it is removed.
 */
int replace_store(struct store *store, struct nest *nest, const char *suffix,
    struct buf *former, struct fault *fault) MUST_CHECK;

/* Removes what programs that were killed have left unfinished in the store's
 * directory and beside it. */
void replace_tidy(struct store *store);

/* Removes a store that opening it has made, when nothing took its place; with
 * its directory, where there is nothing else in it. */
void replace_discard(struct store *store);

/* Bytes of the file in which the store lies. */
int replace_bytes(
    uint64_t *bytes, const struct store *store, struct fault *fault) MUST_CHECK;

#endif
