/* SPDX-License-Identifier: ISC */
/*
 * Lists inside a value: elements joined by `;`, with `\;` and `\\` inside an
 * element. A backslash before anything else stands for itself, so that a path
 * typed by hand survives. References are elements that begin with a mark.
 */
#include "model/value.h"

/* Where the element at the front of list ends; *escaped when it has a
 * backslash that stands for something. */
static size_t
element_length(struct view list, bool *escaped)
{
	size_t at = 0;

	*escaped = false;
	for (; at < list.len && list.at[at] != ';'; at++) {
		if (list.at[at] != '\\' || at + 1 == list.len)
			continue;
		if (list.at[at + 1] == ';' || list.at[at + 1] == '\\') {
			*escaped = true;
			at++;
		}
	}
	return at;
}

bool
list_next(struct view *list, struct view *element, struct buf *scratch)
{
	size_t length;
	bool escaped;

	if (list->len == 0)
		return false;
	length = element_length(*list, &escaped);
	*element = view_until(*list, length);
	*list = view_from(*list, length + 1);
	if (!escaped)
		return true;
	buf_clear(scratch);
	for (size_t at = 0; at < element->len; at++) {
		if (element->at[at] == '\\' && at + 1 < element->len &&
		    (element->at[at + 1] == ';' || element->at[at + 1] == '\\'))
			at++;
		buf_char(scratch, element->at[at]);
	}
	*element = buf_as_view(scratch);
	return true;
}

void
list_add(struct buf *out, size_t start, struct view element)
{
	if (out->len > start)
		buf_char(out, ';');
	for (size_t at = 0; at < element.len; at++) {
		if (element.at[at] == ';' || element.at[at] == '\\')
			buf_char(out, '\\');
		buf_char(out, element.at[at]);
	}
}

bool
reference_id(struct view element, uint64_t *id)
{
	uint64_t number = 0;

	/* 20 digits hold any id. */
	if (element.len < 2 || element.len > 21 || element.at[0] != REFERENCE_MARK)
		return false;
	for (size_t at = 1; at < element.len; at++) {
		unsigned digit = (unsigned)element.at[at] - '0';

		if (digit > 9 || number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	*id = number;
	return true;
}

void
reference_put(struct buf *out, uint64_t id)
{
	buf_char(out, REFERENCE_MARK);
	buf_number(out, id);
}
