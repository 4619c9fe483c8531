/* SPDX-License-Identifier: ISC */
/*
 * Reads are short enough to stay in the processor's cache until they are
 * split, and double while a record is incomplete, so that looking again at a
 * long record from its start stays linear.
 */
#include "table/window.h"

#include <stdlib.h>

#define READ_SIZE ((size_t)128 * 1024)

int
window_open(struct window *window, int fd, const char *name,
    const struct reader_options *options, struct fault *fault)
{
	*window = (struct window){ .read_size = options->read_size };
	if (source_open(&window->source, fd, name, options->encoding, fault) < 0)
		return -1;
	window->cap = 2 * (options->read_size > 0 ? options->read_size : READ_SIZE);
	window->at = malloc(window->cap + WINDOW_PAD);
	if (window->at == NULL)
		return fault_memory(fault);
	window_rewind(window);
	return 0;
}

void
window_rewind(struct window *window)
{
	source_rewind(&window->source);
	window->begin = window->end = 0;
	window->eof = false;
	memset(window->at, 0, WINDOW_PAD);
}

/* Makes room for want bytes behind what is kept, which moves to the front. */
static int
make_room(struct window *window, size_t want, struct fault *fault)
{
	size_t kept = window->end - window->begin;
	size_t cap = window->cap;
	char *at;

	if (kept > 0 && window->begin > 0)
		memmove(window->at, window->at + window->begin, kept);
	window->begin = 0;
	window->end = kept;
	while (cap - kept < want)
		cap *= 2;
	if (cap == window->cap)
		return 0;
	at = realloc(window->at, cap + WINDOW_PAD);
	if (at == NULL)
		return fault_memory(fault);
	window->at = at;
	window->cap = cap;
	return 0;
}

int
window_fill(struct window *window, struct fault *fault)
{
	size_t kept = window->end - window->begin;
	size_t want = kept > READ_SIZE ? kept : READ_SIZE;
	size_t got;

	if (window->eof || kept + DECODER_STEP > WINDOW_MAX)
		return 0;
	if (window->read_size > 0)
		want = window->read_size;
	if (want > WINDOW_MAX - kept)
		want = WINDOW_MAX - kept;
	if (want < DECODER_STEP && window->source.decoder.kind != DECODER_NONE)
		want = DECODER_STEP;
	/* What is short moves always: the same memory stays in the cache. */
	if ((kept <= READ_SIZE || window->cap - window->end < want) &&
	    make_room(window, want, fault) < 0)
		return -1;
	if (source_read(&window->source, window->at + window->end, want, &got, fault) < 0)
		return -1;
	window->end += got;
	memset(window->at + window->end, 0, WINDOW_PAD);
	window->eof = got == 0;
	return got > 0;
}

void
window_close(struct window *window)
{
	source_close(&window->source);
	free(window->at);
	window->at = NULL;
}
