/* SPDX-License-Identifier: ISC */
/*
 * What the two statuses of a contact follow from (rules/status.h): jobs, which
 * have a client contact, placements, which are closing reports about a
 * candidate, and the events that say step by step what happened to them.
 */
#include "model/derived.h"

static const struct field job_fields[] = { SYSTEM_FIRST,
	{ "title", JOB_TITLE, TYPE_TEXT, FIELD_SEARCHED, NULL, "Site Engineer", NULL },
	{ "organization", JOB_ORGANIZATION, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_SEARCHED, "organization", "Acme Inc.", NULL },
	{ "contact", JOB_CONTACT, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_RESOLVED, "contact", "1042", NULL },
	{ "status", JOB_STATUS, TYPE_PICKLIST, FIELD_INDEXED, "job.status", "Open",
	    NULL },
	{ "opened_on", JOB_OPENED_ON, TYPE_DATE, 0, NULL, "2026-10-05", NULL },
	{ "closed_on", JOB_CLOSED_ON, TYPE_DATE, 0, NULL, "2026-11-30", NULL },
	SYSTEM_LAST };

const struct kind kind_job = { "job", 3, job_fields,
	sizeof(job_fields) / sizeof(job_fields[0]), NULL, NULL,
	"id,rev,title,organization,contact,status,opened_on,closed_on", NULL, 0 };

static const struct field placement_fields[] = { SYSTEM_FIRST,
	{ "job", PLACEMENT_JOB, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_RESOLVED, "job", "2001", NULL },
	{ "candidate", PLACEMENT_CANDIDATE, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_RESOLVED, "contact", "1043", NULL },
	{ "employment", PLACEMENT_EMPLOYMENT, TYPE_PICKLIST, FIELD_INDEXED,
	    "placement.employment", "Consultant", NULL },
	{ "started_on", PLACEMENT_STARTED_ON, TYPE_DATE, 0, NULL, "2026-10-05", NULL },
	{ "ended_on", PLACEMENT_ENDED_ON, TYPE_DATE, 0, NULL, "2026-12-31", NULL },
	{ "ended", PLACEMENT_ENDED, TYPE_FLAG, 0, NULL, "true", NULL }, SYSTEM_LAST };

const struct kind kind_placement = { "placement", 4, placement_fields,
	sizeof(placement_fields) / sizeof(placement_fields[0]), NULL, NULL,
	"id,rev,job,candidate,employment,started_on,ended_on,ended", NULL, 0 };

/* TR-44: an event is kept, so that it is not taken a second time. */
static const struct field event_fields[] = { SYSTEM_FIRST,
	{ "event_id", STATUS_EVENT_ID, TYPE_TEXT, FIELD_INDEXED | FIELD_KEY | FIELD_EXACT,
	    NULL, "20261005-0017", NULL },
	{ "at", STATUS_EVENT_AT, TYPE_TIME, 0, NULL, "2026-10-05T08:30:00Z", NULL },
	{ "event", STATUS_EVENT_EVENT, TYPE_PICKLIST, 0, "status_event.event",
	    "job_closed", NULL },
	{ "job", STATUS_EVENT_JOB, TYPE_REFERENCE, FIELD_INDEXED | FIELD_FOLLOWED, "job",
	    "2001", NULL },
	{ "contact", STATUS_EVENT_CONTACT, TYPE_REFERENCE, FIELD_INDEXED | FIELD_RESOLVED,
	    "contact", "1042", NULL },
	{ "employment", STATUS_EVENT_EMPLOYMENT, TYPE_PICKLIST, 0, "placement.employment",
	    "Consultant", NULL },
	SYSTEM_LAST };

const struct kind kind_status_event = { "status_event", 18, event_fields,
	sizeof(event_fields) / sizeof(event_fields[0]), NULL, NULL,
	"id,rev,event_id,at,event,job,contact,employment", NULL, 0 };
