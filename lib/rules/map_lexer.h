/* SPDX-License-Identifier: ISC */
#ifndef RULES_MAP_LEXER_H
#define RULES_MAP_LEXER_H

/* The words of a line of a map file. */

#include "base/arena.h"
#include "base/fault.h"

struct map_lexer {
	struct view rest;
	bool plus; /* `+` ends a word and joins it with the next */
};

struct map_token {
	struct view text;
	bool quoted; /* began with a quote: to be taken as written */
	bool joined; /* `+` follows */
};

/* 1 and *token, 0 at the end of the line; -1 for a quote without its end. A
 * word is parted by blanks; between quotes blanks count, "" is one quote. */
int map_lexer_next(struct map_lexer *lexer, struct map_token *token, struct arena *arena,
    struct fault *fault) MUST_CHECK;

/* Parts `HEADER -> FIELD RULE...` at the arrow, which has blanks around it or
 * the end behind it. False when the line has none. */
bool map_lexer_arrow(struct view line, struct view *header, struct view *field);

/* The line without blanks at its edges. */
struct view map_lexer_trim(struct view line);

#endif
