/* SPDX-License-Identifier: ISC */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

/* Arrays on the heap that grow one by one. */

#include <stddef.h>

#include "base/fault.h"

/* The array, moved when it had no room for one more element of that size: *cap
 * elements have room. NULL is a fault, and the array is as before. */
void *array_grow(void *at, size_t *cap, size_t size, struct fault *fault);

static inline void *
array_room(void *at, size_t count, size_t *cap, size_t size, struct fault *fault)
{
	return count < *cap ? at : array_grow(at, cap, size, fault);
}

#endif
