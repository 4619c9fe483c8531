/* SPDX-License-Identifier: ISC */
/*
 * A person is known by the login. A field may name a user by id, or keep the text
 * that was given for one who is not there yet, which then is the login.
 */
#include "model/viewer.h"

#include "model/value.h"

/* Whether the field, which refers to a user, means the viewer: 1, 0, -1. */
static int
means(
    const struct viewer *viewer, struct txn *txn, struct view value, struct fault *fault)
{
	struct record user;
	uint64_t id;
	int found;

	if (!reference_id(value, &id))
		return view_is(value, viewer->login);
	found = txn_record(txn, id, &user, fault);
	if (found != 1)
		return found;
	return record_kind(user) == kind_user.number &&
	    view_is(record_get(user, USER_LOGIN), viewer->login);
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
sees_note(
    const struct viewer *viewer, struct txn *txn, struct record note, struct fault *fault)
{
	struct view author = record_get(note, NOTE_AUTHOR);

	if (!view_is(record_get(note, NOTE_PRIVACY), "Personal"))
		return 1;
	if (author.len == 0 && creator(&author, txn, note, fault) < 0)
		return -1;
	return means(viewer, txn, author, fault);
}

static int
sees_contact(const struct viewer *viewer, struct txn *txn, struct record contact,
    struct fault *fault)
{
	struct view whose;

	if (viewer->all_contacts ||
	    !view_is(record_get(contact, CONTACT_VISIBILITY), "Only Myself"))
		return 1;
	if (creator(&whose, txn, contact, fault) < 0)
		return -1;
	if (whose.len == 0)
		whose = record_get(contact, CONTACT_ASSIGNED_TO);
	return means(viewer, txn, whose, fault);
}

int
viewer_sees(struct txn *txn, struct record record, struct fault *fault)
{
	const struct viewer *viewer = store_viewer(txn_store(txn));

	if (viewer == NULL)
		return 1;
	if (record_kind(record) == kind_contact.number)
		return sees_contact(viewer, txn, record, fault);
	if (record_kind(record) == kind_note.number)
		return sees_note(viewer, txn, record, fault);
	return 1;
}

int
viewer_may_change(struct txn *txn, struct record record, struct fault *fault)
{
	const struct viewer *viewer = store_viewer(txn_store(txn));

	return viewer == NULL || viewer->all_contacts ? 1
						      : viewer_sees(txn, record, fault);
}
