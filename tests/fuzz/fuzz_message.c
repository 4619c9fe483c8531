/* SPDX-License-Identifier: ISC */
/*
 * Messages of any values: composed with the headers that they must have, in ASCII
 * lines that are short enough, or refused with a sentence. NUL parts name, address,
 * subject, sender, list and text; the first byte chooses whether there is HTML.
 */
#include "fuzz.h"

#include <stdlib.h>

#include "table/mail_output.h"

static void
must(bool good)
{
	if (!good)
		abort();
}

static struct view
take(struct view *rest)
{
	const char *end = rest->len == 0 ? NULL : memchr(rest->at, '\0', rest->len);
	struct view value =
	    view_until(*rest, end == NULL ? rest->len : (size_t)(end - rest->at));

	*rest = view_from(*rest, value.len + 1);
	return value;
}

/* Header lines by the one rule that all readers of mail share. */
static void
look_at(struct view text, bool html)
{
	static const char *const wanted[] = { "Date: ", "Message-ID: ", "From: ", "To: ",
		"Subject: ", "Auto-Submitted: ", "List-Unsubscribe: ", "MIME-Version: ",
		"Content-Type: ", "Content-Transfer-Encoding: " };
	size_t fields = 0, len;
	bool head = true;

	for (; text.len > 0; text = view_from(text, len + 1)) {
		const char *lf = memchr(text.at, '\n', text.len);

		must(lf != NULL);
		len = (size_t)(lf - text.at);
		must(len <= (head ? 998 : 76));
		for (size_t i = 0; i < len; i++)
			must((text.at[i] >= ' ' && text.at[i] <= '~') ||
			    (!head && text.at[i] == '\t'));
		if (len == 0)
			head = false;
		if (!head || text.at[0] == ' ')
			continue;
		if (fields == 6 && !view_begins(text, view_of(wanted[fields])))
			fields++;
		must(view_begins(text, view_of(wanted[fields++])));
	}
	must(fields == (html ? 9 : 10));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct view rest = { (const char *)bytes + 1, len - 1 };
	struct mail_message message = { .id = "1.2@x.example", .date = 1791201600 };
	struct buf out = BUF_EMPTY;
	struct fault fault = { FAULT_NONE, "" };

	if (len == 0)
		return 0;
	message.to_name = take(&rest);
	message.to_email = take(&rest);
	message.subject = take(&rest);
	message.from = take(&rest);
	message.list_unsubscribe = take(&rest);
	message.text = rest;
	if (bytes[0] == 'h')
		message.html = rest;
	if (mail_compose(&out, &message, &fault) == 0) {
		look_at(buf_as_view(&out), message.html.len > 0);
	} else {
		must(fault.kind == FAULT_INPUT && fault.text[0] != '\0');
		must(out.len == 0);
	}
	buf_release(&out);
	return 0;
}
