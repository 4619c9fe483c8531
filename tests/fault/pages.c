/* SPDX-License-Identifier: ISC */
/*
 * LMDB's layout, as far as a tree is walked: a page has a head of 16 bytes, then
 * 2-byte offsets of its nodes. A node is 8 bytes, key and value; on a branch it
 * names a page, on a leaf it has a value, the number of the value's own pages
 * (BIG), or the root of another tree (SUB).
 */
#include "pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "children.h"

enum { HEAD = 16, NODE = 8, TREE = 48 };
enum { FLAG_BRANCH = 0x01, FLAG_LEAF = 0x02, FLAG_BIG = 0x01, FLAG_SUB = 0x02 };

static uint64_t
number_at(const struct pages *pages, size_t at, size_t size)
{
	uint64_t number = 0;

	if (at + size > pages->len)
		driver_failed("data.mdb: offset %zu is behind its end", at);
	memcpy(&number, pages->bytes + at, size);
	return number;
}

/* Makes room for one more; the list doubles when it is full. */
static void *
grow(void *list, size_t count, size_t size)
{
	if ((count & (count - 1)) == 0)
		list = realloc(list, (count == 0 ? 1 : 2 * count) * size);
	if (list == NULL)
		driver_failed("out of memory");
	return list;
}

static void
add_page(struct pages *pages, uint64_t number, enum page_use use, const char *tree)
{
	struct page *page;

	pages->pages = grow(pages->pages, pages->count, sizeof(*page));
	page = &pages->pages[pages->count++];
	*page = (struct page){ .number = number, .use = use };
	snprintf(page->tree, sizeof(page->tree), "%s", tree);
}

static void
add_stretch(struct pages *pages, const struct stretch *stretch, const char *tree)
{
	struct stretch *added;

	pages->stretches = grow(pages->stretches, pages->stretch_count, sizeof(*added));
	added = &pages->stretches[pages->stretch_count++];
	*added = *stretch;
	snprintf(added->tree, sizeof(added->tree), "%s", tree);
}

static void walk(struct pages *pages, uint64_t number, const char *tree);

static void
add_big(struct pages *pages, struct stretch *stretch, const char *tree)
{
	uint64_t first = number_at(pages, stretch->at, 8);
	uint64_t count = (HEAD + stretch->len + pages->size - 1) / pages->size;

	for (uint64_t i = 0; i < count; i++)
		add_page(pages, first + i, PAGE_OVERFLOW, tree);
	stretch->at = first * pages->size + HEAD;
	add_stretch(pages, stretch, tree);
}

static void
read_node(struct pages *pages, size_t at, bool leaf, const char *tree)
{
	uint64_t low = number_at(pages, at, 2), high = number_at(pages, at + 2, 2);
	uint64_t flags = number_at(pages, at + 4, 2);
	struct stretch stretch = { .key_at = at + NODE,
		.key_len = number_at(pages, at + 6, 2),
		.len = low | high << 16 };
	char name[16];

	stretch.at = stretch.key_at + stretch.key_len;
	if (!leaf) {
		walk(pages, low | high << 16 | flags << 32, tree);
	} else if (flags & FLAG_SUB) {
		snprintf(name, sizeof(name), "%.*s", (int)stretch.key_len,
		    (const char *)pages->bytes + stretch.key_at);
		walk(pages, number_at(pages, stretch.at + 40, 8), name);
	} else if (flags & FLAG_BIG) {
		add_big(pages, &stretch, tree);
	} else {
		add_stretch(pages, &stretch, tree);
	}
}

static void
walk(struct pages *pages, uint64_t number, const char *tree)
{
	size_t at = number * pages->size, nodes;
	bool leaf;

	if (number == UINT64_MAX)
		return;
	leaf = (number_at(pages, at + 10, 2) & FLAG_LEAF) != 0;
	add_page(pages, number, leaf ? PAGE_LEAF : PAGE_BRANCH, tree);
	nodes = (number_at(pages, at + 12, 2) - HEAD) / 2;
	for (size_t i = 0; i < nodes; i++)
		read_node(pages, at + number_at(pages, at + HEAD + 2 * i, 2), leaf, tree);
}

/* Two meta pages take turns; behind the head stand magic, version, address and
 * size of the map, two trees (free pages, names of trees), the last page and the
 * number of the transaction. */
void
pages_read(struct pages *pages, const unsigned char *bytes, size_t len)
{
	size_t meta = HEAD, trees, other;

	*pages = (struct pages){ .bytes = bytes, .len = len };
	pages->size = number_at(pages, HEAD + 24, 4);
	other = pages->size + HEAD;
	if (pages->size < 512 || number_at(pages, HEAD, 4) != 0xbeefc0de)
		driver_failed("data.mdb is not of LMDB");
	if (number_at(pages, other + 24 + 2 * TREE + 8, 8) >
	    number_at(pages, meta + 24 + 2 * TREE + 8, 8))
		meta = other;
	trees = meta + 24;
	add_page(pages, meta / pages->size, PAGE_META, "");
	walk(pages, number_at(pages, trees + 40, 8), "(free)");
	walk(pages, number_at(pages, trees + TREE + 40, 8), "(trees)");
}

void
pages_release(struct pages *pages)
{
	free(pages->pages);
	free(pages->stretches);
}
