/* SPDX-License-Identifier: ISC */
/*
 * contact-invite -n -v --campaign: the messages of what would be queued. They are made
 * within the run, which is taken back, and shown behind it.
 */
#include "invite_preview.h"

#include "model/entity.h"

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
		buf_view(&preview->messages, buf_as_view(&preview->letter.message));
	else if (result == 1)
		buf_printf(&preview->messages, "no message: %s\n", fault->text);
	if (result >= 0)
		buf_char(&preview->messages, '\n');
	return result < 0 ? -1 : buf_check(&preview->messages, fault);
}

int
preview_queued(void *context, struct txn *txn, uint64_t invitation, struct fault *fault)
{
	struct preview *preview = context;

	if (invitation != 0)
		return put_message(preview, txn, invitation, fault);
	buf_clear(&preview->messages);
	return 0;
}

void
preview_release(struct preview *preview)
{
	letters_release(&preview->letters);
	letter_release(&preview->letter);
	letter_desk_release(&preview->desk);
	buf_release(&preview->messages);
}
