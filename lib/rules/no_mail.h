/* SPDX-License-Identifier: ISC */
#ifndef RULES_NO_MAIL_H
#define RULES_NO_MAIL_H

/*
 * What follows when mail to an address does not arrive or is not wanted: the address
 * is suppressed, whatever becomes of its contact, and the contact says so too.
 */

#include "rules/import_run.h"

/* In order of weight: a suppression says the weightiest that was met. */
enum no_mail { NO_MAIL_BOUNCED, NO_MAIL_COMPLAINED, NO_MAIL_UNSUBSCRIBED };

/*
 * For the address, which may be empty when it was erased, and the contact, 0 for none.
 * Somebody who unsubscribes is marked whatever address he has by now; that mail came
 * back, or was called spam, is said of a contact that still has the address. `at` is as
 * times are stored. Uses import->form. *changed is set when anything came of it.
 */
enum step no_mail_take(struct import *import, enum no_mail what, struct view address,
    uint64_t contact, struct view at, bool *changed, struct fault *fault);

#endif
