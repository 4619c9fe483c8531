/* SPDX-License-Identifier: ISC */
/*
 * Two ways to write text suffice: as it is, where ASCII that nobody can misread fits
 * the rules, and else all of it as encoded words (RFC 2047), blanks and what looks
 * like an encoded word too; then it is read again as what it was. GMime's own
 * encoding of headers makes words of any length from text without blanks, and leaves
 * alone what looks encoded; so words are made here, of whole characters, and GMime
 * reads them back (mail_proof.c).
 */
#include "table/mail_value.h"

#include "base/fold.h"
#include "table/mail_gmime.h"
#include "table/mail_output.h"

#define LINE	     78 /* RFC 5322 section 2.1.1 */
#define ENCODED_LINE 76 /* RFC 2047 section 2 */
#define WORD_BEGIN   "=?UTF-8?Q?"
#define WORD_END     "?="
#define QUOTED_MAX   60
#define ADDRESS_MAX  254
#define LOCAL_MAX    64
#define LABEL_MAX    63

static bool
is_control(uint32_t scalar)
{
	return scalar < 0x20 || (scalar >= 0x7f && scalar <= 0x9f) || scalar == 0x2028 ||
	    scalar == 0x2029;
}

static bool
turns(uint32_t scalar)
{
	return (scalar >= 0x202a && scalar <= 0x202e) ||
	    (scalar >= 0x2066 && scalar <= 0x2069);
}

/* The first character of text that is none of UTF-8, a control, or with `turning`
 * one that turns the direction; where it is, or text.len. */
static size_t
find_bad(struct view text, bool turning, uint32_t *scalar)
{
	size_t len;

	for (size_t at = 0; at < text.len; at += len) {
		if (text.at[at] >= 0x20 && text.at[at] < 0x7f) {
			len = 1;
			continue;
		}
		*scalar = 0;
		len = utf8_decode(view_from(text, at), scalar);
		if (len == 0 || is_control(*scalar) || (turning && turns(*scalar)))
			return at;
	}
	return text.len;
}

bool
mail_value_turns(struct view text)
{
	uint32_t scalar;
	size_t len;

	for (; text.len > 0; text = view_from(text, len)) {
		len = utf8_decode(text, &scalar);
		if (len == 0)
			len = 1;
		else if (turns(scalar))
			return true;
	}
	return false;
}

static int
refuse(struct fault *fault, const char *field, const char *why)
{
	fault_set(fault, FAULT_INPUT, "%s: %s", field, why);
	return 1;
}

/* Whether what its encoded words stand for has a control: 1; -1 when memory runs
 * out. */
static int
hides_control(struct view value, struct fault *fault)
{
	struct buf text = BUF_EMPTY, decoded = BUF_EMPTY;
	uint32_t scalar;
	int result;

	buf_view(&text, value);
	mail_gmime_decode(&decoded, buf_string(&text));
	result = buf_check(&text, fault) == -1 || buf_check(&decoded, fault) == -1
	    ? -1
	    : find_bad(buf_as_view(&decoded), true, &scalar) < decoded.len;
	buf_release(&text);
	buf_release(&decoded);
	return result;
}

int
mail_value_check(const char *field, struct view value, struct fault *fault)
{
	uint32_t scalar = 0;
	size_t at = find_bad(value, true, &scalar);
	int result;

	if (at < value.len) {
		if (utf8_decode(view_from(value, at), &scalar) == 0)
			return refuse(fault, field, "not UTF-8");
		fault_set(fault, FAULT_INPUT, "%s: character U+%04X at byte %zu", field,
		    (unsigned)scalar, at + 1);
		return 1;
	}
	if (value.len == 0 || memmem(value.at, value.len, "=?", 2) == NULL)
		return 0;
	result = hides_control(value, fault);
	return result == 1
	    ? refuse(fault, field, "an encoded word that stands for a control character")
	    : result;
}

/* Whether it stands for itself in an encoded word of any field (RFC 2047 section 5). */
static bool
is_itself(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The length of the character that text begins with, and of what it is in an encoded
 * word. */
static size_t
character_length(struct view text, size_t *encoded)
{
	size_t len = 1;

	while (len < text.len && (text.at[len] & 0xc0) == 0x80)
		len++;
	*encoded = is_itself(text.at[0]) || text.at[0] == ' ' ? 1 : 3 * len;
	return len;
}

static void
put_encoded(struct buf *out, struct view character)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < character.len; i++) {
		unsigned char byte = (unsigned char)character.at[i];

		if (is_itself((char)byte)) {
			buf_char(out, (char)byte);
		} else if (byte == ' ') {
			buf_char(out, '_');
		} else {
			buf_char(out, '=');
			buf_char(out, digits[byte >> 4]);
			buf_char(out, digits[byte & 15]);
		}
	}
}

/* Appends text as encoded words, each of whole characters and on a line of its own;
 * *column is where the line has come to. Where words meet, some readers join what
 * they hold before they decode it, which base64 would not bear. */
static void
put_words(struct buf *out, struct view text, size_t *column)
{
	size_t len, encoded;

	buf_text(out, WORD_BEGIN);
	*column += strlen(WORD_BEGIN);
	for (; text.len > 0; text = view_from(text, len)) {
		len = character_length(text, &encoded);
		if (*column + encoded + strlen(WORD_END) > ENCODED_LINE) {
			buf_text(out, WORD_END "\n " WORD_BEGIN);
			*column = 1 + strlen(WORD_BEGIN);
		}
		put_encoded(out, view_until(text, len));
		*column += encoded;
	}
	buf_text(out, WORD_END);
	*column += strlen(WORD_END);
}

/* Whether ASCII text can stand as it is: nothing looks encoded, and its blanks are
 * single and within. */
static bool
is_readable(struct view text)
{
	if (text.len == 0 || !utf8_is_ascii(text) || text.at[0] == ' ' ||
	    text.at[text.len - 1] == ' ')
		return false;
	return memmem(text.at, text.len, "=?", 2) == NULL &&
	    memmem(text.at, text.len, "  ", 2) == NULL;
}

/* The length of the word that text begins with. */
static size_t
word_length(struct view text)
{
	const char *blank = memchr(text.at, ' ', text.len);

	return blank == NULL ? text.len : (size_t)(blank - text.at);
}

/* Whether each word fits a line, the first one behind the name of the field. */
static bool
can_be_folded(struct view text, size_t column)
{
	for (; text.len > 0; column = 1) {
		size_t len = word_length(text);

		if (column + len > LINE)
			return false;
		text = view_from(text, len + 1);
	}
	return true;
}

static void
put_folded(struct buf *out, struct view text, size_t column)
{
	for (bool first = true; text.len > 0; first = false) {
		size_t len = word_length(text);

		if (!first && column + 1 + len > LINE) {
			buf_char(out, '\n');
			column = 0;
		}
		if (!first)
			buf_char(out, ' ');
		buf_view(out, view_until(text, len));
		column += len + !first;
		text = view_from(text, len + 1);
	}
}

void
mail_value_put_text(struct buf *out, const char *field, struct view value)
{
	size_t column = strlen(field) + 2;

	buf_printf(out, "%s: ", field);
	if (is_readable(value) && can_be_folded(value, column))
		put_folded(out, value, column);
	else
		put_words(out, value, &column);
	buf_char(out, '\n');
}

/* RFC 5322 section 3.2.3, of ASCII. */
static bool
is_atext(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') ||
	    (c > ' ' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_phrase(struct view name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_atext(name.at[i]) && name.at[i] != ' ')
			return false;
	return true;
}

static void
put_quoted(struct buf *out, struct view name)
{
	buf_char(out, '"');
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] == '"' || name.at[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, name.at[i]);
	}
	buf_char(out, '"');
}

void
mail_value_put_mailbox(
    struct buf *out, const char *field, struct view name, struct view address)
{
	size_t column = strlen(field) + 2, most = LINE, start;

	buf_printf(out, "%s: ", field);
	start = out->len;
	if (name.len == 0) {
		buf_view(out, address);
		buf_char(out, '\n');
		return;
	}
	if (!is_readable(name) || name.len > QUOTED_MAX) {
		most = ENCODED_LINE;
		put_words(out, name, &column);
	} else {
		if (is_phrase(name))
			buf_view(out, name);
		else
			put_quoted(out, name);
		column += out->len - start;
	}
	buf_text(out, column + address.len + 3 > most ? "\n <" : " <");
	buf_view(out, address);
	buf_text(out, ">\n");
}

/* Between dots; or printable ASCII between quotes, without what needs an escape. */
static bool
local_sound(struct view local)
{
	bool dot = true;

	if (local.len >= 2 && local.at[0] == '"') {
		for (size_t i = 1; i + 1 < local.len; i++)
			if (local.at[i] < ' ' || local.at[i] > '~' ||
			    local.at[i] == '"' || local.at[i] == '\\')
				return false;
		return local.len > 2 && local.at[local.len - 1] == '"';
	}
	for (size_t i = 0; i < local.len; i++) {
		if (local.at[i] == '.' ? dot : !is_atext(local.at[i]))
			return false;
		dot = local.at[i] == '.';
	}
	return !dot;
}

static bool
label_sound(struct view label, bool last)
{
	bool digits = true;

	for (size_t i = 0; i < label.len; i++) {
		char c = label.at[i];
		bool digit = c >= '0' && c <= '9';

		if (!digit && c != '-' && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z'))
			return false;
		digits &= digit;
	}
	return label.len > 0 && label.len <= LABEL_MAX && label.at[0] != '-' &&
	    label.at[label.len - 1] != '-' && !(last && digits);
}

/* Two labels or more of letters, digits and hyphens. */
static bool
domain_sound(struct view domain)
{
	const char *dot;
	struct view label;
	size_t labels = 0;

	for (bool last = false; !last; labels++) {
		dot = domain.len == 0 ? NULL : memchr(domain.at, '.', domain.len);
		last = dot == NULL;
		label = view_until(domain, last ? domain.len : (size_t)(dot - domain.at));
		if (!label_sound(label, last))
			return false;
		domain = view_from(domain, label.len + 1);
	}
	return labels >= 2;
}

/* Why it is no address that can be used; NULL when it is one. */
static const char *
address_wrong(struct view email)
{
	const char *at = memrchr(email.at, '@', email.len);
	struct view local, domain;

	if (email.at[0] == '-')
		return "begins with \"-\"";
	if (at == NULL)
		return "no \"@\"";
	local = view_until(email, (size_t)(at - email.at));
	domain = view_from(email, local.len + 1);
	if (!utf8_is_ascii(local))
		return "characters beyond ASCII before \"@\"";
	if (local.len > LOCAL_MAX || email.len > ADDRESS_MAX)
		return "too long";
	return local_sound(local) && domain_sound(domain) ? NULL : "not one address";
}

static int
put_address(struct buf *out, const char *field, struct view email, struct fault *fault)
{
	size_t start = out->len;
	const char *wrong;
	int result;

	if (email.len == 0)
		return refuse(fault, field, "no address");
	result = mail_value_check(field, email, fault);
	if (result != 0)
		return result;
	if (email.len > ADDRESS_MAX)
		return refuse(fault, field, "address is too long");
	mail_gmime_ascii(out, email);
	if (buf_check(out, fault) == -1)
		return -1;
	wrong = address_wrong(view_from(buf_as_view(out), start));
	if (wrong == NULL)
		return 0;
	fault_set(fault, FAULT_INPUT, "%s: %s: address %.*s", field, wrong,
	    (int)email.len, email.at);
	out->len = start;
	return 1;
}

int
mail_address_put(struct buf *out, struct view email, struct fault *fault)
{
	return mail_gmime_begin(fault) != 0 ? -1 : put_address(out, "To", email, fault);
}

/* What GMime made of the mailbox must itself be fit for a header. */
static int
take_mailbox(struct buf *name, struct buf *address, const char *field,
    struct view mailbox, struct fault *fault)
{
	struct buf text = BUF_EMPTY, found = BUF_EMPTY;
	const char *wrong;
	int result;

	buf_view(&text, mailbox);
	wrong = mail_gmime_one(name, &found, buf_string(&text));
	if (buf_check(&text, fault) == -1 || buf_check(name, fault) == -1 ||
	    buf_check(&found, fault) == -1)
		result = -1;
	else if (wrong != NULL)
		result = refuse(fault, field, wrong);
	else if (name->len > MAIL_NAME_MAX)
		result = refuse(fault, field, "the name is too long");
	else if ((result = mail_value_check(field, buf_as_view(name), fault)) == 0)
		result = put_address(address, field, buf_as_view(&found), fault);
	buf_release(&text);
	buf_release(&found);
	return result;
}

int
mail_value_mailbox(struct buf *name, struct buf *address, const char *field,
    struct view mailbox, struct fault *fault)
{
	int result = mail_value_check(field, mailbox, fault);

	return result != 0 ? result : take_mailbox(name, address, field, mailbox, fault);
}
