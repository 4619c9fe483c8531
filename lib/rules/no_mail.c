/* SPDX-License-Identifier: ISC */
/*
 * The contact is marked by no import of contacts, since a wish for no mail holds of
 * those, too, who are out of use and may not be changed else.
 */
#include "rules/no_mail.h"

#include "rules/archive.h"
#include "rules/suppression.h"

static const char *const reasons[] = { "bounced", "complained", "unsubscribed" };

/* Whether the address is suppressed for as weighty a reason, or for one that somebody
 * else gave: 1, 0, -1. */
static int
is_suppressed(
    struct import *import, enum no_mail what, struct view address, struct fault *fault)
{
	const struct field *field = kind_slot(&kind_suppression, SUPPRESSION_ADDRESS);
	struct record record;
	struct view reason;
	size_t i;

	import->others.count = 0;
	if (entity_find_key(import->txn, &kind_suppression, SUPPRESSION_ADDRESS, field,
		address, &import->others, fault) != 0)
		return -1;
	if (import->others.count == 0)
		return 0;
	if (import_record(import, import->others.at[0], &record, fault) != 0)
		return -1;
	reason = record_get(record, SUPPRESSION_REASON);
	for (i = 0; i < (size_t)what; i++)
		if (view_is(reason, reasons[i]))
			return 0;
	return 1;
}

static enum step
suppress(struct import *import, enum no_mail what, struct view address, struct view at,
    bool *changed, struct fault *fault)
{
	int there = address.len == 0 ? 1 : is_suppressed(import, what, address, fault);

	if (there != 0)
		return there < 0 ? STEP_FAULT : STEP_GO;
	return suppression_put(
	    import, address, reasons[what], at, IMPORT_UPSERT, changed, fault);
}

/* Whether the contact still has the address. */
static bool
has_address(struct import *import, struct record contact, struct view address)
{
	bool known;

	buf_clear(&import->text);
	buf_clear(&import->scratch);
	known = email_key(&import->text, record_get(contact, CONTACT_EMAIL)) &&
	    email_key(&import->scratch, address);
	return known &&
	    view_equal(buf_as_view(&import->text), buf_as_view(&import->scratch));
}

/* TW-42: the wish is the person's from now on, whoever had marked the contact. */
static int
set_wish(struct import *import, struct fault *fault)
{
	struct cell cell = { .slot = CONTACT_DO_NOT_EMAIL, .value = VIEW("true") };
	const struct draft draft = { .cells = &cell, .count = 1 };
	bool claims;

	record_form_set(&import->form, cell.slot, cell.value);
	return archive_claim(import, &draft, &claims, fault);
}

static int
mark(struct import *import, enum no_mail what, struct view address, uint64_t contact,
    bool *changed, struct fault *fault)
{
	struct record record;
	bool marks;
	int found = contact == 0 ? 0 : txn_record(import->txn, contact, &record, fault);

	if (found != 1 || record_kind(record) != kind_contact.number)
		return found < 0 ? -1 : 0;
	/* TW-21: the rejected are frozen, but for what they do not want. */
	if (what != NO_MAIL_UNSUBSCRIBED && archive_rejected(record))
		return 0;
	record_form_from(&import->form, record);
	if (what == NO_MAIL_UNSUBSCRIBED) {
		if (set_wish(import, fault) != 0)
			return -1;
	} else if (has_address(import, record, address) &&
	    (what == NO_MAIL_COMPLAINED ||
		!view_is(record_get(record, CONTACT_EMAIL_STATUS), "Complained"))) {
		record_form_set(&import->form, CONTACT_EMAIL_STATUS,
		    what == NO_MAIL_COMPLAINED ? VIEW("Complained") : VIEW("Bounced"));
	}
	if (change_update(import->txn, &kind_contact, contact, record, &import->form,
		(uint32_t)import->line, CAUSE_INVITATION, &marks, fault) != 0)
		return -1;
	import->counts.also += marks;
	*changed = *changed || marks;
	return 0;
}

enum step
no_mail_take(struct import *import, enum no_mail what, struct view address,
    uint64_t contact, struct view at, bool *changed, struct fault *fault)
{
	enum step step = suppress(import, what, address, at, changed, fault);

	return step == STEP_GO &&
		mark(import, what, address, contact, changed, fault) != 0
	    ? STEP_FAULT
	    : step;
}
