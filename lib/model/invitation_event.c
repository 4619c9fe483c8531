/* SPDX-License-Identifier: ISC */
/*
 * What somebody who was invited did, as a row of contact-invite --events tells it
 * (HS-53). It changes the invitation and is not kept itself, so this is no kind that
 * records can be of: the registry of kinds does not have it.
 */
#include "model/derived.h"

static const struct field fields[] = {
	{ "token", INVITATION_EVENT_TOKEN, TYPE_TEXT, 0, NULL,
	    "mfrggzdfmztwq2lknnwg23tpoa", NULL },
	{ "email", INVITATION_EVENT_EMAIL, TYPE_EMAIL, 0, NULL, "ann.lee@example.com",
	    NULL },
	{ "campaign", INVITATION_EVENT_CAMPAIGN, TYPE_TEXT, 0, NULL, "Fall 2026", NULL },
	{ "step", INVITATION_EVENT_STEP, TYPE_PICKLIST, 0, "invitation_event.step",
	    "visited", NULL },
	{ "at", INVITATION_EVENT_AT, TYPE_TIME, 0, NULL, "2026-10-05T08:30:00Z", NULL },
	{ "organization", INVITATION_EVENT_ORGANIZATION, TYPE_TEXT, 0, NULL, "Acme Inc.",
	    NULL },
};

const struct kind kind_invitation_event = { "invitation_event", 20, fields,
	sizeof(fields) / sizeof(fields[0]), NULL, NULL,
	"token,email,campaign,step,at,organization", NULL, 0 };
