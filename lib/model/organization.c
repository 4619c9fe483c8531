/* SPDX-License-Identifier: ISC */
/*
 * Kind organization, and the two kinds by which a store's own vocabulary is
 * kept: picklist and attribute.
 */
#include "model/derived.h"

/* HS-38: a new organization is None; not stored. */
static DERIVE(derive_approval)
{
	(void)txn;
	(void)id;
	(void)record;
	(void)fault;
	buf_text(out, "None");
	return 0;
}

static const struct field organization_fields[] = { SYSTEM_FIRST,
	{ "name", ORGANIZATION_NAME, TYPE_TEXT,
	    FIELD_INDEXED | FIELD_KEY | FIELD_SEARCHED, NULL, "Acme Inc.", NULL },
	{ "former_names", ORGANIZATION_FORMER_NAMES, TYPE_TEXT,
	    FIELD_LIST | FIELD_INDEXED | FIELD_KEY | FIELD_RULES, NULL, "Acme Ltd.",
	    NULL },
	{ "domains", ORGANIZATION_DOMAINS, TYPE_DOMAIN,
	    FIELD_LIST | FIELD_INDEXED | FIELD_SEARCHED | FIELD_FOLLOWED, NULL,
	    "acme.example", NULL },
	{ "distributed", ORGANIZATION_DISTRIBUTED, TYPE_FLAG, 0, NULL, "false", NULL },
	{ "approval", ORGANIZATION_APPROVAL, TYPE_PICKLIST, 0, "organization_approval",
	    "Approved", derive_approval },
	{ "assigned_to", ORGANIZATION_ASSIGNED_TO, TYPE_REFERENCE, FIELD_INDEXED, "user",
	    "bob", NULL },
	{ "primary_contact", ORGANIZATION_PRIMARY_CONTACT, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_LOSES, "contact", "1043", NULL },
	{ "default_workspace", ORGANIZATION_DEFAULT_WORKSPACE, TYPE_REFERENCE,
	    FIELD_INDEXED, "workspace", "Acme onboarding", NULL },
	{ "phone", ORGANIZATION_PHONE, TYPE_PHONE, 0, NULL, "+1 555 0110", NULL },
	{ "website", ORGANIZATION_WEBSITE, TYPE_TEXT, 0, NULL, "https://www.acme.example",
	    NULL },
	{ "street", ORGANIZATION_STREET, TYPE_TEXT, 0, NULL, "1 Main Street", NULL },
	{ "city", ORGANIZATION_CITY, TYPE_TEXT, FIELD_SEARCHED, NULL, "Springfield",
	    NULL },
	{ "state", ORGANIZATION_STATE, TYPE_TEXT, 0, NULL, "IL", NULL },
	{ "postal_code", ORGANIZATION_POSTAL_CODE, TYPE_TEXT, 0, NULL, "62701", NULL },
	{ "country", ORGANIZATION_COUNTRY, TYPE_TEXT, 0, NULL, "US", NULL },
	{ "labels", ORGANIZATION_LABELS, TYPE_TEXT,
	    FIELD_LIST | FIELD_INDEXED | FIELD_IMPORT_ADDS | FIELD_SEARCHED |
		FIELD_PRIVATE,
	    NULL, "partner", NULL },
	{ "description", ORGANIZATION_DESCRIPTION, TYPE_TEXT, 0, NULL, "Maker of anvils",
	    NULL },
	SYSTEM_LAST };

static const struct field organization_hidden[] = {
	HIDDEN_MERGING("organization", ORGANIZATION_APART, ORGANIZATION_MERGED),
};

const struct kind kind_organization = { "organization", 2, organization_fields,
	sizeof(organization_fields) / sizeof(organization_fields[0]), "name", NULL,
	"id,rev,name,domains,phone,city,assigned_to,primary_contact", organization_hidden,
	sizeof(organization_hidden) / sizeof(organization_hidden[0]) };

static const struct field picklist_fields[] = { SYSTEM_FIRST,
	{ "name", PICKLIST_NAME, TYPE_TEXT, FIELD_INDEXED | FIELD_SEARCHED, NULL,
	    "client_status", NULL },
	{ "value", PICKLIST_VALUE, TYPE_TEXT, FIELD_SEARCHED, NULL, "Key Account", NULL },
	{ "meaning", PICKLIST_MEANING, TYPE_TEXT, 0, NULL, "client with a frame contract",
	    NULL },
	{ "open", PICKLIST_OPEN, TYPE_FLAG, 0, NULL, "false", NULL },
	{ "hiring_manager", PICKLIST_HIRING_MANAGER, TYPE_FLAG, 0, NULL, "true", NULL },
	{ "no_mail", PICKLIST_NO_MAIL, TYPE_FLAG, 0, NULL, "false", NULL },
	{ "hidden", PICKLIST_HIDDEN, TYPE_FLAG, 0, NULL, "false", NULL }, SYSTEM_LAST };

const struct kind kind_picklist = { "picklist", 15, picklist_fields,
	sizeof(picklist_fields) / sizeof(picklist_fields[0]), NULL, "name+value",
	"id,rev,name,value,meaning,open,hiring_manager,no_mail,"
	"hidden",
	NULL, 0 };

static const struct field attribute_fields[] = { SYSTEM_FIRST,
	{ "name", ATTRIBUTE_NAME, TYPE_TEXT, FIELD_INDEXED | FIELD_KEY | FIELD_SEARCHED,
	    NULL, "do_not_text", NULL },
	{ "type", ATTRIBUTE_TYPE, TYPE_PICKLIST, 0, "attribute_type", "flag", NULL },
	{ "values", ATTRIBUTE_VALUES, TYPE_TEXT, FIELD_LIST, NULL, "gold;silver", NULL },
	{ "no_mail", ATTRIBUTE_NO_MAIL, TYPE_FLAG, 0, NULL, "false", NULL },
	SYSTEM_LAST };

const struct kind kind_attribute = { "attribute", 16, attribute_fields,
	sizeof(attribute_fields) / sizeof(attribute_fields[0]), "name", NULL,
	"id,rev,name,type,values,no_mail", NULL, 0 };
