/* SPDX-License-Identifier: ISC */
#ifndef RULES_LETTER_H
#define RULES_LETTER_H

/*
 * A letter is one invitation's message: what goes into it is copied out of the store
 * first, so that it can be put together when the store is not looked at any more, by
 * another thread too.
 */

#include "model/token.h"
#include "rules/template.h"
#include "store/store.h"

/* What is the same for all letters of a campaign. */
struct letters_campaign {
	uint64_t id;
	struct template *template;
	struct buf name;
	bool subdomains, has_again_after;
	int64_t again_after; /* seconds, before it was queued */
};

/* What is the same for all letters: the settings, and the campaigns that were asked
 * for. All zero is empty. */
struct letters {
	struct buf sender, reply_to, link, unsubscribe_link, unsubscribe_address,
	    bounce_address, institution, postal_address, list_id;
	struct letters_campaign **campaigns;
	size_t count, cap;
};

/* FAULT_CONFLICT that says what to set when a setting is missing. */
int letters_read(
    struct letters *letters, struct txn *txn, struct fault *fault) MUST_CHECK;
void letters_release(struct letters *letters);
/* Borrowed from letters. A campaign whose text is gone, that has no sender, or of which
 * no message can be made (letter_probe.h) is a FAULT_CONFLICT. */
int letters_campaign(struct letters *letters, struct txn *txn, uint64_t id,
    const struct letters_campaign **campaign, struct fault *fault) MUST_CHECK;

enum letter_piece { LETTER_MESSAGE_ID = PLACES, LETTER_UNSUBSCRIBE_LIST, LETTER_PIECES };

struct letter_head {
	const struct letters_campaign *campaign;
	const char *scenario;
	int64_t date;
	uint64_t invitation;
	size_t size; /* of the bytes */
	char hash[TOKEN_HASH + 1];
	struct {
		unsigned at, len;
	} pieces[LETTER_PIECES];
};

struct letter {
	struct letter_head head;
	struct buf bytes;
	/* What letter_compose makes of it. */
	struct buf message, recipient, envelope; /* the last two end in NUL */
};

/* What is put together on the way; for one thread. All zero is empty. */
struct letter_desk {
	struct buf subject, text, html;
};

struct letter_to {
	uint64_t invitation, contact;
	struct record record; /* of the contact */
	struct view message_id;
	const char *scenario;
	int64_t date;
};

/* Begins a letter, whose content goes; its token is made, and letter->hash is what may
 * be kept of that. */
int letter_begin(struct letter *letter, const struct letters *letters,
    const struct letters_campaign *campaign, struct txn *txn, const struct letter_to *to,
    struct fault *fault) MUST_CHECK;
/* The same for nobody: what a contact would have is `value`, and its address is one of
 * example.org. */
int letter_sample(struct letter *letter, const struct letters *letters,
    const struct letters_campaign *campaign, const char *scenario, struct view value,
    struct fault *fault) MUST_CHECK;
/* 0; 1 when something of it cannot stand in a message, *fault says what; -1. */
int letter_compose(struct letter *letter, const struct letters *letters,
    struct letter_desk *desk, struct fault *fault) MUST_CHECK;
/* Appends a letter that is begun, as it may wait for its turn in a file; and takes the
 * first of *text out again, false when not all of it is there yet. For the process that
 * has `letters`. */
void letter_pack(struct buf *out, const struct letter *letter);
bool letter_unpack(struct letter *letter, struct view *text);
void letter_release(struct letter *letter);
void letter_desk_release(struct letter_desk *desk);

#endif
