/* SPDX-License-Identifier: ISC */
/*
 * External ids that stand in a text. Each place where a word begins is hashed in the
 * lengths that there are, so that a thousand ids cost hardly more than one.
 */
#include "rules/erase_traces.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Of longer ones the beginning tells enough. */
#define LENGTH_MOST 63
/* Fewer digits alone are a year, a floor or a number of people. */
#define DIGITS_LEAST 6

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static bool
is_wordy(unsigned char c)
{
	return is_digit(c) || is_letter(c);
}

static int
add(struct traces *traces, struct view text, struct fault *fault)
{
	text = view_until(text, LENGTH_MOST);
	traces->first[(unsigned char)text.at[0]] = true;
	traces->lengths |= UINT64_C(1) << text.len;
	return ids_add(&traces->named, XXH3_64bits(text.at, text.len), fault);
}

/* Whether the id says alone that it is one. */
static bool
is_telling(struct view id)
{
	size_t i, digits = 0, letters = 0;

	for (i = 0; i < id.len; i++) {
		digits += is_digit((unsigned char)id.at[i]);
		letters += is_letter((unsigned char)id.at[i]);
	}
	return digits >= DIGITS_LEAST || (digits > 0 && letters > 0);
}

int
traces_add_named(
    struct traces *traces, struct view system, struct view id, struct fault *fault)
{
	static const char between[] = ":=";
	struct buf text = BUF_EMPTY;
	size_t i;
	int result = 0;

	if (id.len == 0)
		return 0;
	if (is_telling(id))
		return add(traces, id, fault);
	for (i = 0; result == 0 && between[i] != '\0'; i++) {
		buf_clear(&text);
		buf_view(&text, system);
		buf_char(&text, between[i]);
		buf_view(&text, id);
		result = buf_check(&text, fault) != 0
		    ? -1
		    : add(traces, buf_as_view(&text), fault);
	}
	buf_release(&text);
	return result;
}

static bool
begins_one(const struct traces *traces, struct view text)
{
	const unsigned char *at = (const unsigned char *)text.at;
	size_t len;

	for (len = 1; len <= LENGTH_MOST && len <= text.len; len++)
		if ((traces->lengths >> len & 1) != 0 &&
		    (len == LENGTH_MOST || len == text.len || !is_wordy(at[len - 1]) ||
			!is_wordy(at[len])) &&
		    ids_have(&traces->named, XXH3_64bits(at, len)))
			return true;
	return false;
}

bool
traces_named(const struct traces *traces, struct view text)
{
	const unsigned char *bytes = (const unsigned char *)text.at;
	size_t i;

	if (traces->named.count == 0)
		return false;
	for (i = 0; i < text.len; i++)
		if (traces->first[bytes[i]] &&
		    (i == 0 || !is_wordy(bytes[i - 1]) || !is_wordy(bytes[i])) &&
		    begins_one(traces, view_from(text, i)))
			return true;
	return false;
}
