/* SPDX-License-Identifier: ISC */
/*
 * Anybody can write a report. What one says of an invitation is believed when it was
 * sent to the address that the invitation was sent from, whose code only its
 * receiver's mail system was told (token.h). What stands before the code, and the
 * domain, do not matter: mail is forwarded, and settings change.
 */
#include "rules/bounced.h"

#include <stdio.h>

#include "model/token.h"
#include "table/bounce.h"

/* The id and the code in bounce+ID.CODE@example.org. */
static bool
read_address(struct view address, uint64_t *id, char code[TOKEN_CODE + 1])
{
	const char *at = address.len == 0 ? NULL : memrchr(address.at, '@', address.len);
	const char *plus =
	    at == NULL ? NULL : memrchr(address.at, '+', (size_t)(at - address.at));
	struct view tag;
	size_t dot;

	if (plus == NULL || at - plus < TOKEN_CODE + 3)
		return false;
	tag = view_make(plus + 1, (size_t)(at - plus) - 1);
	dot = tag.len - TOKEN_CODE - 1;
	if (tag.at[dot] != '.' || !entity_read_id(view_until(tag, dot), id))
		return false;
	/* A mail system may have changed the case. */
	for (size_t i = 0; i < TOKEN_CODE; i++) {
		code[i] = tag.at[dot + 1 + i];
		if (code[i] >= 'A' && code[i] <= 'Z')
			code[i] = (char)(code[i] - 'A' + 'a');
	}
	code[TOKEN_CODE] = '\0';
	return true;
}

/* Whether the code is that of one of the invitation's messages. */
static bool
verifies(struct record record, const char *code, struct buf *scratch)
{
	struct view hashes = record_get(record, INVITATION_TOKENS), hash;
	char expected[TOKEN_CODE + 1];
	bool found = false;

	while (list_next(&hashes, &hash, scratch)) {
		token_code(hash, expected);
		found |= token_same(view_of(expected), view_of(code));
	}
	return found;
}

/* Whether the record is an invitation of which a message has that code: 1, 0, -1. */
static int
has_code(struct import *import, uint64_t id, const char *code, struct fault *fault)
{
	struct record record;
	int found = txn_record(import->txn, id, &record, fault);

	return found < 1 ? found
			 : record_kind(record) == kind_invitation.number &&
		verifies(record, code, &import->scratch);
}

/* One that a restored store has taken over bears another id than its messages: 1, 0,
 * -1. */
static int
find_former(struct import *import, uint64_t id, const char *code, uint64_t *invitation,
    struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	char digits[24];
	int found;

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)id);
	found = index_find(import->txn,
	    index_text_key(
		kind_invitation.number, INVITATION_FORMER_IDS, view_of(digits)),
	    &ids, fault);
	for (size_t i = 0; found == 0 && i < ids.count; i++) {
		*invitation = ids.at[i];
		found = has_code(import, ids.at[i], code, fault);
	}
	ids_release(&ids);
	return found;
}

/* The invitation that the message was sent to; 0: none. */
static int
find_invitation(struct import *import, const struct bounce *bounce, uint64_t *invitation,
    struct fault *fault)
{
	char code[TOKEN_CODE + 1];
	int found = 0;

	for (size_t i = 0; i < bounce->sent_to_count && found == 0; i++) {
		if (!read_address(bounce->sent_to[i], invitation, code))
			continue;
		found = has_code(import, *invitation, code, fault);
		if (found == 0)
			found = find_former(import, *invitation, code, invitation, fault);
	}
	if (found == 0)
		*invitation = 0;
	return found < 0 ? -1 : buf_check(&import->scratch, fault);
}

/* The worst of what befell the recipients: an invitation has one, whose mail system may
 * have handed it on to several. NULL when it was delivered. */
static const struct bounce_recipient *
worst(const struct bounce *bounce, enum bounced_sort *sort)
{
	const struct bounce_recipient *worst = NULL, *one;
	enum bounced_sort is;

	for (size_t i = 0; i < bounce->recipient_count; i++) {
		one = &bounce->recipients[i];
		if (one->outcome == BOUNCE_DELIVERED)
			continue;
		is = bounced_sort(
		    one->status.class, one->status.subject, one->status.detail);
		if (worst == NULL || is > *sort) {
			worst = one;
			*sort = is;
		}
	}
	return worst;
}

static void
skip(struct draft *draft, const char *code, const char *message)
{
	draft->skipped = true;
	draft->code = code;
	draft->message = message;
}

/* What of a message is no report that counts. */
static void
pass_over(struct draft *draft, const struct bounce *bounce)
{
	switch (bounce->sort) {
	case BOUNCE_UNREADABLE:
		draft->code = "UNREADABLE";
		draft->message = "the message ended the process that reads mail";
		break;
	case BOUNCE_REPLY:
		skip(draft, "AUTO_REPLY", "an automatic reply");
		break;
	default:
		skip(draft, "NO_REPORT", "no report of delivery, and no complaint");
	}
}

/* What is told of the report, whose texts are in *text. */
static void
describe(struct bounced *bounced, const struct bounce *bounce,
    const struct bounce_recipient *recipient, struct buf *text)
{
	size_t status;

	buf_clear(text);
	if (recipient != NULL)
		buf_printf(text, "%u.%u.%u", recipient->status.class,
		    recipient->status.subject, recipient->status.detail);
	status = text->len;
	if (bounce->id.len > 0) {
		buf_view(text, bounce->id);
	} else if (recipient != NULL) {
		/* qmail gives no Message-ID. */
		buf_view(text, recipient->final);
		buf_view(text, recipient->diagnostic);
	}
	bounced->status = view_until(buf_as_view(text), status);
	bounced->report = buf_as_view(text);
}

static int
take_message(struct import *import, const struct bounce *bounce, uint64_t *forged,
    struct fault *fault)
{
	struct bounced bounced = { .at = txn_now(import->txn) };
	const struct bounce_recipient *recipient = NULL;
	struct draft draft = { .line = bounce->line };
	struct buf text = BUF_EMPTY;
	uint64_t id, invitation;
	int result;

	if (find_invitation(import, bounce, &invitation, fault) != 0)
		return -1;
	if (bounce->sort == BOUNCE_ABUSE)
		bounced.sort = BOUNCED_COMPLAINT;
	else
		recipient = worst(bounce, &bounced.sort);
	if (bounce->sort != BOUNCE_REPORT && bounce->sort != BOUNCE_ABUSE) {
		pass_over(&draft, bounce);
	} else if (invitation == 0) {
		++*forged;
		skip(&draft, "FORGED", "was not sent to the address of an invitation");
	} else if (bounce->sort == BOUNCE_REPORT && recipient == NULL) {
		skip(&draft, "DELIVERED", "the message was delivered");
	} else {
		draft.has_id = true;
		draft.id = invitation;
	}
	describe(&bounced, bounce, recipient, &text);
	import->bounced = &bounced;
	result =
	    buf_check(&text, fault) != 0 ? -1 : import_take(import, &draft, &id, fault);
	import->bounced = NULL;
	buf_release(&text);
	return result;
}

int
import_returned(struct import *import, int fd, const char *name, uint64_t *forged,
    struct fault *fault)
{
	const struct reader_options options = { .format = READER_MAIL };
	struct bounce_reader *reader = NULL;
	struct window window = { .at = NULL };
	struct bounce bounce;
	int got = -1;

	*forged = 0;
	if (window_open(&window, fd, name, &options, fault) == 0 &&
	    bounce_open(&reader, &window, fault) == 0 &&
	    import_prepare(import, fault) == 0)
		while ((got = bounce_next(reader, &bounce, fault)) > 0)
			if (take_message(import, &bounce, forged, fault) != 0) {
				got = -1;
				break;
			}
	bounce_close(reader);
	window_close(&window);
	return got;
}
