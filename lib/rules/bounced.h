/* SPDX-License-Identifier: ISC */
#ifndef RULES_BOUNCED_H
#define RULES_BOUNCED_H

/*
 * What follows when an invitation came back, or was called spam. Nothing is sent any
 * more to an address that does not exist, to one that was refused for another lasting
 * reason BOUNCED_MOST times, and to whoever complains: the contact's email_status says
 * so, where the address is still the contact's, and the address is suppressed.
 */

#include "rules/import_run.h"

#define BOUNCED_MOST 3

enum bounced_sort {
	BOUNCED_DELAYED,  /* 4.x.x: nothing follows */
	BOUNCED_REFUSED,  /* 5.x.x */
	BOUNCED_FOR_GOOD, /* 5.1.1 and others that say that there is no such address */
	BOUNCED_COMPLAINT
};

struct bounced {
	enum bounced_sort sort;
	struct view status; /* 5.1.1, or empty */
	struct view report; /* what tells this report from others, or empty */
	int64_t at;
};

/* What a status code of a message that was not delivered means. */
enum bounced_sort bounced_sort(unsigned class, unsigned subject, unsigned detail);

/* What stands for a complaint that an event told of, among the reports that an
 * invitation keeps. */
#define BOUNCED_EVENT "complained"

/* Appends to *reports those that are kept, and the report, for which the oldest goes
 * where there are many; false when it is there already. */
bool bounced_keep(struct buf *reports, struct view kept, struct view report);

/* Takes a report about the invitation. One that was taken before changes nothing, which
 * *changed tells. The code and message of the row say what follows. */
enum step bounced_take(struct import *import, uint64_t invitation,
    const struct bounced *bounced, bool *changed, struct fault *fault);

/* bounced_mail.c: takes the messages of a file, one or an mbox, as rows of an import
 * over invitations (import_options.returns). Of reports that were not sent to the
 * address of an invitation, which anybody could have made up, *forged is the count.
 */
int import_returned(struct import *import, int fd, const char *name, uint64_t *forged,
    struct fault *fault) MUST_CHECK;

#endif
