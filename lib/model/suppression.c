/* SPDX-License-Identifier: ISC */
/*
 * Kind suppression: addresses that nothing is sent to, whatever becomes of the
 * records that have them. Deleting a contact, importing it again and restoring
 * an older store leave them in force.
 */
#include "model/derived.h"

static const struct field fields[] = { SYSTEM_FIRST,
	{ "address", SUPPRESSION_ADDRESS, TYPE_EMAIL,
	    FIELD_INDEXED | FIELD_KEY | FIELD_SEARCHED, NULL, "ann@acme.example", NULL },
	{ "reason", SUPPRESSION_REASON, TYPE_TEXT, 0, NULL, "unsubscribed", NULL },
	{ "at", SUPPRESSION_AT, TYPE_TIME, 0, NULL, "2026-10-05T08:30:00Z", NULL },
	SYSTEM_LAST };

const struct kind kind_suppression = { "suppression", 14, fields,
	sizeof(fields) / sizeof(fields[0]), NULL, "address", "id,rev,address,reason,at",
	NULL, 0 };
