/* SPDX-License-Identifier: ISC */
#ifndef STORE_DIRECTORY_H
#define STORE_DIRECTORY_H

/*
 * The directory of a store: made private, refused where others could write it
 * or where it is reached through a link, locked. Internal to lib/store.
 */

#include "store/permissions.h"

struct directory {
	int fd;	      /* locked; -1 when closed */
	int writer;   /* writer.lock, locked; -1 when not held */
	int gate;     /* alone.lock, likewise */
	int sender;   /* sender.lock, likewise */
	bool created; /* the store, by this process */
	char *notice;
	struct permissions permissions;
};

#define DIRECTORY_CLOSED \
	((struct directory){ .fd = -1, .writer = -1, .gate = -1, .sender = -1 })

struct directory_options {
	const char *path;
	bool create; /* an absent or empty one is made a store */
	bool alone;  /* nobody else may have it open */
	unsigned wait;
	/* Makes an empty store in a private directory. */
	int (*make)(const char *path, struct fault *fault);
};

/*
 * Opens, locks and checks the directory of a store, made if need be: make is
 * called for a private directory within, whose data.mdb then takes its place
 * at once, so that a kill leaves no half store. FAULT_BUSY when others have it
 * locked for longer than `wait` seconds.
 */
int directory_open(struct directory *directory, const struct directory_options *options,
    struct fault *fault) MUST_CHECK;
void directory_close(struct directory *directory);

#endif
