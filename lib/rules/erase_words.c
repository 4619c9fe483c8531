/* SPDX-License-Identifier: ISC */
/*
 * Saved queries say whom they look for, in words that have nothing of a reference. A
 * word of somebody erased gives way to one that nobody is found by, so the query stays
 * one. A last name alone may be that of others, and the name of a query is known to who
 * calls it: they are told of.
 */
#include "rules/erase_traces.h"

#include <strings.h>

/* Whether the word stands in the text from there on, no letter or digit beside
 * it. */
static bool
stands_at(struct view text, size_t at, struct view word)
{
	const unsigned char *bytes = (const unsigned char *)text.at;
	size_t end = at + word.len;

#define WORDY(c)                                                     \
	(((c) >= '0' && (c) <= '9') || ((c) >= 'a' && (c) <= 'z') || \
	    ((c) >= 'A' && (c) <= 'Z') || (c) >= 0x80)
	return end <= text.len && strncasecmp(text.at + at, word.at, word.len) == 0 &&
	    (at == 0 || !WORDY(bytes[at - 1]) || !WORDY(bytes[at])) &&
	    (end == text.len || !WORDY(bytes[end]) || !WORDY(bytes[end - 1]));
#undef WORDY
}

/* The longest of the words that stands there, empty for none. */
static struct view
word_at(const struct buf *words, struct view text, size_t at)
{
	struct view rest = buf_as_view(words), word, best = { NULL, 0 };
	size_t len;

	while (rest.len > 0) {
		memcpy(&len, rest.at, sizeof(len));
		word = view_make(rest.at + sizeof(len), len);
		rest = view_from(rest, sizeof(len) + len);
		if (len > best.len && stands_at(text, at, word))
			best = word;
	}
	return best;
}

bool
traces_called(const struct traces *traces, struct view text)
{
	for (size_t at = 0; at < text.len; at++)
		if (word_at(&traces->words, text, at).len > 0 ||
		    word_at(&traces->surnames, text, at).len > 0)
			return true;
	return false;
}

/* What takes the place of a word: still a term, which means nobody. */
static void
put_erased(struct buf *out, struct view word, bool is_value)
{
	const char *equals = memchr(word.at, '=', word.len);
	const char *colon = memchr(word.at, ':', word.len);

	if (is_value) {
		/* The field stands before it. */
	} else if (equals != NULL) {
		buf_put(out, word.at, (size_t)(equals + 1 - word.at));
	} else if (memchr(word.at, '@', word.len) != NULL) {
		buf_text(out, "email=");
	} else if (colon != NULL) {
		buf_text(out, "ext.");
		buf_put(out, word.at, (size_t)(colon - word.at));
		buf_char(out, '=');
	}
	buf_text(out, "erased");
}

int
traces_without_words(
    struct traces *traces, struct view *value, struct arena *arena, struct fault *fault)
{
	struct buf kept = BUF_EMPTY;
	struct view word;
	size_t at = 0;
	bool any = false;
	int result;

	while (at < value->len) {
		word = word_at(&traces->words, *value, at);
		if (word.len == 0) {
			buf_char(&kept, value->at[at++]);
			continue;
		}
		any = true;
		put_erased(
		    &kept, word, at > 0 && strchr("=~", value->at[at - 1]) != NULL);
		at += word.len;
	}
	result = buf_check(&kept, fault);
	if (result == 0 && any) {
		*value = arena_copy(arena, buf_as_view(&kept));
		if (value->at == NULL)
			result = fault_memory(fault);
	}
	buf_release(&kept);
	return result < 0 ? -1 : any;
}
