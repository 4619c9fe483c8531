/* SPDX-License-Identifier: ISC */
#ifndef MODEL_MAILABLE_H
#define MODEL_MAILABLE_H

/* HS-42, TR-48, TW-18: who is not to be written to, and why. */

#include "model/value.h"

/* Whether an email_status says that mail does not arrive or is not wanted. */
bool mailable_bad(struct view email_status);

/* Whether no mail is sent to who has this value of the picklist. */
bool mailable_barring(
    const struct vocabulary *vocabulary, const char *picklist, struct view value);

/* Whether the person is not to be written to at any address: does not want
 * mail, or has a status or an attribute for which none is sent. 1, 0, -1. With 1
 * *why is what a suppression for it says, in the record or static: do_not_email, the
 * email_status, or no_mail. */
int mailable_barred(struct txn *txn, struct record contact, struct view *why,
    struct fault *fault) MUST_CHECK;

/* Whether a suppression record has the address, or somebody had it who was erased:
 * 1, 0, -1. */
int mailable_suppressed(
    struct txn *txn, struct view address, struct fault *fault) MUST_CHECK;

/* Whether somebody had the address who was erased: 1, 0, -1. */
int mailable_erased(struct txn *txn, struct view address, struct fault *fault) MUST_CHECK;

#endif
