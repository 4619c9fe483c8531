/* SPDX-License-Identifier: ISC */
/*
 * What a new record has without being told. What all records of a kind have unless
 * they say otherwise is not stored but computed (kind.h); this is what somebody may
 * want to search by, or what may be another tomorrow.
 */
#include "base/clock.h"
#include "rules/import_run.h"

/* TR-19: a job is there to be filled. HS-64, HS-5: who comes to an event takes part
 * in it. CS-28: who is not from outside is a member. */
static const struct {
	const struct kind *kind;
	uint16_t slot;
	struct view value;
} fresh[] = {
	{ &kind_job, JOB_STATUS, { "Open", 4 } },
	{ &kind_note, NOTE_TYPE, { "Note", 4 } },
	{ &kind_participation, PARTICIPATION_ROLE, { "Participant", 11 } },
	{ &kind_user, USER_TYPE, { "Internal", 8 } },
	{ &kind_user, USER_ACCESS, { "true", 4 } },
};

static bool
is_blank(const struct import *import, uint16_t slot)
{
	return record_form_get(&import->form, slot).len == 0;
}

/* HS-28, HS-34, TR-18. */
static void
fill_contact(struct import *import)
{
	const struct {
		uint16_t slot;
		struct view value;
	} values[] = { { CONTACT_CLIENT_STATUS, buf_as_view(&import->client_default) },
		{ CONTACT_CANDIDATE_STATUS, buf_as_view(&import->candidate_default) },
		{ CONTACT_SOURCE, import->source } };
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (is_blank(import, values[i].slot))
			apply_set_kept(import, values[i].slot, values[i].value);
}

/* HS-5: who wrote it, and when. */
static int
fill_note(struct import *import, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	int result = 0;

	if (is_blank(import, NOTE_AT)) {
		buf_clear(&import->text);
		time_print(&import->text, txn_now(import->txn));
		result = buf_check(&import->text, fault) != 0
		    ? -1
		    : apply_set(import, NOTE_AT, buf_as_view(&import->text), fault);
	}
	if (result != 0 || !is_blank(import, NOTE_AUTHOR) || import->options.me == NULL)
		return result;
	result = entity_resolve(
	    import->txn, &kind_user, view_of(import->options.me), &ids, fault);
	buf_clear(&import->text);
	if (ids.count == 1)
		reference_put(&import->text, ids.at[0]);
	else
		buf_text(&import->text, import->options.me);
	ids_release(&ids);
	return result != 0 || buf_check(&import->text, fault) != 0
	    ? -1
	    : apply_set(import, NOTE_AUTHOR, buf_as_view(&import->text), fault);
}

int
apply_fresh(struct import *import, struct fault *fault)
{
	size_t i;

	for (i = 0; i < sizeof(fresh) / sizeof(fresh[0]); i++)
		if (fresh[i].kind == import->kind && is_blank(import, fresh[i].slot))
			apply_set_kept(import, fresh[i].slot, fresh[i].value);
	if (import->kind == &kind_contact)
		fill_contact(import);
	return import->kind == &kind_note ? fill_note(import, fault) : 0;
}
