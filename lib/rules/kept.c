/* SPDX-License-Identifier: ISC */
/*
 * Each part stands on a line of one stored text, its name in front. A value has no line
 * end there, so the parts are told apart from the end on.
 */
#include "rules/kept.h"

#define ORGANIZATION "organization="
#define VISIBILITY   "\nvisibility="
#define PRIMARY	     "\nprimary="
#define ATTRIBUTES   "\nattributes="
#define APPROVAL     "\napproval="

/* Takes one part off the end of what is kept. */
static bool
take_part(struct view *text, const char *name, struct view *part)
{
	size_t at;

	for (at = text->len; at-- > 0;)
		if (view_begins(view_from(*text, at), view_of(name))) {
			*part = view_from(*text, at + strlen(name));
			*text = view_until(*text, at);
			return true;
		}
	return false;
}

static void
read_parts(struct view text, struct kept *kept)
{
	struct view primary;

	*kept = (struct kept){ .moved = false };
	kept->rejected = take_part(&text, APPROVAL, &kept->approval);
	(void)take_part(&text, ATTRIBUTES, &kept->attributes);
	kept->primary = take_part(&text, PRIMARY, &primary) && view_is(primary, "true");
	kept->hidden = take_part(&text, VISIBILITY, &kept->visibility);
	kept->moved = view_begins(text, view_of(ORGANIZATION));
	kept->organization = view_from(text, strlen(ORGANIZATION));
}

/* A value has no line end, which parts the parts. */
static void
put_part(struct buf *text, const char *name, struct view value)
{
	size_t i;

	buf_text(text, name);
	for (i = 0; i < value.len; i++) {
		if (value.at[i] == '\n' || value.at[i] == '\\')
			buf_char(text, '\\');
		buf_char(text, value.at[i] == '\n' ? 'n' : value.at[i]);
	}
}

/* In place, as the text is a copy. */
static struct view
plain_part(struct view part)
{
	char *at = (char *)(uintptr_t)part.at;
	size_t i, n = 0;

	for (i = 0; i < part.len; i++) {
		if (at[i] == '\\' && i + 1 < part.len)
			at[n++] = at[++i] == 'n' ? '\n' : at[i];
		else
			at[n++] = at[i];
	}
	return view_until(part, n);
}

/* The same of a text that may be written to. */
static void
read_plain(struct view text, struct kept *kept)
{
	read_parts(text, kept);
	kept->organization = plain_part(kept->organization);
	kept->visibility = plain_part(kept->visibility);
	kept->attributes = plain_part(kept->attributes);
	kept->approval = plain_part(kept->approval);
}

int
kept_write(struct import *import, const struct kept *kept, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	int result;

	if (kept->moved)
		put_part(&text, ORGANIZATION, kept->organization);
	if (kept->hidden)
		put_part(&text, VISIBILITY, kept->visibility);
	if (kept->moved || kept->rejected)
		put_part(&text, PRIMARY, kept->primary ? VIEW("true") : VIEW("false"));
	if (kept->attributes.len > 0)
		put_part(&text, ATTRIBUTES, kept->attributes);
	if (kept->rejected)
		put_part(&text, APPROVAL, kept->approval);
	result = buf_check(&text, fault) != 0
	    ? -1
	    : apply_set(import, CONTACT_REVIVAL, buf_as_view(&text), fault);
	buf_release(&text);
	return result;
}

int
kept_read(struct import *import, struct kept *kept, struct fault *fault)
{
	struct view text = record_form_get(&import->form, CONTACT_REVIVAL);
	struct view copy = arena_copy(&import->arena, text);

	if (copy.at == NULL && text.len > 0)
		return fault_memory(fault);
	read_plain(copy, kept);
	return 0;
}

struct view
kept_organization(struct view revival)
{
	struct kept kept;

	read_parts(revival, &kept);
	return kept.organization;
}
