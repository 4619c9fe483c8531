/* SPDX-License-Identifier: ISC */
/*
 * One idea for the three dialects: walk over the bytes that may mean
 * something, found 64 bytes at a time as the bits of a mask, and keep the
 * state between them in two or three variables.
 *
 * Foreign TAB text has no rule, only habits: a cell is quoted when it begins
 * with a quote and a quote right before the next TAB or line end closes it,
 * with none but doubled quotes between; such a cell may hold TABs and line
 * ends. Any other quote is data.
 */
#include "table/split.h"

#include "table/scan.h"
#include "table/tsv.h"

struct walk {
	const char *text;
	size_t len;
	bool last;
	size_t start; /* of the cell */
	uint64_t lines;
};

static void
add_cell(struct split *split, const struct walk *walk, size_t end, bool marked)
{
	if (split->count < READER_COLUMNS_MAX) {
		split->cells[split->count] =
		    view_make(walk->text + walk->start, end - walk->start);
		if (marked)
			split->marked[split->marked_count++] = (uint16_t)split->count;
	}
	split->count++;
}

/* The record ends before the line end at `end`, or at the end of the text. */
static enum split_result
finish(struct split *split, const struct walk *walk, size_t end)
{
	split->length = split->next = end;
	split->lines = walk->lines;
	if (end == walk->len)
		return SPLIT_DONE;
	split->next++;
	split->lines++;
	if (walk->text[end] == '\r') {
		if (end + 1 == walk->len && !walk->last)
			return SPLIT_MORE;
		if (walk->text[end + 1] == '\n')
			split->next++;
	}
	return SPLIT_DONE;
}

static enum split_result
fail(struct split *split, enum split_result result, size_t at, uint64_t lines)
{
	split->bad_at = at;
	split->bad_lines = lines;
	split->bad_cell = split->count + 1;
	return result;
}

static bool
is_blank(const char *text, size_t from, size_t to, char delimiter)
{
	for (; from < to; from++)
		if (text[from] != ' ' && (text[from] != '\t' || delimiter == '\t'))
			return false;
	return true;
}

/* The line end at i within quotes; the LF of a CRLF does not count again. */
static inline bool
ends_line(const char *text, size_t i)
{
	return text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
}

static enum split_result
split_quoted(struct split *split, struct walk *walk, char delimiter)
{
	enum { CELL, QUOTED, CLOSED } state = CELL;
	const char *text = walk->text;
	size_t open = 0, close = 0;
	uint64_t open_lines = 0;
	bool doubled = false;

	for (size_t base = 0; base < walk->len; base += SCAN_BLOCK) {
		uint64_t mask = scan_block(text + base, delimiter, '"');

		for (; mask != 0; mask &= mask - 1) {
			size_t i = base + (size_t)__builtin_ctzll(mask);
			char c = text[i];

			if (i >= walk->len)
				break;
			if (state == QUOTED) {
				if (c == '"') {
					state = CLOSED;
					close = i;
				} else if (c != delimiter && ends_line(text, i)) {
					walk->lines++;
				}
				continue;
			}
			if (c == '"') {
				if (state == CLOSED && i == close + 1) {
					doubled = true;
					state = QUOTED;
					continue;
				}
				if (state == CLOSED)
					return fail(split, SPLIT_AFTER, open, open_lines);
				if (i != walk->start &&
				    !is_blank(text, walk->start, i, delimiter))
					return fail(split, SPLIT_STRAY, i, walk->lines);
				state = QUOTED;
				open = i;
				open_lines = walk->lines;
				walk->start = i + 1;
				continue;
			}
			if (state == CLOSED) {
				if (i != close + 1 &&
				    !is_blank(text, close + 1, i, delimiter))
					return fail(split, SPLIT_AFTER, open, open_lines);
				add_cell(split, walk, close, doubled);
				doubled = false;
				state = CELL;
			} else {
				add_cell(split, walk, i, false);
			}
			walk->start = i + 1;
			if (c != delimiter)
				return finish(split, walk, i);
		}
	}
	split->quoted = state == QUOTED;
	if (state == QUOTED)
		(void)fail(split, SPLIT_OPEN, open, open_lines);
	if (!walk->last)
		return SPLIT_MORE;
	if (state == QUOTED)
		return SPLIT_OPEN;
	if (state == CLOSED && !is_blank(text, close + 1, walk->len, delimiter))
		return fail(split, SPLIT_AFTER, open, open_lines);
	add_cell(split, walk, state == CLOSED ? close : walk->len, doubled);
	return finish(split, walk, walk->len);
}

/*
 * Looks for the quote that closes the cell opened at text[open]: 1 and *close,
 * 0 when there is none, -1 when the text ends too early to tell.
 */
static int
tab_close(const struct walk *walk, size_t open, size_t *close, bool *doubled)
{
	const char *text = walk->text;
	size_t i = open + 1;

	*doubled = false;
	for (;;) {
		const char *quote =
		    i < walk->len ? memchr(text + i, '"', walk->len - i) : NULL;

		if (quote == NULL)
			return walk->last ? 0 : -1;
		i = (size_t)(quote - text);
		if (i + 1 == walk->len && !walk->last)
			return -1;
		if (i + 1 == walk->len || text[i + 1] == '\t' || text[i + 1] == '\n' ||
		    text[i + 1] == '\r')
			break;
		if (text[i + 1] != '"')
			return 0;
		*doubled = true;
		i += 2;
	}
	*close = i;
	return 1;
}

static enum split_result
split_tab(struct split *split, struct walk *walk)
{
	const char *text = walk->text;
	size_t resume = 0, close = 0;
	bool doubled = false;

	for (size_t base = 0; base < walk->len; base += SCAN_BLOCK) {
		uint64_t mask = scan_block(text + base, '\t', '"');

		for (; mask != 0; mask &= mask - 1) {
			size_t i = base + (size_t)__builtin_ctzll(mask);

			if (i >= walk->len)
				break;
			if (i < resume) {
				walk->lines += text[i] != '\t' && text[i] != '"' &&
				    ends_line(text, i);
				continue;
			}
			if (text[i] == '"') {
				int found = i == walk->start
				    ? tab_close(walk, i, &close, &doubled)
				    : 0;

				if (found < 0)
					return SPLIT_MORE;
				if (found > 0) {
					walk->start = i + 1;
					resume = close + 1;
				}
				continue;
			}
			add_cell(split, walk, resume > walk->start ? close : i,
			    resume > walk->start && doubled);
			walk->start = i + 1;
			if (text[i] != '\t')
				return finish(split, walk, i);
		}
	}
	if (!walk->last)
		return SPLIT_MORE;
	add_cell(split, walk, resume > walk->start ? close : walk->len,
	    resume > walk->start && doubled);
	return finish(split, walk, walk->len);
}

static enum split_result
split_escaped(struct split *split, struct walk *walk)
{
	const char *text = walk->text;
	bool escaped = false;

	for (size_t base = 0; base < walk->len; base += SCAN_BLOCK) {
		uint64_t mask = scan_block(text + base, '\t', '\\');

		for (; mask != 0; mask &= mask - 1) {
			size_t i = base + (size_t)__builtin_ctzll(mask);

			if (i >= walk->len)
				break;
			if (text[i] == '\\') {
				escaped = true;
				continue;
			}
			add_cell(split, walk, i, escaped);
			escaped = false;
			walk->start = i + 1;
			if (text[i] != '\t')
				return finish(split, walk, i);
		}
	}
	if (!walk->last)
		return SPLIT_MORE;
	add_cell(split, walk, walk->len, escaped);
	return finish(split, walk, walk->len);
}

enum split_result
split_record(struct split *split, enum dialect dialect, char delimiter, struct view text,
    bool last)
{
	struct walk walk = { .text = text.at, .len = text.len, .last = last };

	split->count = split->marked_count = 0;
	split->quoted = false;
	split->message = NULL;
	switch (dialect) {
	case DIALECT_TAB:
		return split_tab(split, &walk);
	case DIALECT_ESCAPED:
		return split_escaped(split, &walk);
	case DIALECT_QUOTED:
		break;
	}
	return split_quoted(split, &walk, delimiter);
}

/* Writes the cell without quotes doubled or escapes to out, which may be where
 * it lies, or NULL to count only. An escape that we do not write is data. */
static size_t
undo(struct view cell, enum dialect dialect, char *out)
{
	char special = dialect == DIALECT_ESCAPED ? '\\' : '"';
	size_t len = 0;

	for (size_t i = 0; i < cell.len; i++) {
		char c = cell.at[i];

		if (c == special && i + 1 < cell.len) {
			char meant = special == '"' ? '"' : tsv_unescaped(cell.at[i + 1]);

			if (meant != '\0') {
				c = meant;
				i++;
			}
		}
		if (out != NULL)
			out[len] = c;
		len++;
	}
	return len;
}

size_t
split_length(struct view cell, enum dialect dialect)
{
	return undo(cell, dialect, NULL);
}

void
split_undo(struct split *split, enum dialect dialect)
{
	for (size_t i = 0; i < split->marked_count; i++) {
		struct view *cell = &split->cells[split->marked[i]];

		/* The views are of the reader's own memory, which it lends. */
		cell->len = undo(*cell, dialect, (char *)(uintptr_t)cell->at);
	}
}
