/* SPDX-License-Identifier: ISC */
/*
 * Open addressing; ids are spread by a multiplication.
 */
#include "rules/seen.h"

#include <stdlib.h>
#include <string.h>

static size_t
place_of(const struct seen *seen, uint64_t id)
{
	size_t at = (size_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 20) &
	    (seen->cap - 1);

	while (seen->places[at].id != 0 && seen->places[at].id != id)
		at = (at + 1) & (seen->cap - 1);
	return at;
}

static int
grow(struct seen *seen, struct fault *fault)
{
	struct seen old = *seen;
	size_t i;

	seen->cap = old.cap == 0 ? 64 : old.cap * 2;
	seen->places = calloc(seen->cap, sizeof(*seen->places));
	if (seen->places == NULL) {
		*seen = old;
		return fault_memory(fault);
	}
	for (i = 0; i < old.cap; i++)
		if (old.places[i].id != 0)
			seen->places[place_of(seen, old.places[i].id)] =
			    old.places[i];
	free(old.places);
	return 0;
}

int
seen_note(struct seen *seen, uint64_t id, uint64_t line, uint64_t *first,
    struct fault *fault)
{
	size_t at;

	if (seen->count * 4 >= seen->cap * 3 && grow(seen, fault) != 0)
		return -1;
	at = place_of(seen, id);
	*first = seen->places[at].id == id ? seen->places[at].line : 0;
	if (seen->places[at].id == 0) {
		seen->places[at] = (struct seen_place){ id, line };
		seen->count++;
	}
	return 0;
}

void
seen_clear(struct seen *seen)
{
	if (seen->count > 0)
		memset(seen->places, 0, seen->cap * sizeof(*seen->places));
	seen->count = 0;
}

void
seen_release(struct seen *seen)
{
	free(seen->places);
	*seen = (struct seen){ NULL, 0, 0 };
}
