/* SPDX-License-Identifier: ISC */
/*
 * Addresses of machines and numbers of versions look like codes. So a code is
 * believed where a text begins with it, or behind what says that one follows.
 */
#include "table/bounce_status.h"

static bool
is_digit(struct view text, size_t at)
{
	return at < text.len && text.at[at] >= '0' && text.at[at] <= '9';
}

/* One to three digits at *at, which moves behind them. */
static bool
take_number(struct view text, size_t *at, unsigned *number)
{
	size_t begin = *at;

	for (*number = 0; is_digit(text, *at) && *at < begin + 3; ++*at)
		*number = *number * 10 + (unsigned)(text.at[*at] - '0');
	return *at > begin;
}

static bool
take_dot(struct view text, size_t *at)
{
	if (*at >= text.len || text.at[*at] != '.')
		return false;
	++*at;
	return true;
}

struct bounce_status
bounce_status_parse(struct view text)
{
	struct bounce_status status, none = { 0, 0, 0 };
	size_t at = 0;

	if (!take_number(text, &at, &status.class) || at != 1 || !take_dot(text, &at) ||
	    !take_number(text, &at, &status.subject) || !take_dot(text, &at) ||
	    !take_number(text, &at, &status.detail) || is_digit(text, at))
		return none;
	if (at + 1 < text.len && text.at[at] == '.' && is_digit(text, at + 1))
		return none;
	return status.class == 2 || status.class == 4 || status.class == 5 ? status
									   : none;
}

/* The class of the reply code at `at`, 550; 0 where there is none. */
static unsigned
reply_class(struct view text, size_t at)
{
	if ((at > 0 && text.at[at - 1] != ' ' && text.at[at - 1] != ';' &&
		text.at[at - 1] != ':' && text.at[at - 1] != '(') ||
	    !is_digit(text, at) || !is_digit(text, at + 1) || !is_digit(text, at + 2) ||
	    (text.at[at] != '4' && text.at[at] != '5') || text.at[at + 1] > '5' ||
	    (at + 3 < text.len && text.at[at + 3] != ' ' && text.at[at + 3] != '-'))
		return 0;
	return (unsigned)(text.at[at] - '0');
}

struct bounce_status
bounce_status_find(struct view text)
{
	struct bounce_status status, reply = { 0, 0, 0 };
	unsigned class;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '#') {
			status = bounce_status_parse(view_from(text, i + 1));
			if (status.class > 2)
				return status;
		}
		class = reply_class(text, i);
		if (class == 0)
			continue;
		status = bounce_status_parse(view_from(text, i + 4));
		if (status.class == class)
			return status;
		if (reply.class == 0)
			reply.class = class;
	}
	return reply;
}
