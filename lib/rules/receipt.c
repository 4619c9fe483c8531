/* SPDX-License-Identifier: ISC */
/* Texts lie one behind the other, since the buffer that has them moves. */
#include "rules/receipt.h"

#include <stdlib.h>

#include "base/array.h"

int
receipt_add(struct receipt *receipt, const char *state, const struct kind *kind,
    uint64_t id, struct view what, struct view command, struct fault *fault)
{
	struct receipt_row *rows = array_room(
	    receipt->rows, receipt->count, &receipt->cap, sizeof(*rows), fault);
	size_t start = receipt->texts.len;

	if (rows == NULL)
		return -1;
	receipt->rows = rows;
	rows[receipt->count++] = (struct receipt_row){ .state = state,
		.kind = kind,
		.id = id,
		.what = start,
		.what_len = what.len,
		.command = start + what.len,
		.command_len = command.len };
	buf_view(&receipt->texts, what);
	buf_view(&receipt->texts, command);
	return buf_check(&receipt->texts, fault);
}

struct view
receipt_what(const struct receipt *receipt, const struct receipt_row *row)
{
	return view_until(
	    view_from(buf_as_view(&receipt->texts), row->what), row->what_len);
}

struct view
receipt_command(const struct receipt *receipt, const struct receipt_row *row)
{
	return view_until(
	    view_from(buf_as_view(&receipt->texts), row->command), row->command_len);
}

void
receipt_clear(struct receipt *receipt)
{
	buf_clear(&receipt->texts);
	receipt->count = 0;
	receipt->rev = receipt->erased = 0;
}

void
receipt_release(struct receipt *receipt)
{
	free(receipt->rows);
	buf_release(&receipt->texts);
	*receipt = (struct receipt){ .rows = NULL };
}
