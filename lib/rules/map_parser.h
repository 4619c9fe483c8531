/* SPDX-License-Identifier: ISC */
#ifndef RULES_MAP_PARSER_H
#define RULES_MAP_PARSER_H

/* What the reading of a map file has come to. */

#include "rules/map_file.h"
#include "rules/map_lexer.h"

struct map_parser {
	struct arena *arena;
	struct map_file *map;
	struct map_shape common;	 /* what shapes begin as */
	struct map_shape *shape, **last; /* the one being read; its place */
	struct map_column **last_column;
	unsigned line;
	struct map_lexer words;
};

/* Size bytes of zeros in the arena; NULL with a fault. */
void *map_parser_take(struct map_parser *p, size_t size, struct fault *fault);

/* The next word of the line; a fault when there is none. */
int map_parser_word(
    struct map_parser *p, struct view *text, struct fault *fault) MUST_CHECK;

/* A line that is no column: a directive and its words. */
int map_directive_read(
    struct map_parser *p, struct view line, struct fault *fault) MUST_CHECK;

#endif
