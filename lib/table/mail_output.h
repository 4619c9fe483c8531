/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_OUTPUT_H
#define TABLE_MAIL_OUTPUT_H

/*
 * Messages (RFC 5322, MIME): values are checked before anything is written, so that
 * none of them can begin a header or a part, or add a recipient; then the finished
 * message is read again and its headers compared with those that it must have
 * (reliability E6, E9).
 *
 * A value that has a control character, a line or paragraph separator, or an encoded
 * word that stands for one, is refused, and so is text that turns its direction
 * about (U+202A to 202E, 2066 to 2069) in a header, and what is no UTF-8. The name
 * of the recipient is trimmed, and left out when it is longer than MAIL_NAME_MAX or turns about;
 * a longer subject is refused. Values come out of the finished header exactly as
 * they went in, also those that look like encoded words.
 *
 * GMime is loaded with the first message; memory that runs out in it ends the process
 * (mail_memory_handler of mail_library.h).
 */

#include <stdint.h>

#include "base/buf.h"

#define MAIL_NAME_MAX	 255
#define MAIL_SUBJECT_MAX 1000

struct mail_message {
	const char *id;		    /* the Message-ID without <>: one "@" */
	int64_t date;		    /* printed in UTC */
	struct view from, reply_to; /* a mailbox: Office <office@example.org> */
	struct view to_name;	    /* may be empty */
	struct view to_email;	    /* one address, by itself */
	struct view subject;
	struct view text, html;	      /* with LF; no HTML: text alone */
	struct view list_id;	      /* empty, "<id>", "Name <id>" or "id" */
	struct view list_unsubscribe; /* empty, or "<https://...>, <mailto:...>" */
	bool one_click; /* List-Unsubscribe-Post (RFC 8058): needs https there */
};

/*
 * Appends the whole message, lines ending with LF: 0; 1 when a value cannot stand in
 * it, and *fault (FAULT_INPUT) says which and why; -1. Nothing is appended then. What
 * is wrong with one message says nothing of the next.
 * Headers stand in the order Date, Message-ID, From, Reply-To, To, Subject,
 * Auto-Submitted, List-Id, List-Unsubscribe, List-Unsubscribe-Post, MIME-Version,
 * Content-Type, Content-Transfer-Encoding, as far as there is something to say.
 * Header lines have at most 78 bytes where a value can be folded, and 998 always;
 * lines of the body have at most 76, and none begins with "From ".
 */
int mail_compose(
    struct buf *out, const struct mail_message *message, struct fault *fault) MUST_CHECK;

/* Appends the address as it stands in To, and as sendmail(8) is to be given it: the
 * domain as A-labels. 0; 1 with *fault when it is not one address of ASCII before
 * the "@" that begins with no "-"; -1. */
int mail_address_put(struct buf *out, struct view email, struct fault *fault) MUST_CHECK;

/* Appends the bare address of a mailbox such as "Office <office@example.org>", for
 * the envelope, likewise. Tells what a sender is good for before anything is sent. */
int mail_mailbox_address(
    struct buf *out, struct view mailbox, struct fault *fault) MUST_CHECK;

#endif
