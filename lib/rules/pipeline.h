/* SPDX-License-Identifier: ISC */
#ifndef RULES_PIPELINE_H
#define RULES_PIPELINE_H

/*
 * Reads a file into batches of drafts on a second thread, so that splitting
 * and checking rows goes on while the rows before are matched and stored.
 */

#include "rules/draft.h"
#include "rules/map.h"
#include "rules/reference.h"
#include "table/reader.h"

#define BATCH_ROWS 1024

struct batch {
	struct arena arena;
	struct draft drafts[BATCH_ROWS];
	size_t count;
	uint64_t done, size; /* bytes of the file, when it was read */
};

struct pipeline;

/* Slots by which rows are matched. */
struct keyed {
	uint16_t slot;
	const struct field *field;
};

/*
 * keys is borrowed until pipeline_close. With a store, the contacts that rows
 * name (reference_to_contact) are looked up on the second thread, in a
 * transaction of its own: nobody makes or changes a key of a contact in a run
 * that reads records of such a kind.
 */
struct pipeline_source {
	struct reader *reader;
	struct plan *plan;
	const struct kind *kind;
	const struct keyed *keys;
	size_t key_count;
	struct store *store; /* or NULL */
	struct systems systems;
};
int pipeline_open(struct pipeline **pipeline, const struct pipeline_source *source,
    struct fault *fault) MUST_CHECK;

/* Makes the keys of a draft, in the arena. */
int draft_make_keys(struct draft *draft, const struct kind *kind,
    const struct keyed *keys, size_t key_count, struct arena *arena, struct buf *text,
    struct fault *fault) MUST_CHECK;
/* 1 and *batch, which lives until the next call; 0 at the end; -1. */
int pipeline_next(
    struct pipeline *pipeline, struct batch **batch, struct fault *fault) MUST_CHECK;
/* Stops reading, wherever it is. */
void pipeline_close(struct pipeline *pipeline);

#endif
