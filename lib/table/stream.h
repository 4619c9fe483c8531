/* SPDX-License-Identifier: ISC */
#ifndef TABLE_STREAM_H
#define TABLE_STREAM_H

/*
 * The records of a file, one after the other: where each begins and ends,
 * whatever is wrong with it. stream.place is where reading has come to; other
 * places look ahead of it, and hold what they pass in memory.
 */

#include "table/record.h"
#include "table/window.h"

/* JSON: whether an array of objects is open. After a bad value it may be. */
enum array { ARRAY_NONE, ARRAY_OPEN, ARRAY_UNSURE };

/* A place in the text: offset bytes behind the window's begin. */
struct place {
	size_t offset;
	uint64_t line;
	bool skip; /* the rest of this line belongs to a refused record */
	enum array array;
};

struct stream {
	struct window window;
	struct manner manner;
	struct place place; /* offset is always 0 */
};

/* What a record takes up. */
struct extent {
	size_t length; /* of its bytes, without the line end */
	size_t next;
	uint64_t lines;
	bool skip; /* and the rest of the line behind next */
};

enum located { LOCATED_END, LOCATED, LOCATED_NO_ROOM };

/* The text in memory from the place on. */
struct view stream_text(const struct stream *stream, const struct place *place);

/*
 * Finds the record that begins at the place, and moves the place to its first
 * byte: LOCATED with *extent, LOCATED_END, LOCATED_NO_ROOM when looking ahead
 * would take more than WINDOW_MAX bytes, or -1. The record is split, or
 * refused with its code.
 */
int stream_locate(struct stream *stream, struct record *record, struct place *place,
    struct extent *extent, struct fault *fault) MUST_CHECK;

/* Moves the place behind the record. */
void stream_pass(struct stream *stream, struct place *place, const struct extent *extent);

#endif
