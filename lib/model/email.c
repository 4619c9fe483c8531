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
	const char *at = text.len == 0 ? NULL : memrchr(text.at, '@', text.len);

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
		case '(':
		case ')':
		case '<':
		case '>':
		case '[':
		case ']':
		case ',':
		case ';':
		case ':':
		case '\\':
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

/* Of a byte; digits and letters of any case are told apart for the last label
 * only. */
/* clang-format off */
static const unsigned char sorts[256] = {
	['a'] = LETTER, ['b'] = LETTER, ['c'] = LETTER, ['d'] = LETTER,
	['e'] = LETTER, ['f'] = LETTER, ['g'] = LETTER, ['h'] = LETTER,
	['i'] = LETTER, ['j'] = LETTER, ['k'] = LETTER, ['l'] = LETTER,
	['m'] = LETTER, ['n'] = LETTER, ['o'] = LETTER, ['p'] = LETTER,
	['q'] = LETTER, ['r'] = LETTER, ['s'] = LETTER, ['t'] = LETTER,
	['u'] = LETTER, ['v'] = LETTER, ['w'] = LETTER, ['x'] = LETTER,
	['y'] = LETTER, ['z'] = LETTER,
	['A'] = LETTER, ['B'] = LETTER, ['C'] = LETTER, ['D'] = LETTER,
	['E'] = LETTER, ['F'] = LETTER, ['G'] = LETTER, ['H'] = LETTER,
	['I'] = LETTER, ['J'] = LETTER, ['K'] = LETTER, ['L'] = LETTER,
	['M'] = LETTER, ['N'] = LETTER, ['O'] = LETTER, ['P'] = LETTER,
	['Q'] = LETTER, ['R'] = LETTER, ['S'] = LETTER, ['T'] = LETTER,
	['U'] = LETTER, ['V'] = LETTER, ['W'] = LETTER, ['X'] = LETTER,
	['Y'] = LETTER, ['Z'] = LETTER,
	['0'] = DIGIT, ['1'] = DIGIT, ['2'] = DIGIT, ['3'] = DIGIT, ['4'] = DIGIT,
	['5'] = DIGIT, ['6'] = DIGIT, ['7'] = DIGIT, ['8'] = DIGIT, ['9'] = DIGIT,
	['_'] = LOCAL, ['+'] = LOCAL, ['%'] = LOCAL, ['\''] = LOCAL,
	['-'] = HYPHEN, ['.'] = DOT, ['@'] = AT,
};
/* clang-format on */

/* Where in an address a byte has led to: in the part before "@" (begin, within,
 * behind a dot), then in the first label of the domain or in a later one
 * (begin, behind a letter, a digit, a hyphen). */
enum state {
	BAD,
	BEGIN,
	WITHIN,
	DOTTED,
	FIRST,
	FIRST_WITHIN,
	FIRST_HYPHEN,
	LATER,
	LATER_LETTER,
	LATER_DIGIT,
	LATER_HYPHEN,
	STATES
};

static const unsigned char steps[STATES][AT + 1] = {
	[BEGIN] = { BAD, WITHIN, WITHIN, WITHIN, WITHIN, BAD, BAD },
	[WITHIN] = { BAD, WITHIN, WITHIN, WITHIN, WITHIN, DOTTED, FIRST },
	[DOTTED] = { BAD, WITHIN, WITHIN, WITHIN, WITHIN, BAD, BAD },
	[FIRST] = { BAD, FIRST_WITHIN, FIRST_WITHIN, BAD, BAD, BAD, BAD },
	[FIRST_WITHIN] = { BAD, FIRST_WITHIN, FIRST_WITHIN, BAD, FIRST_HYPHEN, LATER,
	    BAD },
	[FIRST_HYPHEN] = { BAD, FIRST_WITHIN, FIRST_WITHIN, BAD, FIRST_HYPHEN, BAD, BAD },
	[LATER] = { BAD, LATER_LETTER, LATER_DIGIT, BAD, BAD, BAD, BAD },
	[LATER_LETTER] = { BAD, LATER_LETTER, LATER_DIGIT, BAD, LATER_HYPHEN, LATER,
	    BAD },
	[LATER_DIGIT] = { BAD, LATER_LETTER, LATER_DIGIT, BAD, LATER_HYPHEN, LATER, BAD },
	[LATER_HYPHEN] = { BAD, LATER_LETTER, LATER_DIGIT, BAD, LATER_HYPHEN, BAD, BAD },
};

/* Whether text is an address as nearly all are, found in one pass: letters,
 * digits and what may stand between them. */
static bool
is_plain(struct view text)
{
	unsigned state = BEGIN;
	const char *domain;

	if (text.len > ADDRESS_MAX)
		return false;
	for (size_t at = 0; at < text.len; at++)
		state = steps[state][sorts[(unsigned char)text.at[at]]];
	if (state != LATER_LETTER)
		return false;
	/* So short a domain has no label that is too long. */
	domain = memchr(text.at, '@', text.len);
	return text.len - (size_t)(domain + 1 - text.at) <= 63;
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
	    (*why = local.at[0] == '"' ? quoted_sound(local) : dotted_sound(local)) ==
		NULL)
		*why = idna_sound(domain);
	return *why == NULL;
}

bool
email_plain(struct view text)
{
	const char *why;

	for (size_t at = 0; at < text.len; at++)
		if (text.at[at] <= ' ' || text.at[at] >= 127)
			return false;
	return text.len > 0 && text.at[0] != '-' && email_sound(text, &why);
}

/* Quotation marks that are not needed say nothing: "ann"@ and ann@ are one mailbox
 * (RFC 5321, 4.1.2). */
static void
put_local(struct buf *out, struct view local)
{
	struct buf bare = BUF_EMPTY;

	if (local.at[0] == '"' && quoted_sound(local) == NULL) {
		for (size_t at = 1; at + 1 < local.len; at++) {
			at += local.at[at] == '\\';
			buf_char(&bare, local.at[at]);
		}
		if (bare.len > 0 && dotted_sound(buf_as_view(&bare)) == NULL)
			local = buf_as_view(&bare);
	}
	fold_identity(out, local);
	out->failed |= bare.failed;
	buf_release(&bare);
}

bool
email_key(struct buf *out, struct view email)
{
	size_t start = out->len, at;

	email = text_trim_wide(email);
	if (is_plain(email)) {
		fold_identity(out, email);
		return true;
	}
	at = at_sign(email);
	if (at == 0 || at == email.len)
		return false;
	put_local(out, view_until(email, at));
	buf_char(out, '@');
	if (idna_ascii(out, view_from(email, at + 1)) == NULL)
		return true;
	if (!out->failed)
		out->len = start;
	return false;
}
