/* SPDX-License-Identifier: ISC */
/*
 * A list of blocks, newest first; what is larger than a block gets its own.
 */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>

#define BLOCK (64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t size;
	_Alignas(16) char bytes[];
};

void *
arena_take(struct arena *arena, size_t len)
{
	struct arena_block *block;
	size_t size;
	char *at;

	if (len > SIZE_MAX / 2)
		return NULL;
	len = (len + 15) & ~(size_t)15;
	if ((size_t)(arena->end - arena->at) < len) {
		size = len > BLOCK ? len : BLOCK;
		block = size == BLOCK ? arena->spare : NULL;
		if (block != NULL)
			arena->spare = block->next;
		else
			block = malloc(sizeof(*block) + size);
		if (block == NULL)
			return NULL;
		block->next = arena->blocks;
		block->size = size;
		arena->blocks = block;
		arena->at = block->bytes;
		arena->end = block->bytes + size;
	}
	at = arena->at;
	arena->at += len;
	return at;
}

struct view
arena_copy(struct arena *arena, struct view view)
{
	char *at = NULL;

	if (view.len > 0) {
		at = arena_take(arena, view.len);
		if (at != NULL)
			memcpy(at, view.at, view.len);
	}
	return (struct view){ at, view.len };
}

void
arena_clear(struct arena *arena)
{
	struct arena_block *block;

	while ((block = arena->blocks) != NULL) {
		arena->blocks = block->next;
		if (block->size != BLOCK) {
			free(block);
			continue;
		}
		block->next = arena->spare;
		arena->spare = block;
	}
	arena->at = arena->end = NULL;
}

void
arena_release(struct arena *arena)
{
	struct arena_block *block;

	arena_clear(arena);
	while ((block = arena->spare) != NULL) {
		arena->spare = block->next;
		free(block);
	}
	*arena = ARENA_EMPTY;
}
