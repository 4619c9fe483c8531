/* SPDX-License-Identifier: ISC */
#ifndef RULES_DETECT_H
#define RULES_DETECT_H

/* Which record of a file is its header, and which export it is of. */

#include "rules/header.h"
#include "rules/maps.h"

/* A record from the beginning of the file, as a header would be read; one that
 * the reader could not split has no cells, and says why. */
struct candidate {
	struct header header;
	uint64_t line;
	const char *code, *message;
};

struct verdict {
	const struct map_shape *shape;
	size_t record;
	bool ours; /* the header is this store's own */
};

/*
 * Finds the header among the first DETECT_RECORDS candidates; those behind a
 * header are looked at as its rows. FAULT_INPUT when there is none, or when
 * the file is of another kind.
 */
#define DETECT_RECORDS 10
int detect_header(struct verdict *verdict, const struct maps *maps,
    const struct plan_options *options, const struct candidate *candidates, size_t count,
    struct fault *fault) MUST_CHECK;

/* The shape of the generic map for a kind, or NULL. */
const struct map_shape *detect_generic(const struct maps *maps, const struct kind *kind);

/* The line of the shape for a header, NULL when it has none; *rank is the
 * smaller the higher it stands. */
const struct map_column *detect_column(
    const struct map_shape *shape, const struct header_name *name, unsigned *rank);

/* The field of the kind that bears the name, written with or without `_`; one
 * that files may fill. */
const struct field *detect_field(const struct kind *kind, const struct header_name *name);

/* Whether `id` in a header is of the source because of the map asked for. */
bool detect_has_system(const struct maps *maps, const struct map_shape *shape);

#endif
