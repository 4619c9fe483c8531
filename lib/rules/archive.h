/* SPDX-License-Identifier: ISC */
#ifndef RULES_ARCHIVE_H
#define RULES_ARCHIVE_H

/* Taking contacts out of use and bringing them back (TW-5 to TW-23, TW-42, TW-43,
 * */

#include "rules/import_run.h"

/* Whether the record is out of use, so that a row does not change it (TW-43). */
bool archive_holds(const struct import *import, struct record record);
/* The same of a contact. */
bool archive_out_of_use(struct record contact);
/* Whether it is frozen (TW-21). */
bool archive_rejected(struct record record);

/*
 * Makes the contact in import->form inactive (TW-5 to TW-10): it moves to the
 * organization that the setting inactive_organization names, which is made
 * when it is not there, and keeps what reviving gives back. contact is 0 for a
 * new one.
 */
int archive_inactive(
    struct import *import, uint64_t contact, struct fault *fault) MUST_CHECK;

/*
 * --archived new: external ids that import->form has move from the archived
 * contact, since an id has one bearer, and the next file means the new contact.
 */
int archive_pass_ids(
    struct import *import, uint64_t archived, struct fault *fault) MUST_CHECK;

/* TW-42: gives back in import->form what being inactive or rejected changed;
 * import->revival says what that was, until the row is done. */
int archive_revive(
    struct import *import, struct record record, struct fault *fault) MUST_CHECK;
/* TW-22: ends a rejection in import->form, and leaves the rest. */
int archive_approve(
    struct import *import, struct record record, struct fault *fault) MUST_CHECK;
/* Behind the row's own cells: who comes back to an organization, from Inactive or from
 * another, is no former contact of it (TW-13). old is as stored. */
int archive_back(
    struct import *import, struct record old, struct fault *fault) MUST_CHECK;

/* Who is rejected, in import->form, is archived from now on. */
int archive_date(struct import *import, struct fault *fault) MUST_CHECK;

/*
 * What options.archives says, done to the contact in import->form, which may be
 * as it was then. *record, which is read again where its page may have moved, is
 * as stored.
 */
enum step archive_take(
    struct import *import, uint64_t id, struct record *record, struct fault *fault);

/* What a row sets that archiving had set is the row's from now on, so that
 * reviving leaves it (TW-42). */
int archive_claim(struct import *import, const struct draft *draft, bool *claims,
    struct fault *fault) MUST_CHECK;

/*
 * What an edit of a contact means for its being out of use: another organization
 * takes it out of Inactive (TW-11), approval Rejected rejects it, and a visibility
 * that a person chose stays when it is revived.
 */
int archive_edited(struct import *import, const struct draft *draft, uint64_t id,
    struct record old, struct fault *fault) MUST_CHECK;

#endif
