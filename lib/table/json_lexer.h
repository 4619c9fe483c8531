/* SPDX-License-Identifier: ISC */
#ifndef TABLE_JSON_LEXER_H
#define TABLE_JSON_LEXER_H

/* Reads the words of JSON from a text that may go on. Each function returns
 * false with result and message set when it cannot, and leaves at where. */

#include "base/buf.h"
#include "table/split.h"

struct json_lexer {
	const char *text;
	size_t at, len;
	enum split_result result; /* SPLIT_DONE until something is wrong */
	const char *message;
};

/* Sets SPLIT_BAD_JSON and the message; returns false. */
bool json_lexer_wrong(struct json_lexer *lex, const char *message);

/* Passes over white space, up to a byte. */
bool json_lexer_next(struct json_lexer *lex);

/* Appends the string whose opening quote is at lex->at. A control character
 * written as an escape is appended too, and result is SPLIT_CONTROL. */
bool json_lexer_string(struct json_lexer *lex, struct buf *out);

/* Appends a number with its digits as written, true or false; null appends
 * nothing. */
bool json_lexer_plain(struct json_lexer *lex, struct buf *out);

#endif
