/* SPDX-License-Identifier: ISC */
#ifndef RULES_SEEN_H
#define RULES_SEEN_H

/* Which records rows of one file have met, and on which line first.
 * All zero is empty. Ids are mostly dense and come nearly in order, so lines
 * lie in blocks by id; a table finds the block, however high the ids are. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define SEEN_BLOCK 256

struct seen_block {
	uint64_t number;
	uint32_t *lines; /* of each id of the block, 0: not met; NULL: a free place */
};

struct seen {
	struct seen_block *places;
	size_t count, cap;
	struct seen_block last; /* that was asked for */
};

/* The line on which id was met first, or 0; then it is noted with `line`. */
int seen_note(struct seen *seen, uint64_t id, uint64_t line, uint64_t *first,
    struct fault *fault) MUST_CHECK;
/* Whether it was met. */
bool seen_has(const struct seen *seen, uint64_t id);
void seen_clear(struct seen *seen);
void seen_release(struct seen *seen);

#endif
