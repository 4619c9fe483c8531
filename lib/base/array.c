/* SPDX-License-Identifier: ISC */
/* Room is doubled, so that adding takes the same time on average however many
 * there are. */
#include "base/array.h"

#include <stdlib.h>

#define LEAST 16

void *
array_grow(void *at, size_t *cap, size_t size, struct fault *fault)
{
	size_t wider = *cap == 0 ? LEAST : *cap * 2;

	at = reallocarray(at, wider, size);
	if (at == NULL)
		fault_memory(fault);
	else
		*cap = wider;
	return at;
}
