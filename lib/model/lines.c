/* SPDX-License-Identifier: ISC */
/*
 * A window that slides over the file and grows only for a line that does not
 * fit in it.
 */
#include "model/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define WINDOW ((size_t)256 * 1024)

void
lines_begin(
    struct lines *lines, int fd, const char *name, off_t from, off_t end, uint64_t before)
{
	*lines = (struct lines){
		.fd = fd, .name = name, .next = from, .end = end, .number = before
	};
}

static int
make_room(struct lines *lines, struct fault *fault)
{
	size_t cap = lines->cap == 0 ? WINDOW : lines->cap * 2;
	char *at;

	if (lines->begin > 0) {
		lines->filled -= lines->begin;
		memmove(lines->at, lines->at + lines->begin, lines->filled);
		lines->begin = 0;
	}
	if (lines->filled < lines->cap)
		return 0;
	if (cap > LINES_MOST)
		return fault_set(fault, FAULT_INPUT,
		    "%s:%llu: a line is longer than %zu MiB", lines->name,
		    (unsigned long long)lines->number + 1, LINES_MOST / 1024 / 1024);
	at = realloc(lines->at, cap + LINES_PAD);
	if (at == NULL)
		return fault_memory(fault);
	memset(at + lines->filled, 0, cap + LINES_PAD - lines->filled);
	lines->at = at;
	lines->cap = cap;
	return 0;
}

/* 1 when there is more than before, 0 at the end, -1. */
static int
fill(struct lines *lines, struct fault *fault)
{
	size_t room;
	ssize_t n;

	if (lines->next >= lines->end)
		return 0;
	if (make_room(lines, fault) != 0)
		return -1;
	room = lines->cap - lines->filled;
	if ((off_t)room > lines->end - lines->next)
		room = (size_t)(lines->end - lines->next);
	do
		n = pread(lines->fd, lines->at + lines->filled, room, lines->next);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fault_errno(fault, errno, "%s", lines->name);
	lines->next = n == 0 ? lines->end : lines->next + n;
	lines->filled += (size_t)n;
	return n > 0;
}

int
lines_next(struct lines *lines, struct view *line, struct fault *fault)
{
	size_t searched = 0, left;
	const char *feed = NULL;
	int more = 1;

	while (more == 1) {
		left = lines->filled - lines->begin;
		if (left > searched)
			feed = memchr(
			    lines->at + lines->begin + searched, '\n', left - searched);
		if (feed != NULL)
			break;
		searched = left;
		more = fill(lines, fault);
	}
	if (more < 0)
		return -1;
	left = lines->filled - lines->begin;
	lines->cut = feed == NULL;
	if (lines->cut && left == 0)
		return 0;
	*line = view_make(lines->at + lines->begin,
	    lines->cut ? left : (size_t)(feed - (lines->at + lines->begin)));
	lines->place = lines->next - (off_t)left;
	lines->begin += line->len + !lines->cut;
	lines->number++;
	return 1;
}

void
lines_back(struct lines *lines, struct view line)
{
	lines->begin -= line.len + !lines->cut;
	lines->number--;
}

void
lines_release(struct lines *lines)
{
	free(lines->at);
	lines->at = NULL;
}
