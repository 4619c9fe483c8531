/* SPDX-License-Identifier: ISC */
#ifndef MODEL_MAIL_SETTINGS_H
#define MODEL_MAIL_SETTINGS_H

/* What a store's settings lack before mail can be made and sent. */

#include "model/settings.h"

enum mail_lack {
	MAIL_LACKS_SENDER = 1 << 0,
	MAIL_LACKS_LINK = 1 << 1,
	MAIL_LACKS_UNSUBSCRIBE = 1 << 2,
	MAIL_LACKS_SENDMAIL = 1 << 3,
	MAIL_LACKS_POSTAL_ADDRESS = 1 << 4,
};
/* No message is made without these, and none is sent without the program too; the
 * postal address is something that readers, and laws, expect. */
#define MAIL_MADE_OF (MAIL_LACKS_SENDER | MAIL_LACKS_LINK | MAIL_LACKS_UNSUBSCRIBE)
#define MAIL_SENT_BY MAIL_LACKS_SENDMAIL

/* *lacks is a set of enum mail_lack. has_sender: the template says whom messages are
 * from, so the setting need not. */
int mail_settings_missing(
    struct txn *txn, bool has_sender, unsigned *lacks, struct fault *fault) MUST_CHECK;

/* One of them as a sentence, such as "mail_link is not set: nothing can be sent". */
int mail_lack_print(struct buf *out, struct txn *txn, enum mail_lack lack,
    struct fault *fault) MUST_CHECK;

/* Sets a fault that names all of the set, which is not empty, and how they are set:
 * FAULT_CONFLICT, or FAULT_SYSTEM where only the program is missing. */
int mail_lacks_fault(struct txn *txn, unsigned lacks, struct fault *fault);

#endif
