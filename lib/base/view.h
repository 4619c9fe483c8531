/* SPDX-License-Identifier: ISC */
#ifndef BASE_VIEW_H
#define BASE_VIEW_H

/*
 * A view is borrowed bytes: a pointer and a length, not terminated. Who lends
 * them says how long they live. The empty view may have a null pointer.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct view {
	const char *at;
	size_t len;
};

#define VIEW(literal) ((struct view){ "" literal, sizeof(literal) - 1 })

static inline struct view
view_of(const char *text)
{
	return (struct view){ text, text == NULL ? 0 : strlen(text) };
}

static inline struct view
view_make(const char *at, size_t len)
{
	return (struct view){ at, len };
}

static inline bool
view_equal(struct view a, struct view b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool
view_is(struct view a, const char *text)
{
	return view_equal(a, view_of(text));
}

/* Order of memcmp, the shorter first where one begins the other. */
static inline int
view_compare(struct view a, struct view b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n == 0 ? 0 : memcmp(a.at, b.at, n);

	return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

static inline bool
view_begins(struct view a, struct view with)
{
	return a.len >= with.len &&
	    (with.len == 0 || memcmp(a.at, with.at, with.len) == 0);
}

/* The part of a from the byte `from` on; empty when from is past the end. */
static inline struct view
view_from(struct view a, size_t from)
{
	return from >= a.len ? (struct view){ NULL, 0 }
			     : (struct view){ a.at + from, a.len - from };
}

static inline struct view
view_until(struct view a, size_t end)
{
	return (struct view){ a.at, end < a.len ? end : a.len };
}

#endif
