/* SPDX-License-Identifier: ISC */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

/*
 * Memory that is freed all at once. Blocks never move, so what was taken
 * lives until arena_clear or arena_release.
 */

#include "view.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
	struct arena_block *spare; /* for the next round */
	char *at, *end;
};

#define ARENA_EMPTY ((struct arena){ NULL, NULL, NULL, NULL })

/* len bytes aligned for any type, not zeroed; NULL when memory ran out. */
void *arena_take(struct arena *arena, size_t len);
/* A copy of view in the arena; at is NULL when memory ran out and len > 0. */
struct view arena_copy(struct arena *arena, struct view view);
/* Empties it but keeps the blocks, other than very large ones, for the next
 * use. */
void arena_clear(struct arena *arena);
void arena_release(struct arena *arena);

#endif
