/* SPDX-License-Identifier: ISC */
#ifndef RULES_SEEN_H
#define RULES_SEEN_H

/* Which records rows of one file have met, and on which line first.
 * { NULL, 0 } is empty. Ids are dense and come nearly in order, so lines lie
 * in blocks by id. */

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define SEEN_BLOCK 1024

struct seen {
	uint32_t **blocks; /* line of each id of a block, 0: not met */
	size_t count;
};

/* The line on which id was met first, or 0; then it is noted with `line`. */
int seen_note(struct seen *seen, uint64_t id, uint64_t line, uint64_t *first,
    struct fault *fault) MUST_CHECK;
void seen_clear(struct seen *seen);
void seen_release(struct seen *seen);

#endif
