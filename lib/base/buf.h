/* SPDX-License-Identifier: ISC */
#ifndef BASE_BUF_H
#define BASE_BUF_H

/*
 * A buf is owned bytes that grow. Appending never fails at once: memory that
 * ran out marks the buf as failed, later appends do nothing, and the caller
 * asks once, by buf_check, before it relies on the content.
 * { NULL, 0, 0, false } is an empty buf.
 */

#include <stdarg.h>
#include <stdint.h>

#include "fault.h"
#include "view.h"

struct buf {
	char *at;
	size_t len;
	size_t cap;
	bool failed;
};

#define BUF_EMPTY ((struct buf){ NULL, 0, 0, false })

/* Frees the bytes and leaves an empty buf. Accepts an empty one. */
void buf_release(struct buf *buf);

/* Length 0, memory kept, the failed mark taken off. */
void buf_clear(struct buf *buf);

/* Makes room for n more bytes; false when memory ran out (buf is failed). */
bool buf_reserve(struct buf *buf, size_t n);

void buf_put(struct buf *buf, const void *bytes, size_t len);
void buf_view(struct buf *buf, struct view view);
void buf_text(struct buf *buf, const char *text);
void buf_number(struct buf *buf, uint64_t number);
void buf_printf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline void
buf_char(struct buf *buf, char c)
{
	if (buf->len < buf->cap && !buf->failed)
		buf->at[buf->len++] = c;
	else
		buf_put(buf, &c, 1);
}

/* Borrowed until the next append. */
static inline struct view
buf_as_view(const struct buf *buf)
{
	return (struct view){ buf->at, buf->len };
}

/* The content with a NUL behind it (not counted in len), "" when failed. */
const char *buf_string(struct buf *buf);

/* 0, or -1 with "out of memory" when an append failed. */
int buf_check(const struct buf *buf, struct fault *fault) MUST_CHECK;

/* Whether memory ever ran out for any buf of the process. What was put together
 * since may lack something that nobody asked for: a run is not stored then. */
bool buf_ran_out(void);

#endif
