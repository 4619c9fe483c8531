/* SPDX-License-Identifier: ISC */
/*
 * Growth doubles, so that appending byte by byte stays linear.
 */
#include "buf.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_bool ran_out;

void
buf_release(struct buf *buf)
{
	free(buf->at);
	*buf = BUF_EMPTY;
}

void
buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
}

static bool
run_out(struct buf *buf)
{
	buf->failed = true;
	atomic_store(&ran_out, true);
	return false;
}

bool
buf_ran_out(void)
{
	return atomic_load(&ran_out);
}

bool
buf_reserve(struct buf *buf, size_t n)
{
	size_t cap;
	char *at;

	if (buf->failed)
		return false;
	if (buf->cap - buf->len >= n)
		return true;
	if (n > SIZE_MAX / 4 - buf->len)
		return run_out(buf);
	cap = buf->cap < 32 ? 64 : buf->cap * 2;
	if (cap < buf->len + n)
		cap = buf->len + n;
	at = realloc(buf->at, cap);
	if (at == NULL)
		return run_out(buf);
	buf->at = at;
	buf->cap = cap;
	return true;
}

void
buf_put(struct buf *buf, const void *bytes, size_t len)
{
	if (len == 0 || !buf_reserve(buf, len))
		return;
	memcpy(buf->at + buf->len, bytes, len);
	buf->len += len;
}

void
buf_view(struct buf *buf, struct view view)
{
	buf_put(buf, view.at, view.len);
}

void
buf_text(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text));
}

void
buf_number(struct buf *buf, uint64_t number)
{
	char digits[20];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	buf_put(buf, digits + i, sizeof(digits) - i);
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0 || !buf_reserve(buf, (size_t)n + 1)) {
		buf->failed = true;
		return;
	}
	va_start(ap, format);
	vsnprintf(buf->at + buf->len, (size_t)n + 1, format, ap);
	va_end(ap);
	buf->len += (size_t)n;
}

const char *
buf_string(struct buf *buf)
{
	if (!buf_reserve(buf, 1))
		return "";
	buf->at[buf->len] = '\0';
	return buf->at;
}

int
buf_check(const struct buf *buf, struct fault *fault)
{
	return buf->failed ? fault_memory(fault) : 0;
}
