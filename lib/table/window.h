/* SPDX-License-Identifier: ISC */
#ifndef TABLE_WINDOW_H
#define TABLE_WINDOW_H

/*
 * The part of a source that is in memory. It slides forward over the text; a
 * record is looked at where it lies. WINDOW_PAD zero bytes follow what is
 * there, so that scanning by blocks may look past its end.
 */

#include "table/source.h"
#include "table/reader.h"

#define WINDOW_PAD 64
/* Twice the longest record, to tell one that is too long from one whose quote
 * is never closed. */
#define WINDOW_MAX (2 * (size_t)READER_RECORD_MAX)

struct window {
	struct source source;
	char *at;
	size_t cap;	   /* bytes of at, WINDOW_PAD not counted */
	size_t begin, end; /* the bytes at[begin] to at[end - 1] are kept */
	size_t read_size;  /* 0: as suits */
	bool eof;	   /* nothing follows at[end - 1] */
};

int window_open(struct window *window, int fd, const char *name,
    const struct reader_options *options, struct fault *fault) MUST_CHECK;

/* Reads more behind what is kept, which may move: 1, 0 when there is nothing
 * more (eof is set) or WINDOW_MAX bytes are kept already, or -1. */
int window_fill(struct window *window, struct fault *fault) MUST_CHECK;

static inline struct view
window_view(const struct window *window)
{
	return view_make(window->at + window->begin, window->end - window->begin);
}

/* Begins again at the start of the text. */
void window_rewind(struct window *window);

void window_close(struct window *window);

#endif
