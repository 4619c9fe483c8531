/* SPDX-License-Identifier: ISC */
/*
 * A format is a table of the cells of a row: what a cell is called, the fields that
 * it is made of, and how they are put together.
 */
#include "model/outside_form.h"

/* Fields of an address are components of ADR; the first two, a post-office box
 * and an extended address, are to be empty (RFC 6350 section 6.3.1). */
#define ADDRESS "", "", "street", "city", "state", "postal_code", "country"

static const struct outside_place contact_card[] = {
	{ "UID", SHAPE_TEXT, JOIN_UID, { "id" }, 1, NULL },
	{ "FN", SHAPE_TEXT, JOIN_FIRST, { "name", "email", "organization" }, 1, NULL },
	{ "N", SHAPE_PARTS, JOIN_PARTS,
	    { "last_name", "first_name", "middle_name", "salutation", "suffix" }, 0,
	    "name" },
	{ "ORG", SHAPE_PARTS, JOIN_UNITS, { "organization", "department" }, 0, NULL },
	{ "TITLE", SHAPE_TEXT, JOIN_FIRST, { "title" }, 0, NULL },
	{ "EMAIL;PREF=1", SHAPE_TEXT, JOIN_FIRST, { "email" }, 0, NULL },
	{ "EMAIL", SHAPE_LIST, JOIN_FIRST, { "other_emails" }, 0, NULL },
	{ "TEL;TYPE=work", SHAPE_TEXT, JOIN_EXTENSION, { "phone", "phone_ext" }, 0,
	    NULL },
	{ "TEL;TYPE=cell", SHAPE_TEXT, JOIN_FIRST, { "mobile" }, 0, NULL },
	{ "TEL;TYPE=home", SHAPE_TEXT, JOIN_FIRST, { "home_phone" }, 0, NULL },
	{ "TEL;TYPE=fax", SHAPE_TEXT, JOIN_FIRST, { "fax" }, 0, NULL },
	{ "ADR", SHAPE_PARTS, JOIN_PARTS, { ADDRESS }, 0, NULL },
	{ "URL", SHAPE_URI, JOIN_FIRST, { "website" }, 0, NULL },
	{ "NOTE", SHAPE_TEXT, JOIN_FIRST, { "description" }, 0, NULL },
	{ "CATEGORIES", SHAPE_WORDS, JOIN_FIRST, { "labels" }, 0, NULL },
	{ "REV", SHAPE_TEXT, JOIN_STAMP, { "updated_at" }, 0, NULL },
};

static const struct outside_place organization_card[] = {
	{ "KIND", SHAPE_TEXT, JOIN_WORD, { "org" }, 0, NULL },
	{ "UID", SHAPE_TEXT, JOIN_UID, { "id" }, 1, NULL },
	{ "FN", SHAPE_TEXT, JOIN_FIRST, { "name" }, 1, NULL },
	{ "ORG", SHAPE_PARTS, JOIN_UNITS, { "name" }, 0, NULL },
	{ "TEL;TYPE=work", SHAPE_TEXT, JOIN_FIRST, { "phone" }, 0, NULL },
	{ "ADR", SHAPE_PARTS, JOIN_PARTS, { ADDRESS }, 0, NULL },
	{ "URL", SHAPE_URI, JOIN_FIRST, { "website" }, 0, NULL },
	{ "NOTE", SHAPE_TEXT, JOIN_FIRST, { "description" }, 0, NULL },
	{ "CATEGORIES", SHAPE_WORDS, JOIN_FIRST, { "labels" }, 0, NULL },
	{ "REV", SHAPE_TEXT, JOIN_STAMP, { "updated_at" }, 0, NULL },
};

static const struct outside_place contact_lines[] = {
	{ "address", SHAPE_LIST, JOIN_ADDRESSES, { "email", "other_emails" }, 2, NULL },
	{ "name", SHAPE_TEXT, JOIN_FIRST, { "name", "email" }, 1, NULL },
	{ "other", SHAPE_TEXT, JOIN_REMARK, { "title", "organization" }, 0, NULL },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct outside_form forms[] = {
	{ &kind_contact, OUTPUT_VCARD, contact_card, COUNT(contact_card) },
	{ &kind_organization, OUTPUT_VCARD, organization_card, COUNT(organization_card) },
	{ &kind_contact, OUTPUT_MUTT, contact_lines, COUNT(contact_lines) },
};

int
outside_form_find(const struct outside_form **form, enum output output,
    const struct kind *kind, struct fault *fault)
{
	size_t i;

	for (i = 0; i < COUNT(forms); i++)
		if (forms[i].kind == kind && forms[i].output == output) {
			*form = &forms[i];
			return 0;
		}
	return fault_set(fault, FAULT_USAGE,
	    output == OUTPUT_VCARD
		? "--output: vcard is for contacts and organizations, and --kind is %s"
		: "--output: mutt is for contacts, and --kind is %s",
	    kind->name);
}

/* Whether one of the comma-separated names is this. */
static bool
lists(const char *list, const char *name)
{
	size_t len = strlen(name), n;

	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (n == len && memcmp(list, name, n) == 0)
			return true;
		if (list[n] == '\0')
			return false;
	}
}

static bool
has_place(const struct outside_form *form, const char *name, size_t len)
{
	size_t i, j;

	for (i = 0; i < form->count; i++)
		for (j = 0; form->places[i].join != JOIN_WORD && j < FIELDS_MOST &&
		     form->places[i].fields[j] != NULL;
		     j++)
			if (len > 0 && strlen(form->places[i].fields[j]) == len &&
			    memcmp(form->places[i].fields[j], name, len) == 0)
				return true;
	return false;
}

static int
fail_place(
    const struct outside_form *form, const char *asked, size_t len, struct fault *fault)
{
	struct buf known = BUF_EMPTY;
	const char *name;
	size_t i, j;

	for (i = 0; i < form->count; i++)
		for (j = 0; form->places[i].join != JOIN_WORD && j < FIELDS_MOST &&
		     form->places[i].fields[j] != NULL;
		     j++) {
			name = form->places[i].fields[j];
			if (*name != '\0' && !lists(buf_string(&known), name))
				buf_printf(
				    &known, "%s%s", known.len > 0 ? "," : "", name);
		}
	fault_set(fault, FAULT_USAGE,
	    "--columns: a vCard has no place for \"%.*s\", only for %s",
	    (int)(len > 60 ? 60 : len), asked, buf_string(&known));
	buf_release(&known);
	return -1;
}

static int
check_list(const struct outside_form *form, const char *list, struct fault *fault)
{
	size_t n;

	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (!has_place(form, list, n))
			return fail_place(form, list, n, fault);
		if (list[n] == '\0')
			return 0;
	}
}

/* Whether the index-th field of a place is among what list asks for. */
static bool
is_taken(const struct outside_form *form, const struct outside_place *place,
    unsigned index, const char *list)
{
	const char *name = place->fields[index];
	const struct field *field = kind_field(form->kind, view_of(name));

	if (place->join == JOIN_WORD || *name == '\0' || field == NULL)
		return false;
	if (index < place->always)
		return true;
	if (list == NULL)
		return (field->flags & FIELD_PRIVATE) == 0;
	return lists(list, name) || (place->whole != NULL && lists(list, place->whole));
}

/* Adds the fields that have a place and are taken. */
static int
add_placed(struct columns *columns, const struct outside_form *form, struct txn *txn,
    const char *list, struct fault *fault)
{
	const struct outside_place *place;
	size_t i;
	unsigned j;

	for (i = 0; i < form->count; i++) {
		place = &form->places[i];
		/* A remark is whatever is asked for. */
		if (place->join == JOIN_REMARK && list != NULL)
			continue;
		for (j = 0; j < FIELDS_MOST && place->fields[j] != NULL; j++)
			if (is_taken(form, place, j, list) &&
			    columns_place(columns, txn, form->kind, place->fields[j],
				columns->count, fault) == -1)
				return -1;
	}
	return 0;
}

/* Adds what else the list asks for. */
static int
add_asked(struct columns *columns, const struct outside_form *form, struct txn *txn,
    const char *list, struct fault *fault)
{
	struct columns asked = { NULL, NULL, 0 };
	size_t i;
	int result;

	result = columns_parse(&asked, txn, form->kind, view_of(list), false, fault);
	for (i = 0; i < asked.count && result == 0; i++)
		result = columns_place(columns, txn, form->kind,
		    column_name(asked.at[i]).at, columns->count, fault);
	columns_release(&asked);
	return result;
}

int
outside_columns(struct columns *columns, enum output output, struct txn *txn,
    const struct kind *kind, const char *list, struct fault *fault)
{
	const struct outside_form *form = NULL;

	if (outside_form_find(&form, output, kind, fault) == -1)
		return -1;
	if (list != NULL && strcmp(list, "all") == 0)
		list = NULL;
	if (list != NULL && output == OUTPUT_VCARD && check_list(form, list, fault) == -1)
		return -1;
	if (add_placed(columns, form, txn, list, fault) == -1)
		return -1;
	return list == NULL || output == OUTPUT_VCARD
	    ? 0
	    : add_asked(columns, form, txn, list, fault);
}
