/* SPDX-License-Identifier: ISC */
/*
 * Headers of one meaning are written in many ways; all that is compared is
 * what a reader would say aloud. Non-ASCII letters stay (folded), or headers
 * in other scripts would all be equal.
 */
#include "rules/header.h"

#include "base/fold.h"

/* Longer cells are no headers, and are not folded to find that out. */
#define HEADER_MAX 1000

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of "1 -" to "99 -" without the " -", 0 where it does not stand. */
static size_t
numbered(struct view text, size_t i, unsigned *number)
{
	size_t n = 1;

	if (text.at[i] < '1' || text.at[i] > '9' || (i > 0 && text.at[i - 1] != ' '))
		return 0;
	if (i + 1 < text.len && is_digit(text.at[i + 1]))
		n = 2;
	if (i + n + 1 >= text.len || text.at[i + n] != ' ' || text.at[i + n + 1] != '-')
		return 0;
	*number = n == 1 ? (unsigned)(text.at[i] - '0')
			 : (unsigned)((text.at[i] - '0') * 10 + (text.at[i + 1] - '0'));
	return n;
}

static void
normal_append(struct buf *out, struct view text, unsigned *number)
{
	size_t i, n;
	char c;

	for (i = 0; i < text.len; i++) {
		c = text.at[i];
		if (*number == 0 && (n = numbered(text, i, number)) > 0) {
			buf_char(out, 'n');
			i += n - 1;
		} else if (c >= 'A' && c <= 'Z') {
			buf_char(out, (char)(c - 'A' + 'a'));
		} else if ((c >= 'a' && c <= 'z') || is_digit(c) ||
		    (unsigned char)c >= 0x80) {
			buf_char(out, c);
		}
	}
}

void
header_normal(struct buf *out, struct view text, unsigned *number)
{
	struct buf folded = BUF_EMPTY;
	unsigned none = 0;

	if (number == NULL)
		number = &none;
	*number = 0;
	text = text_trim_wide(text);
	if (utf8_is_ascii(text)) {
		normal_append(out, text, number);
		return;
	}
	fold_search(&folded, text);
	if (folded.failed)
		out->failed = true;
	normal_append(out, buf_as_view(&folded), number);
	buf_release(&folded);
}

int
header_read(struct header *header, struct arena *arena, const struct view *cells,
    size_t count, struct fault *fault)
{
	struct buf buf = BUF_EMPTY;
	struct header_name *name;
	size_t i;
	int result = -1;

	header->count = count;
	header->names = arena_take(arena, (count + 1) * sizeof(*header->names));
	if (header->names == NULL)
		return fault_memory(fault);
	for (i = 0; i < count; i++) {
		name = &header->names[i];
		name->raw = cells[i];
		name->text = text_trim_wide(name->raw);
		name->number = 0;
		buf_clear(&buf);
		if (name->text.len <= HEADER_MAX)
			header_normal(&buf, name->text, &name->number);
		if (buf_check(&buf, fault) == -1)
			goto done;
		name->normal = arena_copy(arena, buf_as_view(&buf));
		if (name->normal.len > 0 && name->normal.at == NULL) {
			fault_memory(fault);
			goto done;
		}
	}
	result = 0;
done:
	buf_release(&buf);
	return result;
}

bool
header_ignored(const struct header_name *name)
{
	return name->text.len > 0 && name->text.at[0] == '_';
}

size_t
header_find(const struct header *header, struct view normal)
{
	size_t i;

	for (i = 0; i < header->count; i++) {
		if (view_equal(header->names[i].normal, normal) &&
		    !header_ignored(&header->names[i]))
			break;
	}
	return i;
}
