/* SPDX-License-Identifier: ISC */
#ifndef RULES_POINTS_H
#define RULES_POINTS_H

/* HS-67: where a contact that goes is the point of contact. */

#include "rules/import_run.h"

struct points {
	const struct kind *kind; /* of the first: a job or an event */
	uint64_t id;
	size_t count;
};

int points_find(struct import *import, uint64_t contact, struct points *points,
    struct fault *fault) MUST_CHECK;
/* Appends "#1 is the point of contact of event #7 and 2 more". */
void points_print(struct buf *out, uint64_t contact, const struct points *points);

#endif
