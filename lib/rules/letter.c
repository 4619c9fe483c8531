/* SPDX-License-Identifier: ISC */
/*
 * Pieces lie in one buffer and are known by where they begin, as it may move while it
 * grows.
 */
#include "rules/letter.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/fold.h"
#include "model/entity.h"
#include "model/settings.h"
#include "rules/invitee.h"
#include "rules/letter_probe.h"
#include "table/mail_output.h"

static int
missing(struct fault *fault, const char *setting, const char *why)
{
	return fault_set(fault, FAULT_CONFLICT,
	    "nothing can be sent: %s (contact-store set %s=...)", why, setting);
}

int
letters_read(struct letters *letters, struct txn *txn, struct fault *fault)
{
	const struct {
		const char *name;
		struct buf *value;
	} settings[] = {
		{ "mail_sender", &letters->sender },
		{ "mail_reply_to", &letters->reply_to },
		{ "mail_link", &letters->link },
		{ "mail_unsubscribe_link", &letters->unsubscribe_link },
		{ "mail_unsubscribe_address", &letters->unsubscribe_address },
		{ "mail_bounce_address", &letters->bounce_address },
		{ "mail_institution", &letters->institution },
		{ "mail_postal_address", &letters->postal_address },
		{ "mail_list_id", &letters->list_id },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		buf_clear(settings[i].value);
		if (setting_get(settings[i].value, txn, settings[i].name, fault) != 0)
			return -1;
	}
	if (letters->link.len == 0)
		return missing(fault, "mail_link", "where its link leads is not set");
	if (letters->unsubscribe_link.len == 0 && letters->unsubscribe_address.len == 0)
		return missing(
		    fault, "mail_unsubscribe_address", "how to unsubscribe is not set");
	return 0;
}

static void
free_campaign(struct letters_campaign *campaign)
{
	template_free(campaign->template);
	buf_release(&campaign->name);
	free(campaign);
}

void
letters_release(struct letters *letters)
{
	struct buf *const bufs[] = { &letters->sender, &letters->reply_to, &letters->link,
		&letters->unsubscribe_link, &letters->unsubscribe_address,
		&letters->bounce_address, &letters->institution, &letters->postal_address,
		&letters->list_id };
	size_t i;

	for (i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_release(bufs[i]);
	for (i = 0; i < letters->count; i++)
		free_campaign(letters->campaigns[i]);
	free(letters->campaigns);
	*letters = (struct letters){ .count = 0 };
}

static bool
lacks_sender(const struct letters *letters, const struct letters_campaign *campaign)
{
	const struct template *t = campaign->template;

	for (size_t i = 0; i < SCENARIOS_TOLD; i++)
		if (letters->sender.len == 0 &&
		    template_path(t, scenarios_told[i]) != NULL &&
		    template_from(t, scenarios_told[i]).len == 0)
			return true;
	return false;
}

/* All its invitations stay queued when no message can be made of it. */
static int
check_campaign(
    const struct letters *letters, struct letters_campaign *campaign, struct fault *fault)
{
	const char *name = buf_string(&campaign->name);
	struct letter_flaw flaw;
	int result;

	if (lacks_sender(letters, campaign))
		return fault_set(fault, FAULT_CONFLICT,
		    "nothing can be sent: campaign \"%.100s\": who sends it is not set; "
		    "--campaign NAME sends another (contact-store set mail_sender=...)",
		    name);
	result = letters_probe(letters, campaign, &flaw, fault);
	if (result != 1)
		return result;
	fault->kind = FAULT_CONFLICT;
	return fault_wrap(fault,
	    "nothing can be sent (--campaign NAME sends another): campaign \"%.100s\", "
	    "%s: %s",
	    name, flaw.scenario, flaw.source);
}

static int
read_campaign(struct letters_campaign *campaign, const struct letters *letters,
    struct record record, struct fault *fault)
{
	struct view text = record_get(record, CAMPAIGN_TEXT), again;

	buf_view(&campaign->name, record_get(record, CAMPAIGN_NAME));
	again = record_get(record, CAMPAIGN_AGAIN_AFTER);
	campaign->has_again_after = again.len > 0;
	campaign->again_after = (int64_t)invitation_number(again);
	if (buf_check(&campaign->name, fault) != 0)
		return -1;
	if (text.len == 0)
		return fault_set(fault, FAULT_CONFLICT,
		    "nothing can be sent: the text of campaign \"%.100s\" is gone",
		    buf_string(&campaign->name));
	if (template_parse(&campaign->template, text, fault) != 0) {
		if (fault->kind == FAULT_INPUT)
			fault->kind = FAULT_CONFLICT;
		return fault_wrap(fault, "nothing can be sent: campaign \"%.100s\"",
		    buf_string(&campaign->name));
	}
	return check_campaign(letters, campaign, fault);
}

int
letters_campaign(struct letters *letters, struct txn *txn, uint64_t id,
    const struct letters_campaign **out, struct fault *fault)
{
	struct letters_campaign *campaign;
	struct record record;
	void *grown;
	int found;

	for (size_t i = letters->count; i > 0; i--)
		if (letters->campaigns[i - 1]->id == id) {
			*out = letters->campaigns[i - 1];
			return 0;
		}
	found = txn_record(txn, id, &record, fault);
	if (found == 0)
		found = fault_set(fault, FAULT_CONFLICT,
		    "nothing can be sent: a campaign that is queued was deleted");
	grown = array_room(letters->campaigns, letters->count, &letters->cap,
	    sizeof(*letters->campaigns), fault);
	if (found < 0 || grown == NULL)
		return -1;
	letters->campaigns = grown;
	campaign = calloc(1, sizeof(*campaign));
	if (campaign == NULL)
		return fault_memory(fault);
	campaign->id = id;
	if (scenario_subdomains(txn, id, &campaign->subdomains, fault) != 0 ||
	    read_campaign(campaign, letters, record, fault) != 0) {
		free_campaign(campaign);
		return -1;
	}
	letters->campaigns[letters->count++] = campaign;
	*out = campaign;
	return 0;
}

static void
begin_piece(struct letter *letter, unsigned piece)
{
	letter->head.pieces[piece].at = (unsigned)letter->bytes.len;
}

static void
end_piece(struct letter *letter, unsigned piece)
{
	letter->head.pieces[piece].len =
	    (unsigned)letter->bytes.len - letter->head.pieces[piece].at;
}

static void
put(struct letter *letter, unsigned piece, struct view value)
{
	begin_piece(letter, piece);
	buf_view(&letter->bytes, value);
	end_piece(letter, piece);
}

static struct view
piece_of(const struct letter *letter, unsigned piece)
{
	return view_make(letter->bytes.at + letter->head.pieces[piece].at,
	    letter->head.pieces[piece].len);
}

/* The address of a page with the token in its place. */
static void
put_link(struct buf *out, struct view link, struct view token)
{
	static const char place[] = "{{token}}";
	const size_t len = sizeof(place) - 1;
	const char *at;

	while (link.len > 0 && (at = memmem(link.at, link.len, place, len)) != NULL) {
		buf_put(out, link.at, (size_t)(at - link.at));
		buf_view(out, token);
		link = view_from(link, (size_t)(at - link.at) + len);
	}
	buf_view(out, link);
}

/* LOCAL+WHAT@DOMAIN of LOCAL@DOMAIN. */
static void
put_tagged(struct buf *out, struct view address, struct view what)
{
	const char *at = memrchr(address.at, '@', address.len);
	size_t local = at == NULL ? address.len : (size_t)(at - address.at);

	buf_put(out, address.at, local);
	buf_char(out, '+');
	buf_view(out, what);
	buf_view(out, view_from(address, local));
}

static void
put_unsubscribe(struct letter *letter, const struct letters *letters, struct view token)
{
	struct view link = buf_as_view(&letters->unsubscribe_link);
	struct view address = buf_as_view(&letters->unsubscribe_address);
	struct buf *out = &letter->bytes;

	begin_piece(letter, PLACE_UNSUBSCRIBE);
	if (link.len > 0)
		put_link(out, link, token);
	else {
		buf_text(out, "mailto:");
		put_tagged(out, address, token);
	}
	end_piece(letter, PLACE_UNSUBSCRIBE);
	begin_piece(letter, LETTER_UNSUBSCRIBE_LIST);
	if (link.len > 0) {
		buf_char(out, '<');
		put_link(out, link, token);
		buf_char(out, '>');
	}
	if (address.len > 0) {
		buf_text(out, link.len > 0 ? ", <mailto:" : "<mailto:");
		put_tagged(out, address, token);
		buf_char(out, '>');
	}
	end_piece(letter, LETTER_UNSUBSCRIBE_LIST);
}

static int
put_printed(struct letter *letter, unsigned piece, struct txn *txn,
    const struct letter_to *to, uint16_t slot, struct fault *fault)
{
	int result;

	begin_piece(letter, piece);
	result = entity_print(
	    &letter->bytes, txn, &kind_contact, to->contact, to->record, slot, fault);
	end_piece(letter, piece);
	return result;
}

/* A name as it stands, where a label may be a number. */
static int
put_organization(
    struct letter *letter, struct txn *txn, struct record contact, struct fault *fault)
{
	struct view value = record_get(contact, CONTACT_ORGANIZATION);
	struct record record;
	uint64_t id;
	int found = 0;

	if (reference_id(value, &id)) {
		found = txn_record(txn, id, &record, fault);
		value =
		    found == 1 ? record_get(record, ORGANIZATION_NAME) : view_of(NULL);
	}
	put(letter, PLACE_ORGANIZATION, value);
	return found < 0 ? -1 : 0;
}

/* The name in front of an address, without the quotes that it may stand in. */
static struct view
name_of(struct view mailbox)
{
	const char *at = mailbox.len == 0 ? NULL : memchr(mailbox.at, '<', mailbox.len);
	struct view name =
	    view_until(mailbox, at == NULL ? 0 : (size_t)(at - mailbox.at));

	name = text_trim(name);
	if (name.len >= 2 && name.at[0] == '"' && name.at[name.len - 1] == '"')
		name = view_make(name.at + 1, name.len - 2);
	return name;
}

static struct view
sender_of(const struct letter *letter, const struct letters *letters)
{
	struct view from =
	    template_from(letter->head.campaign->template, letter->head.scenario);

	return from.len > 0 ? from : buf_as_view(&letters->sender);
}

/* What is the same whoever gets it, and a token of its own. */
static int
begin(struct letter *letter, const struct letters *letters,
    const struct letters_campaign *campaign, const char *scenario, struct fault *fault)
{
	char token[TOKEN_LENGTH + 1] = "";
	struct view secret = view_make(token, TOKEN_LENGTH);

	if (token_make(token, fault) != 0)
		return -1;
	token_hash(secret, letter->head.hash);
	letter->head.campaign = campaign;
	letter->head.scenario = scenario;
	buf_clear(&letter->bytes);
	put(letter, PLACE_CAMPAIGN, buf_as_view(&campaign->name));
	put(letter, PLACE_SENDER_NAME, name_of(sender_of(letter, letters)));
	put(letter, PLACE_INSTITUTION, buf_as_view(&letters->institution));
	put(letter, PLACE_POSTAL_ADDRESS, buf_as_view(&letters->postal_address));
	begin_piece(letter, PLACE_LINK);
	put_link(&letter->bytes, buf_as_view(&letters->link), secret);
	end_piece(letter, PLACE_LINK);
	put_unsubscribe(letter, letters, secret);
	return 0;
}

/* The Message-ID is last, and ends in NUL. */
static int
end(struct letter *letter, struct view message_id, struct fault *fault)
{
	put(letter, LETTER_MESSAGE_ID, message_id);
	buf_char(&letter->bytes, '\0');
	return buf_check(&letter->bytes, fault);
}

int
letter_begin(struct letter *letter, const struct letters *letters,
    const struct letters_campaign *campaign, struct txn *txn, const struct letter_to *to,
    struct fault *fault)
{
	letter->head.date = to->date;
	letter->head.invitation = to->invitation;
	if (begin(letter, letters, campaign, to->scenario, fault) != 0)
		return -1;
	put(letter, PLACE_FIRST_NAME, record_get(to->record, CONTACT_FIRST_NAME));
	put(letter, PLACE_LAST_NAME, record_get(to->record, CONTACT_LAST_NAME));
	put(letter, PLACE_SALUTATION, record_get(to->record, CONTACT_SALUTATION));
	put(letter, PLACE_TITLE, record_get(to->record, CONTACT_TITLE));
	put(letter, PLACE_EMAIL, record_get(to->record, CONTACT_EMAIL));
	if (put_organization(letter, txn, to->record, fault) != 0 ||
	    put_printed(letter, PLACE_NAME, txn, to, CONTACT_NAME, fault) != 0 ||
	    put_printed(letter, PLACE_ASSIGNED_TO, txn, to, CONTACT_ASSIGNED_TO, fault) !=
		0)
		return -1;
	return end(letter, to->message_id, fault);
}

int
letter_sample(struct letter *letter, const struct letters *letters,
    const struct letters_campaign *campaign, const char *scenario, struct view value,
    struct fault *fault)
{
	static const enum placeholder places[] = { PLACE_FIRST_NAME, PLACE_LAST_NAME,
		PLACE_NAME, PLACE_SALUTATION, PLACE_TITLE, PLACE_ORGANIZATION,
		PLACE_ASSIGNED_TO };

	letter->head.date = 0;
	letter->head.invitation = 1;
	if (begin(letter, letters, campaign, scenario, fault) != 0)
		return -1;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		put(letter, places[i], value);
	put(letter, PLACE_EMAIL, VIEW("somebody@example.org"));
	return end(letter, VIEW("1.sample@example.org"), fault);
}

/* Where mail that cannot be delivered comes back to: an address that tells of which
 * invitation it is, or the sender's. */
static int
put_envelope(struct letter *letter, const struct letters *letters, struct fault *fault)
{
	char code[TOKEN_CODE + 1], what[64];
	int result = 0;

	buf_clear(&letter->envelope);
	if (letters->bounce_address.len == 0)
		result = mail_mailbox_address(
		    &letter->envelope, sender_of(letter, letters), fault);
	else {
		token_code(view_of(letter->head.hash), code);
		snprintf(what, sizeof(what), "%llu.%s",
		    (unsigned long long)letter->head.invitation, code);
		put_tagged(&letter->envelope, buf_as_view(&letters->bounce_address),
		    view_of(what));
	}
	buf_string(&letter->envelope);
	return result != 0 ? result : buf_check(&letter->envelope, fault);
}

int
letter_compose(struct letter *letter, const struct letters *letters,
    struct letter_desk *desk, struct fault *fault)
{
	struct view values[PLACES];
	struct mail_message message;
	int result;

	for (unsigned i = 0; i < PLACES; i++)
		values[i] = piece_of(letter, i);
	buf_clear(&letter->message);
	buf_clear(&letter->recipient);
	if (template_render(letter->head.campaign->template, letter->head.scenario,
		values, &desk->subject, &desk->text, &desk->html, fault) != 0)
		return fault->kind == FAULT_INPUT ? 1 : -1;
	message = (struct mail_message){
		.id = piece_of(letter, LETTER_MESSAGE_ID).at,
		.date = letter->head.date,
		.from = sender_of(letter, letters),
		.reply_to = template_reply_to(
		    letter->head.campaign->template, letter->head.scenario),
		.to_name = values[PLACE_NAME],
		.to_email = values[PLACE_EMAIL],
		.subject = buf_as_view(&desk->subject),
		.text = buf_as_view(&desk->text),
		.html = buf_as_view(&desk->html),
		.list_id = buf_as_view(&letters->list_id),
		.list_unsubscribe = piece_of(letter, LETTER_UNSUBSCRIBE_LIST),
		.one_click = letters->unsubscribe_link.len > 0,
	};
	if (message.reply_to.len == 0)
		message.reply_to = buf_as_view(&letters->reply_to);
	result = put_envelope(letter, letters, fault);
	if (result == 0)
		result = mail_address_put(&letter->recipient, values[PLACE_EMAIL], fault);
	if (result == 0)
		result = mail_compose(&letter->message, &message, fault);
	buf_string(&letter->recipient);
	return result != 0 ? result
	    : buf_check(&letter->recipient, fault) != 0 ||
		buf_check(&letter->message, fault) != 0
	    ? -1
	    : 0;
}

void
letter_pack(struct buf *out, const struct letter *letter)
{
	struct letter_head head = letter->head;

	head.size = letter->bytes.len;
	buf_put(out, &head, sizeof(head));
	buf_view(out, buf_as_view(&letter->bytes));
}

bool
letter_unpack(struct letter *letter, struct view *text)
{
	if (text->len < sizeof(letter->head))
		return false;
	memcpy(&letter->head, text->at, sizeof(letter->head));
	if (text->len - sizeof(letter->head) < letter->head.size)
		return false;
	*text = view_from(*text, sizeof(letter->head));
	buf_clear(&letter->bytes);
	buf_put(&letter->bytes, text->at, letter->head.size);
	*text = view_from(*text, letter->head.size);
	return true;
}

void
letter_release(struct letter *letter)
{
	buf_release(&letter->bytes);
	buf_release(&letter->message);
	buf_release(&letter->recipient);
	buf_release(&letter->envelope);
}

void
letter_desk_release(struct letter_desk *desk)
{
	buf_release(&desk->subject);
	buf_release(&desk->text);
	buf_release(&desk->html);
}
