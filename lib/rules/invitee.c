/* SPDX-License-Identifier: ISC */
/*
 * What speaks against mail comes first, since it holds for users too; then whether
 * there is an account; then what was sent before. An address is the same by the key
 * that addresses are matched by, whichever contact bears it (HS-42).
 */
#include "rules/invitee.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "model/account.h"
#include "model/change.h"
#include "model/entity.h"
#include "model/erasure.h"
#include "model/mailable.h"

void
invitees_release(struct invitees *invitees)
{
	scenarios_release(&invitees->scenarios);
	buf_release(&invitees->message);
	buf_release(&invitees->key);
	buf_release(&invitees->user);
	buf_release(&invitees->organization);
	ids_release(&invitees->ids);
}

uint64_t
invitation_number(struct view text)
{
	uint64_t number = 0;

	for (size_t i = 0; i < text.len && text.at[i] >= '0' && text.at[i] <= '9'; i++)
		number = number * 10 + (uint64_t)(text.at[i] - '0');
	return number;
}

bool
invitation_counts(struct view state)
{
	return state.len > 0 && !view_is(state, "failed") &&
	    !view_is(state, "suppressed") && !view_is(state, "already_user");
}

bool
invitation_went_out(struct view state)
{
	return invitation_counts(state) && !view_is(state, "queued") &&
	    !view_is(state, "held");
}

bool
invitation_is_sent(struct view state)
{
	return invitation_went_out(state) && !view_is(state, "unknown");
}

static void say(struct invitees *invitees, struct invitee *invitee, const char *code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

static void
say(struct invitees *invitees, struct invitee *invitee, const char *code,
    const char *format, ...)
{
	char text[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	buf_clear(&invitees->message);
	buf_text(&invitees->message, text);
	invitee->code = code;
	invitee->why = buf_as_view(&invitees->message);
}

/* Whether a label of the domain is an A-label, or has to be made one. */
static bool
is_international(struct invitees *invitees, struct view email)
{
	struct view domain;
	const char *at;

	buf_clear(&invitees->key);
	if (!email_key(&invitees->key, email))
		return false;
	domain = buf_as_view(&invitees->key);
	at = memrchr(domain.at, '@', domain.len);
	domain = view_from(domain, (size_t)(at + 1 - domain.at));
	while (domain.len >= 4) {
		if (memcmp(domain.at, "xn--", 4) == 0)
			return true;
		at = memchr(domain.at, '.', domain.len);
		if (at == NULL)
			return false;
		domain = view_from(domain, (size_t)(at + 1 - domain.at));
	}
	return false;
}

static bool
has_address(struct invitees *invitees, struct view email, struct invitee *invitee)
{
	const char *why;
	size_t i;

	if (email.len == 0) {
		say(invitees, invitee, "NO_EMAIL", "has no e-mail address");
		return false;
	}
	if (!email_sound(email, &why)) {
		say(invitees, invitee, "BAD_EMAIL", "email: %s", why);
		return false;
	}
	if (email.at[0] == '-') {
		say(invitees, invitee, "BAD_EMAIL",
		    "email: begins with a hyphen, as options do");
		return false;
	}
	for (i = 0; i < email.len && email.at[i] != '@'; i++)
		if ((unsigned char)email.at[i] >= 128) {
			say(invitees, invitee, "BAD_EMAIL",
			    "email: not ASCII before \"@\", which few mail systems take");
			return false;
		}
	if (!invitees->allows_idn && is_international(invitees, email)) {
		say(invitees, invitee, "IDN",
		    "email: a domain that is not ASCII may look like another, it is %s "
		    "(--allow-idn)",
		    strrchr(buf_string(&invitees->key), '@') + 1);
		return false;
	}
	return true;
}

static bool
is_in_use(struct invitees *invitees, struct record record, struct invitee *invitee)
{
	if (view_is(record_get(record, CONTACT_APPROVAL), "Rejected"))
		say(invitees, invitee, "REJECTED", "is rejected");
	else if (record_get(record, CONTACT_ARCHIVED_AT).len > 0)
		say(invitees, invitee, "INACTIVE", "is inactive");
	return invitee->code == NULL;
}

/* Whether mail is wanted and arrives: 1, 0, -1. */
static int
takes_mail(struct invitees *invitees, struct txn *txn, struct record record,
    struct invitee *invitee, struct fault *fault)
{
	struct view status = record_get(record, CONTACT_EMAIL_STATUS);
	struct view email = record_get(record, CONTACT_EMAIL), why;
	int no;

	if (view_is(record_get(record, CONTACT_DO_NOT_EMAIL), "true"))
		say(invitees, invitee, "DO_NOT_EMAIL", "wants no mail (do_not_email)");
	else if (mailable_bad(status))
		say(invitees, invitee,
		    view_is(status, "Complained")    ? "EMAIL_COMPLAINED"
			: view_is(status, "Bounced") ? "EMAIL_BOUNCED"
						     : "BAD_EMAIL",
		    "email_status is %.*s", (int)view_until(status, 80).len, status.at);
	else if (view_is(record_get(record, CONTACT_CANDIDATE_STATUS), "DNU"))
		say(invitees, invitee, "DNU", "is not to be used (candidate_status DNU)");
	if (invitee->code != NULL)
		return 0;
	no = mailable_barred(txn, record, &why, fault);
	if (no == 1)
		say(invitees, invitee, "DO_NOT_EMAIL",
		    "has a status or an attribute for which no mail is sent");
	if (no == 0)
		no = mailable_erased(txn, email, fault);
	if (no == 1 && invitee->code == NULL)
		say(invitees, invitee, "ERASED", "who had this address was erased");
	if (no == 0)
		no = mailable_suppressed(txn, email, fault);
	if (no == 1 && invitee->code == NULL)
		say(invitees, invitee, "SUPPRESSED", "the address is suppressed");
	return no < 0 ? -1 : invitee->code == NULL;
}

/* Whether one of the invitations in invitees->ids counts: 1, 0, -1. */
static int
any_counts(struct invitees *invitees, struct txn *txn, struct view email, uint64_t own,
    struct invitee *invitee, struct fault *fault)
{
	struct record record, campaign;
	struct view at, name = { NULL, 0 };
	int64_t time;
	uint64_t of;
	bool has_time;
	int found;

	for (size_t i = invitees->ids.count; i-- > 0;) {
		found = txn_record(txn, invitees->ids.at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 0 || invitees->ids.at[i] == own ||
		    !invitation_counts(record_get(record, INVITATION_STATE)))
			continue;
		at = record_get(record, INVITATION_SENT_AT);
		if (at.len == 0)
			at = record_get(record, INVITATION_QUEUED_AT);
		if (invitees->has_again_after &&
		    date_read(at, DATE_ISO, 0, &time, &has_time) &&
		    time < invitees->invited_until)
			continue;
		if (reference_id(record_get(record, INVITATION_CAMPAIGN), &of) &&
		    txn_record(txn, of, &campaign, fault) == 1)
			name = record_get(campaign, CAMPAIGN_NAME);
		say(invitees, invitee,
		    record_created(record) == txn_rev(txn) && own == 0
			? "DUPLICATE_ADDRESS"
			: "INVITED_BEFORE",
		    "%.*s was invited by campaign %.*s at %.*s (--again-after AGE)",
		    (int)view_until(email, 80).len, email.at,
		    (int)view_until(name, 80).len, name.at, (int)at.len, at.at);
		return 1;
	}
	return 0;
}

/* HS-42, HS-61: whoever had an invitation gets none, nor does the address. */
static int
was_invited(struct invitees *invitees, struct txn *txn, uint64_t contact,
    struct view email, uint64_t own, struct invitee *invitee, struct fault *fault)
{
	const struct field *field = kind_slot(&kind_invitation, INVITATION_EMAIL);
	int found;

	invitees->ids.count = 0;
	if (entity_find_referring(txn, &kind_invitation, INVITATION_CONTACT, contact,
		&invitees->ids, fault) < 0)
		return -1;
	found = any_counts(invitees, txn, email, own, invitee, fault);
	if (found != 0)
		return found;
	invitees->ids.count = 0;
	if (entity_find_key(txn, &kind_invitation, INVITATION_EMAIL, field, email,
		&invitees->ids, fault) < 0)
		return -1;
	return any_counts(invitees, txn, email, own, invitee, fault);
}

int
invitee_judge(struct invitees *invitees, struct txn *txn, uint64_t contact,
    struct record record, uint64_t own, struct invitee *invitee, struct fault *fault)
{
	struct view email = record_get(record, CONTACT_EMAIL);
	struct record user;
	int may;

	*invitee = (struct invitee){ .code = NULL };
	if (!is_in_use(invitees, record, invitee) ||
	    !has_address(invitees, email, invitee))
		return 0;
	may = takes_mail(invitees, txn, record, invitee, fault);
	if (may != 1)
		return may;
	if (account_of(txn, contact, record, &invitee->user, &user, fault) != 0)
		return -1;
	if (invitee->user != 0) {
		invitee->scenario.name = "existing_user";
		return 0;
	}
	if (was_invited(invitees, txn, contact, email, own, invitee, fault) < 0)
		return -1;
	return invitee->code != NULL
	    ? 0
	    : scenario_find(&invitees->scenarios, txn, record, &invitee->scenario, fault);
}

int
invitee_approve(struct txn *txn, const struct invitee *invitee, struct record contact,
    uint32_t line, uint64_t *id, struct fault *fault)
{
	struct record_form *form;
	struct record user, organization;
	uint64_t of = 0;
	bool changed;
	int found = txn_record(txn, invitee->user, &user, fault), result;

	*id = 0;
	if (found == 1 && !reference_id(record_get(user, USER_ORGANIZATION), &of))
		(void)reference_id(record_get(contact, CONTACT_ORGANIZATION), &of);
	if (found == 1 && of != 0)
		found = txn_record(txn, of, &organization, fault);
	if (found < 0)
		return -1;
	if (of == 0 || found == 0 ||
	    view_is(record_get(organization, ORGANIZATION_APPROVAL), "Approved"))
		return 0;
	form = malloc(sizeof(*form));
	if (form == NULL)
		return fault_memory(fault);
	record_form_from(form, organization);
	record_form_set(form, ORGANIZATION_APPROVAL, VIEW("Approved"));
	result = change_update(txn, &kind_organization, of, organization, form, line,
	    CAUSE_INVITATION, &changed, fault);
	free(form);
	*id = of;
	return result;
}

int
invitee_meet(struct invitees *invitees, const struct invitee *invitee, uint64_t approved,
    struct view now, struct record_form *form, struct fault *fault)
{
	buf_clear(&invitees->user);
	reference_put(&invitees->user, invitee->user);
	record_form_set(form, INVITATION_USER, buf_as_view(&invitees->user));
	record_form_set(form, INVITATION_STATE, VIEW("already_user"));
	record_form_set(form, INVITATION_SCENARIO, view_of(invitee->scenario.name));
	record_form_set(form, INVITATION_REASON, view_of(NULL));
	if (approved != 0) {
		buf_clear(&invitees->organization);
		reference_put(&invitees->organization, approved);
		record_form_set(
		    form, INVITATION_ORGANIZATION, buf_as_view(&invitees->organization));
		record_form_set(form, INVITATION_DECIDED_AT, now);
	}
	return buf_check(&invitees->user, fault) != 0
	    ? -1
	    : buf_check(&invitees->organization, fault);
}
