/* SPDX-License-Identifier: ISC */
/*
 * Blocks are made when the first id in them is met. Lines beyond 32 bits are
 * kept modulo that, which only a message would show.
 */
#include "rules/seen.h"

#include <stdlib.h>
#include <string.h>

static int
reach(struct seen *seen, size_t block, struct fault *fault)
{
	size_t count = block + block / 2 + 16;
	uint32_t **blocks;

	if (block >= seen->count) {
		blocks = realloc(seen->blocks, count * sizeof(*blocks));
		if (blocks == NULL)
			return fault_memory(fault);
		memset(blocks + seen->count, 0, (count - seen->count) * sizeof(*blocks));
		seen->blocks = blocks;
		seen->count = count;
	}
	if (seen->blocks[block] == NULL)
		seen->blocks[block] = calloc(SEEN_BLOCK, sizeof(uint32_t));
	return seen->blocks[block] == NULL ? fault_memory(fault) : 0;
}

int
seen_note(
    struct seen *seen, uint64_t id, uint64_t line, uint64_t *first, struct fault *fault)
{
	size_t block = (size_t)(id / SEEN_BLOCK);
	uint32_t *at;

	if ((block >= seen->count || seen->blocks[block] == NULL) &&
	    reach(seen, block, fault) != 0)
		return -1;
	at = seen->blocks[block] + id % SEEN_BLOCK;
	*first = *at;
	if (*at == 0)
		*at = (uint32_t)line;
	return 0;
}

void
seen_clear(struct seen *seen)
{
	size_t i;

	for (i = 0; i < seen->count; i++) {
		free(seen->blocks[i]);
		seen->blocks[i] = NULL;
	}
}

void
seen_release(struct seen *seen)
{
	seen_clear(seen);
	free(seen->blocks);
	*seen = (struct seen){ NULL, 0 };
}
