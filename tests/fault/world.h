/* SPDX-License-Identifier: ISC */
#ifndef FAULT_WORLD_H
#define FAULT_WORLD_H

/*
 * What the fault tools share: directories that are copied for every point,
 * commands that are run in them with a limit of time, and what a store holds,
 * asked in a child, since it may be damaged in any way. These tools are tests:
 * where they cannot do their work they say so and end with 99.
 */

#include <stdint.h>

#include "base/buf.h"

/* Says why on stderr and ends with 99. */
void world_give_up(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

/* A directory and all in it; of a file only what it holds. */
void world_copy(const char *from, const char *to);
void world_remove(const char *path);
/* The bytes of a file, added to *out; false where there is none. */
bool world_read(struct buf *out, const char *path);
void world_write(const char *path, const void *bytes, size_t len);

enum soundness {
	STORE_ABSENT, /* no directory, or no store in it */
	STORE_SOUND,
	STORE_BROKEN /* not opened, damaged, or a signal; why says it */
};

struct store_state {
	enum soundness is;
	uint64_t rev;
	uint64_t digest; /* of all that a user can ask the store for */
	char why[300];
};

/* Opens the store as any program does and checks it. With `write` a run is
 * tried on it too, which changes a setting and is thrown away. */
void world_state(struct store_state *state, const char *path, bool write);

struct command_end {
	int status; /* of exit, or -1 */
	int signal; /* that ended it, or 0 */
	bool hung;  /* did not end in time, and was killed */
	struct buf out, err;
};

/* Runs argv in `place` with these variables set besides (NULL ends both lists)
 * and stdin from a file, or from /dev/null. */
void world_run(struct command_end *end, char *const *argv, const char *const *variables,
    const char *place, const char *input, unsigned seconds);
void command_end_release(struct command_end *end);

#endif
