/* SPDX-License-Identifier: ISC */
/* Whatever finds records adds their ids to a list; sorting makes a set of it. */
#include "store/ids.h"

#include <stdlib.h>

#include "base/array.h"

int
ids_add(struct ids *ids, uint64_t id, struct fault *fault)
{
	uint64_t *at;

	at = array_room(ids->at, ids->count, &ids->cap, sizeof(*at), fault);
	if (at == NULL)
		return -1;
	ids->at = at;
	ids->at[ids->count++] = id;
	return 0;
}

static int
compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
ids_sort(struct ids *ids)
{
	size_t i, kept = 0;

	for (i = 1; i < ids->count; i++)
		if (ids->at[i - 1] >= ids->at[i])
			break;
	if (i >= ids->count)
		return;
	qsort(ids->at, ids->count, sizeof(*ids->at), compare_ids);
	for (i = 0; i < ids->count; i++)
		if (i == 0 || ids->at[i] != ids->at[kept - 1])
			ids->at[kept++] = ids->at[i];
	ids->count = kept;
}

bool
ids_have(const struct ids *ids, uint64_t id)
{
	size_t low = 0, high = ids->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ids->at[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ids->count && ids->at[low] == id;
}

void
ids_release(struct ids *ids)
{
	free(ids->at);
	*ids = (struct ids){ NULL, 0, 0 };
}
