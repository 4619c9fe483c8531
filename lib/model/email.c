/* SPDX-License-Identifier: ISC */
/*
 * E-mail addresses: what has the form of one (RFC 5321 section 4.1.2, without
 * address literals), and the key under which two are the same. Everything
 * turns on the last `@`: before it anything may be quoted, behind it is a
 * domain.
 */
#include "base/fold.h"
#include "model/idna.h"
#include "model/value.h"

#define ADDRESS_MAX 254

/* Where the last "@" is, or text.len. */
static size_t
at_sign(struct view text)
{
	const char *at = memrchr(text.at, '@', text.len);

	return at == NULL ? text.len : (size_t)(at - text.at);
}

static const char *
quoted_sound(struct view local)
{
	size_t at = 1;

	for (; at + 1 < local.len && local.at[at] != '"'; at++)
		if (local.at[at] == '\\')
			at++;
	/* The only other quote is the last byte, and no backslash ate it. */
	return at + 1 == local.len && local.at[at] == '"' ? NULL
	    : "quotation mark out of place";
}

static const char *
dotted_sound(struct view local)
{
	for (size_t at = 0; at < local.len; at++) {
		switch (local.at[at]) {
		case '.':
			if (at == 0)
				return "dot at the beginning";
			if (at + 1 == local.len)
				return "dot before \"@\"";
			if (local.at[at + 1] == '.')
				return "two dots in a row";
			break;
		case '@':
			return "more than one \"@\"";
		case ' ':
			return "blank in address";
		case '"':
			return "quotation mark out of place";
		case '(': case ')': case '<': case '>': case '[': case ']':
		case ',': case ';': case ':': case '\\':
			return "character that no address has";
		}
	}
	return NULL;
}

/* Controls, invisible characters and blanks beyond ASCII are in no address. */
static const char *
characters_sound(struct view text)
{
	uint32_t scalar;
	size_t length;

	for (; text.len > 0; text = view_from(text, length)) {
		length = utf8_decode(text, &scalar);
		if (length == 0)
			return "bytes that are not UTF-8";
		if (scalar == '\t' || scalar == '\n' || scalar == '\r' ||
		    scalar == 0xa0 || scalar == 0x3000 ||
		    (scalar >= 0x2000 && scalar <= 0x200a))
			return "blank in address";
		if (!utf8_is_showable(scalar))
			return "invisible character in address";
	}
	return NULL;
}

/* Whether text holds an address before and behind a separator. */
static bool
is_several(struct view text)
{
	struct view front;

	for (size_t at = 0; at < text.len; at++) {
		if (strchr(",;/| \t\n", text.at[at]) == NULL)
			continue;
		front = view_until(text, at);
		if (at_sign(front) < front.len &&
		    memchr(text.at + at, '@', text.len - at) != NULL)
			return true;
	}
	return false;
}

enum sort { OTHER, LETTER, DIGIT, LOCAL, HYPHEN, DOT, AT };

static enum sort
sort_of(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return LETTER;
	if (c >= '0' && c <= '9')
		return DIGIT;
	switch (c) {
	case '_': case '+': case '%': case '\'':
		return LOCAL;
	case '-':
		return HYPHEN;
	case '.':
		return DOT;
	case '@':
		return AT;
	default:
		return OTHER;
	}
}

/* Whether text is an address as nearly all are, found in one pass: letters,
 * digits and what may stand between them. */
static bool
is_plain(struct view text)
{
	size_t domain = 0, dots = 0;
	enum sort last = DOT, now;

	if (text.len > ADDRESS_MAX)
		return false;
	for (size_t at = 0; at < text.len; at++, last = now) {
		now = sort_of(text.at[at]);
		if (now == LETTER || now == DIGIT)
			continue;
		if (now == OTHER || (now >= DOT && last >= DOT) ||
		    (now == AT && domain > 0))
			return false;
		if (now == AT)
			domain = at + 1;
		else if (domain > 0 && (now == LOCAL ||
		    (now == HYPHEN && last >= DOT) ||
		    (now == DOT && last == HYPHEN)))
			return false;
		dots += domain > 0 && now == DOT;
	}
	/* So short a domain has no label that is too long. */
	return domain > 0 && dots > 0 && last == LETTER &&
	    text.len - domain <= 63;
}

bool
email_sound(struct view text, const char **why)
{
	struct view local, domain;
	size_t at;

	*why = NULL;
	if (is_plain(text))
		return true;
	at = at_sign(text);
	local = view_until(text, at);
	domain = view_from(text, at + 1);
	if (at == text.len)
		*why = "no \"@\"";
	else if (text.at[0] != '"' && is_several(text))
		*why = "several addresses in one cell";
	else if (local.len == 0)
		*why = "nothing before \"@\"";
	else if (domain.len == 0)
		*why = "no domain after \"@\"";
	else if (text.len > ADDRESS_MAX)
		*why = "longer than 254 bytes";
	else if (domain.at[0] == '[')
		*why = "address literal instead of a domain";
	else if (memchr(domain.at, ' ', domain.len) != NULL)
		*why = "blank in address";
	else if ((*why = characters_sound(text)) == NULL &&
	    (*why = local.at[0] == '"' ? quoted_sound(local)
		: dotted_sound(local)) == NULL)
		*why = idna_sound(domain);
	return *why == NULL;
}

bool
email_key(struct buf *out, struct view email)
{
	size_t start = out->len, at;

	email = text_trim(email);
	if (is_plain(email)) {
		fold_identity(out, email);
		return true;
	}
	at = at_sign(email);
	if (at == 0 || at == email.len)
		return false;
	fold_identity(out, view_until(email, at));
	buf_char(out, '@');
	if (idna_ascii(out, view_from(email, at + 1)) == NULL)
		return true;
	if (!out->failed)
		out->len = start;
	return false;
}
