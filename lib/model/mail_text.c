/* SPDX-License-Identifier: ISC */
/*
 * Names are asked for as they are to be read: encoded words (RFC 2047) are made when a
 * message is, and none is taken, as what it stands for could be anything.
 */
#include "model/mail_text.h"

#include "base/fold.h"
#include "model/value.h"

/* Joiners and marks of direction, which some scripts are written with. */
static bool
is_joiner(uint32_t scalar)
{
	return scalar >= 0x200b && scalar <= 0x200f;
}

bool
mail_text_sound(struct view text, size_t most, bool lines)
{
	uint32_t scalar;
	size_t len;

	if (text.len > most ||
	    (text.len > 0 && memmem(text.at, text.len, "=?", 2) != NULL))
		return false;
	for (; text.len > 0; text = view_from(text, len)) {
		len = utf8_decode(text, &scalar);
		if (len == 0)
			return false;
		if (!utf8_is_showable(scalar) && !is_joiner(scalar) &&
		    !(lines && scalar == '\n'))
			return false;
	}
	return true;
}

/* Cuts off what stands between < and > at the end; false when nothing does. */
static bool
take_angles(struct view *text, struct view *inside)
{
	const char *at = text->len == 0 ? NULL : memrchr(text->at, '<', text->len);

	if (at == NULL || text->at[text->len - 1] != '>')
		return false;
	*inside = view_make(at + 1, (size_t)(text->at + text->len - at) - 2);
	*text = text_trim(view_until(*text, (size_t)(at - text->at)));
	return true;
}

/* RFC 5322: what means something in a list of addresses stands between quotes. */
static bool
is_phrase(struct view name)
{
	const char *marks = ",;:<>@\\\"";

	if (name.len >= 2 && name.at[0] == '"' && name.at[name.len - 1] == '"') {
		name = view_make(name.at + 1, name.len - 2);
		marks = "\\\"";
	}
	for (size_t i = 0; i < name.len; i++)
		if (strchr(marks, name.at[i]) != NULL)
			return false;
	return true;
}

bool
mail_text_mailbox(struct view text)
{
	struct view address = text, name = text;

	if (!take_angles(&name, &address))
		name.len = 0;
	return email_plain(address) && mail_text_sound(name, MAIL_TEXT_NAME, false) &&
	    is_phrase(name);
}

bool
mail_text_list_id(struct view text)
{
	struct view id = text, name = text;

	if (!take_angles(&name, &id))
		name.len = 0;
	for (size_t i = 0; i < id.len; i++)
		if (id.at[i] <= ' ' || id.at[i] > '~' ||
		    strchr("<>@()[],;:\\\"", id.at[i]) != NULL)
			return false;
	return id.len > 0 && id.len <= MAIL_TEXT_NAME &&
	    memchr(id.at, '.', id.len) != NULL &&
	    mail_text_sound(name, MAIL_TEXT_NAME, false) &&
	    mail_text_sound(id, MAIL_TEXT_NAME, false);
}
