/* SPDX-License-Identifier: ISC */
/*
 * A full name is taken apart word by word: what is a title goes off the front,
 * suffixes off the end, and particles stay with the last name. All parts are
 * pieces of the name itself.
 */
#include "model/value.h"
#include "base/fold.h"

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes of the blank that begins, or ends, text: also the no-break space. */
static size_t
blank_length(struct view text, bool end)
{
	if (text.len == 0)
		return 0;
	if (is_blank(end ? text.at[text.len - 1] : text.at[0]))
		return 1;
	return text.len >= 2 &&
		memcmp(end ? text.at + text.len - 2 : text.at, "\xc2\xa0", 2) == 0
	    ? 2
	    : 0;
}

static struct view
first_word(struct view text)
{
	size_t at = 0;

	while (at < text.len && blank_length(view_from(text, at), false) == 0)
		at++;
	return view_until(text, at);
}

static struct view
last_word(struct view text)
{
	size_t at = text.len;

	while (at > 0 && blank_length(view_until(text, at), true) == 0)
		at--;
	return view_from(text, at);
}

static struct view
without_first(struct view text)
{
	return text_trim_wide(view_from(text, first_word(text).len));
}

static struct view
without_last(struct view text)
{
	return text_trim_wide(view_until(text, text.len - last_word(text).len));
}

static bool
is_one_word(struct view text)
{
	return first_word(text).len == text.len;
}

/* Whether word is in the list, dots left out, in any case. */
static bool
is_among(struct view word, const char *const *words, size_t count)
{
	char plain[12];
	size_t len = 0;

	for (size_t at = 0; at < word.len; at++) {
		char c = word.at[at];

		if (c == '.' || c == ',')
			continue;
		if (len == sizeof(plain))
			return false;
		plain[len++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	for (size_t i = 0; i < count; i++)
		if (view_is(view_make(plain, len), words[i]))
			return true;
	return false;
}

#define AMONG(word, words) is_among(word, words, sizeof(words) / sizeof((words)[0]))

static bool
is_salutation(struct view word)
{
	static const char *const words[] = { "mr", "mrs", "ms", "miss", "mx", "dr",
		"prof", "rev", "sir" };

	return AMONG(word, words);
}

static bool
is_suffix(struct view word)
{
	static const char *const words[] = { "jr", "sr", "ii", "iii", "iv", "phd", "md",
		"dds", "dvm", "jd", "esq", "mba", "cpa", "rn" };

	return AMONG(word, words);
}

static bool
is_particle(struct view word)
{
	static const char *const words[] = { "de", "del", "della", "der", "den", "di",
		"da", "das", "do", "dos", "du", "la", "las", "le", "los", "van", "von",
		"vom", "zu", "zum", "zur", "ter", "ten", "af", "av", "bin", "ibn", "al",
		"el", "y" };

	return AMONG(word, words);
}

/* Takes suffixes off the end of *text, leaving at least one word. */
static struct view
take_suffixes(struct view *text)
{
	struct view suffix = { NULL, 0 };
	const char *end = text->at + text->len;

	while (!is_one_word(*text) && is_suffix(last_word(*text))) {
		suffix.at = last_word(*text).at;
		suffix.len = (size_t)(end - suffix.at);
		*text = without_last(*text);
	}
	return suffix;
}

static struct view
take_salutations(struct view *text)
{
	struct view salutation = { NULL, 0 };

	while (!is_one_word(*text) && is_salutation(first_word(*text))) {
		if (salutation.len == 0)
			salutation.at = text->at;
		salutation.len =
		    first_word(*text).len + (size_t)(text->at - salutation.at);
		*text = without_first(*text);
	}
	return salutation;
}

/* The last name with its particles, off the end of *text. */
static struct view
take_last(struct view *text)
{
	const char *end = text->at + text->len;
	struct view last = last_word(*text);

	*text = without_last(*text);
	while (text->len > 0 && is_particle(last_word(*text))) {
		last.at = last_word(*text).at;
		*text = without_last(*text);
	}
	last.len = (size_t)(end - last.at);
	return last;
}

/* "First M Last Jr." */
static void
split_plain(struct view text, struct name_parts *parts)
{
	parts->salutation = take_salutations(&text);
	parts->suffix = take_suffixes(&text);
	/* One word alone is a last name, as the exports have it. */
	if (is_one_word(text)) {
		parts->last = text;
		return;
	}
	parts->first = first_word(text);
	text = without_first(text);
	parts->last = take_last(&text);
	parts->middle = text;
}

static bool
are_suffixes(struct view text)
{
	if (text.len == 0)
		return false;
	for (; text.len > 0; text = without_first(text))
		if (!is_suffix(first_word(text)))
			return false;
	return true;
}

static size_t
count_case(struct view text, char from, char to)
{
	size_t count = 0;

	for (size_t at = 0; at < text.len; at++)
		count += text.at[at] >= from && text.at[at] <= to;
	return count;
}

/* "Ann Lee, SHRM-CP": one word of capitals behind a whole name that is not. */
static bool
is_credential(struct view name, struct view behind)
{
	return !is_one_word(name) && is_one_word(behind) &&
	    count_case(behind, 'A', 'Z') >= 3 && count_case(behind, 'a', 'z') == 0 &&
	    count_case(name, 'a', 'z') > 0;
}

static struct view
until_comma(struct view text)
{
	const char *comma = memchr(text.at, ',', text.len);

	return comma == NULL ? text : view_until(text, (size_t)(comma - text.at));
}

/* "Last, First M", "Last, Jr., First", "Last, First, Jr." */
static void
split_comma(struct view last, struct view behind, struct name_parts *parts)
{
	struct view given = text_trim_wide(until_comma(behind));
	struct view rest = text_trim_wide(view_from(behind, until_comma(behind).len + 1));

	parts->suffix = last.len > 0 ? take_suffixes(&last) : last;
	parts->last = last;
	if (are_suffixes(given) && rest.len > 0) {
		parts->suffix = given;
		given = rest;
	} else if (rest.len > 0) {
		parts->suffix = rest;
	}
	if (given.len == 0)
		return;
	parts->salutation = take_salutations(&given);
	if (parts->suffix.len == 0)
		parts->suffix = take_suffixes(&given);
	parts->first = first_word(given);
	parts->middle = without_first(given);
}

void
name_split(struct view name, struct name_parts *parts)
{
	struct view front, behind;

	memset(parts, 0, sizeof(*parts));
	name = text_trim_wide(name);
	while (name.len > 0 && name.at[name.len - 1] == ',')
		name = text_trim_wide(view_until(name, name.len - 1));
	if (name.len == 0)
		return;
	front = text_trim_wide(until_comma(name));
	behind = text_trim_wide(view_from(name, until_comma(name).len + 1));
	if (behind.len == 0) {
		split_plain(name, parts);
	} else if (front.len > 0 &&
	    (are_suffixes(until_comma(behind)) ||
		is_credential(front, text_trim_wide(until_comma(behind)))) &&
	    (memchr(behind.at, ',', behind.len) == NULL || !is_one_word(front))) {
		split_plain(front, parts);
		parts->suffix = parts->suffix.len == 0
		    ? behind
		    : view_make(parts->suffix.at,
			  (size_t)(behind.at + behind.len - parts->suffix.at));
	} else {
		split_comma(front, behind, parts);
	}
}

void
name_join(struct buf *out, const struct name_parts *parts)
{
	const struct view order[] = { parts->first, parts->middle, parts->last,
		parts->suffix };
	size_t start = out->len;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (order[i].len == 0)
			continue;
		if (out->len > start)
			buf_char(out, ' ');
		buf_view(out, order[i]);
	}
}
