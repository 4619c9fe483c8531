/* SPDX-License-Identifier: ISC */
#ifndef FAULT_INVENTORY_H
#define FAULT_INVENTORY_H

/*
 * What lies in the directory that a command was run in: its stores by what they
 * hold, other files by their bytes, so that two such directories can be compared
 * whatever the way was that led there. Files that every store has are not
 * named; what else lies in a store is.
 */

#include "world.h"

enum thing_kind { THING_STORE, THING_FILE, THING_DIRECTORY };

struct thing {
	char *path; /* from the directory on */
	enum thing_kind kind;
	struct store_state state; /* of a store */
	uint64_t digest;	  /* of a file's bytes */
};

struct inventory {
	struct thing *things;
	size_t count;
};

void inventory_take(struct inventory *inventory, const char *place);
void inventory_release(struct inventory *inventory);

/* The thing of that path, or NULL. */
const struct thing *inventory_find(const struct inventory *inventory, const char *path);
/* Whether both are the same and sound. */
bool thing_same(const struct thing *a, const struct thing *b);

#endif
