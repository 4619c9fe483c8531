/* SPDX-License-Identifier: ISC */
#ifndef MODEL_TALLY_H
#define MODEL_TALLY_H

/* Counts records by the values of one or more columns; a list counts once for
 * each of its elements. { 0 } is an empty tally. */

#include "base/arena.h"
#include "model/columns.h"
#include "model/order.h"

struct tally_row {
	uint64_t count;
	struct view *cells; /* one per column */
};

struct tally {
	const struct columns *columns;
	struct tally_row *rows; /* open addressing until tally_sort */
	size_t count, room;
	struct arena arena;
	struct view *cells; /* of the record that is counted */
};

/* columns are borrowed. */
int tally_open(
    struct tally *tally, const struct columns *columns, struct fault *fault) MUST_CHECK;
int tally_add(struct tally *tally, uint64_t id, struct record record,
    struct fault *fault) MUST_CHECK;
/* Brings rows[0 .. count) into the order of their values. Adding ends here. */
int tally_sort(struct tally *tally, struct fault *fault) MUST_CHECK;
void tally_close(struct tally *tally);

#endif
