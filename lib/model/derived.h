/* SPDX-License-Identifier: ISC */
#ifndef MODEL_DERIVED_H
#define MODEL_DERIVED_H

/* Slots and values of computed fields, for the tables of kinds. */

#include "model/kind.h"

enum virtual_slot {
	VIRTUAL_ID = FIELD_VIRTUAL,
	VIRTUAL_REV,
	VIRTUAL_CREATED_AT,
	VIRTUAL_CREATED_BY,
	VIRTUAL_UPDATED_AT,
	VIRTUAL_TYPE,
	VIRTUAL_HIRING_MANAGER,
	VIRTUAL_PRIMARY,
	VIRTUAL_MAILABLE,
	VIRTUAL_USER,
	VIRTUAL_USER_STATUS,
	VIRTUAL_EMPLOYEE,
	VIRTUAL_CAMPAIGN_STATE,
	VIRTUAL_FIGURE /* and one for each more (model/figures.h) */
};

#define DERIVE(name)                                                                  \
	int name(struct txn *txn, uint64_t id, struct record record, struct buf *out, \
	    struct fault *fault)

DERIVE(derive_id);
DERIVE(derive_rev);
DERIVE(derive_created_at);
DERIVE(derive_created_by);
DERIVE(derive_updated_at);
DERIVE(derive_mailable);
DERIVE(derive_contact_user);
DERIVE(derive_contact_user_status);
DERIVE(derive_contact_employee);

/* The rows that begin and end the table of every kind. */
#define SYSTEM_FIRST                                                               \
	{ "id", VIRTUAL_ID, TYPE_ID, FIELD_SYSTEM, NULL, "1042", derive_id },      \
	{                                                                          \
		"rev", VIRTUAL_REV, TYPE_ID, FIELD_SYSTEM, NULL, "812", derive_rev \
	}
#define SYSTEM_LAST                                                                   \
	{ "created_at", VIRTUAL_CREATED_AT, TYPE_TIME, FIELD_SYSTEM, NULL,            \
		"2026-10-05T08:30:00Z", derive_created_at },                          \
	    { "created_by", VIRTUAL_CREATED_BY, TYPE_TEXT, FIELD_SYSTEM, NULL, "ann", \
		    derive_created_by },                                              \
	{                                                                             \
		"updated_at", VIRTUAL_UPDATED_AT, TYPE_TIME, FIELD_SYSTEM, NULL,      \
		    "2026-10-06T02:00:00Z", derive_updated_at                         \
	}

/* Of a kind whose records can be duplicates: hidden rows. */
#define HIDDEN_MERGING(kind, apart, merged)                                         \
	{ "not_duplicate", apart, TYPE_REFERENCE,                                   \
		FIELD_LIST | FIELD_INDEXED | FIELD_RULES | FIELD_LOSES, kind, NULL, \
		NULL },                                                             \
	{                                                                           \
		"merged", merged, TYPE_TEXT,                                        \
		    FIELD_LIST | FIELD_INDEXED | FIELD_FOLLOWED | FIELD_RULES |     \
		    FIELD_EXACT,                                                    \
		    NULL, NULL, NULL                                                \
	}

#endif
