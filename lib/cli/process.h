/* SPDX-License-Identifier: ISC */
#ifndef CLI_PROCESS_H
#define CLI_PROCESS_H

/*
 * What a program asks of the system before it touches the store: safe
 * standard streams, limits, who is acting, where the store and the shared
 * files lie.
 */

#include <sys/types.h>

#include "base/buf.h"

/* umask 077, no SIGPIPE, no core dump, exit 5 with a message where a damaged
 * store would end in SIGBUS or SIGSEGV, and no closed standard stream: a store
 * file never gets number 0 to 2, and writing to what was closed still fails.
 * name is the program's. */
void process_prepare(const char *name);

/* Where programs are installed setgid (contact-store(5)), puts the right of the
 * group aside. FAULT_PERMISSION where they must not be. */
int process_shed_group(struct fault *fault) MUST_CHECK;

/* Appends the path: the only one, where programs are built for one store; given, else $CONTACT_STORE, else the XDG place. Slashes at
 * the end are taken off, since they would follow a link. */
int process_store_path(
    struct buf *out, const char *given, struct fault *fault) MUST_CHECK;

/* Appends the login name of the real uid, or its number when it has none. */
int process_user(struct buf *out, struct fault *fault) MUST_CHECK;

/* The number of a group of users, by its name or in digits; FAULT_USAGE when
 * there is none. */
int process_group(const char *name, gid_t *group, struct fault *fault) MUST_CHECK;
/* Appends the name of a group, or its number when it has none. */
void process_group_name(struct buf *out, gid_t group);

/* Whether the user who runs this owns the store at path, or will when it is
 * created. Root may act for any owner, since it becomes that owner. */
bool process_owns(const char *path);

/* Root gives up its rights for those of the owner of an existing store, so
 * that it leaves no file there which the owner cannot open. */
int process_become_owner(const char *path, struct fault *fault) MUST_CHECK;

/* Columns of the terminal at fd, else $COLUMNS, else 80. */
unsigned process_width(int fd);

/* Appends the directory that holds maps, templates and examples; nothing when
 * there is none. */
void process_share(struct buf *out);

#endif
