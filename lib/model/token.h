/* SPDX-License-Identifier: ISC */
#ifndef MODEL_TOKEN_H
#define MODEL_TOKEN_H

/*
 * What a message is known by to whom it was sent, and to nobody else (HS-41): 128
 * random bits in its links. A store has their SHA-256 alone. Where mail that comes
 * back is addressed to there is a code that follows from the token, and from which
 * the token does not.
 */

#include "base/fault.h"
#include "base/view.h"

#define TOKEN_LENGTH 26 /* of base32 in lower case (RFC 4648), without padding */
#define TOKEN_HASH   64 /* of hexadecimal digits */
#define TOKEN_CODE   16 /* of base32: 80 bits */

/* All end in NUL. */
int token_make(char token[TOKEN_LENGTH + 1], struct fault *fault) MUST_CHECK;
void token_hash(struct view token, char hash[TOKEN_HASH + 1]);
void token_code(struct view hash, char code[TOKEN_CODE + 1]);

/* Whether text has the form of a token. Case does not count: lower, TOKEN_LENGTH + 1
 * bytes, gets it as it was made. */
bool token_read(struct view text, char lower[TOKEN_LENGTH + 1]);

/* The token that the text is or that is in it: the last part of a link, or what stands
 * before the "@" of an address such as unsubscribe+TOKEN@example.org. */
bool token_find(struct view text, char lower[TOKEN_LENGTH + 1]);

/* Whether the text has several that differ. */
bool token_several(struct view text);

/* Compared in a time that does not tell where they differ. */
bool token_same(struct view a, struct view b);

#endif
