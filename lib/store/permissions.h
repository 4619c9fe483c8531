/* SPDX-License-Identifier: ISC */
#ifndef STORE_PERMISSIONS_H
#define STORE_PERMISSIONS_H

/*
 * Who may use a store by the owner, group and mode of its directory and files:
 * its owner alone, or a group that the owner recorded in the file `group`. It
 * is told before anything of the store is read. Internal to lib/store.
 */

#include <sys/stat.h>
#include <sys/types.h>

#include "base/buf.h"

#define PERMISSIONS_GROUP "group" /* the file that names the group */

struct permissions {
	uid_t owner; /* of the directory */
	bool shared;
	gid_t group; /* where shared: who may use the store beside its owner */
};

/* Refuses the opened directory of a store where others could write it, and
 * appends to notice (never NULL) what the user should be told of it. */
int permissions_read(struct permissions *permissions, int directory, const char *path,
    struct buf *notice, struct fault *fault) MUST_CHECK;

/* The same for a file in it, of which *st is known: no link, no second name,
 * nobody else who could write it. */
int permissions_check(const struct permissions *permissions, const struct stat *st,
    const char *path, const char *name, struct fault *fault) MUST_CHECK;

/* By its name, without following a link: 1, 0 when it does not exist, -1. */
int permissions_check_name(const struct permissions *permissions, int directory,
    const char *path, const char *name, struct fault *fault) MUST_CHECK;

/* Makes an empty file of the store where there is none of this name. It has its
 * permissions before it has its name. */
int permissions_make(const struct permissions *permissions, int directory,
    const char *path, const char *name, struct fault *fault) MUST_CHECK;

/* Gives a file that this process has made the mode and group of a file of the
 * store, whatever the umask. */
int permissions_give(const struct permissions *permissions, int fd, const char *path,
    const char *name, struct fault *fault) MUST_CHECK;

#endif
