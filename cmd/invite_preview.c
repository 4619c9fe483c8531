/* SPDX-License-Identifier: ISC */
/*
 * contact-invite -n -v --campaign: the messages of what would be queued. They are made
 * within the run, which is taken back, and shown behind it.
 */
#include "invite_preview.h"

#include "model/entity.h"

/* Bytes that are put by at once. */
#define PORTION ((size_t)64 * 1024)

static int
put_message(
    struct preview *preview, struct txn *txn, uint64_t invitation, struct fault *fault)
{
	const struct letters_campaign *campaign;
	struct letter_to to = { .invitation = invitation, .date = txn_now(txn) };
	struct buf scenario = BUF_EMPTY;
	struct record record;
	uint64_t of = 0;
	int result = -1;

	if (!preview->read && letters_read(&preview->letters, txn, fault) != 0)
		return -1;
	preview->read = true;
	if (txn_record(txn, invitation, &record, fault) != 1 ||
	    !reference_id(record_get(record, INVITATION_CAMPAIGN), &of) ||
	    !reference_id(record_get(record, INVITATION_CONTACT), &to.contact) ||
	    letters_campaign(&preview->letters, txn, of, &campaign, fault) != 0 ||
	    txn_record(txn, to.contact, &to.record, fault) != 1)
		return -1;
	to.message_id = record_get(record, INVITATION_MESSAGE_ID);
	buf_view(&scenario, record_get(record, INVITATION_SCENARIO));
	to.scenario = buf_string(&scenario);
	if (buf_check(&scenario, fault) == 0 &&
	    letter_begin(
		&preview->letter, &preview->letters, campaign, txn, &to, fault) == 0)
		result = letter_compose(
		    &preview->letter, &preview->letters, &preview->desk, fault);
	buf_release(&scenario);
	if (result == 0)
		buf_view(&preview->message, buf_as_view(&preview->letter.message));
	else if (result == 1)
		buf_printf(&preview->message, "no message: %s\n", fault->text);
	if (result < 0)
		return -1;
	buf_char(&preview->message, '\n');
	return preview->message.len < PORTION
	    ? buf_check(&preview->message, fault)
	    : backlog_add(&preview->messages, &preview->message, fault);
}

int
preview_queued(void *context, struct txn *txn, uint64_t invitation, struct fault *fault)
{
	struct preview *preview = context;

	if (invitation != 0)
		return put_message(preview, txn, invitation, fault);
	backlog_clear(&preview->messages);
	buf_clear(&preview->message);
	return 0;
}

/* Shows whole lines; what is left of the last one stays. */
static void
show_lines(const struct command *command, struct buf *text)
{
	const char *end = text->len == 0 ? NULL : memrchr(text->at, '\n', text->len);
	size_t len = end == NULL ? 0 : (size_t)(end - text->at) + 1;

	invite_show(command, view_make(text->at, len));
	text->len -= len;
	if (text->len > 0)
		memmove(text->at, text->at + len, text->len);
}

int
preview_show(struct preview *preview, const struct command *command, struct fault *fault)
{
	struct buf lines = BUF_EMPTY, part = BUF_EMPTY;
	int result = backlog_add(&preview->messages, &preview->message, fault);

	while (result == 0 &&
	    (result = backlog_take(&preview->messages, &part, fault)) == 1) {
		buf_view(&lines, buf_as_view(&part));
		result = buf_check(&lines, fault);
		show_lines(command, &lines);
	}
	buf_release(&lines);
	buf_release(&part);
	return result;
}

void
preview_release(struct preview *preview)
{
	letters_release(&preview->letters);
	letter_release(&preview->letter);
	letter_desk_release(&preview->desk);
	buf_release(&preview->message);
	backlog_release(&preview->messages);
}
