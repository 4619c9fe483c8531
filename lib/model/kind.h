/* SPDX-License-Identifier: ISC */
#ifndef MODEL_KIND_H
#define MODEL_KIND_H

/*
 * A kind of record is a table of fields, and nothing else in the toolkit names
 * a field where a property in this table would do. A field that is stored has
 * a slot below RECORD_FIXED that is never given to another; derived and system
 * fields have slots from FIELD_VIRTUAL on and are computed by `derive`.
 */

#include "store/store.h"

enum value_type {
	TYPE_TEXT,
	TYPE_EMAIL,
	TYPE_DOMAIN,
	TYPE_PHONE,
	TYPE_FLAG,
	TYPE_DATE,
	TYPE_TIME,
	TYPE_NUMBER,
	TYPE_PICKLIST,	/* `of` names the picklist */
	TYPE_REFERENCE, /* `of` names the kind */
	TYPE_ID,	/* the record's own id, or a revision */
	TYPES
};

enum field_flag {
	FIELD_LIST = 1 << 0, /* `;`-separated, `\;` and `\\` escape */
	FIELD_INDEXED = 1 << 1,
	FIELD_KEY = 1 << 2,	    /* rows are matched by it; implies INDEXED */
	FIELD_DERIVED = 1 << 3,	    /* computed, READ_ONLY on input */
	FIELD_SYSTEM = 1 << 4,	    /* id rev created_at created_by updated_at */
	FIELD_RULES = 1 << 5,	    /* stored, but only rules write it */
	FIELD_EXACT = 1 << 6,	    /* compared byte by byte */
	FIELD_IMPORT_ADDS = 1 << 7, /* imports add to the list (HS-8) */
	FIELD_CONSENT = 1 << 8,	    /* an import sets, never clears */
	FIELD_OPEN = 1 << 9,	    /* picklist that takes any value */
	FIELD_SEARCHED = 1 << 10,   /* bare words look here */
	FIELD_PRIVATE = 1 << 11,    /* not in output for outsiders */
	FIELD_LOSES = 1 << 12,	    /* is cleared when its target goes (CS-21) */
	FIELD_ELSEWHERE = 1 << 13,  /* computed from what other records say */
	FIELD_FOLLOWED = 1 << 14,   /* rules search it while a run goes on */
	FIELD_RESOLVED = 1 << 15,   /* a reference that has to have its target (A4) */
	FIELD_UNTOLD = 1 << 17,	    /* nor does --diff tell of it */
	FIELD_OWNED = 1 << 16,	    /* the record goes when its target goes (TW-24) */
	FIELD_TRACE = 1 << 18,	    /* is cleared when who bears its address is erased */
};

#define FIELD_VIRTUAL 0xe000u
#define FIELD_NONE    0xffffu

struct field {
	const char *name;
	uint16_t slot;
	enum value_type type;
	unsigned flags;
	const char *of;
	const char *example;
	/* Of a derived field: appends its value as it prints. */
	int (*derive)(struct txn *txn, uint64_t id, struct record record, struct buf *out,
	    struct fault *fault);
};

struct kind {
	const char *name;
	uint8_t number; /* in records and index keys; never reused */
	const struct field *fields;
	size_t count;
	/* Fields that name a record to people and in references, as
	 * "name"; NULL when only the id does. */
	const char *label;
	/* Keys that together match a row, as "name+value"; NULL: the
	 * fields with FIELD_KEY one by one. */
	const char *key;
	/* Columns printed when none are asked for, "id,rev,name,...". */
	const char *columns;
	/* What rules keep in a record for themselves: stored, indexed and in a
	 * dump, but no column. */
	const struct field *hidden;
	size_t hidden_count;
};

/* By name, "contact"; NULL when there is none. */
const struct kind *kind_by_name(struct view name);
const struct kind *kind_by_number(uint8_t number);
/* The index-th kind, or NULL after the last. */
const struct kind *kind_at(size_t index);
/* Adds a kind for tests; 0, or -1 when its name or number is taken or its
 * table breaks a rule (repeated slot or name). */
int kind_register(const struct kind *kind, struct fault *fault) MUST_CHECK;

/* By name within the kind, system and derived fields too; NULL if none. */
const struct field *kind_field(const struct kind *kind, struct view name);
/* By slot; hidden ones too. */
const struct field *kind_slot(const struct kind *kind, uint16_t slot);
/* The index-th of the fields and, behind these, of the hidden ones; NULL after
 * the last. */
const struct field *kind_each(const struct kind *kind, size_t index);
/* A hidden field by name; NULL if none. */
const struct field *kind_hidden(const struct kind *kind, const char *name);
/* Whether the slot is one of kind->hidden. */
bool kind_hides(const struct kind *kind, uint16_t slot);

/* The field of columns ext.NAME and attr.NAME. */
extern const struct field field_ext, field_attr;

/* The field of any slot: of the kind, or field_ext or field_attr for extras
 * (NULL when the store does not know the slot). */
int kind_field_of_slot(struct txn *txn, const struct kind *kind, uint16_t slot,
    const struct field **field, struct fault *fault) MUST_CHECK;

/* HS-23: nobody but a member looks after a record: whether a field of that kind may
 * refer to the record, which is of the kind `of`. */
bool kind_may_refer(
    const struct field *field, const struct kind *of, struct record record);

/* The nearest name for a hint after a mistake, or NULL. */
const char *kind_suggest(const struct kind *kind, struct view name);

/* Slots that code needs to name. */
enum contact_slot {
	CONTACT_SALUTATION,
	CONTACT_FIRST_NAME,
	CONTACT_MIDDLE_NAME,
	CONTACT_LAST_NAME,
	CONTACT_SUFFIX,
	CONTACT_NAME,
	CONTACT_EMAIL,
	CONTACT_OTHER_EMAILS,
	CONTACT_PHONE,
	CONTACT_PHONE_EXT,
	CONTACT_MOBILE,
	CONTACT_HOME_PHONE,
	CONTACT_FAX,
	CONTACT_TITLE,
	CONTACT_DEPARTMENT,
	CONTACT_ORGANIZATION,
	CONTACT_FORMER_ORGANIZATIONS,
	CONTACT_STREET,
	CONTACT_CITY,
	CONTACT_STATE,
	CONTACT_POSTAL_CODE,
	CONTACT_COUNTRY,
	CONTACT_WEBSITE,
	CONTACT_DESCRIPTION,
	CONTACT_SOURCE,
	CONTACT_ASSIGNED_TO,
	CONTACT_LABELS,
	CONTACT_CLIENT_STATUS,
	CONTACT_CANDIDATE_STATUS,
	CONTACT_APPROVAL,
	CONTACT_VISIBILITY,
	CONTACT_DO_NOT_EMAIL,
	CONTACT_DO_NOT_CALL,
	CONTACT_EMAIL_STATUS,
	CONTACT_ARCHIVED_AT,
	/* What inactive, attribute and reject took, for reviving (TW-42). */
	CONTACT_REVIVAL,
	/* Ids of the jobs for whose sake rules set a status last. */
	CONTACT_CLIENT_JOB,
	CONTACT_CANDIDATE_JOB,
	/* Whom somebody said that it is not, and who was merged into it. */
	CONTACT_APART,
	CONTACT_MERGED
};

enum organization_slot {
	ORGANIZATION_NAME,
	ORGANIZATION_FORMER_NAMES,
	ORGANIZATION_DOMAINS,
	ORGANIZATION_DISTRIBUTED,
	ORGANIZATION_APPROVAL,
	ORGANIZATION_ASSIGNED_TO,
	ORGANIZATION_PRIMARY_CONTACT,
	ORGANIZATION_DEFAULT_WORKSPACE,
	ORGANIZATION_PHONE,
	ORGANIZATION_WEBSITE,
	ORGANIZATION_STREET,
	ORGANIZATION_CITY,
	ORGANIZATION_STATE,
	ORGANIZATION_POSTAL_CODE,
	ORGANIZATION_COUNTRY,
	ORGANIZATION_LABELS,
	ORGANIZATION_DESCRIPTION,
	ORGANIZATION_APART,
	ORGANIZATION_MERGED
};

enum job_slot {
	JOB_TITLE,
	JOB_ORGANIZATION,
	JOB_CONTACT,
	JOB_STATUS,
	JOB_OPENED_ON,
	JOB_CLOSED_ON
};

enum placement_slot {
	PLACEMENT_JOB,
	PLACEMENT_CANDIDATE,
	PLACEMENT_EMPLOYMENT,
	PLACEMENT_STARTED_ON,
	PLACEMENT_ENDED_ON,
	PLACEMENT_ENDED
};

enum status_event_slot {
	STATUS_EVENT_ID,
	STATUS_EVENT_AT,
	STATUS_EVENT_EVENT,
	STATUS_EVENT_JOB,
	STATUS_EVENT_CONTACT,
	STATUS_EVENT_EMPLOYMENT
};

enum note_slot {
	NOTE_CONTACT,
	NOTE_TYPE,
	NOTE_TEXT,
	NOTE_AUTHOR,
	NOTE_AT,
	NOTE_DUE_ON,
	NOTE_DONE,
	NOTE_PRIVACY
};

enum event_slot { EVENT_TYPE, EVENT_TITLE, EVENT_ORGANIZATION, EVENT_STARTS_AT };

enum participation_slot {
	PARTICIPATION_EVENT,
	PARTICIPATION_CONTACT,
	PARTICIPATION_ROLE,
	PARTICIPATION_AT
};

enum user_slot {
	USER_LOGIN,
	USER_EMAIL,
	USER_FIRST_NAME,
	USER_LAST_NAME,
	USER_PHONE,
	USER_ORGANIZATION,
	USER_CONTACT,
	USER_TYPE,
	USER_ROLE,
	USER_ACCESS,
	USER_DEPARTMENT_ID,
	USER_COMPANY,
	USER_TIME_ZONE,
	USER_FORCE_PASSWORD_CHANGE,
	USER_ADD_PROJECTS,
	USER_CAN_TRACK_TIME,
	USER_SEND_CORE_EMAIL,
	USER_DEFAULT_WORKSPACE,
	USER_DEFAULT_TO_NEXT
};

enum role_slot { ROLE_NAME, ROLE_RIGHTS };

enum employee_slot {
	EMPLOYEE_NUMBER,
	EMPLOYEE_FIRST_NAME,
	EMPLOYEE_LAST_NAME,
	EMPLOYEE_EMAIL,
	EMPLOYEE_PHONE,
	EMPLOYEE_TITLE,
	EMPLOYEE_DEPARTMENT,
	EMPLOYEE_ORGANIZATION,
	EMPLOYEE_CONTACT,
	EMPLOYEE_NOTIFY
};

enum workspace_slot { WORKSPACE_NAME, WORKSPACE_ORGANIZATION };

enum query_slot { QUERY_NAME, QUERY_TEXT };

enum campaign_slot {
	CAMPAIGN_NAME,
	CAMPAIGN_TEMPLATE,
	CAMPAIGN_SUBJECT,
	CAMPAIGN_SENDER,
	/* What messages are made of, and how their scenario is found. */
	CAMPAIGN_TEXT,
	CAMPAIGN_SUBDOMAINS,
	CAMPAIGN_AGAIN_AFTER
};

enum invitation_slot {
	INVITATION_CAMPAIGN,
	INVITATION_CONTACT,
	INVITATION_EMAIL,
	INVITATION_ORGANIZATION,
	INVITATION_SCENARIO,
	INVITATION_STATE,
	INVITATION_REASON,
	INVITATION_QUEUED_AT,
	INVITATION_SENT_AT,
	INVITATION_VISITED_AT,
	INVITATION_REGISTERED_AT,
	INVITATION_CONFIRMED_AT,
	INVITATION_CONNECTED_AT,
	INVITATION_JOINED_AT,
	INVITATION_DECIDED_AT,
	INVITATION_BOUNCED_AT,
	INVITATION_UNSUBSCRIBED_AT,
	INVITATION_MESSAGE_ID,
	INVITATION_USER,
	/* SHA-256 of the token of each attempt; what an attempt has come to. */
	INVITATION_TOKENS,
	INVITATION_ATTEMPTS,
	INVITATION_RETRY_AT,
	INVITATION_CLAIM,
	INVITATION_RESULT,
	INVITATION_BOUNCES,
	INVITATION_DECISION,
	INVITATION_FORMER_IDS
};

/* Of rows that are read, and never records. */
enum invitation_event_slot {
	INVITATION_EVENT_TOKEN,
	INVITATION_EVENT_EMAIL,
	INVITATION_EVENT_CAMPAIGN,
	INVITATION_EVENT_STEP,
	INVITATION_EVENT_AT,
	INVITATION_EVENT_ORGANIZATION
};

enum suppression_slot { SUPPRESSION_ADDRESS, SUPPRESSION_REASON, SUPPRESSION_AT };

enum picklist_slot {
	PICKLIST_NAME,
	PICKLIST_VALUE,
	PICKLIST_MEANING,
	PICKLIST_OPEN,
	PICKLIST_HIRING_MANAGER,
	PICKLIST_NO_MAIL,
	PICKLIST_HIDDEN
};

enum attribute_slot {
	ATTRIBUTE_NAME,
	ATTRIBUTE_TYPE,
	ATTRIBUTE_VALUES,
	ATTRIBUTE_NO_MAIL
};

enum erasure_slot { ERASURE_HASH, ERASURE_SALT, ERASURE_OF, ERASURE_RECORD };

extern const struct kind kind_contact, kind_organization, kind_job, kind_placement,
    kind_event, kind_participation, kind_note, kind_user, kind_role, kind_employee,
    kind_workspace, kind_campaign, kind_invitation, kind_suppression, kind_picklist,
    kind_attribute, kind_query, kind_status_event, kind_erasure;

/* HS-53: what rows of events of invitations are read as; no record is of it, and it
 * is not among the kinds that can be named. */
extern const struct kind kind_invitation_event;

#endif
