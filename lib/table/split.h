/* SPDX-License-Identifier: ISC */
#ifndef TABLE_SPLIT_H
#define TABLE_SPLIT_H

/*
 * Splits one record into cells, in place: the three dialects. Nothing is
 * copied or changed; a cell that holds doubled quotes or escapes is marked, to
 * be undone by split_undo once the record is known to be good.
 */

#include <stdint.h>

#include "base/view.h"
#include "table/reader.h"

enum dialect {
	DIALECT_QUOTED,	 /* RFC 4180 with any delimiter */
	DIALECT_TAB,	 /* foreign TAB text: see split.c */
	DIALECT_ESCAPED, /* TSV of ours: \t \n \r \\ */
};

enum split_result {
	SPLIT_DONE,
	SPLIT_MORE,	 /* the record goes on behind the text */
	SPLIT_STRAY,	 /* a quote in the middle of an unquoted cell */
	SPLIT_AFTER,	 /* text behind a closing quote */
	SPLIT_OPEN,	 /* a quote that is never closed */
	SPLIT_BAD_JSON,	 /* see message */
	SPLIT_NO_OBJECT, /* a JSON value of another type; next is behind it */
	SPLIT_CONTROL,	 /* a control character written as a JSON escape */
};

struct split {
	struct view *cells; /* READER_COLUMNS_MAX of them */
	size_t count;	    /* may be more, which are then not in cells */
	size_t length;	    /* of the record without its line end */
	size_t next;	    /* where the next record begins */
	uint64_t lines;	    /* line ends before next */
	bool quoted;	    /* SPLIT_MORE: within quotes */
	/* Of a bad quote (where it opened) or a JSON error: offset, line ends
	 * before it, cell from 1 (0: none). */
	size_t bad_at;
	uint64_t bad_lines;
	size_t bad_cell;
	const char *message; /* JSON */
	size_t marked_count;
	uint16_t marked[READER_COLUMNS_MAX];
};

/*
 * Splits the record at the start of text, which is at least one byte long and
 * followed by SCAN_BLOCK readable bytes, the first of them zero. With last set
 * nothing follows the text, and the result is never SPLIT_MORE.
 */
enum split_result split_record(struct split *split, enum dialect dialect, char delimiter,
    struct view text, bool last);

/* Undoes doubled quotes or escapes in the marked cells, in the memory that
 * they are views of. */
void split_undo(struct split *split, enum dialect dialect);

/* The length that the marked cell will have when undone. */
size_t split_length(struct view cell, enum dialect dialect);

#endif
