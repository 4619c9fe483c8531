/* SPDX-License-Identifier: ISC */
/*
 * A person is known by the login. A field may name a user by id, or keep the text
 * that was given for one who is not there yet, which then is the login.
 */
#include "model/viewer.h"

#include "model/value.h"

/* Whether the field, which refers to a user, means that login: 1, 0, -1. */
static int
means(struct txn *txn, struct view value, const char *login, struct fault *fault)
{
	struct record user;
	uint64_t id;
	int found;

	if (!reference_id(value, &id))
		return value.len > 0 && view_is(value, login);
	found = txn_record(txn, id, &user, fault);
	if (found != 1)
		return found;
	return record_kind(user) == kind_user.number &&
	    view_is(record_get(user, USER_LOGIN), login);
}

/* Whoever ran the program that created the record; empty when it is not known. */
static int
creator(struct view *login, struct txn *txn, struct record record, struct fault *fault)
{
	const char *who = "";
	int64_t time;
	int found = txn_revision(txn, record_created(record), &time, &who, fault);

	*login = view_of(found == 1 ? who : "");
	return found < 0 ? -1 : 0;
}

static int
sees_note(const char *login, struct txn *txn, struct record note, struct fault *fault)
{
	struct view author = record_get(note, NOTE_AUTHOR);

	if (!view_is(record_get(note, NOTE_PRIVACY), "Personal"))
		return 1;
	if (author.len == 0 && creator(&author, txn, note, fault) < 0)
		return -1;
	return means(txn, author, login, fault);
}

int
viewer_owns(
    const char *login, struct txn *txn, struct record contact, struct fault *fault)
{
	struct view whose;

	if (creator(&whose, txn, contact, fault) < 0)
		return -1;
	if (whose.len == 0)
		whose = record_get(contact, CONTACT_ASSIGNED_TO);
	return means(txn, whose, login, fault);
}

int
viewer_sees(struct txn *txn, struct record record, struct fault *fault)
{
	const struct viewer *viewer = store_viewer(txn_store(txn));
	int sees;

	if (viewer == NULL)
		return 1;
	if (record_kind(record) == kind_note.number)
		return sees_note(viewer->login, txn, record, fault);
	if (viewer->audience != AUDIENCE_ANY &&
	    record_kind(record) == kind_contact.number) {
		sees = audience_sees(viewer->audience, viewer->login, txn, record, fault);
		if (sees != 1)
			return sees;
	}
	if (viewer->all_contacts || record_kind(record) != kind_contact.number ||
	    !view_is(record_get(record, CONTACT_VISIBILITY), "Only Myself"))
		return 1;
	return viewer_owns(viewer->login, txn, record, fault);
}

int
viewer_may_change(struct txn *txn, struct record record, struct fault *fault)
{
	const struct viewer *viewer = store_viewer(txn_store(txn));

	return viewer == NULL || viewer->all_contacts ? 1
						      : viewer_sees(txn, record, fault);
}
