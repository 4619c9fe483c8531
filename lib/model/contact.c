/* SPDX-License-Identifier: ISC */
/*
 * Kind contact: its fields, and those of them that are computed.
 */
#include "model/derived.h"
#include "model/value.h"
#include "model/vocabulary.h"

static DERIVE(derive_name)
{
	struct name_parts parts = { .first = record_get(record, CONTACT_FIRST_NAME),
		.middle = record_get(record, CONTACT_MIDDLE_NAME),
		.last = record_get(record, CONTACT_LAST_NAME),
		.suffix = record_get(record, CONTACT_SUFFIX) };

	(void)txn;
	(void)id;
	(void)fault;
	name_join(out, &parts);
	return 0;
}

/* TR-9: which of the two statuses says that the person is one; no value is
 * read as Not Applicable. */
static bool
applies(struct view status)
{
	return status.len > 0 && !view_is(status, "Not Applicable");
}

static DERIVE(derive_type)
{
	bool client = applies(record_get(record, CONTACT_CLIENT_STATUS));
	bool candidate = applies(record_get(record, CONTACT_CANDIDATE_STATUS));

	(void)txn;
	(void)id;
	(void)fault;
	buf_text(out,
	    client && candidate ? "C&C"
		: client	? "Client"
		: candidate	? "Candidate"
				: "None");
	return 0;
}

static void
put_flag(struct buf *out, bool flag)
{
	buf_text(out, flag ? "true" : "false");
}

/* TR-45, TR-46: the status itself says whether its bearers hire. */
static DERIVE(derive_hiring_manager)
{
	struct view status = record_get(record, CONTACT_CLIENT_STATUS);
	const struct vocabulary *vocabulary;
	struct picklist_value value;

	(void)id;
	if (!applies(status)) {
		put_flag(out, false);
		return 0;
	}
	if (vocabulary_of(&vocabulary, txn, fault) != 0)
		return -1;
	put_flag(out,
	    vocabulary_find(vocabulary, "client_status", status, &value) &&
		value.hiring_manager);
	return 0;
}

/* CS-17: the organization says who its primary contact is. */
static DERIVE(derive_primary)
{
	struct record organization;
	uint64_t of, primary;
	int found = 0;

	if (reference_id(record_get(record, CONTACT_ORGANIZATION), &of))
		found = txn_record(txn, of, &organization, fault);
	if (found < 0)
		return -1;
	put_flag(out,
	    found == 1 &&
		reference_id(
		    record_get(organization, ORGANIZATION_PRIMARY_CONTACT), &primary) &&
		primary == id);
	return 0;
}

/* TW-23, TW-44: what a contact that says nothing is taken for; not stored, since
 * nearly all are. */
static DERIVE(derive_approval)
{
	(void)txn;
	(void)id;
	(void)record;
	(void)fault;
	buf_text(out, "Approved");
	return 0;
}

static DERIVE(derive_visibility)
{
	(void)txn;
	(void)id;
	(void)record;
	(void)fault;
	buf_text(out, "Everyone");
	return 0;
}

static const struct field fields[] = { SYSTEM_FIRST,
	{ "salutation", CONTACT_SALUTATION, TYPE_TEXT, 0, NULL, "Ms.", NULL },
	{ "first_name", CONTACT_FIRST_NAME, TYPE_TEXT, 0, NULL, "Ann", NULL },
	{ "middle_name", CONTACT_MIDDLE_NAME, TYPE_TEXT, 0, NULL, "B.", NULL },
	{ "last_name", CONTACT_LAST_NAME, TYPE_TEXT, 0, NULL, "Lee", NULL },
	{ "suffix", CONTACT_SUFFIX, TYPE_TEXT, 0, NULL, "Jr.", NULL },
	{ "name", CONTACT_NAME, TYPE_TEXT, FIELD_INDEXED | FIELD_SEARCHED, NULL,
	    "Ann B. Lee Jr.", derive_name },
	{ "email", CONTACT_EMAIL, TYPE_EMAIL, FIELD_INDEXED | FIELD_KEY | FIELD_SEARCHED,
	    NULL, "ann.lee@example.com", NULL },
	{ "other_emails", CONTACT_OTHER_EMAILS, TYPE_EMAIL,
	    FIELD_LIST | FIELD_INDEXED | FIELD_KEY | FIELD_IMPORT_ADDS, NULL,
	    "ann@example.org;lee@example.net", NULL },
	{ "phone", CONTACT_PHONE, TYPE_PHONE, 0, NULL, "+1 555 0100", NULL },
	{ "phone_ext", CONTACT_PHONE_EXT, TYPE_TEXT, 0, NULL, "22", NULL },
	{ "mobile", CONTACT_MOBILE, TYPE_PHONE, 0, NULL, "+1 555 0101", NULL },
	{ "home_phone", CONTACT_HOME_PHONE, TYPE_PHONE, 0, NULL, "+1 555 0102", NULL },
	{ "fax", CONTACT_FAX, TYPE_PHONE, 0, NULL, "+1 555 0109", NULL },
	{ "title", CONTACT_TITLE, TYPE_TEXT, FIELD_SEARCHED, NULL, "Head of Hiring",
	    NULL },
	{ "department", CONTACT_DEPARTMENT, TYPE_TEXT, 0, NULL, "HR", NULL },
	{ "organization", CONTACT_ORGANIZATION, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_SEARCHED, "organization", "Acme Inc.", NULL },
	{ "former_organizations", CONTACT_FORMER_ORGANIZATIONS, TYPE_REFERENCE,
	    FIELD_LIST | FIELD_INDEXED | FIELD_RULES, "organization", "Bolt Ltd.", NULL },
	{ "primary", VIRTUAL_PRIMARY, TYPE_FLAG, FIELD_DERIVED | FIELD_ELSEWHERE, NULL,
	    "true", derive_primary },
	{ "street", CONTACT_STREET, TYPE_TEXT, 0, NULL, "1 Main Street", NULL },
	{ "city", CONTACT_CITY, TYPE_TEXT, FIELD_SEARCHED, NULL, "Springfield", NULL },
	{ "state", CONTACT_STATE, TYPE_TEXT, 0, NULL, "IL", NULL },
	{ "postal_code", CONTACT_POSTAL_CODE, TYPE_TEXT, 0, NULL, "00501", NULL },
	{ "country", CONTACT_COUNTRY, TYPE_TEXT, 0, NULL, "US", NULL },
	{ "website", CONTACT_WEBSITE, TYPE_TEXT, 0, NULL, "https://www.example.com",
	    NULL },
	{ "description", CONTACT_DESCRIPTION, TYPE_TEXT, 0, NULL, "Met at the fair",
	    NULL },
	{ "source", CONTACT_SOURCE, TYPE_PICKLIST, FIELD_INDEXED | FIELD_OPEN, "source",
	    "Import: salesforce", NULL },
	{ "assigned_to", CONTACT_ASSIGNED_TO, TYPE_REFERENCE, FIELD_INDEXED, "user",
	    "bob", NULL },
	{ "labels", CONTACT_LABELS, TYPE_TEXT,
	    FIELD_LIST | FIELD_INDEXED | FIELD_IMPORT_ADDS | FIELD_SEARCHED |
		FIELD_PRIVATE,
	    NULL, "vip;campus", NULL },
	{ "client_status", CONTACT_CLIENT_STATUS, TYPE_PICKLIST, FIELD_INDEXED,
	    "client_status", "Active", NULL },
	{ "candidate_status", CONTACT_CANDIDATE_STATUS, TYPE_PICKLIST, FIELD_INDEXED,
	    "candidate_status", "Consult Hot", NULL },
	{ "type", VIRTUAL_TYPE, TYPE_PICKLIST, FIELD_DERIVED, "contact_type", "Client",
	    derive_type },
	{ "hiring_manager", VIRTUAL_HIRING_MANAGER, TYPE_FLAG, FIELD_DERIVED, NULL,
	    "true", derive_hiring_manager },
	{ "approval", CONTACT_APPROVAL, TYPE_PICKLIST, 0, "approval", "Approved",
	    derive_approval },
	{ "visibility", CONTACT_VISIBILITY, TYPE_PICKLIST, 0, "visibility", "Everyone",
	    derive_visibility },
	{ "do_not_email", CONTACT_DO_NOT_EMAIL, TYPE_FLAG, FIELD_CONSENT, NULL, "true",
	    NULL },
	{ "do_not_call", CONTACT_DO_NOT_CALL, TYPE_FLAG, FIELD_CONSENT, NULL, "false",
	    NULL },
	{ "email_status", CONTACT_EMAIL_STATUS, TYPE_PICKLIST, 0, "email_status",
	    "Bounced", NULL },
	{ "archived_at", CONTACT_ARCHIVED_AT, TYPE_TIME, FIELD_RULES, NULL,
	    "2026-10-06T02:00:00Z", NULL },
	{ "mailable", VIRTUAL_MAILABLE, TYPE_FLAG, FIELD_DERIVED, NULL, "true",
	    derive_mailable },
	{ "user", VIRTUAL_USER, TYPE_TEXT, FIELD_DERIVED | FIELD_ELSEWHERE | FIELD_UNTOLD,
	    NULL, "ann.lee@example.com", derive_contact_user },
	{ "user_status", VIRTUAL_USER_STATUS, TYPE_PICKLIST,
	    FIELD_DERIVED | FIELD_ELSEWHERE | FIELD_UNTOLD, "user_status", "none",
	    derive_contact_user_status },
	{ "employee", VIRTUAL_EMPLOYEE, TYPE_TEXT,
	    FIELD_DERIVED | FIELD_ELSEWHERE | FIELD_UNTOLD, NULL, "00417",
	    derive_contact_employee },
	SYSTEM_LAST };

static const struct field hidden[] = {
	{ "revival", CONTACT_REVIVAL, TYPE_TEXT, FIELD_RULES, NULL, NULL, NULL },
	{ "client_job", CONTACT_CLIENT_JOB, TYPE_NUMBER, FIELD_RULES, NULL, NULL, NULL },
	{ "candidate_job", CONTACT_CANDIDATE_JOB, TYPE_NUMBER, FIELD_RULES, NULL, NULL,
	    NULL },
	HIDDEN_MERGING("contact", CONTACT_APART, CONTACT_MERGED),
};

const struct kind kind_contact = { "contact", 1, fields,
	sizeof(fields) / sizeof(fields[0]), "name", NULL,
	"id,rev,name,email,phone,organization,title,type,assigned_to", hidden,
	sizeof(hidden) / sizeof(hidden[0]) };
