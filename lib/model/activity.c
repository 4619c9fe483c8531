/* SPDX-License-Identifier: ISC */
/*
 * What people do with a contact: notes, among which are meetings and tasks; and
 * events, with those who took part. An event is joined to a contact by a
 * participation, of which there is one for each pair (HS-9), so that both
 * directions are queries (HS-10).
 */
#include "model/derived.h"

/* HS-6: what a note is that says nothing; not stored. */
static DERIVE(derive_privacy)
{
	(void)txn;
	(void)id;
	(void)record;
	(void)fault;
	buf_text(out, "Institution");
	return 0;
}

static const struct field note_fields[] = { SYSTEM_FIRST,
	{ "contact", NOTE_CONTACT, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_RESOLVED | FIELD_OWNED, "contact",
	    "1042", NULL },
	{ "type", NOTE_TYPE, TYPE_PICKLIST, FIELD_INDEXED | FIELD_OPEN, "note.type",
	    "Note", NULL },
	{ "text", NOTE_TEXT, TYPE_TEXT, FIELD_SEARCHED | FIELD_PRIVATE, NULL,
	    "Wants to hear of site jobs", NULL },
	/* TW-33: a user goes with all that he did. */
	{ "author", NOTE_AUTHOR, TYPE_REFERENCE, FIELD_INDEXED | FIELD_OWNED, "user",
	    "bob", NULL },
	{ "at", NOTE_AT, TYPE_TIME, 0, NULL, "2026-10-05T08:30:00Z", NULL },
	{ "due_on", NOTE_DUE_ON, TYPE_DATE, 0, NULL, "2026-11-30", NULL },
	{ "done", NOTE_DONE, TYPE_FLAG, 0, NULL, "false", NULL },
	{ "privacy", NOTE_PRIVACY, TYPE_PICKLIST, 0, "note.privacy", "Institution",
	    derive_privacy },
	SYSTEM_LAST };

const struct kind kind_note = { "note", 7, note_fields,
	sizeof(note_fields) / sizeof(note_fields[0]), NULL, NULL,
	"id,rev,contact,type,at,author,text,due_on,done", NULL, 0 };

static const struct field event_fields[] = { SYSTEM_FIRST,
	{ "type", EVENT_TYPE, TYPE_PICKLIST, FIELD_INDEXED | FIELD_OPEN, "event.type",
	    "Career Fair", NULL },
	{ "title", EVENT_TITLE, TYPE_TEXT, FIELD_INDEXED | FIELD_KEY | FIELD_SEARCHED,
	    NULL, "Spring Fair 2026", NULL },
	{ "organization", EVENT_ORGANIZATION, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_SEARCHED, "organization", "Acme Inc.", NULL },
	{ "starts_at", EVENT_STARTS_AT, TYPE_TIME, 0, NULL, "2026-10-05T08:30:00Z",
	    NULL },
	SYSTEM_LAST };

const struct kind kind_event = { "event", 5, event_fields,
	sizeof(event_fields) / sizeof(event_fields[0]), NULL, NULL,
	"id,rev,type,title,organization,starts_at", NULL, 0 };

static const struct field participation_fields[] = { SYSTEM_FIRST,
	{ "event", PARTICIPATION_EVENT, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_RESOLVED, "event", "2001", NULL },
	{ "contact", PARTICIPATION_CONTACT, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_RESOLVED | FIELD_OWNED, "contact",
	    "1042", NULL },
	{ "role", PARTICIPATION_ROLE, TYPE_PICKLIST, FIELD_INDEXED, "participation.role",
	    "Participant", NULL },
	{ "at", PARTICIPATION_AT, TYPE_TIME, 0, NULL, "2026-10-05T08:30:00Z", NULL },
	SYSTEM_LAST };

const struct kind kind_participation = { "participation", 6, participation_fields,
	sizeof(participation_fields) / sizeof(participation_fields[0]), NULL,
	"contact+event", "id,rev,event,contact,role,at", NULL, 0 };
