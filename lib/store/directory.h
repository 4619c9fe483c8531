/* SPDX-License-Identifier: ISC */
#ifndef STORE_DIRECTORY_H
#define STORE_DIRECTORY_H

/*
 * The directory of a store: made private, refused where others could write it
 * or where it is reached through a link, locked. Internal to lib/store.
 */

#include "store/permissions.h"

struct directory {
	int fd;	    /* with a shared lock; -1 when closed */
	int writer; /* writer.lock, locked; -1 when not held */
	char *notice;
	struct permissions permissions;
};

/*
 * Opens and checks path. With create an absent or empty directory is made
 * ready by calling make in a private directory beside, whose data.mdb then
 * takes its place at once, so that a kill leaves no half store.
 */
int directory_open(struct directory *directory, const char *path, bool create,
    int (*make)(const char *path, struct fault *fault), struct fault *fault) MUST_CHECK;
void directory_close(struct directory *directory);

/* Waits up to `wait` seconds for the lock of writers; FAULT_BUSY names the
 * process that holds it. */
int directory_lock(struct directory *directory, const char *path, unsigned wait,
    struct fault *fault) MUST_CHECK;
void directory_unlock(struct directory *directory);

#endif
