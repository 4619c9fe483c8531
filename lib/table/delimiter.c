/* SPDX-License-Identifier: ISC */
/*
 * The right delimiter gives record after record the same number of cells, a
 * wrong one does not. Each candidate splits the first records by the same code
 * that will read them, so that what stands within quotes does not count.
 */
#include "table/delimiter.h"

#include <strings.h>

#define RECORDS 10

/* In order of preference where two do equally well. */
static const struct {
	char delimiter;
	const char *name;
} candidates[] = {
	{ ',', "comma" },
	{ '\t', "tab" },
	{ ';', "semicolon" },
	{ '|', "pipe" },
	{ '^', "caret" },
	{ '`', "backquote" },
};

const char *
delimiter_name(char delimiter)
{
	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++)
		if (candidates[i].delimiter == delimiter)
			return candidates[i].name;
	return "other delimiter";
}

size_t
delimiter_declared(struct view text, char *delimiter)
{
	bool quoted = text.len > 0 && text.at[0] == '"';
	size_t at = quoted ? 1 : 0;

	if (text.len < at + 5 || strncasecmp(text.at + at, "sep=", 4) != 0 ||
	    strchr("\"\r\n", text.at[at + 4]) != NULL ||
	    (unsigned char)text.at[at + 4] >= 0x80) /* a part of a character */
		return 0;
	*delimiter = text.at[at + 4];
	at += 5;
	if (quoted && (at == text.len || text.at[at++] != '"'))
		return 0;
	if (at < text.len && text.at[at] == '\r')
		at++;
	if (at < text.len && text.at[at] == '\n')
		return at + 1;
	return at == text.len || text.at[at - 1] == '\r' ? at : 0;
}

/* How one candidate splits the first records. */
struct trial {
	size_t records;
	size_t first; /* delimiters in the first record */
	size_t count; /* delimiters in most records */
	size_t agreeing;
};

static size_t
line_end(struct view text, size_t from)
{
	while (from < text.len && text.at[from] != '\n' && text.at[from] != '\r')
		from++;
	return from;
}

/* The delimiters in each record; 0 for one that cannot be split. */
static size_t
count_all(struct split *split, char delimiter, struct view text, bool last,
    size_t counts[RECORDS])
{
	enum dialect dialect = delimiter == '\t' ? DIALECT_TAB : DIALECT_QUOTED;
	size_t records = 0;

	while (records < RECORDS) {
		enum split_result result;

		while (text.len > 0 && (text.at[0] == '\n' || text.at[0] == '\r'))
			text = view_from(text, 1);
		if (text.len == 0)
			break;
		/* A first record that the text does not hold whole counts as
		 * far as it goes. */
		result =
		    split_record(split, dialect, delimiter, text, last || records == 0);
		if (result == SPLIT_MORE)
			break;
		counts[records++] = result == SPLIT_DONE ? split->count - 1 : 0;
		text = view_from(text,
		    result == SPLIT_DONE ? split->next : line_end(text, split->bad_at));
	}
	return records;
}

static struct trial
try_candidate(struct split *split, char delimiter, struct view text, bool last)
{
	size_t counts[RECORDS];
	struct trial trial = { 0, 0, 0, 0 };

	trial.records = count_all(split, delimiter, text, last, counts);
	if (trial.records == 0)
		return trial;
	trial.first = counts[0];
	for (size_t i = 0; i < trial.records; i++) {
		size_t agreeing = 0;

		for (size_t k = 0; k < trial.records; k++)
			agreeing += counts[k] == counts[i];
		if (counts[i] > 0 && agreeing > trial.agreeing) {
			trial.agreeing = agreeing;
			trial.count = counts[i];
		}
	}
	return trial;
}

/* A first record without the delimiter is one column, whose cells may hold it
 * now and then, unless it is a title above a table that is even. */
static bool
is_likely(const struct trial *trial, char delimiter)
{
	if (trial->agreeing == 0)
		return false;
	if (trial->first > 0)
		return true;
	if (delimiter == '\t')
		return trial->agreeing >= 2;
	return trial->agreeing >= 3 && trial->count >= 2 &&
	    trial->agreeing * 10 >= (trial->records - 1) * 6;
}

char
delimiter_guess(struct split *split, struct view text, bool last)
{
	struct trial best = { 1, 0, 0, 0 };
	char chosen = ',';

	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
		char delimiter = candidates[i].delimiter;
		struct trial trial = try_candidate(split, delimiter, text, last);
		size_t here = trial.agreeing * best.records;
		size_t there = best.agreeing * trial.records;

		if (!is_likely(&trial, delimiter))
			continue;
		/* A TAB is in a header for no other reason. */
		if (here > there ||
		    (here == there && delimiter == '\t' && trial.first > 0)) {
			best = trial;
			chosen = delimiter;
		}
	}
	return chosen;
}
