/* SPDX-License-Identifier: ISC */
/*
 * Blocks are made when the first id in them is met. Lines beyond 32 bits are
 * kept modulo that, which only a message would show.
 */
#include "rules/seen.h"

#include <stdlib.h>
#include <string.h>

/* The place of a block, or the free one that it would have. */
static struct seen_block *
place_of(const struct seen *seen, uint64_t number)
{
	/* Neighbours do not follow each other, so that places are found soon. */
	size_t at = (size_t)((number * UINT64_C(0x9e3779b97f4a7c15)) >> 32);

	while (seen->places[at & (seen->cap - 1)].lines != NULL &&
	    seen->places[at & (seen->cap - 1)].number != number)
		at++;
	return seen->places + (at & (seen->cap - 1));
}

static int
grow(struct seen *seen, struct fault *fault)
{
	struct seen_block *old = seen->places;
	size_t cap = seen->cap, i;
	struct seen_block *wider = calloc(cap == 0 ? 64 : 2 * cap, sizeof(*wider));

	if (wider == NULL)
		return fault_memory(fault);
	seen->places = wider;
	seen->cap = cap == 0 ? 64 : 2 * cap;
	for (i = 0; i < cap; i++)
		if (old[i].lines != NULL)
			*place_of(seen, old[i].number) = old[i];
	free(old);
	return 0;
}

/* Makes a block the last one that was asked for. */
static int
reach(struct seen *seen, uint64_t number, struct fault *fault)
{
	struct seen_block *place;

	if (seen->count * 2 >= seen->cap && grow(seen, fault) != 0)
		return -1;
	place = place_of(seen, number);
	if (place->lines == NULL) {
		place->lines = calloc(SEEN_BLOCK, sizeof(*place->lines));
		if (place->lines == NULL)
			return fault_memory(fault);
		place->number = number;
		seen->count++;
	}
	seen->last = *place;
	return 0;
}

int
seen_note(
    struct seen *seen, uint64_t id, uint64_t line, uint64_t *first, struct fault *fault)
{
	uint64_t number = id / SEEN_BLOCK;
	uint32_t *at;

	if ((seen->last.lines == NULL || seen->last.number != number) &&
	    reach(seen, number, fault) != 0)
		return -1;
	at = seen->last.lines + id % SEEN_BLOCK;
	*first = *at;
	if (*at == 0)
		*at = (uint32_t)line;
	return 0;
}

bool
seen_has(const struct seen *seen, uint64_t id)
{
	const struct seen_block *place;

	if (seen->cap == 0)
		return false;
	place = place_of(seen, id / SEEN_BLOCK);
	return place->lines != NULL && place->lines[id % SEEN_BLOCK] != 0;
}

void
seen_clear(struct seen *seen)
{
	size_t i;

	for (i = 0; i < seen->cap; i++)
		free(seen->places[i].lines);
	if (seen->cap > 0)
		memset(seen->places, 0, seen->cap * sizeof(*seen->places));
	seen->count = 0;
	seen->last = (struct seen_block){ 0, NULL };
}

void
seen_release(struct seen *seen)
{
	seen_clear(seen);
	free(seen->places);
	*seen = (struct seen){ .places = NULL };
}
