/* SPDX-License-Identifier: ISC */
#ifndef RULES_MAPS_H
#define RULES_MAPS_H

/* The maps that were loaded, as the parts of a plan see them. */

#include "rules/map.h"
#include "rules/map_file.h"

struct maps {
	struct arena arena;
	struct map_file *files;
	/* In the order in which they are tried, those without a number last;
	 * `shapes` has count of them. */
	const struct map_shape **shapes;
	size_t count;
	const char *system; /* of NAME:SYSTEM, or NULL */
	bool only;	    /* one map was asked for by name */
};

#endif
