/* SPDX-License-Identifier: ISC */
#ifndef MODEL_VIEWER_H
#define MODEL_VIEWER_H

/*
 * Who looks at the records of a store (store_view_as), and which of them are
 * nobody's business but others' (HS-6, TW-44). Queries and paths through
 * references ask; what rules do with records does not depend on who looks.
 */

#include "model/audience.h"
#include "model/kind.h"

struct viewer {
	const char *login;
	/* Contacts that are for `Only Myself` of others, too: the store's owner,
	 * administrators, and everybody where the files' permissions rule. */
	bool all_contacts;
	/* On whose behalf he asks, besides (contact-find --audience). */
	enum audience audience;
};

/* Whether the viewer of the transaction's store sees the record: 1, 0, -1.
 * Personal notes are seen by their author alone, an `Only Myself` contact by whom
 * created it, else by whom it is assigned to. */
int viewer_sees(struct txn *txn, struct record record, struct fault *fault) MUST_CHECK;

/* Whether a contact that is `Only Myself` is so of the user with this login. */
int viewer_owns(const char *login, struct txn *txn, struct record contact,
    struct fault *fault) MUST_CHECK;

/* Whether he may change it when a row that is imported has met it: what he sees, and
 * everything for whom all contacts are shown. What somebody selects he has to see. */
int viewer_may_change(
    struct txn *txn, struct record record, struct fault *fault) MUST_CHECK;

#endif
