/* SPDX-License-Identifier: ISC */
/*
 * Numbers stay text, so that none loses a digit. A number is a sign, digits,
 * and digits behind a point.
 */
#include "model/number.h"

struct number {
	bool negative;
	struct view whole, fraction; /* without zeros that say nothing */
};

static size_t
count_digits(struct view text)
{
	size_t at = 0;

	while (at < text.len && text.at[at] >= '0' && text.at[at] <= '9')
		at++;
	return at;
}

/* Takes a number off the front of *text. */
static bool
take_number(struct view *text, struct number *number)
{
	size_t digits;

	number->fraction = view_make(NULL, 0);
	number->negative = text->len > 0 && text->at[0] == '-';
	if (text->len > 0 && (text->at[0] == '-' || text->at[0] == '+'))
		*text = view_from(*text, 1);
	digits = count_digits(*text);
	number->whole = view_until(*text, digits);
	*text = view_from(*text, digits);
	if (text->len > 0 && text->at[0] == '.') {
		*text = view_from(*text, 1);
		number->fraction = view_until(*text, count_digits(*text));
		*text = view_from(*text, number->fraction.len);
	}
	if (number->whole.len + number->fraction.len == 0)
		return false;
	while (number->whole.len > 0 && number->whole.at[0] == '0')
		number->whole = view_from(number->whole, 1);
	while (number->fraction.len > 0 &&
	    number->fraction.at[number->fraction.len - 1] == '0')
		number->fraction.len--;
	if (number->whole.len + number->fraction.len == 0)
		number->negative = false;
	return true;
}

bool
number_read(struct buf *out, struct view text)
{
	struct number number;

	if (!take_number(&text, &number) || text.len > 0)
		return false;
	if (number.negative)
		buf_char(out, '-');
	if (number.whole.len == 0)
		buf_char(out, '0');
	buf_view(out, number.whole);
	if (number.fraction.len > 0) {
		buf_char(out, '.');
		buf_view(out, number.fraction);
	}
	return true;
}

bool
number_is_scientific(struct view text)
{
	struct number number;

	if (!take_number(&text, &number) || text.len < 2 || (text.at[0] | 0x20) != 'e')
		return false;
	text = view_from(text, text.at[1] == '+' || text.at[1] == '-' ? 2 : 1);
	return text.len > 0 && count_digits(text) == text.len;
}
