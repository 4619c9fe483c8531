/* SPDX-License-Identifier: ISC */
/*
 * Who may use the institution's systems, and who works for it: users with their
 * roles and workspaces, and employees. A contact is none of these (HS-11); what it
 * prints of them is looked up from the other side, by the index.
 */
#include "model/account.h"

#include <stdlib.h>

#include "model/derived.h"
#include "model/entity.h"
#include "store/history.h"

static DERIVE(derive_status)
{
	(void)txn;
	(void)id;
	(void)fault;
	buf_text(out,
	    view_is(record_get(record, USER_ACCESS), "false") ? "archived" : "active");
	return 0;
}

static const struct field user_fields[] = { SYSTEM_FIRST,
	{ "login", USER_LOGIN, TYPE_TEXT,
	    FIELD_INDEXED | FIELD_KEY | FIELD_EXACT | FIELD_SEARCHED, NULL, "bob", NULL },
	{ "email", USER_EMAIL, TYPE_EMAIL,
	    FIELD_INDEXED | FIELD_SEARCHED | FIELD_FOLLOWED, NULL, "bob@example.edu",
	    NULL },
	{ "first_name", USER_FIRST_NAME, TYPE_TEXT, FIELD_SEARCHED, NULL, "Bob", NULL },
	{ "last_name", USER_LAST_NAME, TYPE_TEXT, FIELD_INDEXED | FIELD_SEARCHED, NULL,
	    "Miller", NULL },
	{ "phone", USER_PHONE, TYPE_PHONE, 0, NULL, "+1 555 0120", NULL },
	{ "organization", USER_ORGANIZATION, TYPE_REFERENCE, FIELD_INDEXED,
	    "organization", "Acme Inc.", NULL },
	{ "contact", USER_CONTACT, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_LOSES, "contact", "1042", NULL },
	{ "user_type", USER_TYPE, TYPE_PICKLIST, FIELD_INDEXED, "user_type", "Internal",
	    NULL },
	{ "role", USER_ROLE, TYPE_REFERENCE, FIELD_INDEXED, "role", "Advisor", NULL },
	{ "access", USER_ACCESS, TYPE_FLAG, 0, NULL, "true", NULL },
	{ "department_id", USER_DEPARTMENT_ID, TYPE_TEXT, 0, NULL, "17", NULL },
	{ "company", USER_COMPANY, TYPE_TEXT, 0, NULL, "Example PEO", NULL },
	{ "time_zone", USER_TIME_ZONE, TYPE_TEXT, 0, NULL, "America/Chicago", NULL },
	{ "force_password_change", USER_FORCE_PASSWORD_CHANGE, TYPE_FLAG, 0, NULL, "true",
	    NULL },
	{ "add_projects", USER_ADD_PROJECTS, TYPE_FLAG, 0, NULL, "false", NULL },
	{ "can_track_time", USER_CAN_TRACK_TIME, TYPE_FLAG, 0, NULL, "false", NULL },
	{ "send_core_email", USER_SEND_CORE_EMAIL, TYPE_FLAG, 0, NULL, "true", NULL },
	{ "default_workspace", USER_DEFAULT_WORKSPACE, TYPE_REFERENCE, FIELD_INDEXED,
	    "workspace", "Acme onboarding", NULL },
	{ "default_to_next", USER_DEFAULT_TO_NEXT, TYPE_FLAG, 0, NULL, "true", NULL },
	{ "status", VIRTUAL_USER_STATUS, TYPE_PICKLIST, FIELD_DERIVED, "user_status",
	    "active", derive_status },
	SYSTEM_LAST };

const struct kind kind_user = { "user", 8, user_fields,
	sizeof(user_fields) / sizeof(user_fields[0]), "login", NULL,
	"id,rev,login,email,first_name,last_name,user_type,role,status", NULL, 0 };

static const struct field role_fields[] = { SYSTEM_FIRST,
	{ "name", ROLE_NAME, TYPE_TEXT, FIELD_INDEXED | FIELD_KEY | FIELD_SEARCHED, NULL,
	    "Advisor", NULL },
	{ "rights", ROLE_RIGHTS, TYPE_PICKLIST, FIELD_LIST, "role.rights",
	    "crm=edit;mail=view", NULL },
	SYSTEM_LAST };

const struct kind kind_role = { "role", 9, role_fields,
	sizeof(role_fields) / sizeof(role_fields[0]), "name", NULL, "id,rev,name,rights",
	NULL, 0 };

static const struct field employee_fields[] = { SYSTEM_FIRST,
	{ "number", EMPLOYEE_NUMBER, TYPE_TEXT,
	    FIELD_INDEXED | FIELD_KEY | FIELD_EXACT | FIELD_SEARCHED, NULL, "00417",
	    NULL },
	{ "first_name", EMPLOYEE_FIRST_NAME, TYPE_TEXT, FIELD_SEARCHED, NULL, "Ann",
	    NULL },
	{ "last_name", EMPLOYEE_LAST_NAME, TYPE_TEXT, FIELD_SEARCHED, NULL, "Lee", NULL },
	{ "email", EMPLOYEE_EMAIL, TYPE_EMAIL, FIELD_INDEXED | FIELD_SEARCHED, NULL,
	    "ann.lee@example.com", NULL },
	{ "phone", EMPLOYEE_PHONE, TYPE_PHONE, 0, NULL, "+1 555 0100", NULL },
	{ "title", EMPLOYEE_TITLE, TYPE_TEXT, FIELD_SEARCHED, NULL, "Fitter", NULL },
	{ "department", EMPLOYEE_DEPARTMENT, TYPE_TEXT, 0, NULL, "Plant 2", NULL },
	{ "organization", EMPLOYEE_ORGANIZATION, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_SEARCHED, "organization", "Acme Inc.", NULL },
	{ "contact", EMPLOYEE_CONTACT, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_LOSES, "contact", "1042", NULL },
	{ "notify", EMPLOYEE_NOTIFY, TYPE_FLAG, 0, NULL, "true", NULL }, SYSTEM_LAST };

const struct kind kind_employee = { "employee", 10, employee_fields,
	sizeof(employee_fields) / sizeof(employee_fields[0]), NULL, NULL,
	"id,rev,number,first_name,last_name,email,title,organization,contact", NULL, 0 };

static const struct field workspace_fields[] = { SYSTEM_FIRST,
	{ "name", WORKSPACE_NAME, TYPE_TEXT, FIELD_INDEXED | FIELD_KEY | FIELD_SEARCHED,
	    NULL, "Acme onboarding", NULL },
	{ "organization", WORKSPACE_ORGANIZATION, TYPE_REFERENCE, FIELD_INDEXED,
	    "organization", "Acme Inc.", NULL },
	SYSTEM_LAST };

const struct kind kind_workspace = { "workspace", 11, workspace_fields,
	sizeof(workspace_fields) / sizeof(workspace_fields[0]), "name", NULL,
	"id,rev,name,organization", NULL, 0 };

/* What there is at all in the snapshot that a transaction reads: nearly all contacts
 * are nobody's, so most need not be looked for. */
struct accounts {
	bool linked, external, employed, invited;
};

static int
any_in(struct txn *txn, const struct kind *kind, uint16_t slot, struct view prefix,
    bool *any, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	int result = index_find_prefix(txn, kind->number, slot, prefix, &ids, fault);

	*any = ids.count > 0;
	ids_release(&ids);
	return result;
}

/* Whether anybody may be on the way to an account, told without reading who. */
static int
any_invited(struct txn *txn, bool *any, struct fault *fault)
{
	static const char *const states[] = { "sent", "approved", "declined" };
	uint64_t count = 0;

	for (size_t i = 0; count == 0 && i < sizeof(states) / sizeof(states[0]); i++)
		if (index_estimate(txn,
			index_text_key(
			    kind_invitation.number, INVITATION_STATE, view_of(states[i])),
			&count, fault) != 0)
			return -1;
	*any = count > 0;
	return 0;
}

static int
accounts_of(struct txn *txn, struct accounts *accounts, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_ACCOUNTS);

	*accounts = (struct accounts){ true, true, true, true };
	/* A run may add the first one at any time. */
	if (txn_writes(txn))
		return 0;
	if (kept->at == NULL) {
		if (any_in(txn, &kind_user, USER_CONTACT, VIEW(""), &accounts->linked,
			fault) != 0 ||
		    any_in(txn, &kind_user, USER_TYPE, VIEW("external"),
			&accounts->external, fault) != 0 ||
		    any_in(txn, &kind_employee, EMPLOYEE_CONTACT, VIEW(""),
			&accounts->employed, fault) != 0 ||
		    any_invited(txn, &accounts->invited, fault) != 0)
			return -1;
		kept->at = malloc(sizeof(*accounts));
		kept->release = free;
		if (kept->at == NULL)
			return fault_memory(fault);
		memcpy(kept->at, accounts, sizeof(*accounts));
	}
	memcpy(accounts, kept->at, sizeof(*accounts));
	return 0;
}

/* The first record of the kind, but for one, whose reference names the contact. */
static int
find_naming(struct txn *txn, const struct kind *kind, uint16_t slot, uint64_t contact,
    uint64_t but, uint64_t *id, struct record *record, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	size_t i;
	int found = entity_find_referring(txn, kind, slot, contact, &ids, fault);

	*id = 0;
	for (i = 0; found >= 0 && *id == 0 && i < ids.count; i++) {
		if (ids.at[i] == but)
			continue;
		/* A transaction may show what is deleted; it is nobody's account. */
		found = txn_deleted(txn, ids.at[i], fault);
		if (found == 0)
			*id = ids.at[i];
	}
	if (found >= 0 && *id != 0)
		found = txn_record(txn, *id, record, fault);
	ids_release(&ids);
	return found < 0 ? -1 : 0;
}

/* HS-14: nothing is stored of one that is found by its address. */
static int
find_by_email(struct txn *txn, struct view email, uint64_t *id, struct record *record,
    struct fault *fault)
{
	const struct field *field = kind_slot(&kind_user, USER_EMAIL);
	struct ids ids = { NULL, 0, 0 };
	size_t i;
	int found;

	found = entity_find_key(txn, &kind_user, USER_EMAIL, field, email, &ids, fault);
	for (i = 0; found >= 0 && *id == 0 && i < ids.count; i++) {
		found = txn_record(txn, ids.at[i], record, fault);
		if (found == 1 && view_is(record_get(*record, USER_TYPE), "External") &&
		    record_get(*record, USER_CONTACT).len == 0)
			*id = ids.at[i];
	}
	ids_release(&ids);
	return found < 0 ? -1 : 0;
}

int
account_of(struct txn *txn, uint64_t contact, struct record record, uint64_t *id,
    struct record *user, struct fault *fault)
{
	struct view email = record_get(record, CONTACT_EMAIL);
	struct accounts accounts;

	*id = 0;
	if (accounts_of(txn, &accounts, fault) != 0)
		return -1;
	if (accounts.linked &&
	    find_naming(txn, &kind_user, USER_CONTACT, contact, 0, id, user, fault) != 0)
		return -1;
	return *id != 0 || email.len == 0 || !accounts.external
	    ? 0
	    : find_by_email(txn, email, id, user, fault);
}

int
account_linked(struct txn *txn, const struct kind *kind, uint16_t slot, uint64_t contact,
    uint64_t but, uint64_t *id, struct fault *fault)
{
	struct record record;

	return find_naming(txn, kind, slot, contact, but, id, &record, fault);
}

int
account_employee(struct txn *txn, uint64_t contact, uint64_t *id, struct record *employee,
    struct fault *fault)
{
	return find_naming(
	    txn, &kind_employee, EMPLOYEE_CONTACT, contact, 0, id, employee, fault);
}

int
derive_contact_user(struct txn *txn, uint64_t id, struct record record, struct buf *out,
    struct fault *fault)
{
	struct record user;
	uint64_t found;

	if (account_of(txn, id, record, &found, &user, fault) != 0)
		return -1;
	if (found != 0)
		buf_view(out, record_get(user, USER_LOGIN));
	return 0;
}

/* HS-13: registered by an invitation, and not there yet. */
static int
is_registering(struct txn *txn, uint64_t contact, bool *is, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	size_t i;
	int found = entity_find_referring(
	    txn, &kind_invitation, INVITATION_CONTACT, contact, &ids, fault);

	*is = false;
	for (i = 0; found >= 0 && !*is && i < ids.count; i++) {
		found = txn_deleted(txn, ids.at[i], fault);
		if (found == 0)
			found = txn_record(txn, ids.at[i], &record, fault);
		else if (found == 1)
			continue;
		*is = found == 1 &&
		    record_get(record, INVITATION_REGISTERED_AT).len > 0 &&
		    record_get(record, INVITATION_JOINED_AT).len == 0;
	}
	ids_release(&ids);
	return found < 0 ? -1 : 0;
}

int
derive_contact_user_status(struct txn *txn, uint64_t id, struct record record,
    struct buf *out, struct fault *fault)
{
	struct record user;
	struct accounts accounts;
	uint64_t found;
	bool comes = false;

	if (account_of(txn, id, record, &found, &user, fault) != 0)
		return -1;
	if (found != 0)
		return derive_status(txn, found, user, out, fault);
	if (accounts_of(txn, &accounts, fault) != 0 ||
	    (accounts.invited && is_registering(txn, id, &comes, fault) != 0))
		return -1;
	buf_text(out, comes ? "pending" : "none");
	return 0;
}

int
derive_contact_employee(struct txn *txn, uint64_t id, struct record record,
    struct buf *out, struct fault *fault)
{
	struct record employee;
	struct view number;
	uint64_t found;

	(void)record;
	if (account_employee(txn, id, &found, &employee, fault) != 0)
		return -1;
	if (found == 0)
		return 0;
	number = record_get(employee, EMPLOYEE_NUMBER);
	if (number.len > 0) {
		buf_view(out, number);
	} else {
		buf_char(out, '#');
		buf_number(out, found);
	}
	return 0;
}
