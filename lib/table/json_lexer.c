/* SPDX-License-Identifier: ISC */
/*
 * The words of JSON. Nothing looks past the end of the text: running into it
 * is SPLIT_MORE, which at the end of a file is an error like any other.
 */
#include "table/json_lexer.h"

bool
json_lexer_wrong(struct json_lexer *lex, const char *message)
{
	lex->result = SPLIT_BAD_JSON;
	lex->message = message;
	return false;
}

static bool
ended(struct json_lexer *lex)
{
	lex->result = SPLIT_MORE;
	lex->message = "the text ends within a value";
	return false;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool
json_lexer_next(struct json_lexer *lex)
{
	while (lex->at < lex->len && is_space(lex->text[lex->at]))
		lex->at++;
	return lex->at < lex->len || ended(lex);
}

static bool
hex_digits(struct json_lexer *lex, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < 4; i++, lex->at++) {
		unsigned char c;

		if (lex->at == lex->len)
			return ended(lex);
		c = (unsigned char)lex->text[lex->at];
		if (c >= '0' && c <= '9')
			*value = *value << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			*value = *value << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return json_lexer_wrong(
			    lex, "four hexadecimal digits must follow \\u");
	}
	return true;
}

static void
put_scalar(struct buf *out, uint32_t scalar)
{
	if (scalar < 0x80) {
		buf_char(out, (char)scalar);
	} else if (scalar < 0x800) {
		buf_char(out, (char)(0xc0 | scalar >> 6));
		buf_char(out, (char)(0x80 | (scalar & 0x3f)));
	} else {
		if (scalar < 0x10000) {
			buf_char(out, (char)(0xe0 | scalar >> 12));
		} else {
			buf_char(out, (char)(0xf0 | scalar >> 18));
			buf_char(out, (char)(0x80 | (scalar >> 12 & 0x3f)));
		}
		buf_char(out, (char)(0x80 | (scalar >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (scalar & 0x3f)));
	}
}

/* Behind \u. Scalars above U+FFFF are written as two surrogates. */
static bool
unicode_escape(struct json_lexer *lex, struct buf *out)
{
	uint32_t scalar, low;

	if (!hex_digits(lex, &scalar))
		return false;
	if (scalar >= 0xdc00 && scalar < 0xe000)
		return json_lexer_wrong(lex, "a \\u escape is half a character");
	if (scalar >= 0xd800 && scalar < 0xdc00) {
		if (lex->len - lex->at < 2)
			return ended(lex);
		if (lex->text[lex->at] != '\\' || lex->text[lex->at + 1] != 'u')
			return json_lexer_wrong(lex, "a \\u escape is half a character");
		lex->at += 2;
		if (!hex_digits(lex, &low))
			return false;
		if (low < 0xdc00 || low >= 0xe000)
			return json_lexer_wrong(lex, "a \\u escape is half a character");
		scalar = 0x10000 + ((scalar - 0xd800) << 10) + (low - 0xdc00);
	}
	if (scalar < 0x20 && scalar != '\t' && scalar != '\n' && scalar != '\r') {
		lex->result = SPLIT_CONTROL;
		lex->message = "a control character is escaped in a string";
	}
	put_scalar(out, scalar);
	return true;
}

static bool
escape(struct json_lexer *lex, struct buf *out)
{
	static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (lex->at == lex->len)
		return ended(lex);
	name = strchr(names, lex->text[lex->at]);
	if (lex->text[lex->at++] == 'u')
		return unicode_escape(lex, out);
	if (name == NULL || *name == '\0') {
		lex->at--;
		return json_lexer_wrong(lex, "this escape is none of JSON's");
	}
	if (*name == 'b' || *name == 'f') {
		lex->result = SPLIT_CONTROL;
		lex->message = "a control character is escaped in a string";
	}
	buf_char(out, meanings[name - names]);
	return true;
}

bool
json_lexer_string(struct json_lexer *lex, struct buf *out)
{
	size_t from = ++lex->at;

	for (; lex->at < lex->len; lex->at++) {
		unsigned char c = (unsigned char)lex->text[lex->at];

		if (c != '"' && c != '\\' && c >= 0x20)
			continue;
		buf_put(out, lex->text + from, lex->at - from);
		if (c == '"') {
			lex->at++;
			return true;
		}
		if (c != '\\')
			return json_lexer_wrong(
			    lex, "a string ends without its closing quote");
		lex->at++;
		if (!escape(lex, out))
			return false;
		from = lex->at--;
	}
	return ended(lex);
}

static bool
digits(struct json_lexer *lex)
{
	size_t from = lex->at;

	while (
	    lex->at < lex->len && lex->text[lex->at] >= '0' && lex->text[lex->at] <= '9')
		lex->at++;
	if (lex->at == lex->len)
		return ended(lex);
	return lex->at > from || json_lexer_wrong(lex, "a digit is missing");
}

static bool
number(struct json_lexer *lex, struct buf *out)
{
	const char *text = lex->text;
	size_t from = lex->at;
	size_t whole;

	if (text[lex->at] == '-')
		lex->at++;
	whole = lex->at;
	if (!digits(lex))
		return false;
	if (text[whole] == '0' && lex->at > whole + 1)
		return json_lexer_wrong(
		    lex, "a number begins with 0 (text needs quotes)");
	if (text[lex->at] == '.') {
		lex->at++;
		if (!digits(lex))
			return false;
	}
	if ((text[lex->at] | 0x20) == 'e') {
		lex->at++;
		if (lex->at < lex->len && strchr("+-", text[lex->at]) != NULL &&
		    text[lex->at] != '\0')
			lex->at++;
		if (!digits(lex))
			return false;
	}
	buf_put(out, text + from, lex->at - from);
	return true;
}

bool
json_lexer_plain(struct json_lexer *lex, struct buf *out)
{
	static const char *const words[] = { "true", "false", "null" };
	const char *at = lex->text + lex->at;
	size_t left = lex->len - lex->at;

	if (*at == '-' || (*at >= '0' && *at <= '9'))
		return number(lex, out);
	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(words[i]);
		size_t have = left < len ? left : len;

		if (memcmp(at, words[i], have) != 0)
			continue;
		if (have < len)
			return ended(lex);
		if (i < 2)
			buf_put(out, at, len);
		lex->at += len;
		return true;
	}
	return json_lexer_wrong(lex, "this is no JSON value");
}
