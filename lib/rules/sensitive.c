/* SPDX-License-Identifier: ISC */
/*
 * Patterns are looked for in the header with its words told apart (blank,
 * punctuation, a capital after a small letter). Short ones count only at the
 * edge of a word, or "businessName" would be a social security number.
 */
#include "rules/sensitive.h"

#define HEADER_MAX 512

enum place { ANYWHERE, AT_START, AT_EDGE, WHOLE_WORD };

static const struct {
	const char *text, *later; /* later: must follow, anywhere behind */
	enum place place;
} patterns[] = {
	{ "ssn", NULL, AT_EDGE },
	{ "soc", "sec", AT_START },
	{ "birth", NULL, ANYWHERE },
	{ "dob", NULL, AT_START },
	{ "passport", NULL, ANYWHERE },
	{ "transit", NULL, ANYWHERE },
	{ "account num", NULL, ANYWHERE },
	{ "accountnum", NULL, ANYWHERE },
	{ "routing", NULL, ANYWHERE },
	{ "bank", NULL, AT_START },
	{ "iban", NULL, WHOLE_WORD },
	{ "gender", NULL, ANYWHERE },
	{ "ethnic", NULL, ANYWHERE },
	{ "race", NULL, AT_START },
	{ "religion", NULL, ANYWHERE },
	{ "citizen", NULL, ANYWHERE },
	{ "disab", NULL, ANYWHERE },
	{ "veteran", NULL, ANYWHERE },
};

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Small letters, words parted by one blank each. Returns the length. */
static size_t
spell(struct view header, char words[2 * HEADER_MAX])
{
	size_t n = 0, i;
	char c, before = ' ';

	for (i = 0; i < header.len && i < HEADER_MAX; i++) {
		c = header.at[i];
		if (is_capital(c) && before >= 'a' && before <= 'z' && n > 0)
			words[n++] = ' ';
		before = c;
		if (is_capital(c))
			words[n++] = (char)(c - 'A' + 'a');
		else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    (unsigned char)c >= 0x80)
			words[n++] = c;
		else if (n > 0 && words[n - 1] != ' ')
			words[n++] = ' ';
	}
	return n;
}

static bool
stands(struct view words, size_t i, size_t len, enum place place)
{
	bool start = i == 0 || words.at[i - 1] == ' ';
	bool end = i + len == words.len || words.at[i + len] == ' ';

	switch (place) {
	case AT_START:
		return start;
	case AT_EDGE:
		return start || end;
	case WHOLE_WORD:
		return start && end;
	case ANYWHERE:
		break;
	}
	return true;
}

static bool
found(struct view words, const char *text, enum place place, size_t *behind)
{
	size_t len = strlen(text), i;

	for (i = 0; i + len <= words.len; i++) {
		if (memcmp(words.at + i, text, len) == 0 &&
		    stands(words, i, len, place)) {
			*behind = i + len;
			return true;
		}
	}
	return false;
}

bool
sensitive_header(struct view header)
{
	char letters[2 * HEADER_MAX];
	struct view words = { letters, spell(header, letters) };
	size_t i, behind;

	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		if (found(words, patterns[i].text, patterns[i].place, &behind) &&
		    (patterns[i].later == NULL ||
			found(view_from(words, behind), patterns[i].later, ANYWHERE,
			    &behind)))
			return true;
	}
	return false;
}
