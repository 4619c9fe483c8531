/* SPDX-License-Identifier: ISC */
#include "model/token.h"

#include <sha2.h>
#include <sys/types.h>

#include "base/random.h"

#define TOKEN_BYTES 16

static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

/* Five bits a letter, from the front. */
static void
put_base32(char *to, const unsigned char *bytes, size_t letters_wanted)
{
	size_t i, bit, at;
	unsigned value;

	for (i = 0; i < letters_wanted; i++) {
		value = 0;
		for (bit = i * 5; bit < i * 5 + 5; bit++) {
			at = bit / 8;
			value = value << 1 |
			    (at < SHA256_DIGEST_LENGTH ? bytes[at] >> (7 - bit % 8) & 1U
						       : 0);
		}
		*to++ = letters[value];
	}
	*to = '\0';
}

int
token_make(char token[TOKEN_LENGTH + 1], struct fault *fault)
{
	/* The last letter has two bits beyond the random ones. */
	unsigned char bytes[SHA256_DIGEST_LENGTH] = { 0 };

	if (random_fill(bytes, TOKEN_BYTES, fault) != 0)
		return -1;
	put_base32(token, bytes, TOKEN_LENGTH);
	explicit_bzero(bytes, sizeof(bytes));
	return 0;
}

void
token_hash(struct view token, char hash[TOKEN_HASH + 1])
{
	SHA256Data((const uint8_t *)token.at, token.len, hash);
}

void
token_code(struct view hash, char code[TOKEN_CODE + 1])
{
	static const char purpose[] = "bounce:";
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)purpose, sizeof(purpose) - 1);
	SHA256Update(&context, (const uint8_t *)hash.at, hash.len);
	SHA256Final(digest, &context);
	put_base32(code, digest, TOKEN_CODE);
}

bool
token_read(struct view text, char lower[TOKEN_LENGTH + 1])
{
	size_t i;
	char c;

	if (text.len != TOKEN_LENGTH)
		return false;
	for (i = 0; i < TOKEN_LENGTH; i++) {
		c = text.at[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == '\0' || strchr(letters, c) == NULL)
			return false;
		lower[i] = c;
	}
	lower[TOKEN_LENGTH] = '\0';
	return true;
}

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Takes the last token off the text. */
static bool
take_last(struct view *text, char lower[TOKEN_LENGTH + 1])
{
	size_t begin, end;

	for (end = text->len; end > 0; end = begin > 0 ? begin - 1 : 0) {
		for (begin = end; begin > 0 && is_alphanumeric(text->at[begin - 1]);)
			begin--;
		if (token_read(view_make(text->at + begin, end - begin), lower)) {
			*text = view_until(*text, begin);
			return true;
		}
	}
	return false;
}

/* What is behind the last "@" of an address is a domain. */
static struct view
before_domain(struct view text)
{
	const char *at = text.len == 0 ? NULL : memrchr(text.at, '@', text.len);

	return at == NULL || memmem(text.at, text.len, "://", 3) != NULL
	    ? text
	    : view_until(text, (size_t)(at - text.at));
}

bool
token_find(struct view text, char lower[TOKEN_LENGTH + 1])
{
	text = before_domain(text);
	return take_last(&text, lower);
}

bool
token_several(struct view text)
{
	char last[TOKEN_LENGTH + 1], other[TOKEN_LENGTH + 1];
	bool several = false;

	text = before_domain(text);
	if (take_last(&text, last))
		while (!several && take_last(&text, other))
			several = strcmp(last, other) != 0;
	return several;
}

bool
token_same(struct view a, struct view b)
{
	unsigned char differs = 0;

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		differs |= (unsigned char)(a.at[i] ^ b.at[i]);
	return differs == 0;
}
