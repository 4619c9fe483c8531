/* SPDX-License-Identifier: ISC */
#ifndef TABLE_BOUNCE_PARSER_H
#define TABLE_BOUNCE_PARSER_H

/*
 * What a message says of the delivery of another, for a child (mail_child.h) that
 * is asked with the message as it stands. The answer is facts one after the other:
 * a letter, a text of one line of at most BOUNCE_FACT_MAX bytes, NUL. A question
 * that is no message has no answer.
 */

#include "table/mail_child.h"

#define BOUNCE_FACT_MAX	   1000
#define BOUNCE_MESSAGE_MAX (1024 * 1024)

enum bounce_fact {
	BOUNCE_SENT_TO = 't',	  /* an address that the message itself went to */
	BOUNCE_ID = 'i',	  /* its Message-ID */
	BOUNCE_AUTOMATIC = 'a',	  /* a header field says that no person wrote it */
	BOUNCE_RETURNED_ID = 'r', /* Message-ID of the message that it is about */
	BOUNCE_COMPLAINT = 'c',	  /* Feedback-Type of an abuse report (RFC 5965) */
	BOUNCE_RECIPIENT = 'n',	  /* the next ones are about another recipient: */
	BOUNCE_FINAL = 'f',	  /* Final-Recipient, with its type (RFC 3464) */
	BOUNCE_ORIGINAL = 'o',	  /* Original-Recipient */
	BOUNCE_ACTION = 'x',	  /* Action */
	BOUNCE_STATUS = 's',	  /* Status */
	BOUNCE_DIAGNOSTIC = 'd'	  /* Diagnostic-Code, or what a text has for it */
};

extern const struct mail_work bounce_parser_work;

/* Appends a fact: controls and runs of blanks become one blank. */
void bounce_fact(struct buf *out, enum bounce_fact fact, struct view text);

#endif
