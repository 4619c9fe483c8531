/* SPDX-License-Identifier: ISC */
/*
 * What a library made of a field is looked at as anything from outside: names
 * become one line, and what no cell may have is refused.
 */
#include "table/mail_addresses.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/fold.h"
#include "table/mail_child.h"
#include "table/mail_parser.h"
#include "table/reader.h"

/* Offsets, because the bytes move as they grow. */
struct place {
	size_t name, name_len, email, email_len;
	const char *code, *message;
};

struct mail_addresses {
	struct buf reply, bytes;
	struct place *places;
	size_t count, cap;
};

int
mail_addresses_new(struct mail_addresses **out, struct fault *fault)
{
	struct mail_addresses *list = calloc(1, sizeof(*list));

	*out = list;
	if (list == NULL)
		return fault_memory(fault);
	if (mail_child_start(&mail_parser_work, fault) == 0)
		return 0;
	free(list);
	*out = NULL;
	return -1;
}

void
mail_addresses_free(struct mail_addresses *list)
{
	if (list == NULL)
		return;
	buf_release(&list->reply);
	buf_release(&list->bytes);
	free(list->places);
	free(list);
}

/* Appends text with one blank for each run of blanks and line ends. */
static void
put_name(struct buf *out, struct view text)
{
	bool blank = false;

	text = text_trim_wide(text);
	for (size_t i = 0; i < text.len; i++) {
		if (strchr(" \t\r\n", text.at[i]) != NULL && text.at[i] != '\0') {
			blank = true;
			continue;
		}
		if (blank)
			buf_char(out, ' ');
		blank = false;
		buf_char(out, text.at[i]);
	}
}

/* Some programs put the address where the name should be, and apostrophes
 * around what is one. */
static struct view
bare_name(struct view name)
{
	name = text_trim_wide(name);
	if (name.len >= 2 && name.at[0] == '\'' && name.at[name.len - 1] == '\'')
		name = text_trim_wide(view_make(name.at + 1, name.len - 2));
	if (name.len > 0 && memchr(name.at, '@', name.len) != NULL &&
	    memchr(name.at, ' ', name.len) == NULL)
		return VIEW("");
	return name;
}

static const char *
control_in(struct view text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] < ' ')
			return "control character in a name or an address";
	return NULL;
}

static void
judge(struct place *place, struct view name, struct view email)
{
	place->code = READER_BAD_CHARACTER;
	if ((place->message = control_in(name)) != NULL ||
	    (place->message = control_in(email)) != NULL)
		return;
	place->code = READER_BAD_ENCODING;
	place->message = "a name that is not UTF-8";
	if (utf8_valid(name) != name.len || utf8_valid(email) != email.len)
		return;
	place->code = READER_TOO_LONG;
	place->message = "value is longer than 1 MiB";
	if (name.len > READER_VALUE_MAX || email.len > READER_VALUE_MAX)
		return;
	place->code = READER_NO_ADDRESS;
	place->message = "a name without an address";
	if (email.len == 0)
		return;
	place->code = place->message = NULL;
}

static int
add(struct mail_addresses *list, const char *name, const char *email, struct fault *fault)
{
	struct place *place, new = { .name = list->bytes.len };

	place = array_room(
	    list->places, list->count, &list->cap, sizeof(*list->places), fault);
	if (place == NULL)
		return -1;
	list->places = place;
	put_name(&list->bytes, bare_name(view_of(name)));
	new.name_len = list->bytes.len - new.name;
	new.email = list->bytes.len;
	buf_view(&list->bytes, text_trim_wide(view_of(email)));
	new.email_len = list->bytes.len - new.email;
	if (buf_check(&list->bytes, fault) != 0)
		return -1;
	judge(&new, view_make(list->bytes.at + new.name, new.name_len),
	    view_make(list->bytes.at + new.email, new.email_len));
	list->places[list->count++] = new;
	return 0;
}

/* The text at *at, which ends in NUL; none is left behind the last. */
static const char *
take_text(const struct buf *reply, size_t *at)
{
	const char *text = reply->at + *at;
	size_t len = strnlen(text, reply->len - *at);

	*at += len + 1;
	return *at <= reply->len ? text : "";
}

int
mail_addresses_read(struct mail_addresses *list, struct view value, struct fault *fault)
{
	const char *name, *email;
	size_t at = 1;
	int got;

	list->count = 0;
	buf_clear(&list->bytes);
	(void)buf_reserve(&list->bytes, 1);
	if (text_trim_wide(value).len == 0)
		return 1;
	got = mail_child_ask(value, &list->reply, fault);
	if (got <= 0)
		return got;
	while (at < list->reply.len) {
		name = take_text(&list->reply, &at);
		email = at < list->reply.len ? take_text(&list->reply, &at) : "";
		if (add(list, name, email, fault) != 0)
			return -1;
	}
	return 1;
}

size_t
mail_addresses_count(const struct mail_addresses *list)
{
	return list->count;
}

struct mail_address
mail_addresses_at(const struct mail_addresses *list, size_t index)
{
	const struct place *place = &list->places[index];

	return (struct mail_address){ view_make(
					  list->bytes.at + place->name, place->name_len),
		view_make(list->bytes.at + place->email, place->email_len), place->code,
		place->message };
}
