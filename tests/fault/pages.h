/* SPDX-License-Identifier: ISC */
#ifndef FAULT_PAGES_H
#define FAULT_PAGES_H

/*
 * Which byte of data.mdb serves what: the pages that the newest meta page leads
 * to, the tree of each, and where the values of entries lie. Reads LMDB's own
 * layout, which is damaged here on purpose, so that a driver knows what it hits.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum page_use { PAGE_META, PAGE_BRANCH, PAGE_LEAF, PAGE_OVERFLOW };

struct page {
	uint64_t number;
	enum page_use use;
	char tree[16]; /* "" for LMDB's own */
};

/* The value of an entry on a leaf, and its key. */
struct stretch {
	size_t at, len;
	size_t key_at, key_len;
	char tree[16];
};

struct pages {
	const unsigned char *bytes;
	size_t len, size; /* of the file, of a page */
	struct page *pages;
	size_t count;
	struct stretch *stretches;
	size_t stretch_count;
};

/* bytes, the whole of a sound data.mdb, are borrowed. Ends the driver when they
 * are not understood. */
void pages_read(struct pages *pages, const unsigned char *bytes, size_t len);
void pages_release(struct pages *pages);

#endif
