/* SPDX-License-Identifier: ISC */
/*
 * What keeps a contact out of mail is what its record says, what the store says
 * of its statuses and attributes, and suppressed addresses. That there are none
 * of these is found out once in a transaction that cannot add any.
 */
#include "model/mailable.h"

#include "model/derived.h"
#include "model/entity.h"
#include "model/erasure.h"
#include "model/vocabulary.h"
#include "store/history.h"

/* Whether an attribute that keeps its bearers out of mail is set (TW-14). */
static int
barred_by_attribute(struct txn *txn, const struct vocabulary *vocabulary,
    struct record record, bool *barred, struct fault *fault)
{
	uint32_t position = RECORD_FIXED;
	struct attribute_rule rule;
	enum name_class class;
	struct view name, value;
	uint16_t slot;
	int found;

	*barred = false;
	while (!*barred && record_next(record, &position, &slot, &value)) {
		found = txn_slot_class(txn, slot, &class, fault);
		if (found == 1 && class == NAME_ATTR)
			found = txn_slot_name(txn, slot, &class, &name, NULL, fault);
		if (found < 0)
			return -1;
		*barred = found == 1 && class == NAME_ATTR &&
		    vocabulary_attribute(vocabulary, name, &rule) && rule.no_mail &&
		    !view_is(value, "false");
	}
	return 0;
}

bool
mailable_barring(
    const struct vocabulary *vocabulary, const char *picklist, struct view value)
{
	struct picklist_value found;

	return value.len > 0 && vocabulary_find(vocabulary, picklist, value, &found) &&
	    found.no_mail;
}

bool
mailable_bad(struct view email_status)
{
	return email_status.len > 0 && !view_is(email_status, "Ok");
}

/* As it is called where mail that came back says so. */
static struct view
bad_reason(struct view status)
{
	return view_is(status, "Bounced")   ? VIEW("bounced")
	    : view_is(status, "Complained") ? VIEW("complained")
					    : status;
}

int
mailable_barred(
    struct txn *txn, struct record contact, struct view *why, struct fault *fault)
{
	struct view status = record_get(contact, CONTACT_EMAIL_STATUS);
	const struct vocabulary *vocabulary;
	bool barred;

	*why = VIEW("do_not_email");
	if (view_is(record_get(contact, CONTACT_DO_NOT_EMAIL), "true"))
		return 1;
	*why = bad_reason(status);
	if (mailable_bad(status))
		return 1;
	*why = VIEW("no_mail");
	if (vocabulary_of(&vocabulary, txn, fault) != 0)
		return -1;
	if (mailable_barring(vocabulary, "candidate_status",
		record_get(contact, CONTACT_CANDIDATE_STATUS)) ||
	    mailable_barring(
		vocabulary, "client_status", record_get(contact, CONTACT_CLIENT_STATUS)))
		return 1;
	if (barred_by_attribute(txn, vocabulary, contact, &barred, fault) != 0)
		return -1;
	return barred;
}

static void
keep_answer(void *at)
{
	(void)at;
}

/* Whether the store has any suppression record; 1, 0, -1. */
static int
any_suppression(struct txn *txn, struct fault *fault)
{
	static char some, none;
	struct txn_kept *kept = txn_kept(txn, KEEP_SUPPRESSION);
	struct ids ids = { NULL, 0, 0 };

	/* A run may add the first one at any time. */
	if (txn_writes(txn))
		return 1;
	if (kept->at == NULL) {
		if (index_find_prefix(txn, kind_suppression.number, SUPPRESSION_ADDRESS,
			view_make(NULL, 0), &ids, fault) != 0) {
			ids_release(&ids);
			return -1;
		}
		*kept = (struct txn_kept){ ids.count > 0 ? &some : &none, keep_answer };
		ids_release(&ids);
	}
	return kept->at == &some;
}

/* Whether a suppression record has the address. */
static int
listed(struct txn *txn, struct view address, struct fault *fault)
{
	const struct field *field = kind_slot(&kind_suppression, SUPPRESSION_ADDRESS);
	struct ids ids = { NULL, 0, 0 };
	int result = any_suppression(txn, fault), deleted;

	if (result != 1)
		return result;
	result = entity_find_key(
	    txn, &kind_suppression, SUPPRESSION_ADDRESS, field, address, &ids, fault);
	/* A transaction may show what is deleted, but it rules nothing. */
	for (size_t i = 0; result == 0 && i < ids.count; i++) {
		deleted = txn_deleted(txn, ids.at[i], fault);
		result = deleted < 0 ? -1 : deleted == 0;
	}
	ids_release(&ids);
	return result;
}

/* HS-42: the address is one of somebody who was erased. */
int
mailable_erased(struct txn *txn, struct view address, struct fault *fault)
{
	struct erasures *erasures;
	uint64_t hash;

	if (erasures_of(&erasures, txn, fault) != 0)
		return -1;
	return erasures_none(erasures) ? 0
				       : erasures_find(erasures, &kind_contact,
					     VIEW("email"), address, &hash, fault);
}

int
mailable_suppressed(struct txn *txn, struct view address, struct fault *fault)
{
	int result = listed(txn, address, fault);

	return result == 0 ? mailable_erased(txn, address, fault) : result;
}

static int
is_mailable(struct txn *txn, struct record record, struct fault *fault)
{
	struct view email = record_get(record, CONTACT_EMAIL), why;
	int no;

	if (email.len == 0 || record_get(record, CONTACT_ARCHIVED_AT).len > 0 ||
	    view_is(record_get(record, CONTACT_APPROVAL), "Rejected"))
		return 0;
	no = mailable_barred(txn, record, &why, fault);
	if (no == 0)
		no = mailable_suppressed(txn, email, fault);
	return no < 0 ? -1 : no == 0;
}

DERIVE(derive_mailable)
{
	int mailable = is_mailable(txn, record, fault);

	(void)id;
	if (mailable < 0)
		return -1;
	buf_text(out, mailable == 1 ? "true" : "false");
	return 0;
}
